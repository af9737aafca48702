#!/usr/bin/python3
"""The wire contract, proved by a client in another language against the real aggregator (wire.py)."""

import random

import small
import wire
import zmq
from harness import DeskCase, main

ACCEPTED, REFUSED, CONFLICT, STALE = (wire.submission.Outcome.Value(name) for name in ("ACCEPTED", "REFUSED", "CONFLICT", "STALE"))


class ClientCase(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)
        done = self.client.put_catalog(small.catalog())
        self.desk.allow_report("county")
        self.assertEqual((done.version, [f.sentence for f in done.findings]), (1, []))

    def accept(self, *args, **fields):
        message = wire.make(*args, 1, **fields)
        receipt = self.client.submit(message)
        self.assertEqual(receipt.outcome, ACCEPTED, receipt)
        return message, receipt

    def head(self):
        return self.client.hello().revision


class Writing(ClientCase):
    def test_hello_on_both_doors(self):
        one, two = self.client.hello(self.client.reader), self.client.hello(self.client.writer)
        self.assertEqual((one.store_id, one.epoch, one.revision, one.head), (two.store_id, two.epoch, two.revision, two.head))
        self.assertEqual((len(one.store_id), len(one.head), one.catalog_version), (16, 32, 1))
        self.assertTrue(one.program)

    def test_receipt_and_repeat_byte_for_byte(self):
        message, receipt = self.accept("unit00", "work", "2021-Q1", {"flow0": "12.5", "stock": "3"})
        self.assertEqual((receipt.submission_id, receipt.unit), (message.id, "unit00"))
        self.assertEqual(receipt.revision, self.head())
        self.assertEqual(receipt.head, self.client.hello().head)
        first = self.client.submit_raw(message)
        self.assertEqual(first, receipt.SerializeToString())
        self.accept("unit00", "work", "2021-Q1", {"flow0": "13"}, predecessor=message.id)
        self.assertEqual(self.client.submit_raw(message), first, "a repeat is the same for ever")
        self.desk.down()
        self.desk.up()
        with wire.Client(self.desk.write, self.desk.read) as again:
            self.assertEqual(again.submit_raw(message), first, "also after a restart")

    def test_same_id_with_other_content_is_a_conflict_recorded_once(self):
        message, receipt = self.accept("unit00", "work", "2021-Q1", {"flow0": "1"})
        other = wire.make("unit00", "work", "2021-Q1", {"flow0": "2"}, 1, id=message.id)
        before = self.head()
        answers = [self.client.submit(other) for _ in range(3)]
        self.assertEqual([a.outcome for a in answers], [CONFLICT] * 3)
        self.assertIn("id_conflict", [f.code for f in answers[0].findings])
        self.assertEqual(self.head(), before + 1, "recorded once")
        self.assertEqual(self.client.submit_raw(message), receipt.SerializeToString())
        self.assertEqual(self.client.value("unit00", "flow0", "2021-Q1").value, "1")

    def test_stale_names_what_stands(self):
        message, _ = self.accept("unit00", "work", "2021-Q1", {"flow0": "1", "flow1": "5"})
        before = self.head()
        late = self.client.submit(wire.make("unit00", "work", "2021-Q1", {"flow0": "2", "flow1": "5"}, 1))
        self.assertEqual((late.outcome, late.last_submission), (STALE, message.id))
        finding, = late.findings
        self.assertEqual((finding.code, finding.indicator, finding.got, finding.expected), ("stale", "flow0", "2", "1"))
        self.assertEqual(self.head(), before)
        self.accept("unit00", "work", "2021-Q1", {"flow0": "2"}, predecessor=message.id)

    def test_another_store_is_refused(self):
        self.client.store_id = bytes(16)
        receipt = self.client.submit(wire.make("unit00", "work", "2021-Q1", {"flow0": "1"}, 1))
        self.assertEqual((receipt.outcome, [f.code for f in receipt.findings]), (REFUSED, ["wrong_store"]))

    def test_unknown_fields_are_refused_when_signed_and_ignored_when_asked(self):
        body = wire.make("unit00", "work", "2021-Q1", {"flow0": "1"}, 1).SerializeToString() + b"\xf8\x07\x01"
        before = self.head()
        receipt = self.client.submit(body)
        self.assertEqual((receipt.outcome, [f.code for f in receipt.findings]), (REFUSED, ["unknown_fields"]))
        self.assertEqual(self.head(), before)
        question = wire.query.Query(units=["unit00"], indicators=["flow0"], periods=["2021-Q1"]).SerializeToString() + b"\xf8\x07\x01"
        answer = self.client.reader.ask_raw(wire.envelope.KIND_QUERY, question)
        self.assertEqual(answer.kind, wire.envelope.KIND_ANSWER)

    def test_a_refusal_lists_every_finding_and_stores_nothing(self):
        before = self.head()
        receipt = self.client.submit(wire.make("unit00", "work", "2021-Q1", {"flow0": "1.234", "flowx": "1", "flow1": "2"}, 1))
        self.assertEqual(receipt.outcome, REFUSED)
        self.assertEqual({(f.code, f.indicator, f.row) for f in receipt.findings},
                         {("too_many_decimals", "flow0", 1), ("unknown_indicator", "flowx", 2)})
        for finding in receipt.findings:
            self.assertTrue(finding.sentence and finding.advice, finding)
        self.assertEqual(self.head(), before)

    def test_withdrawn_zero_and_not_applicable_stay_apart(self):
        row = wire.Row
        first, _ = self.accept("unit00", "work", "2021-Q1", {
            "flow0": "0", "flow1": row(state=wire.submission.STATE_NOT_APPLICABLE), "flow2": "7"})
        self.accept("unit00", "work", "2021-Q1", {"flow2": row(state=wire.submission.STATE_WITHDRAWN)}, predecessor=first.id)
        states = [self.client.value("unit00", f"flow{n}", "2021-Q1").state for n in range(4)]
        self.assertEqual(states, [wire.submission.STATE_VALUE, wire.submission.STATE_NOT_APPLICABLE,
                                  wire.submission.STATE_WITHDRAWN, wire.submission.STATE_NOT_REPORTED])


class Reading(ClientCase):
    def fill(self, units=8, quarters=4):
        last = {}
        for unit in map(small.unit_code, range(units)):
            for number, quarter in enumerate(small.QUARTERS[:quarters]):
                message, _ = self.accept(unit, "work", quarter, {"flow0": str(number + 1), "flow1": "4", "stock": "10"})
                last[unit, quarter] = message.id
        return last

    def test_catalogue_comes_back_byte_for_byte(self):
        body, version, _ = self.client.get_catalog()
        self.assertEqual((body.decode("utf-8"), version), (small.catalog(), 1))
        self.assertTrue(self.client.put_catalog(small.catalog()).unchanged)
        more = self.client.put_catalog(small.catalog() + "# a note\n")
        self.assertEqual(more.version, 2)
        self.assertEqual(self.client.get_catalog(1)[0].decode("utf-8"), small.catalog())

    def test_rollups_ratio_and_groups(self):
        self.fill()
        self.assertEqual(self.client.value("county", "flow0", "2021").value, str(8 * (1 + 2 + 3 + 4)))
        ratio = self.client.value("county", "share", "2021-Q1")
        self.assertEqual((ratio.value, ratio.numerator, ratio.denominator), ("25.00", "8", "32"))
        group, = self.client.query(groups=["few"], indicators=["flow0"], periods=["2021"])
        self.assertEqual((group.value, group.is_group, group.reported, group.expected), ("20", True, 8, 8))
        stock = self.client.value("north", "stock", "2021")
        self.assertEqual((stock.value, stock.value_period), ("40", "2021-Q4"))
        children = self.client.query(under="county", indicators=["flow1"], periods=["2021-Q1"])
        self.assertEqual([(row.unit, row.value) for row in children], [("north", "16"), ("south", "16")])

    def test_pages_are_one_snapshot_while_writes_go_on(self):
        last = self.fill(8, 12)

        def write():
            unit, quarter = random.choice(list(last))
            message, _ = self.accept(unit, "work", quarter, {"flow0": "77"}, predecessor=last[unit, quarter])
            last[unit, quarter] = message.id

        question = wire.query.Query(units=["county", "north", "south", *map(small.unit_code, range(8))], groups=["odd", "few"],
                                    periods=[*small.QUARTERS, *(f"{a}..{b}" for i, a in enumerate(small.QUARTERS) for b in
                                                                small.QUARTERS[i + 1:])])
        pages = list(self.client.pages(question, between=write))
        self.assertGreater(len(pages), 1, "a question that fills several pages")
        rows = [row for page in pages for row in page.rows]
        self.assertEqual(len(rows), 13 * 10 * (12 + 66))
        q1 = {row.unit: row.value for row in rows if row.indicator == "flow0" and row.period == "2021-Q1" and not row.is_group}
        self.assertEqual(q1["county"], "8")

    def test_as_of_history_explain_filing_status(self):
        message, receipt = self.accept("unit00", "work", "2021-Q1", {"flow0": "5"}, filled_by="clerk")
        self.accept("unit02", "work", "2021-Q1", {"flow0": "1"})
        self.accept("unit00", "work", "2021-Q1", {"flow0": "3"}, predecessor=message.id, reason="counted twice")
        self.assertEqual(self.client.value("north", "flow0", "2021-Q1").value, "4")
        self.assertEqual(self.client.value("north", "flow0", "2021-Q1", as_of_revision=receipt.revision).value, "5")
        rows = self.client.history("unit00", "flow0", "2021-Q1").rows
        self.assertEqual([(row.before, row.value, row.reason) for row in rows], [("", "5", ""), ("5", "3", "counted twice")])
        explained = self.client.explain(unit="north", indicator="flow0", period="2021-Q1")
        parts = {part.unit: part.value for part in explained.parts if part.counts and part.value}
        self.assertEqual((explained.result.value, parts), ("4", {"unit00": "3", "unit02": "1"}))
        filing = self.client.filing("unit00", "work", "2021-Q1")
        self.assertEqual([(row.indicator, row.value) for row in filing.rows], [("flow0", "3")])
        status = self.client.status(units=["unit00"], periods=["2021-Q1"])
        row, = [row for row in status.rows if row.form == "work"]
        self.assertEqual((row.rows_expected, row.rows_reported), (7, 1))
        self.assertIn("flow1", row.missing)

    def test_unknown_names_are_refused_with_a_suggestion(self):
        with self.assertRaises(wire.Refused) as caught:
            self.client.query(units=["unit0"], indicators=["flow0"], periods=["2021-Q1"])
        finding = caught.exception.findings[0]
        self.assertEqual(finding.code, "unknown_unit")
        self.assertIn("unit0", finding.got)
        with self.assertRaises(wire.Refused) as caught:
            self.client.query(units=["unit00"], indicators=["flow0"], periods=["2021-Q9"])
        self.assertIn("period_syntax", caught.exception.codes)

    def test_a_req_socket_is_a_client_too(self):
        with wire.Client(self.desk.write, self.desk.read, kind=zmq.REQ) as client:
            self.assertEqual(client.submit(wire.make("unit01", "work", "2021-Q1", {"flow0": "2"}, 1)).outcome, ACCEPTED)
            self.assertEqual(client.value("county", "flow0", "2021-Q1").value, "2")

    def test_verify_over_the_wire(self):
        self.fill(2, 2)
        answer = self.client.verify()
        self.assertEqual((answer.clean, list(answer.problems), answer.entries), (True, [], self.desk.laid + 4))


class Watching(ClientCase):
    def watch(self, **fields):
        watch = wire.Watch(self.desk.read, **fields)
        self.addCleanup(watch.close)
        return watch

    def same(self, watch, **fields):
        self.assertEqual(watch.standing(), wire.expected_state(self.client, periods=small.QUARTERS, **fields))

    everything = dict(units=["county", "north", "south", *map(small.unit_code, range(8))], groups=["odd", "few"])

    def test_snapshot_then_changes(self):
        first, _ = self.accept("unit00", "work", "2021-Q1", {"flow0": "5", "stock": "2"})
        watch = self.watch()
        watch.until(self.head())
        self.assertEqual(watch.resets, ["new"])
        self.same(watch, **self.everything)
        self.accept("unit00", "work", "2021-Q1", {"flow0": "4"}, predecessor=first.id)
        self.accept("unit01", "work", "2021-Q2", {"flow3": "9"})
        watch.until(self.head())
        self.same(watch, **self.everything)
        self.assertEqual(watch.state[False, "north", "flow0", "2021-Q1", ""][1], "4")

    def test_resume_gives_each_change_once(self):
        watch = self.watch(units=["county"])
        watch.until(self.head())
        seen = []
        watch.record = lambda revision, cells, at_us: seen.append(revision)
        self.accept("unit00", "work", "2021-Q1", {"flow0": "5"})
        watch.until(self.head())
        token = watch.token
        watch.door.close()
        revisions = [self.accept(small.unit_code(n), "work", "2021-Q2", {"flow0": "1"})[1].revision for n in range(5)]
        watch.join(token)
        watch.until(self.head())
        self.assertEqual((watch.continued, watch.resets), (1, ["new"]))
        self.assertEqual(seen[1:], revisions)
        self.same(watch, units=["county"])

    def test_another_filter_resets_with_the_reason(self):
        watch = self.watch(units=["county"])
        watch.until(self.head())
        other = self.watch(units=["north"], token=watch.token)
        other.until(self.head())
        self.assertEqual(other.resets, ["filter"])

    def test_a_malformed_token_resets(self):
        watch = self.watch(units=["county"], token="not a token")
        watch.until(self.head())
        self.assertEqual(watch.resets, ["malformed"])

    def test_a_new_catalogue_resets(self):
        watch = self.watch()
        watch.until(self.head())
        self.assertEqual(self.client.put_catalog(small.catalog() + "# more\n").version, 2)
        watch.until(self.head())
        self.assertEqual(watch.resets, ["new", "catalogue"])

    def test_ping_progress_and_cancel(self):
        watch = self.watch(indicators=["flow0"])
        watch.until(self.head())
        self.accept("unit00", "work", "2021-Q1", {"flow1": "5"})
        watch.until(self.head())
        self.assertEqual([key for key in watch.state], [], "a quiet watch hears the head and nothing else")
        watch.ping()
        answers = iter(lambda: watch.step(30), "pong")
        for answer in answers:
            self.assertIsNotNone(answer)
        watch.cancel()
        while not watch.ended:
            self.assertIsNotNone(watch.step(30))
        self.assertEqual(watch.ended, "cancelled")

    def test_an_unknown_unit_is_refused(self):
        watch = self.watch(units=["nowhere"])
        with self.assertRaises(wire.Refused):
            while watch.step(30) is not None:
                pass


if __name__ == "__main__":
    main()
