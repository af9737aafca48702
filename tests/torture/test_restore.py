#!/usr/bin/python3
"""The store is lost and comes back from an old backup, made while it ran: the agents fill in what is missing, in their order,
nothing doubles, nothing old overrides something new.

    --seed N     play one run again
"""

import itertools
import random

import desk as d
from desk import small, wire

AGENTS = 4
ROUNDS = 6
PERIODS = small.QUARTERS[:3]
INDICATORS = ["flow0", "flow1", "flow2"]
seed = random.Random(1)


class Restore(d.DeskCase):
    def setUp(self):
        super().setUp()
        self.numbers = itertools.count(1)
        self.sent = {}
        self.units = [small.unit_code(n) for n in range(AGENTS)]
        self.doors = {"write": f"ipc://{self.desk.dir}/write.sock", "read": f"ipc://{self.desk.dir}/read.sock"}
        self.desk.up(**self.doors)
        self.desk.load(small.catalog())
        self.desk.fetch(*self.units)

    def submit_some(self, rounds):
        for _ in range(rounds):
            for unit in self.units:
                period = seed.choice(PERIODS)
                values = {i: str(next(self.numbers)) for i in seed.sample(INDICATORS, 2)}
                for indicator, value in values.items():
                    self.sent[unit, period, indicator, value] = 1
                path = self.desk.file("figures.csv", small.csv_of(unit, period, values))
                self.ends(self.desk.agent(unit, "submit", path), d.OK)

    def ask(self):
        with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
            return wire.expected_state(client, units=["county", *self.units], groups=["odd"], periods=PERIODS), client.hello()

    def test_agents_fill_in_what_is_missing(self):
        self.submit_some(ROUNDS)
        backup, again = self.desk.dir / "backup", self.desk.dir / "again"
        self.ends(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, backup), d.OK)
        _, old = self.ask()
        self.submit_some(ROUNDS)
        wanted, new = self.ask()
        self.desk.down(9)
        self.ends(self.desk.run("jibao-aggregator", "restore", backup, "--dir", again), d.OK)
        self.desk.up(store=again, **self.doors)
        _, restored = self.ask()
        self.assertEqual((restored.epoch, restored.revision, restored.store_id), (old.epoch + 1, old.revision + 1, old.store_id))
        for unit in self.units:
            self.ends(self.desk.agent(unit, "outbox", "--send"), d.OK)
        state, head = self.ask()
        self.assertEqual(state, wanted)
        self.assertEqual(head.revision, new.revision + 1, "every entry once, and the epoch")
        self.whole(self.desk.laid + 2 * ROUNDS * AGENTS + 1)
        for unit in self.units:
            self.ends(self.desk.agent(unit, "outbox", "--send"), d.OK)
        self.assertEqual(self.ask()[1].revision, head.revision, "offering again changes nothing")
        self.submit_some(1)
        self.whole(self.desk.laid + (2 * ROUNDS + 1) * AGENTS + 1)
        d.tell(f"restored at revision {old.revision} of {new.revision}; the agents filled in {new.revision - old.revision}")

    def test_what_is_newer_in_the_restored_store_stands(self):
        """Somebody corrects a filing after the restore and before its agent comes back: the correction is not overridden."""
        self.submit_some(1)
        backup, again = self.desk.dir / "backup", self.desk.dir / "again"
        self.ends(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, backup), d.OK)
        path = self.desk.file("lost.csv", small.csv_of("unit00", PERIODS[0], {"flow0": "900001"}))
        self.ends(self.desk.agent("unit00", "submit", path), d.OK)
        self.desk.down(9)
        self.ends(self.desk.run("jibao-aggregator", "restore", backup, "--dir", again), d.OK)
        self.desk.up(store=again, **self.doors)
        self.desk.fetch("somebody")
        newer = self.desk.file("newer.csv", small.csv_of("unit00", PERIODS[0], {"flow0": "900002"}))
        self.ends(self.desk.agent("somebody", "submit", newer, "--supersede"), d.OK)
        self.desk.agent("unit00", "outbox", "--send")
        with wire.Client(self.desk.write, self.desk.read) as client:
            self.assertEqual(client.value("unit00", "flow0", PERIODS[0]).value, "900002")

    def whole(self, entries):
        with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
            d.check_against_what_was_sent(self, d.Ledger(client, self.units, PERIODS, INDICATORS), self.sent)
            answer = client.verify()
            self.assertEqual((answer.clean, list(answer.problems), answer.entries), (True, [], entries))


if __name__ == "__main__":
    seed = d.seed_from()
    d.main()
