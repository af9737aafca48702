#!/usr/bin/python3
"""Attacks on the bytes: forged signatures, envelopes at the wrong door, routing ids of another, messages of a wrong form, and
connections that do not even speak the protocol."""

import contextlib
import os
import re
import select
import socket
import time

import attacks
import wire
import zmq
from attacks import SILENCE, AttackCase, E, grant, seen
from harness import main

HANDSHAKE = 3  # seconds that the doors leave for one
ORDER = 2 ** 252 + 27742317777372353535851937790883648493  # of the curve's group
NOT_SIGNED, BAD = "refused: not_signed", "refused: bad_signature"

forged, shaped, named = (attacks.Table() for _ in range(3))


def figures(value="666"):
    """What the agent may send, and nobody else."""
    return wire.make("unit00", "work", "2021-Q2", {"flow0": value}, 1).SerializeToString()


def submit(case, payload=None, /, **fields):
    """Signed by the agent; fields take the place of what is in the envelope."""
    return case.carry(E.KIND_SUBMIT, payload or figures(), case.agent, **fields)


def flipped(data, at=-1):
    out = bytearray(data)
    out[at] ^= 1
    return bytes(out)


# ------------------------------------------------------------ signatures

@forged("no signer and no signature", NOT_SIGNED)
def _(case):
    return submit(case, signer=b"", signature=b"")


@forged("a signer and no signature", NOT_SIGNED)
def _(case):
    return submit(case, signature=b"")


@forged("a signature of 63 bytes", "refused: malformed")
def _(case):
    return submit(case, signature=bytes(63))


@forged("a signer of 31 bytes", "refused: malformed")
def _(case):
    return submit(case, signer=case.agent.public[:31])


@forged("the payload is another than was signed", BAD)
def _(case):
    payload = figures()
    return submit(case, payload, payload=payload.replace(b"666", b"667"))


@forged("the payload is longer than what was signed", BAD)
def _(case):
    payload = figures()
    return submit(case, payload, payload=payload + payload)


@forged("one bit of the signature is another", BAD)
def _(case):
    payload = figures()
    return submit(case, payload, signature=flipped(case.agent.sign(E.KIND_SUBMIT, case.store_id, payload), 0))


@forged("a signature of zeros", BAD)
def _(case):
    return submit(case, signature=bytes(64))


@forged("the signature's other form, with the group's order added", BAD)
def _(case):
    payload = figures()
    good = case.agent.sign(E.KIND_SUBMIT, case.store_id, payload)
    scalar = int.from_bytes(good[32:], "little") + ORDER
    return submit(case, payload, signature=good[:32] + scalar.to_bytes(32, "little"))


@forged("signed by another, in the agent's name", BAD)
def _(case):
    payload = figures()
    return submit(case, payload, signature=case.stranger().sign(E.KIND_SUBMIT, case.store_id, payload))


@forged("signed by the agent, in another's name", BAD)
def _(case):
    return submit(case, signer=case.officer.public)


@forged("a public key of small order, under which anything is signed", BAD)
def _(case):
    identity = bytes([1]) + bytes(31)
    return submit(case, signer=identity, signature=identity + bytes(32))


@forged("a public key that is no point", BAD)
def _(case):
    return submit(case, signer=b"\x02" + bytes(31))


@forged("the signature of another submission of the same agent", BAD)
def _(case):
    return submit(case, signature=case.agent.sign(E.KIND_SUBMIT, case.store_id, case.first.SerializeToString()))


@forged("signed as a catalogue, sent as a submission", BAD)
def _(case):
    payload = figures()
    return submit(case, payload, signature=case.agent.sign(E.KIND_CATALOG_PUT, case.store_id, payload))


@forged("signed as a submission, sent as a change of rights", BAD)
def _(case):
    change = case.change("allow", case.agent, grant=grant("read", "*")).SerializeToString()
    return case.carry(E.KIND_KEY_CHANGE, change, case.officer, signature=case.officer.sign(E.KIND_SUBMIT, case.store_id, change))


@forged("signed as a submission, sent as a catalogue", BAD)
def _(case):
    part = wire.catalog.CatalogPut(hash=bytes(32), size=1, bytes=b"x", replaces_version=1).SerializeToString()
    return case.carry(E.KIND_CATALOG_PUT, part, wire.default, signature=wire.default.sign(E.KIND_SUBMIT, case.store_id, part))


@forged("signed without the words that every signature begins with", BAD)
def _(case):
    payload = figures()
    return submit(case, payload, signature=case.agent.key.sign(payload).signature)


@forged("signed for another store and sent to that one", "refused: wrong_store")
def _(case):
    other, payload = os.urandom(16), figures()
    return submit(case, payload, store_id=other, signature=case.agent.sign(E.KIND_SUBMIT, other, payload))


@forged("signed for another store and readdressed", BAD)
def _(case):
    payload = figures()
    return submit(case, payload, signature=case.agent.sign(E.KIND_SUBMIT, os.urandom(16), payload))


@forged("sent to no store at all", "refused: wrong_store")
def _(case):
    payload = figures()
    return submit(case, payload, store_id=b"", signature=case.agent.sign(E.KIND_SUBMIT, b"", payload))


@forged("a change of rights for another store", "refused: wrong_store")
def _(case):
    other, change = os.urandom(16), case.change("revoke", case.agent).SerializeToString()
    return case.carry(E.KIND_KEY_CHANGE, change, case.officer, store_id=other,
                      signature=case.officer.sign(E.KIND_KEY_CHANGE, other, change))


@forged("a change of rights that is another than was signed", BAD)
def _(case):
    change = case.change("allow", case.agent, grant=grant("read", "unit00"))
    wide = case.change("allow", case.agent, grant=grant("read", "*"))
    return case.carry(E.KIND_KEY_CHANGE, change, case.officer, payload=wide.SerializeToString())


@forged("a field nobody knows behind a submission, well signed", "refused: unknown_fields")
def _(case):
    return submit(case, figures() + b"\xf8\x07\x01")


@forged("the unit named twice in a submission, well signed", "refused: malformed")
def _(case):
    return submit(case, figures() + b"\x12\x06unit01")


# ------------------------------------------------------------ messages of a wrong form, from a good key

def send_frames(*frames):
    """What the agent's connection hears of such a message within the silence; its next question is answered."""
    def does(case):
        with wire.Door(case.desk.write, who=case.agent) as door:
            assert seen(door.ask_raw(E.KIND_HELLO)) == "welcome"
            hello = door.envelope(E.KIND_HELLO, request_id=b"odd").SerializeToString()
            door.socket.send_multipart([hello if frame == "HELLO" else frame for frame in frames])
            said = seen(door.receive(SILENCE))
            assert case.ask(case.genuine, E.KIND_HELLO) == "welcome"
            return said
    return does


for name, frames in (("a frame of 1 MiB and a byte", (bytes((1 << 20) + 1),)), ("a frame of 8 MiB", (bytes(8 << 20),)),
                     ("two frames", ("HELLO", "HELLO")), ("five frames", ("HELLO",) * 5),
                     ("100,000 frames", ("HELLO", *(bytes(100),) * 100_000)), ("an empty frame", (b"",)),
                     ("four empty frames", (b"",) * 4), ("two delimiters", (b"", b"", "HELLO")),
                     ("a delimiter behind the message", ("HELLO", b"")), ("a megabyte behind a delimiter and a message",
                                                                          (b"", "HELLO", bytes(1 << 20))),
                     ("an envelope cut in the middle", (b"\x08\x01\x12\x20short",))):
    shaped(name, "silence")(send_frames(*frames))


def misplaced(kind, door):
    def does(case):
        payload = {E.KIND_SUBMIT: figures(), E.KIND_KEY_CHANGE: case.change("revoke", case.agent).SerializeToString()}.get(kind, b"")
        signer = {E.KIND_SUBMIT: case.agent, E.KIND_KEY_CHANGE: case.officer}.get(kind)
        at = getattr(case.clerk, door)
        return case.send(at.envelope(kind, payload, case.store_id if signer else b"", at.next_id(), signer), at)
    return does


for kind, door in ((E.KIND_SUBMIT, "reader"), (E.KIND_KEY_CHANGE, "reader"), (E.KIND_QUERY, "writer"), (E.KIND_AUDIT, "writer"),
                   (E.KIND_WATCH, "writer"), (E.KIND_WELCOME, "writer"), (E.KIND_RECEIPT, "reader"), (E.KIND_WATCH_EVENT, "reader")):
    shaped(f"{E.Kind.Name(kind)} at the {'read' if door == 'reader' else 'write'} door", "refused: unsupported")(misplaced(kind, door))


# ------------------------------------------------------------ routing ids

def called(name):
    def prepare(made):
        made.setsockopt(zmq.ROUTING_ID, name)
    return prepare


@named("a client that chooses its routing id", "refused: routing_id, refused: routing_id")
def _(case):
    return case.knock(case.agent, called(b"unit00"))


@named("a watch under a chosen routing id, which another takes over with its events", "refused: routing_id; silence")
def _(case):
    """The thief may read nothing of what the victim watches."""
    thief = case.enrol("thief", grant("read", "unit03"))
    case.settle()
    with wire.Door(case.desk.read, who=wire.default, prepare=called(b"victim")) as victim:
        said = seen(victim.ask_raw(E.KIND_WATCH, wire.watch.Watch(units=["county"]).SerializeToString()))
    with wire.Door(case.desk.read, who=thief, prepare=called(b"victim")) as door:
        event = door.receive(SILENCE)
        return f"{said}; {seen(event)}"


@named("routing ids as the library makes them, guessed a hundred times", "nothing but its own answers")
def _(case):
    watch = wire.Watch(case.desk.read, units=["county"])
    case.addCleanup(watch.close)
    watch.until(case.clerk.hello().revision)
    with contextlib.ExitStack() as doors:
        thieves = [doors.enter_context(wire.Door(case.desk.read, who=case.agent, prepare=called(b"\0" + os.urandom(4)))) for _ in range(100)]
        for number, thief in enumerate(thieves):
            thief.send(E.KIND_HELLO, request_id=b"thief%d" % number)
        for number, thief in enumerate(thieves):
            answer = thief.receive()
            case.assertEqual((seen(answer), answer.request_id), ("welcome", b"thief%d" % number))
        watch.ping()
        while watch.step(30) != "pong":
            case.assertFalse(watch.ended)
        case.assertTrue(all(thief.receive(0) is None for thief in thieves))
    return "nothing but its own answers"


# ------------------------------------------------------------ greetings that are none

SIGNATURE = b"\xff" + bytes(8) + b"\x7f"


def greeting(mechanism=b"CURVE", version=b"\x03\x01", as_server=0):
    return SIGNATURE + version + mechanism.ljust(20, b"\0") + bytes([as_server]) + bytes(31)


# name, what is written to the bare connection
GREETINGS = [
    ("nothing", b""),
    ("half a greeting", greeting()[:32]),
    ("a whole greeting, and nothing else", greeting()),
    ("no mechanism: NULL", greeting(b"NULL")),
    ("NULL with a READY", greeting(b"NULL") + b"\x04\x19\x05READY\x0bSocket-Type\0\0\0\x06DEALER"),
    ("a password: PLAIN", greeting(b"PLAIN")),
    ("PLAIN with a HELLO", greeting(b"PLAIN") + b"\x04\x12\x05HELLO\x05admin\x05admin"),
    ("a mechanism that nobody knows", greeting(b"GSSAPI")),
    ("a server too", greeting(as_server=1)),
    ("protocol version 0", SIGNATURE + b"\0" + bytes(53)),
    ("protocol version 1", SIGNATURE + b"\x01" + b"\x05" + bytes(52)),
    ("protocol version 2", SIGNATURE + b"\x02" + b"\x05" + b"\0\0" + b"\0\x05hello"),
    ("protocol version 255", greeting(version=b"\xff\xff")),
    ("CURVE with a HELLO of zeros", greeting() + b"\x04\xc8\x05HELLO\x01\x00" + bytes(192)),
    ("CURVE with an INITIATE before any HELLO", greeting() + b"\x06" + (300).to_bytes(8, "big") + b"\x08INITIATE" + bytes(291)),
    ("CURVE with a command of 2^63 bytes", greeting() + b"\x06" + (1 << 63).to_bytes(8, "big") + bytes(100)),
    ("CURVE with a plain message", greeting() + b"\x00\x05hello"),
    ("a browser", b"GET / HTTP/1.1\r\nHost: county\r\n\r\n"),
    ("TLS", bytes.fromhex("16030100a5010000a10303") + os.urandom(160)),
    ("64 KiB of zeros", bytes(65536)),
    ("64 KiB of ones", b"\xff" * 65536),
    ("random bytes", os.urandom(4096)),
]


class Wire(AttackCase):
    def test_no_forged_signature_is_taken(self):
        with self.subTest("the scene: the same with the agent's own signature is taken"):
            self.assertEqual(submit(self, figures("1")), "accepted: ")
        self.suffer(forged, 25)

    def test_messages_of_a_wrong_form_are_dropped_or_refused(self):
        self.suffer(shaped, 19)

    def test_routing_ids_are_nobodys_to_choose(self):
        self.suffer(named, 3)

    def raw(self, endpoint):
        host, port = endpoint.removeprefix("tcp://").rsplit(":", 1)
        connection = socket.create_connection((host, int(port)), timeout=30)
        self.addCleanup(connection.close)
        return connection

    def test_connections_that_do_not_speak_the_protocol_are_cut_off(self):
        self.settle()
        open_ones = {}
        for name, said in GREETINGS:
            for door, endpoint in (("write", self.desk.write), ("read", self.desk.read)):
                connection = self.raw(endpoint)
                with contextlib.suppress(ConnectionError):
                    connection.sendall(said)
                open_ones[connection] = [f"{name}, {door} door", b""]
        deadline = time.monotonic() + HANDSHAKE + 10
        while open_ones and time.monotonic() < deadline:
            ready, _, _ = select.select(list(open_ones), [], [], max(0, deadline - time.monotonic()))
            for connection in ready:
                heard = b""
                with contextlib.suppress(ConnectionError):
                    heard = connection.recv(4096)
                open_ones[connection][1] += heard
                if not heard:
                    name, told = open_ones.pop(connection)
                    with self.subTest(name):  # the doors' own greeting, and a WELCOME of CURVE or an error at the most
                        self.assertLess(len(told), 64 + 256)
                        self.assertNotIn(b"READY", told)
        self.assertEqual([name for name, _ in open_ones.values()], [], "still open")
        self.unharmed()
        self.desk.down()
        text = (self.desk.dir / "aggregator.log").read_text("utf-8")
        told = re.findall(r'handshake\.failed address="(?:127\.0\.0\.1)?" reason=(\w+)', text)
        summed = sum(map(int, re.findall(r"handshake\.failed\.more count=(\d+)", text)))
        counted = int(re.search(r"handshake\.end failed=(\d+)", text)[1])
        self.assertIn("mechanism", told)
        self.assertIn(len(told), range(1, 21))
        self.assertEqual(len(told) + summed, counted)
        self.assertGreater(counted, len(GREETINGS), "at the least one door's")

    def test_a_recorded_connection_cannot_be_played_again(self):
        """Between the agent and the door stands somebody who writes everything down."""
        recorded, listener = bytearray(), socket.create_server(("127.0.0.1", 0))
        self.addCleanup(listener.close)

        def stand_between():
            inside = listener.accept()[0]
            outside = self.raw(self.desk.write)
            with inside, outside:
                while True:
                    for side in select.select([inside, outside], [], [])[0]:
                        heard = side.recv(65536)
                        if not heard:
                            return
                        if side is inside:
                            recorded.extend(heard)
                        (outside if side is inside else inside).sendall(heard)
        thread = attacks.Worker(stand_between)
        with wire.Door(f"tcp://127.0.0.1:{listener.getsockname()[1]}", who=self.agent) as door:
            door.send(E.KIND_SUBMIT, figures("1"), self.store_id)
            self.assertEqual(seen(door.receive()), "accepted: ")
        thread.finish()
        self.assertNotIn(b"unit00", recorded, "what is on the wire can be read")
        self.assertGreater(len(recorded), 64 + 200)
        self.settle()
        again = self.raw(self.desk.write)
        again.sendall(recorded)
        told = b""
        with contextlib.suppress(ConnectionError):
            while heard := again.recv(4096):
                told += heard
        self.assertLess(len(told), 64 + 256, "the door went on after its WELCOME")
        self.unharmed()


if __name__ == "__main__":
    main()
