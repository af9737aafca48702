#!/usr/bin/python3
"""Texts of a period, gathered for the writer of the report: the order, what is asked for and missing, and the three forms."""

import json

import small
import wire
from harness import OK, USAGE, DeskCase, main


def catalog():
    """small's, with two owed texts of unit00 to unit03: progress in section `first`, problems in `first` and `second`."""
    four = "[unit00, unit01, unit02, unit03]"
    text = small.catalog(
        extra="\n".join(
            f"  - {{code: {code}, name: {{zh: {zh}, en: {en}}}, measure: text, owners: {four}, sections: [{sections}]}}"
            for code, zh, en, sections in (("progress", "工作开展情况", "Progress", "first"), ("problems", "存在问题", "Problems", "first, second"))),
        extra_form="\n".join(("  - code: report", "    title: {zh: 文字材料, en: Report}", f"    units: {four}", "    rows:",
                              "      - {indicator: progress}", "      - {indicator: problems}")))
    return text.replace("  - {code: all, name: {zh: 全部, en: All}}\n",
                        "  - {code: all, name: {zh: 全部, en: All}}\n"
                        "  - {code: plan, name: {zh: 方案, en: Plan}}\n"
                        "  - {code: first, name: {zh: 第一章, en: First chapter}, parent: plan}\n"
                        "  - {code: second, name: {zh: 第二章, en: Second chapter}, parent: plan}\n")


class Collate(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(catalog())
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)
        self.write("unit00", "2023-Q2", {"progress": "Eight meetings.\nTwo plans.", "problems": "None seen."})
        self.write("unit01", "2023-Q2", {"progress": "=1+1 is no formula here"})
        self.write("unit00", "2023-Q1", {"progress": "One meeting."})

    def write(self, unit, period, texts):
        message = wire.make(unit, "report", period, {}, 1)
        for indicator, text in texts.items():
            message.rows.add(indicator=indicator, state=wire.submission.STATE_VALUE, text=text)
        receipt = self.client.submit(message)
        self.assertEqual(receipt.outcome, wire.submission.ACCEPTED, receipt)

    def collate(self, *args, code=OK, words=()):
        return self.ends(self.desk.bureau("collate", *args), code, *words)

    def cells(self, *args):
        return [(row["section"], row["indicator"], row["unit"], row["period"], row["state"], row["text"])
                for row in self.collate(*args, "-o", "csv").rows()]

    def test_by_section_each_text_stands_under_each_of_its_sections(self):
        out = self.collate("--period", "2023-Q2", "--lang", "en").out.decode()
        order = ["Plan / First chapter", "Progress", "[Unit 00, 2023-Q2]", "Eight meetings.\nTwo plans.", "[Unit 01, 2023-Q2]", "=1+1 is no",
                 "Problems", "None seen.", "Plan / Second chapter", "Problems", "None seen.", "Owed and not there", "Unit 02, Progress, 2023-Q2"]
        at = 0
        for words in order:
            found = out.find(words, at)
            self.assertGreaterEqual(found, 0, f"{words!r} behind {at} in:\n{out}")
            at = found + len(words)
        self.assertNotIn("One meeting.", out)
        self.assertNotIn("Unit 04", out)  # owes no text
        self.assertNotIn("All\n", out)    # small's own optional text, that nobody owes and nobody sent

    def test_by_unit_each_text_stands_once(self):
        out = self.collate("--period", "2023-Q2", "--by", "unit", "--lang", "zh").out.decode()
        self.assertEqual(out.count("None seen."), 1)
        self.assertLess(out.find("单位00"), out.find("单位01"))
        self.assertLess(out.find("工作开展情况"), out.find("存在问题"))

    def test_rows_for_programs_name_what_is_missing(self):
        rows = self.cells("--period", "2023-Q2", "--by", "unit", "--unit", "unit01")
        self.assertEqual(rows, [("first", "progress", "unit01", "2023-Q2", "value", "'=1+1 is no formula here"),
                                ("first", "problems", "unit01", "2023-Q2", "not_reported", "")])
        done = self.collate("--period", "2023-Q2", "--unit", "unit01", "-o", "json")
        texts = [row["text"] for row in json.loads(done.out)["rows"] if row["state"] == "value"]
        self.assertEqual(texts, ["=1+1 is no formula here"])

    def test_a_span_is_told_quarter_by_quarter(self):
        rows = self.cells("--period", "2023-S1", "--unit", "unit00", "--indicator", "progress")
        self.assertEqual([(row[3], row[5]) for row in rows], [("2023-Q1", "One meeting."), ("2023-Q2", "Eight meetings.\nTwo plans.")])

    def test_what_was_picked_is_what_is_told(self):
        self.assertEqual({row[0] for row in self.cells("--period", "2023-Q2", "--section", "second")}, {"second"})
        self.assertEqual({row[0] for row in self.cells("--period", "2023-Q2", "--section", "plan")}, {"first", "second"})
        self.assertEqual({row[2] for row in self.cells("--period", "2023-Q2", "--under", "south")}, {"unit01", "unit03"})

    def test_mistakes_are_told(self):
        self.collate("--period", "2023-Q2", "--unit", "unit0", code=USAGE, words=["unit0"])
        self.collate("--period", "2023-Q2", "--indicator", "flow0", code=USAGE, words=["flow0", "query"])
        self.collate("--period", "2023-Q9", code=USAGE, words=["2023-Q9"])
        self.collate("--period", "2023-Q2", "--section", "third", code=USAGE, words=["third"])
        self.collate("--period", "2023-Q2", "--unit", "unit05", "--indicator", "progress", code=USAGE)
        self.collate("--period", "2023-M04", code=USAGE)
        self.collate(code=USAGE)


if __name__ == "__main__":
    main()
