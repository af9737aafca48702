"""The invented county of deploy/demo on a desk, played by its own script under a clock that the script moves."""

import os
import subprocess

from clock import ClockCase
from harness import BIN, OK, TOP, die_with_parent

PLAY = TOP / "deploy/demo/play"
PATIENCE = 300  # seconds for the year; it takes some 15


class DemoCase(ClockCase):
    def begin(self):
        """An aggregator under the clock, before anything of the story."""
        self.preloaded("Asia/Shanghai")
        self.at("2024-09-02 08:00:00")
        self.up()
        (self.desk.dir / "ports").write_text(f"write={self.desk.write}\nread={self.desk.read}\n", "ascii")

    def up(self):
        """The addresses are the same again after a restart."""
        self.desk.up(write=f"ipc://{self.desk.dir}/write.sock", read=f"ipc://{self.desk.dir}/read.sock")

    def play(self, until):
        """Goes on with the story up to that mark."""
        env = {**os.environ, **self.desk.env, "PATH": f"{BIN}:{os.environ['PATH']}"}
        env.pop("LD_PRELOAD")  # the script gives it to the programs
        done = subprocess.run([PLAY, "--dir", self.desk.dir, "--until", until], env=env, text=True, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=PATIENCE, check=False,
                              preexec_fn=die_with_parent)
        self.assertEqual(done.returncode, 0, done.stdout)
        return done.stdout

    def told(self):
        """Every command of the story so far, and what it printed."""
        return (self.desk.dir / "play.log").read_text("utf-8")

    def person(self, name, program="jibao"):
        """A function that runs a program as that person and returns what it did."""
        def run(*args, code=OK, says=()):
            env = {"JIBAO_CONFIG": str(self.desk.dir / "agents" / name / "jibao.conf")}
            return self.ends(self.desk.run(program, *args, env=env), code, *says)
        return run
