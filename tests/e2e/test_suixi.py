#!/usr/bin/python3
"""The demonstration's promise: every published row of Suixi is answered exactly, and the provinces add up."""

import concurrent.futures
import csv
import decimal

from harness import OK, PATIENCE, SUIXI, TOP, DeskCase, main


def submit_folder(desk, folders):
    """Every unit's agent submits its files, unit after unit in parallel, each unit's quarters in order."""
    by_unit = {}
    for folder in folders:
        for path in sorted(folder.glob("*.csv")):
            by_unit.setdefault(path.stem, []).append(path)

    def one(unit):
        desk.fetch(unit)
        done = [desk.agent(unit, "submit", path, timeout=4 * PATIENCE) for path in by_unit[unit]]
        return [d for d in done if d.code != OK], len(done)

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        results = list(pool.map(one, by_unit))
    return [d for bad, _ in results for d in bad], sum(count for _, count in results)


class Suixi(DeskCase):
    def test_all_published_rows_are_accounted_for(self):
        desk = self.desk
        desk.up()
        desk.load(SUIXI / "catalog.yaml")
        bad, files = submit_folder(desk, sorted((SUIXI / "figures").iterdir()))
        self.assertEqual(bad, [], f"{len(bad)} of {files} files were not accepted")
        with open(SUIXI / "published.csv", encoding="utf-8") as table:
            published = list(csv.DictReader(table))
        self.assertEqual(len(published), 170)
        self.by_query([row for row in published if row["kind"] == "query"])
        self.by_growth([row for row in published if row["kind"] == "yoy"])
        self.by_target([row for row in published if row["kind"] == "target"])
        self.sums_and_ratios()
        self.everything_owed_is_reported()
        self.verified()
        desk.down()
        self.ends(desk.run("jibao-aggregator", "verify", "--dir", desk.store, timeout=4 * PATIENCE), OK)

    def ask(self, *args):
        done = self.ends(self.desk.bureau("query", "--unit", "suixi", *args, "-o", "csv"), OK)
        header = done.out.decode("utf-8-sig").splitlines()[0]
        self.assertTrue(header.startswith("unit,indicator,period,value,state,precision,status,unit_of_measure,reported,expected,"
                                          "value_period,revision,reason"), header)
        return done.rows()

    def by_query(self, rows):
        self.assertEqual(len(rows), 167)
        periods = sorted({row["period"] for row in rows})
        answers = {}
        for row in self.ask(*[word for period in periods for word in ("--period", period)]):
            answers[row["indicator"], row["period"]] = row
        for row in rows:
            with self.subTest(row["id"]):
                got = answers[row["indicator"], row["period"]]
                self.assertEqual(got["state"], "value", got)
                self.assertEqual(decimal.Decimal(got["value"]), decimal.Decimal(row["value"]), got)
                self.assertEqual(got["precision"], row["precision"], got)

    def by_growth(self, rows):
        self.assertEqual(len(rows), 1)
        for row in rows:
            got, = self.ask("--indicator", row["indicator"], "--period", row["period"], "--compare", "yoy")
            self.assertEqual(got["yoy"], "13.29", got)
            self.assertEqual(row["value"], got["yoy"])
            self.assertEqual(got["status"], "estimated", got)
            base, = self.ask("--indicator", row["indicator"], "--period", "2021")
            self.assertEqual((base["value"], base["status"]), ("10947", "estimated"))
            people = self.desk.bureau("query", "--unit", "suixi", "--indicator", row["indicator"], "--period", row["period"],
                                      "--compare", "yoy", "--lang", "en")
            self.ends(people, OK, "13.29", "estimated")

    def by_target(self, rows):
        self.assertEqual(len(rows), 2)
        shown = self.ends(self.desk.bureau("catalog", "show", "--targets", "-o", "csv"), OK).rows()
        targets = {(row["indicator"], row["period"]): row for row in shown}
        for row in rows:
            got = targets[row["indicator"], row["period"]]
            self.assertEqual((decimal.Decimal(got["value"]), got["precision"]), (decimal.Decimal(row["value"]), row["precision"]))

    def sums_and_ratios(self):
        """116 of 290 firms is 40.00 %; 14 + 9 = 23 and 14 + 13 = 27 tasks."""
        rows = {row["indicator"]: row for row in self.ask("--period", "2021-Q1..2023-Q2") + self.ask("--period", "2023-Q2")
                if row["state"] == "value"}
        for done, doing, total in (("plan.gov.tasks.done", "plan.gov.tasks.doing", "plan.gov.tasks.total"),
                                   ("plan.soc.tasks.done", "plan.soc.tasks.doing", "plan.soc.tasks.total")):
            parts = [int(rows[code]["value"]) for code in (done, doing, total)]
            self.assertEqual(parts[0] + parts[1], parts[2])
            self.assertIn(tuple(parts), {(14, 9, 23), (14, 13, 27)})
        ratio = [row for period in ("2022", "2021-Q1..2023-Q2", "2023-S1", "2021", "2023-Q2")
                 for row in self.ask("--indicator", "inspect.random.problem_rate", "--period", period) if row["state"] == "value"]
        self.assertTrue(ratio)
        self.assertEqual({row["value"] for row in ratio}, {"40.00"})
        explained = self.desk.bureau("explain", "--unit", "suixi", "--indicator", "inspect.random.problem_rate",
                                     "--period", ratio[0]["period"])
        self.ends(explained, OK, "116", "290")

    def everything_owed_is_reported(self):
        done = self.ends(self.desk.bureau("status", "--under", "suixi", "--period", "2020-Q3..2023-Q2", "-o", "csv"), OK)
        rows = done.rows()
        self.assertGreater(len(rows), 200)
        expected = sum(int(row["rows_expected"]) for row in rows)
        self.assertGreater(expected, 500)
        self.assertEqual(sum(int(row["rows_reported"]) for row in rows), expected)
        for row in self.ask("--period", "2020-Q3..2023-Q2"):
            if row["state"] == "value" and row["value_period"] in ("", row["period"]):
                self.assertEqual(row["reported"], row["expected"], row)


class Provinces(DeskCase):
    def test_the_provinces_add_up(self):
        desk = self.desk
        desk.up()
        folder = TOP / "deploy/provinces"
        desk.load(folder / "catalog.yaml")
        bad, files = submit_folder(desk, [folder / "figures/2019"])
        self.assertEqual((bad, files), ([], 32))
        row, = self.ends(desk.bureau("query", "--unit", "country", "--indicator", "reconsideration.received", "--period", "2019",
                                     "-o", "csv"), OK).rows()
        self.assertEqual((row["value"], row["reported"], row["expected"], row["precision"]), ("183489", "32", "32", "exact"))
        self.verified()


if __name__ == "__main__":
    main()
