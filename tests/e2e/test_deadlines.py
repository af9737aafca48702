#!/usr/bin/python3
"""Deadlines on the real programs under a clock that is set: the last second of a day and the first of the next, in three zones of the
process, with jumps forth and back over a deadline. The moment of receipt in the ledger decides, and nothing else."""

import datetime
import pathlib
import unittest
import zoneinfo

import small
from harness import OK, REFUSED, SANITIZED, Desk, DeskCase, main

CHINA = datetime.timezone(datetime.timedelta(hours=8))
FAKETIME = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
QUARTER = "2023-Q2"
FIGURES = {"flow0": "1", "flow1": "2", "stock": "3"}
DATES = "schedule: {dates: [{period: 2023-Q2, opens: 2023-06-20, due: 2023-07-10, locks: 2023-07-20}]}\n"


def catalog():
    text = small.catalog(units=4, flows=2).replace("kind: department", "kind: department, assessed: true")
    return "periods: managed\nranking: true\n" + DATES + text


@unittest.skipIf(SANITIZED, "the sanitizers' library must come first")
class Deadlines(DeskCase):
    def preloaded(self, zone):
        """From now on every program has the clock that self.at sets, read in that zone."""
        self.zone = zoneinfo.ZoneInfo(zone)
        self.clock = self.desk.dir / "clock"
        self.desk.env.update(LD_PRELOAD=str(FAKETIME), FAKETIME_TIMESTAMP_FILE=str(self.clock), FAKETIME_NO_CACHE="1",
                             FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1", TZ=zone)

    def at(self, text):
        """The clock of everybody stands still at that moment of China."""
        moment = datetime.datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(self.zone)
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(moment.strftime("%Y-%m-%d %H:%M:%S\n"), encoding="ascii")
        fresh.rename(self.clock)

    def submit(self, unit, code, *says, **values):
        path = self.desk.file("figures.csv", small.csv_of(unit, QUARTER, values or FIGURES))
        return self.ends(self.desk.agent(unit, "submit", path), code, *says)

    def status(self, *args):
        rows = self.ends(self.desk.bureau("status", "--period", QUARTER, *args, "-o", "csv"), OK).rows()
        return [row for row in rows if row.get("form", "work") == "work"]

    def verdicts(self):
        return [(row["unit"], row["timing"], row["late_days"], row["overdue_days"]) for row in self.status()]

    def quarter(self, zone):
        self.preloaded(zone)
        self.at("2023-06-15 12:00:00")
        self.desk.up(write=f"ipc://{self.desk.dir}/write.sock", read=f"ipc://{self.desk.dir}/read.sock")
        self.desk.load(catalog())
        self.desk.allow("office", "periods")
        self.desk.allow("office", "read", "--everywhere")
        self.desk.fetch(*(small.unit_code(n) for n in range(4)))
        self.ends(self.desk.run("jibao", "--key", self.desk.key("office"), "period", "open", QUARTER), OK)

        self.at("2023-06-19 23:59:59")
        self.submit("unit00", REFUSED, "2023-06-19 23:59:59", "2023-06-20..2023-07-20, due 2023-07-10")
        self.at("2023-06-20 00:00:00")
        self.submit("unit00", OK, flow0="1")
        self.at("2023-07-10 23:59:59")
        self.submit("unit01", OK)
        self.assertEqual(self.verdicts()[3], ("unit03", "pending", "0", "0"))
        self.at("2023-07-11 00:00:00")
        self.submit("unit02", OK)
        self.assertEqual(self.verdicts()[3], ("unit03", "overdue", "0", "1"))
        self.at("2023-07-10 12:00:00")  # back over the deadline: the ledger's time does not go back
        self.submit("unit00", OK, flow1="2", stock="3")
        self.at("2023-07-21 00:00:00")
        self.submit("unit03", REFUSED, "2023-07-21 00:00:00", "period reopen")
        overdue = self.status("--overdue")
        self.assertEqual([(row["unit"], row["overdue_days"]) for row in overdue], [("unit03", "11")])
        self.at("2023-07-20 23:59:59")
        self.submit("unit03", OK)
        return self.judged()

    def judged(self):
        """What stands after it, at whatever time it is asked."""
        verdicts = self.verdicts()
        for moment in ("2023-07-01 00:00:00", "2023-07-21 00:00:00", "2024-02-29 23:59:59"):
            self.at(moment)
            self.assertEqual(self.verdicts(), verdicts)
        self.verified()
        self.desk.down()
        self.at("2023-07-02 00:00:00")
        self.ends(self.desk.run("jibao-aggregator", "rebuild", "--dir", self.desk.store), OK)
        self.desk.up()
        self.assertEqual(self.verdicts(), verdicts)
        return verdicts, self.status("--nodes"), self.status("--rank")

    def test_the_same_verdicts_in_every_zone(self):
        self.assertIsNotNone(FAKETIME, "libfaketime is missing: deploy/install-packages test")
        told = []
        for zone in ("UTC", "Asia/Shanghai", "America/Los_Angeles"):
            with self.subTest(zone=zone):
                self.desk = Desk()
                self.addCleanup(self.desk.close)
                told.append(self.quarter(zone))
                self.desk.down()
        verdicts, nodes, rank = told[0]
        self.assertEqual(verdicts, [("unit00", "late", "1", "0"), ("unit01", "on_time", "0", "0"), ("unit02", "late", "1", "0"),
                                    ("unit03", "late", "10", "0")])
        county, = [row for row in nodes if row["unit"] == "county"]
        self.assertEqual((county["forms_reported"], county["forms_expected"], county["late"], county["late_days_max"]),
                         ("4", "4", "3", "10"))
        self.assertEqual((county["reported_rate"], county["timely_rate"], county["complete_rate"], county["error_rate"]),
                         ("100.00%", "25.00%", "100.00%", "0.00%"))
        odd, = [row for row in nodes if row["unit"] == "odd"]  # unit01 and unit03
        self.assertEqual((odd["is_group"], odd["timely_rate"]), ("true", "50.00%"))
        self.assertEqual([(row["place"], row["unit"]) for row in rank],
                         [("1", "unit01"), ("2", "unit00"), ("2", "unit02"), ("2", "unit03")])
        self.assertEqual(told[1], told[0])
        self.assertEqual(told[2], told[0])


if __name__ == "__main__":
    main()
