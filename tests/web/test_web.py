#!/usr/bin/python3
"""The pages in Debian's Chromium: real programs are set up here, and Node's test runner drives the browser (*.test.mjs). What a test
wants done to the county it asks of a small server, Desk.do_*."""

import base64
import csv
import http.server
import io
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import threading
import unittest

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))

import openpyxl  # noqa: E402

import docx_text  # noqa: E402
import harness  # noqa: E402
import small  # noqa: E402
from gateway import GatewayCase  # noqa: E402
from test_workbooks import inline, pack, unpack  # noqa: E402

QUARTER, BEFORE, LAST_YEAR = "2023-Q2", "2023-Q1", "2022-Q2"
HOSTILE = "<img src=x onerror=window.hit=1>"
NASTY = '"><img src=x onerror=window.hit=1>{{7*7}}'
RULES = """rules:
  - {code: parts, name: {zh: 分项之和, en: The parts add up}, severity: error, left: flow0 + flow1, op: "=", right: flow2}
  - {code: carried, name: {zh: 收结存, en: Carried over}, severity: explain, left: stock, op: "=",
     right: stock@previous + flow0 - flow1, note: closing is opening and in less out}
"""


def catalog():
    """Four units, managed periods, names that would be markup if anybody took them for it."""
    text = small.catalog(units=4, flows=3).replace("zh: 单位03", f"zh: '{HOSTILE}'")
    text = text.replace("measure: flow, decimals", "measure: flow, public: true, decimals")
    return "periods: managed\ndemonstration: true\n" + text + RULES


def hostile(text):
    """Every name of a catalogue, in both languages, and every unit of measure, with markup behind it that also ends an attribute."""
    text = re.sub(r"(\b(?:zh|en): )('[^']*'|\"[^\"]*\"|[^,}\n]+)", lambda found: found[1] + "'" + found[2].strip("'\"") + NASTY + "'", text)
    return text.replace("measure: flow, ", f"measure: flow, aliases: ['别名{NASTY}'], note: '{NASTY}', ")


class Control(http.server.BaseHTTPRequestHandler):
    """POST /name with an object: calls do_name of the test, and answers what it returns."""

    def do_POST(self):  # noqa: N802
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        try:
            status, answer = 200, getattr(self.server.test, "do_" + self.path[1:])(**body)
        except Exception as error:  # pylint: disable=broad-except # told to who asked
            status, answer = 500, repr(error)
        reply = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(reply)))
        self.end_headers()
        self.wfile.write(reply)

    def log_message(self, *_):
        pass


class Web(GatewayCase):
    def serve(self, *args, text=None):
        desk = self.desk
        desk.up()
        desk.load(text or catalog())
        desk.let_gateway_in()
        desk.allow("gateway", "web")
        desk.allow("office", "periods")
        desk.allow("reviewer", "review", "--units", "county+")
        self.units = [small.unit_code(n) for n in range(4)]
        desk.fetch(*self.units)
        for period in (LAST_YEAR, BEFORE):
            self.by("office", "period", "open", period, "--backfill")
        self.by("office", "period", "open", QUARTER)
        for unit in self.units[:3]:
            for period, stock in ((LAST_YEAR, 7), (BEFORE, 10)):
                self.do_submit(unit, {"flow0": "12402.5", "flow1": 7, "flow2": "12409.5", "stock": stock}, period, explanation=f"{HOSTILE} 说明")
        self.state, self.args = desk.dir / "people", ("--state", desk.dir / "people", *args)
        desk.gateway_up(*self.args)
        desk.wait_ready()

    def by(self, name, *args):
        return self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args), harness.OK)

    # ---- what the browser's tests ask for

    def do_submit(self, unit, values, period=QUARTER, explanation=""):
        path = self.desk.file("figures.csv", small.csv_of(unit, period, values))
        extra = ["--explanation", explanation] if explanation else []
        self.ends(self.desk.agent(unit, "submit", path, *extra), harness.OK)

    def do_workbook(self, unit, cells, form="work", period=QUARTER):
        """The form's workbook as the agent makes it, filled in: place -> text."""
        path = self.desk.dir / "form.xlsx"
        self.ends(self.desk.agent(unit, "--lang", "zh", "template", "--form", form, "--unit", unit, "--period", period, "-o", path), harness.OK)
        parts = unpack(path)
        for place, text in cells.items():
            parts = inline(parts, place, text)
        return base64.b64encode(pack(parts)).decode()

    def do_invite(self, person, name, unit, roles=None):
        """roles: role -> units of the grant, "" where it has none."""
        for role, units in (roles or {"report": unit}).items():
            self.ends(self.desk.security("allow", f"person:{person}", "--label", person, "--role", role, *(["--units", units] if units else [])), harness.OK)
        done = self.ends(self.desk.run("jibao-gateway", "invite", "--state", self.state, "--person", person, "--name", name, "--unit", unit), harness.OK)
        return done.out.decode().split()[0]

    def do_grant(self, person, grants):
        for role, units in grants:
            scope = ["--units", units] if units else ["--everywhere"]
            self.ends(self.desk.security("allow", f"person:{person}", "--label", person, "--role", role, *scope), harness.OK)

    def do_person(self, person, unit, grants, name="某人", administrator=False):
        self.do_grant(person, grants)
        done = self.ends(self.desk.run("jibao-gateway", "invite", "--state", self.state, "--person", person, "--name", name, "--unit", unit,
                                       *(("--administrator", "yes") if administrator else ())), harness.OK)
        return done.out.decode().split()[0]

    def do_suspend(self, person):
        self.ends(self.desk.security("suspend", f"person:{person}", "--reason", "left"), harness.OK)

    def do_review(self, what, unit, reasons=()):
        self.by("reviewer", "filing", what, unit, "work", QUARTER, *reasons)

    def do_kill(self, what):
        if what == "gateway":
            self.desk.gateway_down(signal.SIGKILL)
        else:
            self.doors = {"write": self.desk.write, "read": self.desk.read}
            self.desk.down(signal.SIGKILL)

    def do_start(self, what):
        if what == "gateway":
            self.desk.gateway_up(*self.args, listen=self.desk.address)
        else:
            self.desk.up(**self.doors)

    # ---- running the browser

    def files(self):
        """The pages' own files, where Node 18 takes them for the modules that they are."""
        files = self.desk.dir / "web"
        if not files.exists():
            shutil.copytree(harness.TOP / "services/gateway/web", files)
            (files / "package.json").write_text('{"type": "module"}', "utf-8")
        return files

    def browse(self, script, text=HOSTILE):
        modules = pathlib.Path(os.environ["JIBAO_WEB_MODULES"])
        for path in HERE.glob("*.mjs"):
            shutil.copy(path, modules)
        server = http.server.HTTPServer(("127.0.0.1", 0), Control)
        server.test = self
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        env = {**os.environ, "JIBAO_PAGES": f"http://{self.desk.address}" if self.desk.address else "", "JIBAO_CONTROL": f"http://127.0.0.1:{server.server_port}",
               "JIBAO_WEB_FILES": str(self.files()), "JIBAO_HOSTILE": text, "JIBAO_DOWNLOADS": str(self.desk.dir)}
        done = subprocess.run(["node", "--test", script], cwd=modules, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=200, check=False)
        print(done.stdout)
        self.assertEqual(done.returncode, 0, done.stdout)

    def test_pages(self):
        self.serve("--visitors", "all")
        self.browse("pages.test.mjs")

    def test_live(self):
        self.serve("--visitors", "all")
        self.browse("live.test.mjs")

    def test_filing_from_invitation_to_acceptance(self):
        self.serve()
        self.browse("flow.test.mjs")
        self.verified()

    def test_the_office_reviews_and_gives_notice(self):
        self.serve(text=catalog().replace("frequency: quarter\n", "frequency: quarter\nschedule: {opens: -10, due: 10}\n", 1))
        self.browse("review.test.mjs")
        self.verified()

    def test_every_page_as_each_role(self):
        self.serve()
        self.desk.allow("office", "read", "--everywhere")
        for unit, first, both in (("unit00", "11", "18"), ("unit02", "13", "20"), ("unit01", "98765.43", "98772.43")):
            self.do_submit(unit, {"flow0": first, "flow1": 7, "flow2": both, "stock": 9}, explanation="说明")
        self.do_review("return", "unit01", ["--figure", "flow0=外单位的退回原因"])
        self.by("office", "notices", "correct", QUARTER)
        self.browse("roles.test.mjs")

    def test_what_people_wrote_stays_text(self):
        desk, unit = self.desk, "unit00"
        desk.up()
        desk.load(hostile(catalog()))
        desk.let_gateway_in()
        desk.allow("gateway", "web")
        for name, *roles in (("office", ("periods",), ("read", "--everywhere")), ("reviewer", ("review", "--units", "county+"))):
            desk.key(name, NASTY + name)
            for role in roles:
                self.ends(desk.security("allow", desk.public(name), "--label", NASTY + name, "--role", *role), harness.OK)
        desk.fetch(unit)
        for period in (LAST_YEAR, BEFORE):
            self.by("office", "period", "open", period, "--backfill", "--note", NASTY)
        self.by("office", "period", "open", QUARTER, "--note", NASTY)
        people = ["--filled-by", NASTY + "1", "--checked-by", NASTY + "2", "--released-by", NASTY + "3"]
        quoted = '"' + NASTY.replace('"', '""') + '"'
        for period, first, both in ((LAST_YEAR, "3", "5"), (BEFORE, "4", "6")):
            path = desk.file(f"{period}.csv", "unit,period,indicator,value,note\n" + "".join(
                f"{unit},{period},{code},{value},{quoted}\n" for code, value in (("flow0", first), ("flow1", "2"), ("flow2", both), ("stock", "9"))))
            self.ends(desk.agent(unit, "submit", path, *people, "--explanation", NASTY), harness.OK)
        story = desk.file("story.txt", NASTY)
        path = desk.file("words.csv", f"unit,period,indicator,value,note\n{unit},{BEFORE},rate,90,{quoted}\n")
        self.ends(desk.agent(unit, "submit", path, "--text", f"story={story}", "--on-behalf-of", NASTY, "--ground", NASTY, *people), harness.OK)
        self.by("reviewer", "filing", "return", unit, "work", BEFORE, "--reason", NASTY, "--figure", f"flow0={NASTY}")
        self.by("office", "notices", "correct", BEFORE, "--number", NASTY)
        path = desk.file("again.csv", f"unit,period,indicator,value,note\n{unit},{BEFORE},flow0,5,{quoted}\n{unit},{BEFORE},flow2,7,{quoted}\n")
        self.ends(desk.agent(unit, "submit", path, *people, "--reason", NASTY, "--explanation", NASTY), harness.OK)
        for form in ("work", "words"):
            self.by("reviewer", "filing", "accept", unit, form, BEFORE)
        self.by("office", "period", "close", BEFORE)
        self.by("office", "publish", BEFORE, "--note", NASTY)
        self.state = desk.dir / "people"
        desk.gateway_up("--state", self.state)
        desk.wait_ready()
        self.browse("hostile.test.mjs", NASTY)

    def publish(self):
        for unit in self.units[:3]:
            self.by("reviewer", "filing", "accept", unit, "work", BEFORE)
        self.by("office", "period", "close", BEFORE)
        self.by("office", "publish", BEFORE)

    def test_files_to_take_away(self):
        templates = self.desk.dir / "templates"
        templates.mkdir()
        (templates / "季报.md").write_text("# {{报告期}}报告\n\n办理{{flow0}}。\n", "utf-8")
        self.serve("--visitors", "all", "--reports", templates)
        self.publish()
        self.browse("reports.test.mjs")
        taken = {name: (self.desk.dir / name).read_bytes() for name in ("report.docx", "figures.csv", "figures.xlsx", "status.csv", "status.xlsx", "form.docx")}
        self.assertIn("办理37207.5件。", "\n".join(docx_text.paragraphs(taken["report.docx"])))
        self.assertIn("12402.5", "\n".join(docx_text.paragraphs(taken["form.docx"])))
        figures = list(csv.DictReader(io.StringIO(taken["figures.csv"].decode("utf-8-sig"))))
        self.assertIn(("county", "flow0", "37207.5"), [(row["unit"], row["indicator"], row["value"]) for row in figures])
        status = list(csv.DictReader(io.StringIO(taken["status.csv"].decode("utf-8-sig"))))
        self.assertEqual({row["standing_state"] for row in status if row["form"] == "work" and row["unit"] in self.units[:3]}, {"accepted"})
        for name in ("figures.xlsx", "status.xlsx"):
            cells = [cell for row in openpyxl.load_workbook(io.BytesIO(taken[name])).active.iter_rows() for cell in row]
            self.assertIn("单位00", [cell.value for cell in cells], name)
            self.assertIn("演示数据", [cell.value for cell in cells], name)
            self.assertNotIn("f", {cell.data_type for cell in cells}, name)

    def test_the_public_sees_what_was_published(self):
        self.serve("--visitors", "public")
        self.publish()
        self.browse("public.test.mjs")

    def test_words(self):
        self.browse("words.test.mjs")


if __name__ == "__main__":
    unittest.util._MAX_LENGTH = 20000
    harness.main()
