"""Live events through the gateway: each change once and in order across every break, or a reset; shared, bounded, and no reader slows
another one down."""

import pathlib
import re
import signal
import time

import harness
import small
import wire
from gateway import GatewayCase, Stream, pump_all

READERS = 500 if harness.LONG else 60


class Events(GatewayCase):
    def serve(self, *args):
        self.desk.up()
        self.desk.load(small.catalog())
        self.desk.let_gateway_in()
        self.desk.gateway_up("--visitors", "all", *args)
        self.desk.wait_ready()
        self.last = {}
        self.number = 0

    def change(self, client, unit="unit00", **fields):
        """One accepted submission, of values that were never there before; its revision."""
        self.number += 1
        message = wire.make(unit, "work", "2023-Q1", {f"flow{n}": str(self.number) for n in range(6)}, 1,
                            predecessor=self.last.get(unit, b""), **fields)
        while True:
            try:
                receipt = client.submit(message)
                break
            except wire.Refused as refused:
                if refused.codes != ["rate_limited"]:
                    raise
        self.assertEqual(receipt.outcome, wire.submission.ACCEPTED, receipt)
        self.last[unit] = message.id
        return receipt.revision

    def client(self):
        client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(client.close)
        return client

    @staticmethod
    def revisions(stream):
        return [int(frame["data"]["revision"]) for _, frame in stream.frames if frame["event"] == "changes"]

    def metric(self, name):
        return int(re.search(rf"^jibao_gateway_{name} (\d+)$", self.desk.get("/metrics").body.decode(), re.M)[1])

    def test_a_submission_is_seen_within_a_second(self):
        self.serve()
        client = self.client()
        with Stream(self.desk, "units=county&acts=true") as stream:
            opened = stream.next("open")
            self.assertEqual(stream.status, 200)
            self.assertEqual(int(opened["data"]["revision"]), client.hello().revision)
            began = time.monotonic()
            revision = self.change(client)
            frame = stream.next("changes")
            self.assertLess(stream.frames[-1][0] - began, 1)
            self.assertEqual(int(frame["data"]["revision"]), revision)
            self.assertEqual(frame["id"], frame["data"]["token"])
            self.assertEqual({cell["unit"] for cell in frame["data"]["cells"]}, {"county"})

    def test_readers_of_the_same_share_one_watch(self):
        self.serve()
        streams = [Stream(self.desk, "units=county") for _ in range(20)] + [Stream(self.desk, "units=north")]
        pump_all(streams, lambda: all(stream.frames for stream in streams))
        self.assertEqual((self.metric("streams"), self.metric("watches")), (21, 2))
        revision = self.change(self.client())
        pump_all(streams, lambda: all(self.revisions(stream) == [revision] for stream in streams))
        for stream in streams:
            stream.close()

    def test_last_event_id_resumes_without_a_hole(self):
        """Cut at every place: what was seen is every revision once."""
        self.serve()
        client = self.client()
        seen, made, last = [], [], None
        for cut in range(8):
            with Stream(self.desk, "units=county", last=last) as stream:
                self.assertEqual(stream.next()["event"], "continued" if last else "open")
                made += [self.change(client) for _ in range(cut)]
                while len(seen) + len(self.revisions(stream)) < len(made):
                    stream.next("changes")
                seen += self.revisions(stream)
                self.assertNotIn("reset", [frame["event"] for _, frame in stream.frames])
                last = stream.last
            made += [self.change(client) for _ in range(3)]  # while nobody looks
        with Stream(self.desk, "units=county", last=last) as stream:
            self.assertEqual(stream.next()["event"], "continued")
            while len(seen) + len(self.revisions(stream)) < len(made):
                stream.next("changes")
            seen += self.revisions(stream)
        self.assertEqual(seen, made)

    def test_a_killed_gateway_resumes_from_the_readers_ids(self):
        self.serve()
        client = self.client()
        with Stream(self.desk, "units=county") as stream:
            stream.next("open")
            made = [self.change(client)]
            stream.next("changes")
            last = stream.last
        address = self.desk.address
        self.desk.gateway_down(signal.SIGKILL)
        made += [self.change(client) for _ in range(5)]
        self.desk.gateway_up("--visitors", "all", listen=address)
        with Stream(self.desk, "units=county", last=last) as stream:
            self.assertEqual(stream.next()["event"], "continued")
            for revision in made[1:]:
                self.assertEqual(int(stream.next("changes")["data"]["revision"]), revision)
            self.assertNotIn("reset", [frame["event"] for _, frame in stream.frames])

    def test_an_open_stream_survives_the_aggregator(self):
        """The stream stays; what happened meanwhile comes once, and readers are told that the aggregator was away."""
        self.serve()
        client = self.client()
        with Stream(self.desk, "units=county") as stream:
            stream.next("open")
            made = [self.change(client)]
            stream.next("changes")
            write, read = self.desk.write, self.desk.read
            self.desk.down(signal.SIGKILL)
            self.assertEqual(stream.next("aggregator")["data"], {"reached": False})
            self.desk.up(write=write, read=read)
            made += [self.change(self.client()) for _ in range(3)]
            while self.revisions(stream) != made:
                stream.next("changes", "reset")
            told = [frame["data"] for _, frame in stream.frames if frame["event"] == "aggregator"]
            self.assertEqual(told, [{"reached": False}, {"reached": True}])
            self.assertNotIn("reset", [frame["event"] for _, frame in stream.frames])

    def test_what_cannot_be_resumed_says_reset(self):
        self.serve()
        with Stream(self.desk, "units=county") as stream:
            stream.next("open")
            token = stream.last
        store, rest = token.split("-", 1)
        other = "0" * 31 + ("1" if store[-1] != "1" else "2")
        for query, last, reason in (("units=north", token, "filter"), ("units=county", f"{other}-{rest}", "store"),
                                    ("units=county", "garbage", "malformed")):
            with Stream(self.desk, query, last=last) as stream:
                reset = stream.next("reset")
                self.assertEqual(reset["data"]["reason"], reason)
                stream.next("snapshot_end", "open", "progress")
                self.assertNotEqual(stream.last, last)
        for last in ("a b", "x" * 600, "\x7f"):
            reply = self.desk.get("/api/v1/events", headers={"Last-Event-ID": last}, units="county")
            self.assertEqual((reply.status, reply.json["field"]), (400, "Last-Event-ID"), reply)
        self.assertEqual(self.desk.get("/api/v1/events", **{"from": token}).json["field"], "from")
        self.assertEqual(self.desk.get("/api/v1/events", nothing="1").status, 400)

    def test_a_watch_that_is_refused_ends_with_the_reason(self):
        self.serve()
        with Stream(self.desk, "units=nowhere") as stream:
            ended = stream.next("ended")
            self.assertTrue(ended["data"], ended)
            pump_all([stream], lambda: stream.ended)

    def test_no_more_streams_than_the_settings_say(self):
        self.serve("--streams", "3")
        streams = [Stream(self.desk, "units=county") for _ in range(3)]
        pump_all(streams, lambda: all(stream.frames for stream in streams))
        self.assertEqual(self.desk.get("/api/v1/events", units="county").status, 503)
        self.assertEqual(self.desk.get("/livez").status, 200)
        streams.pop().close()
        deadline = time.monotonic() + harness.PATIENCE
        while self.metric("streams") > 2:  # nothing is sent meanwhile
            self.assertLess(time.monotonic(), deadline)
        streams.append(Stream(self.desk, "units=county"))
        streams[-1].next("open")
        for stream in streams:
            stream.close()

    def test_one_who_never_reads_holds_nobody_up(self):
        """Delays with and without a reader that takes nothing, until the gateway gives it up; memory stays bounded."""
        self.serve()
        client = self.client()
        streams = [Stream(self.desk) for _ in range(READERS)]
        pump_all(streams, lambda: all(stream.frames for stream in streams), 120)

        def measure(changes):
            """Milliseconds from the receipt to each reader, sorted."""
            delays = []
            for _ in range(changes):
                revision = self.change(client)
                stored = time.monotonic()
                pump_all(streams, lambda: all(stream.revision >= revision for stream in streams))
                for stream in streams:
                    delays.append(max(0, stream.frames[-1][0] - stored) * 1000)
                    del stream.frames[:-1]
            return sorted(delays)

        before = measure(20)
        never = Stream(self.desk, receive_buffer=4096)
        before_memory = self.memory_kib()
        rounds = 0
        while self.metric("streams_behind_total") == 0 and self.metric("streams") > READERS:
            for _ in range(200):
                self.change(client)
            revision = self.change(client)
            pump_all(streams, lambda: all(stream.revision >= revision for stream in streams))
            for stream in streams:
                del stream.frames[:-1]
            rounds += 1
            self.assertLess(rounds, 200)  # far beyond what the feed keeps
            if rounds == 1:
                during = measure(20)
        grown = self.memory_kib() - before_memory
        self.assertFalse(any(stream.ended for stream in streams), "nobody else was cut")
        worst = {name: (delays[len(delays) // 2], delays[len(delays) * 99 // 100]) for name, delays in
                 (("without", before), ("with", during))}
        print(f"{READERS} readers, milliseconds (median, 99 %): {worst}; memory {self.memory_kib()} KiB, grown by {grown} KiB", flush=True)
        if not harness.SANITIZED:
            self.assertLess(worst["with"][1], 5000)  # a machine under load pauses everybody
            self.assertLess(worst["with"][0], worst["without"][0] * 3 + 20)
            self.assertLess(grown, 24 * 1024)
        never.close()
        for stream in streams:
            stream.close()

    def memory_kib(self):
        status = pathlib.Path(f"/proc/{self.desk.gateway.pid}/status").read_text("ascii")
        return int(re.search(r"RssAnon:\s+(\d+)", status)[1])


if __name__ == "__main__":
    harness.main()
