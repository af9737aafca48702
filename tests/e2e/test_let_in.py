#!/usr/bin/python3
"""A key that was refused and is then granted comes in by itself: the agent's daemon, a submission that waits, a watch of the
bureau. Meanwhile each says once why it is outside."""

import sys
import time

import small
from harness import LONG, OK, QUEUED, DeskCase, main, wait_until

WITHIN = 30  # seconds from the grant until it is served
REFUSALS = 8 if LONG else 2  # before the grant: the waits between two grow


class LetIn(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog())
        self.desk.fetch("unit00")
        self.file = self.desk.file("figures.csv", small.csv_of("unit00", "2021-Q1", {"flow0": "7"}))

    def text(self, name):
        path = self.desk.dir / name
        return path.read_text("utf-8") if path.exists() else ""

    def until(self, condition, what, process):
        return wait_until(condition, [self.desk.dir], what, process=process)

    def outside(self, program, log, process):
        """Until it says that it is not let in, and the aggregator has refused that key some times."""
        self.until(lambda: "let" in self.text(log), f"{program} to say that it is outside", process)
        short = self.refused_key(program)
        self.until(lambda: short in self.text("aggregator.log"), f"{program} to be refused again", process)

    def refused_key(self, name):
        """As the aggregator's log says it of the last of so many refusals."""
        curve = self.desk.identity(name).curve[0].hex()
        return f"curve={curve} reason=unknown_key times={REFUSALS}"

    def grants(self, name, *roles):
        for role, *scope in roles:
            self.desk.allow(name, role, *scope)
        return time.monotonic()

    def judge(self, what, granted, log, sentence):
        spent = time.monotonic() - granted
        print(f"{what}: served {spent:.1f} s after the grant", file=sys.stderr)
        self.assertLess(spent, WITHIN)
        self.assertEqual(self.text(log).count(sentence), 1, "told once")

    def test_an_agent_that_runs(self):
        key = self.desk.key("clerk")
        self.ends(self.desk.agent("unit00", "submit", "--key", key, "--wait", "0", self.file), QUEUED)
        log = "agent.log"
        agent = self.desk.start("jibao-agent", "--home", self.desk.home("unit00"), "--key", key, "run", log=log)
        self.outside("clerk", log, agent)
        granted = self.grants("clerk", ("report", "--units", "unit00"))
        self.until(lambda: "outcome=accepted" in self.text(log), "the receipt", agent)
        self.judge("agent run", granted, log, "does not let this key in")
        self.assertIn(self.desk.identity("clerk").public.hex(), self.text(log))
        agent.terminate()
        self.assertEqual(agent.wait(30), OK)

    def test_an_agent_whose_key_is_suspended_for_a_while(self):
        self.desk.allow("clerk", "report", "--units", "unit00")
        key, log = self.desk.key("clerk"), "agent.log"
        agent = self.desk.start("jibao-agent", "--home", self.desk.home("unit00"), "--key", key, "run", log=log)
        self.until(lambda: "sender.online" in self.text(log), "the agent to be in", agent)
        self.ends(self.desk.security("suspend", self.desk.public("clerk")), OK)
        self.ends(self.desk.agent("unit00", "submit", "--key", key, "--wait", "0", self.file), QUEUED)
        self.until(lambda: "what is queued waits" in self.text(log), "the agent to say that its key is suspended", agent)
        self.until(lambda: "reason=key_suspended times=2" in self.text("aggregator.log"), "the agent to be refused", agent)
        self.ends(self.desk.security("resume", self.desk.public("clerk")), OK)
        granted = time.monotonic()
        self.until(lambda: "outcome=accepted" in self.text(log), "the receipt", agent)
        self.judge("agent resumed", granted, log, "what is queued waits")

    def test_a_submission_that_waits(self):
        log = "submit.log"
        submit = self.desk.start("jibao-agent", "--home", self.desk.home("unit00"), "--key", self.desk.key("clerk"), "submit",
                                 "--wait", "100", self.file, log=log)
        self.outside("clerk", log, submit)
        granted = self.grants("clerk", ("report", "--units", "unit00"))
        self.assertEqual(submit.wait(2 * WITHIN), OK)
        self.judge("agent submit", granted, log, "does not let this key in")
        self.assertIn("1 accepted", self.text(log))

    def test_a_watch(self):
        log, out = "watch.log", self.desk.dir / "watch.json"
        with open(out, "wb") as stream:
            watch = self.desk.start("jibao", "--key", self.desk.key("reader"), "watch", "-o", "json", "--snapshot", log=log, stdout=stream)
        self.outside("reader", log, watch)
        granted = self.grants("reader", ("read", "--everywhere"))
        self.until(lambda: "snapshot_end" in self.text("watch.json"), "the snapshot", watch)
        self.judge("watch", granted, log, "not let in at")
        watch.terminate()
        self.assertEqual(watch.wait(30), OK)

    def test_a_watch_that_is_given_a_time_says_why_it_ends(self):
        done = self.desk.bureau("--key", self.desk.key("reader"), "watch", "--timeout", "5")
        self.ends(done, 1, "does not let this key in", "no answer", self.desk.identity("reader").public.hex())


if __name__ == "__main__":
    main()
