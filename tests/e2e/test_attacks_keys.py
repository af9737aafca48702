#!/usr/bin/python3
"""Attacks with keys: none, wrong ones, ones that are not good any more or not yet, and good ones that want more than was
granted to them."""

import time

import attacks
import wire
from attacks import EVERYWHERE, HOUR_US, SECOND_US, AttackCase, E, grant, now_us, seen
from harness import main

SECOND = 1.0

outside, inside, signing = (attacks.Table() for _ in range(3))
NOBODY_IN = "silence, silence"


# ------------------------------------------------------------ at the doors

@outside("no key", NOBODY_IN)
def _(case):
    return case.knock(None)


@outside("a password instead of a key", NOBODY_IN)
def _(case):
    def plain(socket):
        socket.plain_username, socket.plain_password = b"admin", b"admin"
    return case.knock(None, plain)


@outside("a key that nobody knows", NOBODY_IN)
def _(case):
    return case.knock(case.stranger())


@outside("a good key that expects another server", NOBODY_IN)
def _(case):
    return case.knock(wire.Identity(bytes(case.agent.key), case.stranger().public))


@outside("another's public key and an own secret one", NOBODY_IN)
def _(case):
    own = case.stranger()
    return case.knock(own, attacks.foreign_pair(case.agent.public, own))


@outside("the server's own key", NOBODY_IN)
def _(case):
    return case.knock(wire.Identity.of_files(case.desk.store / "server.key", case.desk.server_key))


@outside("a suspended key", NOBODY_IN)
def _(case):
    who = case.enrol("suspended", grant("report", "unit01"))
    case.changed("suspend", who)
    case.settle()
    return case.knock(who)


@outside("a revoked key", NOBODY_IN)
def _(case):
    who = case.enrol("revoked", grant("report", "unit01"))
    case.changed("revoke", who)
    case.settle()
    return case.knock(who)


@outside("a key whose grant has ended", NOBODY_IN)
def _(case):
    who = case.enrol("ended", grant("report", "unit01", start_us=now_us() - 2 * HOUR_US, end_us=now_us() - HOUR_US))
    case.settle()
    return case.knock(who)


@outside("a key whose grant has not begun", NOBODY_IN)
def _(case):
    who = case.enrol("tomorrow's", grant("report", "unit01", start_us=now_us() + HOUR_US))
    case.settle()
    return case.knock(who)


@outside("a key that was enrolled and given nothing", NOBODY_IN)
def _(case):
    who = case.enrol("without a grant")
    case.settle()
    return case.knock(who)


@outside("a key that gave its place to another", NOBODY_IN)
def _(case):
    who, new = case.enrol("rotated", grant("report", "unit01")), case.stranger()
    case.changed("rotate", who, new_key=new.public)
    case.settle()
    assert case.knock(new) == "welcome, welcome"
    return case.knock(who)


# ------------------------------------------------------------ inside, until rights change

def put_out(case, change, *grants):
    """A key with both doors and a watch open, and what it hears within a second after its rights changed: at both doors, of a
    figure that it sends, and of its watch. change: makes the change and says when it was answered."""
    who = case.enrol("guest", *(grants or (grant("read", EVERYWHERE), grant("report", "unit01"))))
    guest = case.client(who)
    watch = wire.Watch(case.desk.read, units=["county"], who=who)
    case.addCleanup(watch.close)
    watch.until(guest.hello().revision)
    at = change(who, watch)
    case.settle()
    said = [seen(door.ask_raw(E.KIND_HELLO)) for door in (guest.writer, guest.reader)]
    said.append(case.carry(E.KIND_SUBMIT, wire.make("unit01", "work", "2021-Q1", {"flow0": "9"}, 1), who, by=guest))
    case.assertLess(time.monotonic() - at, SECOND)
    while not watch.ended:
        case.assertIsNotNone(watch.step(max(0, at + SECOND - time.monotonic())), "the watch goes on")
    said.append(watch.ended)
    return "; ".join(said)


def out(code):
    return "; ".join([f"refused: {code}"] * 3 + ["rights"])


@inside("suspended while connected", out("key_suspended"))
def _(case):
    return put_out(case, lambda who, _: case.changed("suspend", who))


@inside("revoked while connected", out("key_revoked"))
def _(case):
    return put_out(case, lambda who, _: case.changed("revoke", who))


@inside("every role taken while connected", out("grant_missing"))
def _(case):
    def take(who, _):
        case.changed("take", who, grant=grant("read"))
        return case.changed("take", who, grant=grant("report"))
    return put_out(case, take)


@inside("its place given to another key while connected", out("key_revoked"))
def _(case):
    return put_out(case, lambda who, _: case.changed("rotate", who, new_key=case.stranger().public))


@inside("its grants end while connected", out("key_expired"))
def _(case):
    end_us = now_us() + 2 * SECOND_US

    def wait_for_the_end(_, watch):
        while now_us() < end_us:  # the watch is told when the moment comes
            watch.step((end_us - now_us()) / SECOND_US)
        return time.monotonic()
    return put_out(case, wait_for_the_end, grant("read", EVERYWHERE, end_us=end_us), grant("report", "unit01", end_us=end_us))


@inside("the key itself ends while connected: its successor's overlap is over", out("key_expired"))
def _(case):
    end_us = now_us() + 2 * SECOND_US

    def rotate(who, watch):
        case.changed("rotate", who, new_key=case.stranger().public, overlap_until_us=end_us)
        while now_us() < end_us:
            watch.step((end_us - now_us()) / SECOND_US)
        return time.monotonic()
    return put_out(case, rotate)


# ------------------------------------------------------------ figures that a key may not sign

def figures(unit="unit01", **fields):
    return wire.make(unit, "work", "2021-Q2", {"flow0": "666"}, 1, **fields)


def sign(case, who, message):
    """Over the clerk's connection, which may connect: authority is the signer's."""
    case.settle()
    return case.carry(E.KIND_SUBMIT, message, who)


@signing("signed by nobody known, carried by who may", "refused: unknown_key")
def _(case):
    return sign(case, case.stranger(), figures())


@signing("signed by a suspended key, carried by who may", "refused: key_suspended")
def _(case):
    who = case.enrol("s1", grant("report", "unit01"))
    case.changed("suspend", who)
    return sign(case, who, figures())


@signing("signed by a revoked key, carried by who may", "refused: key_revoked")
def _(case):
    who = case.enrol("s2", grant("report", "unit01"))
    case.changed("revoke", who)
    return sign(case, who, figures())


@signing("signed after the grant ended", "refused: key_expired")
def _(case):
    return sign(case, case.enrol("s3", grant("report", "unit01", start_us=1, end_us=now_us() - SECOND_US)), figures())


@signing("signed before the grant begins", "refused: grant_missing")
def _(case):
    return sign(case, case.enrol("s4", grant("report", "unit01", start_us=now_us() + HOUR_US)), figures())


@signing("the right key for another unit's figures", "refused: grant_missing")
def _(case):
    return sign(case, case.agent, figures())


@signing("the right key for its parent's subtree", "refused: grant_missing")
def _(case):
    return sign(case, case.enrol("s5", grant("report", "south")), figures())


@signing("entering for another without saying on what ground", "refused: ground_missing")
def _(case):
    return sign(case, case.enrol("s6", grant("enter", "unit01")), figures())


@signing("entering for a unit that was not named", "refused: grant_missing")
def _(case):
    who = case.enrol("s7", grant("enter", "unit03"))
    return sign(case, who, figures(on_behalf_of="unit01", ground="a letter"))


@signing("a person signed for by a key that is no web key", "refused: grant_missing")
def _(case):
    case.enrol("a person", grant("report", "unit01"), person="p1")
    return sign(case, case.enrol("s8", grant("report", "unit01")), figures(signed_for="p1"))


@signing("a web key for a person that nobody enrolled", "refused: unknown_person")
def _(case):
    return sign(case, case.enrol("s9", grant("web")), figures(signed_for="nobody"))


@signing("a web key for a person of another unit", "refused: grant_missing")
def _(case):
    case.enrol("another person", grant("report", "unit03"), person="p2")
    return sign(case, case.enrol("s10", grant("web")), figures(signed_for="p2"))


@signing("a web key for a suspended person", "refused: key_suspended")
def _(case):
    case.enrol("a third person", grant("report", "unit01"), person="p3")
    case.changed("suspend", person="p3")
    return sign(case, case.enrol("s11", grant("web")), figures(signed_for="p3"))


@signing("a web key for itself", "refused: grant_missing")
def _(case):
    return sign(case, case.enrol("s12", grant("web")), figures())


class Keys(AttackCase):
    def test_nobody_comes_in_without_a_key_that_is_good(self):
        self.suffer(outside, 12)

    def test_who_is_in_is_out_within_a_second(self):
        self.suffer(inside, 6)

    def test_nobody_signs_for_more_than_was_granted(self):
        self.suffer(signing, 14)


if __name__ == "__main__":
    main()
