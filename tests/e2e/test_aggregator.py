#!/usr/bin/python3
"""The daemon as its operator meets it: starts, refusals to start, stops, copies, proofs, and a damaged store."""

import random
import signal

import load
import small
import wire
from harness import FAILED, OK, PATIENCE, RUNNING_ALREADY, STORAGE_FAILED, USAGE, DeskCase, main, wait_until

MARK = "a text that is easy to find again in the file of the store"


class Starting(DeskCase):
    def aggregator(self, *args):
        return self.desk.run("jibao-aggregator", *args)

    def test_one_store_one_process(self):
        self.desk.up()
        self.ends(self.aggregator("run", "--dir", self.desk.store, "--write", "tcp://127.0.0.1:*", "--read", "tcp://127.0.0.1:*"),
                  RUNNING_ALREADY, str(self.desk.aggregator.pid))
        self.assertTrue(self.desk.alive())
        self.desk.down()
        self.desk.up()

    def test_every_address_of_this_machine_and_no_others(self):
        self.desk.init()
        for address in ("tcp://0.0.0.0:*", "tcp://*:*"):
            self.desk.up(write=address, read=address, wait=False)
            self.desk.wait_for_doors(reach=lambda door: door.replace("0.0.0.0", "127.0.0.1"))
            self.desk.down()
        for address in ("tcp://192.0.2.1:5570", "pgm://eth0;239.1.1.1:5570", "nonsense"):
            for door, other in (("--write", "--read"), ("--read", "--write")):
                self.ends(self.aggregator("run", "--dir", self.desk.store, door, address, other, "tcp://127.0.0.1:*"), USAGE, address)

    def test_usage(self):
        for args in ((), ("no-such",), ("run",), ("run", "--dir", self.desk.store, "--map-size", "huge"), ("init",), ("restore",)):
            done = self.aggregator(*args)
            self.assertEqual(done.code, USAGE, done)
            self.assertTrue(done.text.strip())
        self.ends(self.aggregator("--help"), OK, "init", "run", "backup", "restore")

    def test_a_store_is_made_once_and_needed(self):
        done = self.aggregator("run", "--dir", self.desk.store)
        self.assertNotEqual(done.code, OK)
        self.assertIn(str(self.desk.store), done.text)
        self.desk.init()
        self.ends(self.aggregator("init", "--dir", self.desk.store, "--security-key", self.desk.public("security")), FAILED,
                  str(self.desk.store))

    def test_a_port_that_is_taken(self):
        self.desk.up()
        other = self.desk.dir / "other"
        self.desk.init(other)
        done = self.aggregator("run", "--dir", other, "--write", self.desk.write, "--read", "tcp://127.0.0.1:*")
        self.assertNotEqual(done.code, OK)
        self.assertIn(self.desk.write, done.text)

    def test_more_connections_than_the_soft_limit_of_files(self):
        self.desk.up(wrap=("prlimit", "--nofile=40:200"))
        doors = [wire.Door(self.desk.write) for _ in range(100)]
        for door in doors:
            self.addCleanup(door.close)
            door.send(wire.envelope.KIND_HELLO)
        for door in doors:
            self.assertIsNotNone(door.receive())
        self.assertIn("only 200 files may be open at once", (self.desk.dir / "aggregator.log").read_text("utf-8"))

    def test_ipc_doors(self):
        self.desk.up(write=f"ipc://{self.desk.dir}/w", read=f"ipc://{self.desk.dir}/r")
        with wire.Client(self.desk.write, self.desk.read) as client:
            self.assertEqual(client.hello().revision, self.desk.laid)


class Stopping(DeskCase):
    def stopped_by(self, sig):
        self.desk.up()
        self.desk.load(small.catalog())
        writers = load.Writers(self.desk, random.Random(1), 2, [small.unit_code(n) for n in range(8)])
        wait_until(lambda: writers.done() > 50, [self.desk.dir], "writes")
        child, self.desk.aggregator = self.desk.aggregator, None
        child.send_signal(sig)
        self.assertEqual(child.wait(PATIENCE), OK)
        for writer in writers.children:
            writer.kill()
            writer.wait()
        accepted = writers.done()
        self.ends(self.desk.run("jibao-aggregator", "verify", "--dir", self.desk.store, timeout=4 * PATIENCE), OK)
        self.desk.up()
        with wire.Client(self.desk.write, self.desk.read) as client:
            self.assertGreaterEqual(client.hello().revision, self.desk.laid + accepted)

    def test_terminated_under_load(self):
        self.stopped_by(signal.SIGTERM)

    def test_interrupted_under_load(self):
        self.stopped_by(signal.SIGINT)


class Copies(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog())
        with wire.Client(self.desk.write, self.desk.read) as client:
            last = b""
            for number in range(5):
                message = wire.make("unit00", "words", "2021-Q1", {"story": wire.Row(text=f"{MARK} {number}")}, 1, predecessor=last)
                self.assertEqual(client.submit(message).outcome, wire.submission.ACCEPTED)
                last = message.id
            self.assertEqual(client.submit(wire.make("unit01", "work", "2021-Q1", {"flow0": "7"}, 1)).outcome, wire.submission.ACCEPTED)

    def aggregator(self, *args):
        return self.desk.run("jibao-aggregator", *args, timeout=4 * PATIENCE)

    def test_a_backup_of_the_running_store_is_the_store(self):
        backup = self.desk.dir / "backup"
        self.ends(self.aggregator("backup", "--dir", self.desk.store, backup), OK)
        for store in (self.desk.store, backup):
            self.ends(self.aggregator("verify", "--dir", store), OK)
        self.assertEqual(self.aggregator("dump", "--dir", backup).out, self.aggregator("dump", "--dir", self.desk.store).out)
        self.assertNotEqual(self.aggregator("backup", "--dir", self.desk.store, backup).code, OK, "nothing is overwritten")

    def test_rebuilding_gives_the_same_bytes(self):
        self.desk.down()
        before = self.aggregator("dump", "--dir", self.desk.store).out
        self.ends(self.aggregator("rebuild", "--dir", self.desk.store), OK)
        self.assertEqual(self.aggregator("dump", "--dir", self.desk.store).out, before)
        self.ends(self.aggregator("verify", "--dir", self.desk.store), OK)

    def damage(self, text):
        """Turns one bit wherever the text stands in the store's file."""
        self.desk.down()
        data = self.desk.store / "data.mdb"
        body, text = bytearray(data.read_bytes()), text.encode()
        at = body.find(text)
        self.assertGreaterEqual(at, 0)
        while at >= 0:
            body[at + 2] ^= 1
            at = body.find(text, at + 1)
        data.write_bytes(bytes(body))
        done = self.aggregator("verify", "--dir", self.desk.store)
        self.assertNotEqual(done.code, OK, done)
        self.assertTrue(done.text.strip())

    def test_a_damaged_record_is_refused_and_never_served(self):
        self.damage(f"{MARK} 0")
        self.desk.up()
        with wire.Client(self.desk.write, self.desk.read) as client:
            self.assertEqual(client.value("unit01", "flow0", "2021-Q1").value, "7", "what is whole is served")
            with self.assertRaises(wire.Refused):
                client.value("unit00", "story", "2021-Q1", as_of_revision=self.desk.laid + 1)
            self.assertFalse(client.verify().clean)
        self.assertTrue(self.desk.alive())

    def test_a_damaged_end_of_the_ledger_is_told_at_the_start(self):
        self.damage(MARK)
        self.desk.up(wait=False)
        self.assertEqual(self.desk.aggregator.wait(PATIENCE), STORAGE_FAILED)
        self.desk.aggregator = None
        self.assertIn("verify", (self.desk.dir / "aggregator.log").read_text())

    def test_a_store_that_is_none(self):
        self.desk.down()
        (self.desk.store / "data.mdb").write_bytes(b"not a store" * 5000)
        for command in ("run", "verify", "dump", "rebuild"):
            done = self.aggregator(command, "--dir", self.desk.store)
            self.assertNotEqual(done.code, OK, done)
            self.assertIn(str(self.desk.store), done.text)


if __name__ == "__main__":
    main()
