#!/usr/bin/python3
"""Ad hoc forms: asked for on a date, provisional, and no part of any quarter."""

import small
import wire
from harness import OK, REFUSED, USAGE, DeskCase, main

DAY, OTHER = "2023-05-12", "2023-05-13"


def catalog():
    """small's, with a form of days that unit00 and unit01 owe on DAY."""
    two = "[unit00, unit01]"
    return small.catalog(
        extra="\n".join((
            f"  - {{code: hot.count, name: {{zh: 专项数, en: Hot count}}, unit_of_measure: {{zh: 件, en: cases}}, measure: flow, frequency: day, "
            f"owners: {two}, sections: [all]}}",
            f"  - {{code: hot.words, name: {{zh: 专项情况, en: Hot words}}, measure: text, frequency: day, owners: {two}}}")),
        extra_form="\n".join(("  - code: hot", "    title: {zh: 专项调度, en: Hot topic}", "    frequency: day", f"    units: {two}", "    rows:",
                              f"      - {{indicator: hot.count, owed: [{DAY}]}}", "      - {indicator: hot.words}")))


class DayCase(DeskCase):
    def catalog(self):
        return catalog()

    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(self.catalog())
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)

    def send(self, unit, form, period, values, **fields):
        return self.client.submit(wire.make(unit, form, period, values, 1, **fields))

    def accept(self, *args, **fields):
        receipt = self.send(*args, **fields)
        self.assertEqual(receipt.outcome, wire.submission.ACCEPTED, receipt)

    def bureau(self, *args, code=OK, words=()):
        return self.ends(self.desk.bureau(*args), code, *words)

    def query(self, *args):
        return [(row["unit"], row["indicator"], row["period"], row["value"], row["status"], row["reported"], row["expected"])
                for row in self.bureau("query", *args, "-o", "csv").rows()]


class AdHoc(DayCase):
    def test_a_day_adds_up_over_units_and_is_provisional(self):
        self.accept("unit00", "hot", DAY, {"hot.count": "3"})
        self.assertEqual(self.query("--unit", "county", "--indicator", "hot.count", "--period", "2023年5月12日"),
                         [("county", "hot.count", DAY, "3", "provisional", "1", "2")])
        self.accept("unit01", "hot", DAY, {"hot.count": "4"})
        self.assertEqual(self.query("--unit", "county", "--period", DAY, "--only-reported"),
                         [("county", "hot.count", DAY, "7", "provisional", "2", "2")])
        self.bureau("verify")

    def test_no_quarter_and_no_other_day_is_touched(self):
        self.accept("unit00", "work", "2023-Q2", {"flow0": "5"})
        before = self.query("--unit", "county", "--period", "2023-Q2", "--period", "2023")
        self.accept("unit00", "hot", DAY, {"hot.count": "3"})
        self.assertEqual(self.query("--unit", "county", "--period", "2023-Q2", "--period", "2023"), before)
        self.assertFalse([row for row in before if row[1].startswith("hot")], "what was not named is not told about")
        self.assertEqual(self.query("--unit", "county", "--indicator", "hot.count", "--period", OTHER),
                         [("county", "hot.count", OTHER, "", "", "0", "0")])
        self.bureau("query", "--unit", "county", "--indicator", "hot.count", "--period", "2023-Q2", "-o", "csv", words=["query_finer_than_base"])
        row, = self.bureau("query", "--unit", "county", "--indicator", "hot.count", "--period", f"{DAY}..{OTHER}", "-o", "csv").rows()
        self.assertEqual((row["state"], row["value"]), ("not_computable", ""))

    def test_status_export_and_texts_of_a_day(self):
        self.accept("unit00", "hot", DAY, {"hot.count": "3"})
        message = wire.make("unit00", "hot", OTHER, {"hot.count": "9"}, 1)
        message.rows.add(indicator="hot.words", state=wire.submission.STATE_VALUE, text="All is quiet.")
        self.assertEqual(self.client.submit(message).outcome, wire.submission.ACCEPTED)
        rows = [(row["unit"], row["form"], row["rows_reported"], row["rows_expected"])
                for row in self.bureau("status", "--under", "county", "--period", DAY, "-o", "csv").rows()]
        self.assertEqual(rows, [("unit00", "hot", "1", "1"), ("unit01", "hot", "0", "1")])
        quarter = self.bureau("status", "--under", "county", "--period", "2023-Q2", "-o", "csv").rows()
        self.assertNotIn("hot", {row["form"] for row in quarter})
        self.bureau("export", "--period", OTHER, words=[f"unit00,hot.count,{OTHER},9"])
        self.bureau("collate", "--period", OTHER, words=["All is quiet."])
        self.bureau("history", "--unit", "unit00", "--indicator", "hot.count", "--period", DAY, words=["3"])
        self.bureau("explain", "--unit", "county", "--indicator", "hot.count", "--period", DAY, words=["3"])

    def test_what_does_not_fit_is_told(self):
        receipt = self.send("unit00", "hot", "2023-Q2", {"hot.count": "3"})
        self.assertEqual([finding.code for finding in receipt.findings], ["period_frequency"])
        receipt = self.send("unit00", "work", DAY, {"flow0": "3"})
        self.assertEqual([finding.code for finding in receipt.findings], ["period_frequency"])
        receipt = self.send("unit02", "hot", DAY, {"hot.count": "3"})
        self.assertEqual(receipt.outcome, wire.submission.REFUSED)
        bad = self.desk.file("bad.yaml", catalog().replace("measure: flow, frequency: day", "measure: flow, frequency: day, time_agg: sum"))
        self.bureau("catalog", "check", bad, code=REFUSED, words=["folded"])

    def test_a_clerk_files_it_like_any_other(self):
        self.desk.fetch("unit01")
        path = self.desk.dir / "template.csv"
        self.ends(self.desk.agent("unit01", "template", "--unit", "unit01", "--period", DAY, "-o", path), OK)
        text = path.read_text("utf-8-sig")
        self.assertIn("Hot count", text)
        self.assertNotIn("Flow 0", text)
        filled = self.desk.file("filled.csv", small.csv_of("unit01", "2023年5月12日", {"hot.count": "8"}))
        self.ends(self.desk.agent("unit01", "submit", filled), OK)
        self.assertEqual(self.query("--unit", "unit01", "--indicator", "hot.count", "--period", DAY)[0][3:5], ("8", "provisional"))


class Managed(DayCase):
    """A day is opened by name when it is needed, under managed periods; the catalogue stays as it is."""

    def catalog(self):
        return "periods: managed\n" + catalog().replace(f", owed: [{DAY}]", "")

    def setUp(self):
        super().setUp()
        self.desk.allow("office", "periods")
        self.desk.allow("reviewer", "review", "--units", "county+")

    def by(self, name, code, *args, says=()):
        return self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args), code, *says)

    def test_a_day_is_asked_for_by_name(self):
        self.by("office", OK, "period", "open", "2023-Q2")
        before = self.query("--unit", "county", "--period", "2023-Q2", "--indicator", "flow0")
        self.by("office", REFUSED, "period", "open", DAY, says=["period_frequency"])  # nobody owes anything on it
        self.by("office", OK, "period", "open", DAY, "--form", "hot", "--unit", "unit01", "--note", "汛期调度")
        row, = self.by("office", OK, "period", "list", DAY, "-o", "csv").rows()
        self.assertEqual((row["state"], row["expected_forms"], row["expected_rows"]), ("open", "1", "2"))
        rows = [(row["unit"], row["form"], row["rows_expected"]) for row in self.bureau("status", "--period", DAY, "-o", "csv").rows()]
        self.assertEqual(rows, [("unit01", "hot", "2")])
        self.assertEqual(self.query("--unit", "county", "--indicator", "hot.count", "--period", DAY),
                         [("county", "hot.count", DAY, "", "", "0", "1")])
        self.accept("unit01", "hot", DAY, {"hot.count": "4"})
        self.accept("unit00", "hot", DAY, {"hot.count": "3"})  # was not asked, may tell
        self.assertEqual(self.query("--unit", "county", "--indicator", "hot.count", "--period", DAY),
                         [("county", "hot.count", DAY, "7", "provisional", "2", "1")])
        self.assertEqual(self.query("--unit", "county", "--period", "2023-Q2", "--indicator", "flow0"), before)
        self.assertEqual(self.send("unit01", "hot", OTHER, {"hot.count": "4"}).outcome, wire.submission.REFUSED)
        self.by("office", OK, "period", "amend", DAY, "--unit", "unit01", "--form", "hot", "--indicator", "hot.words", "--not-owed",
                "--reason", "不需文字")
        self.by("office", OK, "period", "close", DAY)
        self.desk.load(self.catalog().replace("Hot count", "Hot topic count"))  # what a catalogue expects of the day is what it did
        self.bureau("verify")

    def test_what_cannot_be_asked_on_a_day_is_told(self):
        for args, word in (((DAY, "--form", "work"), "form_not_ad_hoc"), (("2023-Q2", "--form", "hot"), "form_not_ad_hoc"),
                           ((DAY, "--form", "cold"), "unknown_form"), ((DAY, "--form", "hot", "--unit", "unit05"), "form_not_owed"),
                           ((DAY, "--form", "hot", "--unit", "unit77"), "unknown_unit")):
            self.by("office", REFUSED, "period", "open", *args, says=[word])
        self.by("office", USAGE, "period", "open", DAY, "--unit", "unit01", says=["--form"])
        self.by("office", OK, "period", "open", DAY, "--form", "hot")
        rows = [row["unit"] for row in self.bureau("status", "--period", DAY, "-o", "csv").rows()]
        self.assertEqual(rows, ["unit00", "unit01"])


if __name__ == "__main__":
    main()
