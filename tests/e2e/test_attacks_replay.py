#!/usr/bin/python3
"""Attacks with recorded bytes: what was well signed once is sent again, over another connection, after a restart, and to the new
life of the store that a backup began."""

import attacks
import small
import wire
from attacks import EVERYWHERE, AttackCase, E, grant, seen
from harness import main

again, reborn = attacks.Table(), attacks.Table()


class Replay(AttackCase):
    """What is recorded: two submissions of one filing, roles that were given and taken back, two catalogues."""

    def setUp(self):
        super().setUp()
        self.carrier_key = self.enrol("carrier", grant("connect"))
        self.carrier = self.client(self.carrier_key)

    def record(self, kind, message, signer):
        """As it went over the wire, and what its answer said."""
        sent = self.clerk.writer.envelope(kind, message.SerializeToString(), self.store_id, self.clerk.writer.next_id(), signer)
        self.clerk.writer.socket.send(sent.SerializeToString())
        answer = self.clerk.writer.receive()
        return sent, seen(answer), answer.payload

    def replay(self, sent):
        """The same bytes by somebody who may connect and no more: the payload of the answer and what it says."""
        door = self.carrier.writer
        door.socket.send(sent.SerializeToString())
        answer = door.receive()
        return answer.payload, seen(answer)

    def lay_down(self):
        """The scene: what was once said, and what came after it."""
        make = lambda value, predecessor=b"": wire.make("unit01", "work", "2021-Q1", {"flow0": value}, 1, predecessor=predecessor)
        self.old, self.new = make("1"), None
        self.old_sent, said, self.old_receipt = self.record(E.KIND_SUBMIT, self.old, wire.default)
        self.assertEqual(said, "accepted: ")
        self.new = make("2", self.old.id)
        self.new_sent, said, self.new_receipt = self.record(E.KIND_SUBMIT, self.new, wire.default)
        self.assertEqual(said, "accepted: ")
        self.gone = self.enrol("gone", grant("report", "unit03"))
        allow = self.change("allow", self.gone, grant=grant("read", EVERYWHERE))
        self.allow_sent, said, self.allow_done = self.record(E.KIND_KEY_CHANGE, allow, self.officer)
        self.assertIn("done", said)
        self.changed("take", self.gone, grant=grant("read"))
        self.changed("suspend", self.gone)
        resume = self.change("resume", self.gone)
        self.resume_sent, said, self.resume_done = self.record(E.KIND_KEY_CHANGE, resume, self.officer)
        self.assertIn("done", said)
        self.changed("suspend", self.gone)
        self.put_sent = []
        for replaces, note in ((1, "# second\n"), (2, "# third\n")):
            body = small.catalog().encode() + note.encode()
            part = wire.catalog.CatalogPut(hash=wire.hashlib.blake2b(body, digest_size=32).digest(), size=len(body), bytes=body,
                                           reason="test", author="test", replaces_version=replaces,
                                           epoch=self.epoch)
            sent, said, _ = self.record(E.KIND_CATALOG_PUT, part, wire.default)
            self.assertIn("done", said)
            self.put_sent.append(sent)

    def test_recorded_bytes_do_nothing_again(self):
        self.lay_down()
        self.suffer(again, 8)
        self.clerk.close()
        self.desk.down()
        self.desk.up()
        self.come_back()
        with self.subTest("after a restart"):
            self.suffer(again, 8)

    def come_back(self):
        """Connections to the doors as they are now."""
        self.clerk, self.security, self.genuine, self.carrier = (
            self.client(who) for who in (wire.default, self.officer, self.agent, self.carrier_key))

    def reborn_from(self, backup):
        """The store goes on from a backup, in a new epoch."""
        store = self.desk.dir / "reborn"
        self.desk.down()
        self.desk.must(self.desk.run("jibao-aggregator", "restore", backup, "--dir", store))
        (store / "server.key").write_bytes((self.desk.store / "server.key").read_bytes())
        (store / "server.key").chmod(0o400)
        self.desk.store = store
        self.desk.up()
        self.come_back()
        self.assertEqual(self.clerk.store_id, self.store_id)

    def test_recorded_bytes_do_nothing_in_a_store_restored_with_them(self):
        self.lay_down()
        self.desk.must(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, self.desk.dir / "backup"))
        self.reborn_from(self.desk.dir / "backup")
        self.suffer(again, 8)

    def test_recorded_bytes_in_a_store_restored_from_before(self):
        """Figures come again, once, since agents owe them to the new life; rights and catalogues do not."""
        self.desk.must(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, self.desk.dir / "backup"))
        self.lay_down()
        self.reborn_from(self.desk.dir / "backup")
        self.suffer(reborn, 3)
        before = self.clerk.hello().revision
        for sent in (self.old_sent, self.new_sent) * 3:
            self.assertEqual(self.replay(sent)[1], "accepted: ")
        self.assertEqual(self.clerk.hello().revision, before + 2, "each is an entry once")
        self.assertEqual(self.clerk.value("unit01", "flow0", "2021-Q1").value, "2")
        self.verified()


# ------------------------------------------------------------ nothing happens twice

@again("a submission again", "accepted: , the first receipt")
def _(case):
    payload, said = case.replay(case.new_sent)
    return f"{said}, {'the first receipt' if payload == case.new_receipt else 'another receipt'}"


@again("the submission before the correction", "accepted: , the first receipt, 2 stands")
def _(case):
    payload, said = case.replay(case.old_sent)
    same = "the first receipt" if payload == case.old_receipt else "another receipt"
    return f"{said}, {same}, {case.clerk.value('unit01', 'flow0', '2021-Q1').value} stands"


@again("a hundred times the same submission, at once", "100 times the first receipt")
def _(case):
    door = case.carrier.writer
    for _ in range(100):
        door.socket.send(case.new_sent.SerializeToString())
    same = sum(door.receive().payload == case.new_receipt for _ in range(100))
    return f"{same} times the first receipt"


@again("a submission's signature over a readdressed repeat", "refused: wrong_store")
def _(case):
    sent = wire.Envelope.FromString(case.new_sent.SerializeToString())
    sent.store_id = bytes(16)
    return case.replay(sent)[1]


@again("a role that was given and taken back", "the first answer; grant_missing")
def _(case):
    payload, _ = case.replay(case.allow_sent)
    mine = [one for one in case.clerk.reader.ask(E.KIND_KEYS, attacks.K.KeysAsk()).holders if one.holder.key == case.gone.public]
    has = any(one.role == attacks.K.ROLE_READ for one in mine[0].grants)
    return f"{'the first answer' if payload == case.allow_done else 'another'}; {'granted again' if has else 'grant_missing'}"


@again("a suspended key that was resumed once", "the first answer; silence, silence")
def _(case):
    payload, _ = case.replay(case.resume_sent)
    return f"{'the first answer' if payload == case.resume_done else 'another'}; {case.knock(case.gone)}"


@again("the catalogue before the present one", "refused: catalog_moved")
def _(case):
    return case.replay(case.put_sent[0])[1]


@again("the present catalogue", "unchanged")
def _(case):
    return case.replay(case.put_sent[1])[1]


# ------------------------------------------------------------ in a life that does not know them

@reborn("a role given in the life before", "refused: key_change_epoch; silence, silence")
def _(case):
    return f"{case.replay(case.allow_sent)[1]}; {case.knock(case.gone)}"


@reborn("a key resumed in the life before", "refused: key_change_epoch; silence, silence")
def _(case):
    return f"{case.replay(case.resume_sent)[1]}; {case.knock(case.gone)}"


@reborn("a catalogue of the life before", "refused: catalog_moved")
def _(case):
    return case.replay(case.put_sent[0])[1]


if __name__ == "__main__":
    main()
