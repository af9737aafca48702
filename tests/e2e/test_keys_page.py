#!/usr/bin/python3
"""deploy/keys.md: every block of commands of the page is run as it stands there, in order, in one shell; each line that
follows a block must be printed by it ("…" stands for what differs from run to run)."""

import os
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from harness import BIN, PATIENCE, TOP, die_with_parent, main

PAGE = TOP / "deploy/keys.md"
FENCE = re.compile(r"^```(sh|sh refused|text)\n(.*?)^```$", re.M | re.S)
END = "-- end of the block"


def steps(page):
    """(line, commands, expected lines, whether the last command is refused) of each block."""
    found = []
    for block in FENCE.finditer(page):
        kind, text = block.groups()
        if kind == "text":
            found[-1][2].extend(text.splitlines())
        else:
            found.append((page.count("\n", 0, block.start()) + 1, text, [], kind == "sh refused"))
    return found


def missing(expected, printed):
    """The first expected line that no line of its own was printed for (keys are listed in the order of their digits, which are
    others each time); None: all came."""
    lines = [line.strip() for line in printed.splitlines()]
    for want in expected:
        pattern = re.compile(".*".join(re.escape(part.strip()) for part in want.strip().split("…")))
        at = next((at for at, line in enumerate(lines) if pattern.fullmatch(line)), None)
        if at is None:
            return want
        del lines[at]
    return None


class KeysPage(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="jibao-page-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.addCleanup(shutil.rmtree, self.dir, True)
        env = {k: v for k, v in os.environ.items() if not k.startswith("JIBAO_") and k not in ("LANGUAGE", "LC_ALL")}
        env.update(PATH=f"{BIN}:{env['PATH']}", TMPDIR=self.dir, HOME=self.dir)
        self.shell = subprocess.Popen(["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=TOP, env=env,
                                      start_new_session=True, preexec_fn=die_with_parent)
        self.addCleanup(self.end)
        self.told = b""

    def end(self):
        """The shell and what it started are a session of their own."""
        os.killpg(self.shell.pid, signal.SIGKILL)
        self.shell.wait()
        self.shell.stdin.close()
        self.shell.stdout.close()

    def so_far(self):
        return self.told.decode("utf-8", "replace")

    def run_block(self, commands):
        """What a block printed, which of its commands failed, and how the last one ended."""
        script = f"failed=\ntrap 'failed+=\"$BASH_COMMAND; \"' ERR\n{commands}\nended=$?; trap - ERR; echo; echo \"{END}: $ended $failed\"\n"
        self.shell.stdin.write(script.encode())
        self.shell.stdin.flush()
        deadline = time.monotonic() + PATIENCE
        while not (end := re.search(rf"^{END}: (\d+) (.*)\n".encode(), self.told, re.M)):
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([self.shell.stdout], [], [], left)[0]:
                self.fail(f"not done within {PATIENCE} s:\n{commands}\n{self.so_far()}")
            got = os.read(self.shell.stdout.fileno(), 65536)
            self.assertTrue(got, f"the shell ended:\n{commands}\n{self.so_far()}")
            self.told += got
        printed, self.told = self.told[:end.start()].decode(), self.told[end.end():]
        return printed, end[2].decode(), int(end[1])

    def test_every_command_of_the_page_does_what_the_page_says(self):
        found = steps(PAGE.read_text("utf-8"))
        self.assertGreater(len(found), 15)
        for line, commands, expected, refused in found:
            where = f"{PAGE.name}:{line}"
            printed, failed, ended = self.run_block(commands)
            if refused:
                self.assertNotEqual(ended, 0, f"{where} was to be refused:\n{printed}")
            else:
                self.assertEqual(failed, "", f"{where}\n{printed}")
            self.assertIsNone(missing(expected, printed), f"{where} printed:\n{printed}")


if __name__ == "__main__":
    main()
