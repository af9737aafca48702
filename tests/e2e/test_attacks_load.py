#!/usr/bin/python3
"""Attacks by numbers: connections that never finish their handshake, and unknown keys, hundreds a second, while real agents work.
Nothing of theirs is lost or refused, new ones come in, memory and log stay small. How long they waited is printed: a rate says
more of the machine than of the program."""

import contextlib
import pathlib
import re
import resource
import select
import socket
import subprocess
import sys
import time

import attacks
import wire
from attacks import AttackCase, E, grant, seen
from harness import LONG, PATIENCE, SANITIZED, die_with_parent, main

AGENTS = 4
SECONDS = 20 if LONG else 4  # of each measurement
PACE_S = 0.01  # agents that leave no time between would measure how the machine's cores are shared
CROWD = 1000
HANDSHAKE = 3  # seconds that the doors leave for one
GROWS_KIB_MAX = 128 * 1024
LOG_BYTES_MAX = 64 * 1024
FLOOD = pathlib.Path(__file__).with_name("flood.py")
UNFINISHED = [b"", b"\xff" + bytes(8) + b"\x7f", b"\xff" + bytes(8) + b"\x7f\x03\x01CURVE" + bytes(15 + 32)]


class Work:
    """Agents that send one correction after another, each over its own connection, and one more that comes anew each time."""

    def __init__(self, case):
        self.case, self.stopped = case, False
        self.took_us, self.came_us = [], []  # of each receipt; of each new connection with its first answer
        units = [f"unit{number:02d}" for number in range(1, AGENTS + 1)]
        self.keys = {unit: case.enrol(f"agent of {unit}", grant("report", unit)) for unit in units}
        self.last = dict.fromkeys(units, b"")
        self.sent = dict.fromkeys(units, 0)
        self.threads = []

    def start(self):
        self.stopped, self.took_us, self.came_us = False, [], []
        self.threads = [attacks.Worker(lambda unit=unit: self.work(unit)) for unit in self.keys]
        self.threads.append(attacks.Worker(self.come_and_go))

    def finish(self):
        self.stopped = True
        for thread in self.threads:
            thread.finish()

    def work(self, unit):
        with wire.Client(self.case.desk.write, self.case.desk.read, timeout=PATIENCE, who=self.keys[unit]) as client:
            while not self.stopped:
                message = wire.make(unit, "work", "2021-Q1", {"flow0": str(self.sent[unit] + 1)}, 1, predecessor=self.last[unit])
                began = time.monotonic_ns()
                receipt = client.submit(message)
                self.took_us.append((time.monotonic_ns() - began) // 1000)
                assert receipt.outcome == wire.submission.ACCEPTED, receipt
                self.last[unit], self.sent[unit] = message.id, self.sent[unit] + 1
                pause(PACE_S)

    def come_and_go(self):
        while not self.stopped:
            began = time.monotonic_ns()
            with wire.Door(self.case.desk.read, timeout=PATIENCE, who=self.case.agent) as door:
                assert seen(door.ask_raw(E.KIND_HELLO)) == "welcome"
            self.came_us.append((time.monotonic_ns() - began) // 1000)
            pause(PACE_S)

    def during(self, name, does):
        """Works while does() runs; the 99th percentile of the receipts, and what does() gave."""
        self.start()
        try:
            gave = does()
        finally:
            self.finish()
        p50, p99 = percentiles(self.took_us)
        new50, new99 = percentiles(self.came_us)
        print(f"{name}: {len(self.took_us)} receipts, p50 {p50} us, p99 {p99} us; {len(self.came_us)} new connections, "
              f"p50 {new50} us, p99 {new99} us", file=sys.stderr)
        return p99, gave


def percentiles(took_us):
    ordered = sorted(took_us)
    assert ordered, "nobody got anything"
    return ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100]


def pause(seconds=SECONDS):
    """The length of a measurement, or what an agent leaves between two submissions."""
    select.select([], [], [], seconds)


class Load(AttackCase):
    def setUp(self):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # the aggregator inherits it, as the unit file would give it
        self.addCleanup(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        super().setUp()
        self.work = Work(self)
        self.laid = self.clerk.hello().revision

    def nothing_lost(self):
        """Every receipt is an entry, each unit's last figure stands, and the store is what its ledger says."""
        sent = self.work.sent
        self.assertEqual(self.clerk.hello().revision, self.laid + sum(sent.values()))
        for unit, count in sent.items():
            self.assertEqual(self.clerk.value(unit, "flow0", "2021-Q1").value, str(count))
        self.settle()
        self.unharmed()
        self.verified()

    def files(self):
        return len(list(pathlib.Path(f"/proc/{self.desk.aggregator.pid}/fd").iterdir()))

    def memory_stays(self, before_kib):
        grown = self.desk.memory_kib() - before_kib
        print(f"memory grew by {grown} KiB to {self.desk.memory_kib()} KiB", file=sys.stderr)
        if not SANITIZED:
            self.assertLess(grown, GROWS_KIB_MAX)

    # ------------------------------------------------------------ connections that never finish

    def crowd(self):
        """A thousand bare connections at both doors; each is cut off and comes again, until a measurement is over and all of
        the first have been cut off. How often one was cut off."""
        doors = [endpoint.removeprefix("tcp://").rsplit(":", 1) for endpoint in (self.desk.write, self.desk.read)]
        poll, standing, cut, self.at_once = select.epoll(), {}, 0, 0

        def come(number):
            connection = socket.create_connection((doors[number % 2][0], int(doors[number % 2][1])), timeout=PATIENCE)
            connection.sendall(UNFINISHED[number % len(UNFINISHED)])
            standing[connection.fileno()] = (connection, number)
            poll.register(connection, select.EPOLLIN)

        for number in range(CROWD):
            come(number)
        ends = time.monotonic() + SECONDS
        deadline = ends + HANDSHAKE + PATIENCE
        while time.monotonic() < ends or cut < CROWD:
            self.assertLess(time.monotonic(), deadline, f"only {cut} were cut off")
            if self.at_once < CROWD:
                self.at_once = max(self.at_once, self.files())
            for fd, _ in poll.poll(1):
                connection, number = standing[fd]
                heard = b""
                with contextlib.suppress(ConnectionError):
                    heard = connection.recv(4096)
                if not heard:
                    poll.unregister(fd)
                    connection.close()
                    del standing[fd]
                    come(number)
                    cut += 1
        for connection, _ in standing.values():
            connection.close()
        poll.close()
        return cut

    def test_a_thousand_handshakes_that_never_end_disturb_no_agent(self):
        self.work.during("alone", pause)
        files, memory = self.files(), self.desk.memory_kib()
        _, cut = self.work.during(f"beside {CROWD} unfinished handshakes", self.crowd)
        print(f"{cut} cut off; {self.at_once} files open at once, {files} before", file=sys.stderr)
        self.assertGreater(self.at_once, CROWD * 9 // 10)
        self.memory_stays(memory)
        deadline = time.monotonic() + PATIENCE
        while self.files() > files + AGENTS:  # each connection is a file
            self.assertLess(time.monotonic(), deadline, f"{self.files()} files are still open")
            self.genuine.hello()
        self.nothing_lost()
        self.desk.down()
        text = self.log()
        self.assertGreaterEqual(int(re.search(r"handshake\.end failed=(\d+)", text)[1]), cut)
        self.assertIn(text.count("handshake.failed address="), range(1, 10 * 3 + 1))
        self.assertLess(len(text), LOG_BYTES_MAX)

    # ------------------------------------------------------------ unknown keys

    def flood(self, rate, programs):
        """So many unknown keys a second; how many knocked."""
        argv = [sys.executable, FLOOD, self.desk.write, self.desk.read, self.server.hex(), str(rate // programs), str(SECONDS)]
        running = [subprocess.Popen(argv, stdout=subprocess.PIPE, preexec_fn=die_with_parent) for _ in range(programs)]
        said = [one.communicate()[0] for one in running]
        self.assertEqual([one.returncode for one in running], [0] * programs)
        return sum(map(int, said))

    def log(self):
        return (self.desk.dir / "aggregator.log").read_text("utf-8", "replace")

    def test_unknown_keys_hundreds_a_second_disturb_no_agent(self):
        began = time.monotonic()
        normal, _ = self.work.during("alone", pause)
        memory = self.desk.memory_kib()
        beside, some = self.work.during("beside 200 unknown keys a second", lambda: self.flood(200, 1))
        print(f"p99 beside 200 a second / alone: {100 * beside // normal} %", file=sys.stderr)
        if not SANITIZED:
            self.assertLess(beside, 2 * normal + 100_000)
        _, many = self.work.during("beside 1,000 unknown keys a second", lambda: self.flood(1000, 2))
        print(f"{some} and {many} keys in {SECONDS} s each", file=sys.stderr)
        self.memory_stays(memory)
        self.nothing_lost()
        minutes = int(time.monotonic() - began) // 60 + 2
        self.desk.down()
        text = self.log()
        asked, let_in, refused = (int(re.search(rf"zap\.end .*\b{name}=(\d+)", text)[1]) for name in ("asked", "let_in", "refused"))
        told = re.findall(r'zap\.refused address="127\.0\.0\.1" curve=[0-9a-f]{64} reason=unknown_key times=\d+', text)
        summed = sum(map(int, re.findall(r"zap\.refused\.more count=(\d+)", text)))
        print(f"{asked} handshakes asked, {let_in} let in, {refused} refused; {len(told)} lines, {len(text)} bytes of log", file=sys.stderr)
        self.assertEqual(asked, let_in + refused)
        self.assertGreater(refused, (some + many) // 2)
        self.assertIn(len(told), range(1, 10 * minutes + 1))
        self.assertEqual(len(re.findall(r"zap\.refused address=", text)) + summed, refused, "every refusal is told or counted")
        self.assertLess(len(text), LOG_BYTES_MAX)

    def test_a_flood_of_refused_messages_is_counted_and_the_log_stays_small(self):
        """One key that may connect, and sends figures that are not its own."""
        liar = self.client(self.enrol("liar", grant("connect")))
        self.settle()
        payload, asked = wire.make("unit00", "work", "2021-Q2", {"flow0": "666"}, 1).SerializeToString(), 1000
        self.assertEqual(self.ask(liar, E.KIND_WATCH, wire.watch.Watch(units=["county"])), "refused: grant_missing")
        for _ in range(asked):
            liar.writer.send(E.KIND_SUBMIT, payload, self.store_id)
            self.assertEqual(seen(liar.writer.receive()), "refused: grant_missing")
        for _ in range(asked):
            self.assertEqual(self.ask(liar, E.KIND_AUDIT), "refused: grant_missing")
        self.unharmed()
        self.desk.down()
        text, minutes = self.log(), 3
        told = re.findall(r'message\.refused address="127\.0\.0\.1" key=\S+ kind=(\d+) reason=grant_missing', text)
        counted = {name: int(count) for name, count in re.findall(r"gate name=(\w+) refused=\d+ denied=(\d+)", text)}
        self.assertIn(len(told), range(2, 2 * 10 * minutes + 1))
        self.assertEqual({int(kind) for kind in told}, {E.KIND_SUBMIT, E.KIND_WATCH, E.KIND_AUDIT})
        self.assertEqual(counted, {"write": asked, "read": asked + 1})
        self.assertLess(len(text), LOG_BYTES_MAX)


if __name__ == "__main__":
    main()
