#!/usr/bin/python3
"""Attacks with good keys that are one step short: for every command of the contract a key with every right but the one that it
needs, and questions, watches and pages outside of what a key may read."""

import os

import attacks
import small
import wire
from attacks import EVERYWHERE, AttackCase, E, K, grant, seen
from harness import main

Q = wire.query
ROLES = [name.removeprefix("ROLE_").lower() for name in K.Role.keys() if name != "ROLE_UNSPECIFIED"]
ACTIONS = [name.lower() for name in K.KeyChange.Action.keys() if name != "ACTION_UNSPECIFIED"]
NOT_SIGNED_FOR_UNITS = {"connect", "web", "periods", "catalog", "security", "audit"}

# What each question of the contract needs; a new kind or role is at home here too, or the test fails.
NEEDS = {"SUBMIT": {"report", "enter", "web"}, "CATALOG_PUT": {"catalog"}, "KEY_CHANGE": {"security"}, "AUDIT": {"audit"},
         "VERIFY": {"audit", "security"}, "QUERY": {"read", "report"}, "STATUS": {"read", "report"}, "HISTORY": {"read", "report"},
         "EXPLAIN": {"read", "report"}, "FILING": {"read", "report"}, "WATCH": {"read", "report"}, "KEYS": {"security", "audit"},
         "ACT": {"periods", "review"}, "DIFF": {"read", "report"},
         "CONTACTS_PUT": {"periods"}, "CONTACTS": {"periods", "review", "report"}}
# Whoever may connect may ask these: they say no figure, and of units only what the key may read (notices: e2e.chasing).
FREE = {"HELLO", "CATALOG_GET", "PROOF", "PERIODS", "RELEASES", "NOTICES", "WATCH_PING", "WATCH_CANCEL"}
ANSWERS = {"WELCOME", "REFUSED", "RECEIPT", "WATCH_EVENT", "WATCH_PONG", "CATALOG_PART"}

beyond = attacks.Table()


def questions():
    """The kinds that a client sends."""
    names = [name.removeprefix("KIND_") for name in E.Kind.keys()]
    return [name for name in names if name != "UNSPECIFIED" and name not in ANSWERS and not name.endswith(("_ANSWER", "_DONE"))
            and name != "ANSWER"]


def all_but(roles, leave=()):
    """Grants of every role but these, wide as can be. Security and audit are never one key's, nor report, enter and review of
    one unit."""
    return [grant(role) if role in NOT_SIGNED_FOR_UNITS else grant(role, EVERYWHERE) if role == "read" else grant(role, "unit03")
            for role in ROLES if role not in roles and role not in leave]


def short_keys(case, kind, roles):
    """Keys with all but these roles."""
    for number, leave in enumerate((("audit", "report", "enter"), ("security", "review"))):
        yield case.enrol(f"all but what {kind} needs, {number}", *all_but(roles, leave))


class Roles(AttackCase):
    def test_every_command_has_its_need(self):
        self.assertEqual(sorted(questions()), sorted([*NEEDS, *FREE]))

    def setUp(self):
        super().setUp()
        self.south = self.client(self.enrol("agent of unit01", grant("report", "unit01")))
        self.assertEqual(self.south.submit(wire.make("unit01", "work", "2021-Q1", {"flow0": "7"}, 1)).outcome, wire.submission.ACCEPTED)

    # ------------------------------------------------------------ one role short

    def short(self, kind, does, *expected):
        """does: asks with a client and its key, and says what came."""
        for who in short_keys(self, kind, NEEDS[kind]):
            client = self.client(who)
            self.settle()
            with self.subTest(f"{kind} with every role but {' and '.join(sorted(NEEDS[kind]))}"):
                self.assertIn(does(client, who), expected)
                self.unharmed()

    def test_submit(self):
        message = wire.make("unit01", "work", "2021-Q2", {"flow0": "1"}, 1, on_behalf_of="unit01", ground="none")
        self.short("SUBMIT", lambda client, who: self.carry(E.KIND_SUBMIT, message, who, by=client), "refused: grant_missing")

    def test_catalog_put(self):
        body = small.catalog().encode() + b"# mine\n"
        part = wire.catalog.CatalogPut(hash=wire.hashlib.blake2b(body, digest_size=32).digest(), size=len(body), bytes=body,
                                       reason="mine", author="me", replaces_version=1,
                                       epoch=self.epoch)
        self.short("CATALOG_PUT", lambda client, who: self.carry(E.KIND_CATALOG_PUT, part, who, by=client), "refused: grant_missing")

    def test_each_key_change(self):
        victim, new = self.enrol("victim", grant("report", "unit03")), self.stranger()
        short = list(short_keys(self, "KEY_CHANGE", NEEDS["KEY_CHANGE"]))
        for action in ACTIONS:
            for who in short:
                fields = {"allow": dict(grant=grant("read", EVERYWHERE)), "take": dict(grant=grant("report")),
                          "rotate": dict(new_key=new.public)}.get(action, {})
                for holder in (victim, who, self.officer):
                    if action == "take" and holder is not victim:
                        fields["grant"] = grant("security") if holder is self.officer else grant("connect")
                    self.settle()
                    with self.subTest(f"{action} by a key with every role but security"):
                        said = self.carry(E.KIND_KEY_CHANGE, self.change(action, holder, **fields), who)
                        self.assertEqual(said, "refused: grant_missing")
                self.unharmed()

    def test_each_act(self):
        """Who may not act is told no more than that, also where there is nothing to act on."""
        actions = wire.acts.Act.Action
        of_periods = (actions.PERIOD_OPEN, actions.PERIOD_AMEND, actions.PERIOD_CLOSE, actions.PERIOD_REOPEN, actions.PUBLISH,
                      actions.NOTICE)
        of_filings = (actions.FILING_ACCEPT, actions.FILING_RETURN, actions.FILING_EXCUSE)
        filing, submission = dict(unit="unit01", form="work"), dict(submission=b"s" * 16)
        fields = {actions.PERIOD_AMEND: dict(**filing, note="merged"), actions.PERIOD_REOPEN: dict(units=["unit01"], note="late", until_us=1 << 60),
                  actions.FILING_ACCEPT: filing | submission, actions.FILING_RETURN: filing | submission | dict(note="wrong"),
                  actions.FILING_EXCUSE: filing | dict(note="flood"), actions.NOTICE: dict(unit="unit01", forms=["work"], note="where is it?")}
        self.assertEqual(sorted([*of_periods, *of_filings]), sorted(set(actions.values()) - {0}))

        def act(client, who, action):
            message = wire.acts.Act(id=os.urandom(16), epoch=self.epoch, action=action, period="2021-Q1", **fields.get(action, {}))
            return self.carry(E.KIND_ACT, message, who, by=client)

        for group, role in ((of_periods, "periods"), (of_filings, "review")):
            for who in short_keys(self, "ACT", {role}):
                client = self.client(who)
                self.settle()
                for action in group:
                    with self.subTest(f"{actions.Name(action)} with every role but {role}"):
                        self.assertEqual(act(client, who, action), "refused: grant_missing")
                self.unharmed()
        elsewhere = self.enrol("reviewer of another unit", grant("review", "unit03"))
        self.settle()
        for action in of_filings:
            self.assertEqual(act(self.client(elsewhere), elsewhere, action), "refused: grant_missing")
        self.unharmed()

    def test_contacts_put(self):
        people = [wire.contacts.UnitContacts(unit="unit03", contacts=[wire.contacts.Contact(role=wire.contacts.Contact.FILLER, name="A filler")])]
        message = wire.contacts.ContactsPut(id=os.urandom(16), epoch=self.epoch, units=people)
        self.short("CONTACTS_PUT", lambda client, who: self.carry(E.KIND_CONTACTS_PUT, message, who, by=client), "refused: grant_missing")

    def test_contacts(self):
        for question in (wire.contacts.ContactsAsk(), wire.contacts.ContactsAsk(unit="unit03"), wire.contacts.ContactsAsk(version_only=True)):
            self.short("CONTACTS", lambda client, _, q=question: self.ask(client, E.KIND_CONTACTS, q), "refused: grant_missing")

    def test_audit(self):
        self.short("AUDIT", lambda client, _: self.ask(client, E.KIND_AUDIT), "refused: grant_missing")

    def test_verify(self):
        self.short("VERIFY", lambda client, _: self.ask(client, E.KIND_VERIFY), "refused: grant_missing")

    def test_keys_shows_nobody_else(self):
        def ask(client, who):
            answer = client.reader.ask(E.KIND_KEYS, K.KeysAsk())
            self.assertEqual([record.holder.key for record in answer.holders], [who.public])
            return "narrowed" if answer.narrowed else "everything"
        self.short("KEYS", ask, "narrowed")

    def test_questions_about_figures(self):
        """A key with every role that reads nothing."""
        asked = {"QUERY": Q.Query(units=["unit01"], indicators=["flow0"], periods=["2021-Q1"]),
                 "HISTORY": Q.HistoryQuery(unit="unit01", indicator="flow0", period="2021-Q1"),
                 "EXPLAIN": Q.ExplainQuery(unit="county", indicator="flow0", period="2021-Q1"),
                 "FILING": Q.FilingQuery(unit="unit01", form="work", period="2021-Q1"),
                 "DIFF": Q.DiffQuery(units=["unit01"], periods=["2021-Q1"])}
        for kind, question in asked.items():
            self.short(kind, lambda client, _, k=kind, q=question: self.ask(client, E.Kind.Value("KIND_" + k), q), "refused: grant_missing")

    def test_status_tells_of_no_other_unit(self):
        def ask(client, _):
            try:
                answer = client.status(periods=["2021-Q1"])
            except wire.Refused as refused:
                return "refused: " + attacks.codes(refused.findings)
            self.assertEqual({row.unit for row in answer.rows} - {"unit03"}, set())
            return attacks.codes(answer.findings)
        self.short("STATUS", ask, "narrowed", "refused: grant_missing")

    def test_watch_shows_no_other_unit(self):
        def follow(client, who):
            watch = wire.Watch(self.desk.read, who=who)
            self.addCleanup(watch.close)
            try:
                while not watch.ended and watch.snapshot_revision is None:
                    self.assertIsNotNone(watch.step(30))
            except wire.Refused as refused:
                return "refused: " + attacks.codes(refused.findings)
            self.assertEqual({key[1] for key in watch.state} - {"unit03"}, set())
            return watch.ended or "narrowed"
        self.short("WATCH", follow, "narrowed", "rights", "refused: grant_missing")

    # ------------------------------------------------------------ outside the scope

    def test_nobody_reads_outside_the_scope(self):
        who = self.enrol("reader of the north", grant("read", "north+"))
        self.reader, self.reader_key = self.client(who), who
        self.suffer(beyond, 14)

    def watch(self, who, **fields):
        """What a watch with that filter says first."""
        with wire.Door(self.desk.read, who=who) as door:
            answer = door.ask_raw(E.KIND_WATCH, wire.watch.Watch(**fields).SerializeToString())
            if answer.kind != E.KIND_WATCH_EVENT:
                return seen(answer)
            event = wire.Event.FromString(answer.payload)
            return f"{wire.Event.Type.Name(event.type).lower()}: {event.reason}"


def query(case, **fields):
    return case.ask(case.reader, E.KIND_QUERY, Q.Query(**{"indicators": ["flow0"], "periods": ["2021-Q1"], **fields}))


for what, fields in (("a unit", dict(units=["unit01"])), ("a branch", dict(units=["south"])), ("the county", dict(units=["county"])),
                     ("a group", dict(groups=["odd"])), ("one unit inside and one outside", dict(units=["unit00", "unit01"])),
                     ("a branch's children", dict(under="south")),
                     ("a unit's own plane", dict(units=["unit01"], plane=Q.OWN))):
    @beyond(f"query of {what} outside the scope", "refused: grant_missing")
    def _(case, asked=fields):
        return query(case, **asked)


@beyond("query of a unit outside the scope as it was", "refused: grant_missing")
def _(case):
    return query(case, units=["unit01"], as_of_revision=case.clerk.hello().revision - 1)


@beyond("history of a unit outside the scope", "refused: grant_missing")
def _(case):
    return case.ask(case.reader, E.KIND_HISTORY, Q.HistoryQuery(unit="unit01", indicator="flow0", period="2021-Q1"))


@beyond("explaining the county with a grant for a branch", "refused: grant_missing")
def _(case):
    return case.ask(case.reader, E.KIND_EXPLAIN, Q.ExplainQuery(unit="county", indicator="flow0", period="2021-Q1"))


@beyond("filing of a unit outside the scope", "refused: grant_missing")
def _(case):
    return case.ask(case.reader, E.KIND_FILING, Q.FilingQuery(unit="unit01", form="work", period="2021-Q1"))


@beyond("status of a unit outside the scope", "refused: grant_missing")
def _(case):
    return case.ask(case.reader, E.KIND_STATUS, Q.StatusQuery(units=["unit01"], periods=["2021-Q1"]))


@beyond("watching a unit outside the scope", "refused: grant_missing")
def _(case):
    return case.watch(case.reader_key, units=["south"])


@beyond("watching a group", "refused: grant_missing")
def _(case):
    return case.watch(case.reader_key, groups=["odd"])


@beyond("resuming a watch with another's token", "reset: rights")
def _(case):
    other = wire.Watch(case.desk.read, units=["north"])
    other.until(case.clerk.hello().revision)
    other.close()
    return case.watch(case.reader_key, units=["north"], **{"from": other.token})


@beyond("the next page of another's answer", "refused: expired")
def _(case):
    page = case.clerk.reader.ask(E.KIND_QUERY, Q.Query(units=["county", "north", "south", *map(small.unit_code, range(8))], periods=[
        *small.QUARTERS, *(f"{a}..{b}" for i, a in enumerate(small.QUARTERS) for b in small.QUARTERS[i + 1:])]))
    case.assertTrue(page.cursor)
    said = case.ask(case.reader, E.KIND_QUERY, Q.Query(cursor=page.cursor))
    case.assertTrue(case.clerk.reader.ask(E.KIND_QUERY, Q.Query(cursor=page.cursor)).rows, "its owner has it still")
    return said


@beyond("ending another's watch", "the watch goes on")
def _(case):
    watch = wire.Watch(case.desk.read, units=["county"])
    case.addCleanup(watch.close)
    watch.until(case.clerk.hello().revision)
    with wire.Door(case.desk.read, who=case.reader_key) as door:
        door.send(E.KIND_WATCH_CANCEL, request_id=watch.request_id)
        door.send(E.KIND_WATCH_PING, request_id=watch.request_id)
        door.ask_raw(E.KIND_HELLO)
    watch.ping()
    while watch.step(30) != "pong":
        case.assertFalse(watch.ended)
    return "the watch goes on"


if __name__ == "__main__":
    main()
