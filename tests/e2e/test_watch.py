#!/usr/bin/python3
"""G4 and G5: two hundred watches join while writes run at full rate; one is stopped for ten seconds; one is killed and
resumes; tokens of other filters and stores are reset with the reason.

    --seed N     play one run again
"""

import json
import random
import signal
import sys
import time

import load
import small
import wire
import zmq
from harness import LONG, OK, PATIENCE, SANITIZED, DeskCase, main, seed_from, wait_until

WATCHES = 200
WATCHERS = 5  # keys: one may have 64 watches
WRITES = 300 if SANITIZED else 800
WRITES_A_JOIN = 4  # beyond it the writers pause until the next one joins, so that what all must follow does not grow with the time it takes
STOPPED_SECONDS = 10
MEMORY_KIB_MAX = 256 * 1024
UNITS = [small.unit_code(n) for n in range(8)]
FILTERS = [dict(), dict(units=["county"]), dict(units=["north", "unit01"]), dict(groups=["odd"]), dict(indicators=["flow0", "flow3"]),
           dict(units=["south"], indicators=["flow1"]), dict(units=["unit02"]), dict(groups=["few"], indicators=["flow2"])]
EVERYTHING = dict(units=["county", "north", "south", *UNITS], groups=["odd", "few"])
seed = random.Random(1)


def percentile(values, part):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * part // 100)] if ordered else 0


def tell(text):
    print(text, file=sys.stderr, flush=True)


class WatchCase(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.client = wire.Client(self.desk.write, self.desk.read, timeout=60)
        self.addCleanup(self.client.close)
        self.assertEqual(self.client.put_catalog(small.catalog()).version, 1)
        self.desk.allow_report("county")

    def expected(self, filter_, revision=0):
        fields = dict(filter_)
        if not fields.get("units") and not fields.get("groups"):
            fields.update(EVERYTHING)
        return wire.expected_state(self.client, revision, periods=small.QUARTERS, **fields)

    def head(self):
        return self.client.hello().revision


class Crowd(WatchCase):
    def test_two_hundred_join_under_full_load(self):
        writers = load.Writers(self.desk, seed, 2, UNITS)
        watches, snapshots = [], []
        poller = zmq.Poller()
        by_socket = {}
        for number in range(WATCHERS):
            self.desk.allow(f"watcher{number}", "read", "--everywhere")
        who = [self.desk.identity(f"watcher{number}") for number in range(WATCHERS)]
        wait_until(lambda: writers.done() > 20, [self.desk.dir], "the writers to be at work")
        started = time.monotonic()
        for number in range(WATCHES):  # nobody reads the ones that joined before: they fall behind and catch up later
            writers.resume()
            watch = wire.Watch(self.desk.read, who=who[number % WATCHERS], **FILTERS[number % len(FILTERS)])
            self.addCleanup(watch.close)
            watches.append(watch)
            by_socket[watch.socket] = watch
            poller.register(watch.socket, zmq.POLLIN)
            while watch.snapshot_revision is None:
                self.assertIsNotNone(watch.step(PATIENCE), "no snapshot")
            if writers.done() > WRITES_A_JOIN * (number + 1):
                writers.pause()
            if number % 10 == 0:
                snapshots.append((watch.filter, watch.snapshot_revision, dict(watch.standing())))
        joined_at = self.head()
        writers.resume()
        while writers.busy() and writers.done() < WRITES:
            for ready, _ in poller.poll(200):
                by_socket[ready].step(0)
        writers.stop()
        accepted = writers.finish()
        head = self.head()
        deadline = time.monotonic() + 5 * PATIENCE  # Python takes some 15,000 events a second
        waiting = set(watches)
        while waiting:
            self.assertLess(time.monotonic(), deadline, f"{len(waiting)} watches have not heard of the head")
            for ready, _ in poller.poll(1000):
                by_socket[ready].step(0)
            waiting = {watch for watch in waiting if max(watch.revision, watch.head) < head}
        final = {}
        for number, watch in enumerate(watches):
            which = number % len(FILTERS)
            if which not in final:
                final[which] = self.expected(FILTERS[which])
            self.assertEqual(watch.standing(), final[which], f"watch {number}, {FILTERS[which]}")
            self.assertEqual((watch.resets, watch.ended), (["new"], ""))
        for filter_, revision, state in snapshots:
            self.assertEqual(state, self.expected(filter_, revision), f"the snapshot at {revision}, {filter_}")
        spent = time.monotonic() - started
        tell(f"{WATCHES} watches joined at revisions {watches[0].snapshot_revision} to {joined_at} of {head}; {len(accepted)} writes, "
             f"{sum(watch.events for watch in watches)} events followed in {spent:.1f} s; "
             f"aggregator's own memory {self.desk.memory_kib()} KiB")
        self.assertGreater(joined_at, watches[0].snapshot_revision + 20, "they joined while writes ran")
        if not SANITIZED:
            self.assertLess(self.desk.memory_kib(), MEMORY_KIB_MAX)


class Stopped(WatchCase):
    def test_one_stopped_for_ten_seconds_hurts_nobody(self):
        out = self.desk.dir / "watch" / "stopped.jsonl"
        out.parent.mkdir()
        with open(out, "wb") as stream:
            process = self.desk.start("jibao", "watch", "-o", "json", log="watch.log", stdout=stream)
        wait_until(lambda: b"snapshot_end" in out.read_bytes(), [out.parent], "the snapshot of the program", PATIENCE, process)
        delays, calm = [], []
        crowd = [wire.Watch(self.desk.read, record=lambda _r, _c, at: delays.append(time.time_ns() // 1000 - at),
                            **FILTERS[n]) for n in range(len(FILTERS))]
        for watch in crowd:
            self.addCleanup(watch.close)
            watch.until(self.head())
        poller = zmq.Poller()
        by_socket = {watch.socket: watch for watch in crowd}
        for watch in crowd:
            poller.register(watch.socket, zmq.POLLIN)

        def follow(seconds):
            end = time.monotonic() + seconds
            while (left := end - time.monotonic()) > 0:
                for ready, _ in poller.poll(max(1, int(left * 1000))):
                    by_socket[ready].step(0)

        writers = load.Writers(self.desk, seed, 1, UNITS)
        follow(2)
        calm, delays[:] = delays[:], []
        process.send_signal(signal.SIGSTOP)
        before = self.head()
        follow(STOPPED_SECONDS)
        after = self.head()
        memory = self.desk.memory_kib()
        during = delays[:]
        process.send_signal(signal.SIGCONT)
        writers.stop()
        accepted = writers.finish()
        head = self.head()
        for number, watch in enumerate(crowd):
            watch.until(head)
            self.assertEqual(watch.standing(), self.expected(FILTERS[number]))
            self.assertEqual(watch.resets, ["new"])
        tell(f"stopped for {STOPPED_SECONDS} s while {after - before} revisions were written; the others' delay p50 "
             f"{percentile(during, 50) / 1000:.1f} ms (before: {percentile(calm, 50) / 1000:.1f}), p99 "
             f"{percentile(during, 99) / 1000:.1f} ms (before: {percentile(calm, 99) / 1000:.1f}); "
             f"aggregator's own memory {memory} KiB")
        if not SANITIZED:
            self.assertLess(memory, MEMORY_KIB_MAX)
        self.whole(out, process, accepted, head)

    def whole(self, out, process, accepted, head):
        """What the stopped program printed is every change once: each accepted value of each cell, in order."""
        def caught_up():
            with open(out, "rb") as stream:
                stream.seek(max(0, stream.seek(0, 2) - 65536))
                lines = stream.read().split(b"\n")[1:-1]  # neither the first nor the last need be whole
            return lines and json.loads(lines[-1])["revision"] >= head

        wait_until(caught_up, [out.parent], "the stopped program to catch up", 2 * PATIENCE, process)
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)
        events = [json.loads(line) for line in out.read_bytes().splitlines() if line.startswith(b"{")]
        self.assertEqual([e["reason"] for e in events if e["type"] == "reset"], ["new"])
        changes = [e for e in events if e["type"] == "changes"]
        revisions = list(dict.fromkeys(e["revision"] for e in changes))
        self.assertEqual(revisions, [revision for revision, *_ in accepted])
        seen = {}
        for event in changes:
            for cell in event["cells"]:
                seen.setdefault((cell["unit"], cell["indicator"], cell["period"]), []).append(cell["value"])
        sent = {}
        for _, unit, period, values, _ in accepted:
            for indicator, value in values.items():
                sent.setdefault((unit, indicator, period), []).append(value)
        for key, values in sent.items():
            self.assertEqual(seen[key], values, key)


class Killed(WatchCase):
    def test_killed_and_resumed_from_its_last_token(self):
        """The program dies at random instants and goes on from the last token it printed: each change comes once."""
        writers = load.Writers(self.desk, seed, 2, UNITS)
        events, token, kills = [], None, 0
        for round_ in range(40 if LONG else 8):
            out = self.desk.dir / f"round{round_}" / "watch.jsonl"
            out.parent.mkdir()
            with open(out, "wb") as stream:
                process = self.desk.start("jibao", "watch", "-o", "json", *(["--from", token] if token else []), log="watch.log",
                                          stdout=stream)
            want = seed.randrange(1, 30)
            wait_until(lambda: out.read_bytes().count(b'"changes"') >= want, [out.parent], "changes", PATIENCE, process)
            process.kill()
            process.wait()
            kills += 1
            got = [json.loads(line) for line in out.read_bytes().splitlines(keepends=True) if line.endswith(b"}\n")]
            tokens = [(index, event["token"]) for index, event in enumerate(got) if event.get("token")]
            if tokens:
                index, token = tokens[-1]
                events += got[:index + 1]
        writers.stop()
        accepted = writers.finish()
        head = self.head()
        done = self.ends(self.desk.bureau("watch", "-o", "json", "--from", token, "--until-revision", head, timeout=2 * PATIENCE), OK)
        events += [json.loads(line) for line in done.out.splitlines()]
        self.assertEqual([e["reason"] for e in events if e["type"] == "reset"], ["new"])
        revisions = list(dict.fromkeys(e["revision"] for e in events if e["type"] == "changes"))
        first = next(e["revision"] for e in events if e["type"] == "snapshot_end")
        self.assertEqual(revisions, [revision for revision, *_ in accepted if revision > first])
        finished = [e["revision"] for e in events if e["type"] == "changes" and e.get("token")]
        self.assertEqual(len(finished), len(set(finished)), "a change came twice")
        tell(f"killed {kills} times, {len(revisions)} changes, each once")

    def test_a_token_of_another_store_is_reset(self):
        token = self.token()
        self.desk.down()
        other = self.desk.dir / "other"
        self.desk.init(other)
        self.desk.up(store=other)
        self.desk.load(small.catalog())
        self.first_event(["--from", token], "reset", "store")

    def test_a_token_of_an_older_epoch_is_reset(self):
        token = self.token()
        backup, again = self.desk.dir / "backup", self.desk.dir / "again"
        self.ends(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, backup), OK)
        self.desk.down()
        self.ends(self.desk.run("jibao-aggregator", "restore", backup, "--dir", again), OK)
        self.desk.up(store=again)
        self.first_event(["--from", token], "reset", "store")

    def test_another_filter_is_reset(self):
        token = self.token()
        self.first_event(["--from", token, "--unit", "north"], "reset", "filter")
        self.first_event(["--from", token], "continued", None)

    def token(self):
        file = self.desk.dir / "token"
        self.ends(self.desk.bureau("watch", "-o", "json", "--until-revision", self.head(), "--token-file", file), OK)
        return file.read_text().strip()

    def first_event(self, args, kind, reason):
        done = self.ends(self.desk.bureau("watch", "-o", "json", *args, "--until-revision", "1", "--quiet-exit", "5"), OK)
        event = json.loads(done.out.splitlines()[0])
        self.assertEqual((event["type"], event.get("reason") or None), (kind, reason), done)


if __name__ == "__main__":
    seed = seed_from()
    main()
