#!/usr/bin/python3
"""The aggregator is killed and comes back, and all its agents with it, at once: 1,000 [10,000] keys, each with a connection of
its own under CURVE, in a few processes (crowd.c). Each gets the receipt of a new submission; memory stays bounded.

    --agents N   so many (a multiple of 10)
"""

import hashlib
import select
import subprocess
import sys
import time

import desk as d
from desk import small, wire

WITHIN = 30                # seconds from the doors' opening until the last agent has its receipt, on a quiet machine
MARGIN = 1 if d.LONG else 3
RSS_MIB_MAX = 512
AGENTS_A_UNIT = 10         # as crowd.c has it
AGENTS_A_PROCESS = 1250
PROCESSES_MIN = 4
WINDOW = 64                # grants under way: below what a door keeps for one connection

settings = {"agents": 10000 if d.LONG else 1000}


def identity(number, server):
    return wire.Identity(hashlib.blake2b(f"agent {number}".encode(), digest_size=32).digest(), server)


class Reconnect(d.DeskCase):
    def setUp(self):
        super().setUp()
        self.agents = settings["agents"]
        self.desk.up()
        self.desk.load(small.catalog(units=self.agents // AGENTS_A_UNIT))
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)
        self.store_id = self.client.store_id
        self.peak = 0

    def grants(self):
        """Each agent may report for its unit."""
        security = self.desk.identity("security")
        self.desk.allow("security", "connect")
        waiting = {number: self.change(number, security.server) for number in range(self.agents)}
        with wire.Door(self.desk.write, who=security) as door:
            while waiting:
                batch = list(waiting)[:WINDOW]
                for number in batch:
                    door.send(wire.envelope.KIND_KEY_CHANGE, waiting[number], self.store_id, request_id=number.to_bytes(8, "big"))
                for _ in batch:
                    answer = door.receive()
                    self.assertIsNotNone(answer, "no answer to a grant")
                    number = int.from_bytes(answer.request_id, "big")
                    if answer.kind == wire.envelope.KIND_REFUSED:
                        codes = wire.Refused(wire.envelope.Refused.FromString(answer.payload)).codes
                        self.assertEqual(codes, ["rate_limited"])  # goes again
                        continue
                    done = wire.keys.KeyChangeDone.FromString(answer.payload)
                    self.assertTrue(done.revision, done)
                    self.desk.laid = max(self.desk.laid, done.revision)
                    del waiting[number]

    @staticmethod
    def change(number, server):
        grant = wire.keys.Grant(role=wire.keys.ROLE_REPORT, units=[{"unit": small.unit_code(number // AGENTS_A_UNIT)}])
        return wire.keys.KeyChange(id=wire.uuid7(), epoch=1, action=wire.keys.KeyChange.ALLOW, label=f"agent {number}", grant=grant,
                                   holder={"key": identity(number, server).public}).SerializeToString()

    def start_crowd(self):
        count = max(PROCESSES_MIN, -(-self.agents // AGENTS_A_PROCESS))
        firsts = [self.agents * n // count for n in range(count + 1)]
        server = wire.public_of(self.desk.server_key).hex()
        for first, end in zip(firsts, firsts[1:]):
            argv = [self.desk.program("crowd"), self.desk.write, server, self.store_id.hex(), str(first), str(end - first)]
            child = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            self.addCleanup(child.stdin.close)
            self.desk.children.append(child)
            yield child

    @staticmethod
    def begin(crowd):
        for child in crowd:
            child.stdin.write("go\n")
            child.stdin.flush()

    def finish(self, crowd, seconds):
        """Until all have their receipts; the monotonic seconds at which half, 99 of 100 and all of them were served."""
        deadline, waiting, served, accepted = time.monotonic() + seconds, list(crowd), [], 0
        while waiting:
            self.peak = max(self.peak, self.desk.memory_kib() // 1024)
            self.assertLess(time.monotonic(), deadline, f"{len(waiting)} of {len(crowd)} processes wait for receipts")
            for stream in select.select([child.stdout for child in waiting], [], [], 0.1)[0]:
                numbers = [int(word) for word in stream.readline().split()]
                self.assertEqual(len(numbers), 4, "a crowd ended")
                accepted += numbers[0]
                served.append([number / 1e6 for number in numbers[1:]])
                waiting = [child for child in waiting if child.stdout is not stream]
        self.assertEqual(accepted, self.agents)
        return [max(column) for column in zip(*served)]

    def test_all_are_served_after_a_restart(self):
        self.grants()
        crowd = list(self.start_crowd())
        started = time.monotonic()
        self.begin(crowd)
        first = self.finish(crowd, 4 * d.PATIENCE)[2] - started
        self.desk.down(9)
        self.begin(crowd)
        self.desk.up(write=self.desk.write, read=self.desk.read)
        opened = time.monotonic()
        times = [at - opened for at in self.finish(crowd, WITHIN * MARGIN)]
        d.tell(f"{self.agents} agents, {len(crowd)} processes: first connected and served within {first:.1f} s; after the restart "
               f"half within {times[0]:.1f} s, 99 % {times[1]:.1f} s, all {times[2]:.1f} s; at most {self.peak} MiB (RssAnon)")
        self.assertLess(times[2], WITHIN * MARGIN)
        self.assertLess(self.peak, RSS_MIB_MAX)
        answer = self.client.verify()
        self.assertEqual((answer.clean, list(answer.problems)), (True, []))
        self.assertEqual(answer.entries, self.desk.laid + 2 * self.agents, "each submission once")


if __name__ == "__main__":
    settings = d.options(sys.argv, **settings)
    d.main()
