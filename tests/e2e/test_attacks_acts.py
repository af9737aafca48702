#!/usr/bin/python3
"""Attacks on acts that are signed for persons (代签): a web key for who may not, who may but is no web key, and what is not to be signed
for anybody else. Beside attacks on submissions that are signed so (test_attacks_keys.py)."""

import os

import attacks
import wire
from attacks import AttackCase, E, grant
from harness import main

Act = wire.acts.Act
signing = attacks.Table()


def act(case, who, action, **fields):
    """Over the clerk's connection, which may connect: authority is the signer's."""
    case.settle()
    return case.carry(E.KIND_ACT, Act(id=os.urandom(16), epoch=case.epoch, action=action, period="2021-Q1", **fields), who)


def accept(case, who, **fields):
    return act(case, who, Act.FILING_ACCEPT, **{"unit": "unit00", "form": "work", "submission": case.first.id, **fields})


def notice(case, who, **fields):
    return act(case, who, Act.NOTICE, unit="unit00", forms=["work"], note="?", **fields)


@signing("a web key for a person who may report only", "refused: grant_missing")
def _(case):
    case.enrol("reporter", grant("report", "unit00"), person="a1")
    return accept(case, case.enrol("k1", grant("web")), signed_for="a1")


@signing("a web key for a reviewer of another unit", "refused: grant_missing")
def _(case):
    case.enrol("reviewer elsewhere", grant("review", "unit03"), person="a2")
    return accept(case, case.enrol("k2", grant("web")), signed_for="a2")


@signing("a web key for who may give notice, about a filing", "refused: grant_missing")
def _(case):
    case.enrol("officer", grant("periods"), person="a3")
    return accept(case, case.enrol("k3", grant("web")), signed_for="a3")


@signing("a web key for a reviewer, giving notice", "refused: grant_missing")
def _(case):
    case.enrol("reviewer", grant("review", "unit00"), person="a4")
    return notice(case, case.enrol("k4", grant("web")), signed_for="a4")


@signing("a reviewer's own key for another reviewer", "refused: grant_missing")
def _(case):
    case.enrol("another reviewer", grant("review", "unit00"), person="a5")
    return accept(case, case.enrol("k5", grant("review", "unit00")), signed_for="a5")


@signing("a web key for itself", "refused: grant_missing")
def _(case):
    return accept(case, case.enrol("k6", grant("web")))


@signing("a web key for a person that nobody enrolled", "refused: unknown_person")
def _(case):
    return accept(case, case.enrol("k7", grant("web")), signed_for="nobody")


@signing("a web key for a suspended reviewer", "refused: key_suspended")
def _(case):
    case.enrol("suspended reviewer", grant("review", "unit00"), person="a8")
    case.changed("suspend", person="a8")
    return accept(case, case.enrol("k8", grant("web")), signed_for="a8")


@signing("a suspended web key for a reviewer", "refused: key_suspended")
def _(case):
    case.enrol("good reviewer", grant("review", "unit00"), person="a9")
    who = case.enrol("k9", grant("web"))
    case.changed("suspend", who)
    return accept(case, who, signed_for="a9")


@signing("a web key whose time is over, for a reviewer", "refused: grant_missing")
def _(case):
    case.enrol("ready reviewer", grant("review", "unit00"), person="a10")
    return accept(case, case.enrol("k10", grant("web", end_us=attacks.now_us() - attacks.SECOND_US)), signed_for="a10")


@signing("a web key for a reviewer whose time is over", "refused: grant_missing")
def _(case):
    case.enrol("former reviewer", grant("review", "unit00", end_us=attacks.now_us() - attacks.SECOND_US), person="a11")
    return accept(case, case.enrol("k11", grant("web")), signed_for="a11")


@signing("a web key for a person of the submitter's name", "refused: reviewer_submitted")
def _(case):
    case.changed("take", case.agent, grant=grant("report"))
    case.enrol("agent of unit00", grant("review", "unit00"), person="a12")
    seen = accept(case, case.enrol("k12", grant("web")), signed_for="a12")
    case.changed("revoke", person="a12")
    case.changed("allow", case.agent, grant=grant("report", "unit00"))
    case.settle()
    return seen


@signing("another person put in place of the one that was signed for", "refused: bad_signature")
def _(case):
    case.enrol("right reviewer", grant("review", "unit00"), person="a13")
    who = case.enrol("k13", grant("web"))
    case.settle()
    signed, sent = (Act(id=b"x" * 16, epoch=case.epoch, action=Act.FILING_ACCEPT, period="2021-Q1", unit="unit00", form="work",
                        submission=case.first.id, signed_for=person).SerializeToString() for person in ("a1", "a13"))
    return case.carry(E.KIND_ACT, signed, who, payload=sent)


@signing("a period opened for a person who may", "refused: malformed")
def _(case):
    case.enrol("ready officer", grant("periods"), person="a14")
    return act(case, case.enrol("k14", grant("web")), Act.PERIOD_OPEN, signed_for="a14")


@signing("a period published for a person who may, by a key that may as well", "refused: malformed")
def _(case):
    case.enrol("second officer", grant("periods"), person="a15")
    return act(case, case.enrol("k15", grant("web"), grant("periods")), Act.PUBLISH, signed_for="a15")


class Acts(AttackCase):
    def test_nobody_acts_for_more_than_was_granted(self):
        self.suffer(signing, 15)


if __name__ == "__main__":
    main()
