#!/usr/bin/python3
"""Many connections at once: the aggregator takes one batch while another is being committed, so copies, conflicts and stale
submissions meet in one batch, in two neighbouring ones, or further apart. Whatever the order: one reply for each message, on
its connection, in its order, and receipts that fit together."""

import hashlib
import sys

import harness
import small
import wire
from harness import DeskCase

CONNECTIONS, ROUNDS = 24, 12
UNITS = [small.unit_code(n) for n in range(8)]
FILINGS = [(unit, period) for unit in UNITS for period in small.QUARTERS[:6]]
ACCEPTED, CONFLICT, STALE = wire.submission.ACCEPTED, wire.submission.CONFLICT, wire.submission.STALE


class Batches(DeskCase):
    durable = True  # a commit that costs nothing leaves no time for a second batch

    def setUp(self):
        super().setUp()
        self.dice = dice
        self.desk.up()
        self.desk.load(small.catalog())
        self.client = wire.Client(self.desk.write, self.desk.read)
        self.addCleanup(self.client.close)
        self.doors = [wire.Door(self.desk.write) for _ in range(CONNECTIONS)]
        for door in self.doors:
            self.addCleanup(door.close)

    def exchange(self, messages):
        """Sends them over all connections without waiting; the receipts' bytes in the messages' order."""
        sent, receipts = [[] for _ in self.doors], [None] * len(messages)
        for index, payload in enumerate(messages):
            number = self.dice.randrange(CONNECTIONS)
            sent[number].append((self.doors[number].send(wire.envelope.KIND_SUBMIT, payload, self.client.store_id), index))
        for door, expected in zip(self.doors, sent):
            for request_id, index in expected:
                answer = door.receive()
                self.assertIsNotNone(answer, "a message has no reply")
                self.assertEqual(answer.request_id, request_id, "not the reply that is next on this connection")
                self.assertEqual(answer.kind, wire.envelope.KIND_RECEIPT)
                receipts[index] = answer.payload
        for door in self.doors:
            self.assertIsNone(door.receive(0), "a message has two replies")
        return receipts

    def four(self, filing, last, number):
        """A submission twice, other content under its id, and another id with the same predecessor; shuffled."""
        first = wire.make(*self.place(filing), {"flow0": str(number)}, 1, predecessor=last)
        other = wire.make(*self.place(filing), {"flow0": str(number + 1)}, 1, predecessor=last, id=first.id)
        rival = wire.make(*self.place(filing), {"flow0": str(number + 2)}, 1, predecessor=last)
        return [(message.id, message.SerializeToString()) for message in (first, first, other, rival)]

    @staticmethod
    def place(filing):
        return filing[0], "work", filing[1]

    def judge(self, group, receipts):
        """Who was first is chance; the rest follows. The id of the one that was accepted."""
        read = [wire.Receipt.FromString(receipt) for receipt in receipts]
        winners = {payload for (_, payload), receipt in zip(group, read) if receipt.outcome == ACCEPTED}
        self.assertEqual(len(winners), 1, "not exactly one content was accepted")
        winner = winners.pop()
        winner_id = next(key for key, payload in group if payload == winner)
        accepted = [receipt for (_, payload), receipt in zip(group, receipts) if payload == winner]
        self.assertEqual(len(set(accepted)), 1, "a repeat has another receipt")
        for (key, payload), receipt in zip(group, read):
            if payload != winner:
                self.assertEqual(receipt.outcome, CONFLICT if key == winner_id else STALE)
        return winner_id, winner

    def test_copies_conflicts_and_rivals_at_once(self):
        last, values = {filing: b"" for filing in FILINGS}, {}
        for turn in range(ROUNDS):
            groups = [self.four(filing, last[filing], 1 + 3 * turn) for filing in FILINGS]
            order = [(at, member) for at in range(len(groups)) for member in range(4)]
            self.dice.shuffle(order)
            receipts = self.exchange([groups[at][member][1] for at, member in order])
            by_place = dict(zip(order, receipts))
            for at, filing in enumerate(FILINGS):
                last[filing], winner = self.judge(groups[at], [by_place[at, member] for member in range(4)])
                values[filing] = wire.Submission.FromString(winner).rows[0].value
        for filing in FILINGS:
            self.assertEqual(self.client.value(filing[0], "flow0", filing[1]).value, values[filing])
        self.verified()

    def test_a_receipt_is_followed_by_what_it_accepts(self):
        """Receipts go out before readers are woken; who has one and asks is shown it all the same."""
        last = b""
        for number in range(200):
            message = wire.make("unit00", "work", "2021-Q1", {"flow0": str(number)}, 1, predecessor=last)
            self.assertEqual(self.client.submit(message).outcome, ACCEPTED)
            self.assertEqual(self.client.value("unit00", "flow0", "2021-Q1").value, str(number))
            last = message.id

    def test_the_parts_of_a_catalogue_keep_their_order(self):
        body = small.catalog(units=9).encode("utf-8") + b"# a note\n" * 150000
        digest = hashlib.blake2b(body, digest_size=32).digest()
        door, size = self.doors[0], wire.CATALOG_PART_BYTES
        offsets = range(0, len(body), size)
        for offset in offsets:
            part = wire.catalog.CatalogPut(hash=digest, size=len(body), offset=offset, bytes=body[offset:offset + size],
                                           replaces_version=1, epoch=1)
            door.send(wire.envelope.KIND_CATALOG_PUT, part.SerializeToString(), self.client.store_id)
        for offset in offsets:
            answer = door.receive()
            self.assertEqual(answer.kind, wire.envelope.KIND_CATALOG_PUT_DONE)
            done = wire.catalog.CatalogPutDone.FromString(answer.payload)
            self.assertFalse(done.findings)
            self.assertEqual(done.next_offset, min(offset + size, len(body)))
        self.assertEqual(done.version, 2)


if __name__ == "__main__":
    dice = harness.seed_from(sys.argv)
    harness.main()
