"""An installed jibao: the units stand up to systemd-analyze, the example settings are read by the programs, and every system call that
aggregator and agent make in service is one that their unit lets through. No systemd runs here."""

import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

import gateway
import harness
import small

BUILD = pathlib.Path(os.environ.get("JIBAO_BUILD", harness.BIN.parent))
EXPOSURE_MAX = 20  # tenths of systemd-analyze's score: 0 sealed, 100 bare


def settings(unit):
    """Section -> key -> all its values, in order: keys stand several times in a unit."""
    sections, at = {}, None
    for line in unit.read_text("utf-8").splitlines():
        if found := re.fullmatch(r"\[(\w+)\]", line):
            at = sections.setdefault(found[1], {})
        elif "=" in line and not line.startswith("#"):
            key, value = line.split("=", 1)
            at.setdefault(key, []).append(value)
    return sections


def group_of_calls(name):
    """The system calls in one of systemd's groups, groups within it included."""
    out = subprocess.run(["systemd-analyze", "syscall-filter", name], check=True, capture_output=True, text=True).stdout
    calls = set()
    for line in out.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            calls |= group_of_calls(word)
        elif word and not word.startswith("#"):
            calls.add(word)
    return calls


def let_through(unit):
    calls = set()
    for value in settings(unit)["Service"]["SystemCallFilter"]:
        change = calls.difference_update if value.startswith("~") else calls.update
        for word in value.lstrip("~").split():
            change(group_of_calls(word) if word.startswith("@") else {word})
    return calls


@unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
class Service(gateway.GatewayCase):
    durable = True

    @classmethod
    def setUpClass(cls):
        cls.root = pathlib.Path(tempfile.mkdtemp(prefix="jibao-install-"))
        cls.addClassCleanup(shutil.rmtree, cls.root)
        subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], check=True, capture_output=True,
                       env={**os.environ, "DESTDIR": str(cls.root)})
        cls.units = sorted((cls.root / "usr/lib/systemd/system").glob("*.service"))
        cls.doc = cls.root / "usr/share/doc/jibao"

    def test_the_units_are_whole(self):
        self.assertEqual([unit.name for unit in self.units], ["jibao-agent.service", "jibao-aggregator.service", "jibao-gateway.service"])
        for unit in self.units:
            for command in settings(unit)["Service"]["ExecStart"]:
                program = self.root / command.split()[0].lstrip("/")
                self.assertTrue(os.access(program, os.X_OK), program)
            moved = self.root / unit.name  # the programs are not where they will be
            moved.write_text(unit.read_text("utf-8").replace("=/usr/bin/jibao", f"={self.root}/usr/bin/jibao"), "utf-8")
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", moved], capture_output=True, text=True)
            own = [line for line in done.stderr.splitlines() if unit.name in line]
            self.assertEqual((done.returncode, own), (0, []), done.stderr)
            done = subprocess.run(["systemd-analyze", "security", "--offline=true", "--no-pager", f"--threshold={EXPOSURE_MAX}", moved],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 0, done.stdout[-300:])

    def traced(self, desk, name):
        """A prefix that writes down which system calls a program makes, threads and children too."""
        return ["strace", "-f", "-qq", "-c", "-U", "name", "-o", str(desk.dir / f"{name}.calls")]

    def calls(self, desk, name):
        lines = (desk.dir / f"{name}.calls").read_text("utf-8").split()
        return {word for word in lines if re.fullmatch(r"[a-z][a-z0-9_]*", word)} - {"syscall", "total"}

    def test_no_call_is_kept_back(self):
        if harness.SANITIZED:
            self.skipTest("the sanitizers make calls of their own")
        desk = self.desk
        desk.init()
        conf = (self.doc / "aggregator.conf").read_text("utf-8").replace("/var/lib/jibao/store", str(desk.store))
        conf = re.sub(r"tcp://\*:\d+", "tcp://127.0.0.1:*", conf)
        self.assertIn(str(desk.store), conf)
        path = desk.file("aggregator.conf", conf)
        desk.starts += 1
        desk.aggregator = desk.start("jibao-aggregator", "run", "--config", path, "--port-file", desk.dir / f"ports-{desk.starts}",
                                     log="aggregator.log", wrap=self.traced(desk, "jibao-aggregator"))
        desk.wait_for_doors()
        desk.load(small.catalog())
        drop = desk.dir / "drop"
        (drop / "done").mkdir(parents=True)
        conf = (self.doc / "agent.conf").read_text("utf-8")
        for key, value in {"write": desk.write, "read": desk.read, "server_key": desk.server_key, "key": desk.keys / "desk.key",
                           "unit": small.unit_code(0), "home": desk.home("agent")}.items():
            conf, times = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", conf)
            self.assertEqual(times, 1, key)
        path = desk.file("agent.conf", conf)
        before = settings(self.units[0])["Service"]["ExecStartPre"][-1].replace("/etc/jibao/jibao.conf", str(path)).split()
        self.assertEqual(before[0], "-/usr/bin/jibao-agent")
        self.assertEqual(desk.run("jibao-agent", *before[1:]).code, harness.OK)
        agent = desk.start("jibao-agent", "run", "--config", path, "--folder", drop, log="agent.log",
                           wrap=self.traced(desk, "jibao-agent"))
        desk.file("drop/figures.csv", f"period,indicator,value\n{small.QUARTERS[0]},flow0,7\n")
        harness.wait_until(lambda: list(drop.glob("done/*")), [drop, drop / "done"], "the file is taken", process=agent)
        self.assertEqual(desk.bureau("query", "--unit", small.unit_code(0), "--indicator", "flow0", "--period", small.QUARTERS[0], "-o",
                                     "csv").rows()[0]["value"], "7")
        self.assertEqual(desk.bureau("verify").code, harness.OK)
        self.ends(desk.run("jibao-aggregator", "backup", "--dir", desk.store, desk.dir / "backup"), harness.OK)
        self.stop(self.use_gateway(), "jibao-gateway")
        self.stop(agent, "jibao-agent")
        self.stop(desk.aggregator, "jibao-aggregator")
        desk.aggregator = None
        for unit in self.units:
            made = self.calls(desk, unit.stem)
            self.assertGreater(len(made), 20)
            self.assertEqual(made - let_through(unit), {"execve"} - let_through(unit), unit.name)

    def use_gateway(self):
        """A person comes in, reads, keeps a draft and submits; live events are opened. The tracer of the gateway."""
        desk = self.desk
        desk.allow("gateway", "read", "--everywhere")
        desk.allow("gateway", "web")
        self.ends(desk.security("allow", "person:clerk", "--label", "张三", "--role", "report", "--units", "unit00"), harness.OK)
        conf = (self.doc / "gateway.conf").read_text("utf-8")
        templates = self.root / "usr/share/jibao/reports"
        for key, value in {"listen": "127.0.0.1:0", "write": desk.write, "read": desk.read, "server_key": desk.server_key,
                           "key": desk.key("gateway"), "state": desk.dir / "people", "tls": "no", "reports": templates}.items():
            conf, times = re.subn(rf"(?m)^{key} = .*$", f"{key} = {value}", conf)
            self.assertEqual(times, 1, key)
        path = desk.file("gateway.conf", conf)
        tracer = desk.start("jibao-gateway", "--config", path, "--port-file", desk.dir / "pages", log="gateway.log",
                            wrap=self.traced(desk, "jibao-gateway"))
        desk.address = harness.wait_until(lambda: (desk.dir / "pages").exists() and (desk.dir / "pages").read_text()[5:].strip(),
                                          [desk.dir], "the pages", process=tracer)
        desk.wait_ready()
        done = self.ends(desk.run("jibao-gateway", "invite", "--state", desk.dir / "people", "--person", "clerk", "--name", "张三",
                                  "--unit", "unit00"), harness.OK)
        joined = desk.http("POST", "/api/v1/session/enrol", {"code": done.out.decode().split()[0], "pin": "482916"})
        self.assertEqual(joined.status, 200, joined)
        headers = {"Cookie": "; ".join(cookie.split(";")[0] for cookie in joined.cookies), "X-Jibao-Token": joined.json["token"]}
        with gateway.Stream(desk, "units=unit00", headers=headers) as stream:
            stream.next("open")
            self.assertEqual(desk.http("PUT", "/api/v1/draft?form=work&period=2023-Q1", {"a": 1}, headers).status, 200)
            rows = [{"indicator": "flow0", "state": "STATE_VALUE", "value": "5"}]
            sent = desk.http("POST", "/api/v1/submit", {"unit": "unit00", "form": "work", "period": "2023-Q1", "rows": rows}, headers)
            self.assertEqual(sent.status, 200, sent)
            stream.next("changes")
        for name in ("query.xlsx", "query.csv", "catalog"):
            params = "" if name == "catalog" else "?units=unit00&periods=2023-Q1"
            self.assertEqual(desk.http("GET", f"/api/v1/{name}{params}", None, headers).status, 200)
        book = desk.http("GET", "/api/v1/form.xlsx?form=work&period=2023-Q2", None, headers)
        read = desk.http("POST", "/api/v1/upload?form=work&period=2023-Q2", book.body, {**headers, "Content-Type": "application/octet-stream"})
        self.assertEqual((book.status, read.status, read.json["rows"]), (200, 200, []), "nothing is filled in")
        self.assertEqual(desk.http("GET", "/api/v1/reports", None, headers).json, {"templates": ["annual-report.docx"]})
        report = desk.http("GET", "/api/v1/report.docx?template=annual-report.docx&period=2023-Q1&release=1", None, headers)
        self.assertEqual((report.status, report.json["type"]), (422, "urn:jibao:report"), "nothing is published, which the program says")
        self.assertEqual(desk.get("/metrics").status, 200)
        return tracer

    def stop(self, tracer, name):
        """strace keeps signals from itself while it waits; its child is stopped, and it ends with that."""
        children = pathlib.Path(f"/proc/{tracer.pid}/task/{tracer.pid}/children").read_text().split()
        for child in children:
            os.kill(int(child), 15)
        self.assertEqual(tracer.wait(harness.PATIENCE), 0, name)


if __name__ == "__main__":
    harness.main()
