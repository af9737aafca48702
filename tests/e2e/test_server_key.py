#!/usr/bin/python3
"""The server's key is changed for its next one, with an overlap in which who knows either is served: the commands of the
operator and of whoever manages keys, and what old and new clients see before, meanwhile and after."""

import pathlib

import small
import wire
from harness import FAILED, OK, REFUSED, USAGE, DeskCase, main, wait_until

ANY = "tcp://127.0.0.1:*"


class Pair:
    """What a client is configured with."""

    def __init__(self, write, read, server_key):
        self.write, self.read, self.server_key = write, read, server_key


class ServerKey(DeskCase):
    def setUp(self):
        super().setUp()
        self.doors = {"write": f"ipc://{self.desk.dir}/write.sock", "read": f"ipc://{self.desk.dir}/read.sock"}
        self.desk.up(**self.doors)
        self.desk.load(small.catalog())
        self.old_key = self.desk.store / "server.pub"
        self.old = Pair(self.desk.write, self.desk.read, self.old_key)
        self.key = self.desk.key("server-next", "server")
        self.new_key = f"{self.key}.pub"
        self.count = 0

    def rotate(self):
        """What the README says, up to the restart."""
        self.ends(self.desk.security("rotate", self.old_key, "--to", self.new_key, "--overlap-until", "+30d"), OK)

    def up_with_both(self):
        self.desk.down()
        self.desk.up("--next-key", self.key, "--next-write", ANY, "--next-read", ANY, **self.doors)
        lines = dict(line.split("=", 1) for line in (self.desk.dir / f"ports-{self.desk.starts}").read_text().splitlines())
        self.new = Pair(lines["next_write"], lines["next_read"], self.new_key)

    def use(self, pair):
        self.desk.server_key = pathlib.Path(pair.server_key)
        self.desk.point_at(pair.write, pair.read)

    def served(self, pair, unit):
        """A department that is configured with the pair submits, and proves its receipts."""
        self.use(pair)
        self.count += 1
        path = self.desk.file("figures.csv", small.csv_of(unit, small.QUARTERS[self.count], {"flow0": str(self.count)}))
        self.ends(self.desk.agent(unit, "catalog", "fetch"), OK)
        self.ends(self.desk.agent(unit, "submit", path), OK, "1 accepted")
        key = wire.public_of(pair.server_key).hex()
        self.ends(self.desk.agent(unit, "receipts", "--verify"), OK, "stand in the ledger", f"signed by {key}")

    def not_served(self, pair):
        self.use(pair)
        done = self.desk.bureau("--timeout", "4", "query", "--unit", "county", "--period", "2021-Q1")
        self.ends(done, FAILED, "no answer")

    def audited(self, pair, other):
        """An export bears the signature of the key that its maker knows."""
        self.use(pair)
        path = self.desk.dir / f"ledger-{self.count}.jsonl"
        self.ends(self.desk.bureau("audit", "--export", path), OK)
        self.ends(self.desk.bureau("audit", "--check", path, "--server-key", pair.server_key), OK)
        self.ends(self.desk.bureau("audit", "--check", path, "--server-key", other.server_key), FAILED, "not signed by that")

    def run_once(self, *args):
        return self.desk.run("jibao-aggregator", "run", "--dir", self.desk.store, *args)

    def test_the_store_names_the_next_key_first(self):
        self.ends(self.run_once("--next-key", self.key), USAGE, "--next-write", "--next-read")
        self.desk.down()
        both = ("--write", ANY, "--read", ANY, "--next-key", self.key, "--next-write", ANY, "--next-read", ANY)
        self.ends(self.run_once(*both), FAILED, "jibao key rotate")
        self.ends(self.run_once(*both[:-1], self.doors["read"], "--server-key", self.key), FAILED)

    def test_the_store_keeps_a_key_that_it_can_be_started_with(self):
        for change in (("revoke", self.old_key), ("suspend", self.old_key), ("rotate", self.old_key, "--to", self.new_key)):
            self.ends(self.desk.security(*change), REFUSED, "last_server_key", "--overlap-until")
        self.desk.down()
        # A key that only holds grants is no server's key.
        self.ends(self.run_once("--server-key", self.desk.key("desk")), FAILED, "is not the server key of this store")
        self.desk.up(**self.doors)
        self.served(self.old, "unit00")

    def test_either_key_is_served_and_then_the_next_one_alone(self):
        self.served(self.old, "unit00")
        self.rotate()
        self.served(self.old, "unit00")  # nothing has changed for anybody yet
        self.up_with_both()
        self.served(self.old, "unit00")
        self.served(self.new, "unit01")
        self.served(self.new, "unit00")  # a department goes over
        self.served(self.old, "unit01")
        self.not_served(Pair(self.new.write, self.new.read, self.old_key))
        self.not_served(Pair(self.old.write, self.old.read, self.new_key))
        self.audited(self.old, self.new)
        self.audited(self.new, self.old)
        # The old key is over: the same command line serves the next one alone.
        self.ends(self.desk.security("revoke", self.old_key), OK)
        self.desk.down()
        self.desk.up("--next-key", self.key, "--next-write", self.new.write, "--next-read", self.new.read, wait=False, **self.doors)
        ports = self.desk.dir / f"ports-{self.desk.starts}"
        wait_until(ports.exists, [self.desk.dir], "the doors", process=self.desk.aggregator)
        self.assertEqual(ports.read_text(), f"write={self.new.write}\nread={self.new.read}\n")
        self.assertIn("not good any more", (self.desk.dir / "aggregator.log").read_text("utf-8"))
        self.served(self.new, "unit01")
        self.not_served(self.old)
        # And so it stays, with the next key as the key, at any address.
        self.desk.down()
        self.ends(self.run_once(), FAILED, "is not the server key of this store")
        self.desk.start("jibao-aggregator", "run", "--dir", self.desk.store, "--server-key", self.key, "--write", self.old.write,
                        "--read", self.old.read, log="aggregator.log")
        self.served(Pair(self.old.write, self.old.read, self.new_key), "unit00")

    def test_an_agent_that_runs_is_served_over_both_restarts(self):
        self.desk.fetch("unit00")
        drop = self.desk.dir / "drop"
        (drop / "done").mkdir(parents=True)
        agent = self.desk.start("jibao-agent", "--home", self.desk.home("unit00"), "run", "--folder", drop, log="agent.log")

        def submit(number):
            name = f"f{number}.csv"
            self.desk.file(f"drop/{name}", small.csv_of("unit00", small.QUARTERS[number], {"flow0": "1"}))
            wait_until((drop / "done" / name).exists, [drop / "done"], name, process=agent)

        submit(0)
        self.rotate()
        self.up_with_both()
        submit(1)
        self.desk.down()
        self.desk.up(**self.doors)
        submit(2)


if __name__ == "__main__":
    main()
