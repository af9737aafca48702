#!/usr/bin/python3
"""Every table goes out as a workbook, as CSV for people and for programs, and as JSON; whole or not at all. Workbooks are read by
openpyxl, which shares nothing with the program."""

import csv
import io
import json

import openpyxl

import small
from harness import FAILED, OK, REFUSED, USAGE, DeskCase, main

BOM = b"\xef\xbb\xbf"


class Tables(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog(units=4))
        self.desk.fetch("unit00")
        for unit, flow in (("unit00", "461余"), ("unit01", "12.50")):
            text = small.csv_of(unit, "2021-Q1", {"flow0": flow, "flow1": "不涉及", "stock": "约3", "rate": "90.5%以上", "story": "=1+1"})
            self.ends(self.desk.agent("unit00", "submit", self.desk.file(f"{unit}.csv", text)), OK)

    def sheet(self, *args, name="out.xlsx", program=None):
        path = self.desk.dir / name
        self.ends((program or self.desk.bureau)(*args, "-o", path), OK)
        return openpyxl.load_workbook(path)

    def test_numbers_stay_numbers_and_keep_their_marks(self):
        sheet = self.sheet("query", "--under", "north", "--under", "county", "--indicator", "flow0", "--period", "2021-Q1", "--lang", "zh").active
        rows = {row[0].value: row for row in sheet.iter_rows() if row[0].value}
        self.assertIn("时期0", sheet["A1"].value)
        sheet = self.sheet("export", "--period", "2021-Q1", "--lang", "zh").active
        header = [cell.value for cell in sheet[1]]
        self.assertEqual(sheet.freeze_panes, "A2")
        at = {title: header.index(title) for title in ("单位代码", "指标代码", "数值", "数据性质")}
        found = {(row[at["单位代码"]].value, row[at["指标代码"]].value): row[at["数值"]] for row in sheet.iter_rows(min_row=2)}
        marked = found["unit00", "flow0"]
        self.assertEqual((marked.value, marked.data_type, marked.number_format), (461, "n", '0"余"'))
        self.assertEqual(found["unit01", "flow0"].value, 12.5)
        self.assertEqual(found["unit00", "flow1"].value, "不涉及")
        self.assertEqual((found["unit00", "stock"].value, found["unit00", "stock"].number_format), (3, '"约"0;"约"-0'))
        self.assertEqual((found["unit00", "rate"].value, found["unit00", "rate"].number_format), (90.5, '0.0"%以上"'))
        text = found["unit00", "story"]
        self.assertEqual((text.value, text.data_type), ("=1+1", "s"))
        self.assertGreater(sheet.column_dimensions["B"].width, 7)
        self.assertTrue(rows)

    def test_csv_for_people_and_for_programs(self):
        asked = ["query", "--unit", "county", "--period", "2021-Q1"]
        told = self.ends(self.desk.bureau(*asked, "-o", "csv"), OK).out
        self.assertFalse(told.startswith(BOM))
        self.assertNotIn(b"\r", told)
        path = self.desk.dir / "people.csv"
        self.ends(self.desk.bureau(*asked, "-o", path), OK)
        self.assertEqual(path.read_bytes(), BOM + told.replace(b"\n", b"\r\n"))
        self.ends(self.desk.bureau(*asked, "-o", "csv", "--output", path, "--encoding", "utf-8"), OK)
        self.assertEqual(path.read_bytes(), told)
        gb = self.ends(self.desk.bureau(*asked, "-o", "csv", "--encoding", "gb18030"), OK).out
        self.assertEqual(gb.decode("gb18030").replace("\r\n", "\n"), told.decode())
        self.assertIn("件".encode("gb18030"), gb)
        # A text with a line break keeps it inside its quotes.
        self.assertEqual(list(csv.reader(io.StringIO(path.read_text("utf-8"), newline=""))), list(csv.reader(io.StringIO(told.decode(), newline=""))))
        path = self.desk.dir / "q.json"
        self.ends(self.desk.bureau(*asked, "-o", path), OK)
        self.assertEqual(len(json.loads(path.read_text("utf-8"))["rows"]), len(told.splitlines()) - 1)

    def test_a_file_is_whole_or_as_it_was(self):
        path = self.desk.file("keep.csv", "mine")
        asked = ["query", "--unit", "nobody", "--period", "2021-Q1", "-o", path]
        self.assertNotEqual(self.desk.bureau(*asked).code, OK)
        self.desk.bureau("query", "--unit", "county", "--period", "2021-Q1", "--read", "tcp://127.0.0.1:1", "--timeout", "1", "-o", path)
        self.assertEqual(path.read_text(), "mine")
        done = self.desk.bureau("status", "--period", "2021-Q1", "-o", self.desk.dir / "no/such/folder.xlsx")
        self.ends(done, FAILED, "folder.xlsx")
        self.assertEqual([p.name for p in self.desk.dir.iterdir() if p.name.startswith(".") or "tmp" in p.name], [])

    def test_what_does_not_go_together_is_a_mistake_in_usage(self):
        for args in (["watch", "--unit", "county", "-o", "x.csv"], ["status", "--period", "2021-Q1", "-o", "x.xls"],
                     ["status", "--period", "2021-Q1", "-o", "json", "--encoding", "gb18030"],
                     ["status", "--period", "2021-Q1", "--encoding", "latin1"]):
            self.ends(self.desk.bureau(*args), USAGE)

    def test_every_table_is_a_workbook(self):
        key = ["--key", self.desk.key("security")]
        for args in (["query", "--unit", "county", "--period", "2021-Q1"], ["query", "--unit", "county", "--indicator", "flow0", "--period", "2021", "--chart"],
                     ["status", "--period", "2021-Q1"], ["status", "--period", "2021-Q1", "--summary"], ["status", "--period", "2021-Q1", "--nodes"],
                     ["status", "--period", "2021-Q1", "--missing"], ["history", "--unit", "unit00", "--indicator", "flow0", "--period", "2021-Q1"],
                     ["explain", "--unit", "county", "--indicator", "flow0", "--period", "2021-Q1"],
                     ["diff", "--period", "2021-Q1", "working@1", "working"], ["catalog", "show"], ["catalog", "show", "--indicator", "flow0"],
                     ["catalog", "show", "--unit", "unit00"], ["catalog", "show", "--form", "work"], ["period", "list"],
                     ["filing", "show", "unit00", "work", "2021-Q1"], ["audit"], ["verify"], [*key, "key", "list"],
                     ["collate", "--under", "county", "--period", "2021-Q1", "--indicator", "story"]):
            name = "-".join(word for word in map(str, args) if word.isalpha())
            with self.subTest(name):
                book = self.sheet(*args, name=f"{name}.xlsx")
                self.assertTrue(any(cell.value for sheet in book for row in sheet.iter_rows() for cell in row))
        for args in (["outbox"], ["receipts"], ["status", "2021-Q1", "--unit", "unit00"], ["catalog", "dates", "2021-Q1", "--unit", "unit00"]):
            with self.subTest(args[0]):
                self.sheet(*args, program=lambda *a: self.desk.agent("unit00", *a))
        told = self.desk.agent("unit00", "receipts", "-o", "csv", "--encoding", "gb18030")
        self.assertIn(b"\r\n", self.ends(told, OK).out)
        done = self.desk.agent("unit00", "check", self.desk.file("bad.csv", small.csv_of("unit00", "2021-Q1", {"flow9": "1"})), "-o", self.desk.dir / "f.csv")
        self.ends(done, REFUSED)
        self.assertTrue((self.desk.dir / "f.csv").read_bytes().startswith(BOM))


if __name__ == "__main__":
    main()
