#!/usr/bin/python3
"""deploy/quickstart as a newcomer runs it: twice with --once, then --keep, the env file, a query, --stop."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

from harness import BIN, TOP, main

LIMIT = 900


class Quickstart(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.mkdtemp(prefix="jibao-quickstart-", dir="/dev/shm" if os.access("/dev/shm", os.W_OK) else None)
        self.addCleanup(shutil.rmtree, self.dir, True)
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("JIBAO_")}

    def quickstart(self, *args):
        return subprocess.run([TOP / "deploy/quickstart", "--no-install", "--dir", self.dir, *args], env=self.env, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=LIMIT, check=False)

    @unittest.skipUnless(BIN.resolve() == (TOP / "build/release/bin").resolve(), "the quickstart builds and uses build/release")
    def test_once_twice_then_keep_query_stop(self):
        for _ in range(2):
            done = self.quickstart("--once")
            self.assertEqual(done.returncode, 0, done.stdout)
            self.assertIn("170 of 170 published rows accounted for: 167 by query, 1 by growth, 2 by target", done.stdout)
        done = self.quickstart("--keep")
        self.addCleanup(self.quickstart, "--stop")
        self.assertEqual(done.returncode, 0, done.stdout)
        pid = int((pathlib.Path(self.dir) / "aggregator.pid").read_text())
        address = (pathlib.Path(self.dir) / "pages").read_text().strip().removeprefix("http=")
        self.assertIn(f"http://{address}/", done.stdout)
        for path in ("/", "/readyz", "/api/v1/query?units=suixi&indicators=market.entities.new&periods=2022"):
            with urllib.request.urlopen(f"http://{address}{path}", timeout=60) as page:
                body = page.read()
        self.assertEqual(json.loads(body)["rows"][0]["value"], "12402")
        asked = subprocess.run(["bash", "-c", f". {self.dir}/env && jibao query --unit suixi --indicator market.entities.new "
                                "--period 2022 --compare yoy -o csv"], env=self.env, text=True, capture_output=True, timeout=60,
                               check=False)
        self.assertEqual(asked.returncode, 0, asked.stderr)
        self.assertIn("13.29", asked.stdout)
        done = self.quickstart("--stop")
        self.assertEqual(done.returncode, 0, done.stdout)
        self.assertFalse(os.path.exists(f"/proc/{pid}"))
        with self.assertRaises(OSError):
            urllib.request.urlopen(f"http://{address}/", timeout=60)
        self.assertIn("nothing is running", self.quickstart("--stop").stdout)

    @unittest.skipUnless(BIN.resolve() == (TOP / "build/release/bin").resolve(), "the quickstart builds and uses build/release")
    def test_the_invented_county_lives_on_its_own_clock(self):
        done = self.quickstart("--demo", "--keep")
        self.addCleanup(self.quickstart, "--stop")
        self.assertEqual(done.returncode, 0, done.stdout)
        for words in ("演示数据", "97.80% (89 of 91)", "overdue, days: 6", "chasing"):
            self.assertIn(words, done.stdout)
        asked = subprocess.run(["bash", "-c", f". {self.dir}/env && jibao query --unit demo --indicator enforce.cases --period 2025-Q3 && "
                                'JIBAO_CONFIG="$JIBAO_DEMO/agents/office/jibao.conf" jibao period open 2025-Q4 -o csv && jibao period show '
                                "2025-Q4 -o csv"], env=self.env, text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(asked.returncode, 0, asked.stderr)
        for words in ("500", "演示数据", "2025-10-16T09:3"):
            self.assertIn(words, asked.stdout)
        for name, may in (("示例填报员", {"read": ["transport"], "report": ["transport"], "enter": [], "review": [], "notices": False}), ("示例审核员", None)):
            address, code = re.search(rf"{name}: (http://\S+)/#enrol=(\S+)", done.stdout).groups()
            request = urllib.request.Request(f"{address}/api/v1/session/enrol", json.dumps({"code": code, "pin": "482916"}).encode(), {"Content-Type": "application/json"})
            with urllib.request.urlopen(request, timeout=60) as reply:
                told = json.loads(reply.read())
            self.assertEqual(told["name"], name)
            if may:
                self.assertEqual(told["may"], may)
            else:
                self.assertTrue(told["may"]["notices"] and "village_c3" in told["may"]["review"] and not told["may"]["report"], told)
        self.assertIn("stopped", self.quickstart("--stop").stdout)

    def test_a_folder_with_other_things_is_left_alone(self):
        other = pathlib.Path(self.dir) / "thesis.txt"
        other.write_text("mine")
        if not (TOP / "build/release").exists():
            self.skipTest("build/release is not configured: this would build")
        done = self.quickstart("--once")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("not empty", done.stdout)
        self.assertEqual(other.read_text(), "mine")


if __name__ == "__main__":
    main()
