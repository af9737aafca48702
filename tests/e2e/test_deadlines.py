#!/usr/bin/python3
"""Deadlines on the real programs under a clock that is set: the last second of a day and the first of the next, in three zones of the
process, with jumps forth and back over a deadline. The moment of receipt in the ledger decides, and nothing else."""

from clock import QUARTER, ClockCase
from harness import OK, REFUSED, Desk, main


class Deadlines(ClockCase):
    def status(self, *args):
        rows = self.ends(self.desk.bureau("status", "--period", QUARTER, *args, "-o", "csv"), OK).rows()
        return [row for row in rows if row.get("form", "work") == "work"]

    def verdicts(self):
        return [(row["unit"], row["timing"], row["late_days"], row["overdue_days"]) for row in self.status()]

    def quarter(self, zone):
        self.opened(zone)

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
