#!/usr/bin/python3
"""Templates: what is wrong with one is told with its place, all of it at once, and nothing is written; what is not a template at
all; loops, conditions, tables and texts; a release is printed the same ever after."""

import io
import re
import zipfile

import docx
import docx_text
import small
from harness import FAILED, OK, REFUSED, TOP, USAGE, DeskCase, main

UNITS = [small.unit_code(n) for n in range(3)]

# What stands in the template, and the words that the message must have.
WRONG = [
    ("{{时期9 2023}}", "没有指标“时期9”", "时期"),
    ("{{flow9}}", "没有指标", "flow"),
    ("{{时期0 去年}}", "“去年”既不是时期"),
    ("{{时期0 2023 统比}}", "不认得“统比”", "同比"),
    ("{{时期0 2023 2022}}", "第二个时期"),
    ("{{}}", "括号里没有内容"),
    ("{{时期0 2023", "没有对应的 }}"),
    ("时期0 2023}}", "前面没有 {{"),
    ("{{完}}", "没有要结束的"),
    ("{{否则}}", "前面没有条件"),
    ("{{每单位 north}}", "没有对应的 {{完}}"),
    ("{{每单位 nord}}x{{完}}", "没有单位“nord”", "north"),
    ("{{如果 时期0}}x{{完}}", "条件要写明问什么"),
    ("{{如果 时期0 > 多}}x{{完}}", "“多”不是数"),
    ("{{如果 时期0 >}}x{{完}}", "后面缺数"),
    ("{{数值}}", "没有写指标，外面也没有“每指标”循环"),
    ("{{指标}}", "外面没有“每指标”循环"),
    ("{{章节}}", "外面没有“每章节”循环"),
    ("{{序号}}", "外面没有循环"),
    ("{{如果 末项}}x{{完}}", "外面没有循环"),
    ("{{工作情况}}", "文字材料"),
    ("{{汇编 时期0}}", "是数"),
    ("{{时期0 2023-M01}}", "报告期没有这么短"),
    ("{{表 章节=第九}}", "没有章节“第九”"),
    ("前{{表 时期0}}后", "占一整段"),
    ("{{时期0 单为=north}}", "不认得“单为”", "单位"),
    ("{{时期0 单位=}}", "后面没有内容"),
    ("{{时期0 单位=north 分组=odd}}", "单位和分组只能写一个"),
    ("{{时期0 口径=随便}}", "不是口径"),
    ("{{附录 全部}}", "多余"),
    ("{{图 期=2023}}", "图要写明指标"),
    ("{{表 时期0,时期1 下级=county 期=2022,2023}}", "三个方向"),
    ("{{表 时期0 期=" + ",".join(f"{y}-Q{q}" for y in range(2010, 2021) for q in (1, 2, 3, 4)) + "}}", "放不下"),
    ("{{图 时期0 1990..2023}}", "放不下"),
    ("{{时期0 " + "长" * 400 + "}}", "太长"),
]


def catalog(managed=True):
    text = small.catalog(units=3, flows=2)
    for code in ("flow0,", "flow1,", "share,"):
        text = text.replace(f"code: {code}", f"code: {code} public: true,")
    return ("periods: managed\n" if managed else "") + text


def word(*lines):
    """A Word document with a paragraph a line, written by another hand."""
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


class Reports(DeskCase):
    def print(self, template, *args, code=OK, words=()):
        return self.ends(self.desk.run("jibao", "--lang", "zh", "report", template, *args), code, *words)

    def made(self, template, *args, name="out.md"):
        out = self.desk.dir / name
        self.print(template, *args, "-o", out)
        return out.read_bytes()


class Wrong(Reports):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(catalog(managed=False))

    def test_each_mistake_is_told_with_its_place(self):
        self.assertGreaterEqual(len(WRONG), 20)
        out = self.desk.dir / "never.docx"
        for text, *words in WRONG:
            for name, body, place in (("wrong.md", f"# 题\n\n{text}\n", "第3行"), ("wrong.docx", word("题", "", text), "第3段")):
                with self.subTest(text=text, name=name):
                    done = self.print(self.desk.file(name, body), "--period", "2023", "-o", out, code=REFUSED, words=words)
                    self.assertRegex(done.text, rf"{name}: {place}: ", done)
                    self.assertFalse(out.exists())

    def test_demonstration_data_say_so_on_the_first_line(self):
        self.desk.load("demonstration: true\n" + catalog(managed=False))
        for name in ("out.md", "out.html", "out.docx"):
            made = self.made(self.desk.file("t.docx", word("正文{{报告期}}")), "--period", "2023", name=name)
            text = docx_text.paragraphs(made)[0] if name == "out.docx" else made.decode()
            self.assertIn("演示数据", text)

    def test_a_report_speaks_its_templates_language(self):
        out = self.desk.dir / "out.md"
        for text, lang, wanted in (("报告期{{报告期}}", (), "2023年第一季度"), ("Period {{period}}", (), "Period 2023-Q1"),
                                   ("报告期{{报告期}}", ("--lang", "en"), "报告期2023-Q1")):
            file = self.desk.file("lang.md", text)
            self.ends(self.desk.run("jibao", *lang, "report", file, "--period", "2023-Q1", "-o", out), OK)
            self.assertIn(wanted, out.read_text("utf-8"))

    def test_without_a_converter_it_says_what_to_install(self):
        file = self.desk.file("t.md", "x")
        done = self.desk.run("jibao", "--lang", "zh", "report", file, "--period", "2023", "-o", "x.pdf", env={"PATH": "/nowhere"})
        self.ends(done, FAILED, "libreoffice-writer", ".docx")
        self.assertFalse((self.desk.dir / "x.pdf").exists())

    def test_all_mistakes_come_at_once(self):
        lines = [text for text, *_ in WRONG if not text.startswith(("{{每", "{{完", "{{否则", "{{如果"))]
        done = self.print(self.desk.file("all.docx", word(*lines)), "--period", "2023", "--check", code=REFUSED)
        told = {int(m) for m in re.findall(r"all\.docx: 第(\d+)段", done.text)}
        self.assertEqual(told, {n + 1 for n in range(len(lines))})
        self.ends(done, REFUSED, f"模板有 {len(lines)} 处错误")

    def test_placeholders_in_tables_headers_and_boxes_have_places_too(self):
        document = docx.Document()
        document.add_paragraph("正文")
        document.add_table(1, 2).rows[0].cells[1].text = "{{flow9}}"
        document.sections[0].header.paragraphs[0].text = "{{flow8}}"
        document.sections[0].footer.paragraphs[0].text = "{{表 时期0}}"
        out = io.BytesIO()
        document.save(out)
        done = self.print(self.desk.file("t.docx", out.getvalue()), "--period", "2023", "--check", code=REFUSED)
        self.ends(done, REFUSED, "t.docx: 第3段: {{flow9}}", "word/header1.xml 第1段: {{flow8}}", "word/footer1.xml 第1段: {{表 时期0}}: 页眉页脚")
        boxed = docx_text.package(word("框")).read("word/document.xml").decode().replace(
            "<w:t>框</w:t>", "<w:t>框</w:t></w:r><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>{{时期0}}</w:t></w:r></w:p></w:txbxContent></w:pict>")
        file = self.desk.file("box.docx", docx_text.rewritten(word("框"), {"word/document.xml": boxed.encode()}))
        self.print(file, "--period", "2023", "--check", code=REFUSED, words=("box.docx: 第1段", "文本框"))

    def test_what_is_no_template_is_refused(self):
        good = word("{{时期0 2023}}")
        part = "word/document.xml"
        xml = docx_text.package(good).read(part)
        bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><w:document/>'
        deep = xml.replace(b"<w:body>", b"<w:body>" + b"<w:sdt>" * 200)
        cases = [
            ("a.docx", b"", "不是 Word 文档"),
            ("a.docx", b"PK\x03\x04 and then nothing", "a.docx"),
            ("a.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "不是 Word 文档", ".doc"),
            ("a.docx", good[:len(good) // 2], "a.docx"),
            ("a.docx", docx_text.rewritten(good, {"_rels/.rels": None}), "不是 Word 文档"),
            ("a.docx", docx_text.rewritten(good, {part: None}), "不是 Word 文档"),
            ("a.docx", docx_text.rewritten(good, {part: xml[:-40]}), part),
            ("a.docx", docx_text.rewritten(good, {part: b"not xml"}), part),
            ("a.docx", docx_text.rewritten(good, {part: bomb}), part),
            ("a.docx", docx_text.rewritten(good, {part: deep}), part),
            ("a.docx", docx_text.rewritten(good, {part: xml.decode().encode("utf-16")}), "UTF-8"),
            ("a.docx", docx_text.rewritten(good, {part: b"<w:other xmlns:w='x'/>"}), part),
            ("a.docx", docx_text.rewritten(good, {part: xml.replace(b"w:", b"v:")}), part),
            ("a.docx", docx_text.rewritten(good, {"../evil": b"x"}), "a.docx"),
            ("a.docx", self.zip_bomb(), "a.docx"),
            ("a.md", b"\xff\xfe\x00x", "a.md"),
            ("a.md", b"x" * (5 << 20), "a.md"),
        ]
        for name, body, *words in cases:
            with self.subTest(body=body[:40], words=words):
                self.print(self.desk.file(name, body), "--period", "2023", "--check", code=REFUSED, words=words)
        self.print(self.desk.file("a.txt", "x"), "--period", "2023", "--check", code=USAGE, words=(".docx",))
        self.print(self.desk.dir / "none.docx", "--period", "2023", "--check", code=REFUSED)
        self.print(self.desk.file("a.md", "x"), "--period", "20x3", "--check", code=USAGE, words=("20x3",))
        self.print(self.desk.file("a.md", "x"), "--period", "2023", "-o", "out.rtf", code=USAGE)

    @staticmethod
    def zip_bomb():
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
            package.writestr("[Content_Types].xml", "<Types/>")
            package.writestr("word/document.xml", b" " * (80 << 20))
        return out.getvalue()


class Filled(Reports):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(catalog())
        self.desk.allow("office", "periods")
        self.desk.allow("office", "read", "--everywhere")
        self.desk.allow("reviewer", "review", "--units", "county+")
        self.desk.fetch(*UNITS)

    def act(self, name, *args):
        done = self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args, "-o", "csv"), OK)
        return int(done.rows()[0]["revision"])

    def submit(self, unit, period, *args, **values):
        path = self.desk.file("figures.csv", small.csv_of(unit, period, values))
        self.ends(self.desk.agent(unit, "submit", path, *args), OK)
        if "story" not in values:
            self.act("reviewer", "filing", "accept", unit, "work", period)

    def publish(self, period, *args):
        self.act("office", "period", "close", period)
        return self.act("office", "publish", period, *args)

    def quarter(self, period, *rows):
        self.act("office", "period", "open", period)
        for unit, flow0, flow1 in rows:
            self.submit(unit, period, flow0=flow0, flow1=flow1, stock="1")

    def test_loops_conditions_and_words(self):
        for year in (2022, 2023):
            self.quarter(f"{year}-Q1", ("unit00", "10", "40"), ("unit01", "20" if year == 2022 else "30余", "40"), ("unit02", "5", "5"))
        template = self.desk.file("t.md", """# {{报告单位}}{{报告期}}

{{每单位 county}}
{{中文序号}}、{{单位}}：{{时期0}}，同比{{时期0 同比}}。
{{每单位}}{{单位}}{{时期0 数}}{{如果 末项}}。{{否则}}、{{完}}{{完}}
{{完}}
{{如果 时期0 单位=unit00 持平}}unit00{{时期0 单位=unit00 同比}}。{{否则}}错{{完}}
{{如果 时期1 同比 > 0}}错{{否则}}时期1未增长。{{完}}
{{占比 2023-Q1}} {{占比 分子分母}} {{时期0 分组=few}} {{时期0 上年同期}} {{时期0 覆盖}} {{存量 时点}}
{{每单位 分组=few}}{{单位}}={{时期0}};{{完}}
{{时期0 2021-Q1}}
{{"时期0"}} ｛｛时期0　数字｝｝

| 单位 | 数 |
|---|--:|
| {{每单位 north}}{{单位}} | {{时期0}}{{完}} |
| 合计 | {{时期0 单位=north}} |
""")
        text = self.made(template, "--period", "2023-Q1", "--view", "working").decode().split("<!-- pagebreak -->")[0]
        for wanted in ("# 小县2023年第一季度", "一、北片：15件，同比持平。", "单位0010、单位025。", "二、南片：30余件，同比增长超50.00%。", "单位0130余。",
                       "unit00持平。", "时期1未增长。", "超52.94% 45/85 40余件 35件 3/3 2023年3月31日", "单位00=10件;单位01=30余件;", "【未报】", "45余件 45",
                       "| 单位00 | 10件 |", "| 单位02 | 5件 |", "| 合计 | 15件 |"):
            self.assertIn(wanted, text)
        self.assertNotIn("错", text)
        done = self.print(template, "--period", "2023-Q1", "--view", "working", "--strict", "-o", self.desk.dir / "s.docx", code=REFUSED)
        self.ends(done, REFUSED, "缺 1 个数")
        self.assertFalse((self.desk.dir / "s.docx").exists())

    def test_tables_charts_and_texts_in_word(self):
        self.quarter("2023-Q1", ("unit00", "10", "40"), ("unit01", "20", "40"))
        self.submit("unit00", "2023-Q1", story='"第一行\n第二行 <b>&"')
        document = docx.Document()
        document.add_heading("题", 0)
        for line in ("{{表 章节=all 期=2023-Q1 覆盖 题=全部}}", "{{表 时期0 下级=county 期=2022-Q1,2023-Q1}}", "{{图 时期0 下级=north 2023-Q1}}",
                     "{{汇编}}", "{{缺报表}}", "{{缺报单位}}{{应报份数}}{{实报份数}}"):
            document.add_paragraph(line)
        table = document.add_table(3, 2)
        for row, cells in enumerate((("{{每单位 county}}{{单位}}", "{{时期0}}"), ("其中", "{{时期1}}{{完}}"), ("末", "{{时期0 单位=county}}"))):
            for column, text in enumerate(cells):
                table.rows[row].cells[column].text = text
        out = io.BytesIO()
        document.save(out)
        made = self.made(self.desk.file("t.docx", out.getvalue()), "--period", "2023-Q1", "--view", "working", name="out.docx")
        tables = docx_text.tables(made)
        self.assertEqual(tables[0][0], ["指标", "计量单位", "2023年第一季度", "覆盖"])
        self.assertIn(["时期0", "件", "30", "2/3"], tables[0])
        self.assertEqual(tables[1], [["单位", "2022年第一季度", "2023年第一季度"], ["北片", "未报", "10"], ["南片", "未报", "20"], ["合计", "未报", "30"]])
        missing = next(t for t in tables if t[0][0] == "单位" and t[0][1] == "报表")
        self.assertEqual([row[0] for row in missing[1:]], ["单位02"])
        loop = next(t for t in tables if t[-1][0] == "末")
        self.assertEqual(loop, [["北片", "10件"], ["其中", "40件"], ["南片", "20件"], ["其中", "40件"], ["末", "30件"]])
        body = docx_text.paragraphs(made)
        self.assertIn("单位00：第一行", body)
        self.assertIn("第二行 <b>&", body)
        self.assertIn("单位0232", body)
        self.assertTrue(any(name.startswith("word/charts/") for name in docx_text.package(made).namelist()))
        docx.Document(io.BytesIO(made))
        page = self.made(self.desk.dir / "t.docx", "--period", "2023-Q1", "--view", "working", name="out.html").decode()
        self.assertIn("<svg", page)
        self.assertIn("第二行 &lt;b&gt;&amp;", page)
        self.assertNotIn("<script", page)

    def test_a_release_is_printed_the_same_ever_after(self):
        annual = self.desk.file("t.md", """# 年报

{{如果 已发布}}{{发布}}，流水号{{流水号}}，链头{{链头}}。{{否则}}草稿。{{完}}
全年{{时期0 本年}}，比上年{{时期0 本年 同比}}。
{{如果 有修订}}修订{{修订数}}处。{{完}}

{{修订表}}

{{附录}}
""")
        out = self.desk.dir / "x.docx"
        for year in (2022, 2023):
            for n in (1, 2, 3, 4):
                self.quarter(f"{year}-Q{n}", ("unit00", str(year - 2000), "9"), ("unit01", "1", "9"), ("unit02", "1", "9"))
                if year == 2022:
                    self.publish(f"{year}-Q{n}")
        self.print(annual, "--period", "2023", "-o", out, code=REFUSED, words=("2023年 尚未发布",))
        self.assertIn("草稿", self.made(annual, "--period", "2023", "--view", "accepted").decode())
        for n in (1, 2, 3, 4):
            last = self.publish(f"2023-Q{n}", "--note", "初次")
        first = {kind: self.made(annual, "--period", "2023", name=f"first.{kind}") for kind in ("md", "html", "docx")}
        text = first["md"].decode()
        self.assertIn("2023年第一季度第1次发布、2023年第二季度第1次发布、2023年第三季度第1次发布、2023年第四季度第1次发布", text)
        self.assertIn("全年100件，比上年增长4.17%。", text)
        self.assertIn("没有更早的发布可以比较。", text)
        release = self.ends(self.desk.bureau("release", "list", "2023-Q4", "-o", "csv"), OK).rows()[0]
        self.assertIn(f"流水号{last}，链头{release['head']}", text)

        # Work goes on; what was released is printed as it was, byte for byte.
        self.act("office", "period", "reopen", "2023-Q2", "--unit", "unit00", "--until", "+1h", "--reason", "更正")
        self.submit("unit00", "2023-Q2", "--reason", "重复登记", flow0="20")
        for kind, bytes_then in first.items():
            self.assertEqual(self.made(annual, "--period", "2023", name=f"again.{kind}"), bytes_then, kind)
        second = self.act("office", "publish", "2023-Q2", "--note", "更正")
        text = self.made(annual, "--period", "2023").decode()
        for wanted in ("2023年第二季度第2次发布", f"流水号{second}", "全年97件，比上年增长1.04%。", "修订1处。",
                       "| 2023年第二季度 | 单位00 | 时期0 | 23件 | 20件 | 重复登记 |"):
            self.assertIn(wanted, text)
        self.assertEqual(self.made(annual, "--period", "2023", "--as-of", str(last)), first["md"])
        quarter = self.desk.file("q.md", "{{时期0}} {{发布}}\n")
        self.assertIn("25件 2023年第二季度第1次发布", self.made(quarter, "--period", "2023-Q2", "--release", "1").decode())
        self.assertIn("22件 2023年第二季度第2次发布", self.made(quarter, "--period", "2023-Q2").decode())
        self.print(quarter, "--period", "2023-Q2", "--release", "3", "-o", out, code=REFUSED, words=("没有第 3 次发布",))
        self.print(quarter, "--period", "2023", "--release", "1", "-o", out, code=USAGE)
        shipped = self.made(TOP / "deploy/annual-report.docx", "--period", "2023").decode()
        self.assertIn("| 时期0 | 件 | 97 | 增长1.04% |", shipped)


if __name__ == "__main__":
    main()
