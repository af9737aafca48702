#!/usr/bin/python3
"""Every route of the interface as each role, in one table: what comes back, and that nothing of another unit is in it. And, for every
route that changes something, what a foreign page and a forged request get."""

import io
import zipfile

import harness
import small
import test_gateway_people as people
from gateway import GatewayCase, Stream
from harness import OK

QUARTER, BEFORE, OTHER = "2023-Q1", "2022-Q4", "2023-Q2"
SECRET, REASON = "98765.43", "外单位的退回原因"  # of unit01, not published
ROLES = ["stranger", "public", "entering", "reporter", "administrator", "reviewer", "bureau", "suspended", "expired", "locked"]
EVERYBODY = "200 " * 10
OWN, FOREIGN = "unit=unit00&form=work", "unit=unit01&form=work"
FIGURE = "&indicator=flow0&period=2023-Q1"
VIEWS = {"before": {"view": "VIEW_ACCEPTED"}, "after": {"view": "VIEW_WORKING"}, "periods": [QUARTER]}
#                                                             stranger public entering reporter administrator reviewer bureau suspended expired locked
ANYBODY_WHO_READS = "401 401 200 200 200 200 200 403 403 401"  # narrowed to what he may read
READERS_OF_UNIT00 = "401 401 200 200 200 200 200 403 403 401"
READERS_OF_UNIT01 = "401 401 403 403 403 403 200 403 403 401"
READERS_OF_ALL = READERS_OF_UNIT01

QUESTIONS = ("query", "status", "history", "explain", "filing", "periods", "releases", "diff", "notices")

# In the order in which they are asked: what ends a session comes last. A route that is not here fails the test.
TABLE = [
    ("GET", "", None, EVERYBODY),
    ("GET", "openapi.json", None, EVERYBODY),
    ("GET", "session", None, EVERYBODY),
    ("GET", "hello", None, "401 200 200 200 200 200 200 403 403 401"),
    ("GET", "catalog", None, "401 200 200 200 200 200 200 403 403 401"),
    ("GET", f"query?units=unit00&periods={QUARTER}", None, "401 200 200 200 200 200 200 403 403 401"),
    ("GET", f"query?units=unit01&periods={QUARTER}", None, "401 200 403 403 403 403 200 403 403 401"),
    ("GET", f"query?units=county&periods={QUARTER}", None, "401 200 403 403 403 403 200 403 403 401"),
    ("GET", f"query?under=south&periods={QUARTER}", None, "401 200 403 403 403 403 200 403 403 401"),
    ("GET", f"query?under=north&periods={QUARTER}", None, "401 200 200 200 200 200 200 403 403 401"),
    ("GET", f"query?groups=few&periods={QUARTER}", None, "401 200 403 403 403 403 200 403 403 401"),
    ("GET", f"query?units=county&periods={BEFORE}&view=VIEW_PUBLISHED", None, "401 200 403 403 403 403 200 403 403 401"),
    ("POST", "query", {"units": ["unit01"], "periods": [QUARTER]}, "401 200 403 403 403 403 200 403 403 401"),
    ("POST", "query", {"cursor": "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3"}, "401 410 410 410 410 410 410 403 403 401"),
    ("GET", f"query.csv?units=unit00&periods={QUARTER}", None, "401 200 200 200 200 200 200 403 403 401"),
    ("GET", f"query.csv?units=unit01&periods={QUARTER}", None, "401 200 403 403 403 403 200 403 403 401"),
    ("GET", f"query.xlsx?under=north&periods={QUARTER}", None, "401 200 200 200 200 200 200 403 403 401"),
    ("GET", f"query.xlsx?units=unit01&periods={QUARTER}", None, "401 200 403 403 403 403 200 403 403 401"),
    ("GET", f"status?periods={QUARTER}", None, ANYBODY_WHO_READS),
    ("GET", f"status?periods={QUARTER}&units=unit01", None, READERS_OF_UNIT01),
    ("POST", "status", {"periods": [QUARTER], "under": "south"}, READERS_OF_UNIT01),
    ("GET", f"history?unit=unit00{FIGURE}", None, READERS_OF_UNIT00),
    ("GET", f"history?unit=unit01{FIGURE}", None, READERS_OF_UNIT01),
    ("POST", "history", {"unit": "unit01", "indicator": "flow0", "period": QUARTER}, READERS_OF_UNIT01),
    ("GET", f"explain?unit=unit00{FIGURE}", None, READERS_OF_UNIT00),
    ("GET", f"explain?unit=unit01{FIGURE}", None, READERS_OF_UNIT01),
    ("GET", f"explain?unit=county{FIGURE}", None, READERS_OF_ALL),
    ("POST", "explain", {"unit": "south", "indicator": "flow0", "period": QUARTER}, READERS_OF_UNIT01),
    ("GET", f"filing?{OWN}&period={QUARTER}", None, READERS_OF_UNIT00),
    ("GET", f"filing?{FOREIGN}&period={QUARTER}", None, READERS_OF_UNIT01),
    ("POST", "filing", {"unit": "unit01", "form": "work", "period": QUARTER}, READERS_OF_UNIT01),
    ("GET", f"periods?periods={QUARTER}", None, ANYBODY_WHO_READS),
    ("POST", "periods", {"periods": [QUARTER]}, ANYBODY_WHO_READS),
    ("GET", f"releases?periods={BEFORE}", None, ANYBODY_WHO_READS),
    ("POST", "releases", {}, ANYBODY_WHO_READS),
    ("GET", f"diff?periods={QUARTER}&units=unit00", None, READERS_OF_UNIT00),
    ("POST", "diff", {**VIEWS, "units": ["unit00"]}, READERS_OF_UNIT00),
    ("POST", "diff", {**VIEWS, "units": ["unit01"]}, READERS_OF_UNIT01),
    ("POST", "diff", VIEWS, ANYBODY_WHO_READS),
    ("GET", "notices", None, ANYBODY_WHO_READS),
    ("POST", "notices", {}, ANYBODY_WHO_READS),
    ("GET", "events", None, "401 401 open open open open open ended ended 401"),
    ("GET", "events?units=unit01", None, "401 401 ended ended ended ended open ended ended 401"),
    ("GET", f"form.xlsx?{OWN}&period={QUARTER}", None, "401 401 200 200 200 200 200 403 403 401"),
    ("GET", f"form.xlsx?{FOREIGN}&period={QUARTER}", None, READERS_OF_UNIT01),
    ("GET", f"form.docx?{OWN}&period={QUARTER}", None, READERS_OF_UNIT00),
    ("GET", f"form.docx?{FOREIGN}&period={QUARTER}", None, READERS_OF_UNIT01),
    ("GET", f"form.docx?{FOREIGN}&period={QUARTER}&filled=true", None, READERS_OF_UNIT01),
    ("GET", "reports", None, "401 401 200 200 200 200 200 200 200 401"),  # names of templates, no figures
    ("GET", f"report.docx?period={BEFORE}&release=1&template=report.md", None, "401 401 422 422 422 422 200 422 422 401"),  # a report of what one may not read cannot be made
    ("POST", "check", {"unit": "unit00", "form": "work", "period": QUARTER, "rows": []}, "401 401 200 200 200 200 200 200 200 401"),  # by the catalogue alone
    ("GET", f"draft?form=work&period={QUARTER}", None, "401 401 200 200 200 200 200 403 403 401"),
    ("PUT", f"draft?form=work&period={QUARTER}", {"rows": {}}, "401 401 200 200 200 200 200 403 403 401"),
    ("POST", "invitations", {"person": "entering", "name": "某人"}, "401 401 403 403 200 403 403 403 403 401"),
    ("POST", "invitations", {"person": "bureau", "name": "某人"}, "401 401 403 403 403 403 403 403 403 401"),
    ("POST", f"upload?form=work&period={OTHER}", "file", "401 401 200 200 200 200 200 200 200 401"),  # by the catalogue alone; of the own unit
    ("POST", "submit", "own", "401 401 422 200 200 422 422 422 422 401"),
    ("POST", "submit", "foreign", "401 401 422 422 422 422 422 422 422 401"),
    ("POST", "act", "accept", "401 401 403 403 403 200 403 403 403 401"),
    ("POST", "act", "accept foreign", "401 401 403 403 403 403 403 403 403 401"),
    ("POST", "act", {"action": "NOTICE", "period": OTHER, "unit": "unit00", "forms": ["words"], "note": "?"}, "401 401 403 403 403 403 403 403 403 401"),
    ("POST", "act", {"action": "PERIOD_CLOSE", "period": OTHER}, "401 401 403 403 403 403 403 403 403 401"),  # with a key of one's own only
    ("POST", "session/lock", {}, "401 401 200 200 200 200 200 200 200 401"),
    ("POST", "session/unlock", {"pin": people.PIN}, "401 401 200 200 200 200 200 200 200 401"),
    ("POST", "session/leave", {}, "401 401 200 200 200 200 200 200 200 401"),
    ("POST", "session/enrol", "code", "200 403 200 200 200 200 200 200 200 200"),  # the public pages are another gateway's here
]
# What a question is answered with is told as a file to the same people.
TABLE[TABLE.index(("POST", "notices", {}, ANYBODY_WHO_READS)) + 1:0] = [
    ("GET", path.replace("?", f".{ending}?") if "?" in path else f"{path}.{ending}", None, expected) for ending in ("csv", "xlsx")
    for method, path, _, expected in TABLE if method == "GET" and path.partition("?")[0] in QUESTIONS and path.partition("?")[0] != "query"]


class Rights(GatewayCase):
    grant, invite, enrolled = people.People.grant, people.People.invite, people.People.enrolled

    def by(self, name, *args):
        return self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args), OK)

    def report(self, unit, period, value, *extra):
        path = self.desk.file("figures.csv", small.csv_of(unit, period, {"flow0": value, "flow1": "2", "stock": "1"}))
        self.ends(self.desk.agent(unit, "submit", path, *extra), OK)

    def serve(self):
        desk = self.desk
        desk.up()
        text = small.catalog(units=4, flows=2).replace("code: flow0,", "code: flow0, public: true,")
        desk.load("periods: managed\n" + text)
        desk.let_gateway_in()
        desk.allow("gateway", "web")
        desk.allow("office", "periods")
        desk.allow("office", "read", "--everywhere")
        desk.allow("chief", "review", "--units", "county+")
        desk.fetch("unit00", "unit01")
        for period in (BEFORE, QUARTER, OTHER):
            self.by("office", "period", "open", period, "--backfill")
        for unit, value in (("unit00", "11"), ("unit01", "55")):
            self.report(unit, BEFORE, value)
            self.by("chief", "filing", "accept", unit, "work", BEFORE)
        self.by("office", "period", "close", BEFORE)
        self.by("office", "publish", BEFORE)
        self.report("unit00", QUARTER, "12")
        self.report("unit01", QUARTER, SECRET)
        self.by("chief", "filing", "return", "unit01", "work", QUARTER, "--figure", f"flow0={REASON}")
        self.by("office", "notices", "correct", QUARTER)
        templates = desk.dir / "templates"
        templates.mkdir()
        (templates / "report.md").write_text("办理{{flow0}}。\n", "utf-8")
        self.state = desk.dir / "people"
        desk.gateway_up("--state", self.state, "--reports", templates)
        desk.wait_ready()
        self.addresses = {None: desk.address}
        gateway, desk.gateway = desk.gateway, None
        desk.gateway_up("--state", desk.dir / "nobody", "--visitors", "public")
        self.addresses["public"] = desk.address
        desk.wait_ready()
        desk.gateway, desk.address = gateway, self.addresses[None]

    def roles(self):
        """A browser for each."""
        self.grant("entering", "enter", "unit00")
        self.grant("reporter", "report", "unit00")
        self.grant("administrator", "report", "unit00")
        self.grant("reviewer", "review", "unit00,unit02")
        self.ends(self.desk.security("allow", "person:bureau", "--label", "bureau", "--role", "read", "--everywhere"), OK)
        self.grant("suspended", "report", "unit00")
        self.ends(self.desk.security("allow", "person:expired", "--label", "expired", "--role", "report", "--units", "unit00",
                                     "--from", "2020-01-01", "--until", "2020-12-31"), OK)
        self.grant("locked", "report", "unit00")
        browsers = {"stranger": people.Browser(self.desk), "public": people.Browser(self.desk)}
        for role in ROLES[2:]:
            browsers[role] = self.enrolled(role, "unit00", *(("--administrator", "yes") if role in ("administrator", "suspended") else ()))
        self.ends(self.desk.security("suspend", "person:suspended", "--reason", "left"), OK)
        for _ in range(5):
            browsers["locked"].post("session/unlock", {"pin": "000000"})
        return browsers

    @staticmethod
    def cookie(browser):
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in browser.jar.items())}

    def live(self, role, browser, path):
        """What a stream begins with; the status when it is none."""
        with Stream(self.desk, path.partition("?")[2], headers=self.cookie(browser)) as stream:
            while stream.status is None:
                stream.pump()
            if stream.status != 200:
                return str(stream.status)
            return stream.next("open", "ended")["event"]

    def body_of(self, role, body):
        if body == "file":
            return "指标,数值\nflow0,5\n".encode()
        if body == "code":
            return {"code": self.invite("reporter"), "pin": people.PIN}
        if body in ("accept", "accept foreign"):
            return {"action": "FILING_ACCEPT", "unit": "unit00" if body == "accept" else "unit01", "form": "work", "period": OTHER,
                    "submission": self.last}
        if body in ("own", "foreign"):
            return {"unit": "unit00" if body == "own" else "unit01", "form": "work", "period": OTHER, "predecessor": self.last,
                    "reason": "更正", "rows": [{"indicator": code, "state": "STATE_VALUE", "value": str(ROLES.index(role) + 1)}
                                             for code in ("flow0", "flow1", "stock")]}
        return body

    def ask(self, role, browser, method, path, body):
        if path.partition("?")[0] == "events":
            return self.live(role, browser, path), b""
        if path == "session/leave" and browser.jar:
            browser.post("session/unlock", {"pin": people.PIN})
        kind = {"Content_Type": "text/csv"} if body == "file" else {}
        reply = browser.ask(method, path, self.body_of(role, body), **kind)
        if path == "submit" and reply.status == 200:
            self.last = reply.json["submissionId"]
        content = reply.body
        if reply.status == 200 and path.partition("?")[0].endswith((".xlsx", ".docx")):
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                content = b"".join(book.read(name) for name in book.namelist())
        return str(reply.status), content

    def test_every_route_as_every_role(self):
        self.serve()
        browsers = self.roles()
        self.last = ""
        routes = {(method, route["path"].removeprefix("/api/v1/")) for route in self.desk.api("")["routes"] for method in route["methods"]}
        self.assertEqual({(method, path.partition("?")[0]) for method, path, _, _ in TABLE}, routes, "every route is in the table")
        wrong, shown = [], set()
        for method, path, body, expected in TABLE:
            expected = expected.split()
            self.assertEqual(len(expected), len(ROLES), path)
            got = []
            for role, browser in browsers.items():
                self.desk.address = self.addresses.get(role, self.addresses[None])
                status, content = self.ask(role, browser, method, path, body)
                got.append(status)
                for secret in (SECRET, REASON):
                    if secret.encode() in content:
                        shown.add((role, secret))
            if got != expected:
                wrong.append(f"{method} {path} {body or ''}: " + ", ".join(f"{r} {g} (not {e})" for r, g, e in zip(ROLES, got, expected) if g != e))
        self.assertFalse(wrong, "\n".join(wrong))
        self.assertEqual(shown, {("bureau", SECRET), ("bureau", REASON)}, "what is of another unit and not published")
        self.desk.address = self.addresses[None]
        self.verified()

    def test_what_changes_something_is_asked_by_our_own_page_only(self):
        self.serve()
        self.grant("administrator", "report", "unit00")
        browser = self.enrolled("administrator", "unit00", "--administrator", "yes")
        self.last = ""
        tokenless = {"session/enrol", "session/unlock", "check"}  # no session yet; changes nothing
        asked = set()
        for method, path, body, _ in TABLE:
            name = path.partition("?")[0]
            if method == "GET" or name in asked or (method == "POST" and name in QUESTIONS):
                continue
            asked.add(name)
            body = self.body_of("reporter", body)
            with self.subTest(name):
                for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"},
                                {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Mode": "navigate"}):
                    reply = browser.ask(method, path, body, **headers)
                    self.assertEqual((reply.status, reply.json["type"]), (403, "urn:jibao:other-site"), headers)
                for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonx"):
                    self.assertEqual(browser.ask(method, path, "{}", Content_Type=kind).status, 415, kind)
                self.assertEqual(browser.ask(method, path, "{}", Content_Type="").status, 415)
                if name not in tokenless:
                    for token in ({}, {"X_Jibao_Token": "x" * 43}, {"X_Jibao_Token": browser.token[:-1] + "-"}, {"X_Jibao_Token": ""}):
                        self.assertEqual(browser.ask(method, path, body, token=False, **token).status, 403, token)
                self.assertEqual(browser.ask("DELETE", path, body).status, 405)
        self.assertEqual(asked, {"act", "check", "draft", "invitations", "submit", "upload", "session/lock", "session/unlock", "session/leave", "session/enrol"})
        self.assertTrue(browser.get("session").json["token"], "nothing of it did anything")
        audit = self.ends(self.desk.bureau("audit", "--kind", "submission", "-o", "csv"), OK).rows()
        self.assertFalse([row for row in audit if row["period"] == OTHER])


if __name__ == "__main__":
    harness.main()
