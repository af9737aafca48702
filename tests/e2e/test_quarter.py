#!/usr/bin/python3
"""A small quarter on the real programs, from opening to the second release: what each refusal says, every count and state
worked out by hand, and the whole of it audited, verified and rebuilt."""

import hashlib
import json
import re

import small
import wire
from harness import OK, REFUSED, USAGE, DeskCase, main

UNITS = [small.unit_code(n) for n in range(4)]
QUARTER = "2023-Q2"


def catalog(units=4):
    """Forms `work` of three rows (flow0, flow1, stock); flows are public."""
    text = small.catalog(units=units, flows=2)
    return "periods: managed\n" + text.replace("measure: flow, decimals", "measure: flow, public: true, decimals")


class Quarter(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up(write=f"ipc://{self.desk.dir}/write.sock", read=f"ipc://{self.desk.dir}/read.sock")
        self.desk.load(catalog())
        self.desk.allow("office", "periods")
        self.desk.allow("office", "read", "--everywhere")
        self.desk.allow("reviewer", "review", "--units", "county+")
        self.desk.fetch(*UNITS)

    def by(self, name, code, *args, says=()):
        """jibao with the key of that name."""
        return self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args), code, *says)

    def act(self, name, *args):
        """An act that is done; its revision."""
        done = self.by(name, OK, *args, "-o", "csv")
        return int(done.rows()[0]["revision"])

    def submit(self, unit, code, says=(), **values):
        path = self.desk.file("figures.csv", small.csv_of(unit, QUARTER, values))
        return self.ends(self.desk.agent(unit, "submit", path), code, *says)

    def period(self, *args):
        rows = self.ends(self.desk.bureau("period", "list", QUARTER, *args, "-o", "csv"), OK).rows()
        self.assertEqual(len(rows), 1)
        return rows[0]

    def filings(self, *args):
        rows = self.ends(self.desk.bureau("status", "--period", QUARTER, *args, "-o", "csv"), OK).rows()
        return {row["unit"]: row for row in rows if row["form"] == "work"}

    def states(self, *args):
        return [row["state"] for _, row in sorted(self.filings(*args).items())]

    def test_a_quarter_from_opening_to_the_second_release(self):
        watch = wire.Watch(self.desk.read, units=["unit02"], acts=True)
        self.addCleanup(watch.close)
        watch.until(self.desk.laid)

        # Nothing is open yet, for anybody.
        self.submit("unit00", REFUSED, says=["2023-Q2 (2023-04-01..2023-06-30)", "period open"], flow0="1")
        self.assertEqual(self.period()["state"], "not_opened")
        self.by("reviewer", REFUSED, "period", "open", QUARTER, says=["periods"])
        opened = self.act("office", "period", "open", "2023年第二季度", "--note", "二季度")
        self.by("office", REFUSED, "period", "open", QUARTER, says=["office", f"revision {opened}"])

        # One row of unit03 is not owed: 12 rows as opened, 11 now.
        self.by("office", USAGE, "period", "amend", QUARTER, "--unit", "unit03", "--form", "work", "--not-owed")
        self.act("office", "period", "amend", QUARTER, "--unit", "unit03", "--form", "work", "--indicator", "stock", "--not-owed",
                 "--reason", "撤并")
        row = self.period()
        self.assertEqual((row["state"], row["expected_forms"], row["expected_rows"], row["forms_now"], row["rows_now"]),
                         ("open", "4", "12", "4", "11"))
        self.assertEqual(self.states(), ["not_reported"] * 4)
        self.assertEqual([row["rows_expected"] for _, row in sorted(self.filings().items())], ["3", "3", "3", "2"])

        # unit00 is complete, unit01 is not, unit02 is wrong, unit03 never comes.
        self.submit("unit00", OK, flow0="10", flow1="1", stock="5")
        self.submit("unit01", OK, flow0="20")
        self.submit("unit02", OK, flow0="300", flow1="3", stock="7")
        self.assertEqual(self.states(), ["submitted", "submitted", "submitted", "not_reported"])
        self.by("desk", REFUSED, "filing", "accept", "unit00", "work", QUARTER, says=["review"])
        self.by("reviewer", REFUSED, "filing", "accept", "unit03", "work", QUARTER)
        self.act("reviewer", "filing", "accept", "unit00", "work", QUARTER)
        self.by("reviewer", USAGE, "filing", "return", "unit02", "work", QUARTER)
        returned = self.act("reviewer", "filing", "return", "unit02", "work", QUARTER, "--figure", "flow0=多写一个零",
                            "--due", "2023-07-20")
        row = self.filings()["unit02"]
        self.assertEqual((row["state"], row["returns"], row["due_on"]), ("returned", "1", "2023-07-20"))
        self.by("reviewer", REFUSED, "filing", "accept", "unit02", "work", QUARTER, says=["returned", "reviewer"])
        said = self.ends(self.desk.bureau("filing", "show", "unit02", "work", QUARTER, "-o", "csv"), OK).rows()
        self.assertEqual([(row["act"], row["indicator"], row["reason"], row["by"]) for row in said],
                         [("filing_return", "flow0", "多写一个零", "reviewer")])
        self.ends(self.desk.bureau("--lang", "zh", "filing", "show", "unit02", "work", QUARTER), OK, "已退回修改，须于 2023-07-20 前更正")
        self.submit("unit02", OK, flow0="30")
        self.act("reviewer", "filing", "accept", "unit02", "work", QUARTER)

        # Closed with a form missing; nothing is filled in.
        closed = self.act("office", "period", "close", QUARTER)
        self.assertEqual(self.states(), ["accepted", "submitted", "accepted", "not_reported"])
        self.submit("unit03", REFUSED, says=["2023-Q2, closed, ", f"office, revision {closed}", "period reopen"], flow0="40", flow1="4")
        self.act("reviewer", "filing", "excuse", "unit03", "work", QUARTER, "--reason", "停电")
        self.assertEqual(self.filings()["unit03"]["excused"], "true")
        first = self.by("office", OK, "publish", QUARTER, "-o", "csv").rows()[0]
        self.assertEqual(first["release"], "1")
        self.by("office", REFUSED, "publish", QUARTER, "--indicator", "stock", says=["stock"])

        # Corrected after publication, for one unit and a while, and released again.
        self.act("office", "period", "reopen", QUARTER, "--unit", "unit02", "--until", "+1h", "--reason", "数据更正")
        self.submit("unit01", REFUSED, flow1="2")
        self.submit("unit02", OK, flow0="31")
        row = self.filings()["unit02"]
        self.assertEqual((row["state"], row["returns"], row["corrections"]), ("submitted", "1", "1"))
        self.act("reviewer", "filing", "accept", "unit02", "work", QUARTER)
        second = self.by("office", OK, "publish", QUARTER, "--note", "更正", "-o", "csv").rows()[0]
        self.assertEqual(second["release"], "2")

        # The same at every revision, whatever came later.
        self.assertEqual(self.period("--as-of", opened - 1)["state"], "not_opened")
        self.assertEqual((self.period("--as-of", opened)["state"], self.period("--as-of", opened)["rows_now"]), ("open", "12"))
        self.assertEqual(self.period("--as-of", closed)["state"], "closed")
        self.assertEqual((self.period()["state"], self.period()["releases"]), ("published", "2"))
        self.assertEqual(self.states("--as-of", returned), ["accepted", "submitted", "returned", "not_reported"])
        self.assertEqual(self.filings("--as-of", closed)["unit02"]["corrections"], "0")
        total = self.desk.bureau("query", "--unit", "county", "--indicator", "flow0", "--period", QUARTER, "-o", "csv").rows()[0]
        self.assertEqual((total["value"], total["reported"], total["expected"]), ("61", "3", "4"))
        total = self.desk.bureau("query", "--unit", "county", "--indicator", "stock", "--period", QUARTER, "-o", "csv").rows()[0]
        self.assertEqual((total["reported"], total["expected"]), ("2", "3"))

        self.every_total_says_what_was_missing(opened)

        # Whoever watched unit02 heard of its filing and of the period, each act once and in order.
        watch.until(int(second["revision"]))
        filing = (QUARTER, "unit02", "work", 0)
        period = (QUARTER, "", "", 0)
        self.assertEqual(watch.acts, [("PERIOD_OPEN", *period), ("FILING_RETURN", *filing), ("FILING_ACCEPT", *filing),
                                      ("PERIOD_CLOSE", *period), ("PUBLISH", QUARTER, "", "", 1), ("PERIOD_REOPEN", *period),
                                      ("FILING_ACCEPT", *filing), ("PUBLISH", QUARTER, "", "", 2)])
        done = self.desk.bureau("watch", "--acts", "--unit", "unit02", "--from", watch.token, "--quiet-exit", "1", "-o", "json")
        self.ends(done, OK, '"continued"')

        # What an opened period expects is not changed by a catalogue.
        fewer = self.desk.file("fewer.yaml", catalog(units=3))
        self.ends(self.desk.bureau("catalog", "load", fewer), REFUSED, "3 forms, 9 rows", "4 forms, 12 rows", "period amend")

        self.everything_is_in_the_ledger(11)

    def missing(self, unit, *args):
        """Forms without which the quarter was closed, as the answer about that node says; in CSV likewise."""
        question = ("query", "--unit", unit, "--indicator", "flow0", "--period", QUARTER, *args)
        row, = json.loads(self.ends(self.desk.bureau(*question, "-o", "json"), OK).out)["rows"]
        reason = self.desk.bureau(*question, "-o", "csv").rows()[0]["reason"]
        count = int(row["missing_forms"])
        self.assertEqual(reason, f"missing_forms:{count}" if count else "")
        return count

    def every_total_says_what_was_missing(self, opened):
        """unit03 sent nothing; unit01 was never accepted. Of the county, of south (both of them), and of north."""
        units = ("county", "south", "north", "unit03")
        self.assertEqual([self.missing(unit) for unit in units], [1, 1, 0, 1])
        self.assertEqual([self.missing(unit, "--view", "accepted") for unit in units], [2, 2, 0, 1])
        self.assertEqual([self.missing("county", "--view", "published", "--release", number) for number in ("1", "2")], [2, 2])
        self.assertEqual(self.missing("county", "--as-of", opened), 0)  # it was open then
        county = ("--unit", "county", "--indicator", "flow0", "--period", QUARTER)
        self.ends(self.desk.bureau("--lang", "zh", "query", *county), OK, "小县，2023年第二季度：截止时缺报 1 份，未作任何推补。")
        self.ends(self.desk.bureau("explain", *county), OK, "Small County, 2023-Q2: closed with 1 forms missing")
        self.ends(self.desk.bureau("explain", *county, "-o", "json"), OK, '"missing_forms": "1"')
        done = self.ends(self.desk.bureau("export", "--period", QUARTER), OK)
        self.assertIn("closed with 1 forms missing", done.err.decode())
        self.assertNotIn("missing_forms", done.out.decode())  # each unit that has figures has all its forms

    def everything_is_in_the_ledger(self, acts):
        story = self.ends(self.desk.bureau("period", "show", QUARTER, "-o", "csv"), OK).rows()
        self.assertEqual([row["act"] for row in story],
                         ["period_open", "period_amend", "period_close", "publish", "period_reopen", "publish"])
        self.assertEqual({row["by"] for row in story}, {"office"})
        audited = self.ends(self.desk.bureau("audit", "--kind", "act", "-o", "csv"), OK).rows()
        self.assertEqual(len(audited), acts)
        self.assertIn("多写一个零", "".join(row["summary"] for row in audited))
        export = self.desk.dir / "ledger.jsonl"
        self.ends(self.desk.bureau("audit", "--export", export), OK)
        self.ends(self.desk.bureau("audit", "--check", export, "--server-key", self.desk.store / "server.pub"), OK)
        self.verified()
        before = self.states(), self.period()
        self.desk.down()
        self.ends(self.desk.run("jibao-aggregator", "rebuild", "--dir", self.desk.store), OK)
        self.desk.up()
        self.assertEqual((self.states(), self.period()), before)
        self.verified()

    def test_people_read_it_in_their_language(self):
        self.act("office", "period", "open", QUARTER)
        self.assertTrue(re.search("2023年第二季度 +填报中", self.desk.bureau("--lang", "zh", "period", "list").out.decode()))
        self.ends(self.desk.bureau("--lang", "zh", "period", "show", QUARTER), OK, "应报 4 份报表、12 行", "已开始填报")
        self.ends(self.desk.bureau("--lang", "zh", "status", "--period", QUARTER), OK, "未报")
        self.ends(self.by("office", OK, "--lang", "en", "period", "close", QUARTER), OK, "2023-Q2: closed; revision")
        self.ends(self.desk.bureau("period", "list", "-o", "json"), OK, '"state": "closed"')
        for words in (["period"], ["filing"], ["publish", "--help"], ["period", "open", "--help"], ["filing", "return", "--help"]):
            self.assertIn("jibao", self.desk.bureau(*words).text)

    def test_a_missed_target_is_told_on_the_watch(self):
        text = catalog(units=2).replace("decimals: 2, owners: [unit00, unit01], sections: [all]}",
                                        "decimals: 2, owners: [unit00, unit01], sections: [all], direction: up, "
                                        'targets: [{period: 2023-Q2, value: "50", mark: at_least}]}', 1)
        self.assertNotEqual(text, catalog(units=2))
        self.desk.load(text)
        self.act("office", "period", "open", QUARTER)
        self.desk.fetch("unit00", "unit01")
        watch = ("watch", "--acts", "--unit", "county", "--quiet-exit", "1")
        start = [json.loads(line) for line in self.ends(self.desk.bureau(*watch, "-o", "json"), OK).out.decode().splitlines()][-1]["token"]
        self.submit("unit00", OK, flow0="30")  # the other half may still come
        self.submit("unit01", OK, flow0="19.5")
        self.submit("unit01", OK, flow0="20")
        events = [json.loads(line) for line in self.desk.bureau(*watch, "--from", start, "-o", "json").out.decode().splitlines()]
        told = [(t["event"], t["unit"], t["indicator"], t["period"], t["value"], t["target"], t["target_precision"])
                for event in events for t in event.get("targets", [])]
        self.assertEqual(told, [("below_target", "county", "flow0", QUARTER, "49.5", "50", "at_least"),
                                ("target_met", "county", "flow0", QUARTER, "50", "50", "at_least")])
        people = self.desk.bureau("--lang", "zh", *watch, "--from", start)
        self.ends(people, OK, "未达目标 50以上", "重新达到目标 50以上")
        table = self.desk.bureau(*watch, "--from", start, "-o", "csv").out.decode()
        self.assertIn(f",county,flow0,{QUARTER},50,49.5,below_target,exact,,", table)

    def test_a_form_that_demands_its_stamped_scan_is_not_accepted_without(self):
        self.desk.load(catalog().replace("    title: {zh: 工作季报, en: Work}\n", "    title: {zh: 工作季报, en: Work}\n    scan: true\n"))
        self.ends(self.desk.bureau("catalog", "show", "--form", "work"), OK, "stamped scan")
        self.act("office", "period", "open", QUARTER)
        self.desk.fetch("unit00")
        self.submit("unit00", OK, flow0="1", flow1="2", stock="3")
        self.by("reviewer", REFUSED, "filing", "accept", "unit00", "work", QUARTER, says=["scan_missing", "--attach"])
        self.act("reviewer", "filing", "return", "unit00", "work", QUARTER, "--reason", "缺盖章扫描件")  # what needs no scan
        scan = self.desk.file("盖章.pdf", "a stamped page")
        figures = self.desk.file("figures.csv", small.csv_of("unit00", QUARTER, {"flow0": "1", "flow1": "2", "stock": "3"}))
        self.ends(self.desk.agent("unit00", "submit", figures, "--attach", scan, "--filled-by", "甲", "--checked-by", "乙",
                                  "--released-by", "丙"), OK)
        digest = hashlib.sha256(scan.read_bytes()).hexdigest()
        self.by("reviewer", OK, "filing", "show", "unit00", "work", QUARTER,
                says=[f"盖章.pdf, 14 bytes, SHA-256 {digest}", "filled in by 甲, checked by 乙, released by 丙"])
        self.act("reviewer", "filing", "accept", "unit00", "work", QUARTER)
        self.assertEqual(self.states()[0], "accepted")


if __name__ == "__main__":
    main()
