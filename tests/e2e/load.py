"""Writers at full rate for the tests: each keeps the filings of some units and knows their last submissions."""

import itertools
import random
import threading

import small
import wire


class Writer(threading.Thread):
    """Sends corrections of its units' filings one after the other; every value is one that was never sent before."""

    def __init__(self, desk, units, count, seed, values, version=1):
        super().__init__(daemon=True)
        self.desk, self.units, self.count, self.seed, self.values, self.version = desk, units, count, seed, values, version
        self.accepted = []  # (revision, unit, period, {indicator: value}, payload)
        self.last = {}
        self.problem = None
        self.stop = threading.Event()

    def run(self):
        try:
            with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
                for _ in range(self.count):
                    if self.stop.is_set():
                        break
                    self.one(client)
        except Exception as problem:  # told by the test's own thread
            self.problem = problem

    def one(self, client):
        unit, period = self.seed.choice(self.units), self.seed.choice(small.QUARTERS[:8])
        chosen = self.seed.sample(range(6), 3)
        values = {f"flow{n}": str(next(self.values)) for n in chosen}
        message = wire.make(unit, "work", period, values, self.version, predecessor=self.last.get((unit, period), b""))
        payload = message.SerializeToString()
        receipt = client.submit(payload)
        if receipt.outcome != wire.submission.ACCEPTED:
            raise AssertionError(f"not accepted: {receipt}")
        self.last[unit, period] = message.id
        self.accepted.append((receipt.revision, unit, period, values, payload))


def start(desk, seed, writers, units, count):
    """Some writers that share the units out among them."""
    values = itertools.count(1)
    made = [Writer(desk, units[n::writers], count, random.Random(seed.random()), values) for n in range(writers)]
    for writer in made:
        writer.start()
    return made


def finish(writers):
    """Waits for them; everything that was accepted, in the order of revisions."""
    for writer in writers:
        writer.join()
        if writer.problem:
            raise writer.problem
    return sorted(entry for writer in writers for entry in writer.accepted)
