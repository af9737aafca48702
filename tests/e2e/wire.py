"""A client of jibao written from proto/jibao/v1 alone, as a stranger in another language would write it.

It shares no code with the programs: Debian's python3-zmq, python3-nacl and python3-protobuf, and the messages that protoc
makes of the .proto files at test time. Client asks both doors; Watch follows changes and can resume. Both are an Identity:
the one that is given, else `default`, which the desk of a test sets, else what the file that JIBAO_CONFIG names says.
"""

import hashlib
import importlib
import os
import pathlib
import struct
import subprocess
import sys
import tempfile
import time

import nacl.bindings
import nacl.signing
import zmq

PROTO = pathlib.Path(__file__).resolve().parents[2] / "proto"
NAMES = ["envelope", "submission", "query", "acts", "watch", "catalog", "keys", "contacts"]


def _generate():
    """The messages as Python modules, made anew when a .proto file is newer."""
    target = pathlib.Path(os.environ.get("JIBAO_PYTHON_PROTO", pathlib.Path(tempfile.gettempdir()) / f"jibao-proto-{os.getuid()}"))
    sources = [PROTO / "jibao/v1" / f"{name}.proto" for name in NAMES]
    stamp = target / "done"
    newest = max(source.stat().st_mtime for source in sources)
    made_all = all((target / "jibao/v1" / f"{name}_pb2.py").exists() for name in NAMES)
    if not made_all or not stamp.exists() or stamp.stat().st_mtime < newest:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as made:
            subprocess.run(["protoc", f"--proto_path={PROTO}", f"--python_out={made}", *map(str, sources)], check=True)
            for path in pathlib.Path(made).rglob("*_pb2.py"):
                place = target / path.relative_to(made)
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(path, place)
        stamp.touch()
    sys.path.insert(0, str(target))


_generate()
envelope, submission, query, acts, watch, catalog, keys, contacts = (importlib.import_module(f"jibao.v1.{name}_pb2") for name in NAMES)

Envelope, Kind = envelope.Envelope, envelope.Kind
Submission, Row, Receipt = submission.Submission, submission.Row, submission.Receipt
Event = watch.WatchEvent

# What each kind of question is answered with, and how the answer is read.
ANSWERS = {
    envelope.KIND_HELLO: (envelope.KIND_WELCOME, envelope.Welcome),
    envelope.KIND_SUBMIT: (envelope.KIND_RECEIPT, submission.Receipt),
    envelope.KIND_CATALOG_PUT: (envelope.KIND_CATALOG_PUT_DONE, catalog.CatalogPutDone),
    envelope.KIND_CATALOG_GET: (envelope.KIND_CATALOG_PART, catalog.CatalogPart),
    envelope.KIND_QUERY: (envelope.KIND_ANSWER, query.Answer),
    envelope.KIND_RELEASES: (envelope.KIND_RELEASES_ANSWER, query.ReleasesAnswer),
    envelope.KIND_DIFF: (envelope.KIND_DIFF_ANSWER, query.DiffAnswer),
    envelope.KIND_STATUS: (envelope.KIND_STATUS_ANSWER, query.StatusAnswer),
    envelope.KIND_HISTORY: (envelope.KIND_HISTORY_ANSWER, query.HistoryAnswer),
    envelope.KIND_EXPLAIN: (envelope.KIND_EXPLAIN_ANSWER, query.ExplainAnswer),
    envelope.KIND_FILING: (envelope.KIND_FILING_ANSWER, query.FilingAnswer),
    envelope.KIND_VERIFY: (envelope.KIND_VERIFY_ANSWER, query.VerifyAnswer),
    envelope.KIND_KEY_CHANGE: (envelope.KIND_KEY_CHANGE_DONE, keys.KeyChangeDone),
    envelope.KIND_ACT: (envelope.KIND_ACT_DONE, acts.ActDone),
    envelope.KIND_PERIODS: (envelope.KIND_PERIODS_ANSWER, acts.PeriodsAnswer),
    envelope.KIND_NOTICES: (envelope.KIND_NOTICES_ANSWER, acts.NoticesAnswer),
    envelope.KIND_CONTACTS_PUT: (envelope.KIND_CONTACTS_PUT_DONE, contacts.ContactsPutDone),
    envelope.KIND_CONTACTS: (envelope.KIND_CONTACTS_ANSWER, contacts.ContactsAnswer),
    envelope.KIND_KEYS: (envelope.KIND_KEYS_ANSWER, keys.KeysAnswer),
    envelope.KIND_AUDIT: (envelope.KIND_AUDIT_ANSWER, keys.AuditAnswer),
    envelope.KIND_PROOF: (envelope.KIND_PROOF_ANSWER, keys.ProofAnswer),
}
SIGNED = {envelope.KIND_SUBMIT, envelope.KIND_CATALOG_PUT, envelope.KIND_KEY_CHANGE, envelope.KIND_ACT, envelope.KIND_CONTACTS_PUT}
CATALOG_PART_BYTES = 512 * 1024


def uuid7():
    """A UUIDv7: 48 bits of milliseconds, then random bits."""
    body = bytearray(struct.pack(">Q", time.time_ns() // 1_000_000)[2:] + os.urandom(10))
    body[6] = body[6] & 0x0F | 0x70
    body[8] = body[8] & 0x3F | 0x80
    return bytes(body)


def key_file(path):
    """The fields of a key file, secret or public."""
    lines = pathlib.Path(path).read_text("utf-8").splitlines()
    return dict(line.split(": ", 1) for line in lines if not line.startswith("#"))


def public_of(path):
    return bytes.fromhex(key_file(path)["public"])


class Identity:
    """An Ed25519 key and the aggregator's public one; CURVE keys are made of both."""

    def __init__(self, seed, server):
        self.key = nacl.signing.SigningKey(seed)
        self.public = bytes(self.key.verify_key)
        self.server = server
        pair = nacl.bindings.crypto_sign_seed_keypair(seed)
        self.curve = (nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(pair[0]), nacl.bindings.crypto_sign_ed25519_sk_to_curve25519(pair[1]))

    @classmethod
    def of_files(cls, key, server):
        return cls(bytes.fromhex(key_file(key)["secret"]), public_of(server))

    @classmethod
    def of_config(cls, path):
        lines = (line.split("=", 1) for line in pathlib.Path(path).read_text("utf-8").splitlines() if "=" in line)
        settings = {key.strip(): value.strip() for key, value in lines}
        return cls.of_files(settings["key"], settings["server_key"])

    def lock(self, socket):
        socket.curve_publickey, socket.curve_secretkey = self.curve
        socket.curve_serverkey = nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(self.server)

    def sign(self, kind, store_id, payload):
        return self.key.sign(b"jibao.v1.signed\0" + struct.pack(">I", kind) + store_id + payload).signature


default = None


def somebody():
    """Who asks when nobody says who."""
    if default is None and os.environ.get("JIBAO_CONFIG"):
        return Identity.of_config(os.environ["JIBAO_CONFIG"])
    return default


class Refused(Exception):
    """REFUSED came; .findings says why."""

    def __init__(self, message):
        self.findings = list(message.findings)
        self.codes = [finding.code for finding in self.findings]
        super().__init__(f"refused: {message}")


class Silence(Exception):
    """No answer came in time."""


class Door:
    """One connection to one door: a DEALER (or REQ) socket and a counter for request ids. who: an Identity; False: nobody.
    prepare: called with the socket before it connects."""

    def __init__(self, endpoint, kind=zmq.DEALER, timeout=30, receive_hwm=None, who=None, prepare=None):
        self.endpoint, self.kind, self.timeout = endpoint, kind, timeout
        self.who = somebody() if who is None else who
        self.socket = zmq.Context.instance().socket(kind)
        self.socket.linger = 0
        if self.who:
            self.who.lock(self.socket)
        if receive_hwm is not None:
            self.socket.rcvhwm = receive_hwm
        if prepare:
            prepare(self.socket)
        self.socket.connect(endpoint)
        self.count = 0

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def next_id(self):
        self.count += 1
        return struct.pack(">Q", self.count)

    def envelope(self, kind, payload=b"", store_id=b"", request_id=b"", signer=None):
        """As it goes out; what must be signed is signed, by the connection's key or another."""
        message = Envelope(kind=kind, request_id=request_id, store_id=store_id, payload=payload)
        signer = signer or self.who
        if signer and kind in SIGNED:
            message.signer, message.signature = signer.public, signer.sign(kind, store_id, payload)
        return message

    def send(self, kind, payload=b"", store_id=b"", request_id=None, signer=None):
        request_id = request_id or self.next_id()
        self.socket.send(self.envelope(kind, payload, store_id, request_id, signer).SerializeToString())
        return request_id

    def receive(self, timeout=None):
        """The next envelope, or None when the time is over."""
        if not self.socket.poll(int((self.timeout if timeout is None else timeout) * 1000)):
            return None
        frames = self.socket.recv_multipart()
        assert len(frames) == 1, f"{len(frames)} frames"
        return Envelope.FromString(frames[0])

    def ask_raw(self, kind, payload=b"", store_id=b"", timeout=None):
        """Sends one question and gives the envelope of its answer."""
        request_id = self.send(kind, payload, store_id)
        deadline = time.monotonic() + (timeout or self.timeout)
        while True:
            answer = self.receive(max(0, deadline - time.monotonic()))
            if answer is None:
                raise Silence(f"{Kind.Name(kind)} to {self.endpoint}")
            if answer.request_id == request_id:
                return answer

    def ask(self, kind, message, store_id=b"", timeout=None):
        answer = self.ask_raw(kind, message.SerializeToString(), store_id, timeout)
        if answer.kind == envelope.KIND_REFUSED:
            raise Refused(envelope.Refused.FromString(answer.payload))
        expected, form = ANSWERS[kind]
        assert answer.kind == expected, f"asked {Kind.Name(kind)}, answered {answer.kind}"
        return form.FromString(answer.payload)


class Client:
    """Both doors of one aggregator, and who it is."""

    def __init__(self, write, read, timeout=30, kind=zmq.DEALER, who=None):
        self.writer, self.reader = Door(write, kind, timeout, who=who), Door(read, kind, timeout, who=who)
        self.store_id = b""
        self.hello()

    def close(self):
        self.writer.close()
        self.reader.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def hello(self, door=None):
        welcome = (door or self.reader).ask(envelope.KIND_HELLO, envelope.Hello())
        self.store_id = welcome.store_id
        return welcome

    # ------------------------------------------------------------ writing

    def put_catalog(self, yaml, reason="test", author="test"):
        body = yaml.encode("utf-8") if isinstance(yaml, str) else yaml
        digest = hashlib.blake2b(body, digest_size=32).digest()
        stands = self.hello()
        offset, done = 0, None
        while done is None or (offset < len(body) and not done.findings):
            part = catalog.CatalogPut(hash=digest, size=len(body), offset=offset, bytes=body[offset:offset + CATALOG_PART_BYTES],
                                      reason=reason, author=author, replaces_version=stands.catalog_version, epoch=stands.epoch)
            done = self.writer.ask(envelope.KIND_CATALOG_PUT, part, self.store_id)
            offset = done.next_offset
        return done

    def submit(self, message):
        """A Submission, or its bytes, and the receipt."""
        return Receipt.FromString(self.submit_raw(message))

    def submit_raw(self, message):
        payload = message if isinstance(message, bytes) else message.SerializeToString()
        answer = self.writer.ask_raw(envelope.KIND_SUBMIT, payload, self.store_id)
        if answer.kind == envelope.KIND_REFUSED:
            raise Refused(envelope.Refused.FromString(answer.payload))
        assert answer.kind == envelope.KIND_RECEIPT, answer.kind
        return answer.payload

    # ------------------------------------------------------------ reading

    def get_catalog(self, version=0):
        """The catalogue's bytes, version and hash, which is checked."""
        body, part = b"", None
        while part is None or len(body) < part.size:
            part = self.reader.ask(envelope.KIND_CATALOG_GET, catalog.CatalogGet(version=version, offset=len(body)))
            if part.version == 0:
                return b"", 0, b""
            body += part.bytes
            version = part.version
        assert hashlib.blake2b(body, digest_size=32).digest() == part.hash
        return body, part.version, part.hash

    def pages(self, question, between=None):
        """Every page of an answer; all are one snapshot."""
        page = self.reader.ask(envelope.KIND_QUERY, question)
        yield page
        first = page.snapshot
        while page.cursor:
            if between:
                between()
            page = self.reader.ask(envelope.KIND_QUERY, query.Query(cursor=page.cursor))
            assert page.snapshot == first, "a page of another snapshot"
            yield page

    def query(self, **fields):
        """Every row of every page."""
        return [row for page in self.pages(query.Query(**fields)) for row in page.rows]

    def value(self, unit, indicator, period, **fields):
        rows = self.query(units=[unit], indicators=[indicator], periods=[period], **fields)
        assert len(rows) == 1, rows
        return rows[0]

    def status(self, **fields):
        return self.reader.ask(envelope.KIND_STATUS, query.StatusQuery(**fields))

    def history(self, unit, indicator, period, basis=""):
        return self.reader.ask(envelope.KIND_HISTORY, query.HistoryQuery(unit=unit, indicator=indicator, period=period, basis=basis))

    def explain(self, **fields):
        return self.reader.ask(envelope.KIND_EXPLAIN, query.ExplainQuery(**fields))

    def filing(self, unit, form, period):
        return self.reader.ask(envelope.KIND_FILING, query.FilingQuery(unit=unit, form=form, period=period))

    def verify(self, timeout=600):
        return self.reader.ask(envelope.KIND_VERIFY, query.VerifyQuery(), timeout=timeout)


class Broken(AssertionError):
    """The stream broke its promise."""


class Watch:
    """Follows one filter. state maps (is_group, unit, indicator, period, basis) to what stands; every promise of
    watch.proto is checked as events come: the chain of revisions, their order, no doubles."""

    def __init__(self, endpoint, units=(), groups=(), indicators=(), token="", receive_hwm=None, record=None, who=None, acts=False):
        self.filter = dict(units=units, groups=groups, indicators=indicators)
        self.wants_acts, self.acts = acts, []  # (action, period, unit, form, release) as they come
        self.due = []  # (unit, form, period, due_on, overdue_days)
        self.endpoint, self.receive_hwm, self.who = endpoint, receive_hwm, who
        self.token, self.revision, self.state = token, None, {}
        self.resets, self.continued, self.snapshot_revision = [], 0, None
        self.ended, self.head, self.events = "", 0, 0
        self.record = record  # called with each (revision, cells, at_us) of a change
        self.door = None
        self._in_snapshot = False
        self._partial = None
        self.join(token)

    def join(self, token=None):
        if self.door:
            self.door.close()
        self.door = Door(self.endpoint, receive_hwm=self.receive_hwm, who=self.who)
        self._in_snapshot, self._partial, self.ended = False, None, ""
        message = watch.Watch(**self.filter, acts=self.wants_acts)
        setattr(message, "from", self.token if token is None else token)
        self.request_id = self.door.send(envelope.KIND_WATCH, message.SerializeToString())

    def close(self):
        self.door.close()

    @property
    def socket(self):
        return self.door.socket

    def ping(self):
        self.door.send(envelope.KIND_WATCH_PING, request_id=self.request_id)

    def cancel(self):
        self.door.send(envelope.KIND_WATCH_CANCEL, request_id=self.request_id)

    def step(self, timeout=30):
        """Takes one event; None when none came."""
        answer = self.door.receive(timeout)
        if answer is None:
            return None
        if answer.request_id != self.request_id:
            raise Broken("an event of another watch")
        if answer.kind == envelope.KIND_REFUSED:
            raise Refused(envelope.Refused.FromString(answer.payload))
        if answer.kind == envelope.KIND_WATCH_PONG:
            return "pong"
        event = Event.FromString(answer.payload)
        self.events += 1
        self._take(event)
        return event

    def drain(self):
        """Everything that is here already."""
        while self.step(0) is not None:
            pass

    def until(self, revision, timeout=60):
        """Follows until the watch has heard of that revision, by a change or by progress."""
        deadline = time.monotonic() + timeout
        while max(self.revision or 0, self.head) < revision or self._partial or self._in_snapshot:
            if self.step(max(0, deadline - time.monotonic())) is None:
                raise Broken(f"revision {revision} not heard of within {timeout} s; at {self.revision}, head {self.head}")
            if self.ended:
                raise Broken(f"ended: {self.ended}")

    # ------------------------------------------------------------ events

    def _take(self, event):
        handler = {Event.CONTINUED: self._continued, Event.RESET: self._reset, Event.SNAPSHOT: self._snapshot,
                   Event.SNAPSHOT_END: self._snapshot_end, Event.CHANGES: self._changes, Event.PROGRESS: self._progress,
                   Event.ENDED: self._end, Event.ACT: self._act, Event.DUE: self._due}.get(event.type)
        if handler is None:
            raise Broken(f"event of type {event.type}")
        handler(event)

    def _continued(self, _event):
        self.continued += 1

    def _reset(self, event):
        self.resets.append(event.reason)
        self.state, self.revision, self._in_snapshot, self._partial = {}, None, True, None

    def _snapshot(self, event):
        if not self._in_snapshot:
            raise Broken("a snapshot chunk outside a snapshot")
        for cell in event.cells:
            if self.key(cell) in self.state:
                raise Broken(f"twice in a snapshot: {self.key(cell)}")
            self.state[self.key(cell)] = self.figure(cell)

    def _snapshot_end(self, event):
        self._in_snapshot = False
        self.revision = self.snapshot_revision = event.revision
        self.head = max(self.head, event.revision)
        self.token = event.token

    def _changes(self, event):
        if self._in_snapshot:
            raise Broken("a change inside a snapshot")
        if self._partial is None:
            if self.revision is not None and event.previous != self.revision:
                raise Broken(f"a hole: revision {event.revision} follows {event.previous}, but {self.revision} was the last")
            if self.revision is not None and event.revision <= self.revision:
                raise Broken(f"revision {event.revision} after {self.revision}")
            self._partial = (event.revision, [])
        if event.revision != self._partial[0]:
            raise Broken("a revision began before the one before was complete")
        self._partial[1].extend(event.cells)
        if event.more:
            return
        revision, cells = self._partial
        self._partial = None
        for cell in cells:
            self.state[self.key(cell)] = self.figure(cell)
        self.revision, self.token = revision, event.token
        if self.record:
            self.record(revision, cells, event.at_us)

    def _act(self, event):
        if self._in_snapshot or self._partial or event.previous != self.revision or event.revision <= self.revision:
            raise Broken(f"act {event.revision} after {event.previous}, but {self.revision} was the last")
        self.revision, self.token = event.revision, event.token
        act = event.act
        self.acts.append((acts.Act.Action.Name(act.action), act.period, act.unit, act.form, act.release))

    def _due(self, event):
        if self._in_snapshot or self._partial or event.previous != self.revision or event.revision <= self.revision:
            raise Broken(f"due {event.revision} after {event.previous}, but {self.revision} was the last")
        self.revision, self.token = event.revision, event.token
        self.due.extend((due.unit, due.form, due.period, due.due_on, due.overdue_days) for due in event.due)

    def _progress(self, event):
        self.head = max(self.head, event.revision)
        if not self._in_snapshot:
            self.revision = event.revision  # the next event follows this one, whatever its type
        if event.token:
            self.token = event.token

    def _end(self, event):
        self.ended = event.reason

    @staticmethod
    def key(cell):
        return (cell.is_group, cell.unit, cell.indicator, cell.period, cell.basis)

    @staticmethod
    def figure(cell):
        return (cell.state, cell.value, cell.precision, cell.status, cell.reported)

    def standing(self):
        """The state without cells in which nothing is reported any more."""
        return {key: figure for key, figure in self.state.items() if figure[0] != submission.STATE_NOT_REPORTED}


def expected_state(client, revision=0, units=(), groups=(), indicators=(), periods=(), computed=("share",)):
    """What a watch with that filter must have at that revision, asked by query. A watch has no computed ratios: their two
    sides change, and who follows them computes."""
    rows = client.query(units=units, groups=groups, indicators=indicators, periods=periods, as_of_revision=revision, only_reported=True)
    return {(row.is_group, row.unit, row.indicator, row.period, row.basis):
            (row.state, row.value, row.precision, row.status, row.reported)
            for row in rows if row.state != submission.STATE_NOT_REPORTED and row.indicator not in computed}


def make(unit, form, period, values, version, predecessor=b"", **fields):
    """A Submission; values: indicator -> decimal text, or a Row."""
    message = Submission(id=fields.pop("id", None) or uuid7(), unit=unit, form=form, period=period, predecessor=predecessor,
                         catalog_version=version, **fields)
    for number, (indicator, value) in enumerate(values.items(), 1):
        row = message.rows.add(indicator=indicator, state=submission.STATE_VALUE, source_row=number)
        if isinstance(value, Row):
            row.MergeFrom(value)
        else:
            row.value = value
    return message
