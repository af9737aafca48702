#!/usr/bin/python3
"""deploy/keys.md: every block of commands of the page is run as it stands there (page.py)."""

import os
import shutil
import tempfile
import unittest

from harness import BIN, TOP, main
from page import run_page


class KeysPage(unittest.TestCase):
    def test_every_command_of_the_page_does_what_the_page_says(self):
        scratch = tempfile.mkdtemp(prefix="jibao-page-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.addCleanup(shutil.rmtree, scratch, True)
        env = {k: v for k, v in os.environ.items() if not k.startswith("JIBAO_") and k not in ("LANGUAGE", "LC_ALL")}
        env.update(PATH=f"{BIN}:{env['PATH']}", TMPDIR=scratch, HOME=scratch)
        self.assertGreater(run_page(self, TOP / "deploy/keys.md", env), 15)


if __name__ == "__main__":
    main()
