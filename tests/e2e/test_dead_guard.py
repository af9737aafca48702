#!/usr/bin/python3
"""The handler that is asked who may connect dies in a running aggregator: from then on nobody comes in, friend or stranger, and
who is in stays and is served. The program is the released one with a guard that ends at SIGUSR1 (tests/hooks/zap_dies.c)."""

import signal

import harness
import small
import wire
from harness import DeskCase, main, wait_until

KNOCK = 3  # seconds: a handshake takes milliseconds


class Desk(harness.Desk):
    def program(self, name):
        return super().program("aggregator-whose-guard-dies" if name == "jibao-aggregator" else name)


class DeadGuard(DeskCase):
    def setUp(self):
        self.desk = Desk(self.durable)
        self.addCleanup(self._close)

    def test_nobody_is_let_in(self):
        self.desk.up()
        self.desk.load(small.catalog())
        doors = (self.desk.write, self.desk.read)
        with wire.Door(self.desk.read) as inside:
            self.assertEqual(inside.ask_raw(wire.Kind.Value("KIND_HELLO")).kind, wire.Kind.Value("KIND_WELCOME"))
            self.desk.aggregator.send_signal(signal.SIGUSR1)
            log = self.desk.dir / "aggregator.log"
            wait_until(lambda: b"the handler is dead" in log.read_bytes(), [self.desk.dir], "the end of the handler")
            stranger = self.desk.identity("stranger")
            for who in (stranger, False, None):
                for door in doors:
                    with wire.Door(door, who=who) as outside, self.assertRaises(wire.Silence):
                        outside.ask_raw(wire.Kind.Value("KIND_HELLO"), timeout=KNOCK)
            self.assertEqual(inside.ask_raw(wire.Kind.Value("KIND_HELLO")).kind, wire.Kind.Value("KIND_WELCOME"))
        self.desk.down()
        self.desk.up()
        with wire.Door(self.desk.read) as again:  # and the test would have seen it come in
            self.assertEqual(again.ask_raw(wire.Kind.Value("KIND_HELLO")).kind, wire.Kind.Value("KIND_WELCOME"))


if __name__ == "__main__":
    main()
