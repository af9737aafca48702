#!/usr/bin/python3
"""Files at the gateway: a clerk's workbook or CSV file put into the form on the page, the form's workbook, tables and reports as
files; and what must not get in that way. (The sanitized build runs this too.)"""

import csv
import io
import json
import re
import socket
import statistics
import time
import urllib.parse
import zipfile

import openpyxl

import docx_text
import small
from gateway import GatewayCase, Reply
from harness import OK, SANITIZED, main, wait_until
from test_gateway_people import PIN, Browser
from test_workbooks import BAD, EXTRA, FORM, ODD, SHEET, inline, pack, unpack, value

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GATE_BODY_MAX = 4 << 20
# Refused by what the agent's own file limits say; at the gateway the body's limit or the form that was asked for comes first.
FORMS_OF_OTHERS = {"an indicator of another form"}


def docx_of(data):
    return "\n".join(docx_text.paragraphs(data))


class Files(GatewayCase):
    def serve(self, *args, catalog=None):
        desk = self.desk
        desk.up()
        desk.load(catalog or small.catalog(extra=EXTRA, extra_form=FORM))
        desk.let_gateway_in()
        desk.allow("gateway", "web")
        self.ends(desk.security("allow", "person:clerk", "--label", "张三 同志", "--role", "report", "--units", "unit00"), OK)
        self.state, self.temporary = desk.dir / "people", desk.dir / "tmp"
        self.temporary.mkdir()
        desk.gateway_up("--state", self.state, *args, env={"TMPDIR": str(self.temporary)})
        desk.wait_ready()
        desk.fetch("unit00")
        done = self.ends(desk.run("jibao-gateway", "invite", "--state", self.state, "--person", "clerk", "--name", "张三", "--unit", "unit00"), OK)
        self.clerk = Browser(desk)
        self.assertEqual(self.clerk.post("session/enrol", {"code": done.out.decode().split()[0], "pin": PIN}).status, 200)

    def template(self, form="work", unit="unit00", period="2021-Q1", agent="unit00"):
        path = self.desk.dir / f"{unit}-{form}.xlsx"
        self.ends(self.desk.agent(agent, "--lang", "zh", "template", "--form", form, "--unit", unit, "--period", period, "-o", path), OK)
        return unpack(path)

    def upload(self, made, name="表.xlsx", kind=XLSX, browser=None, form="work", period="2021-Q1", lang="zh", **more):
        body = made if isinstance(made, bytes) else pack(made)
        query = urllib.parse.urlencode({"form": form, "period": period, "name": name, "lang": lang})
        return (browser or self.clerk).ask("POST", f"upload?{query}", body, Content_Type=kind, **more)

    def test_a_workbook_comes_back_as_the_rows_of_the_form(self):
        self.serve()
        parts = self.template()
        made = inline(value(inline(value(parts, "F6", "12.5"), "F7", "461余"), "F8", "0"), "F9", "不涉及")
        made = inline(inline(inline(made, "I6", "=1+1 ，见附件"), "H7", "推算"), "F10", "12a")
        reply = self.upload(made)
        self.assertEqual(reply.status, 200, reply)
        rows = {row["cell"]: row for row in reply.json["rows"]}
        self.assertEqual(rows["F6"], {"sheet": "工作季报", "cell": "F6", "line": 6, "typed": "12.5", "note": "=1+1 ，见附件", "basis": "period", "status": "FINAL",
                                      "state": "STATE_VALUE", "value": "12.5", "precision": "EXACT", "indicator": "flow0"})
        self.assertEqual({key: rows["F7"][key] for key in ("value", "precision", "status", "typed")},
                         {"value": "461", "precision": "MORE_THAN", "status": "ESTIMATED", "typed": "461余"})
        self.assertEqual((rows["F8"]["value"], rows["F9"]["state"]), ("0", "STATE_NOT_APPLICABLE"))
        self.assertEqual((rows["F10"]["typed"], "state" in rows["F10"]), ("12a", False), "what is no figure is given as it was typed")
        finding, = [one for one in reply.json["findings"] if one["severity"] == "ERROR"]
        self.assertEqual({key: finding[key] for key in ("code", "sheet", "cell", "line", "got")},
                         {"code": "value_syntax", "sheet": "工作季报", "cell": "F10", "line": 10, "got": "12a"})
        self.assertEqual(self.clerk.get("draft?form=work&period=2021-Q1").json, {}, "nothing is stored")
        self.assertEqual(self.clerk.get("filing?unit=unit00&form=work&period=2021-Q1").json.get("rows", []), [])

    def test_what_was_read_can_be_sent_as_it_is(self):
        self.serve()
        made = self.template()
        for place in ("F6", "F7", "F8", "F9", "F10", "F11", "F12"):
            made = inline(made, place, "7")
        made = inline(made, "I6", "@SUM(A1)")
        rows = [{key: row[key] for key in ("indicator", "state", "value", "basis", "note", "status") if key in row} for row in self.upload(made).json["rows"]]
        sent = self.clerk.post("submit", {"unit": "unit00", "form": "work", "period": "2021-Q1", "rows": rows})
        self.assertEqual((sent.status, sent.json["outcome"]), (200, "ACCEPTED"), sent)
        stands = self.clerk.get("filing?unit=unit00&form=work&period=2021-Q1").json["rows"]
        self.assertEqual([row["value"] for row in stands], ["7"] * 7)

    def test_csv_in_every_encoding(self):
        self.serve()
        text = "指标,数值,说明\n时期0,5,一\n时期1,近20,\n"
        for encoding in ("utf-8", "utf-8-sig", "gb18030"):
            reply = self.upload(text.encode(encoding), "表.csv", "text/csv")
            self.assertEqual(reply.status, 200, (encoding, reply.body))
            self.assertEqual([(row["indicator"], row["value"], row["precision"], row["line"]) for row in reply.json["rows"]],
                             [("flow0", "5", "EXACT", 2), ("flow1", "20", "NEARLY", 3)], encoding)
        reply = self.upload("指标,数值\n时期0,\xff\n".encode("latin-1", "ignore") + b"\xff\xff", "表.csv", "text/csv")
        self.assertEqual(reply.status, 422, reply)
        self.assertTrue(reply.json["findings"], reply)

    def test_of_another_unit_form_or_period_nothing_is_taken(self):
        self.serve()
        self.desk.fetch("unit01")
        for parts, more in ((self.template(unit="unit01", agent="unit01"), {}), (self.template(), {"form": "words"}), (self.template(), {"period": "2021-Q2"})):
            reply = self.upload(inline(parts, "F6", "5"), **more)
            self.assertEqual((reply.status, reply.json["type"]), (422, "urn:jibao:other-form"), reply)
            other, = reply.json["others"]
            self.assertEqual((other["form"], other["rows"]), ("work", 1))
        both = self.template(form="work")
        other = inline(self.template(form="two"), "F6", "3余")  # a mark that this form does not take, on a sheet that is not asked for
        book = self.desk.dir / "all.xlsx"
        self.ends(self.desk.agent("unit00", "--lang", "zh", "template", "--unit", "unit00", "--period", "2021-Q1", "-o", book), OK)
        parts = unpack(book)
        sheets = {re.search(r"表号：([\w.-]+)|$", body)[1] for name, body in parts.items() if "sharedStrings" in name}
        self.assertTrue(sheets and both and other)
        reply = self.upload(inline(parts, "F6", "5"))
        self.assertEqual((reply.status, [row["indicator"] for row in reply.json["rows"]]), (200, ["flow0"]), reply)

    def file(self, path, browser=None):
        reply = (browser or self.clerk).get(path)
        self.assertEqual(reply.status, 200, reply)
        return reply

    def test_the_workbook_of_a_form_is_the_agents_own(self):
        self.serve()
        self.submit("unit00", "2020-Q4", flow0="12402.5", flow1="461余")
        self.submit("unit00", "2020-Q1", flow0="7", flow1="不涉及")
        reply = self.file("form.xlsx?form=work&period=2021-Q1&lang=zh")
        self.assertEqual(reply.headers["content-disposition"], 'attachment; filename="unit00-work-2021-Q1.xlsx"')
        self.assertEqual(reply.headers["content-type"], XLSX)
        path = self.desk.dir / "same.xlsx"
        self.ends(self.desk.agent("unit00", "--lang", "zh", "template", "--form", "work", "--unit", "unit00", "--period", "2021-Q1", "-o", path), OK)
        self.assertEqual(reply.body, path.read_bytes(), "byte for byte, with the figures of the period before and of last year")
        filled = inline(unpack(self.desk.file("from-page.xlsx", reply.body)), "F6", "5")
        self.assertEqual([row["value"] for row in self.upload(filled).json["rows"]], ["5"])

    def test_the_printed_form_is_blank_or_filled(self):
        self.serve()
        blank = docx_of(self.file("form.docx?form=work&period=2021-Q1&lang=zh").body)
        self.assertIn("工作季报", blank)
        self.assertNotIn("12402.5", blank)
        self.submit("unit00", "2021-Q1", flow0="12402.5")
        reply = self.file("form.docx?form=work&period=2021-Q1&lang=zh")
        path = self.desk.dir / "print.docx"
        self.ends(self.desk.agent("unit00", "--lang", "zh", "print", "--form", "work", "--unit", "unit00", "--period", "2021-Q1", "--filled", "-o", path), OK)
        self.assertIn("12402.5", docx_of(reply.body))
        self.assertEqual(docx_of(reply.body), docx_of(path.read_bytes()))

    def by(self, name, *args):
        return self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args), OK)

    def publish(self, period="2021-Q1"):
        """A period that was opened, filed, accepted, closed and released once; and a folder of templates."""
        desk = self.desk
        folder = desk.dir / "templates"
        folder.mkdir()
        (folder / "年报.md").write_text("# {{报告期}}报告\n\n办理{{flow0}}，较上年{{flow0 同比}}。\n\n{{表 章节=all}}\n", "utf-8")
        (folder / "broken.md").write_text("{{没有这个}}\n", "utf-8")
        (folder / ".hidden.md").write_text("x", "utf-8")
        (folder / "notes.txt").write_text("x", "utf-8")
        self.serve("--reports", folder, catalog="periods: managed\n" + small.catalog(units=2).replace("measure: flow, decimals", "measure: flow, public: true, decimals"))
        desk.fetch("unit01")
        desk.allow("office", "periods")
        desk.allow("reviewer", "review", "--units", "county+")
        self.ends(desk.security("allow", "person:head", "--label", "科长", "--role", "read", "--everywhere"), OK)
        self.by("office", "period", "open", period, "--backfill")
        for unit, value in (("unit00", "12402.5"), ("unit01", "7")):
            self.submit(unit, period, flow0=value, stock="1", **{f"flow{n}": "0" for n in range(1, 6)})
            self.by("reviewer", "filing", "accept", unit, "work", period)
        self.by("office", "period", "close", period)
        self.by("office", "publish", period)
        return folder

    def enrolled(self, person, unit):
        done = self.ends(self.desk.run("jibao-gateway", "invite", "--state", self.state, "--person", person, "--name", person, "--unit", unit), OK)
        browser = Browser(self.desk)
        self.assertEqual(browser.post("session/enrol", {"code": done.out.decode().split()[0], "pin": PIN}).status, 200)
        return browser

    def test_a_releases_report_is_the_command_lines_own(self):
        folder = self.publish()
        head = self.enrolled("head", "unit00")
        self.assertEqual(head.get("reports").json, {"templates": ["broken.md", "年报.md"]})
        reply = self.file("report.docx?period=2021-Q1&release=1&lang=zh&template=" + urllib.parse.quote("年报.md"), head)
        self.assertEqual(reply.headers["content-disposition"], 'attachment; filename="report-2021-Q1-1.docx"')
        text = docx_of(reply.body)
        self.assertIn("办理12409.5件", text)
        self.assertIn("2021年第一季度报告", text)
        mine = self.desk.dir / "mine.docx"
        self.ends(self.desk.run("jibao", "--lang", "zh", "report", folder / "年报.md", "--period", "2021-Q1", "--release", "1", "-o", mine), OK)
        self.assertEqual(reply.body, mine.read_bytes(), "the same release, the same bytes")
        self.assertEqual(list(self.temporary.iterdir()), [], "nothing is left behind")

    def test_a_report_that_cannot_be_printed_says_why(self):
        self.publish()
        head = self.enrolled("head", "unit00")
        broken = head.get("report.docx?period=2021-Q1&release=1&template=broken.md&lang=zh")
        self.assertEqual((broken.status, broken.json["type"]), (422, "urn:jibao:report"), broken)
        self.assertIn("没有这个", broken.json["detail"])
        self.assertIn("2", head.get("report.docx?period=2021-Q1&release=2&template=" + urllib.parse.quote("年报.md")).json["detail"])
        for wrong in ("period=2021-Q1&release=1", "period=2021-Q1&release=1&template=../people/data.mdb", "period=2021-Q1&release=1&template=.hidden.md",
                      "period=2021-Q1&release=1&template=notes.txt", "period=2021-Q1&release=-1&template=broken.md", "period=--help&release=1&template=broken.md"):
            self.assertEqual(head.get(f"report.docx?{wrong}").status, 400, wrong)
        self.assertEqual(list(self.temporary.iterdir()), [])
        self.assertEqual(Browser(self.desk).get("reports").status, 401)
        one_unit = self.clerk.get("report.docx?period=2021-Q1&release=1&lang=zh&template=" + urllib.parse.quote("年报.md"))
        self.assertEqual(one_unit.status, 422, "by the person's rights, who reads one unit only")

    def test_reports_wait_for_each_other(self):
        self.publish()
        head = self.enrolled("head", "unit00")
        path = "/api/v1/report.docx?period=2021-Q1&release=1&template=" + urllib.parse.quote("年报.md")
        cookies = "; ".join(f"{k}={v}" for k, v in head.jar.items())
        connections = [self.desk.connect() for _ in range(12)]
        for connection in connections:
            connection.request("GET", path, None, {"Cookie": cookies})
        most = 0
        watch = time.monotonic() + 30
        while time.monotonic() < watch:
            with open(f"/proc/{self.desk.gateway.pid}/task/{self.desk.gateway.pid}/children", encoding="ascii") as children:
                now = len(children.read().split())
            most = max(most, now)
            if most and not now and not list(self.temporary.iterdir()):
                break
        statuses = [Reply(connection.getresponse()).status for connection in connections]
        for connection in connections:
            connection.close()
        self.assertEqual(most, 1, "one at a time")
        self.assertEqual(set(statuses), {200, 503}, statuses)
        self.assertGreaterEqual(statuses.count(200), 8)

    def test_tables_are_taken_away_without_formulas(self):
        self.publish()
        head = self.enrolled("head", "unit00")
        note = "=HYPERLINK(1)"
        self.by("office", "period", "reopen", "2021-Q1", "--unit", "unit00", "--until", "2099-01-01", "--reason", note)
        path = self.desk.file("again.csv", "unit,period,indicator,value,note\nunit00,2021-Q1,flow0,-5,@SUM(A1)\n".replace("-5", "12403"))
        self.ends(self.desk.agent("unit00", "submit", path, "--reason", "+1+1"), OK)
        asked = {"status": "periods=2021-Q1", "history": "unit=unit00&indicator=flow0&period=2021-Q1", "releases": "", "periods": "", "notices": "periods=2021-Q1",
                 "diff": "before.view=VIEW_PUBLISHED&before.release=1&after.view=VIEW_WORKING&periods=2021-Q1", "filing": "unit=unit00&form=work&period=2021-Q1",
                 "explain": "unit=county&indicator=flow0&period=2021-Q1"}
        rows_of = {"releases": "releases", "notices": "notices", "explain": "parts"}
        texts = set()
        for name, params in asked.items():
            rows = head.get(f"{name}?{params}").json.get(rows_of.get(name, "rows"), [])
            reply = self.file(f"{name}.csv?{params}", head)
            self.assertEqual(reply.headers["content-disposition"], f'attachment; filename="{name}.csv"')
            table = list(csv.DictReader(io.StringIO(reply.body.decode("utf-8-sig"))))
            self.assertEqual(len(table), len(rows), name)
            for got, row in zip(table, rows):
                for key in ("unit", "indicator", "period", "form", "value", "revision", "number"):
                    if key in row:
                        self.assertEqual(got[key], str(row[key]), (name, key))
            texts |= {text for row in table for text in row.values()}
            book = openpyxl.load_workbook(io.BytesIO(self.file(f"{name}.xlsx?{params + '&' if params else ''}lang=zh", head).body))
            cells = [cell for row in book.active.iter_rows() for cell in row]
            self.assertNotIn("f", {cell.data_type for cell in cells}, name)
            texts |= {cell.value for cell in cells}
            self.assertEqual(Browser(self.desk).get(f"{name}.csv?{params}").status, 401)
        self.assertLessEqual({"'@SUM(A1)", "@SUM(A1)", "'+1+1", "+1+1", "单位00", "时期0", "12403", "12402.5", "accepted", "已发布"}, texts)
        mine = self.clerk.get("status?under=county&periods=2021-Q1").json["rows"]
        table = list(csv.DictReader(io.StringIO(self.file("status.csv?under=county&periods=2021-Q1").body.decode("utf-8-sig"))))
        self.assertEqual([row["unit"] for row in table], [row["unit"] for row in mine], "by the person's rights")
        self.assertEqual(head.get("status.csv?periods=never").status, 422)
        self.assertEqual(head.get("status.csv?nothing=1").status, 400)

    def test_a_forms_files_are_for_who_may_read_it(self):
        self.serve()
        for path in ("form.xlsx", "form.docx"):
            self.assertEqual(Browser(self.desk).get(f"{path}?unit=unit00&form=work&period=2021-Q1").status, 401)
            self.assertEqual(self.clerk.get(f"{path}?unit=unit01&form=work&period=2021-Q1").status, 403)
            for wrong in ("form=work", "form=nosuch&period=2021-Q1", "form=work&period=2021", "form=work&period=soon", "unit=nosuch&form=work&period=2021-Q1", ""):
                self.assertEqual(self.clerk.get(f"{path}?{wrong}").status, 400, wrong)

    def submit(self, unit, period, **values):
        self.ends(self.desk.agent(unit, "submit", self.desk.file("figures.csv", small.csv_of(unit, period, values))), OK)

    def test_every_bad_workbook_is_refused_with_its_place(self):
        self.serve()
        parts = self.template()
        for name, code, place, word, make in BAD:
            with self.subTest(name):
                made = make(parts)
                body = made if isinstance(made, bytes) else pack(made)
                if len(body) > GATE_BODY_MAX:
                    continue
                reply = self.upload(body, lang="en")
                self.assertIn(reply.status, (200, 422), reply)
                if name == "100,000 rows":
                    self.assertEqual(reply.status, 422)
                found = [one for one in reply.json["findings"] if one["code"] == code]
                self.assertTrue(found, f"no {code} in {reply}")
                self.assertEqual(found[0]["severity"], "ERROR")
                self.assertTrue(not place or (found[0]["cell"] == place and found[0]["sheet"] == "工作季报"), found[0])
                self.assertIn(word, json.dumps(found[0], ensure_ascii=False))
        self.assertEqual(self.desk.get("/livez").status, 200)
        self.assertIsNone(self.desk.gateway.poll())

    def test_every_odd_workbook_is_read(self):
        self.serve()
        parts = self.template()
        for name, expected, make in ODD:
            with self.subTest(name):
                reply = self.upload(make(parts))
                self.assertEqual([row["value"] for row in reply.json["rows"]], [expected], reply)

    def test_only_who_may_write_here_and_never_from_another_page(self):
        self.serve()
        made = inline(self.template(), "F6", "5")
        self.assertEqual(self.upload(made, browser=Browser(self.desk)).json["type"], "urn:jibao:not-enrolled")
        self.assertEqual(self.upload(made, token=False).json["type"], "urn:jibao:token")
        for kind in ("text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "application/json"):
            self.assertEqual(self.upload(made, kind=kind).status, 415, kind)  # what a foreign page may send unasked is none of ours
        self.assertEqual(self.upload(made, Sec_Fetch_Site="cross-site").status, 403)
        self.assertEqual(self.upload(made, Origin="https://elsewhere.example").status, 403)
        self.assertEqual(self.upload(made, form="nosuch").status, 400)
        self.assertEqual(self.upload(made, period="2021").status, 422, "no form of this period")
        self.assertEqual(self.upload(made, period="soon").status, 400)
        self.clerk.post("session/lock", {})
        self.assertEqual(self.upload(made).json["type"], "urn:jibao:locked")

    def memory_kib(self):
        with open(f"/proc/{self.desk.gateway.pid}/status", encoding="ascii") as status:
            return int(re.search(r"RssAnon:\s+(\d+)", status.read())[1])

    def raw(self, head, pieces):
        """A request by hand; what came back, and whether the connection was cut."""
        host, port = self.desk.address.rsplit(":", 1)
        cookies = "; ".join(f"{k}={v}" for k, v in self.clerk.jar.items())
        with socket.create_connection((host, int(port)), 60) as sock:
            sock.sendall((f"POST /api/v1/upload?form=work&period=2021-Q1 HTTP/1.1\r\nHost: {self.desk.address}\r\nCookie: {cookies}\r\n"
                          f"X-Jibao-Token: {self.clerk.token}\r\nContent-Type: {XLSX}\r\n{head}\r\n\r\n").encode())
            got = b""
            try:
                for piece in pieces:
                    sock.sendall(piece)
                while data := sock.recv(65536):
                    got += data
            except OSError:
                pass
            return got

    def test_bodies_without_measure(self):
        self.serve()
        before = self.memory_kib()
        self.assertIn(b" 413 ", self.raw(f"Content-Length: {100 << 20}", [])[:20])
        piece = b"%x\r\n" % (1 << 16) + bytes(1 << 16) + b"\r\n"
        self.assertEqual(self.raw("Transfer-Encoding: chunked", (piece for _ in range(1600))), b"", "cut")
        self.assertLess(self.memory_kib() - before, (400 if SANITIZED else 64) << 10)
        self.assertEqual(self.upload(inline(self.template(), "F6", "5")).status, 200)

    def test_all_bodies_together_have_a_limit(self):
        self.serve()
        host, port = self.desk.address.rsplit(":", 1)
        head = f"POST /api/v1/check HTTP/1.1\r\nHost: {self.desk.address}\r\nContent-Type: application/json\r\nContent-Length: {GATE_BODY_MAX}\r\n\r\n".encode()
        before, cut = self.memory_kib(), 0
        socks = [socket.create_connection((host, int(port)), 60) for _ in range(24)]
        for sock in socks:
            self.addCleanup(sock.close)
        for sock in socks:
            try:
                sock.sendall(head + b"x" * (GATE_BODY_MAX - 1))
            except OSError:
                cut += 1
        self.assertGreater(cut, 0)
        self.assertLess(self.memory_kib() - before, (800 if SANITIZED else 160) << 10)  # as many bytes as may be, in buffers that grow by halves
        self.assertEqual(self.desk.get("/livez").status, 200)
        for sock in socks:
            sock.close()
        made = inline(self.template(), "F6", "5")
        wait_until(lambda: self.upload(made).status == 200, [self.desk.dir], "room again", process=self.desk.gateway)

    def test_a_slow_file_holds_up_nobody(self):
        """The largest that is accepted, again and again, while others ask."""
        self.serve()
        parts = self.template()
        rows = "".join(f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>单位{n % 977}</t></is></c><c r="Z{n}"><v>{n}.5</v></c></row>' for n in range(100, 60000 if SANITIZED else 300000))
        worst = pack(inline({**parts, SHEET: parts[SHEET].replace("</sheetData>", rows + "</sheetData>")}, "F6", "5"))
        self.assertLess(len(worst), GATE_BODY_MAX)
        began = time.monotonic()
        reply = self.upload(worst)
        took = time.monotonic() - began
        self.assertEqual(reply.status, 200, reply.body)
        host, port = self.desk.address.rsplit(":", 1)
        cookies = "; ".join(f"{k}={v}" for k, v in self.clerk.jar.items())
        with socket.create_connection((host, int(port)), 60) as sock:
            sock.sendall((f"POST /api/v1/upload?form=work&period=2021-Q1 HTTP/1.1\r\nHost: {self.desk.address}\r\nCookie: {cookies}\r\nX-Jibao-Token: {self.clerk.token}\r\n"
                          f"Content-Type: {XLSX}\r\nContent-Length: {len(worst)}\r\n\r\n").encode() + worst)
            delays = []
            for _ in range(20):
                at = time.monotonic()
                self.assertEqual(self.desk.get("/livez").status, 200)
                delays.append(time.monotonic() - at)
            self.assertIn(b" 200 ", sock.recv(64))
        print(f"reading {len(worst) >> 10} KiB took {took * 1000:.0f} ms; others waited {statistics.median(delays) * 1000:.1f} ms, at most {max(delays) * 1000:.1f} ms")
        self.assertLess(max(delays), max(took / 2, 0.25))

    def test_many_at_once_are_taken_in_turn_or_told_to_come_back(self):
        self.serve()
        made = pack(inline(self.template(), "F6", "5"))
        query = "form=work&period=2021-Q1&name=a.xlsx"
        connections = []
        cookies = "; ".join(f"{k}={v}" for k, v in self.clerk.jar.items())
        for _ in range(24):
            connection = self.desk.connect()
            connection.request("POST", f"/api/v1/upload?{query}", made, {"Cookie": cookies, "X-Jibao-Token": self.clerk.token, "Content-Type": XLSX})
            connections.append(connection)
        replies = [Reply(connection.getresponse()) for connection in connections]
        for connection in connections:
            connection.close()
        self.assertIn(200, [reply.status for reply in replies])
        self.assertLessEqual({reply.status for reply in replies}, {200, 503})
        for reply in replies:
            if reply.status == 503:
                self.assertIn("retry-after", reply.headers)


if __name__ == "__main__":
    main()
