#!/usr/bin/python3
"""Workbooks as they come: damaged and hostile ones are refused with what is wrong, where, and what to do, and leave nothing behind;
odd ones are read as a person would read them. (The sanitized build runs this too.)"""

import io
import json
import random
import re
import zipfile

import small
import wire
from harness import OK, REFUSED, SANITIZED, DeskCase, main, wait_until

EXTRA = "  - {code: exactly, name: {zh: 精确, en: Exactly}, unit_of_measure: {zh: 件}, measure: flow, decimals: 0, owners: [unit00], bases: [period, ytd], marks: false, not_applicable: false}"
FORM = """  - code: two
    title: {zh: 两列表, en: Two columns}
    units: [unit00]
    rows:
      - {indicator: exactly}"""
SHEET, STRINGS, BOOK, TYPES, RELS = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml", "[Content_Types].xml",
                                     "xl/_rels/workbook.xml.rels")
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def unpack(path):
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name).decode("utf-8") for name in package.namelist()}


def pack(parts, method=zipfile.ZIP_DEFLATED):
    """parts: name -> text or bytes, or pairs where a name stands twice."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, text in parts.items() if isinstance(parts, dict) else parts:
            package.writestr(zipfile.ZipInfo(name), text, method)
    return out.getvalue()


def cell(parts, place, inside, kind="", style=None):
    """The parts with one cell of the first sheet made anew."""
    found = re.search(rf'<c r="{place}" s="(\d+)"[^>]*?(/>|>.*?</c>)', parts[SHEET])
    made = f'<c r="{place}" s="{style or found[1]}"{f" t={kind!r}" if kind else ""}>{inside}</c>'
    return {**parts, SHEET: parts[SHEET].replace(found[0], made, 1)}


def value(parts, place, text, **more):
    return cell(parts, place, f"<v>{text}</v>", **more)


def inline(parts, place, text):
    return cell(parts, place, f"<is><t>{text}</t></is>", "inlineStr")


def edit(name, old, new):
    def make(parts):
        assert old in parts[name], (name, old)
        return {**parts, name: parts[name].replace(old, new, 1)}
    return make


def add(name, body):
    return lambda parts: {**parts, name: body}


def drop(name):
    return lambda parts: {key: body for key, body in parts.items() if key != name}


def set_format(code, text, place="F6"):
    """A cell with a number format of its own."""
    def make(parts):
        styles = parts["xl/styles.xml"]
        count = int(re.search(r'<cellXfs count="(\d+)"', styles)[1])
        styles = styles.replace("<fonts", f'<numFmts count="1"><numFmt numFmtId="190" formatCode="{code}"/></numFmts><fonts', 1)
        styles = styles.replace("</cellXfs>", '<xf numFmtId="190" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>', 1)
        return value({**parts, "xl/styles.xml": styles}, place, text, style=count)
    return make


def bomb(parts):
    return {**parts, SHEET: "<worksheet><sheetData>" + " " * (60 << 20) + "</sheetData></worksheet>"}


def laughs(parts):
    entities = "".join(f"<!ENTITY e{n} '{f'&e{n - 1};' * 10}'>" for n in range(1, 10))
    return {**parts, SHEET: f"<!DOCTYPE x [<!ENTITY e0 'ha'>{entities}]><worksheet>&e9;</worksheet>"}


def many_rows(parts):
    rows = "".join(f'<row r="{n}"><c r="F{n}"><v>1</v></c><c r="J{n}" t="inlineStr"><is><t>flow0</t></is></c></row>' for n in range(20, 100021))
    return {**parts, SHEET: parts[SHEET].replace("</sheetData>", rows + "</sheetData>")}


def damage(parts):
    packed = bytearray(pack(value(parts, "F6", "1")))
    at = packed.index(SHEET.encode()) + len(SHEET) + 40
    packed[at] ^= 0xFF
    return bytes(packed)


def understated(parts):
    """The directory says that the sheet is smaller than it unpacks to."""
    packed = bytearray(pack(value(parts, "F6", "1")))
    at = packed.rindex(SHEET.encode()) - 46 + 24
    packed[at:at + 4] = (100).to_bytes(4, "little")
    return bytes(packed)


def flagged_as_encrypted(parts):
    packed = bytearray(pack(value(parts, "F6", "1")))
    for signature, offset in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        at = packed.find(signature)
        while at >= 0:
            packed[at + offset] |= 1
            at = packed.find(signature, at + 4)
    return bytes(packed)


def swap_titles(parts):
    """本期实际 and 上期 change places with everything under them: their cells only."""
    sheet = re.sub(r'<c r="([EF])(\d+)"', lambda m: f'<c r="{"FE"["EF".index(m[1])]}{m[2]}"' if int(m[2]) in range(4, 13) else m[0], parts[SHEET])
    return {**parts, SHEET: sheet}


def link(parts):
    parts = add("xl/externalLinks/externalLink1.xml", "<externalLink/>")(parts)
    return parts


# name, code of the finding, sheet and cell ("" when the file as a whole is wrong), what people must read, how the good one is spoiled
BAD = [
    ("a word for a number", "value_syntax", "F6", "12a", lambda p: inline(p, "F6", "12a")),
    ("letter O for zero in a number kept as text", "value_syntax", "F6", "1O", lambda p: inline(p, "F6", "1O")),
    ("too many decimals", "too_many_decimals", "F6", "1.234", lambda p: value(p, "F6", "1.234")),
    ("a third, as a formula", "cell_kind", "F6", "15", lambda p: cell(p, "F6", "<f>1/3</f><v>0.33333333333333331</v>")),
    ("more digits than a spreadsheet keeps", "cell_kind", "F6", "15", lambda p: value(p, "F6", "1.2345678901234568E+17")),
    ("a date where a figure belongs", "cell_kind", "F6", "2023-06-30", set_format("yyyy-mm-dd", "45107")),
    ("a date of the 1904 system", "cell_kind", "F6", "2023-06-30",
     lambda p: edit(BOOK, "<workbookPr ", '<workbookPr date1904="1" ')(set_format("yyyy-mm-dd", "43645")(p))),
    ("a mark that is only the cell's format", "cell_kind", "F6", "461余", set_format('0&quot;余&quot;', "461")),
    ("below zero", "negative", "F7", "-5", lambda p: value(p, "F7", "-5")),
    ("division by zero", "cell_kind", "F6", "#DIV/0!", lambda p: cell(p, "F6", "<f>1/0</f><v>#DIV/0!</v>", "e")),
    ("a broken reference", "cell_kind", "F6", "#REF!", lambda p: value(p, "F6", "#REF!", kind="e")),
    ("true for a figure", "cell_kind", "F6", "TRUE", lambda p: value(p, "F6", "1", kind="b")),
    ("a formula without a result", "cell_kind", "F6", "calculate", lambda p: cell(p, "F6", "<f>SUM(E6)</f>")),
    ("a formula of another file", "cell_linked", "F6", "another file",
     lambda p: cell(link(p), "F6", "<f>[1]Sheet1!A1</f><v>5</v>")),
    ("merged cells to fill in", "cell_kind", "F6", "merge", lambda p: edit(SHEET, "<mergeCells ", "<mergeCells><mergeCell ref=\"F6:F7\"/></mergeCells><x ")
     (edit(SHEET, "</mergeCells>", "</x>")(value(p, "F6", "1")))),
    ("an indicator that is none", "unknown_indicator", "J6", "flow9", lambda p: inline(value(p, "F6", "1"), "J6", "flow9")),
    ("an indicator twice", "duplicate_row", "J7", "", lambda p: inline(value(value(p, "F6", "1"), "F7", "2"), "J7", "flow0")),
    ("an indicator of another form", "not_in_form", "J6", "exactly", lambda p: inline(value(p, "F6", "1"), "J6", "exactly")),
    ("a status that is none", "status_syntax", "H6", "maybe", lambda p: inline(value(p, "F6", "1"), "H6", "maybe")),
    ("a very long note", "field_too_long", "I6", "4096", lambda p: inline(value(p, "F6", "1"), "I6", "n" * 5000)),
    ("a cell beyond every limit", "workbook", "", "F6", lambda p: inline(p, "F6", "x" * 140000)),
    ("a unit that is none", "workbook_head", "A2", "单位99", lambda p: inline(value(p, "F6", "1"), "A2", "填报单位（盖章）：单位99")),
    ("a period that is none", "workbook_head", "A3", "2021年第五季度", lambda p: inline(value(p, "F6", "1"), "A3", "报告期：2021年第五季度")),
    ("a form that is none", "workbook_head", "F2", "wrk", lambda p: inline(value(p, "F6", "1"), "F2", "表号：wrk")),
    ("no period at all", "workbook_head", "", "", lambda p: inline(value(p, "F6", "1"), "A3", "")),
    ("an unknown column", "file_header", "I4", "颜色", lambda p: inline(value(p, "F6", "1"), "I4", "颜色")),
    ("a column twice", "file_header", "G4", "本期实际", lambda p: inline(value(p, "F6", "1"), "G4", "本期实际")),
    ("the titles deleted", "file_header", "", "", lambda p: edit(SHEET, re.search(r'<row r="4".*?</row>', p[SHEET])[0], "")(value(p, "F6", "1"))),
    ("nothing filled in", "file_empty", "", "", lambda p: p),
    ("100,000 rows", "file_too_many_rows", "", "100000", many_rows),
    ("a shared text that is missing", "workbook", "", "F6", lambda p: value(p, "F6", "999999", kind="s")),
    ("no shared texts at all", "workbook", "", "sharedStrings", drop(STRINGS)),
    ("a column that no sheet has", "workbook", "", "AAAA6", lambda p: edit(SHEET, 'r="F6"', 'r="AAAA6"')(value(p, "F6", "1"))),
    ("a row that no sheet has", "workbook", "", "99999999", edit(SHEET, '<row r="6"', '<row r="99999999"')),
    ("a cell twice", "workbook", "", "F6", lambda p: edit(SHEET, '<c r="G6"', '<c r="F6"><v>2</v></c><c r="G6"')(value(p, "F6", "1"))),
    ("a number that cannot be read", "workbook", "", "F6", lambda p: value(p, "F6", "1,5")),
    ("a sheet cut short", "workbook", "", "sheet1.xml", lambda p: {**p, SHEET: p[SHEET][:3000]}),
    ("a sheet that is not there", "workbook", "", "sheet1.xml", drop(SHEET)),
    ("no relations", "workbook", "", "workbook.xml.rels", drop(RELS)),
    ("no content types", "workbook", "", "Content_Types", drop(TYPES)),
    ("the content types of a letter", "workbook", "", "no spreadsheet",
     lambda p: {**p, TYPES: p[TYPES].replace("spreadsheetml.sheet.main", "wordprocessingml.document.main")}),
    ("a binary workbook", "workbook", "", ".xlsb", lambda p: {**p, TYPES: re.sub(r"application/[^\"]*sheet\.main\+xml", "application/vnd.ms-excel.sheet.binary.main", p[TYPES])}),
    ("macros", "workbook", "", "macros", lambda p: add("xl/vbaProject.bin", b"\0" * 100)(value(p, "F6", "1"))),
    ("a zip bomb", "workbook", "", "unpacks", bomb),
    ("a bomb whose directory lies", "workbook", "", "sheet1.xml", understated),
    ("billion laughs", "workbook", "", "document type", laughs),
    ("an entity from outside", "workbook", "", "document type",
     lambda p: {**p, SHEET: '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'}),
    ("nested ten thousand deep", "workbook", "", "nested", lambda p: {**p, SHEET: "<worksheet>" + "<a>" * 10000 + "</a>" * 10000 + "</worksheet>"}),
    ("a name that leads out", "workbook", "", "../../etc/passwd", add("../../etc/passwd", "x")),
    ("an absolute name", "workbook", "", "/etc/passwd", add("/etc/passwd", "x")),
    ("a relation that leads out", "workbook", "", "etc/passwd", edit(RELS, "worksheets/sheet1.xml", "../../../../etc/passwd")),
    ("a name twice", "workbook", "", "twice", lambda p: pack([*p.items(), (SHEET.upper(), p[SHEET])])),
    ("10,000 entries", "workbook", "", "too many parts", lambda p: {**p, **{f"x/{n}": "" for n in range(10000)}}),
    ("packed in another way", "workbook", "", "packed", lambda p: pack(p, zipfile.ZIP_LZMA)),
    ("parts with a password", "workbook", "", "password", flagged_as_encrypted),
    ("damaged in the middle", "workbook", "", "damaged", damage),
    ("cut short", "workbook", "", "cut short", lambda p: pack(p)[:-400]),
    ("only its beginning", "workbook", "", "cut short", lambda p: pack(p)[:100]),
    ("encrypted, or an old .xls", "workbook", "", "password", lambda p: OLE),
    ("a CSV file by another name", "workbook", "", ".csv", lambda p: b"unit,period,indicator,value\nunit00,2021-Q1,flow0,1\n"),
    ("an empty file", "workbook", "", "no workbook", lambda p: b""),
    ("a picture", "workbook", "", "no workbook", lambda p: b"\x89PNG\r\n\x1a\n" + bytes(2000)),
    ("some other zip", "workbook", "", "rels", lambda p: pack({"readme.txt": "hello"})),
]

# name, what flow0 is afterwards, how the good one is made odd
ODD = [
    ("a number", "5", lambda p: value(p, "F6", "5")),
    ("a binary fraction", "0.1", lambda p: value(p, "F6", "0.10000000000000001")),
    ("an exponent", "1500", lambda p: value(p, "F6", "1.5E+3")),
    ("a number kept as text", "2299.13", lambda p: inline(p, "F6", " 2,299.13 ")),
    ("full-width digits", "461", lambda p: inline(p, "F6", "４６１")),
    ("a formula with its result", "7", lambda p: cell(p, "F6", "<f>3+4</f><v>7</v>")),
    ("a formula that gives a text", "7", lambda p: cell(p, "F6", '<f>TEXT(7,"0")</f><v>7</v>', "str")),
    ("runs of rich text and a phonetic guide", "461",
     lambda p: cell(p, "F6", "<is><r><t>46</t></r><r><rPr><b/></rPr><t>1</t></r><rPh sb='0' eb='1'><t>x</t></rPh></is>", "inlineStr")),
    ("a renamed sheet", "5", lambda p: edit(BOOK, 'name="工作季报"', 'name="Sheet1"')(value(p, "F6", "5"))),
    ("moved columns", "5", lambda p: swap_titles(value(p, "F6", "5"))),
    ("a hidden row", "5", lambda p: edit(SHEET, '<row r="6"', '<row r="6" hidden="1"')(value(p, "F6", "5"))),
    ("links that no figure uses", "5", lambda p: value(link(p), "F6", "5")),
    ("strict namespaces", "5", lambda p: {name: body.replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
                                          for name, body in value(p, "F6", "5").items()}),
    ("cells without places", "5", lambda p: {**p, SHEET: re.sub(r'(<c) r="[A-Z]+\d+"', r"\1", value(p, "F6", "5")[SHEET])}),
    ("a format of money", "5", set_format('&quot;¥&quot;#,##0', "5")),
    ("a trailing sheet of notes", "5", lambda p: value(add("xl/comments1.xml", "<comments/>")(p), "F6", "5")),
    ("stored, not packed", "5", lambda p: pack(value(p, "F6", "5"), zipfile.ZIP_STORED)),
    ("a byte order mark", "5", lambda p: {**p, SHEET: "\ufeff" + value(p, "F6", "5")[SHEET]}),
]


class Workbooks(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog(extra=EXTRA, extra_form=FORM))
        self.desk.fetch("unit00")
        self.client = wire.Client(self.desk.write, self.desk.read, timeout=60)
        self.addCleanup(self.client.close)
        self.good = self.desk.dir / "good.xlsx"
        self.ends(self.desk.agent("unit00", "--lang", "zh", "template", "--form", "work", "--unit", "unit00", "--period", "2021-Q1",
                                  "-o", self.good), OK)
        self.parts = unpack(self.good)

    def put(self, name, made):
        return self.desk.file(name, made if isinstance(made, bytes) else pack(made))

    def findings(self, path, code):
        done = self.ends(self.desk.agent("unit00", "--lang", "en", "check", path, "-o", "json"), REFUSED)
        found = [row for row in json.loads(done.out)["rows"] if row["code"] == code]
        self.assertTrue(found, f"no {code} in {done}")
        return found

    def test_every_bad_workbook_is_refused_with_its_place(self):
        before = self.client.hello().revision
        for number, (name, code, place, word, make) in enumerate(BAD):
            with self.subTest(name):
                path = self.put(f"case{number}.xlsx", make(self.parts))
                finding = self.findings(path, code)[0]
                self.assertEqual(finding["severity"], "error", finding)
                self.assertTrue(not place or (finding["cell"] == place and finding["sheet"] == "工作季报"), finding)
                self.assertIn(word, json.dumps(finding, ensure_ascii=False), finding)
                people = self.ends(self.desk.agent("unit00", "--lang", "en", "submit", path), REFUSED, path.name, "what to do", place)
                self.assertTrue(not place or f"'工作季报'!{place}" in people.text, people)
                path.unlink()
        self.assertEqual(self.client.hello().revision, before)
        self.assertEqual(self.desk.agent("unit00", "outbox", "-o", "csv").rows(), [])

    def test_every_odd_workbook_is_read(self):
        for number, (name, expected, make) in enumerate(ODD):
            with self.subTest(name):
                path = self.put(f"odd{number}.xlsx", make(self.parts))
                self.ends(self.desk.agent("unit00", "submit", path, "--supersede"), OK)
                row, = self.ends(self.desk.bureau("query", "--unit", "unit00", "--indicator", "flow0", "--period", "2021-Q1", "-o", "csv"), OK).rows()
                self.assertEqual(row["value"], expected)
                path.unlink()

    def test_a_percentage_is_what_is_seen(self):
        path = self.put("rate.xlsx", pack({**self.parts, **set_format("0.00%", "0.925")(inline(self.parts, "J6", "rate"))}))
        found = self.findings(path, "not_in_form")
        self.assertEqual(found[0]["cell"], "J6")  # it was read, and told what is wrong with it
        path = self.put("flow.xlsx", set_format("0%", "0.5")(self.parts))
        self.assertIn("50%", self.findings(path, "value_syntax")[0]["got"])

    def test_two_bases_in_one_row_each_with_its_cell(self):
        path = self.desk.dir / "two.xlsx"
        self.ends(self.desk.agent("unit00", "--lang", "zh", "template", "--form", "two", "--unit", "unit00", "--period", "2021-Q2", "-o", path), OK)
        parts = unpack(path)
        path = self.put("two.xlsx", inline(value(parts, "F6", "3"), "G6", "5余"))
        finding = self.findings(path, "mark_not_allowed")[0]
        self.assertEqual((finding["sheet"], finding["cell"]), ("两列表", "G6"))
        path = self.put("two.xlsx", inline(parts, "F6", "不涉及"))
        self.assertEqual(self.findings(path, "not_applicable_refused")[0]["cell"], "F6")
        path = self.put("two.xlsx", value(value(parts, "F6", "3"), "G6", "5"))
        self.ends(self.desk.agent("unit00", "submit", path), OK)
        rows = self.desk.agent("unit00", "template", "--form", "two", "--unit", "unit00", "--period", "2021-Q3", "-o", path)
        self.ends(rows, OK)
        self.assertIn("<v>3</v>", re.search(r'<c r="E6".*?</c>', unpack(path)[SHEET])[0])

    def test_a_list_may_be_a_workbook(self):
        rows = [["单位", "报告期", "指标", "数值", "说明"], ["单位00", "2021年第一季度", "时期0", "5", ""], ["unit00", "2021-Q1", "flow1", "6余", "=1+1"]]
        sheet = "".join(f"<row r='{n}'>" + "".join(f"<c r='{'ABCDE'[k]}{n}' t='inlineStr'><is><t>{text}</t></is></c>" for k, text in enumerate(row)) + "</row>"
                        for n, row in enumerate(rows, 1))
        path = self.put("list.xlsx", {**self.parts, SHEET: f"<worksheet><sheetData>{sheet}</sheetData></worksheet>"})
        self.ends(self.desk.agent("unit00", "submit", path), OK)
        self.assertEqual([row["value"] for row in self.desk.bureau("query", "--unit", "unit00", "--form", "work", "--period", "2021-Q1", "--only-reported",
                                                                   "-o", "csv").rows()], ["5", "6"])

    def test_checked_is_the_form_anew_with_the_findings_as_comments(self):
        made = inline(value(inline(self.parts, "F6", "12a"), "F7", "7"), "I7", "=HYPERLINK(1)")
        path = self.put("wrong.xlsx", made)
        checked = self.desk.dir / "checked.xlsx"
        self.ends(self.desk.agent("unit00", "--lang", "zh", "check", path, "-o", checked), REFUSED)
        parts = unpack(checked)
        comments = "".join(body for name, body in parts.items() if "comments" in name)
        self.assertIn('ref="F6"', comments)
        self.assertIn("12a", comments)
        self.assertNotIn("<f>", "".join(parts.values()), "a text became a formula")
        self.assertIn("校验结果", parts[BOOK])
        # Corrected there, it is as good as the first one.
        parts[SHEET.replace("1", "2")] = cell({SHEET: parts[SHEET.replace("1", "2")]}, "F6", "<v>12</v>")[SHEET]
        self.ends(self.desk.agent("unit00", "submit", self.put("right.xlsx", parts)), OK)
        rows = self.desk.bureau("query", "--unit", "unit00", "--form", "work", "--period", "2021-Q1", "--only-reported", "-o", "csv").rows()
        self.assertEqual([row["value"] for row in rows], ["12", "7"])

    def test_the_same_template_is_the_same_bytes(self):
        again = self.desk.dir / "again.xlsx"
        self.ends(self.desk.agent("unit00", "--lang", "zh", "template", "--form", "work", "--unit", "unit00", "--period", "2021-Q1", "-o", again), OK)
        self.assertEqual(again.read_bytes(), self.good.read_bytes())

    def test_a_dropped_workbook_is_taken_and_an_owner_file_is_left_alone(self):
        drop_folder = self.desk.dir / "drop"
        drop_folder.mkdir()
        agent = self.desk.start("jibao-agent", "--home", self.desk.home("unit00"), "run", "--folder", drop_folder)
        (drop_folder / "~$form.xlsx").write_bytes(b"owner")
        self.desk.file("drop/form.xlsx", pack(value(self.parts, "F6", "5")))
        self.desk.file("drop/wrong.xlsx", pack(inline(self.parts, "F6", "12a")))
        done, refused = drop_folder / "done", drop_folder / "refused"
        wait_until(lambda: (done / "form.xlsx").exists() and (refused / "wrong.xlsx.findings.txt").exists(),
                   [drop_folder, *[folder for folder in (done, refused) if folder.exists()]], "the dropped workbooks", process=agent)
        self.assertIn("'工作季报'!F6", (refused / "wrong.xlsx.findings.txt").read_text("utf-8"))
        self.assertTrue((drop_folder / "~$form.xlsx").exists())

    def test_random_damage_never_crashes(self):
        dice = random.Random(11)
        good = pack(value(self.parts, "F6", "1"))
        for number in range(10 if SANITIZED else 40):
            spoiled = bytearray(good)
            for _ in range(dice.randrange(1, 6)):
                spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            self.assertIn(self.desk.agent("unit00", "check", self.put(f"r{number}.xlsx", bytes(spoiled))).code, (OK, REFUSED))


if __name__ == "__main__":
    main()
