#!/usr/bin/python3
"""The department's program as a clerk and a script use it: exit codes, files, corrections, outbox, folder, template."""

import csv
import signal

import small
import wire
from harness import CONFLICT, NO_CATALOG, OK, PATIENCE, QUEUED, REFUSED, USAGE, DeskCase, main, wait_until

NOWHERE = "tcp://127.0.0.1:1"


class AgentCase(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog())
        self.desk.fetch("unit00")
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)

    def figures(self, values, unit="unit00", period="2021-Q1", name="figures.csv", **kwargs):
        return self.desk.file(name, small.csv_of(unit, period, values, **kwargs))

    def submit(self, path, *args, unit="unit00", code=OK, words=()):
        return self.ends(self.desk.agent(unit, "submit", path, *args), code, *words)

    def standing(self, indicator="flow0", unit="unit00", period="2021-Q1"):
        row = self.client.value(unit, indicator, period)
        return row.value if row.state == wire.submission.STATE_VALUE else wire.submission.State.Name(row.state)

    def head(self):
        return self.client.hello().revision


class Files(AgentCase):
    def test_accepted_and_receipt_kept(self):
        done = self.submit(self.figures({"flow0": "12", "flow1": '"2,299.13"', "stock": "461余"}))
        self.assertIn(str(self.head()), done.text)
        self.assertEqual(self.standing("flow1"), "2299.13")
        self.assertEqual(self.client.value("unit00", "stock", "2021-Q1").precision, wire.submission.MORE_THAN)
        receipts = self.ends(self.desk.agent("unit00", "receipts", "-o", "csv"), OK).rows()
        self.assertEqual(len(receipts), 1)

    def test_usage_is_2_and_no_catalogue_is_4(self):
        path = self.figures({"flow0": "1"})
        self.ends(self.desk.agent("unit00", "submit"), USAGE)
        self.ends(self.desk.agent("unit00", "no-such-command"), USAGE)
        self.ends(self.desk.agent("unit00", "submit", "--no-such-option", path), USAGE)
        self.ends(self.desk.agent("fresh", "submit", path), NO_CATALOG, "catalog")
        self.ends(self.desk.agent("fresh", "check", path), NO_CATALOG)

    def test_refused_is_3_and_names_the_place(self):
        path = self.figures({"flow0": "12a", "flow1": "1.234", "nothing": "1"})
        before = self.head()
        for command in ("check", "submit"):
            done = self.ends(self.desk.agent("unit00", command, path, "--lang", "en"), REFUSED)
            for word in ("figures.csv", "12a", "1.234", "nothing"):
                self.assertIn(word, done.text, done)
        self.assertEqual(self.head(), before)
        self.ends(self.desk.agent("unit00", "outbox", "-o", "csv"), OK)
        self.assertEqual(self.desk.agent("unit00", "outbox", "-o", "csv").rows(), [])

    def test_a_file_is_all_or_nothing(self):
        text = small.csv_of("unit00", "2021-Q1", {"flow0": "1"}) + "unit00,2021-Q2,flow0,bad\n"
        self.submit(self.desk.file("two.csv", text), code=REFUSED)
        self.assertEqual(self.standing(), "STATE_NOT_REPORTED")

    def test_several_forms_periods_and_spellings(self):
        text = ("单位,报告期,指标,口径,数值,数据性质,说明\n"
                "单位00,2021年第一季度,时期0,本期,１２,推算,全角\n"
                "单位00,2021年第一季度,满意率,本期,90%以上,正式,\n"
                "单位00,2021年第二季度,时期1,,不涉及,,\n"
                "单位00,2021-Q2,文字,,,,\n").replace("单位00,2021-Q2,文字,,,,\n", "")
        self.submit(self.desk.file("cn.csv", "\ufeff" + text))
        self.assertEqual(self.standing(), "12")
        rate = self.client.value("unit00", "rate", "2021-Q1")
        self.assertEqual((rate.value, rate.precision), ("90", wire.submission.AT_LEAST))
        self.assertEqual(self.standing("flow1", period="2021-Q2"), "STATE_NOT_APPLICABLE")
        self.assertEqual(self.client.value("unit00", "flow0", "2021-Q1").status, wire.submission.ESTIMATED)

    def test_gb18030_is_read_and_the_guess_is_shown(self):
        text = "单位,报告期,指标,数值\n单位00,2021-Q1,时期0,7\n单位00,2021-Q1,存量,3\n"
        path = self.desk.file("gbk.csv", text.encode("gb18030"))
        self.ends(self.desk.agent("unit00", "check", path), OK, "GB18030")
        self.submit(path)
        self.assertEqual((self.standing(), self.standing("stock")), ("7", "3"))
        again = self.desk.file("gbk2.csv", text.replace("7", "8").encode("gb18030"))
        self.submit(again, "--encoding", "gb18030")
        self.assertEqual(self.standing(), "8")

    def test_unit_and_period_from_options(self):
        path = self.desk.file("short.csv", "indicator,value\nflow0,5\n")
        self.submit(path, "--unit", "unit00", "--period", "2022-Q3")
        self.assertEqual(self.standing(period="2022-Q3"), "5")

    def test_text_figures_up_to_64_kib(self):
        story = ("本季度工作情况。" * 3000).encode("utf-8")[:65535].decode("utf-8", "ignore")
        story += "x" * (65536 - len(story.encode("utf-8")))
        path = self.desk.file("story.txt", story)
        form = self.desk.file("words.csv", "unit,period,indicator,value\nunit00,2021-Q1,rate,95\n")
        self.submit(form, "--text", f"story={path}")
        self.assertEqual(self.client.value("unit00", "story", "2021-Q1").text, story)
        longer = self.desk.file("longer.txt", story + "y")
        done = self.submit(form, "--text", f"story={longer}", code=REFUSED)
        self.assertIn("story", done.text)
        second = self.desk.file("second.txt", "改写")
        self.submit(form, "--text", f"story={second}")
        self.assertEqual(self.client.value("unit00", "story", "2021-Q1").text, "改写")
        self.assertEqual(len(self.client.history("unit00", "story", "2021-Q1").rows), 2)


class Corrections(AgentCase):
    def test_down_counts_like_up_and_withdrawn_is_kept(self):
        for text, expected in (("9", "9"), ("4", "4"), ("撤回", "STATE_WITHDRAWN"), ("0", "0")):
            self.submit(self.figures({"flow0": text}))
            self.assertEqual(self.standing(), expected)
        self.assertEqual(len(self.client.history("unit00", "flow0", "2021-Q1").rows), 4)

    def test_an_empty_cell_changes_nothing_and_says_what_stands(self):
        self.submit(self.figures({"flow0": "37", "flow1": "1"}))
        done = self.submit(self.figures({"flow0": "", "flow1": "2"}))
        self.assertIn("37", done.text, "what stands there is told")
        self.assertEqual((self.standing(), self.standing("flow1")), ("37", "2"))

    def test_dry_run_shows_differences_and_sends_nothing(self):
        self.submit(self.figures({"flow0": "37", "flow1": "1"}))
        before = self.head()
        done = self.submit(self.figures({"flow0": "38", "flow1": "1"}), "--dry-run")
        self.assertIn("37", done.text)
        self.assertIn("38", done.text)
        self.assertEqual(self.head(), before)

    def test_replace_withdraws_what_is_omitted_and_lists_it(self):
        self.submit(self.figures({"flow0": "1", "flow1": "2"}))
        done = self.submit(self.figures({"flow1": "3"}), "--replace", "--yes")
        self.assertTrue("flow0" in done.text or "Flow 0" in done.text or "时期0" in done.text, done)
        self.assertEqual((self.standing(), self.standing("flow1")), ("STATE_WITHDRAWN", "3"))

    def test_stale_is_6_and_supersede_is_the_answer(self):
        self.submit(self.figures({"flow0": "1"}))
        self.desk.fetch("other")
        mine = self.figures({"flow0": "2"}, name="mine.csv")
        done = self.ends(self.desk.agent("other", "submit", mine), CONFLICT)
        self.assertIn("2", done.text)
        self.assertEqual(self.standing(), "1")
        self.ends(self.desk.agent("other", "submit", mine, "--supersede", "--reason", "right number"), OK)
        self.assertEqual(self.standing(), "2")
        rows = self.client.history("unit00", "flow0", "2021-Q1").rows
        self.assertEqual((rows[-1].before, rows[-1].value, rows[-1].reason), ("1", "2", "right number"))

    def test_entered_for_another_is_marked_with_its_ground(self):
        self.submit(self.figures({"flow0": "6"}), "--on-behalf-of", "law office", "--ground", "phone call of 3 May")
        row, = self.client.history("unit00", "flow0", "2021-Q1").rows
        self.assertEqual((row.on_behalf_of, row.ground), ("law office", "phone call of 3 May"))
        shown = self.desk.bureau("history", "--unit", "unit00", "--indicator", "flow0", "--period", "2021-Q1", "--lang", "en")
        self.ends(shown, OK, "law office", "phone call of 3 May")
        figure = ("--unit", "unit00", "--indicator", "flow0", "--period", "2021-Q1")
        self.ends(self.desk.bureau("--lang", "en", "explain", *figure), OK, "entered for the unit by law office")
        part, = self.desk.bureau("explain", *figure, "-o", "csv").rows()
        self.assertEqual((part["entered_by"], part["backfill"]), ("law office", "false"))
        self.ends(self.desk.bureau("--lang", "en", "filing", "show", "unit00", "work", "2021-Q1"), OK,
                  "entered for the unit by law office, on the ground: phone call of 3 May")


class Outbox(AgentCase):
    def test_unreachable_is_5_then_sent_by_itself(self):
        path = self.figures({"flow0": "11"})
        write, read = self.desk.write, self.desk.read
        self.desk.point_at(NOWHERE, NOWHERE)
        self.submit(path, "--wait", "1", code=QUEUED)
        self.assertEqual(len(self.ends(self.desk.agent("unit00", "outbox", "-o", "csv"), OK).rows()), 1)
        self.submit(self.figures({"flow0": "12"}, name="second.csv"), "--wait", "0", code=QUEUED)
        self.desk.point_at(write, read)
        self.ends(self.desk.agent("unit00", "outbox", "--send"), OK)
        self.assertEqual(self.desk.agent("unit00", "outbox", "-o", "csv").rows(), [])
        self.assertEqual(self.standing(), "12")
        self.assertEqual([row.value for row in self.client.history("unit00", "flow0", "2021-Q1").rows], ["11", "12"])

    def test_the_correction_goes_when_the_first_is_refused(self):
        """What waits behind a stale submission was never sent; it gets the predecessor that is right now."""
        self.desk.point_at(NOWHERE, NOWHERE)
        self.submit(self.figures({"flow0": "1"}), "--wait", "0", code=QUEUED)
        self.desk.point_at(self.client.writer.endpoint, self.client.reader.endpoint)
        message = wire.make("unit00", "work", "2021-Q1", {"flow0": "5"}, 1)
        self.assertEqual(self.client.submit(message).outcome, wire.submission.ACCEPTED)
        self.ends(self.desk.agent("unit00", "outbox", "--send"), CONFLICT)
        self.assertEqual(self.standing(), "5")
        self.submit(self.figures({"flow0": "6"}, name="next.csv"), "--supersede")
        self.assertEqual(self.standing(), "6")

    def test_another_store_is_told_and_gets_nothing(self):
        self.desk.down()
        other = self.desk.dir / "other-store"
        self.desk.init(other)
        self.desk.up(store=other)
        self.desk.load(small.catalog())
        self.submit(self.figures({"flow0": "1"}), "--wait", "3", code=CONFLICT)
        with wire.Client(self.desk.write, self.desk.read) as client:
            self.assertEqual(client.hello().revision, self.desk.laid)

    def test_catalogue_by_hand(self):
        exported = self.desk.dir / "handed-over.yaml"
        self.ends(self.desk.agent("unit00", "catalog", "fetch", "-o", exported), OK)
        self.ends(self.desk.agent("carried", "catalog", "import", exported), OK)
        self.ends(self.desk.agent("carried", "submit", self.figures({"flow0": "3"}, unit="unit01")), OK)
        self.assertEqual(self.standing(unit="unit01"), "3")

    def test_a_department_sees_when_its_forms_are_due(self):
        self.desk.load(small.dated(small.catalog()))
        self.desk.fetch("unit00")
        dates = self.ends(self.desk.agent("unit00", "catalog", "dates", "2022", "work", "--unit", "unit00", "-o", "csv"), OK)
        self.assertEqual([(row["period"], row["due_on"]) for row in dates.rows()][:2], [("2022-Q1", "2022-04-13"), ("2022-Q2", "2022-07-11")])
        self.ends(self.desk.agent("unit00", "catalog", "dates", "2022-Q1", "--lang", "zh"), OK, "2022年4月13日（星期三），由4月10日（星期日）顺延（县庆）")
        self.assertEqual(self.ends(self.desk.agent("unit00", "catalog", "dates", "2022-Q1", "--unit", "north", "-o", "csv"), OK).rows(), [])
        self.ends(self.desk.agent("unit00", "catalog", "dates", "2022-Q1", "wrok"), USAGE, "work")
        self.ends(self.desk.agent("unit00", "catalog", "dates", "2022-M01", "work"), USAGE, "2022-M01")
        self.ends(self.desk.agent("unit00", "catalog", "dates"), USAGE)
        self.ends(self.desk.agent("unit00", "catalog", "dates", "2022-Q1", "-o", "figures"), USAGE)


class Daemon(AgentCase):
    def start(self, unit="unit00"):
        self.folder = self.desk.dir / "drop"
        self.folder.mkdir(exist_ok=True)
        return self.desk.start("jibao-agent", "--home", self.desk.home(unit), "run", "--folder", self.folder, log="agent.log")

    def moved(self, where, name, process):
        place = self.folder / where
        return wait_until(lambda: (place / name).exists(), [self.folder, *([place] if place.exists() else [])],
                          f"{where}/{name}", PATIENCE, process)

    def test_dropped_files_are_taken_and_moved(self):
        self.desk.file("drop/before.csv", small.csv_of("unit00", "2021-Q1", {"flow0": "1"}))
        process = self.start()
        self.moved("done", "before.csv", process)
        self.desk.file("drop/good.csv", small.csv_of("unit00", "2021-Q2", {"flow0": "2"}))
        self.moved("done", "good.csv", process)
        self.desk.file("drop/bad.csv", small.csv_of("unit00", "2021-Q3", {"flow0": "two"}))
        self.moved("refused", "bad.csv", process)
        findings = self.folder / "refused/bad.csv.findings.txt"
        wait_until(findings.exists, [findings.parent], "the findings", PATIENCE, process)
        self.assertIn("two", findings.read_text("utf-8"))
        self.assertEqual((self.standing(), self.standing(period="2021-Q2")), ("1", "2"))
        self.assertEqual(self.standing(period="2021-Q3"), "STATE_NOT_REPORTED")
        process.send_signal(signal.SIGTERM)
        self.assertEqual(process.wait(PATIENCE), OK)

    def test_submit_works_beside_the_daemon(self):
        process = self.start()
        self.desk.file("drop/a.csv", small.csv_of("unit00", "2021-Q1", {"flow0": "1"}))
        self.moved("done", "a.csv", process)
        self.submit(self.figures({"flow0": "2"}))
        self.assertEqual(self.standing(), "2")
        self.assertIsNone(process.poll())

    def test_the_aggregator_may_come_later(self):
        write, read = self.desk.write, self.desk.read
        self.client.close()
        self.desk.down()
        process = self.start()
        for number in range(3):
            self.desk.file(f"drop/{number}.csv", small.csv_of("unit00", "2021-Q1", {"flow0": str(number)}))
        wait_until(lambda: not list(self.folder.glob("*.csv")), [self.folder], "the files to be taken", PATIENCE, process)
        self.desk.up(write=write, read=read)
        for number in range(3):
            self.moved("done", f"{number}.csv", process)
        with wire.Client(self.desk.write, self.desk.read) as client:
            self.assertEqual(sorted(row.value for row in client.history("unit00", "flow0", "2021-Q1").rows), ["0", "1", "2"])


class Template(AgentCase):
    def test_template_filled_and_submitted(self):
        for lang, columns in (("zh", "单位,报告期,指标,口径,数值,数据性质,说明"), ("en", "unit,period,indicator,basis,value,status,note")):
            path = self.desk.dir / f"template-{lang}.csv"
            self.ends(self.desk.agent("unit00", "template", "--unit", "unit00", "--period", "2021-Q4", "--lang", lang,
                                      "-o", path), OK)
            text = path.read_text("utf-8-sig")
            head = [line for line in text.splitlines() if line.startswith("#")]
            body = [line for line in text.splitlines() if line and not line.startswith("#")]
            self.assertEqual(body[0], columns)
            rows = list(csv.reader(body))
            self.assertGreaterEqual(len(rows), 1 + 7)
            for number, row in enumerate(rows[1:8], 1):
                row[4] = str(number)
            filled = "\n".join([*head, *(",".join(row) for row in rows)]) + "\n"
            self.submit(self.desk.file(f"filled-{lang}.csv", filled))
            self.assertEqual(self.standing("flow5", period="2021-Q4"), "6")
            self.assertEqual(self.standing("stock", period="2021-Q4"), "7")


if __name__ == "__main__":
    main()
