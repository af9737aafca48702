#!/usr/bin/python3
"""Hostile and broken messages at both doors of the real aggregator: each is refused with its reason or dropped, nothing is
stored, the process lives and goes on answering (the sanitized build runs this too)."""

import hashlib
import os
import random
import socket
import struct

import small
import wire
from harness import SANITIZED, DeskCase, main

E = wire.envelope
OUTCOME = wire.submission.Outcome
VALUE, WITHDRAWN, NOT_REPORTED = wire.submission.STATE_VALUE, wire.submission.STATE_WITHDRAWN, wire.submission.STATE_NOT_REPORTED


def good(**fields):
    values = fields.pop("values", {"flow0": "1"})
    return wire.make(fields.pop("unit", "unit00"), fields.pop("form", "work"), fields.pop("period", "2021-Q1"), values,
                     fields.pop("version", 1), **fields)


def spoiled(change, **fields):
    message = good(**fields)
    change(message)
    return message


def value(text):
    return good(values={"flow0": text})


def row(**fields):
    return good(values={"flow0": wire.Row(**fields)})


def many(count):
    message = good(values={})
    for _ in range(count):
        message.rows.add(indicator="flow0", state=VALUE, value="1")
    return message


# name, codes of which one must be among the findings, the submission
SUBMISSIONS = [
    ("unknown unit", "unknown_unit", good(unit="nobody")),
    ("unknown form", "unknown_form", good(form="nothing")),
    ("unknown indicator", "unknown_indicator", good(values={"flow9": "1"})),
    ("another form's indicator", "not_in_form", good(values={"story": wire.Row(text="x")})),
    ("period that is none", "period_syntax", good(period="2021-Q0")),
    ("period with NUL", "malformed period_syntax bad_text", good(period="2021-Q1\0")),
    ("future period", "period_future", good(period="2099-Q1")),
    ("year for a quarter", "period_frequency", good(period="2021")),
    ("two rows of one figure", "duplicate_row", many(2)),
    ("no rows", "empty_submission", many(0)),
    ("2,001 rows", "too_many_rows too_large malformed", many(2001)),
    ("catalogue of tomorrow", "catalog_unknown", good(version=77)),
    ("no id", "malformed", spoiled(lambda m: m.ClearField("id"))),
    ("short id", "malformed", spoiled(lambda m: setattr(m, "id", b"short"))),
    ("long predecessor", "malformed", spoiled(lambda m: setattr(m, "predecessor", b"x" * 17))),
    ("exponent", "value_syntax malformed", value("1e5")),
    ("plus sign", "value_syntax malformed", value("+1")),
    ("full-width digits", "value_syntax malformed", value("１")),
    ("spaces", "value_syntax malformed", value(" 1")),
    ("two points", "value_syntax malformed", value("1.2.3")),
    ("empty value", "value_syntax malformed", value("")),
    ("leading zeros", "value_syntax malformed", value("007")),
    ("5,000 digits", "too_large", value("1" * 5000)),
    ("19 digits", "too_large", value("1" * 19)),
    ("too many decimals", "too_many_decimals", value("1.001")),
    ("below zero", "negative", value("-1")),
    ("not reported is no state to send", "malformed value_syntax", row(state=NOT_REPORTED)),
    ("withdrawn with a value", "malformed value_syntax", spoiled(lambda m: setattr(m.rows[0], "state", WITHDRAWN))),
    ("nothing to withdraw", "nothing_to_withdraw", row(state=WITHDRAWN)),
    ("unknown mark", "malformed", row(precision=99, value="1")),
    ("unknown status", "malformed", row(status=99, value="1")),
    ("text in a number's row", "number_expected", row(text="many")),
    ("number in a text's row", "text_expected", good(form="words", values={"story": "1"})),
    ("text beyond 64 KiB", "text_too_long malformed too_large", good(form="words", values={"story": wire.Row(text="x" * 65537)})),
    ("note beyond 4 KiB", "text_too_long field_too_long malformed too_large", row(value="1", note="n" * 5000)),
    ("a name beyond 4 KiB", "text_too_long field_too_long malformed too_large", good(filled_by="n" * 5000)),
    ("code with spaces", "malformed unknown_indicator", good(values={"flow 0": "1"})),
    ("basis that is none", "basis_syntax basis_not_allowed", row(value="1", basis="now and then")),
    ("33 attachments", "malformed too_large", spoiled(
        lambda m: [m.attachments.add(name="a", size=1, sha256=bytes(32)) for _ in range(33)])),
    ("attachment without a hash", "malformed", spoiled(lambda m: m.attachments.add(name="a", size=1))),
]


def field(number, wire_type, body=b""):
    key = number << 3 | wire_type
    out = bytearray()
    while key > 127:
        out.append(key & 127 | 128)
        key >>= 7
    out.append(key)
    return bytes(out) + body


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def nested(depth, number):
    body = b""
    for _ in range(depth):
        body = field(number, 2, varint(len(body)) + body)
        if len(body) > 900_000:
            break
    return body


# name, payload: bytes that no protobuf writer makes
HOSTILE = [
    ("groups, 50,000 deep", field(99, 3) * 50000),
    ("closed groups, 20,000 deep", field(99, 3) * 20000 + field(99, 4) * 20000),
    ("messages, 10,000 deep", nested(10000, 15)),
    ("64 KiB of two-byte unknown fields", b"\x78\x01" * 32768),
    ("1,000,000 bytes of unknown fields", b"\x78\x01" * 500000),
    ("a length of 4 GiB", field(2, 2, varint(1 << 32)) + b"x"),
    ("a length of 2^63", field(2, 2, varint((1 << 63) - 1)) + b"x"),
    ("an endless varint", field(1, 0, b"\xff" * 200)),
    ("field number 0", b"\x00\x01"),
    ("wire type 7", b"\x0f\x01"),
    ("cut in a key", b"\xff"),
    ("strings that are not UTF-8", field(2, 2, b"\x03\xff\xfe\x80") + field(1, 2, b"\x03\xff\xfe\x80")),
    ("100,000 empty rows", field(15, 2, b"\x00") * 100000),
    ("100,000 empty strings", field(9, 2, b"\x00") * 100000 + field(1, 2, b"\x00") * 100000),
    ("random bytes", random.Random(3).randbytes(4096)),
    ("nothing", b""),
]
WRITES = (E.KIND_SUBMIT, E.KIND_CATALOG_PUT, E.KIND_CONTACTS_PUT)
READS = (E.KIND_CATALOG_GET, E.KIND_QUERY, E.KIND_STATUS, E.KIND_HISTORY, E.KIND_EXPLAIN, E.KIND_FILING, E.KIND_CONTACTS, E.KIND_WATCH,
         E.KIND_WATCH_PING, E.KIND_WATCH_CANCEL, E.KIND_HELLO)


class BadMessages(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.client = wire.Client(self.desk.write, self.desk.read, timeout=60)
        self.addCleanup(self.client.close)
        self.assertEqual(self.client.put_catalog(small.catalog()).version, 1)
        self.desk.allow_report("county")
        self.before = self.client.hello().revision

    def tearDown(self):
        """Whatever came: it lives, nothing was stored, it works, and it stops without a leak."""
        self.assertTrue(self.desk.alive())
        self.assertEqual(self.client.hello().revision, self.before)
        self.assertEqual(self.client.submit(good()).outcome, OUTCOME.Value("ACCEPTED"))
        self.assertEqual(self.client.value("county", "flow0", "2021-Q1").value, "1")
        self.client.close()
        self.desk.down()

    def test_bad_submissions_are_refused_with_the_reason(self):
        for name, codes, message in SUBMISSIONS:
            with self.subTest(name):
                try:
                    receipt = self.client.submit(message)
                    findings = list(receipt.findings)
                    self.assertEqual(receipt.outcome, OUTCOME.Value("REFUSED"), receipt)
                except wire.Refused as refused:
                    findings = refused.findings
                self.assertTrue({f.code for f in findings} & set(codes.split()), findings)
                for finding in findings:
                    self.assertTrue(finding.sentence and finding.advice, finding)

    def test_hostile_payloads_of_every_kind(self):
        for kind in WRITES + READS:
            door = self.client.writer if kind in WRITES else self.client.reader
            for name, payload in HOSTILE:
                with self.subTest(f"{E.Kind.Name(kind)}: {name}"):
                    if kind == E.KIND_WATCH:
                        self.watch_answer(payload)
                        continue
                    answer = door.ask_raw(kind, payload, self.client.store_id if kind in WRITES else b"")
                    self.assertNotEqual(answer.kind, kind)
                    if kind in WRITES:
                        self.not_taken(answer)

    def not_taken(self, answer):
        if answer.kind == E.KIND_RECEIPT:
            receipt = wire.Receipt.FromString(answer.payload)
            self.assertEqual(receipt.outcome, OUTCOME.Value("REFUSED"))
            self.assertTrue(receipt.findings)
        elif answer.kind in (E.KIND_CATALOG_PUT_DONE, E.KIND_CONTACTS_PUT_DONE):
            done = wire.ANSWERS[answer.kind - 1][1].FromString(answer.payload)
            self.assertTrue(done.findings)
            self.assertEqual(done.version, 0)
        else:
            self.assertEqual(answer.kind, E.KIND_REFUSED)
            self.assertTrue(E.Refused.FromString(answer.payload).findings)

    def watch_answer(self, payload):
        """A watch may be refused or begin; either way its connection goes away."""
        with wire.Door(self.desk.read) as door:
            answer = door.ask_raw(E.KIND_WATCH, payload)
            self.assertIn(answer.kind, (E.KIND_REFUSED, E.KIND_WATCH_EVENT))

    def test_hostile_envelopes(self):
        for endpoint in (self.desk.write, self.desk.read):
            for name, payload in HOSTILE:
                with self.subTest(name), wire.Door(endpoint) as door:
                    door.socket.send(payload)
                    self.answers(door)
            for name, fields in (("no request id", dict(kind=E.KIND_HELLO)),
                                 ("a request id of 33 bytes", dict(kind=E.KIND_HELLO, request_id=b"x" * 33)),
                                 ("a store id of 3 bytes", dict(kind=E.KIND_HELLO, request_id=b"1", store_id=b"abc")),
                                 ("no kind", dict(request_id=b"1"))):
                with self.subTest(name), wire.Door(endpoint) as door:
                    door.socket.send(wire.Envelope(**fields).SerializeToString())
                    self.answers(door)

    def test_a_person_is_asked_for_and_never_written_for(self):
        """Nobody has these rights here: a name in the envelope is refused at either door, not passed over."""
        message = wire.make("unit00", "work", "2023-Q1", {"flow0": "1"}, 1).SerializeToString()
        for endpoint, kind, payload, code in ((self.desk.write, E.KIND_SUBMIT, message, "malformed"), (self.desk.read, E.KIND_HELLO, b"", None)):
            with wire.Door(endpoint) as door:
                envelope = door.envelope(kind, payload, self.client.store_id if kind == E.KIND_SUBMIT else b"", b"1")
                envelope.asked_for = "somebody"
                door.socket.send(envelope.SerializeToString())
                answer = door.receive()
                self.assertEqual(answer.kind, E.KIND_REFUSED)
                self.assertIn(E.Refused.FromString(answer.payload).findings[0].code, (code,) if code else ("grant_missing", "unknown_person"))

    def answers(self, door):
        """The same connection still gets its greeting answered, whatever came before."""
        door.ask(E.KIND_HELLO, E.Hello())

    def test_kinds_of_the_other_door_and_kinds_that_are_none(self):
        kinds = [9999, 12345678, E.KIND_WELCOME, E.KIND_RECEIPT]
        for door, others in ((self.client.writer, READS[:6]), (self.client.reader, WRITES)):
            for kind in [*kinds, *others]:
                answer = door.ask_raw(kind, b"", self.client.store_id)
                self.assertEqual(answer.kind, E.KIND_REFUSED)
                self.assertEqual(E.Refused.FromString(answer.payload).findings[0].code, "unsupported")

    def test_many_frames_empty_frames_large_frames(self):
        for endpoint in (self.desk.write, self.desk.read):
            hello = wire.Envelope(kind=E.KIND_HELLO, request_id=b"9").SerializeToString()
            for frames in ([b""], [b"", b""], [b"x"] * 2000, [hello] * 3, [b"", hello, hello], [b""] * 10 + [hello]):
                with self.subTest(f"{len(frames)} frames"), wire.Door(endpoint) as door:
                    door.socket.send_multipart(frames)
                    self.answers_again(endpoint)
            with self.subTest("more than a message may be"), wire.Door(endpoint) as door:
                door.socket.send(hello + b"\0" * (3 << 20))
                self.answers_again(endpoint)

    def answers_again(self, endpoint):
        with wire.Door(endpoint) as door:
            self.answers(door)

    def test_catalogue_parts_that_do_not_fit(self):
        body = small.catalog().encode()
        digest = hashlib.blake2b(body, digest_size=32).digest()
        put = wire.catalog.CatalogPut
        for name, part in (("size of 4 GiB", put(hash=digest, size=1 << 32, bytes=b"x")),
                           ("offset beyond the size", put(hash=digest, size=10, offset=11, bytes=b"x")),
                           ("begins in the middle", put(hash=digest, size=100, offset=50, bytes=b"x")),
                           ("more bytes than the size", put(hash=digest, size=1, bytes=b"xxxx")),
                           ("hash of another", put(hash=bytes(32), size=len(body), bytes=body)),
                           ("short hash", put(hash=b"x", size=len(body), bytes=body)),
                           ("size 0", put(hash=digest, size=0)),
                           ("offset of 2^64 - 1", put(hash=digest, size=10, offset=(1 << 64) - 1, bytes=b"x"))):
            with self.subTest(name):
                answer = self.client.writer.ask_raw(E.KIND_CATALOG_PUT, part.SerializeToString(), self.client.store_id)
                if answer.kind == E.KIND_CATALOG_PUT_DONE:
                    done = wire.catalog.CatalogPutDone.FromString(answer.payload)
                    self.assertTrue(done.findings or done.next_offset == 0, done)
                    self.assertEqual(done.version, 0, done)
                else:
                    self.assertEqual(answer.kind, E.KIND_REFUSED)

    def test_questions_beyond_the_limits(self):
        query = wire.query.Query
        for name, question in (("10,000 periods", query(units=["county"], periods=["2021-Q1"] * 10000)),
                               ("a forged cursor", query(cursor=b"x" * 40)),
                               ("a huge cursor", query(cursor=os.urandom(60000))),
                               ("a span of a thousand years", query(units=["county"], periods=["1000-Q1..2999-Q4"])),
                               ("a span that ends before it begins", query(units=["county"], periods=["2022-Q1..2021-Q1"])),
                               ("no unit", query(periods=["2021-Q1"])),
                               ("no period", query(units=["county"])),
                               ("rounding that is none", query(units=["county"], periods=["2021"], rounding="sideways")),
                               ("a revision to come", query(units=["county"], periods=["2021"], as_of_revision=1 << 60)),
                               ("a plane that is none", query(units=["county"], periods=["2021"], plane=7)),
                               ("a unit's name of 60 KiB", query(units=["x" * 60000], periods=["2021"]))):
            with self.subTest(name):
                answer = self.client.reader.ask_raw(E.KIND_QUERY, question.SerializeToString())
                self.assertIn(answer.kind, (E.KIND_REFUSED, E.KIND_ANSWER))
                if answer.kind == E.KIND_REFUSED:
                    findings = E.Refused.FromString(answer.payload).findings
                    self.assertTrue(findings and findings[0].sentence and findings[0].advice, findings)

    def test_unknown_names_are_searched_for_a_few_times_only(self):
        """Each search walks over the catalogue: a message full of unknown names once held up a door for many seconds."""
        names = [f"flow0x{n}" for n in range(900)]
        answer = self.client.reader.ask_raw(E.KIND_QUERY, wire.query.Query(
            units=["county"], indicators=names, periods=["2021"]).SerializeToString())
        asked = E.Refused.FromString(answer.payload).findings
        sent = self.client.submit(good(values={name: "1" for name in names})).findings
        for findings in (asked, sent):
            self.assertGreater(len(findings), 500)
            self.assertTrue(findings[0].hint)
            self.assertLessEqual(sum(1 for finding in findings if finding.hint), 20)

    def test_bytes_that_are_not_zeromq(self):
        dice = random.Random(11)
        for endpoint in (self.desk.write, self.desk.read):
            host, port = endpoint.removeprefix("tcp://").split(":")
            for body in (b"GET / HTTP/1.1\r\n\r\n", b"\xff" * 10, dice.randbytes(64), b"\xff\0\0\0\0\0\0\0\1\x7f\3" + b"\0" * 53,
                         b"\xff\0\0\0\0\0\0\0\1\x7f\3\0NULL" + bytes(48) + b"\2" + struct.pack(">Q", 1 << 62) + b"x" * 100, b""):
                with socket.create_connection((host, int(port)), timeout=30) as raw:
                    raw.sendall(body)
                self.answers_again(endpoint)

    def test_random_changes_to_good_messages(self):
        dice = random.Random(5)
        refused = good(values={"flow0": "1.2345", "flow9": "1", "flow8": "2"})  # so that no change makes it a good one
        samples = [(self.client.writer, E.KIND_SUBMIT, refused.SerializeToString()),
                   (self.client.reader, E.KIND_QUERY, wire.query.Query(units=["county"], periods=["2021"]).SerializeToString()),
                   (self.client.reader, E.KIND_EXPLAIN, wire.query.ExplainQuery(
                       unit="county", indicator="flow0", period="2021").SerializeToString())]
        for _ in range(100 if SANITIZED else 600):
            door, kind, body = dice.choice(samples)
            body = bytearray(body)
            for _ in range(dice.randrange(1, 5)):
                body[dice.randrange(len(body))] = dice.randrange(256)
            door.ask_raw(kind, bytes(body), self.client.store_id if kind == E.KIND_SUBMIT else b"")


if __name__ == "__main__":
    main()
