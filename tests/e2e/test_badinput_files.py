#!/usr/bin/python3
"""Bad files and bad catalogues through the real programs: each is answered with what is wrong, where, and what to do; nothing
is stored; nothing crashes (the sanitized build runs this too)."""

import json
import random

import small
import wire
from harness import OK, REFUSED, SANITIZED, USAGE, DeskCase, main

HEAD = "unit,period,indicator,value\n"
ROW = "unit00,2021-Q1,flow0,1\n"


def rows(*lines):
    return HEAD + "".join(line + "\n" for line in lines)


def sparse(size):
    def make(path):
        with open(path, "wb") as out:
            out.write(rows(ROW).encode())
            out.truncate(size)
    return make


# name, code of the finding, line of the file (0: none), what came (or ""), content, further arguments
FILES = [
    ("unknown indicator", "unknown_indicator", 2, "flow9", rows("unit00,2021-Q1,flow9,1")),
    ("unknown unit", "unknown_unit", 2, "unit99", rows("unit99,2021-Q1,flow0,1")),
    ("another unit's indicator", "not_owner", 2, "", rows("unit00,2021-Q1,private,1")),
    ("a computed indicator", "computed_indicator", 2, "", rows("unit00,2021-Q1,share,1")),
    ("period that is none", "period_syntax", 2, "2021-Q5", rows("unit00,2021-Q5,flow0,1")),
    ("period of another frequency", "period_frequency", 2, "2021", rows("unit00,2021,flow0,1")),
    ("a month of a quarterly form", "period_frequency", 2, "2021-M01", rows("unit00,2021-M01,flow0,1")),
    ("future period", "period_future", 2, "2098-Q1", rows("unit00,2098-Q1,flow0,1")),
    ("row not owed then", "not_owed", 2, "", rows("unit01,2021-Q1,private,1")),
    ("two rows for one figure", "duplicate_row", 3, "", rows("unit00,2021-Q1,flow0,1", "unit00,2021-Q1,flow0,2")),
    ("the same by name and code", "duplicate_row", 3, "", rows("unit00,2021-Q1,flow0,1", "单位00,2021年第一季度,时期0,1")),
    ("too many decimals", "too_many_decimals", 2, "1.234", rows("unit00,2021-Q1,flow0,1.234")),
    ("too large", "value_too_large", 2, "", rows("unit00,2021-Q1,flow0,1000000000000000000")),
    ("too large with decimals", "value_too_large", 2, "", rows("unit00,2021-Q1,flow0,12345678901234567.89")),
    ("ten thousand digits", "value_too_large", 2, "", rows("unit00,2021-Q1,flow0," + "9" * 10000)),
    ("letters in a number", "value_syntax", 2, "12a", rows("unit00,2021-Q1,flow0,12a")),
    ("letter O for zero", "value_syntax", 2, "1O", rows("unit00,2021-Q1,flow0,1O")),
    ("a formula", "value_syntax", 2, "=1+1", rows("unit00,2021-Q1,flow0,=1+1")),
    ("an exponent", "value_syntax", 2, "1e5", rows("unit00,2021-Q1,flow0,1e5")),
    ("two numbers", "value_syntax", 2, "1 2", rows("unit00,2021-Q1,flow0,1 2")),
    ("ambiguous comma", "value_syntax", 2, "1,5", rows('unit00,2021-Q1,flow0,"1,5"')),
    ("below zero", "negative", 2, "-1", rows("unit00,2021-Q1,flow0,-1")),
    ("broken quotes", "file_syntax", 2, "", HEAD + 'unit00,2021-Q1,flow0,"1\n' + ROW),
    ("text after a quote", "file_syntax", 2, "", HEAD + 'unit00,2021-Q1,flow0,"1"2\n'),
    ("undecodable bytes", "file_encoding", 0, "", HEAD.encode() + b"unit00,2021-Q1,flow0,\xff\xff\x80\n"),
    ("UTF-16", "file_encoding", 0, "", (HEAD + ROW).encode("utf-16")),
    ("a NUL byte", "file_encoding", 0, "", HEAD.encode() + b"unit00,2021-Q1,fl\x00ow0,1\n"),
    ("a picture", "file_encoding", 0, "", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8),
    ("an empty file", "file_empty", 0, "", ""),
    ("only a head", "file_empty", 0, "", HEAD),
    ("only comments", "file_empty", 0, "", "# nothing\n# here\n"),
    ("100 MiB", "file_too_large", 0, "", sparse(100 << 20)),
    ("unknown column", "file_header", 1, "colour", "unit,period,indicator,value,colour\nunit00,2021-Q1,flow0,1,red\n"),
    ("a column twice", "file_header", 1, "value", "unit,period,indicator,value,value\nunit00,2021-Q1,flow0,1,1\n"),
    ("no value column", "file_header", 1, "", "unit,period,indicator\nunit00,2021-Q1,flow0\n"),
    ("more fields than columns", "file_syntax", 2, "", rows("unit00,2021-Q1,flow0,1,2,3")),
    ("100,001 rows", "file_too_many_rows", 0, "", HEAD + ROW * 100001),
    ("a cell beyond every limit", "field_too_long", 2, "", rows("unit00,2021-Q1,story," + "x" * 70000)),
    ("a text too long", "text_too_long", 2, "", rows("unit00,2021-Q1,story," + "x" * 65540)),
    ("basis that is none", "basis_syntax", 2, "sometimes", "unit,period,indicator,basis,value\nunit00,2021-Q1,flow0,sometimes,1\n"),
    ("basis not allowed", "basis_not_allowed", 2, "", "unit,period,indicator,basis,value\nunit00,2021-Q2,flow0,ytd,1\n"),
    ("status that is none", "status_syntax", 2, "maybe", "unit,period,indicator,value,status\nunit00,2021-Q1,flow0,1,maybe\n"),
    ("mark where exact is asked", "mark_not_allowed", 2, "", rows("unit00,2021-Q1,exactly,5余")),
    ("not applicable where refused", "not_applicable_refused", 2, "", rows("unit00,2021-Q1,exactly,不涉及")),
    ("a control character", "bad_text", 2, "", "unit,period,indicator,value,note\nunit00,2021-Q1,flow0,1,a\x07b\n"),
    ("a very long note", "field_too_long", 2, "", "unit,period,indicator,value,note\nunit00,2021-Q1,flow0,1," + "n" * 5000 + "\n"),
    ("no unit anywhere", "unknown_unit", 2, "", "period,indicator,value\n2021-Q1,flow0,1\n"),
]

EXTRA = """  - {code: private, name: {zh: 专属, en: Private}, unit_of_measure: {zh: 件}, measure: flow, decimals: 0, owners: [unit01]}
  - {code: exactly, name: {zh: 精确, en: Exactly}, unit_of_measure: {zh: 件}, measure: flow, decimals: 0, owners: [unit00], marks: false, not_applicable: false}"""
FORM = """  - code: special
    title: {zh: 专项, en: Special}
    units: [unit01]
    rows:
      - {indicator: private, owed: [2022-Q1]}
  - code: exact
    title: {zh: 精确表, en: Exact}
    units: [unit00]
    rows:
      - {indicator: exactly, optional: true}"""
CATALOG = small.catalog(extra=EXTRA, extra_form=FORM)

# name, code, a word the answer must contain, how the good catalogue is spoiled
CATALOGS = [
    ("not YAML", "catalog_syntax", "", lambda y: y + "  - [unclosed\n"),
    ("a tab", "catalog_syntax", "", lambda y: y + "\t- x\n"),
    ("empty", "catalog_", "", lambda y: ""),
    ("a list", "catalog_", "", lambda y: "- a\n- b\n"),
    ("undecodable", "catalog_", "", lambda y: y.encode() + b"\xff\xfe\xfd"),
    ("unknown key", "catalog_unknown_key", "colour", lambda y: y.replace("kind: county", "colour: red")),
    ("missing key", "catalog_missing_key", "measure", lambda y: y.replace("measure: stock, ", "")),
    ("bad measure", "catalog_bad_value", "stick", lambda y: y.replace("measure: stock", "measure: stick")),
    ("bad decimals", "catalog_bad_value", "99", lambda y: y.replace("decimals: 2", "decimals: 99", 1)),
    ("bad code", "catalog_bad_value", "Flow 0!", lambda y: y.replace("code: flow0,", "code: \"Flow 0!\",")),
    ("duplicate unit", "catalog_duplicate", "unit01", lambda y: y.replace("code: unit02", "code: unit01")),
    ("duplicate key", "catalog_duplicate", "", lambda y: y.replace("frequency: quarter", "frequency: quarter\nfrequency: year")),
    ("unknown parent", "catalog_unknown_reference", "sooth", lambda y: y.replace("parent: south}", "parent: sooth}", 1)),
    ("unknown indicator in a form", "catalog_unknown_reference", "flowx", lambda y: y.replace("indicator: flow0", "indicator: flowx")),
    ("parents in a circle", "catalog_cycle", "", lambda y: y.replace("kind: county}", "kind: county, parent: north}")),
    ("mixed means", "catalog_contradiction", "", lambda y: y.replace("measure: stock,", "measure: stock, unit_agg: mean,")),
    ("too deep", "catalog_", "", lambda y: y.replace("kind: county", "kind: " + "[" * 60 + "]" * 60)),
    ("anchors", "catalog_", "", lambda y: y.replace("kind: county", "kind: &a county").replace("kind: branch", "kind: *a")),
]


def findings_in(done):
    """Every finding in what -o json printed, however it is wrapped."""
    found = []

    def walk(value):
        if isinstance(value, dict):
            if "code" in value and ("severity" in value or "row" in value):
                found.append(value)
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    text = done.out.decode("utf-8")
    try:
        walk(json.loads(text))
    except json.JSONDecodeError:
        for line in text.splitlines():
            if line.startswith("{"):
                walk(json.loads(line))
    return found


class BadFiles(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(CATALOG)
        self.desk.fetch("unit00")
        self.client = wire.Client(self.desk.write, self.desk.read, timeout=60)
        self.addCleanup(self.client.close)

    def put(self, number, content):
        path = self.desk.dir / f"case{number}.csv"
        if callable(content):
            content(path)
            return path
        return self.desk.file(path.name, content)

    def test_every_bad_file_is_refused_with_its_place(self):
        before = self.client.hello().revision
        for number, (name, code, line, got, content) in enumerate(FILES):
            with self.subTest(name):
                path = self.put(number, content)
                done = self.ends(self.desk.agent("unit00", "check", path, "-o", "json", "--lang", "en"), REFUSED)
                findings = [f for f in findings_in(done) if f["code"] == code]
                self.assertTrue(findings, f"no {code} in {done}")
                finding = findings[0]
                self.assertEqual(finding.get("row") or 0, line or finding.get("row") or 0, finding)
                if got:
                    self.assertIn(got, json.dumps(finding, ensure_ascii=False), done)
                people = self.ends(self.desk.agent("unit00", "submit", path, "--lang", "en"), REFUSED, path.name)
                if line:
                    self.assertIn(str(line), people.text, people)
                path.unlink()
        self.assertEqual(self.client.hello().revision, before)
        self.assertEqual(self.desk.agent("unit00", "outbox", "-o", "csv").rows(), [])
        self.client.close()
        self.desk.down()

    def test_withdrawing_nothing_is_refused_by_the_aggregator(self):
        before = self.client.hello().revision
        path = self.put(0, rows("unit00,2021-Q1,flow0,撤回"))
        self.ends(self.desk.agent("unit00", "submit", path, "--lang", "en"), REFUSED, "withdraw")
        self.assertEqual(self.client.hello().revision, before)

    def test_all_mistakes_of_a_file_at_once(self):
        path = self.put(0, rows("unit00,2021-Q1,flow0,x", "unit00,2021-Q1,flow1,1.234", "unit99,2021-Q1,flow0,1",
                                "unit00,2021-Q9,flow0,1", "unit00,2021-Q1,flowx,1"))
        done = self.ends(self.desk.agent("unit00", "check", path, "-o", "json"), REFUSED)
        self.assertEqual({(f["code"], f["row"]) for f in findings_in(done)} >= {
            ("value_syntax", 2), ("too_many_decimals", 3), ("unknown_unit", 4), ("period_syntax", 5), ("unknown_indicator", 6)},
            True, done)

    def test_files_that_are_not_there_or_not_files(self):
        for path in ("/nonexistent/figures.csv", self.desk.dir, "/dev/null"):
            done = self.desk.agent("unit00", "submit", path)
            self.assertIn(done.code, (USAGE, REFUSED, 1), done)
            self.assertTrue(done.text.strip(), done)
        for arguments in (["--encoding", "klingon"], ["--period", "soon"], ["--unit", "unit99"], ["--text", "story"], ["--wait", "-1"]):
            path = self.put(1, rows("unit00,2021-Q1,flow0,1"))
            done = self.desk.agent("unit00", "submit", path, "--dry-run", *arguments)
            self.assertIn(done.code, (USAGE, REFUSED), done)

    def test_random_bytes_never_crash(self):
        dice = random.Random(7)
        for number in range(5 if SANITIZED else 20):
            path = self.put(number, HEAD.encode() + dice.randbytes(dice.randrange(1, 5000)))
            self.assertEqual(self.desk.agent("unit00", "check", path).code, REFUSED)
        good = (HEAD + ROW * 3).encode()
        for number in range(10 if SANITIZED else 40):
            spoiled = bytearray(good)
            for _ in range(dice.randrange(1, 4)):
                spoiled[dice.randrange(len(spoiled))] = dice.randrange(256)
            self.assertIn(self.desk.agent("unit00", "check", self.put(number, bytes(spoiled))).code, (OK, REFUSED))


class BadCatalogs(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.client = wire.Client(self.desk.write, self.desk.read, timeout=60)
        self.addCleanup(self.client.close)

    def test_the_good_one_is_good(self):
        self.ends(self.desk.bureau("catalog", "check", self.desk.file("good.yaml", CATALOG)), OK)

    def test_every_bad_catalogue_is_refused_here_and_there(self):
        for number, (name, code, word, spoil) in enumerate(CATALOGS):
            with self.subTest(name):
                text = spoil(CATALOG)
                self.assertNotEqual(text, CATALOG, "the case spoils nothing")
                path = self.desk.file(f"bad{number}.yaml", text)
                done = self.ends(self.desk.bureau("catalog", "check", path, "--lang", "en"), REFUSED, word)
                self.assertIn(path.name, done.text)
                self.ends(self.desk.bureau("catalog", "load", path), REFUSED, word)
                if text:
                    answer = self.client.put_catalog(text)
                    self.assertTrue(any(f.code.startswith(code) for f in answer.findings), answer)
                    self.assertEqual((answer.version, answer.revision), (0, 0))
                self.assertEqual(self.client.hello().revision, self.desk.laid)
        self.client.close()
        self.desk.down()

    def test_every_kind_of_mistake_at_once_each_with_its_place(self):
        text = CATALOG
        for name in ("unknown key", "missing key", "bad decimals", "unknown parent", "unknown indicator in a form"):
            text = next(spoil for n, _, _, spoil in CATALOGS if n == name)(text)
        answer = self.client.put_catalog(text)
        self.assertEqual({f.code for f in answer.findings} >= {"catalog_unknown_key", "catalog_missing_key", "catalog_bad_value",
                                                               "catalog_unknown_reference"}, True, answer)
        lines = text.splitlines()
        for finding in answer.findings:
            self.assertTrue(1 <= finding.row <= len(lines) and finding.column >= 1, finding)
        colour = next(f for f in answer.findings if f.code == "catalog_unknown_key")
        self.assertIn("colour", lines[colour.row - 1])

    def test_100_mib_and_a_folder(self):
        path = self.desk.dir / "huge.yaml"
        with open(path, "wb") as out:
            out.truncate(100 << 20)
        self.ends(self.desk.bureau("catalog", "check", path), REFUSED)
        self.ends(self.desk.bureau("catalog", "load", path), REFUSED)
        self.assertNotEqual(self.desk.bureau("catalog", "check", self.desk.dir).code, OK)
        self.assertEqual(self.client.hello().revision, self.desk.laid)


if __name__ == "__main__":
    main()
