#!/usr/bin/python3
"""Storage that says no: a full disk, a full map, and an fsync that fails while space is left.

Full: refused with "try again later", questions go on being answered, and writing resumes by itself when space returns. A failed
sync: no receipt, the program ends with 74, the next start is clean, nothing that was acknowledged is lost.

The full disk needs root for a small tmpfs of its own in a private mount namespace, the failing sync needs strace; a test that
cannot have what it needs says so and is skipped.
"""

import shutil
import subprocess
import unittest

import desk as d
from desk import small, wire

ACCEPTED, TRY_LATER = (wire.submission.Outcome.Value(name) for name in ("ACCEPTED", "TRY_LATER"))
DISK_MIB = 24
FILINGS = [(small.unit_code(n), period) for n in range(8) for period in small.QUARTERS]
TEXT = "季报" * 10000  # 60 KB a submission fill a disk quickly


class StorageCase(d.DeskCase):
    def setUp(self):
        super().setUp()
        self.accepted = {}

    def text(self, client, number):
        """One submission of a long text, of one filing after the other; its receipt."""
        filing = FILINGS[number % len(FILINGS)]
        before = self.accepted.setdefault(filing, [])
        message = wire.make(filing[0], "words", filing[1], {"story": wire.Row(text=f"{number} {TEXT}")}, 1,
                            predecessor=before[-1][0] if before else b"")
        receipt = client.submit(message)
        if receipt.outcome == ACCEPTED:
            before.append((message.id, receipt.revision))
        return receipt

    def count(self):
        return sum(map(len, self.accepted.values()))

    def fill(self, client, most):
        """Submits until the answer is "try later"; that receipt."""
        for number in range(most):
            receipt = self.text(client, number)
            if receipt.outcome != ACCEPTED:
                self.assertEqual(receipt.outcome, TRY_LATER, receipt)
                finding = receipt.findings[0]
                self.assertEqual((finding.code, finding.retry_helps), ("try_later", True))
                self.assertTrue(finding.sentence and finding.advice)
                return receipt
        raise AssertionError(f"{most} submissions did not fill it")

    def still_answers(self, client, head):
        self.assertEqual(client.hello().revision, head)
        self.assertTrue(client.value("unit00", "story", "2021-Q1").text)
        self.assertEqual(client.value("county", "flow0", "2021-Q1").reported, 0)
        self.assertTrue(self.desk.alive())

    def nothing_lost(self, client):
        for (unit, period), accepted in self.accepted.items():
            answer = client.history(unit, "story", period)
            self.assertFalse(answer.truncated)
            self.assertEqual([(row.submission_id, row.revision) for row in answer.rows], accepted)


class Full(StorageCase):
    @unittest.skipUnless(d.namespace(), "a small disk of its own needs root and mount namespaces")
    def test_full_disk(self):
        disk = self.desk.dir / "disk"
        disk.mkdir()
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK_MIB}m", "tmpfs", disk], check=True)
        self.addCleanup(subprocess.run, ["umount", "-l", disk], check=False)
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * (DISK_MIB << 19))
        store = disk / "store"
        self.desk.init(store)
        self.desk.up("--reserve", "2M", store=store)
        with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
            client.put_catalog(small.catalog())
            self.desk.allow_report("county")
            self.fill(client, 400)
            head = client.hello().revision
            self.still_answers(client, head)
            for number in range(20):
                self.assertEqual(self.text(client, number).outcome, TRY_LATER)
            path = self.desk.file("figures.csv", small.csv_of("unit01", "2021-Q1", {"flow1": "1"}))
            self.desk.fetch("unit01")
            self.ends(self.desk.agent("unit01", "submit", path, "--wait", "2"), 5)
            self.still_answers(client, head)
            ballast.unlink()
            self.assertEqual(self.text(client, 1000).outcome, ACCEPTED, "it resumes by itself")
            self.ends(self.desk.agent("unit01", "outbox", "--send"), d.OK)
            self.nothing_lost(client)
            self.assertTrue(client.verify().clean)
        self.desk.down()
        d.tell(f"disk full after {self.count() - 1} long texts; resumed by itself")

    def test_full_map(self):
        self.desk.up("--map-size", "16M", "--reserve", "0")
        with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
            client.put_catalog(small.catalog())
            self.desk.allow_report("county")
            self.fill(client, 400)
            head = client.hello().revision
            self.still_answers(client, head)
            for number in range(20):
                self.assertEqual(self.text(client, number).outcome, TRY_LATER)
            self.still_answers(client, head)
        self.desk.down()
        self.desk.up("--map-size", "64M")
        with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
            self.assertEqual(client.hello().revision, head)
            self.assertEqual(self.text(client, 1000).outcome, ACCEPTED)
            self.nothing_lost(client)
            self.assertTrue(client.verify().clean)
        d.tell(f"map full after {self.count() - 1} long texts; went on with a larger one")


@unittest.skipUnless(shutil.which("strace"), "strace is not installed")
class FailingSync(StorageCase):
    """The sync of a commit says EIO although space is left: nobody can know what is on disk, so nobody is told anything."""

    def attached(self, *inject):
        """strace on the running aggregator, once it holds every thread."""
        log = self.desk.dir / "strace.log"
        argv = ["strace", "-f", "-p", str(self.desk.aggregator.pid), "-o", str(log), *inject]
        tracer = subprocess.Popen(argv, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)
        self.desk.children.append(tracer)
        first = tracer.stderr.readline().decode()
        if "attached" not in first:
            self.skipTest(f"strace cannot attach here: {first.strip()}")
        return tracer

    def fails(self, *inject):
        self.desk.up()
        doors = self.desk.write, self.desk.read
        with wire.Client(*doors, timeout=60) as client:
            client.put_catalog(small.catalog())
            self.desk.allow_report("county")
            for number in range(5):
                self.assertEqual(self.text(client, number).outcome, ACCEPTED)
            head = client.hello().revision
            tracer = self.attached(*inject)
            aggregator = self.desk.aggregator
            message = wire.make("unit01", "work", "2021-Q1", {"flow0": "5"}, 1)
            request = client.writer.send(wire.envelope.KIND_SUBMIT, message.SerializeToString(), client.store_id)
            self.assertEqual(aggregator.wait(d.PATIENCE), d.STORAGE_FAILED)
            answer = client.writer.receive(0)
            self.assertIsNone(answer, f"an answer to {request.hex()} although its commit failed")
            self.desk.aggregator = None
            tracer.wait(d.PATIENCE)
        self.desk.up(write=doors[0], read=doors[1])
        with wire.Client(*doors, timeout=60) as client:
            self.assertIn(client.hello().revision, (head, head + 1))
            self.assertEqual(client.submit(message).outcome, ACCEPTED, "sent again, it is taken (or known already)")
            self.assertEqual(client.hello().revision, head + 1, "and stands once")
            self.nothing_lost(client)
            self.assertTrue(client.verify().clean)
        self.desk.down()

    def test_the_data_sync_fails(self):
        self.fails("-e", "trace=fdatasync,fsync,msync", "-e", "inject=fdatasync,fsync,msync:error=EIO:when=1")

    def test_writing_the_pages_fails(self):
        self.fails("-e", "trace=pwrite64,pwritev,writev", "-e", "inject=pwrite64,pwritev,writev:error=EIO:when=1")

    def test_writing_the_meta_page_fails(self):
        """The last write of a commit goes to the meta page, through a descriptor opened with O_DSYNC."""
        self.fails("-e", "trace=pwrite64", "-e", "inject=pwrite64:error=EIO:when=1+")


if __name__ == "__main__":
    d.in_namespace_of_its_own()
    d.main()
