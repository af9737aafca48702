#!/usr/bin/python3
"""The catalogue as a workbook: exported, edited as an officer does (with openpyxl, and saved by LibreOffice), checked, compared,
loaded. What is wrong is told with sheet and cell; contacts go their own way."""

import shutil
import subprocess

import openpyxl

import small
from harness import OK, PATIENCE, REFUSED, USAGE, DeskCase, main


class CatalogBook(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.dated(small.catalog(units=4)))
        self.path = self.desk.dir / "catalog.xlsx"
        self.ends(self.desk.bureau("catalog", "export", "--lang", "zh", "--xlsx", self.path), OK, "小县")

    def edit(self, change, path=None):
        book = openpyxl.load_workbook(self.path)
        change(book)
        path = path or self.desk.dir / "edited.xlsx"
        book.save(path)
        return path

    def test_a_town_is_added(self):
        self.ends(self.desk.bureau("catalog", "diff", self.path), OK)

        def change(book):
            units = book["单位"]
            titles = [cell.value for cell in units[1]]
            row = {"代码": "unit09", "名称": "新单位", "类别": "department", "上级单位": "north", "纳入考核": "是"}
            units.append([row.get(title) for title in titles])
            duties = book["责任分工"]
            for indicator in [f"flow{n}" for n in range(6)] + ["stock"]:
                duties.append([indicator, "", "填报", "unit09"])
            book["报表单位"].append(["work", "", "unit09"])
            book["目录"]["B3"].value = "小县新目录"

        edited = self.edit(change)
        self.ends(self.desk.bureau("catalog", "check", edited), OK, "8 units")
        self.ends(self.desk.bureau("catalog", "diff", edited), OK, "unit09")
        self.ends(self.desk.bureau("catalog", "import", "--xlsx", edited, "--reason", "a new unit"), OK, "version 2")
        self.desk.fetch("unit00")
        text = small.csv_of("unit09", "2021-Q1", {"flow0": "3"})
        self.allow_all()
        self.ends(self.desk.agent("unit00", "submit", self.desk.file("new.csv", text)), OK)
        again = self.desk.dir / "again.xlsx"
        self.ends(self.desk.bureau("catalog", "export", "--lang", "en", "--xlsx", again), OK)
        # In another language, it is the same catalogue.
        self.ends(self.desk.bureau("catalog", "import", "--xlsx", again), OK, "already")

    def allow_all(self):
        self.desk.allow("desk", "report", "--units", "county+")

    def test_libreoffice_saves_the_same_catalogue(self):
        self.ends(self.desk.bureau("catalog", "import", "--xlsx", self.path), OK, "version 2")
        if not shutil.which("soffice"):
            self.skipTest("LibreOffice is not installed")
        out = self.desk.dir / "saved"
        subprocess.run(["soffice", f"-env:UserInstallation=file://{self.desk.dir}/office", "--headless", "--convert-to", "xlsx",
                        "--outdir", out, self.path], check=True, capture_output=True, timeout=4 * PATIENCE)
        self.ends(self.desk.bureau("catalog", "import", "--xlsx", out / "catalog.xlsx"), OK, "already")

    def test_mistakes_have_sheet_and_cell(self):
        def change(book):
            book["单位"]["F5"].value = "nroth"
            book["指标"]["G2"].value = "时期"
            del book["分组成员"]["C1"]._value  # a title that is gone
            book["分组成员"]["C1"].value = None

        edited = self.edit(change)
        done = self.ends(self.desk.bureau("catalog", "check", edited, "--lang", "zh"), REFUSED, "'指标'!G2", "'分组成员'!A1", "时期数")
        self.assertNotIn("'单位'!F5", done.text)  # without that title nothing behind can be told
        edited = self.edit(lambda book: setattr(book["单位"]["F5"], "value", "nroth"))
        self.ends(self.desk.bureau("catalog", "import", "--xlsx", edited), REFUSED, "'单位'!F5", "nroth", "north")
        edited = self.edit(lambda book: setattr(book["单位"], "title", "各单位"))
        self.ends(self.desk.bureau("catalog", "load", edited), REFUSED, "各单位")
        self.ends(self.desk.bureau("catalog", "check", self.desk.file("zip.xlsx", b"PK\x03\x04 nothing")), REFUSED)
        self.assertEqual(self.desk.bureau("catalog", "export").code, USAGE)

    def test_contacts_have_a_sheet_only_when_asked_for(self):
        self.assertNotIn("联系人", openpyxl.load_workbook(self.path).sheetnames)
        self.desk.allow("desk", "periods")
        self.ends(self.desk.bureau("contacts", "load", self.desk.file("c.csv", "unit,role,name,telephone\nunit00,filler,甲某,0561-1\n")), OK)
        self.ends(self.desk.bureau("catalog", "export", "--contacts", "--lang", "zh", "--xlsx", self.path), OK)

        def change(book):
            sheet = book["联系人"]
            self.assertEqual([cell.value for cell in sheet[2]][:4], ["unit00", "填报人", "甲某", "0561-1"])
            sheet["D2"].value = "0561-2"
            sheet.append(["单位01", "单位负责人", "乙某", 13900000000])

        edited = self.edit(change)
        self.ends(self.desk.bureau("contacts", "load", edited), OK, "2 contacts of 2 units")
        rows = self.ends(self.desk.bureau("contacts", "list", "-o", "csv"), OK).rows()
        self.assertEqual([(row["unit"], row["telephone"]) for row in rows], [("unit00", "0561-2"), ("unit01", "13900000000")])
        self.ends(self.desk.bureau("catalog", "import", "--xlsx", edited), OK)  # the sheet is none of the catalogue's
        listed = self.desk.dir / "list.xlsx"
        self.ends(self.desk.bureau("contacts", "list", "--lang", "zh", "-o", listed), OK)
        self.ends(self.desk.bureau("contacts", "load", listed), OK, "2 contacts")
        edited = self.edit(lambda book: setattr(book["联系人"]["B2"], "value", "书记"))
        self.ends(self.desk.bureau("contacts", "load", edited), REFUSED, "'联系人'!B2")


if __name__ == "__main__":
    main()
