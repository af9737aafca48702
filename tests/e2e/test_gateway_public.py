"""The public mode: everybody sees what was published of public indicators, as JSON and as a file of a release, and nothing else."""

import csv
import io
import re

import harness
import small
from gateway import GatewayCase

PERIOD = "2023-Q2"


class Public(GatewayCase):
    def serve(self):
        desk = self.desk
        desk.up()
        text = small.catalog(units=3, flows=2).replace("code: flow0,", "code: flow0, public: true, note: 内部说明,")
        desk.load("periods: managed\n" + text)
        desk.allow("office", "periods")
        desk.allow("office", "read", "--everywhere")
        desk.allow("reviewer", "review", "--units", "county+")
        desk.let_gateway_in()
        desk.gateway_up("--visitors", "public")
        desk.wait_ready()
        self.act("office", "period", "open", PERIOD)
        desk.fetch("unit00")
        self.submit("10", "7")

    def act(self, name, *args):
        self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args), harness.OK)

    def submit(self, public, internal, reason=()):
        path = self.desk.file("figures.csv", small.csv_of("unit00", PERIOD, {"flow0": public, "flow1": internal, "stock": "1"}))
        self.ends(self.desk.agent("unit00", "submit", path, *reason), harness.OK)

    def shown(self, **fields):
        rows = self.desk.api("query", units="county", periods=PERIOD, **fields).get("rows", [])
        return {row["indicator"]: row.get("value") for row in rows if row.get("state") == "STATE_VALUE"}

    def test_only_what_was_published_of_public_indicators_is_seen(self):
        self.serve()
        self.assertEqual(self.shown(), {}, "submitted is not published")
        self.assertEqual(self.shown(view="VIEW_WORKING"), {}, "no other view is to be had")
        self.assertEqual(self.shown(view="VIEW_ACCEPTED", plane="OWN"), {})
        self.act("reviewer", "filing", "accept", "unit00", "work", PERIOD)
        self.act("office", "period", "close", PERIOD)
        self.act("office", "publish", PERIOD, "--note", "初次发布")
        self.act("office", "period", "reopen", PERIOD, "--unit", "unit00", "--until", "2099-01-01", "--reason", "更正")
        self.submit("12", "8", ["--reason", "更正"])
        for fields in ({}, {"view": "VIEW_WORKING"}, {"publicOnly": "false"}, {"view": "VIEW_PUBLISHED", "release": "1"}, {"lang": "en"}):
            self.assertEqual(self.shown(**fields), {"flow0": "10"}, fields)
        posted = self.desk.http("POST", "/api/v1/query", {"units": ["county"], "periods": [PERIOD], "view": "VIEW_WORKING",
                                                          "indicators": ["flow1"]})
        self.assertNotIn("STATE_VALUE", [row.get("state") for row in posted.json.get("rows", [])])
        table = self.desk.get("/api/v1/query.csv", units="county", periods=PERIOD, release="1", onlyReported="true")
        rows = list(csv.DictReader(io.StringIO(table.body.decode("utf-8-sig"))))
        self.assertEqual([(row["indicator"], row["value"]) for row in rows], [("flow0", "10")])

    def test_the_catalogue_tells_of_public_indicators_only(self):
        self.serve()
        catalog = self.desk.api("catalog")
        self.assertEqual([indicator["code"] for indicator in catalog["indicators"]], ["flow0"])
        self.assertEqual(catalog["forms"], [])
        self.assertFalse(re.search("内部说明|owners", self.desk.get("/api/v1/catalog").body.decode()))

    def test_everything_else_is_for_who_is_enrolled(self):
        self.serve()
        seen = {"", "openapi.json", "hello", "catalog", "query", "query.csv", "query.xlsx", "session"}
        for route in self.desk.api("")["routes"]:
            name = route["path"].removeprefix("/api/v1/")
            for method in route["methods"]:
                status = self.desk.http(method, route["path"], None if method == "GET" else {}).status
                if name not in seen:
                    self.assertIn(status, (401, 404), (method, name))
                else:
                    self.assertNotEqual(status, 401, (method, name))
        self.assertEqual(self.desk.api("session"), {"enrolled": False, "visitors": "public"})


if __name__ == "__main__":
    harness.main()
