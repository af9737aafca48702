#!/usr/bin/python3
"""G1 under fire: the aggregator and eight agents are killed with SIGKILL at random instants while files pour in.

Eight real jibao-agent daemons take files from their folders; each file's figures are numbers that occur nowhere else. At the
end every file must have been taken, and the ledger must hold every figure exactly once and nothing else; every receipt that an
agent kept must name the revision where its submission stands; verify must be clean.

    --kills N    how many (500; 5,000 when JIBAO_LONG is 1)
    --seed N     play the same choices again
"""

import itertools
import sys
import time
import unittest

import desk as d
from desk import small, wire

AGENTS = 8
BACKLOG = 3  # files that wait in each folder
PERIODS = small.QUARTERS[:10]
INDICATORS = [f"flow{n}" for n in range(6)]
given = {"kills": 5000 if d.LONG else 500}
seed = None


class Agent:
    """One unit's daemon, its folder, and the files that were made for it."""

    def __init__(self, desk, number, numbers, dice):
        self.desk, self.unit, self.numbers, self.dice = desk, small.unit_code(number), numbers, dice
        self.folder = desk.dir / "drop" / self.unit
        self.done, self.refused = self.folder / "done", self.folder / "refused"
        for folder in (self.folder, self.done, self.refused):
            folder.mkdir(parents=True, exist_ok=True)
        self.made = self.counted = 0
        self.sent = {}
        self.process = None
        desk.fetch(self.unit)

    def start(self):
        self.process = self.desk.start("jibao-agent", "--home", self.desk.home(self.unit), "run", "--folder", self.folder,
                                       log=f"agent-{self.unit}.log")

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.desk.children.remove(self.process)

    def waiting(self):
        """Files that were made and are not done: in the folder or in the agent's keeping. What is done is counted and removed."""
        for path in self.done.glob("*.csv"):
            path.unlink()
            self.counted += 1
        return self.made - self.counted

    def feed(self):
        """Drops a file with one or two filings of new numbers, written elsewhere and moved in."""
        text = "unit,period,indicator,value\n"
        for period in self.dice.sample(PERIODS, self.dice.choice((1, 1, 2))):
            for indicator in self.dice.sample(INDICATORS, self.dice.randrange(1, 5)):
                value = str(next(self.numbers))
                text += f"{self.unit},{period},{indicator},{value}\n"
                self.sent[self.unit, period, indicator, value] = 1
        self.made += 1
        self.desk.file(f"drop/{self.unit}/f{self.made:06d}.csv", text)


class Kill(d.DeskCase):
    def test_killed_again_and_again(self):
        desk, dice = self.desk, seed
        doors = {"write": f"ipc://{desk.dir}/write.sock", "read": f"ipc://{desk.dir}/read.sock"}
        desk.up(**doors)
        desk.load(small.catalog(units=AGENTS))
        numbers = itertools.count(1)
        agents = [Agent(desk, number, numbers, dice) for number in range(AGENTS)]
        for agent in agents:
            agent.start()
        watch = d.FolderWatch(*[agent.done for agent in agents])
        self.addCleanup(watch.close)
        started = time.monotonic()
        aggregator_kills = agent_kills = 0
        for _ in range(given["kills"]):
            self.feed_until(agents, watch, time.monotonic() + dice.choice((0.01, 0.05, 0.1, 0.2, 0.4)) * dice.random())
            if dice.random() < 0.5:
                desk.down(9)
                desk.children[:] = [child for child in desk.children if child.poll() is None]
                desk.up(**doors, wait=False)
                aggregator_kills += 1
            else:
                agent = dice.choice(agents)
                agent.kill()
                agent.start()
                agent_kills += 1
        spent = time.monotonic() - started
        desk.wait_for_doors()
        self.settle(agents)
        for agent in agents:
            self.assertIsNone(agent.process.poll(), f"{agent.unit}'s agent ended by itself")
            agent.process.terminate()
            self.assertEqual(agent.process.wait(d.PATIENCE), d.OK)
        self.judge(agents, f"{aggregator_kills} kills of the aggregator and {agent_kills} of agents in {spent:.0f} s")

    def feed_until(self, agents, watch, instant):
        """Keeps every folder supplied until the instant of the next kill."""
        while True:
            for agent in agents:
                for _ in range(BACKLOG - agent.waiting()):
                    agent.feed()
            left = instant - time.monotonic()
            if left <= 0:
                return
            watch.wait(left)

    def settle(self, agents):
        """Every file gets done, and none is refused, without any further help."""
        for agent in agents:
            d.wait_until(lambda agent=agent: agent.waiting() == 0 or list(agent.refused.iterdir()), [agent.done, agent.refused],
                         f"{agent.unit}'s files to be done", 3 * d.PATIENCE, agent.process)
            self.assertEqual([path.name for path in agent.refused.iterdir()], [])
            self.assertEqual([path.name for path in agent.folder.glob("*.csv")], [])

    def judge(self, agents, told):
        with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
            ledger = d.Ledger(client, [agent.unit for agent in agents], PERIODS, INDICATORS)
            sent = {row: 1 for agent in agents for row in agent.sent}
            d.check_against_what_was_sent(self, ledger, sent)
            stands = {entry[0].hex(): revision for revision, entry in ledger.by_revision.items()}
            acknowledged = 0
            for agent in agents:
                done = self.ends(self.desk.agent(agent.unit, "receipts", "-o", "csv"), d.OK)
                for row in done.rows():
                    identity = row["id"].replace("-", "")
                    self.assertEqual(int(row["revision"]), stands.get(identity), row)
                    acknowledged += 1
            self.assertEqual(acknowledged, len(ledger.ids), "every submission in the ledger has its receipt")
            answer = client.verify()
            self.assertEqual((answer.clean, list(answer.problems)), (True, []))
            self.assertEqual(answer.entries, 2 + len(ledger.ids), "genesis, catalogue, and each submission once")
        self.assertGreater(len(ledger.ids), given["kills"] // 2, "too little was written to prove anything")
        files = sum(agent.made for agent in agents)
        d.tell(f"{told}: {files} files, {len(ledger.ids)} submissions, {len(sent)} figures, each there once; verify clean")


if __name__ == "__main__":
    given.update(d.options(sys.argv, **given))
    seed = d.seed_from()
    unittest.main(verbosity=2)
