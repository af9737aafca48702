#!/usr/bin/python3
"""Chasing on the real programs: what a department is told about itself, notices that are written, recorded and answered, and what is
never chased."""

import datetime
import json

from clock import QUARTER, ClockCase
from harness import OK, REFUSED, USAGE, main


class Chasing(ClockCase):
    def own(self, unit):
        """What the department is told: its form's row."""
        rows = self.ends(self.desk.agent(unit, "status", QUARTER, "--unit", unit, "-o", "csv"), OK).rows()
        return next(row for row in rows if row["form"] == "work")

    def notices(self, *args):
        rows = self.by("office", OK, "notices", "list", *args, "-o", "csv").rows()
        return [(row["unit"], row["kind"], row["answered"]) for row in rows]

    def reported(self):
        """unit00 is done, unit01 incomplete, unit02 returned with a day of its own, unit03 silent."""
        self.opened()
        self.assertEqual(self.own("unit03")["next_step"], "wait_to_open")
        self.at("2023-06-25 09:00:00")
        self.assertEqual(self.own("unit03")["next_step"], "submit")
        self.submit("unit00", OK)
        self.submit("unit01", OK, flow0="1")
        self.submit("unit02", OK)
        self.by("reviewer", OK, "filing", "accept", "unit00", "work", QUARTER)
        self.by("reviewer", OK, "filing", "return", "unit02", "work", QUARTER, "--figure", "flow0=多写一个零", "--reason", "与台账不符",
                "--due", "2023-07-05")

    def test_a_department_knows_where_it_stands(self):
        self.reported()
        told = {unit: self.own(unit) for unit in ("unit00", "unit01", "unit02")}
        self.assertEqual([(row["state"], row["next_step"]) for row in told.values()],
                         [("accepted", "nothing"), ("submitted", "add_missing"), ("returned", "correct")])
        self.assertEqual((told["unit01"]["due_on"], told["unit02"]["due_on"]), ("2023-07-10", "2023-07-05"))
        words = self.desk.agent("unit02", "--lang", "zh", "status", QUARTER, "--unit", "unit02")
        self.ends(words, OK, "更正后重新报送", "reviewer", "与台账不符", "多写一个零", "2023-07-05")
        words = self.desk.agent("unit01", "--lang", "en", "status", QUARTER, "--unit", "单位01")
        self.ends(words, OK, "submit what is missing", "flow1", "stock")
        self.ends(self.desk.agent("unit01", "status"), USAGE)
        self.at("2023-07-06 00:00:00")
        self.assertEqual(self.own("unit02")["overdue_days"], "1")
        self.at("2023-07-11 00:00:00")
        self.assertEqual(self.own("unit03")["next_step"], "submit_now")
        self.at("2023-07-21 00:00:00")
        self.assertEqual([self.own(unit)["next_step"] for unit in ("unit01", "unit02", "unit03")],
                         ["ask_to_reopen", "correct", "ask_to_reopen"])

    def due(self, since):
        rows = self.ends(self.desk.bureau("status", "--period", QUARTER, "--due-since", since, "-o", "csv"), OK).rows()
        return [(row["on"], row["event"], row["level"], row["unit"]) for row in rows]

    def test_what_the_days_bring_comes_once(self):
        self.reported()  # unit02 was returned, and is due on 5 July
        self.at("2023-07-07 00:00:00")
        self.assertEqual(self.due("2023-06-25"), [("2023-07-07", "due_soon", "0", "unit01"), ("2023-07-02", "due_soon", "0", "unit02"),
                                                  ("2023-07-06", "overdue", "1", "unit02"), ("2023-07-07", "due_soon", "0", "unit03")])
        self.submit("unit02", OK, flow0="2")
        self.at("2023-07-10 23:59:59")
        self.assertEqual(self.due("2023-07-07"), [])
        self.at("2023-07-17 00:00:00")
        self.assertEqual(self.due("2023-07-10"), [("2023-07-11", "overdue", "1", "unit01"), ("2023-07-17", "overdue", "7", "unit01"),
                                                  ("2023-07-11", "overdue", "1", "unit03"), ("2023-07-17", "overdue", "7", "unit03")])

    def watched(self, *args):
        """What a watch with acts prints until it hears nothing for a moment, and the token to go on from."""
        events = [json.loads(line) for line in
                  self.ends(self.desk.bureau("watch", "--acts", "--quiet-exit", "2", "-o", "json", *args), OK).out.decode().splitlines()]
        told = []
        for event in events:
            if event["type"] == "act":
                told.append((event["act"]["act"], event["act"]["unit"]))
            for due in event.get("due", []):
                self.assertEqual(event["type"], "due")
                told.append((due["event"], due["unit"], due["due_on"], due["overdue_days"]))
        tokens = [event["token"] for event in events if event["token"]]
        return told, tokens[-1]

    def test_a_watch_hears_each_thing_once_whatever_it_missed(self):
        self.reported()
        told, token = self.watched()
        self.assertEqual(told, [])  # what was before is in the snapshot's revision
        self.at("2023-07-07 00:00:00")  # the day begins while the aggregator runs
        soon = [("due_soon", "unit01", "2023-07-10", 0), ("due_soon", "unit02", "2023-07-05", 0),
                ("overdue", "unit02", "2023-07-05", 1), ("due_soon", "unit03", "2023-07-10", 0)]
        told, later = self.watched("--from", token)
        self.assertEqual(told, soon)
        self.at("2023-06-26 09:00:00")  # back: nothing is said again, and nothing was decided by that day
        self.submit("unit02", OK, flow0="2")
        self.desk.down()
        self.at("2023-07-17 00:00:00")  # passed while it was down
        self.desk.up()
        overdue = [("overdue", unit, "2023-07-10", days) for unit in ("unit01", "unit03") for days in (1, 7)]
        self.assertEqual(self.watched("--from", later)[0], overdue)
        self.assertEqual(self.watched("--from", token)[0], soon + overdue)
        self.by("reviewer", OK, "filing", "accept", "unit02", "work", QUARTER)
        self.by("office", OK, "period", "close", QUARTER)
        self.at("2023-07-25 00:00:00")  # nobody can answer it any more
        told, last = self.watched("--from", later)
        self.assertEqual(told, overdue + [("filing_accept", "unit02"), ("period_close", None)])
        people = self.desk.bureau("--lang", "zh", "watch", "--acts", "--from", later, "--quiet-exit", "1")
        self.ends(people, OK, "逾期未报 7 天（截止 2023-07-10）", "单位03")
        csv = self.desk.bureau("watch", "--acts", "--from", token, "--quiet-exit", "1", "-o", "csv").out.decode()
        self.assertIn("unit03,work,2023-Q2,,2023-07-10,due_soon,,,0", csv)
        self.verified()
        exported = self.desk.dir / "audit.jsonl"
        self.ends(self.desk.bureau("audit", "--export", exported), OK)
        self.ends(self.desk.bureau("audit", "--check", exported, "--server-key", self.desk.store / "server.pub"), OK)

    def test_notices_are_recorded_and_closed_by_acceptance(self):
        self.reported()
        self.by("office", OK, "notices", "chase", QUARTER, says=["overdue"])
        self.assertEqual(self.notices(), [])
        self.at("2023-07-13 09:00:00")
        done = self.by("office", OK, "notices", "chase", QUARTER, "--due", "2023-07-18", "--number", "示例办催〔2023〕5号", "--dry-run")
        self.assertEqual(self.notices(), [])
        self.ends(self.desk.bureau("notices", "chase", QUARTER), REFUSED, "periods")
        people = self.desk.file("contacts.csv", "unit,role,name,telephone,mobile\nunit01,填报人,示例甲,0561-1101,13800000000\n")
        self.by("office", OK, "contacts", "load", people)
        done = self.by("office", OK, "notices", "chase", QUARTER, "--due", "2023-07-18", "--number", "示例办催〔2023〕5号")
        self.assertIn("unit01: 示例甲 (fills the forms in)  0561-1101  13800000000", done.err.decode())
        self.assertIn("unit03: recorded", done.err.decode())  # it has none: the notice is written all the same
        self.assertNotIn("示例甲", done.out.decode())
        self.assertNotIn("示例甲", self.by("office", OK, "notices", "list", "--text").out.decode())  # the ledger keeps no contacts
        text = done.out.decode()
        for words in ("单位01：", "单位03：", "你单位2023年第二季度下列报表尚未报齐", "应报3行，已报1行，应于2023年7月10日前报送，已逾期3天",
                      "请于2023年7月18日前报齐", "示例办催〔2023〕5号", "2023年7月13日"):
            self.assertIn(words, text)
        self.assertNotIn("单位00", text)
        self.assertNotIn("单位02", text)
        done = self.by("office", OK, "notices", "correct", QUARTER)
        for words in ("更正通知", "单位02：", "已退回：与台账不符", "flow0：多写一个零", "请尽快更正后重新报送"):
            self.assertIn(words, done.out.decode())
        written = [("unit02", "correction", "false"), ("unit03", "chasing", "false"), ("unit01", "chasing", "false")]
        self.assertEqual(self.notices("--unanswered"), written)

        self.submit("unit01", OK, flow1="2", stock="3")
        self.submit("unit02", OK, flow0="2")
        self.assertEqual(self.notices("--unanswered"), written)  # an answer is what is accepted
        self.by("reviewer", OK, "filing", "accept", "unit01", "work", QUARTER)
        self.by("reviewer", OK, "filing", "accept", "unit02", "work", QUARTER)
        self.assertEqual(self.notices("--unanswered"), written[1:2])
        self.assertEqual([answered for _, _, answered in self.notices(QUARTER)], ["true", "false", "true"])
        self.submit("unit02", OK, flow0="3")  # corrected again: the notice was answered all the same
        self.assertEqual(self.notices("--unanswered"), written[1:2])

        # A unit hears of its own notices only; the story of the period is without them.
        self.desk.allow("clerk", "report", "--units", "unit03")
        mine = self.desk.run("jibao", "--key", self.desk.key("clerk"), "notices", "list", "--text")
        self.ends(mine, OK, "单位03")
        self.assertNotIn("单位01", mine.text)
        story = self.by("office", OK, "period", "show", QUARTER, "-o", "csv").rows()
        self.assertEqual([row["act"] for row in story], ["period_open"])
        audited = self.by("office", REFUSED, "audit", "--kind", "act", "-o", "csv")
        audited = self.ends(self.desk.bureau("audit", "--kind", "act", "-o", "csv"), OK).text
        self.assertIn("chasing 示例办催〔2023〕5号", audited)

        everything = self.notices()
        self.verified()
        self.desk.down()
        self.ends(self.desk.run("jibao-aggregator", "rebuild", "--dir", self.desk.store), OK)
        self.desk.up()
        self.assertEqual(self.notices(), everything)
        self.verified()
        self.assertEqual(datetime.date.fromisoformat(self.own("unit03")["due_on"]), datetime.date(2023, 7, 10))


if __name__ == "__main__":
    main()
