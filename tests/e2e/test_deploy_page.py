#!/usr/bin/python3
"""deploy/README.md: each of the twenty-eight regimes has its row and its section, with commands that are run as they stand there on the
invented county, in the middle of its quarter, or with why there are none."""

import os
import re

from demo import DemoCase
from harness import BIN, TOP, main
from page import run_page, steps

PAGE = TOP / "deploy/README.md"
REGIMES = 28


class DeployPage(DemoCase):
    def test_every_regime_has_a_row_and_commands_or_a_reason(self):
        text = PAGE.read_text("utf-8")
        rows = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", text, re.M)
        sections = dict(re.findall(r"^## (\d+) (.*?)(?=^## |\Z)", text, re.M | re.S))
        numbers = [str(number) for number in range(1, REGIMES + 1)]
        self.assertEqual([number for number, _, _ in rows], numbers)
        self.assertEqual(list(sections), numbers)
        for number, name, how in rows:
            section = sections[number]
            self.assertTrue(section.startswith(name.split("（")[0]), (number, name))
            if how.startswith("未覆盖"):
                self.assertEqual(len(steps(section)), 0, name)
            else:
                self.assertTrue(steps(section), name)
            if not how.startswith("覆盖"):
                self.assertIn("未覆盖" if "版式" not in how else "以后做", section, name)

    def test_every_command_of_the_page_does_what_the_page_says(self):
        self.begin()
        self.play("reporting")
        env = {**os.environ, **self.desk.env, "PATH": f"{BIN}:{os.environ['PATH']}", "JIBAO_DEMO": str(self.desk.dir),
               "DEPLOY": str(TOP / "deploy"), "JIBAO_CONFIG": str(self.desk.dir / "agents/bureau/jibao.conf"), "LANG": "C.UTF-8",
               "COLUMNS": "400"}
        env.pop("LC_ALL", None)
        self.assertGreater(run_page(self, PAGE, env), 25)


if __name__ == "__main__":
    main()
