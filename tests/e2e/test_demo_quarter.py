#!/usr/bin/python3
"""The third quarter of 2025 of the invented county, from opening to the second release, on the real programs: every count, rate,
view, difference and event against figures worked out by hand. The story is deploy/demo/play, its figures deploy/demo/figures.

How the figures are made (deploy/demo/README.md): a base a unit, and a step a quarter that is the same for all of a kind.
  Disputes mediated: towns 40 35 30 25 20 = 150; villages A 9 8 7, B 8 7 6, C 8 6 7, D 9 7 (6 until 2024), E 8 7 6 = 103 (109);
    steps from 2024-Q3: 0, +2, -1, +1, +3. Not settled: 2 a town, 1 a village.
  Penalties: police 120, market 80, urban 60, transport 50 = 310 (steps 0, +10, -10, +6, +14); health 20, education 4,
    agriculture 16, labour 24, environment 30, culture 6 = 100 (steps 0, +2, -2, 0, +4). Half of them by the general
    procedure; fines are 0.35 each.
  Events: departments 72, towns 24 = 96; steps 0, +1, 0, +1, +2."""

import itertools
import json
import time

import wire
from demo import DemoCase
from harness import OK, PATIENCE, REFUSED, TOP, main

Q = "2025-Q3"
ON_TIME = 83  # of 91: at each of the later marks, 8 are late, overdue or excused
PERIOD = (Q, "", "")


def in_any_order(acts):
    """Acceptances that follow each other, sorted: the reviewer's many are sent side by side."""
    runs = itertools.groupby(acts, lambda act: act[0] == "FILING_ACCEPT")
    return [act for accepted, run in runs for act in (sorted(run) if accepted else run)]


class DemoQuarter(DemoCase):
    def setUp(self):
        super().setUp()
        self.begin()
        self.ask = self.person("reader")

    # ------------------------------------------------------------ questions

    def rows(self, *args):
        return self.ask(*args, "-o", "csv").rows()

    def shown(self, indicator, *args, unit="demo", period=Q):
        """Value (or reason, or state), reported and expected of one figure."""
        rows = self.rows("query", "--unit", unit, "--indicator", indicator, "--period", period, *args)
        self.assertEqual(len(rows), 1, rows)
        why = rows[0]["reason"] if rows[0]["state"] == "not_computable" else ""
        return rows[0]["value"] or why or rows[0]["state"], int(rows[0]["reported"]), int(rows[0]["expected"])

    def closed_without(self, indicator, *args, unit="demo"):
        """What a total says of the forms that a closed period lacks under its unit."""
        return self.rows("query", "--unit", unit, "--indicator", indicator, "--period", Q, *args)[0]["reason"]

    def value(self, *args, **kwargs):
        return self.shown(*args, **kwargs)[0]

    def growth(self, indicator):
        row = self.rows("query", "--unit", "demo", "--indicator", indicator, "--period", Q, "--compare", "yoy,qoq")[0]
        return row["yoy_base"], row["yoy"], row["qoq"]

    def filing(self, unit, form, *args):
        row = next(row for row in self.rows("status", "--unit", unit, "--period", Q, *args) if row["form"] == form)
        late = int(row["late_days"]) or int(row["overdue_days"])
        return row["state"], row["timing"], late, int(row["returns"]), int(row["corrections"])

    def counts(self, node, *args):
        row = next(row for row in self.rows("status", "--period", Q, "--nodes", *args) if row["unit"] == node)
        return row

    def county(self, *args):
        """not_reported, submitted, returned, accepted; on_time, late, overdue, excused, pending; flawed; the four rates."""
        row = self.counts("demo", *args)
        self.assertEqual(row["forms_expected"], "91")
        return (*(int(row[key]) for key in ("not_reported", "submitted", "returned", "accepted")),
                *(int(row[key]) for key in ("on_time", "late", "overdue", "excused", "pending", "flawed")),
                *(row[key] for key in ("reported_rate", "timely_rate", "complete_rate", "error_rate")))

    def period(self, *args):
        row = self.rows("period", "list", Q, *args)[0]
        return row["state"], *(int(row[key]) for key in ("expected_forms", "expected_rows", "forms_now", "rows_now", "releases"))

    def head(self):
        return int(json.loads(self.ask("period", "list", Q, "-o", "json").out)["revision"])

    def watch(self, *units):
        """Follows the acts on these units from here on, as the reader."""
        who = wire.Identity.of_files(self.desk.keys / "reader.key", self.desk.server_key)
        watch = wire.Watch(self.desk.read, units=units, acts=True, who=who)
        self.addCleanup(watch.close)
        watch.until(self.head())
        return watch

    # ------------------------------------------------------------ the story

    def test_the_quarter(self):
        self.play("history")
        self.the_year_before()
        self.play("opened")
        self.it_is_open()
        self.play("reporting")
        self.in_the_middle()
        self.play("closed")
        self.it_is_closed()
        self.play("released")
        self.it_is_released()
        kept = self.what_was_shown()
        self.play("corrected")
        self.it_is_released_again()
        self.assertEqual(self.what_was_shown(), kept)
        self.demonstration_everywhere()
        self.everything_is_in_the_ledger(kept)

    def the_year_before(self):
        # 150 + 109 in 2024; the year's other quarters are not there: 2024 is a sum of two, told as half reported.
        self.assertEqual(self.shown("mediation.cases", period="2024-Q3"), ("259", 20, 20))
        self.assertEqual(self.value("mediation.cases", period="2024-Q4"), "299")  # + 2 for each of 20
        self.assertEqual(self.value("mediation.cases", period="2025-S1"), "506")  # 253 - 19, and 253 + 19
        self.assertEqual(self.value("mediation.cases", unit="town_e", period="2025-Q1"), "37")  # 20 + 8 + 7 + 6 - 4: one moved here
        self.assertEqual(self.value("mediation.cases", unit="town_d", period="2024-Q4"), "65")  # 25 + 9 + 7 + 6 + 8 + 5 x 2
        self.assertEqual(self.shown("publicity.events", period="2025-Q1"), ("91", 18, 19))  # 96 without culture's 5
        self.assertEqual(self.shown("village.learners", unit="village_c3", period="2025-Q2"), ("20", 1, 1))  # 31 was returned
        self.assertEqual(self.value("training.days", period="2024"), "81.5")  # 4, 4.5, 5, 3.5 in turn: 4 x 17 + 13.5
        self.assertEqual(self.value("wages.leads", period="2025-09-22"), "17")  # 14 + 3, provisional
        self.assertEqual(self.value("mediation.cases", "--view", "published", period="2025-S1"), "506")
        self.assertEqual(self.value("mediation.cases", "--view", "published"), "not_published")

    def it_is_open(self):
        # mediation 19, village 14, enforcement 10, publicity and words 19 each, petition 6, five forms of one unit.
        self.assertEqual(self.period(), ("open", 92, 282, 91, 276, 0))  # the enforcement of culture, six rows, was amended away
        self.assertEqual(self.county(), (91, 0, 0, 0, 0, 0, 0, 0, 91, 0, "0.00%", "", "0.00%", ""))
        told = self.told()
        for words in ("(form_not_yet)", "expected: 2025-10-01..2025-10-27, due 2025-10-10"):
            self.assertIn(words, told)
        self.opened = self.head()
        self.watched = {unit: self.watch(unit) for unit in ("transport", "data", "environment", "culture")}

    def in_the_middle(self):
        """16 October. Not there: culture's events, the data bureau's services. Sent back: transport's enforcement."""
        told = self.told().split("period open 2025-Q3", 1)[1]
        for words in ("(unchanged)", "got: 3 figures that used to change", "(part_exceeds)", "got: 40 > 28", "(far_from_history)",
                      "about 20, the median of 4 periods before", "(ytd_disagrees)",
                      "the year's periods come to 45, the year to date is 44"):
            self.assertIn(words, told)
        # Of the unchanged village, of justice and of health one form each; all of market's four, on 30 September.
        self.assertEqual((told.count(" 1 refused"), told.count(" 4 refused"), told.count("nothing of it was submitted")), (3, 1, 1))
        late = {(row["unit"], row["form"]): int(row["late_days"]) for row in self.rows("status", "--under", "demo", "--period", Q)
                if row["timing"] == "late"}
        self.assertEqual(late, {("town_d", "mediation"): 1, ("village_d1", "mediation"): 1, ("village_d2", "mediation"): 1,
                                ("environment", "publicity"): 3})
        # 91 - 2 not there - 1 returned - 1 that waits (labour's events) = 87. Late: the mediation of town D and its two
        # villages by a day, environment's events by three; its enforcement is excused. Overdue: the three that are not there.
        self.assertEqual(self.county(), (2, 1, 1, 87, ON_TIME, 4, 3, 1, 0, 2, "97.80%", "92.22%", "98.19%", "2.25%"))
        self.assertEqual(self.filing("town_d", "mediation"), ("accepted", "late", 1, 0, 0))
        self.assertEqual(self.filing("town_d", "petition"), ("accepted", "on_time", 0, 0, 0))
        self.assertEqual(self.filing("environment", "enforcement"), ("accepted", "excused", 3, 0, 0))
        self.assertEqual(self.filing("environment", "publicity"), ("accepted", "late", 3, 0, 0))
        self.assertEqual(self.filing("market", "market"), ("accepted", "on_time", 0, 1, 0))
        self.assertEqual(self.filing("transport", "enforcement"), ("returned", "overdue", 1, 1, 0))
        self.assertEqual(self.filing("labour", "publicity"), ("submitted", "on_time", 0, 0, 0))
        self.assertEqual(self.filing("culture", "publicity"), ("not_reported", "overdue", 6, 0, 0))
        self.assertEqual([row["form"] for row in self.rows("status", "--unit", "culture", "--period", Q)], ["publicity", "words"])
        entered = self.rows("status", "--unit", "village_e3", "--period", Q)
        self.assertEqual({row["entered_by"] for row in entered}, {"示例依法治县办"})

        # By node and group: town D with two villages owes 4 + 2 x 2; three of its eight were late. Groups overlap.
        town = self.counts("town_d")
        self.assertEqual((town["forms_expected"], town["late"], town["timely_rate"]), ("8", "3", "62.50%"))
        group = self.counts("enforcement_group")  # 3 + 4 + 3 + 3 + 3 + 3; late 1, overdue 1, excused 1
        self.assertEqual((group["forms_expected"], group["on_time"], group["late"], group["overdue"], group["excused"]),
                         ("19", "16", "1", "1", "1"))
        ranked = self.rows("status", "--period", Q, "--rank")
        self.assertEqual(len(ranked), 19)  # departments and towns are assessed, villages are not
        self.assertEqual([row["unit"] for row in ranked[-2:]], ["data", "culture"])  # 2 of 3 and 1 of 2 came
        overdue = {(row["unit"], row["form"]) for row in self.rows("status", "--under", "demo", "--period", Q, "--overdue")}
        self.assertEqual(overdue, {("culture", "publicity"), ("data", "service"), ("transport", "enforcement")})

        # What stands. Mediation: 150 + 103 + 19 x 3, and 2 less of the village that is as it was.
        self.assertEqual(self.shown("mediation.cases"), ("308", 19, 19))
        self.assertEqual(self.value("mediation.success"), "284")  # 308 - 5 x 2 - 14
        self.assertEqual(self.value("mediation.success_rate"), "92.21")  # 284 / 308 = 92.2078
        self.assertEqual(self.growth("mediation.cases"), ("259", "18.92", "13.24"))  # 49 / 259, 36 / 272
        # Penalties: 310 + 4 x 14; health 52, education 0, agriculture 20, labour 28, environment 34. Nine of nine: one was amended.
        self.assertEqual(self.shown("enforce.cases"), ("500", 9, 9))
        self.assertEqual(self.value("enforce.fines"), "175")
        self.assertEqual((self.value("enforce.cases", unit="education"), self.value("enforce.officers", unit="education")), ("0", "6"))
        group = self.rows("query", "--group", "enforcement_group", "--indicator", "enforce.cases", "--period", Q)
        self.assertEqual([row["value"] for row in group], ["420"])  # 134 + 94 + 74 + 64 + 20 + 34
        self.assertEqual(self.shown("petition.satisfaction"), ("not_applicable", 1, 1))  # 不涉及
        self.assertEqual(self.shown("service.items"), ("not_reported", 0, 1))
        self.assertEqual(self.shown("publicity.events"), ("127", 18, 19))  # 96 + 19 x 2 - culture's 7
        self.assertEqual(self.value("publicity.events", "--view", "accepted"), "122")  # without labour's 5
        self.assertEqual(self.value("enforce.cases", "--view", "accepted"), "436")  # without transport's 64, which went back
        self.assertEqual(self.value("litigation.cases", period="2025-Q1..2025-Q3"), "45")  # 12 + 15 + 18, as justice says itself
        history = self.rows("history", "--unit", "market", "--indicator", "market.new", "--period", Q)
        self.assertEqual([(row["before"], row["value"], row["reason"]) for row in history], [("", "407", ""), ("407", "470", "录入颠倒")])
        said = self.rows("filing", "show", "market", "market", Q)
        self.assertEqual([(row["act"], row["indicator"], row["reason"]) for row in said],
                         [("filing_return", "market.new", "与登记台账不符，请核实"), ("filing_accept", "", "")])

        # Chased, with a number and a day; a department is told the same about itself, and who to call is known.
        office = self.person("office")
        texts = office("notices", "list", Q, "--unanswered", "--text", says=["示例办催〔2025〕3号", "请于2025年10月20日前报齐", "演示数据"])
        self.assertEqual(texts.text.count("已逾期6天"), 2)
        own = self.person("transport", "jibao-agent")("status", Q, "--unit", "transport", "-o", "csv").rows()
        self.assertEqual({row["form"]: row["next_step"] for row in own},
                         {"enforcement": "correct", "publicity": "nothing", "words": "nothing"})
        self.assertEqual(len(office("contacts", "list", "-o", "csv").rows()), 5)
        self.reporting = self.head()
        self.told_what_is_overdue()

    def told_what_is_overdue(self):
        """Who watches hears of it by itself, once: by the sixth day after 10 October, and the first after the return's 15 October."""
        for unit, overdue in {"data": ("service", "2025-10-10"), "culture": ("publicity", "2025-10-10"),
                              "transport": ("enforcement", "2025-10-15")}.items():
            expected = [(unit, overdue[0], Q, overdue[1], 1)]
            watch = self.watched[unit]
            deadline = time.monotonic() + PATIENCE
            while not (told := [due for due in watch.due if due[4]]) and time.monotonic() < deadline:
                watch.step(1)
            self.assertEqual(told, expected)

    def it_is_closed(self):
        """28 October: transport came back a day after it was due again; two forms are missing, and nothing is made up."""
        self.assertEqual(self.period(), ("closed", 92, 282, 91, 276, 0))
        self.assertEqual(self.county(), (2, 1, 0, 88, ON_TIME, 5, 2, 1, 0, 2, "97.80%", "92.22%", "98.19%", "2.25%"))
        self.assertEqual(self.filing("transport", "enforcement"), ("accepted", "late", 1, 1, 0))
        self.assertEqual(self.filing("culture", "publicity"), ("not_reported", "overdue", 18, 0, 0))
        self.assertEqual((self.value("enforce.cases"), self.value("enforce.fines")), ("498", "174.3"))  # 62 instead of 64
        self.assertEqual(self.shown("service.items"), ("not_reported", 0, 1))
        self.assertEqual([self.closed_without("mediation.cases", unit=unit) for unit in ("demo", "town_a", "culture")],
                         ["missing_forms:2", "", "missing_forms:1"])
        self.assertIn("2025-Q3, closed, ", self.told().rsplit("data.service.csv", 2)[1])
        self.assertEqual(self.value("publicity.events", "--view", "published"), "not_published")

    def it_is_released(self):
        self.assertEqual(self.period(), ("published", 92, 282, 91, 276, 1))
        self.released = self.head()
        self.assertEqual(self.value("publicity.events", "--view", "published"), "122")
        self.assertEqual(self.value("aid.cases", "--view", "published"), "70")
        self.assertEqual(self.value("enforce.waived", "--view", "published"), "not_published")  # it is not public
        public = self.rows("query", "--unit", "demo", "--period", Q, "--public")
        self.assertEqual(len(public), 17)
        self.assertEqual({row["indicator"]: row["state"] for row in public}["service.items"], "not_reported")

    def it_is_released_again(self):
        self.assertEqual(self.period(), ("published", 92, 282, 91, 276, 2))
        # Culture's events are missing for good; the first release was without the services, too, and both without labour's events,
        # which nobody has accepted.
        self.assertEqual([self.closed_without("mediation.cases", "--view", view) for view in ("working", "published:1", "published")],
                         ["missing_forms:1", "missing_forms:3", "missing_forms:2"])
        # The services came 19 days after 10 October; legal aid was corrected after it had been accepted.
        self.assertEqual(self.county(), (1, 1, 0, 89, ON_TIME, 6, 1, 1, 0, 3, "98.90%", "92.22%", "99.28%", "3.33%"))
        self.assertEqual(self.filing("data", "service"), ("accepted", "late", 19, 0, 0))
        self.assertEqual(self.filing("justice", "aid"), ("accepted", "on_time", 0, 0, 1))
        self.assertEqual([self.value("aid.cases", "--view", view) for view in ("published:1", "published", "accepted", "working")],
                         ["70", "72", "72", "72"])
        self.assertEqual(self.value("service.online_rate", "--view", "published"), "92.26")  # 1395 / 1512 = 92.2619
        differ = self.rows("diff", "--period", Q, "published:1", "published:2")
        self.assertEqual([(row["unit"], row["indicator"], row["before"], row["after"], row["reason"]) for row in differ],
                         [("justice", "aid.cases", "70", "72", "漏统计两件"), ("data", "service.items", "", "1512", ""),
                          ("data", "service.online", "", "1395", "")])
        differ = self.rows("diff", "--period", Q, f"working@{self.reporting}", "working", "--unit", "transport")
        self.assertEqual([(row["indicator"], row["before"], row["after"]) for row in differ],
                         [("enforce.cases", "64", "62"), ("enforce.general", "32", "31"), ("enforce.reviewed", "32", "31"),
                          ("enforce.fines", "22.4", "21.7")])
        notes = [(row["release"], row["note"]) for row in self.rows("release", "list", Q)]
        self.assertEqual(notes, [("1", "初次发布"), ("2", "更正")])
        answered = {(row["unit"], row["answered"]) for row in self.person("office")("notices", "list", Q, "-o", "csv").rows()}
        self.assertEqual(answered, {("culture", "false"), ("data", "true")})
        story = [(row["act"], row["unit"]) for row in self.rows("period", "show", Q)]
        self.assertEqual(story, [("period_open", ""), ("period_amend", "culture"), ("period_close", ""), ("publish", ""),
                                 ("period_reopen", "data"), ("period_reopen", "justice"), ("publish", "")])
        self.events()

    def events(self):
        """Who watches a unit hears each act on it and on the period once, in order; acceptances of one moment in any."""
        period = [("PERIOD_CLOSE", *PERIOD, 0), ("PUBLISH", *PERIOD, 1), ("PERIOD_REOPEN", *PERIOD, 0), ("PUBLISH", *PERIOD, 2)]
        expected = {
            "transport": [("FILING_RETURN", Q, "transport", "enforcement", 0),
                          *(("FILING_ACCEPT", Q, "transport", form, 0) for form in ("publicity", "words", "enforcement")), *period],
            "data": [*(("FILING_ACCEPT", Q, "data", form, 0) for form in ("publicity", "words")),
                     ("NOTICE", Q, "data", "", 0), *period[:3],
                     ("FILING_ACCEPT", Q, "data", "service", 0), period[3]],
            "environment": [*(("FILING_ACCEPT", Q, "environment", form, 0) for form in ("enforcement", "publicity", "words")),
                            ("FILING_EXCUSE", Q, "environment", "enforcement", 0), *period],
        }
        head = self.head()
        for unit, acts in expected.items():
            watch = self.watched[unit]
            watch.until(head)
            self.assertEqual(in_any_order(watch.acts), in_any_order(acts), unit)
            for indicator in ("enforce.cases", "publicity.events", "service.items"):
                heard = watch.state.get((False, unit, indicator, Q, ""))
                self.assertEqual(heard[1] if heard else "not_reported", self.value(indicator, unit=unit), (unit, indicator))

    def what_was_shown(self):
        """Answers that nothing may change any more: the first release, and everything as of its moment."""
        figures = ["query", "--unit", "demo", "--period", Q, "--view"]
        then = ["--as-of", str(self.released)]
        questions = [[*figures, "published:1"], ["export", "--period", Q, "--view", "published:1"],
                     *([*figures, view, *then] for view in ("working", "accepted", "published")),
                     ["status", "--under", "demo", "--period", Q, *then], ["period", "list", Q, *then]]
        answers = [self.rows(*question) for question in questions]
        for row in (row for rows in answers for row in rows):
            row.pop("revision", None)  # of the moment of asking
        return answers

    def demonstration_everywhere(self):
        """演示数据 stands on whatever anybody gets to see, in each form."""
        commands = [["query", "--unit", "demo", "--period", Q], ["query", "--unit", "demo", "--period", Q, "--view", "published"],
                    ["query", "--unit", "demo", "--indicator", "market.new", "--period", "2024-Q3..2025-Q3", "--chart"],
                    ["status", "--unit", "market", "--period", Q], ["status", "--period", Q, "--nodes"],
                    ["history", "--unit", "market", "--indicator", "market.new", "--period", Q],
                    ["explain", "--unit", "demo", "--indicator", "enforce.cases", "--period", Q],
                    ["diff", "--period", Q, "published:1", "published:2"], ["release", "list", Q], ["release", "show", Q],
                    ["export", "--period", Q], ["collate", "--period", Q], ["period", "list"], ["period", "show", Q],
                    ["filing", "show", "market", "market", Q], ["notices", "list"], ["notices", "list", "--text"], ["catalog", "show"],
                    ["contacts", "list"], ["watch", "--acts", "--snapshot", "--unit", "market", "--quiet-exit", "1"]]
        office = self.person("office")
        for command in commands:
            forms = [[], ["-o", "csv"], ["-o", "json"]] if "--text" not in command and "--chart" not in command else [[]]
            for form in forms if command[0] != "watch" else forms[2:]:
                done = office(*command, *form)
                self.assertIn("演示数据", done.out.decode(), done)
        agent = self.person("market", "jibao-agent")
        for command in (["template", "--unit", "market", "--period", Q], ["status", Q, "--unit", "market"], ["receipts"], ["catalog", "fetch"],
                        ["check", TOP / f"deploy/demo/figures/{Q}/market.csv"]):
            self.assertIn("演示数据", agent(*command).out.decode(), command)
        # It stays one: a catalogue that no longer says so is refused.
        text = (TOP / "deploy/demo/catalog.yaml").read_text("utf-8").replace("demonstration: true\n", "")
        self.person("bureau")("catalog", "load", self.desk.file("real.yaml", text), code=REFUSED, says=["demonstration"])

    def everything_is_in_the_ledger(self, kept):
        self.verified()
        export = self.desk.dir / "ledger.jsonl"
        self.ends(self.desk.bureau("audit", "--export", export), OK)
        self.ends(self.desk.bureau("audit", "--check", export, "--server-key", self.desk.store / "server.pub"), OK)
        before = self.county(), self.period()
        self.desk.down()
        self.ends(self.desk.run("jibao-aggregator", "rebuild", "--dir", self.desk.store), OK)
        self.up()
        self.assertEqual((self.county(), self.period()), before)
        self.assertEqual(self.what_was_shown(), kept)
        self.verified()


if __name__ == "__main__":
    main()
