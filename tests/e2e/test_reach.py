#!/usr/bin/python3
"""What a key may read, through the real doors: questions are narrowed or refused, and a change of rights reaches a connection
that is open, and the watch on it, within a second."""

import sys
import time

import small
import wire
from harness import DeskCase, main

SECOND = 1.0


class Reach(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)
        self.assertEqual(self.client.put_catalog(small.catalog()).version, 1)
        self.desk.allow_report("county")
        self.desk.allow("reader", "read", "--units", "north+")
        for unit in ("unit00", "unit01"):  # the even ones are north
            self.client.submit(wire.make(unit, "work", "2021-Q1", {"flow0": "5"}, 1))
        who = self.desk.identity("reader")
        self.reader = wire.Client(self.desk.write, self.desk.read, who=who)
        self.addCleanup(self.reader.close)
        self.watch = wire.Watch(self.desk.read, who=who)
        self.addCleanup(self.watch.close)
        self.watch.until(self.client.hello().revision)

    def units_watched(self):
        return {key[1] for key in self.watch.state}

    def refused(self, code, **fields):
        with self.assertRaises(wire.Refused) as caught:
            self.reader.query(periods=["2021-Q1"], indicators=["flow0"], **fields)
        self.assertEqual(caught.exception.codes, [code])

    def hears(self, until, *args):
        """Seconds from the change of rights, once it was answered, until the watch heard of it."""
        self.desk.must(self.desk.security(*args))
        started = time.monotonic()
        while not until():
            left = 5 - (time.monotonic() - started)
            self.assertGreater(left, 0, "the watch has not heard")
            self.watch.step(left)
        spent = time.monotonic() - started
        print(f"heard {spent * 1000:.1f} ms after the command was done", file=sys.stderr)
        return spent

    def test_questions_are_narrowed_or_refused(self):
        inside = self.units_watched()
        self.assertIn("north", inside)
        self.assertNotIn("county", inside)
        self.assertNotIn("south", inside)
        rows = self.reader.query(under="county", periods=["2021-Q1"], indicators=["flow0"])
        self.assertEqual([row.unit for row in rows], ["north"])
        status = self.reader.status(periods=["2021-Q1"])
        self.assertIn("narrowed", [finding.code for finding in status.findings])
        self.refused("grant_missing", units=["county"])
        self.refused("grant_missing", units=["south"])
        self.refused("grant_missing", groups=["odd"])

    def test_a_revoked_key_is_out_within_a_second(self):
        spent = self.hears(lambda: self.watch.ended, "revoke", self.desk.public("reader"))
        self.assertEqual(self.watch.ended, "rights")
        self.refused("key_revoked", units=["north"])
        self.assertLess(spent, SECOND)

    def test_other_rights_reset_the_watch_within_a_second(self):
        spent = self.hears(lambda: len(self.watch.resets) > 1 and not self.watch._in_snapshot,
                           "allow", self.desk.public("reader"), "--role", "read", "--units", "south+")
        self.assertEqual(self.watch.resets, ["new", "rights"])
        self.assertIn("south", self.units_watched())
        self.assertNotIn("north", self.units_watched())
        self.refused("grant_missing", units=["north"])
        self.assertLess(spent, SECOND)


if __name__ == "__main__":
    main()
