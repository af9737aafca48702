"""The gateway's interface: the same answers as the contract, described by its OpenAPI file, and closed to whom it is not meant for."""

import csv
import gzip
import io
import json
import re
import signal
import socket
import subprocess
import time
import unittest

import openpyxl
from google.protobuf import json_format

import harness
import openapi
import small
import wire
from gateway import GatewayCase

# What is asked, and the message that it is asked with; every route of the file that has a question is here.
QUESTIONS = {
    "hello": ("KIND_HELLO", wire.envelope.Hello()),
    "query": ("KIND_QUERY", wire.query.Query(units=["county", "unit00"], periods=["2023-Q1", "2023"], yoy=True)),
    "status": ("KIND_STATUS", wire.query.StatusQuery(under="county", periods=["2023-Q1"])),
    "history": ("KIND_HISTORY", wire.query.HistoryQuery(unit="unit00", indicator="flow0", period="2023-Q1")),
    "explain": ("KIND_EXPLAIN", wire.query.ExplainQuery(unit="county", indicator="share", period="2023-Q1")),
    "filing": ("KIND_FILING", wire.query.FilingQuery(unit="unit00", form="work", period="2023-Q1")),
    "periods": ("KIND_PERIODS", wire.acts.PeriodsQuery()),
    "releases": ("KIND_RELEASES", wire.query.ReleasesQuery()),
    "diff": ("KIND_DIFF", wire.query.DiffQuery(before=wire.query.Sight(view="VIEW_ACCEPTED"), periods=["2023-Q1"])),
    "notices": ("KIND_NOTICES", wire.acts.NoticesQuery()),
}


def flat(message, path=""):
    """The parameters of a web address that stand for the message."""
    pairs = []
    for key, value in json_format.MessageToDict(message).items():
        if isinstance(value, dict):
            pairs += [(f"{key}.{inner}", one) for inner, one in value.items()]
        else:
            pairs += [(key, one) for one in (value if isinstance(value, list) else [value])]
    return [(key, str(value).lower() if isinstance(value, bool) else value) for key, value in pairs]


class Gateway(GatewayCase):
    def serve(self, *args, figures=True):
        desk = self.desk
        desk.up()
        desk.load(small.catalog())
        desk.let_gateway_in()
        if figures:
            desk.fetch("unit00", "unit01")
            for unit, value in (("unit00", "12.5"), ("unit01", "≥3")):
                values = {f"flow{n}": value for n in range(6)} | {"stock": "7"}
                path = desk.file(f"{unit}.csv", small.csv_of(unit, "2023-Q1", values))
                self.ends(desk.agent(unit, "submit", path), harness.OK)
        desk.gateway_up(*args)
        desk.wait_ready()

    def test_answers_are_the_contracts_own_json(self):
        """What protobuf's own library makes of the answer, asked by address and by body."""
        self.serve("--visitors", "all", "--lang", "en")
        with wire.Client(self.desk.write, self.desk.read) as client:
            for name, (kind, message) in QUESTIONS.items():
                expected = json_format.MessageToDict(client.reader.ask(getattr(wire.envelope, kind), message))
                asked = {"by address": self.desk.get(f"/api/v1/{name}", **dict_of(flat(message)))}
                if name != "hello":
                    asked["by body"] = self.desk.http("POST", f"/api/v1/{name}", json_format.MessageToDict(message))
                for how, reply in asked.items():
                    self.assertEqual(reply.status, 200, (name, how, reply))
                    got = reply.json
                    for moving in ("nowUs", "program"):
                        got.pop(moving, None)
                        expected.pop(moving, None)
                    self.assertEqual(got, expected, (name, how))

    def test_the_openapi_file_describes_the_server(self):
        self.serve("--visitors", "all")
        document = self.desk.api("openapi.json")
        self.assertEqual(document, openapi.load(), "the server serves the file")
        for name, schema in openapi.schemas().items():
            self.assertEqual(document["components"]["schemas"].get(name), schema,
                             f"{name}: write it anew with tests/e2e/openapi.py --write")
        described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
        routes = {(route["path"], method) for route in self.desk.api("")["routes"] for method in route["methods"]}
        self.assertEqual(described, routes)
        checker = openapi.Checker(document)
        for path, item in document["paths"].items():
            if path in ("/api/v1/events", "/api/v1/draft") or path.endswith((".csv", ".xlsx", ".docx")) or "get" not in item:
                continue  # test_gateway_events.py, test_gateway_people.py, test_gateway_files.py
            name = path.removeprefix("/api/v1/")
            message = QUESTIONS[name][1] if name in QUESTIONS else None
            reply = self.desk.get(path, **dict_of(flat(message) if message else []))
            self.assertEqual(reply.status, 200, (path, reply))
            schema = item["get"]["responses"]["200"]["content"]["application/json"]["schema"]
            self.assertEqual(checker.check(schema, reply.json), [], path)
        for path in ("/api/v1/nothing", "/api/v1/query?x=1", "/api/v1/query?units=x&periods=2023", "/nothing"):
            reply = self.desk.get(path)
            self.assertGreaterEqual(reply.status, 400)
            self.assertEqual(reply.headers["content-type"], "application/problem+json")
            self.assertEqual(checker.check({"$ref": "#/components/schemas/Problem"}, reply.json), [], path)
            self.assertEqual(reply.json["status"], reply.status)

    def test_a_refusal_says_what_the_command_line_says(self):
        self.serve("--visitors", "all", figures=False)
        for lang in ("zh", "en"):
            told = self.ends(self.desk.bureau("query", "--unit", "nowhere", "--period", "2023", "--lang", lang), harness.REFUSED)
            reply = self.desk.get("/api/v1/query", units="nowhere", periods="2023", lang=lang)
            self.assertEqual(reply.status, 422, reply)
            self.assertEqual(reply.json["findings"][0]["code"], "unknown_unit")
            self.assertIn(reply.json["title"], told.text)
            self.assertIn(reply.json["detail"], told.text)
        reply = self.desk.get("/api/v1/query", headers={"Accept-Language": "en-GB,en;q=0.5"}, units="nowhere", periods="2023")
        self.assertEqual(reply.json["title"], self.desk.get("/api/v1/query", units="nowhere", periods="2023", lang="en").json["title"])

    def test_a_query_is_taken_away_as_a_file_without_formulas(self):
        self.serve("--visitors", "all")
        path = self.desk.file("words.csv", small.csv_of("unit00", "2023-Q1", {"story": "'=1+1"}).replace("'=1+1", '"=HYPERLINK(1)"'))
        self.ends(self.desk.agent("unit00", "submit", path), harness.OK)
        asked = {"units": ["unit00", "unit01"], "periods": ["2023-Q1", "2023-Q2"]}
        rows = self.desk.api("query", **asked)["rows"]
        text = self.desk.get("/api/v1/query.csv", **asked)
        self.assertEqual(text.headers["content-disposition"], 'attachment; filename="jibao.csv"')
        table = list(csv.DictReader(io.StringIO(text.body.decode("utf-8-sig"))))
        self.assertEqual([(row["unit"], row["indicator"], row["period"]) for row in table],
                         [(row["unit"], row["indicator"], row["period"]) for row in rows])
        for got, row in zip(table, rows):
            self.assertEqual(got["value"], row.get("value", ""))
        self.assertIn("'=HYPERLINK(1)", [row["text"] for row in table])
        book = openpyxl.load_workbook(io.BytesIO(self.desk.get("/api/v1/query.xlsx", lang="zh", **asked).body))
        cells = [cell for row in book.active.iter_rows() for cell in row]
        self.assertNotIn("f", {cell.data_type for cell in cells})
        self.assertIn("=HYPERLINK(1)", [cell.value for cell in cells])
        self.assertIn("单位00", [cell.value for cell in cells])
        self.assertEqual(self.desk.get("/api/v1/query.csv", units="nowhere", periods="2023").status, 422)

    def test_nobody_looks_unless_the_settings_say_so(self):
        self.serve(figures=False)
        for route in self.desk.api("")["routes"]:
            name = route["path"].removeprefix("/api/v1/")
            for method in route["methods"]:
                status = self.desk.http(method, route["path"], None if method == "GET" else {}).status
                expected = 200 if name in ("", "openapi.json", "session") else 404 if name == "session/enrol" else 401
                self.assertEqual(status, expected, (method, name))
        self.assertEqual(self.desk.http("POST", "/api/v1/query", {}).status, 401)
        self.assertEqual(self.desk.get("/").status, 200)

    def test_other_sites_and_other_names_are_refused(self):
        self.serve("--visitors", "all", "--hosts", "jibao.example, other.example", figures=False)
        port = self.desk.address.rsplit(":", 1)[1]

        def ask(**headers):
            return self.desk.get("/api/v1/hello", headers={k.replace("_", "-"): v for k, v in headers.items()}).status

        self.assertEqual(ask(), 200)
        for host in (f"localhost:{port}", f"LOCALHOST:{port}", "jibao.example", "other.example:8443"):
            self.assertEqual(ask(Host=host), 200, host)
        for host in ("evil.example", f"evil.example:{port}", "localhost", f"127.0.0.1:{int(port) ^ 1}", "", "jibao.example.evil.example"):
            self.assertEqual(ask(Host=host), 421, host)
        self.assertEqual(ask(Sec_Fetch_Site="same-origin"), 200)
        for site in ("cross-site", "same-site"):
            self.assertEqual(ask(Sec_Fetch_Site=site), 403)
            self.assertEqual(ask(Sec_Fetch_Site=site, Sec_Fetch_Mode="navigate"), 403)
        self.assertEqual(self.desk.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status, 200)
        self.assertEqual(ask(Origin=f"http://{self.desk.address}"), 200)
        for origin in ("https://evil.example", "null", f"http://{self.desk.address}.evil.example"):
            self.assertEqual(ask(Origin=origin), 403, origin)
        form = self.desk.http("POST", "/api/v1/query", "{}", {"Content-Type": "text/plain"})
        self.assertEqual(form.status, 415, "what a form of another site can send is not read")

    def test_every_answer_is_closed_to_scripts_frames_and_caches(self):
        self.serve("--visitors", "all", figures=False)
        for path in ("/", "/livez", "/api/v1/hello", "/api/v1/nothing", "/metrics"):
            headers = self.desk.get(path).headers
            policy = headers["content-security-policy"]
            self.assertIn("frame-ancestors 'none'", policy)
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(headers["x-content-type-options"], "nosniff")
            self.assertEqual(headers["referrer-policy"], "no-referrer")
            self.assertEqual(headers["cache-control"], "no-cache" if path == "/" else "no-store")
        self.assertEqual(self.desk.http("DELETE", "/api/v1/query").status, 405)
        self.assertEqual(self.desk.http("POST", "/", "x").status, 405)
        self.assertEqual(self.desk.http("HEAD", "/api/v1/hello").body, b"")

    def test_files_are_sent_once_and_compressed(self):
        self.serve("--visitors", "all", figures=False)
        page = self.desk.get("/")
        self.assertEqual(page.body, (harness.TOP / "services/gateway/web/index.html").read_bytes())
        self.assertEqual(page.headers["content-type"], "text/html; charset=utf-8")
        zipped = self.desk.get("/index.html", headers={"Accept-Encoding": "gzip, br"})
        self.assertEqual(zipped.headers["content-encoding"], "gzip")
        self.assertEqual(gzip.decompress(zipped.body), page.body)
        for path in ("/", "/api/v1/catalog"):
            first = self.desk.get(path)
            again = self.desk.get(path, headers={"If-None-Match": first.headers["etag"]})
            self.assertEqual((again.status, again.body), (304, b""), path)
        for path in ("/../main.c", "/%2e%2e/main.c", "/nothing", "/index.html/", "//index.html"):
            self.assertEqual(self.desk.get(path).status, 404, path)

    def test_metrics_are_as_prometheus_likes_them(self):
        self.serve("--visitors", "all", figures=False)
        self.desk.api("query", units="county", periods="2023")
        self.desk.get("/api/v1/nothing")
        text = self.desk.get("/metrics").body
        done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, b"", b""))
        lines = text.decode().splitlines()
        self.assertIn('jibao_gateway_http_requests_total{route="query",status="2xx"} 1', lines)
        self.assertIn("jibao_gateway_aggregator_up 1", lines)
        self.assertIn("jibao_gateway_catalog_version 1", lines)
        self.assertNotIn("nothing", text.decode(), "no label holds what somebody asked for")

    def test_it_serves_while_the_aggregator_is_away_and_goes_on_by_itself(self):
        self.serve("--visitors", "all", figures=False)
        write, read = self.desk.write, self.desk.read
        self.desk.down(signal.SIGKILL)
        began = time.monotonic()
        reply = self.desk.get("/api/v1/query", units="county", periods="2023")
        self.assertEqual((reply.status, reply.json["type"]), (503, "urn:jibao:unreached"), reply)
        self.assertLess(time.monotonic() - began, 10)
        self.assertEqual(self.desk.get("/livez").status, 200)
        self.desk.up(write=write, read=read)
        self.desk.wait_ready()
        self.desk.api("query", units="county", periods="2023")

    def test_a_question_under_way_survives_a_restart_of_the_aggregator(self):
        self.serve("--visitors", "all", figures=False)
        write, read = self.desk.write, self.desk.read
        self.desk.aggregator.send_signal(signal.SIGSTOP)
        connection = self.desk.connect()
        connection.request("GET", "/api/v1/query?units=county&periods=2023")
        self.desk.down(signal.SIGKILL)
        self.desk.up(write=write, read=read)
        self.assertEqual(connection.getresponse().status, 200)
        connection.close()

    def test_the_slow_are_cut_and_hold_nobody_up(self):
        self.serve("--visitors", "all", "--head-seconds", "2", "--connections", "64", "--streams", "8", figures=False)
        host, port = self.desk.address.rsplit(":", 1)
        slow = [socket.create_connection((host, int(port))) for _ in range(40)]
        for sock in slow:
            sock.sendall(b"GET /livez HTTP/1.1\r\nHost: x\r\n")
        worst, cut, deadline = 0, set(), time.monotonic() + harness.PATIENCE
        while len(cut) < len(slow) and time.monotonic() < deadline:
            for sock in slow:
                if sock in cut:
                    continue
                try:
                    sock.sendall(b"X: y\r\n")
                    sock.settimeout(0.005)
                    if sock.recv(1) == b"":
                        cut.add(sock)
                except TimeoutError:
                    pass
                except OSError:
                    cut.add(sock)
            began = time.monotonic()
            self.assertEqual(self.desk.get("/livez").status, 200)
            worst = max(worst, time.monotonic() - began)
        self.assertEqual(len(cut), len(slow), "everyone who sends a header for ever is cut")
        self.assertLess(worst, 1)
        for sock in slow:
            sock.close()
        self.assertRegex(self.desk.get("/metrics").body.decode(), r"connections_cut_total [1-9]")

    @unittest.skipUnless(harness.LONG, "takes as long as a body may")
    def test_a_body_that_never_ends_is_cut(self):
        self.serve("--visitors", "all", figures=False)
        host, port = self.desk.address.rsplit(":", 1)
        with socket.create_connection((host, int(port))) as slow:
            slow.sendall(f"POST /api/v1/query HTTP/1.1\r\nHost: {self.desk.address}\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n".encode())
            began, cut = time.monotonic(), False
            while not cut and time.monotonic() - began < 90:
                try:
                    slow.sendall(b" ")
                    slow.settimeout(2)
                    cut = slow.recv(1) == b""
                except TimeoutError:
                    self.assertEqual(self.desk.get("/livez").status, 200)
                except OSError:
                    cut = True
            self.assertTrue(cut)
            self.assertGreater(time.monotonic() - began, 55, "a slow line is given its time")

    def test_what_is_too_large_is_refused(self):
        self.serve("--visitors", "all", figures=False)
        self.assertIn(self.refused(lambda: self.desk.get("/" + "a" * 100_000)), (None, 414, 431))
        self.assertIn(self.refused(lambda: self.desk.get("/", headers={"X-Long": "a" * 100_000})), (None, 431))
        self.assertIn(self.refused(lambda: self.desk.http("POST", "/api/v1/query", "x" * 5_000_000,
                                                          {"Content-Type": "application/json"})), (None, 413))
        pieces = (b"x" * 100_000 for _ in range(60))  # its length is not announced
        self.assertIn(self.refused(lambda: self.desk.http("POST", "/api/v1/submit", pieces, {"Content-Type": "application/json"})), (None, 413))
        many = "&".join(["units=a"] * 1100)
        self.assertIn(self.refused(lambda: self.desk.get("/api/v1/query?" + many)), (None, 400, 414, 431))
        deep = '{"units":' + "[" * 100_000 + "]" * 100_000 + "}"
        self.assertEqual(self.desk.http("POST", "/api/v1/query", deep, {"Content-Type": "application/json"}).status, 400)
        self.assertEqual(self.desk.get("/livez").status, 200)

    @staticmethod
    def refused(ask):
        """The status, or None when the connection was cut instead."""
        try:
            return ask().status
        except (ConnectionError, OSError, __import__("http.client").client.HTTPException):
            return None

    def test_settings_that_cannot_be_used_are_told(self):
        desk = self.desk
        desk.init()
        key = ["--key", desk.key("gateway"), "--server-key", desk.store / "server.pub"]
        for args, word in ((["--listen", "0.0.0.0:0"], "loopback"), (["--listen", "192.0.2.1:80"], "loopback"),
                           (["--listen", "localhost:80"], "loopback"), (["--visitors", "some"], "visitors"),
                           (["--lang", "fr"], "lang"), (["--streams", "1200"], "streams")):
            self.ends(desk.run("jibao-gateway", *key, *args), harness.USAGE, word)
        self.ends(desk.run("jibao-gateway", env={"JIBAO_CONFIG": ""}), harness.USAGE, "--key")
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            self.ends(desk.run("jibao-gateway", *key, "--listen", f"127.0.0.1:{taken.getsockname()[1]}"), harness.FAILED, "in use")
        self.ends(desk.run("jibao-gateway", "--help"), harness.OK, "--visitors", "jibao-gateway --config")


def dict_of(pairs):
    """name -> value, or a list of values for a name that stands more than once."""
    found = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


if __name__ == "__main__":
    harness.main()
