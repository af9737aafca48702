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

import desk as d
from desk import small

AGENTS = 8
given = {"kills": 5000 if d.LONG else 500}
seed = None


class Kill(d.FireCase):
    def test_killed_again_and_again(self):
        desk, dice = self.desk, seed
        doors = {"write": f"ipc://{desk.dir}/write.sock", "read": f"ipc://{desk.dir}/read.sock"}
        desk.up(**doors)
        desk.load(small.catalog(units=AGENTS))
        numbers = itertools.count(1)
        agents = [d.Agent(desk, number, numbers, dice) for number in range(AGENTS)]
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
        submissions = self.judge(agents, f"{aggregator_kills} kills of the aggregator and {agent_kills} of agents in {spent:.0f} s")
        self.assertGreater(submissions, given["kills"] // 2, "too little was written to prove anything")


if __name__ == "__main__":
    given.update(d.options(sys.argv, **given))
    seed = d.seed_from()
    d.main()
