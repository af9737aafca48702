#!/usr/bin/python3
"""Power cuts: the aggregator's store and the agents' homes lie on an ext4 of their own, which is shut down at random instants
under load as a power cut would leave it (whatever was not synced is gone, the journal is replayed at the next mount).

Needs root, a loop device and mkfs.ext4 in a private mount namespace; says so and is skipped without them.

    --cuts N     how many (10; 200 when JIBAO_LONG is 1)
    --seed N     play the same choices again
"""

import fcntl
import itertools
import os
import shutil
import struct
import subprocess
import sys
import time

import desk as d
from desk import small

AGENTS = 4
DISK_MIB = 512
EXT4_IOC_SHUTDOWN = 0x8004587D
NOTHING_MORE_IS_WRITTEN = 2  # EXT4_GOING_FLAGS_NOLOGFLUSH
given = {"cuts": 200 if d.LONG else 10}
seed = None


class Power(d.FireCase):
    def mounted(self):
        """Mounts the disk; why it cannot, or None."""
        done = subprocess.run(["mount", "-o", "loop", self.image, self.disk], check=False, capture_output=True, text=True)
        return done.stderr.strip() if done.returncode else None

    def setUp(self):
        super().setUp()
        if not d.namespace():
            self.skipTest("a disk of its own needs root and mount namespaces")
        if not shutil.which("mkfs.ext4"):
            self.skipTest("mkfs.ext4 is not installed")
        self.image, self.disk = self.desk.dir / "disk.img", self.desk.dir / "disk"
        self.disk.mkdir()
        with open(self.image, "wb") as image:
            image.truncate(DISK_MIB << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", self.image], check=True, capture_output=True)
        problem = self.mounted()
        if problem:
            self.skipTest(f"no loop device here: {problem}")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=False, capture_output=True)
        (self.disk / "agents").mkdir()
        (self.desk.dir / "agents").symlink_to(self.disk / "agents")
        self.desk.store = self.disk / "store"

    def cut(self, agents):
        """The power goes: first the disk, then everybody."""
        handle = os.open(self.disk, os.O_RDONLY)
        fcntl.ioctl(handle, EXT4_IOC_SHUTDOWN, struct.pack("I", NOTHING_MORE_IS_WRITTEN))
        os.close(handle)
        for agent in agents:
            agent.kill()
        self.desk.down(9)
        subprocess.run(["umount", self.disk], check=True)
        problem = self.mounted()
        self.assertIsNone(problem)

    def test_cut_again_and_again(self):
        desk, dice = self.desk, seed
        doors = {"write": f"ipc://{desk.dir}/write.sock", "read": f"ipc://{desk.dir}/read.sock"}
        desk.up(**doors)
        desk.load(small.catalog(units=AGENTS))
        numbers = itertools.count(1)
        agents = [d.Agent(desk, number, numbers, dice) for number in range(AGENTS)]
        watch = d.FolderWatch(*[agent.done for agent in agents])
        self.addCleanup(watch.close)
        os.sync()
        for agent in agents:
            agent.start()
        started = time.monotonic()
        for _ in range(given["cuts"]):
            self.feed_until(agents, watch, time.monotonic() + 1.5 * dice.random())
            self.cut(agents)
            desk.up(**doors)
            for agent in agents:
                agent.start()
        spent = time.monotonic() - started
        self.settle(agents)
        submissions = self.judge(agents, f"{given['cuts']} power cuts in {spent:.0f} s")
        self.assertGreater(submissions, given["cuts"], "too little was written to prove anything")


if __name__ == "__main__":
    d.in_namespace_of_its_own()
    given.update(d.options(sys.argv, **given))
    seed = d.seed_from()
    d.main()
