#!/usr/bin/python3
"""Every submission sent again three times in random order: the canonical dump stays byte for byte, each receipt too.

    --seed N     play one run again
"""

import random

import desk as d
from desk import load, small, wire

UNITS = [small.unit_code(n) for n in range(8)]
seed = random.Random(1)


class Resend(d.DeskCase):
    def test_three_times_in_random_order(self):
        desk = self.desk
        desk.up()
        with wire.Client(desk.write, desk.read, timeout=60) as client:
            client.put_catalog(small.catalog())
            desk.allow_report("county")
            payloads = [entry[4] for entry in load.Writers(desk, seed, 8, UNITS, 1000 if d.LONG else 60).finish()]
            first = {payload: client.submit_raw(payload) for payload in payloads}
            before = self.dump()
            again = payloads * 3
            seed.shuffle(again)
            for number, payload in enumerate(again):
                if number == len(again) // 2:
                    desk.down(9)
                    desk.up(write=client.writer.endpoint, read=client.reader.endpoint)
                self.assertEqual(client.submit_raw(payload), first[payload])
            self.assertEqual(self.dump(), before)
        self.verified()
        d.tell(f"{len(payloads)} submissions, each sent five times; the dump of {len(before)} bytes is unchanged")

    def dump(self):
        return self.ends(self.desk.run("jibao-aggregator", "dump", "--dir", self.desk.store), d.OK).out


if __name__ == "__main__":
    seed = d.seed_from()
    d.main()
