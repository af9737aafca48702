#!/usr/bin/python3
"""Two quarters on the real programs, seen as working, accepted and published: every figure worked out by hand, what a release
keeps back, what two releases show differently, and that nothing that was answered changes afterwards."""

import json

import small
from harness import OK, REFUSED, USAGE, DeskCase, main

UNITS = [small.unit_code(n) for n in range(3)]
Q1, Q2 = "2023-Q1", "2023-Q2"


def catalog():
    """Form `work` of flow0, flow1 and stock; flow0 and the ratio share = flow0/flow1 are public."""
    text = small.catalog(units=3, flows=2)
    text = text.replace("code: flow0,", "code: flow0, public: true,").replace("code: share,", "code: share, public: true,")
    return "periods: managed\n" + text


class Views(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(catalog())
        self.desk.allow("office", "periods")
        self.desk.allow("office", "read", "--everywhere")
        self.desk.allow("reviewer", "review", "--units", "county+")
        self.desk.fetch(*UNITS)

    def act(self, name, *args):
        """An act that is done; its revision."""
        done = self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args, "-o", "csv"), OK)
        return int(done.rows()[0]["revision"])

    def submit(self, unit, period, reason="", **values):
        path = self.desk.file("figures.csv", small.csv_of(unit, period, values))
        self.ends(self.desk.agent(unit, "submit", path, *(["--reason", reason] if reason else [])), OK)

    def accept(self, unit, period):
        return self.act("reviewer", "filing", "accept", unit, "work", period)

    def shown(self, *args, unit="county", indicator="flow0", period=Q2):
        """Value, or the reason why there is none, or the state."""
        rows = self.ends(self.desk.bureau("query", "--unit", unit, "--indicator", indicator, "--period", period, *args, "-o", "csv"),
                         OK).rows()
        self.assertEqual(len(rows), 1)
        return rows[0]["value"] or rows[0]["reason"] or rows[0]["state"]

    def changes(self, *args):
        rows = self.ends(self.desk.bureau("diff", "--period", Q2, *args, "-o", "csv"), OK).rows()
        return [(r["unit"], r["indicator"], r["before"], r["after"], r["reason"]) for r in rows]

    def test_what_each_view_shows_from_submission_to_the_second_release(self):
        for period in (Q1, Q2):
            self.act("office", "period", "open", period)
        self.submit("unit00", Q1, flow0="1", flow1="2", stock="3")
        self.accept("unit00", Q1)
        self.submit("unit00", Q2, flow0="10", flow1="40", stock="5")
        self.submit("unit01", Q2, flow0="20", flow1="40", stock="6")
        self.submit("unit02", Q2, flow0="30", stock="7")
        self.assertEqual((self.shown(), self.shown("--view", "accepted")), ("60", "not_reported"))
        self.accept("unit00", Q2)
        self.accept("unit01", Q2)
        self.assertEqual(self.shown("--view", "accepted"), "30")
        self.assertEqual(self.shown("--view", "published"), "not_published")

        # Release 1: two units of three. What is not public is not in it; a ratio of both sides is.
        self.act("office", "period", "close", Q2)
        first = self.act("office", "publish", Q2, "--note", "初次发布")
        self.assertEqual(self.shown("--view", "published"), "30")
        self.assertEqual(self.shown("--view", "published", indicator="flow1"), "not_published")
        self.assertEqual(self.shown("--view", "published", indicator="share"), "37.50")
        self.assertEqual(self.shown("--view", "published", "--as-of", str(first - 1)), "not_published")
        self.assertEqual(self.shown("--view", "published", period="2023-S1"), "partly_published")
        self.act("office", "period", "close", Q1)
        self.act("office", "publish", Q1)
        self.assertEqual(self.shown("--view", "published", period="2023-S1"), "31")

        # The third unit is accepted without flow1: its ratio is of unequal sets and stays out of release 2.
        self.act("office", "period", "reopen", Q2, "--unit", "unit00", "--until", "+1h", "--reason", "数据更正")
        self.submit("unit00", Q2, reason="重复登记", flow0="8")
        self.assertEqual((self.shown(), self.shown("--view", "accepted"), self.shown("--view", "published")), ("58", "30", "30"))
        self.accept("unit00", Q2)
        self.accept("unit02", Q2)
        self.act("office", "publish", Q2, "--note", "更正")
        self.assertEqual(self.shown("--view", "published"), "58")
        self.assertEqual(self.shown("--view", "published", "--release", "1"), "30")
        self.assertEqual(self.shown("--view", "published:1", indicator="share"), "37.50")
        self.assertEqual(self.shown("--view", "published", indicator="share"), "unpaired")
        self.assertEqual(self.shown("--view", "accepted", "--as-of", str(first)), "30")

        # What changed, with before and after and the reason that came with it.
        self.assertEqual(self.changes("published:1", "published:2"),
                         [("unit00", "flow0", "10", "8", "重复登记"), ("unit02", "flow0", "", "30", "")])
        self.assertEqual(self.changes("--unit", "unit00", f"working@{first}", "working"), [("unit00", "flow0", "10", "8", "重复登记")])
        self.assertEqual(self.changes("accepted", "working"), [])
        releases = self.ends(self.desk.bureau("release", "list", Q2, "-o", "csv"), OK).rows()
        self.assertEqual([(r["release"], r["by"], r["note"], r["indicators"]) for r in releases],
                         [("1", "office", "初次发布", "flow0 share"), ("2", "office", "更正", "flow0 share")])
        self.assertEqual((int(releases[0]["revision"]), len(releases[0]["head"])), (first, 64))
        self.ends(self.desk.bureau("--lang", "zh", "release", "show", Q2), OK, "第 2 次发布", "更正", "重复登记", "10", "8")
        self.ends(self.desk.bureau("release", "show", Q2, "3"), REFUSED)

        # People and programs are told which view and which releases.
        self.ends(self.desk.bureau("--lang", "zh", "query", "--unit", "county", "--period", "2023-S1", "--view", "published"), OK,
                  "发布数", "2023年第一季度第 1 次发布", "2023年第二季度第 2 次发布")
        row = json.loads(self.ends(self.desk.bureau("query", "--unit", "county", "--indicator", "flow0", "--period", "2023-S1", "--view",
                                         "published", "-o", "json"), OK).out)["rows"][0]
        self.assertEqual((row["view"], row["releases"], row["value"]), ("published", "2023-Q1:1 2023-Q2:2", "59"))
        parts = self.ends(self.desk.bureau("explain", "--unit", "county", "--indicator", "flow0", "--period", Q2, "--view",
                                           "published:1", "-o", "csv"), OK).rows()
        self.assertEqual([(p["unit"], p["value"]) for p in parts], [("unit00", "10"), ("unit01", "20"), ("unit02", "")])

        # In public only what is public; what a view does not have is refused.
        public = self.ends(self.desk.bureau("query", "--unit", "north", "--period", Q2, "--public", "-o", "json"), OK)
        rows = json.loads(public.out)["rows"]
        self.assertEqual([(r["indicator"], r["value"]) for r in rows], [("flow0", "38"), ("share", None)])
        self.ends(self.desk.bureau("query", "--unit", "county", "--indicator", "flow1", "--period", Q2, "--public"), REFUSED, "flow1")

        def exported(*args):
            rows = self.ends(self.desk.bureau("export", "--period", Q2, *args), OK).rows()
            return [(r["unit"], r["indicator"], r["value"]) for r in rows if r["indicator"] == "flow0"], len(rows)

        flow0 = [("unit00", "flow0", "8"), ("unit01", "flow0", "20"), ("unit02", "flow0", "30")]
        self.assertEqual(exported("--public"), (flow0, 3))
        self.assertEqual(exported("--view", "accepted"), (flow0, 8))
        self.assertEqual(exported("--view", "published:1"), ([("unit00", "flow0", "10"), ("unit01", "flow0", "20")], 2))
        self.ends(self.desk.bureau("query", "--unit", "county", "--period", Q2, "--view", "published", "--release", "3"), REFUSED)
        self.ends(self.desk.bureau("query", "--unit", "county", "--period", Q2, "--release", "1"), USAGE)
        self.verified()

    def test_texts_are_gathered_as_they_were_accepted(self):
        self.act("office", "period", "open", Q2)
        self.submit("unit00", Q2, story="初稿")
        self.act("reviewer", "filing", "accept", "unit00", "words", Q2)
        self.submit("unit00", Q2, story="二稿")
        self.submit("unit01", Q2, story="另稿")

        def texts(*args):
            rows = self.ends(self.desk.bureau("collate", "--period", Q2, *args, "-o", "csv"), OK).rows()
            return [row["text"] for row in rows if row["text"]]

        self.assertEqual(texts(), ["二稿", "另稿"])
        self.assertEqual(texts("--accepted"), ["初稿"])
        self.ends(self.desk.bureau("--lang", "zh", "collate", "--period", Q2, "--accepted"), OK, "审核数", "初稿")


if __name__ == "__main__":
    main()
