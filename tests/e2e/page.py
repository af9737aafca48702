"""A page of commands: every block is run as it stands there, in order, in one shell; each line that follows a block must be printed
by it ("…" stands for what differs from run to run)."""

import os
import re
import select
import signal
import subprocess
import time

from harness import PATIENCE, TOP, die_with_parent

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


class Shell:
    """Bash, which goes from block to block."""

    def __init__(self, env):
        self.shell = subprocess.Popen(["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=TOP, env=env,
                                      start_new_session=True, preexec_fn=die_with_parent)
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
                raise AssertionError(f"not done within {PATIENCE} s:\n{commands}\n{self.so_far()}")
            got = os.read(self.shell.stdout.fileno(), 65536)
            if not got:
                raise AssertionError(f"the shell ended:\n{commands}\n{self.so_far()}")
            self.told += got
        printed, self.told = self.told[:end.start()].decode(), self.told[end.end():]
        return printed, end[2].decode(), int(end[1])


def run_page(test, page, env):
    """Every block of the page does what the page says; how many there were."""
    shell = Shell(env)
    test.addCleanup(shell.end)
    found = steps(page.read_text("utf-8"))
    for line, commands, expected, refused in found:
        where = f"{page.name}:{line}"
        printed, failed, ended = shell.run_block(commands)
        if refused:
            test.assertNotEqual(ended, 0, f"{where} was to be refused:\n{printed}")
        else:
            test.assertEqual(failed, "", f"{where}\n{printed}")
        test.assertIsNone(missing(expected, printed), f"{where} printed:\n{printed}")
    return len(found)
