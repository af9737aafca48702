"""What the tables of attacks stand on. An attack has a name, does something at the real doors, and says what was seen of it,
which must be what its table expects. After each one the ledger and the whole dump are what they were, and a genuine agent has
its receipt and its answer as before.

    attack = attacks.Table()

    @attack("a stranger's key", "silence, silence")
    def _(case):
        return case.knock(case.stranger())
"""

import hashlib
import os
import subprocess
import sys
import threading
import time

import nacl.bindings
import small
import wire
import zmq
from harness import SANITIZED, DeskCase, die_with_parent

E, K = wire.envelope, wire.keys
SILENCE = 3 if SANITIZED else 1  # seconds until a silence is one: a handshake and an answer take milliseconds
SECOND_US = 1_000_000
HOUR_US = 3600 * SECOND_US
EVERYWHERE = "*"


class Table(list):
    """name, what must be seen, and the function of the case that does it and says what was seen."""

    def __call__(self, name, seen):
        def register(function):
            self.append((name, seen, function))
            return function
        return register


def codes(findings):
    return " ".join(sorted({finding.code for finding in findings}))


def seen(answer):
    """An envelope that came back, or None, in a few words."""
    if answer is None:
        return "silence"
    kind = E.Kind.Name(answer.kind).removeprefix("KIND_").lower()
    if answer.kind == E.KIND_REFUSED:
        return "refused: " + codes(E.Refused.FromString(answer.payload).findings)
    if answer.kind == E.KIND_RECEIPT:
        receipt = wire.Receipt.FromString(answer.payload)
        return f"{wire.submission.Outcome.Name(receipt.outcome).lower()}: {codes(receipt.findings)}"
    form = {E.KIND_CATALOG_PUT_DONE: wire.catalog.CatalogPutDone, E.KIND_KEY_CHANGE_DONE: K.KeyChangeDone,
            E.KIND_ACT_DONE: wire.acts.ActDone, E.KIND_CONTACTS_PUT_DONE: wire.contacts.ContactsPutDone}.get(answer.kind)
    if form:
        done = form.FromString(answer.payload)
        if getattr(done, "unchanged", False):
            return "unchanged"
        return "refused: " + codes(done.findings) if done.findings else f"done at {getattr(done, 'revision', 0)}"
    return kind


def grant(role, *units, start_us=0, end_us=0):
    """A Grant; units are codes, CODE+ with everything below, or EVERYWHERE."""
    made = K.Grant(role=K.Role.Value("ROLE_" + role.upper()), everywhere=EVERYWHERE in units, from_us=start_us, until_us=end_us)
    for unit in units:
        if unit != EVERYWHERE:
            made.units.add(unit=unit.rstrip("+"), subtree=unit.endswith("+"))
    return made


def now_us():
    return time.time_ns() // 1000


class AttackCase(DeskCase):
    """A desk with the small county, its security key, and a genuine agent of unit00 whose first submission is in the ledger."""

    def setUp(self):
        super().setUp()
        self.desk.up()
        self.server = wire.public_of(self.desk.server_key)
        self.clerk = self.client()  # desk.key: may load the catalogue, reads everywhere, reports for all
        self.assertEqual(self.clerk.put_catalog(small.catalog()).version, 1)
        self.desk.allow_report("county")
        self.store_id = self.clerk.store_id
        self.epoch = self.clerk.hello().epoch
        self.officer = self.desk.identity("security")
        self.security = self.client(self.officer)
        self.agent = self.enrol("agent of unit00", grant("report", "unit00"), grant("read", "unit00"))
        self.genuine = self.client(self.agent)
        self.first = wire.make("unit00", "work", "2021-Q1", {"flow0": "5"}, 1)
        self.receipt = self.genuine.submit_raw(self.first)
        self.assertEqual(wire.Receipt.FromString(self.receipt).outcome, wire.submission.ACCEPTED)
        self.before = None

    def client(self, who=None):
        client = wire.Client(self.desk.write, self.desk.read, who=who)
        self.addCleanup(client.close)
        return client

    # ------------------------------------------------------------ keys

    def stranger(self):
        """A key that nobody knows yet."""
        return wire.Identity(os.urandom(32), self.server)

    def change(self, action, holder=None, person="", **fields):
        """A KeyChange as the security key would say it."""
        made = K.KeyChange(id=os.urandom(16), epoch=self.epoch, action=K.KeyChange.Action.Value(action.upper()), **fields)
        made.holder.key = holder.public if holder else b""
        made.holder.person_code = person
        return made

    def changed(self, *args, **fields):
        """A change of rights that is a part of the scene; when it was answered, by the monotonic clock."""
        done = self.security.writer.ask(E.KIND_KEY_CHANGE, self.change(*args, **fields), self.store_id)
        assert not done.findings, done.findings
        return time.monotonic()

    def enrol(self, label, *grants, person=""):
        """A new key, or person, with these grants."""
        who = None if person else self.stranger()
        for one in grants or (None,):
            self.changed("allow", who, person, label=label, grant=one)
        return who

    # ------------------------------------------------------------ what must not change

    def standing(self):
        """The head and the hash of the whole dump."""
        dumped = subprocess.Popen([self.desk.program("jibao-aggregator"), "dump", "--dir", str(self.desk.store)],
                                  stdout=subprocess.PIPE, env=self.desk.env, preexec_fn=die_with_parent)
        digest = hashlib.file_digest(dumped.stdout, "sha256").hexdigest()
        dumped.stdout.close()
        self.assertEqual(dumped.wait(), 0, "dump")
        return self.clerk.hello().revision, digest

    def settle(self):
        """Whatever belongs to the scene is done: from here on nothing may change."""
        self.before = self.standing()

    def unharmed(self):
        self.assertTrue(self.desk.alive())
        self.assertEqual(self.standing(), self.before, "the ledger or what follows from it is another")
        self.assertEqual(self.genuine.submit_raw(self.first), self.receipt, "the agent's receipt is another")
        self.assertEqual(self.genuine.value("unit00", "flow0", "2021-Q1").value, "5")

    def suffer(self, table, at_least):
        """Every attack of a table."""
        self.assertGreaterEqual(len(table), at_least)
        self.assertEqual(len({name for name, _, _ in table}), len(table), "a name stands twice")
        for name, expected, does in table:
            with self.subTest(name):
                self.settle()
                self.assertEqual(does(self), expected)
                self.unharmed()
        print(f"{len(table)} attacks", file=sys.stderr)

    # ------------------------------------------------------------ ways to attack

    def knock(self, who, prepare=None):
        """HELLO at both doors with a key, or without one; what came back within SILENCE of each. prepare: of the socket."""
        doors = []
        for endpoint in (self.desk.write, self.desk.read):
            socket = zmq.Context.instance().socket(zmq.DEALER)
            socket.linger = 0
            if who:
                who.lock(socket)
            if prepare:
                prepare(socket)
            socket.connect(endpoint)
            socket.send(wire.Envelope(kind=E.KIND_HELLO, request_id=b"knock").SerializeToString())
            doors.append(socket)
        deadline = time.monotonic() + SILENCE
        said = []
        for socket in doors:
            waits = max(1, int((deadline - time.monotonic()) * 1000))
            said.append(seen(wire.Envelope.FromString(socket.recv()) if socket.poll(waits) else None))
            socket.close()
        return ", ".join(said)

    def carry(self, kind, payload, signer, /, by=None, **fields):
        """A signed message over the clerk's connection, or another's; fields take the place of what stands in the envelope."""
        door = (by or self.clerk).writer
        payload = payload if isinstance(payload, bytes) else payload.SerializeToString()
        message = door.envelope(kind, payload, self.store_id, door.next_id(), signer)
        for name, value in fields.items():
            setattr(message, name, value)
        return self.send(message, door)

    def send(self, message, door=None):
        """An envelope as it is; what its answer says."""
        door = door or self.clerk.writer
        door.socket.send(message.SerializeToString())
        return seen(door.receive(SILENCE))

    def ask(self, client, kind, message=None):
        """A question at the read door; what its answer says."""
        return seen(client.reader.ask_raw(kind, message.SerializeToString() if message else b""))


def foreign_pair(public, secret):
    """For knock(prepare=): a CURVE key whose halves do not belong together."""
    def prepare(socket):
        socket.curve_publickey = nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(public)
        socket.curve_secretkey = secret.curve[1]
    return prepare


class Worker(threading.Thread):
    """A thread whose failure is the test's."""

    def __init__(self, work):
        super().__init__(daemon=True)
        self.work, self.failure = work, None
        self.start()

    def run(self):
        try:
            self.work()
        except BaseException as error:  # told by finish, in the test's own thread
            self.failure = error

    def finish(self):
        self.join()
        if self.failure:
            raise self.failure
