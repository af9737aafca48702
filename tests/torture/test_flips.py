#!/usr/bin/python3
"""Single bits of a real store are turned over, one at a time, anywhere in its file: verify finds each one, or what the store says
is the same as before, byte for byte. LMDB may crash on a page; verify may not. And no figure is ever served that is not the one
that was sent: some of the damaged stores are served and asked.

    --seed N     play one run again
    --flips N    as many (default 1,000; 10,000 with JIBAO_LONG=1)
"""

import os
import random
import re
import shutil
import struct
import sys

import desk as d
import harness
from desk import load, small, wire

AGENTS = 4
ROUNDS = 5
PERIODS = small.QUARTERS[:3]
SERVED_EVERY = 50
HEAD_BYTES = 2 * 4096  # the two pages that the file begins with: every tenth flip is there
OPTIONS = {"flips": 10000 if d.LONG else 1000}
seed = random.Random(1)


class Flips(d.DeskCase):
    def setUp(self):
        super().setUp()
        self.units = [small.unit_code(n) for n in range(AGENTS)]
        self.desk.up()
        self.desk.load(small.catalog())
        self.desk.fetch(*self.units)
        for number in range(ROUNDS):
            for unit in self.units:
                values = {i: str(seed.randrange(1, 10**6)) for i in seed.sample(d.INDICATORS, 4)}
                path = self.desk.file("figures.csv", small.csv_of(unit, seed.choice(PERIODS), values))
                self.ends(self.desk.agent(unit, "submit", path), d.OK)
            d.tell(f"round {number + 1} of {ROUNDS}")
        self.copy = self.desk.dir / "copy"
        self.take_copy()

    def take_copy(self):
        """Of the store as it is; the aggregator is stopped then."""
        self.wanted = self.state()
        with wire.Client(self.desk.write, self.desk.read) as client:
            self.revision = client.hello().revision
        self.desk.down()
        shutil.rmtree(self.copy, ignore_errors=True)
        self.ends(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, self.copy), d.OK)  # without free pages
        for name in ("server.key", "server.pub"):
            shutil.copy(self.desk.store / name, self.copy)

    def state(self):
        with wire.Client(self.desk.write, self.desk.read, timeout=5) as client:
            return wire.expected_state(client, units=["county", *self.units], groups=["odd"], periods=PERIODS)

    def verify(self):
        done = self.desk.run("jibao-aggregator", "verify", "--dir", self.copy, timeout=300)
        found = re.search(rb"dump=([0-9a-f]{64}) ", done.out)
        return done, found.group(1) if found else None

    def serves_nothing_wrong(self, what):
        """The damaged store is served: it refuses to start, fails, or says what was sent. True: it answered."""
        try:
            self.desk.up(store=self.copy)
            state = self.state()
        except Exception:  # pylint: disable=broad-except
            return False  # silence, a refusal, an exit: anything but a figure
        finally:
            if self.desk.aggregator:
                self.desk.down(9)
        self.assertEqual(state, self.wanted, what)
        return True

    def test_each_flip_is_found_or_changes_nothing(self):
        done, dump = self.verify()
        self.ends(done, d.OK)
        path = self.copy / "data.mdb"
        whole = path.read_bytes()
        found = same = crashed = asked = served = 0
        for number in range(OPTIONS["flips"]):
            at = seed.randrange(HEAD_BYTES if number % 10 == 0 else len(whole))
            bit = seed.randrange(8)
            what = f"bit {bit} of byte {at} of {len(whole)}"
            with open(path, "r+b", buffering=0) as file:
                os.pwrite(file.fileno(), bytes([whole[at] ^ (1 << bit)]), at)
            done, got = self.verify()
            self.assertIn(done.code, (d.OK, harness.FAILED, d.STORAGE_FAILED), f"{what}: {done}")
            if done.code == d.OK:
                self.assertEqual(got, dump, f"{what} was not found: {done}")
                same += 1
            else:
                found += 1
                crashed += "signal" in done.text
            if number % SERVED_EVERY == SERVED_EVERY // 2 + 1:
                asked += 1
                served += self.serves_nothing_wrong(what)
                path.write_bytes(whole)
            with open(path, "r+b", buffering=0) as file:
                os.pwrite(file.fileno(), whole[at:at + 1], at)
        self.ends(self.verify()[0], d.OK)
        d.tell(f"{found} flips found ({crashed} crashed LMDB), {same} changed nothing, of {OPTIONS['flips']} in {len(whole)} bytes; "
               f"{served} of {asked} damaged stores answered, and rightly")

    def make_longer_than_the_file(self, revision):
        """The ledger's entry of that revision says that it is a gibibyte long: LMDB believes it, and reading it crashes."""
        data = bytearray((self.copy / "data.mdb").read_bytes())
        key = struct.pack(">Q", revision)
        at = data.find(struct.pack("<HH", 0, 8) + key)  # a leaf's node: length low, length high, flags, key's length, key
        count = 0
        while at >= 4:
            length = struct.unpack_from("<HH", data, at - 4)
            if (at - 4) % 2 == 0 and 0 < length[0] < 4096 and length[1] == 0:
                struct.pack_into("<H", data, at - 2, 0x4000)
                count += 1
            at = data.find(struct.pack("<HH", 0, 8) + key, at + 1)
        self.assertGreater(count, 0)
        (self.copy / "data.mdb").write_bytes(data)

    def test_a_page_that_crashes_lmdb_is_reported_by_the_daemon_which_lives_on(self):
        """In an entry that it does not read for its own sake: the newest 256 are read before anything is written."""
        self.desk.up()
        load.Writers(self.desk, seed, 2, [small.unit_code(n) for n in range(AGENTS, 2 * AGENTS)], 150).finish()
        self.take_copy()
        self.make_longer_than_the_file(3)
        self.ends(self.verify()[0], harness.FAILED, "signal", "pages are damaged")
        self.desk.up(store=self.copy)
        with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
            for _ in range(2):
                answer = client.verify(timeout=60)
                self.assertFalse(answer.clean)
                self.assertRegex(" ".join(answer.problems), "LMDB failed .signal [0-9]+.*pages are damaged")
                self.assertEqual(answer.snapshot.revision, client.hello().revision)
        self.assertEqual(self.state(), self.wanted)
        done = self.ends(self.desk.bureau("verify"), harness.FAILED, "NOT CLEAN", "signal")
        self.assertNotIn("clean:", done.text)
        self.assertEqual([path.name for path in self.copy.glob("verify*")], [])
        self.desk.down()

    def until_it_ends(self, *args):
        """A command that may be ended by a signal: LMDB's."""
        log = self.desk.dir / "ended.log"
        log.unlink(missing_ok=True)
        command = self.desk.start("jibao-aggregator", *args, log=log.name)
        code = command.wait(harness.PATIENCE)
        self.desk.children.remove(command)
        return code, log.read_text()

    def test_a_store_that_crashes_its_daemon_at_the_start_says_so(self):
        self.make_longer_than_the_file(self.revision)
        code, text = self.until_it_ends("run", "--dir", self.copy, "--write", "tcp://127.0.0.1:*", "--read", "tcp://127.0.0.1:*")
        self.assertNotIn(code, (d.OK, harness.USAGE))
        if not harness.SANITIZED:  # a sanitizer has words of its own
            self.assertIn(f"verify --dir {self.copy}", text)

    def test_damaged_first_pages_are_not_served(self):
        """LMDB would take the page that is whole, which is the state before the last commit."""
        with open(self.copy / "data.mdb", "r+b", buffering=0) as file:
            for at in (16, 4096 + 16):  # the magic numbers
                whole = os.pread(file.fileno(), 1, at)
                os.pwrite(file.fileno(), bytes([whole[0] ^ 1]), at)
                for command in ("run", "rebuild"):
                    self.ends(self.desk.run("jibao-aggregator", command, "--dir", self.copy), d.STORAGE_FAILED, "damaged", "verify")
                os.pwrite(file.fileno(), whole, at)
        self.ends(self.verify()[0], d.OK)

    def test_derived_tables_are_made_anew(self):
        """Whatever is damaged but the ledger and the first pages, one command makes it anew, though LMDB may crash on it; and what
        the command cannot do it leaves alone."""
        clean, dump = self.verify()
        self.ends(clean, d.OK)
        path = self.copy / "data.mdb"
        whole = path.read_bytes()
        made = refused = ledger = 0
        tables = set()
        for _ in range(OPTIONS["flips"] // 4):
            at = seed.randrange(HEAD_BYTES, len(whole))
            bit = seed.randrange(8)
            what = f"bit {bit} of byte {at} of {len(whole)}"
            path.write_bytes(whole[:at] + bytes([whole[at] ^ (1 << bit)]) + whole[at + 1:])
            done, _ = self.verify()
            if done.code == d.OK:
                continue
            named = set(re.findall(r"table (\w+), key", done.text))
            damaged = path.read_bytes()
            code, rebuilt = self.until_it_ends("rebuild", "--dir", self.copy)
            if code == d.OK:
                made += 1
                tables |= named
                after, again = self.verify()
                self.ends(after, d.OK)
                self.assertEqual(again, dump, what)
            else:
                refused += 1
                self.assertTrue(path.read_bytes() == damaged, f"{what}: changed, though {rebuilt}")
                self.assertTrue(rebuilt.strip(), what)
                self.assertNotIn("could be read to its end", done.text, what)
                self.assertRegex(done.text, "entry|first pages|table ledger|damaged", f"{what}: {rebuilt}")
                ledger += "entry " in done.text
        for table in ("receipts", "cells", "changes"):
            self.assertIn(table, tables)
        d.tell(f"{made} damaged stores made anew, of tables {sorted(tables)}; {refused} left alone, of which {ledger} with a damaged entry")


if __name__ == "__main__":
    seed = d.seed_from()
    OPTIONS = d.options(sys.argv, **OPTIONS)
    d.main()
