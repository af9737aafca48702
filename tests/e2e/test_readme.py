#!/usr/bin/python3
"""The client of README.md, taken out of the page and run as a stranger would run it: beside a demonstration, with the key of one of
its units, and nothing but Debian's packages and the generated messages."""

import os
import re
import subprocess
import sys

import wire
from harness import OK, PATIENCE, SUIXI, TOP, DeskCase, main


class Readme(DeskCase):
    def lay_out(self):
        """The files of a demonstration that the page names, in the desk's folder."""
        self.desk.up()
        self.desk.load(SUIXI / "catalog.yaml")
        demo = self.desk.dir / "build/demo"
        (demo / "keys").mkdir(parents=True)
        (demo / "ports").write_text(f"write={self.desk.write}\nread={self.desk.read}\n")
        (demo / "store").symlink_to(self.desk.store)
        key = self.desk.key("ems")
        self.desk.allow("ems", "report", "--units", "ems")
        (demo / "keys/ems.key").symlink_to(key)
        self.desk.fetch("ems")
        for quarter in ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"):
            self.ends(self.desk.run("jibao-agent", "--key", key, "--home", self.desk.home("ems"), "submit", SUIXI / "figures" / quarter / "ems.csv"), OK)

    def run_page(self):
        blocks = re.findall(r"^```python\n(.*?)^```$", (TOP / "README.md").read_text("utf-8"), re.M | re.S)
        self.assertEqual(len(blocks), 1)
        messages = os.path.dirname(os.path.dirname(os.path.dirname(wire.envelope.__file__)))
        return subprocess.run([sys.executable, "-c", blocks[0]], env={**os.environ, "PYTHONPATH": messages}, cwd=self.desk.dir,
                              capture_output=True, text=True, timeout=PATIENCE, check=False)

    def test_the_client_of_the_page_corrects_a_figure_and_reads_the_total(self):
        self.lay_out()
        total = "68108"  # of 2022, with 17030 in the place of the 17026 that stood in its last quarter
        for _ in range(2):  # the second one names the first as its predecessor
            revision = self.desk_revision() + 1
            done = self.run_page()
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual(done.stdout.splitlines(), [f"ACCEPTED {revision} []", f"[('{total}', 4, 4)] at revision {revision}"])
        self.ends(self.desk.bureau("audit", "--unit", "ems"), OK, "counted again")

    def test_without_a_grant_it_hears_why(self):
        self.lay_out()
        self.desk.must(self.desk.security("allow", self.desk.public("ems"), "--role", "read", "--everywhere"))
        self.desk.must(self.desk.security("take", self.desk.public("ems"), "--role", "report"))
        done = self.run_page()
        self.assertIn("REFUSED 0 ['grant_missing']", done.stdout, done.stderr)

    def desk_revision(self):
        with wire.Client(self.desk.write, self.desk.read) as client:
            return client.hello().revision


if __name__ == "__main__":
    main()
