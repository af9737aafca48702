#!/usr/bin/python3
"""Every form of Suixi and of the example county, as a clerk has it: the template is a workbook, LibreOffice fills it in and saves
it, the agent submits it, a receipt comes back, and what stands is what was filled in."""

import csv
import decimal
import re
import unittest

import office
from harness import OK, SUIXI, TOP, DeskCase, main

DEMO = TOP / "deploy/demo/catalog.yaml"
PEOPLE = {"单位负责人": "甲某", "审核人": "乙某", "填报人": "丙某"}


def number_of(text):
    return decimal.Decimal(re.search(r"-?\d+(\.\d+)?", text.replace(",", ""))[0])


def forms_of(path):
    """form -> (units, rows: indicator -> the row that it is a part of), read without a YAML library: the files are regular."""
    text = path.read_text("utf-8")
    block = re.search(r"\nforms:\n(.*?)(?=\n[a-z]|\Z)", text, re.S)[0]
    found = {}
    for part in re.split(r"\n  - code: ", block)[1:]:
        code = part.split("\n", 1)[0].strip()
        units = re.search(r"\n    units: \[(.*?)\]", part, re.S)[1]
        units = [unit for unit in re.split(r"[,\s]+", re.sub(r"\{unit: ([\w.-]+)[^}]*\}", r"\1", units)) if unit]
        rows = dict(re.findall(r"\{indicator: ([\w.-]+)(?:, of: ([\w.-]+))?", part))
        found[code] = units, rows
    return found


@unittest.skipUnless(office.AVAILABLE, "LibreOffice with python3-uno is not installed")
class Forms(DeskCase):
    @classmethod
    def setUpClass(cls):
        cls.office = office.Office()
        cls.addClassCleanup(cls.office.close)

    def setUp(self):
        super().setUp()
        self.desk.up()
        self.seen = set()
        self.filled = {}

    def template(self, unit, period):
        path = self.desk.dir / f"{unit}-{period}.xlsx"
        done = self.ends(self.desk.agent("clerk", "--lang", "zh", "template", "--unit", unit, "--period", period, "-o", path), OK)
        self.assertRegex(done.text, r"要填 \d+ 行")
        return path

    def fill(self, path, value_of):
        """Fills every cell that is open, saves as another file; what was filled in: (indicator, title) -> text."""
        filled = {}
        target = path.with_name("filled-" + path.name)
        with self.office.opened(path) as document:
            for sheet in document.Sheets:
                table = office.Table(sheet)
                self.assertTrue(sheet.isProtected())
                form = re.search(r"表号：([\w.-]+)", "".join(map(str, table.texts[1])))[1]
                sheet.unprotect("")
                for indicator in table.rows:
                    for title in table.open_titles(indicator)[:1]:
                        value, status, note = value_of(form, indicator)
                        if value is None:
                            continue
                        office.put(table.cell(indicator, title), value)
                        table.cell(indicator, "数据性质").String = status
                        table.cell(indicator, "说明").String = note
                        filled[indicator] = value, status
                        self.seen.add(form)
                if "本期实际" in table.titles:
                    for label, name in PEOPLE.items():
                        table.label(label).String = name
            self.office.save(document, target)
        return target, filled

    def submit(self, unit, period, value_of):
        target, filled = self.fill(self.template(unit, period), value_of)
        self.ends(self.desk.agent("clerk", "submit", target, "--explanation", "按表填报"), OK)
        for indicator, figure in filled.items():
            self.filled[unit, indicator, period] = figure

    def what_was_filled_in_stands(self):
        stands = {}
        for period in {period for _, _, period in self.filled}:
            for row in self.ends(self.desk.bureau("export", "--period", period), OK).rows():
                stands[row["unit"], row["indicator"], row["period"]] = row
        for place, (value, status) in self.filled.items():
            if value.startswith("="):
                continue  # a text
            row = stands[place]
            self.assertEqual(row["status"], {"正式": "final", "初步": "provisional", "推算": "estimated"}[status], row)
            if re.search(r"\d", value):
                self.assertEqual(decimal.Decimal(row["value"]), number_of(value), (value, row))
                self.assertEqual(row["precision"] == "exact", re.fullmatch(r"[\d,.]+%?", value) is not None, (value, row))
            else:
                self.assertEqual((value, row["state"]), ("不涉及", "not_applicable"))

    def test_every_form_of_suixi(self):
        self.desk.load(SUIXI / "catalog.yaml")
        self.desk.fetch("clerk")
        forms = forms_of(SUIXI / "catalog.yaml")
        names = dict(re.findall(r"- code: ([\w.-]+)\n    name: \{zh: ([^,}]+)", (SUIXI / "catalog.yaml").read_text("utf-8")))
        codes = {}
        for code, name in names.items():
            codes.setdefault(name, code)
        for path in sorted(SUIXI.glob("figures/*/*.csv"), reverse=True):
            lines = [line for line in path.read_text("utf-8-sig").splitlines() if not line.startswith("#")]
            figures = {}
            for row in csv.DictReader(lines):
                cells = list(row.values())  # unit, period, indicator, basis, value, status, note, with a head in either language
                status = {"final": "正式", "estimated": "推算"}.get(cells[5], cells[5])
                figures[codes.get(cells[2], cells[2])] = cells[4], status, cells[6]
            ours = {form for form, (units, rows) in forms.items() if path.stem in units and figures.keys() & rows.keys()}
            if ours <= self.seen or not ours:
                continue

            def value_of(_, indicator, figures=figures):
                return figures.get(indicator, (None, "", ""))

            self.submit(path.stem, path.parent.name, value_of)
        self.assertEqual(self.seen, set(forms))
        self.what_was_filled_in_stands()
        self.verified()

    def test_every_form_of_the_example_county(self):
        text = re.sub(r"\n(    )?schedule:.*", "", DEMO.read_text("utf-8").replace("periods: managed\n", ""))
        text = re.sub(r"\n  (opens|due|locks|shift): [^\n]*|\n  dates: [^\n]*|\n    - \{period: 2024-Q4, opens[^\n]*", "", text)
        self.desk.load(text)
        self.desk.fetch("clerk")
        forms = forms_of(DEMO)

        def value_of(form, indicator):
            if indicator.startswith("text."):
                return "=第一行\n第二行，12件", "正式", ""
            depth, at = 0, indicator
            while forms[form][1].get(at):
                depth, at = depth + 1, forms[form][1][at]
            return ["12", "4", "2"][depth], "初步" if form == "dispatch" else "正式", ""

        day = re.search(r"\n  - code: dispatch\n.*?owed: \[([\d-]+)", text, re.S)[1]  # asked for on a date
        periods = {"year": "2023", "dispatch": day}
        for form, (units, _) in forms.items():
            if form not in self.seen:
                self.submit(units[0], periods.get(form, "2023-Q2"), value_of)
        self.assertEqual(self.seen, set(forms))
        self.what_was_filled_in_stands()
        done = self.ends(self.desk.bureau("collate", "--period", "2023-Q2"), OK, "第二行，12件")
        self.assertIn("=第一行", done.text)
        self.signed_as_the_form_says()
        self.earlier_figures_stand_beside_the_cells()
        self.verified()

    def signed_as_the_form_says(self):
        done = self.ends(self.desk.bureau("history", "--unit", "justice", "--indicator", "aid.cases", "--period", "2023-Q2", "-o", "json"), OK)
        for name in PEOPLE.values():
            self.assertIn(name, done.text)

    def earlier_figures_stand_beside_the_cells(self):
        with self.office.opened(self.template("justice", "2023-Q3")) as document:
            table = office.Table(document.Sheets[0])
            row = next(iter(table.rows))
            self.assertEqual(table.cell(row, "上期").Value, 12)
            self.assertEqual(table.cell(row, "上年同期").String, "")
        with self.office.opened(self.template("justice", "2024-Q2")) as document:
            table = office.Table(document.Sheets[0])
            self.assertEqual(table.cell(next(iter(table.rows)), "上年同期").Value, 12)


if __name__ == "__main__":
    main()
