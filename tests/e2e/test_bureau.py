#!/usr/bin/python3
"""The bureau's program: questions in three forms, revisions, explanations, export, status, catalogue, live watch."""

import datetime
import decimal
import json

import small
import wire
from harness import FAILED, OK, PATIENCE, REFUSED, TOP, USAGE, DeskCase, main

HEADER = ("unit,indicator,period,value,state,precision,status,unit_of_measure,reported,expected,value_period,revision,reason")


class BureauCase(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog())
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)

    def accept(self, unit, period, values, predecessor=b"", form="work", **fields):
        message = wire.make(unit, form, period, values, 1, predecessor=predecessor, **fields)
        receipt = self.client.submit(message)
        self.assertEqual(receipt.outcome, wire.submission.ACCEPTED, receipt)
        return message.id, receipt

    def bureau(self, *args, code=OK, words=(), **kwargs):
        return self.ends(self.desk.bureau(*args, **kwargs), code, *words)

    def query(self, *args):
        return self.bureau("query", *args, "-o", "csv").rows()


class Questions(BureauCase):
    def test_the_csv_columns_are_exact(self):
        self.accept("unit00", "2021-Q1", {"flow0": "12"})
        args = ["--unit", "county", "--indicator", "flow0", "--period", "2021-Q1", "-o", "csv"]
        for extra, header in (([], HEADER), (["--compare", "yoy"], HEADER + ",yoy,yoy_base"),
                              (["--compare", "yoy,qoq"], HEADER + ",yoy,yoy_base,qoq,qoq_base")):
            done = self.bureau("query", *args, *extra)
            first, second = done.out.decode("utf-8-sig").splitlines()[:2]
            self.assertTrue(first == header or first.startswith(header + ","), first)
            self.assertTrue(second.startswith("county,flow0,2021-Q1,12,value,exact,final,"), second)

    def test_under_group_section_form_and_own(self):
        for number in range(8):
            self.accept(small.unit_code(number), "2021-Q1", {"flow0": str(number + 1)})
        rows = self.query("--under", "county", "--indicator", "flow0", "--period", "2021-Q1")
        self.assertEqual([(row["unit"], row["value"]) for row in rows], [("north", "16"), ("south", "20")])
        rows = self.query("--group", "few", "--group", "odd", "--indicator", "flow0", "--period", "2021-Q1")
        groups = self.desk.bureau("query", "--group", "few", "--group", "odd", "--indicator", "flow0", "--period", "2021-Q1")
        self.ends(groups, OK, "few, odd", "must not be added")  # unit01 stands in both
        self.assertEqual([row["value"] for row in rows], ["3", "20"])
        rows = self.query("--unit", "unit03", "--section", "all", "--period", "2021-Q1")
        self.assertEqual(len(rows), 10)
        rows = self.query("--unit", "unit03", "--form", "work", "--period", "2021-Q1", "--only-reported")
        self.assertEqual([(row["indicator"], row["value"]) for row in rows], [("flow0", "4")])
        rows = self.query("--unit", "county", "--indicator", "flow0", "--period", "2021-Q1", "--own")
        self.assertNotEqual(rows[0]["state"], "value")

    def test_states_stay_apart(self):
        row = wire.Row
        first, _ = self.accept("unit00", "2021-Q1", {"flow0": "0", "flow1": row(state=wire.submission.STATE_NOT_APPLICABLE), "flow2": "3"})
        self.accept("unit00", "2021-Q1", {"flow2": row(state=wire.submission.STATE_WITHDRAWN)}, first)
        rows = self.query("--unit", "unit00", *[w for n in range(4) for w in ("--indicator", f"flow{n}")], "--period", "2021-Q1")
        self.assertEqual([(r["value"], r["state"]) for r in rows],
                         [("0", "value"), ("", "not_applicable"), ("", "withdrawn"), ("", "not_reported")])
        done = self.bureau("query", "--unit", "unit00", "--form", "work", "--period", "2021-Q1", "--lang", "zh")
        for word in ("不涉及", "撤回", "未报"):
            self.assertIn(word, done.text, done)

    def test_growth_ratio_and_why_not(self):
        for unit in map(small.unit_code, range(8)):
            self.accept(unit, "2021-Q1", {"flow0": "10", "flow1": "20"})
            self.accept(unit, "2022-Q1", {"flow0": "12", "flow1": "0"})
        row, = self.query("--unit", "county", "--indicator", "flow0", "--period", "2022-Q1", "--compare", "yoy,qoq")
        self.assertEqual((row["yoy"], row["yoy_base"]), ("20.00", "80"))
        self.assertEqual(row["qoq"], "")
        row, = self.query("--unit", "county", "--indicator", "share", "--period", "2021-Q1")
        self.assertEqual(row["value"], "50.00")
        row, = self.query("--unit", "county", "--indicator", "share", "--period", "2022-Q1")
        self.assertEqual((row["value"], row["state"]), ("", "not_computable"))
        self.assertTrue(row["reason"])

    def test_as_of_revision_and_time(self):
        first, receipt = self.accept("unit00", "2021-Q1", {"flow0": "5"})
        _, second = self.accept("unit00", "2021-Q1", {"flow0": "3"}, first)
        args = ["--unit", "county", "--indicator", "flow0", "--period", "2021-Q1"]
        self.assertEqual([r["value"] for r in self.query(*args)], ["3"])
        row, = self.query(*args, "--as-of", receipt.revision)
        self.assertEqual((row["value"], row["revision"]), ("5", str(receipt.revision)))
        zone = datetime.timezone(datetime.timedelta(hours=8))
        moment = datetime.datetime.fromtimestamp(second.accepted_at_us / 1e6 + 3600, zone).strftime("%Y-%m-%d %H:%M")
        self.assertEqual([r["value"] for r in self.query(*args, "--as-of", moment)], ["3"])
        self.bureau("query", *args, "--as-of", "999999", code=REFUSED)

    def test_json_and_table(self):
        self.accept("unit00", "2021-Q1", {"flow0": "46.5"})
        done = self.bureau("query", "--unit", "county", "--indicator", "flow0", "--period", "2021-Q1", "-o", "json")
        self.assertIn("46.5", json.dumps(json.loads(done.out)))
        for lang, name in (("zh", "时期0"), ("en", "Flow 0")):
            done = self.bureau("query", "--unit", "county", "--indicator", "flow0", "--period", "2021-Q1", "--lang", lang)
            self.assertIn("46.5", done.text)
            self.assertIn(name, done.text)
        chart = self.bureau("query", "--unit", "county", "--indicator", "flow0", "--period", "2021-Q1", "--period", "2021-Q2", "--chart")
        self.assertIn("46.5", chart.text)

    def test_mistakes_are_told_with_a_suggestion(self):
        self.bureau("query", "--unit", "countz", "--indicator", "flow0", "--period", "2021-Q1", code=REFUSED, words=["countz", "county"])
        self.bureau("query", "--unit", "county", "--indicator", "flow0", "--period", "2021-Q7", code=REFUSED, words=["2021-Q7"])
        self.bureau("query", "--period", "2021-Q1", code=USAGE)
        self.bureau("qurey", code=USAGE, words=["query"])
        self.bureau("query", "--unit", "county", "--indicator", "flow0", "--period", "2021-M01", words=[])
        self.desk.point_at("tcp://127.0.0.1:1", "tcp://127.0.0.1:1")
        self.bureau("query", "--unit", "county", "--period", "2021", "--timeout", "1", code=FAILED, words=["127.0.0.1:1"])


class Redefined(DeskCase):
    def test_growth_across_a_change_of_definition_says_so(self):
        self.desk.up()
        self.desk.load(small.catalog().replace("{code: flow0, ", "{code: flow0, redefined: [{from: 2022-07-01, note: branches too}], ", 1))
        client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(client.close)
        for period in ("2021-Q1", "2021-Q3", "2022-Q1", "2022-Q3", "2023-Q3"):
            for number in range(8):
                receipt = client.submit(wire.make(small.unit_code(number), "work", period, {"flow0": "10", "flow1": "20"}, 1))
                self.assertEqual(receipt.outcome, wire.submission.ACCEPTED, receipt)

        def growth(indicator, period, *more):
            return self.ends(self.desk.bureau("query", "--unit", "county", "--indicator", indicator, "--period", period, "--compare", "yoy", *more), OK)

        for indicator in ("flow0", "share"):  # a ratio is redefined with its parts
            for period, flagged in (("2022-Q1", False), ("2022-Q3", True), ("2023-Q3", False)):
                row, = growth(indicator, period, "-o", "csv").rows()
                self.assertEqual("yoy:redefined" in row["reason"], flagged, (indicator, period, row))
                self.assertNotEqual(row["yoy"], "")
        row, = json.loads(growth("flow0", "2022-Q3", "-o", "json").out)["rows"]
        self.assertEqual(row["yoy_redefined"], "2022-07-01")
        self.assertIn("2022-07-01", growth("flow0", "2022-Q3").text)
        self.assertNotIn("2022-07-01", growth("flow0", "2022-Q1").text)
        self.assertIn("branches too", self.ends(self.desk.bureau("catalog", "show", "--indicator", "flow0"), OK).text)
        for bad, words in (("redefined: [{from: 2022-07-01}, {from: 2022-07-01}]", "before"), ("redefined: [{note: x}]", "from")):
            path = self.desk.file("bad.yaml", small.catalog().replace("{code: flow0, ", "{code: flow0, " + bad + ", ", 1))
            self.ends(self.desk.bureau("catalog", "check", path), REFUSED, words)


class Records(BureauCase):
    def test_history_tells_who_when_from_what_to_what_and_why(self):
        first, _ = self.accept("unit00", "2021-Q1", {"flow0": "5"}, filled_by="Clerk A")
        self.accept("unit00", "2021-Q1", {"flow0": "3"}, first, filled_by="Clerk B", reason="counted twice")
        args = ["history", "--unit", "unit00", "--indicator", "flow0", "--period", "2021-Q1"]
        done = self.bureau(*args, words=["Clerk A", "Clerk B", "counted twice"])
        rows = self.bureau(*args, "-o", "csv").rows()
        self.assertEqual(len(rows), 2, done)

    def test_explain_adds_up(self):
        numbers = {small.unit_code(n): str(n * 3 + 1) for n in range(8)}
        for unit, value in numbers.items():
            self.accept(unit, "2021-Q2", {"flow0": value})
        rows = self.bureau("explain", "--unit", "county", "--indicator", "flow0", "--period", "2021-S1", "-o", "csv").rows()
        total = sum(decimal.Decimal(row["value"]) for row in rows if row["value"] and row.get("counts", "yes") not in ("no", "false", "0"))
        answer, = self.query("--unit", "county", "--indicator", "flow0", "--period", "2021-S1")
        self.assertEqual(total, decimal.Decimal(answer["value"]))
        self.assertEqual(total, sum(map(int, numbers.values())))

    def test_export_has_every_figure_of_the_period(self):
        for number in range(8):
            self.accept(small.unit_code(number), "2021-Q1", {"flow0": str(number), "stock": "9"})
        path = self.desk.dir / "export.csv"
        self.bureau("export", "--period", "2021-Q1", "-o", "csv", "--output", path)
        lines = path.read_text("utf-8-sig").splitlines()
        for number in range(8):
            self.assertTrue(any(line.startswith(f"unit{number:02d},flow0,2021-Q1,{number},") for line in lines), lines[:20])

    def test_status_says_who_has_reported_what(self):
        self.accept("unit00", "2021-Q1", {f"flow{n}": "1" for n in range(6)} | {"stock": "1"})
        self.accept("unit01", "2021-Q1", {"flow0": "1"})
        rows = self.bureau("status", "--under", "county", "--period", "2021-Q1", "-o", "csv").rows()
        work = {row["unit"]: (row["rows_reported"], row["rows_expected"]) for row in rows if row["form"] == "work"}
        self.assertEqual((work["unit00"], work["unit01"], work["unit02"]), (("7", "7"), ("1", "7"), ("0", "7")))
        self.bureau("status", "--under", "county", "--period", "2021-Q1", "--summary")
        self.bureau("status", "--unit", "unit01", "--period", "2021-Q1", "--missing", words=["flow1"])

    def test_catalog_check_show_diff(self):
        good = self.desk.file("good.yaml", small.catalog())
        self.bureau("catalog", "check", good)
        bad = self.desk.file("bad.yaml", small.catalog().replace("measure: stock", "measure: stick").replace("parent: south}", "parent: sooth}"))
        done = self.bureau("catalog", "check", bad, code=REFUSED)
        for word in ("stick", "sooth"):
            self.assertIn(word, done.text)
        self.bureau("catalog", "load", bad, code=REFUSED)
        self.assertEqual(self.client.hello().catalog_version, 1)
        self.bureau("catalog", "show", "--lang", "en", words=["Small County"])
        self.bureau("catalog", "show", "--indicator", "flow0", words=["flow0"])
        self.bureau("catalog", "show", "--unit", "unit03", words=["unit03"])
        self.bureau("catalog", "show", "--form", "work", words=["flow0"])
        changed = self.desk.file("changed.yaml", small.catalog(units=9))
        self.bureau("catalog", "diff", changed, words=["unit08"])
        self.bureau("catalog", "diff", good, changed, words=["unit08"])
        self.bureau("catalog", "load", changed, "--reason", "a new unit", "--author", "office")
        self.assertEqual(self.client.hello().catalog_version, 2)

    def test_who_leads_and_who_contributes_is_shown(self):
        text = small.catalog().replace("{code: flow0, ", "{code: flow0, lead: [{unit: north, until: 2022-12-31}, {unit: unit05, from: 2023-01-01}], "
                                       "contributors: [unit06], ", 1)
        path = self.desk.file("led.yaml", text)
        self.bureau("catalog", "load", path)
        self.bureau("catalog", "show", "--indicator", "flow0", words=["north", "2022-12-31", "unit05", "unit06"])
        self.bureau("catalog", "show", "--unit", "unit05", words=["Flow 0"])
        self.bureau("catalog", "show", "--unit", "unit06", words=["Flow 0"])
        both = self.desk.file("both.yaml", text.replace("2022-12-31", "2023-01-01"))
        self.bureau("catalog", "check", both, code=REFUSED, words=["lead"])
        self.bureau("catalog", "diff", both, path, code=REFUSED)
        other = self.desk.file("other.yaml", text.replace("contributors: [unit06]", "contributors: [unit07]"))
        self.bureau("catalog", "diff", path, other, words=["contributor", "unit07"])
        self.assertEqual(self.query("--unit", "county", "--indicator", "flow0", "--period", "2021-Q1")[0]["expected"], "8")

    def test_catalog_shows_when_forms_are_due(self):
        dated = self.desk.file("dated.yaml", small.dated(small.catalog()))
        self.bureau("catalog", "diff", dated, words=["schedule.due 10"])
        self.bureau("catalog", "load", dated)
        rows = self.bureau("catalog", "show", "--dates", "2022-Q1", "-o", "csv").rows()
        self.assertEqual([row["form"] for row in rows], ["work", "words"])
        self.assertEqual({key: rows[0][key] for key in ("opens_on", "due_on", "locks_on", "due_moved_from", "locks_moved_from")},
                         {"opens_on": "2022-03-21", "due_on": "2022-04-13", "locks_on": "2022-04-20", "due_moved_from": "2022-04-10",
                          "locks_moved_from": ""})
        done = self.bureau("catalog", "show", "--form", "work", "--dates", "2022", "--lang", "en",
                           words=["Wednesday 13 April 2022, moved from Sunday 10 April (County Days)"])
        self.assertIn("no holiday of 2023 is listed", done.text)
        self.assertNotIn("no holiday of 2022", done.text)
        self.bureau("catalog", "show", "--form", "work", "--lang", "en", words=["due 10 days after the period's last day"])
        self.bureau("catalog", "show", "--dates", "2022-Q5", code=USAGE)
        self.bureau("catalog", "show", "--dates", "2022-M01", "--form", "work", code=USAGE, words=["work"])
        self.bureau("catalog", "show", "--dates", "2022", "--units", code=USAGE)
        self.bureau("catalog", "show", "--dates", "2022", "--form", "wrok", code=REFUSED, words=["work"])

    def test_the_invented_county_owes_what_its_forms_say(self):
        demo = self.desk.dir / "demo"
        self.desk.down()
        self.desk.init(demo)
        self.desk.up(store=demo)
        self.desk.load(TOP / "deploy/demo/catalog.yaml")
        for period, units, forms, rows in (("2024-Q4", 34, 94, 290), ("2025-Q1", 33, 92, 282)):
            status = self.bureau("status", "--under", "demo", "--period", period, "-o", "csv").rows()
            self.assertEqual((len({row["unit"] for row in status}), len(status), sum(int(row["rows_expected"]) for row in status)),
                             (units, forms, rows), period)
        self.desk.fetch("village_a1")
        dates = self.ends(self.desk.agent("village_a1", "catalog", "dates", "2024-Q3", "--unit", "village_a1", "-o", "csv"), OK).rows()
        self.assertEqual([(row["form"], row["due_on"]) for row in dates], [("mediation", "2024-10-08"), ("village", "2024-10-10")])

    def test_a_change_that_would_alter_what_stands_is_refused(self):
        self.accept("unit00", "2021-Q1", {"flow0": "1.25"})
        changed = self.desk.file("changed.yaml", small.catalog().replace("decimals: 2", "decimals: 0", 1))
        self.bureau("catalog", "load", changed, code=REFUSED, words=["flow0"])
        self.assertEqual(self.client.hello().catalog_version, 1)

    def test_backup_restore_rebuild_verify_by_hand(self):
        self.accept("unit00", "2021-Q1", {"flow0": "5"})
        backup, again = self.desk.dir / "backup", self.desk.dir / "again"
        self.bureau("backup", "--dir", self.desk.store, backup)
        self.bureau("restore", backup, "--dir", again)
        self.bureau("verify", "--dir", again)
        before = self.desk.run("jibao-aggregator", "dump", "--dir", again)
        self.bureau("rebuild", "--dir", again)
        self.assertEqual(self.desk.run("jibao-aggregator", "dump", "--dir", again).out, before.out)
        self.bureau("verify")


class Live(BureauCase):
    def test_watch_as_json_lines_then_resumed(self):
        token_file = self.desk.dir / "token"
        first, receipt = self.accept("unit00", "2021-Q1", {"flow0": "5"})
        done = self.bureau("watch", "--unit", "county", "-o", "json", "--until-revision", receipt.revision, "--token-file", token_file,
                           timeout=PATIENCE)
        events = [json.loads(line) for line in done.out.decode().splitlines()]
        kinds = [event["type"] for event in events]
        self.assertEqual((kinds[0], "snapshot_end" in kinds), ("reset", True), kinds)
        token = token_file.read_text().strip()
        self.assertTrue(token)
        values = []
        for value in ("6", "7", "4"):
            first, receipt = self.accept("unit00", "2021-Q1", {"flow0": value}, first)
            values.append(receipt.revision)
        done = self.bureau("watch", "--unit", "county", "-o", "json", "--from", token, "--until-revision", values[-1], timeout=PATIENCE)
        events = [json.loads(line) for line in done.out.decode().splitlines()]
        self.assertEqual(events[0]["type"], "continued")
        self.assertEqual([e["revision"] for e in events if e["type"] == "changes"], values)
        done = self.bureau("watch", "--unit", "north", "-o", "json", "--from", token, "--until-revision", values[-1], timeout=PATIENCE)
        event = json.loads(done.out.decode().splitlines()[0])
        self.assertEqual((event["type"], event["reason"]), ("reset", "filter"))

    def test_watch_for_people(self):
        token_file = self.desk.dir / "token"
        self.bureau("watch", "--unit", "county", "--until-revision", self.desk.laid, "--token-file", token_file, timeout=PATIENCE)
        _, receipt = self.accept("unit00", "2021-Q1", {"flow0": "58"})
        for lang, name in (("en", "Flow 0"), ("zh", "时期0")):
            self.bureau("watch", "--unit", "county", "--from", token_file.read_text().strip(), "--until-revision", receipt.revision,
                        "--lang", lang, words=["58", name], timeout=PATIENCE)


if __name__ == "__main__":
    main()
