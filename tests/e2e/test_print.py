#!/usr/bin/python3
"""What goes on paper: forms, summaries and lists as Word documents and PDF, read by programs that share no code with ours
(python3-docx, lxml, poppler): what they say, that they are the same twice, that fonts are in them, and hostile words."""

import hashlib
import re
import subprocess
import zipfile

import docx
import lxml.etree
from docx.enum.section import WD_ORIENT

import small
import wire
from clock import QUARTER, ClockCase
from harness import FAILED, OK, USAGE, DeskCase, main

LONG = "名称特别长的指标" * 12
# What YAML may hold and people may type: turned writing, four-byte characters, markup. (Controls are refused at the door;
# unit.xml_text looks at them.)
HOSTILE = "甲\\u202E乙 <w:p> & \\\"𠮷\\\" مرحبا \\u2028 ]]>"
NOTE = "说明 \u202e321 <b>&𠮷 مرحبا"


def catalog():
    """small's, and a form `official` with parts 其中, year to date beside the quarter, a figure counted from 2021 on, a text."""
    owners = "owners: [unit00, unit01]"
    lines = [f"  - {{code: of.{code}, name: {{zh: \"{zh}\", en: {code}}}, unit_of_measure: {{zh: {unit}, en: u}}, measure: {measure}, "
             f"decimals: 2, bases: [{bases}], {owners}, sections: [all]}}"
             for code, zh, unit, measure, bases in (
                 ("all", "申请总数", "条", "flow", "period, ytd"), ("hand", "当面申请数", "条", "flow", "period"), ("fax", "传真申请数", "条", "flow", "period"),
                 ("deep", HOSTILE, "条", "flow", "period"), ("money", LONG, "万元", "flow", "ytd"), ("share", "满意率", "\"%\"", "rate", "since, period"))]
    lines.append(f"  - {{code: of.text, name: {{zh: 存在问题, en: Problems}}, measure: text, {owners}, sections: [all]}}")
    rows = ["{indicator: of.all}", "{indicator: of.hand, of: of.all}", "{indicator: of.fax, of: of.all}", "{indicator: of.deep, of: of.fax}",
            "{indicator: of.money}", "{indicator: of.share, owed: [2023-Q4]}", "{indicator: of.text}"]
    form = ["  - code: official", "    title: {zh: 政府信息公开情况, en: Openness}", "    units: [unit00, unit01]", "    rows:",
            *(f"      - {row}" for row in rows)]
    return small.catalog(units=12, flows=12, extra="\n".join(lines), extra_form="\n".join(form))


def text_of(path):
    done = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True)
    return done.stdout.decode("utf-8")


def squeezed(text):
    """Without blanks: where a line breaks is no matter."""
    return re.sub(r"\s+", "", text)


class Paper:
    """Mixed into test cases: a document looked at from outside."""

    def read_docx(self, path):
        """Every part is well-formed and there once; the words of the body, cell by cell."""
        with zipfile.ZipFile(path) as package:
            self.assertIsNone(package.testzip())
            names = package.namelist()
            self.assertEqual(len(names), len(set(names)))
            for name in names:
                self.assertEqual(package.getinfo(name).date_time, (1980, 1, 1, 0, 0, 0))
                if name.endswith((".xml", ".rels")):
                    lxml.etree.fromstring(package.read(name), lxml.etree.XMLParser(resolve_entities=False, no_network=True))
        document = docx.Document(path)
        words = [paragraph.text for paragraph in document.paragraphs]
        for table in document.tables:
            for row in table.rows:
                words += [cell.text for cell in row.cells]
        return document, words

    def look(self, path):
        """The pages as pictures, and the names of fonts, each of which is in the file."""
        fonts = subprocess.run(["pdffonts", path], check=True, capture_output=True).stdout.decode().splitlines()[2:]
        self.assertTrue(fonts)
        for line in fonts:
            self.assertRegex(line, r" yes (yes|no) +(yes|no) ", f"not embedded: {line}")
        pages = subprocess.run(["pdftoppm", "-r", "50", "-gray", path], check=True, capture_output=True).stdout
        return hashlib.sha256(pages).hexdigest(), fonts


class Print(DeskCase, Paper):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(catalog())
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)

    def submit(self, unit, form, period, rows, **fields):
        message = wire.make(unit, form, period, {}, 1, **fields)
        for code, row in rows.items():
            message.rows.add(indicator=code, state=wire.submission.STATE_VALUE).MergeFrom(row)
        receipt = self.client.submit(message)
        self.assertEqual(receipt.outcome, wire.submission.ACCEPTED, receipt)
        return message, receipt

    def official(self):
        row, value = wire.Row, wire.submission
        self.submit("unit00", "official", "2023-Q1", {"of.all": row(value="100"), "of.hand": row(value="40.5"), "of.fax": row(value="2")})
        return self.submit("unit00", "official", "2023-Q2", {
            "of.all": row(value="461", precision=value.MORE_THAN, status=value.ESTIMATED, note=NOTE),
            "of.hand": row(value="0"), "of.fax": row(state=value.STATE_NOT_APPLICABLE),
            "of.money": row(value="2299.13", basis="ytd", status=value.PROVISIONAL), "of.text": row(text="第一段。\n第二段 <x>。"),
        }, filled_by="张某", checked_by="李某", released_by="王某", on_behalf_of="县法治办", ground="电话记录", explanation="网站改版",
           attachments=[wire.submission.Attachment(name="盖章扫描件.pdf", size=5, sha256=hashlib.sha256(b"scan!").digest())])

    def print(self, *args, code=OK, words=()):
        return self.ends(self.desk.bureau("--lang", "zh", "print", *args), code, *words)

    def form(self, name, *args):
        path = self.desk.dir / name
        self.print("form", "--unit", "unit00", "--form", "official", "--period", "2023-Q2", "-o", path, *args)
        return path

    def test_a_filled_form_shows_what_stands_and_where_it_is_found(self):
        message, receipt = self.official()
        path = self.form("filled.docx")
        document, words = self.read_docx(path)
        self.assertEqual(document.paragraphs[0].text, "政府信息公开情况")
        table = next(table for table in document.tables if table.cell(0, 0).text == "指标名称")
        lines = [[cell.text for cell in row.cells] for row in table.rows]
        self.assertEqual(lines[1], ["甲", "乙", "丙", "1", "2", "3", "4"])
        name, measure, number, period, to_date, since, remark = lines[2]
        self.assertEqual((name, measure, number, period, to_date, since), ("申请总数", "条", "01", "461余", "561余", "—"))
        self.assertTrue(remark.startswith("推算；说明 \ufffd321 <b>&𠮷 مرحبا"), remark)
        self.assertTrue(remark.endswith("本年累计：推算"), remark)  # added up with an estimated part
        self.assertEqual(lines[3][:6], ["其中：1．当面申请数", "条", "02", "0", "40.5", "—"])
        self.assertEqual(lines[4][:6], ["2．传真申请数", "条", "03", "不涉及", "2", "—"])
        self.assertIn("\ufffd乙 <w:p> & \"𠮷\" مرحبا", lines[5][0])
        self.assertEqual(lines[5][3], "未报")
        self.assertEqual(lines[6][:6], [LONG, "万元", "05", "—", "2299.13", "—"])
        self.assertEqual(lines[6][6], "初步")
        self.assertEqual(lines[7][3:6], ["—", "—", "—"])  # not asked for in this quarter
        everything = "\n".join(words)
        for part in ("〔代录：县法治办〕", "〔未经审核〕", "第一段。\n第二段 <x>。", "网站改版", "张某", "李某", "王某", "电话记录", "（公　章）", "盖章扫描件.pdf，SHA-256 " + hashlib.sha256(b"scan!").hexdigest(),
                     str(message_id(message)), receipt.content_hash.hex(), f"{receipt.revision}，收到于"):
            self.assertIn(part, everything)
        xml = zipfile.ZipFile(path).read("word/document.xml").decode()
        self.assertIn('w:eastAsia="宋体"', xml)
        self.assertIn('w:ascii="Times New Roman"', xml)
        self.assertNotIn("\u202e", xml)
        self.assertEqual(path.read_bytes(), self.form("again.docx").read_bytes())

    def test_pdf_has_its_fonts_and_is_the_same_twice(self):
        message, receipt = self.official()
        paths = [self.form("one.pdf"), self.form("two.pdf")]
        looks = [self.look(path) for path in paths]
        self.assertEqual(looks[0][0], looks[1][0])
        text = squeezed(text_of(paths[0]))
        for part in (str(message_id(message)), receipt.content_hash.hex(), "政府信息公开情况", "461余", "2299.13", "单位负责人", "第1页共"):
            self.assertIn(part, text)

    def test_a_blank_form_asks_for_what_is_owed(self):
        _, words = self.read_docx(self.form("blank.docx", "--blank"))
        everything = "\n".join(words)
        self.assertIn("填表说明", everything)
        self.assertIn("其中：1．当面申请数", everything)
        self.assertNotIn("内容指纹", everything)
        self.desk.fetch("unit00")
        own = self.desk.dir / "own.docx"
        done = self.desk.agent("unit00", "--lang", "zh", "print", "--unit", "unit00", "--period", "2023-Q2", "-o", own)
        self.ends(done, OK, "已写入")
        self.desk.down()  # a blank one needs nobody
        self.ends(self.desk.agent("unit00", "print", "--unit", "unit00", "--period", "2023-Q2", "-o", own), OK)
        self.ends(self.desk.agent("unit00", "print", "--unit", "unit00", "--period", "2023-Q2", "--filled", "-o", own), FAILED)
        document, _ = self.read_docx(own)
        titles = [paragraph.text for paragraph in document.paragraphs if paragraph.style.name == "Title"]
        self.assertEqual(len(titles), 2)  # work and official; words has only what is optional

    def test_a_department_prints_the_same_sheet_as_the_bureau(self):
        self.official()
        self.desk.fetch("unit00")
        own = self.desk.dir / "own.docx"
        self.ends(self.desk.agent("unit00", "--lang", "zh", "print", "--unit", "unit00", "--period", "2023-Q2", "--form", "official", "--filled",
                                  "-o", own), OK)
        bodies = [zipfile.ZipFile(path).read("word/document.xml") for path in (own, self.form("bureau.docx"))]
        self.assertEqual(*bodies)

    def test_summaries_turn_go_on_and_repeat_their_head(self):
        for number in range(12):
            rows = {f"flow{n}": wire.Row(value=str(number * 1000 + n), status=wire.submission.ESTIMATED if n == 3 else 0) for n in range(12)}
            self.submit(small.unit_code(number), "work", "2023-Q2", {**rows, "stock": wire.Row(value="7")})
        self.official()
        whole = self.desk.dir / "whole.docx"
        self.print("summary", "--period", "2023-Q2", "-o", whole)
        document, _ = self.read_docx(whole)
        self.assertEqual(document.sections[0].orientation, WD_ORIENT.LANDSCAPE)  # for the long name
        table = document.tables[0]
        cells = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}
        self.assertEqual(cells["时期3"][:2], ["件", "66036"])
        self.assertEqual(cells["时期3"][5], "12/12")
        self.assertTrue(cells["时期3"][6].startswith("推算"), cells["时期3"])
        units = self.desk.dir / "units.docx"
        self.print("summary", "--period", "2023-Q2", "--form", "work", "--by-unit", "-o", units)
        document, words = self.read_docx(units)
        self.assertEqual([len(table.columns) for table in document.tables if table.cell(0, 0).text == "序号"], [12, 5])
        self.assertEqual(document.sections[0].orientation, WD_ORIENT.PORTRAIT)
        first = document.tables[0]
        self.assertEqual([cell.text for cell in first.rows[1].cells][:6], ["", "合计", "66000", "66012", "66024", "66036*"])
        self.assertEqual([cell.text for cell in first.rows[13].cells][:4], ["12", "单位11", "11000", "11001"])
        self.assertIn("* 推算数，或含推算数", words)
        self.assertIn(b"<w:tblHeader/>", zipfile.ZipFile(units).read("word/document.xml"))
        self.print("summary", "--period", "2019-Q1", "--form", "work", "--by-unit", "-o", units)  # nothing is there, which it says
        self.assertIn("未报", self.read_docx(units)[1])

    def test_who_is_missing_and_whom_to_call(self):
        self.desk.allow("office", "periods")
        self.desk.allow("office", "read", "--everywhere")
        contacts = self.desk.file("contacts.csv", "unit,role,name,telephone,mobile\nunit01,leader,赵某,0561-1,\nunit01,filler,钱某,0561-2,139\n")
        self.ends(self.desk.run("jibao", "--key", self.desk.key("office"), "contacts", "load", contacts), OK)
        self.submit("unit00", "work", "2023-Q2", {**{f"flow{n}": wire.Row(value="1") for n in range(12)}, "stock": wire.Row(value="7")})
        self.official()  # all but of.deep
        path = self.desk.dir / "missing.docx"
        self.ends(self.desk.run("jibao", "--key", self.desk.key("office"), "--lang", "zh", "print", "missing", "--period", "2023-Q2", "-o", path), OK)
        document, words = self.read_docx(path)
        rows = [[cell.text for cell in row.cells] for row in document.tables[0].rows]
        self.assertEqual(rows[1][:5], ["1", "单位00", "政府信息公开情况", "待审核", "5/6"])
        self.assertEqual(rows[2][:3] + rows[2][7:], ["2", "单位01", "工作季报", "赵某 0561-1", "钱某 0561-2 139"])
        self.assertEqual(rows[3][1:3], ["单位01", "政府信息公开情况"])  # merged: one unit, one call
        self.assertIn("本名单含个人信息", "\n".join(words))
        self.desk.allow("onlooker", "read", "--everywhere")  # to read figures is no reason to know telephone numbers
        for args in (("--no-contacts",), ()):
            done = self.desk.run("jibao", "--key", self.desk.key("onlooker"), "--lang", "zh", "print", "missing", "--period", "2023-Q2", "-o", path, *args)
            self.assertEqual("没有联系人" in self.ends(done, OK).text, not args)
            self.assertNotIn("赵某", "\n".join(self.read_docx(path)[1]))

    def test_what_cannot_be_printed_is_told(self):
        out = self.desk.dir / "x.docx"
        self.print("form", "--unit", "unit00", "--period", "2023-Q2", "-o", "x.txt", code=USAGE, words=(".docx 或 .pdf",))
        self.print("form", "--unit", "单位0", "--period", "2023-Q2", "-o", out, code=USAGE, words=("没有单位",))
        self.print("form", "--unit", "unit00", "--period", "2023-Q9", "-o", out, code=USAGE, words=("不是报告期",))
        self.print("form", "--unit", "unit00", "--form", "offical", "--period", "2023-Q2", "-o", out, code=USAGE, words=("official",))
        self.print("form", "--unit", "unit05", "--form", "official", "--period", "2023-Q2", "-o", out, code=USAGE, words=("没有应报的",))
        self.print("summary", "--period", "2023-Q2", "--by-unit", "-o", out, code=USAGE, words=("--form",))
        self.print("summary", "--period", "2023-Q2", "-o", self.desk.dir / "no/such/folder.docx", code=FAILED, words=("不能写",))
        self.assertFalse(out.exists())
        # Without a converter a PDF is refused before anything is asked, with what to install; a .docx needs none.
        bare = {"PATH": str(self.desk.dir)}
        done = self.desk.bureau("--lang", "zh", "print", "summary", "--period", "2023-Q2", "-o", "x.pdf", env=bare)
        self.ends(done, FAILED, "libreoffice-writer")
        self.ends(self.desk.bureau("print", "summary", "--period", "2023-Q2", "-o", out, env=bare), OK)


class Demonstration(DeskCase, Paper):
    def test_invented_data_say_so_at_the_head_of_each_page(self):
        self.desk.up()
        self.desk.load("demonstration: true\n" + small.catalog())
        path = self.desk.dir / "demonstration.docx"
        for args in (("form", "--under", "county", "--blank"), ("form", "--unit", "unit00"), ("summary", "--form", "work", "--by-unit"), ("missing",)):
            self.ends(self.desk.bureau("--lang", "zh", "print", *args, "--period", "2023-Q2", "-o", path), OK)
            document, _ = self.read_docx(path)
            for section in document.sections:
                self.assertIn("演示数据", section.header.paragraphs[0].text)


class Marks(ClockCase, Paper):
    def test_what_a_reader_must_know_stands_under_the_title(self):
        self.opened()
        self.at("2023-07-12 09:00:00")
        self.submit("unit00", OK)
        self.submit("unit01", OK)
        self.by("reviewer", OK, "filing", "accept", "unit00", "work", QUARTER)
        self.by("reviewer", OK, "filing", "return", "unit01", "work", QUARTER, "--reason", "与台账不符")
        path = self.desk.dir / "marks.docx"
        self.by("office", OK, "--lang", "zh", "print", "form", "--under", "county", "--period", QUARTER, "--form", "work", "-o", path)
        document, words = self.read_docx(path)
        self.assertNotIn("演示数据", document.sections[0].header.paragraphs[0].text)
        marks = [text for text in words if text.startswith("〔")]
        self.assertEqual(marks, ["〔迟报 2 天〕", "〔迟报 2 天〕　〔已退回，尚未更正〕", "〔未报〕", "〔未报〕"])
        self.assertEqual(len(document.sections), 4)


def message_id(message):
    text = message.id.hex()
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


if __name__ == "__main__":
    main()
