"""Writers at full rate for the tests, each a process of its own: it keeps the filings of some units, knows their last
submissions, and sends corrections one after the other; every value is one that was never sent before.

    load.py WRITE READ UNITS SEED COUNT FIRST STRIDE     prints one line of JSON for each accepted submission
"""

import json
import os
import random
import signal
import subprocess
import sys
import time

import small
import wire

FOREVER = 10 ** 9


def submit(client, payload):
    """As any sender does: the writers share one key, so a fast machine sends more than a key may; the same bytes go again then."""
    while True:
        try:
            return client.submit(payload)
        except wire.Refused as refused:
            if refused.codes != ["rate_limited"]:
                raise
            time.sleep(0.02)


def work(write, read, units, seed, count, first, stride):
    dice = random.Random(int(seed))
    units, number, last = units.split(","), int(first), {}
    stopped = []
    signal.signal(signal.SIGTERM, lambda *_: stopped.append(True))
    with wire.Client(write, read, timeout=60) as client:
        version = client.hello().catalog_version
        for _ in range(int(count)):
            if stopped:
                break
            unit, period = dice.choice(units), dice.choice(small.QUARTERS[:8])
            values = {}
            for indicator in dice.sample(range(6), 3):
                values[f"flow{indicator}"] = str(number)
                number += int(stride)
            message = wire.make(unit, "work", period, values, version, predecessor=last.get((unit, period), b""))
            payload = message.SerializeToString()
            receipt = submit(client, payload)
            if receipt.outcome != wire.submission.ACCEPTED:
                raise SystemExit(f"not accepted: {receipt}")
            last[unit, period] = message.id
            print(json.dumps([receipt.revision, unit, period, values, payload.hex()]), flush=True)


class Writers:
    """Some writers that share the units out among them."""

    def __init__(self, desk, dice, count, units, each=FOREVER):
        self.outs, self.children = [], []
        for number in range(count):
            out = desk.dir / f"writer{number}.jsonl"
            argv = [sys.executable, __file__, desk.write, desk.read, ",".join(units[number::count]), dice.randrange(1 << 30), each,
                    number + 1, count]
            with open(out, "wb") as stream:
                child = subprocess.Popen(list(map(str, argv)), stdout=stream, stdin=subprocess.DEVNULL,
                                         env={**os.environ, "JIBAO_CONFIG": str(desk.conf)})
            desk.children.append(child)
            self.outs.append(out)
            self.children.append(child)

    def busy(self):
        return any(child.poll() is None for child in self.children)

    def done(self):
        """How many were accepted so far."""
        return sum(out.read_bytes().count(b"\n") for out in self.outs)

    def pause(self):
        for child in self.children:
            child.send_signal(signal.SIGSTOP)

    def resume(self):
        for child in self.children:
            child.send_signal(signal.SIGCONT)

    def stop(self):
        self.resume()
        for child in self.children:
            child.terminate()

    def finish(self):
        """Waits for them; (revision, unit, period, values, payload) of all that was accepted, in the order of revisions."""
        for child in self.children:
            if child.wait() != 0:
                raise AssertionError(f"a writer ended with {child.returncode}")
        lines = [json.loads(line) for out in self.outs for line in out.read_text().splitlines()]
        return sorted((*line[:4], bytes.fromhex(line[4])) for line in lines)


if __name__ == "__main__":
    work(*sys.argv[1:])
