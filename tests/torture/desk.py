"""What the torture programs share: the end-to-end desk and client, and the check of a store against what was sent."""

import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

# pylint: disable=unused-import,wrong-import-position
import load
import small
import wire
from harness import (LONG, OK, PATIENCE, SANITIZED, STORAGE_FAILED, Desk, DeskCase, FolderWatch, main, options, seed_from, wait_until)

BACKLOG = 3  # files that wait in each folder
PERIODS = small.QUARTERS[:10]
INDICATORS = [f"flow{n}" for n in range(6)]


def namespace():
    """Whether this process has mounts of its own."""
    return os.environ.get("JIBAO_NAMESPACE") == "1"


def in_namespace_of_its_own():
    """Starts this program again where its mounts are nobody else's. False when that is not possible."""
    if namespace():
        return True
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return False
    if subprocess.run(["unshare", "-m", "true"], check=False, capture_output=True).returncode != 0:
        return False
    os.execvpe("unshare", ["unshare", "-m", "--propagation", "private", sys.executable, *sys.argv], {**os.environ, "JIBAO_NAMESPACE": "1"})
    return False


def tell(text):
    print(text, file=sys.stderr, flush=True)


class Ledger:
    """Everything that the store says was ever submitted, asked figure by figure."""

    def __init__(self, client, units, periods, indicators):
        self.by_revision = {}  # revision -> (submission id, unit, period, {indicator: value})
        self.values = []       # (unit, period, indicator, value) of every row, doubles included
        for unit in units:
            for period in periods:
                for indicator in indicators:
                    answer = client.history(unit, indicator, period)
                    if answer.truncated:
                        raise AssertionError(f"the history of {unit} {indicator} {period} is cut")
                    for row in answer.rows:
                        known = self.by_revision.setdefault(row.revision, (row.submission_id, unit, period, {}))
                        if known[:3] != (row.submission_id, unit, period):
                            raise AssertionError(f"revision {row.revision} is of two submissions")
                        known[3][indicator] = row.value
                        self.values.append((unit, period, indicator, row.value))
        self.ids = [entry[0] for entry in self.by_revision.values()]


def check_against_what_was_sent(case, ledger, sent):
    """sent: (unit, period, indicator, value) -> times it may stand there (once). Nothing more, nothing less, no id twice."""
    case.assertEqual(len(ledger.ids), len(set(ledger.ids)), "a submission stands twice in the ledger")
    counted = {}
    for row in ledger.values:
        counted[row] = counted.get(row, 0) + 1
    doubled = [row for row, count in counted.items() if count > 1]
    case.assertEqual(doubled, [], "figures that came twice")
    case.assertEqual([row for row in counted if row not in sent], [], "figures that nobody sent")
    case.assertEqual([row for row in sent if row not in counted], [], "figures that were acknowledged and are missing")


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


class FireCase(DeskCase):
    """Agents under load: keeping them supplied, letting them finish, and the judgement at the end."""

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
            wait_until(lambda agent=agent: agent.waiting() == 0 or list(agent.refused.iterdir()), [agent.done, agent.refused],
                         f"{agent.unit}'s files to be done", 3 * PATIENCE, agent.process)
            self.assertEqual([path.name for path in agent.refused.iterdir()], [])
            self.assertEqual([path.name for path in agent.folder.glob("*.csv")], [])
        for agent in agents:
            self.assertIsNone(agent.process.poll(), f"{agent.unit}'s agent ended by itself")
            agent.process.terminate()
            self.assertEqual(agent.process.wait(PATIENCE), OK)

    def judge(self, agents, told):
        """The ledger against everything that was made and every receipt that was kept; how many submissions there are."""
        with wire.Client(self.desk.write, self.desk.read, timeout=60) as client:
            ledger = Ledger(client, [agent.unit for agent in agents], PERIODS, INDICATORS)
            sent = {row: 1 for agent in agents for row in agent.sent}
            check_against_what_was_sent(self, ledger, sent)
            stands = {entry[0].hex(): revision for revision, entry in ledger.by_revision.items()}
            acknowledged = 0
            for agent in agents:
                done = self.ends(self.desk.agent(agent.unit, "receipts", "-o", "csv"), OK)
                for row in done.rows():
                    identity = row["id"].replace("-", "")
                    self.assertEqual(int(row["revision"]), stands.get(identity), row)
                    acknowledged += 1
            self.assertEqual(acknowledged, len(ledger.ids), "every submission in the ledger has its receipt")
            answer = client.verify()
            self.assertEqual((answer.clean, list(answer.problems)), (True, []))
            self.assertEqual(answer.entries, self.desk.laid + len(ledger.ids), "what was laid, and each submission once")
        files = sum(agent.made for agent in agents)
        tell(f"{told}: {files} files, {len(ledger.ids)} submissions, {len(sent)} figures, each there once; verify clean")
        return len(ledger.ids)
