#!/usr/bin/python3
"""Checks across figures as a clerk and a reviewer meet them: refused before sending, refused on arrival, explained, read."""

import small
import wire
from harness import OK, REFUSED, USAGE, DeskCase, main

RULES = """rules:
  - {code: parts, name: {zh: 分项之和, en: The parts add up}, severity: error, left: flow0 + flow1, op: "=", right: flow2}
  - {code: carried, name: {zh: 收结存, en: Carried over}, severity: explain, left: stock, op: "=",
     right: stock@previous + flow3 - flow4, note: closing is opening and in less out}
checks: [history]
"""


class Checks(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog(units=2) + RULES)
        self.desk.fetch("unit00")
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)

    def figures(self, values, period="2021-Q1", header="unit,period,indicator,value"):
        return self.desk.file("figures.csv", small.csv_of("unit00", period, values, header))

    def submit(self, values, *args, code=OK, words=(), **kwargs):
        return self.ends(self.desk.agent("unit00", "submit", "--lang", "en", self.figures(values, **kwargs), *args), code, *words)

    def test_what_the_file_alone_shows_is_refused_before_it_is_sent(self):
        path = self.figures({"flow0": 12, "flow1": 7, "flow2": 20})
        self.ends(self.desk.agent("unit00", "check", "--lang", "en", path), REFUSED, "12 + 7 = 19 ≠ 20", "flow0 + flow1 = flow2",
                  "rule_broken", "The parts add up (parts)", "1 errors")
        before = self.client.filing("unit00", "work", "2021-Q1").last_revision
        self.submit({"flow0": 12, "flow1": 7, "flow2": 20}, code=REFUSED, words=["12 + 7 = 19 ≠ 20"])
        self.assertEqual(self.client.filing("unit00", "work", "2021-Q1").last_revision, before)

    def test_what_the_file_cannot_show_is_checked_on_arrival(self):
        path = self.figures({"flow0": 12})
        self.ends(self.desk.agent("unit00", "check", "--lang", "en", path), OK, "are made when it arrives")
        self.submit({"flow0": 12, "flow1": 7, "flow2": 19})
        self.submit({"flow0": 13}, code=REFUSED, words=["13 + 7 = 20 ≠ 19"])
        self.assertEqual(self.client.value("unit00", "flow0", "2021-Q1").value, "12")

    def test_an_explained_one_is_accepted_and_the_reviewer_reads_why(self):
        self.submit({"stock": 10})
        odd = {"stock": 12, "flow3": 5, "flow4": 4}
        self.submit(odd, period="2021-Q2", code=REFUSED, words=["12 ≠ 11 = 10 + 5 - 4", "needs explanation", "Carried over"])
        self.submit(odd, "--explanation", "one was moved to us", period="2021-Q2")
        filing = self.client.filing("unit00", "work", "2021-Q2")
        self.assertEqual(filing.explanation, "one was moved to us")
        self.assertEqual([(f.code, f.got) for f in filing.findings], [("rule_broken", "12 ≠ 11 = 10 + 5 - 4")])
        done = self.desk.bureau("history", "--unit", "unit00", "--indicator", "stock", "--period", "2021-Q2", "--lang", "en")
        self.ends(done, OK, "one was moved to us")
        self.verified()

    def test_a_figure_far_from_the_history_wants_a_note_in_its_row(self):
        for period, value in (("2021-Q1", 100), ("2021-Q2", 110), ("2021-Q3", 95), ("2021-Q4", 105)):
            self.submit({"flow5": value}, period=period)
        self.submit({"flow5": 1050}, period="2022-Q1", code=REFUSED, words=["far_from_history", "about 102.5"])
        self.submit({"flow5": 1050}, "--explanation", "for the whole", period="2022-Q1", code=REFUSED, words=["far_from_history"])
        self.submit({"flow5": "1050,a campaign"}, period="2022-Q1", header="unit,period,indicator,value,note")
        rows = self.client.filing("unit00", "work", "2022-Q1").rows
        self.assertEqual([(row.indicator, row.note) for row in rows], [("flow5", "a campaign")])

    def test_a_zero_report_is_zero_for_every_flow_and_asks_for_what_stands(self):
        zero = ["submit", "--lang", "en", "--unit", "unit00", "--form", "work", "--zero-report"]
        self.ends(self.desk.agent("unit00", *zero, "--period", "2021-Q1"), REFUSED, "needs a figure: Stock (stock)")
        self.ends(self.desk.agent("unit00", *zero), USAGE)
        self.submit({"stock": 7})
        self.ends(self.desk.agent("unit00", *zero, "--as-before", "--period", "2021-Q2"), OK)
        rows = self.client.filing("unit00", "work", "2021-Q2").rows
        self.assertEqual([(row.indicator, row.value) for row in rows], [*((f"flow{n}", "0") for n in range(6)), ("stock", "7")])
        out = self.ends(self.desk.agent("unit00", "template", "--lang", "en", "--unit", "unit00", "--form", "work", "--zero-report",
                                        "--period", "2021-Q3"), OK).out.decode()
        self.assertEqual(out.count(",period,0,"), 6)


if __name__ == "__main__":
    main()
