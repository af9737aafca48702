"""Reviewers at the gateway: filings accepted, returned and excused, notices given, each signed by the gateway's key for a person; what
is told of it; and what is refused."""

import base64

import harness
import small
import wire
from gateway import PIN, Browser, PeopleCase

PERIOD = "2023-Q1"
WORK = {"unit": "unit00", "form": "work", "period": PERIOD}


class Review(PeopleCase):
    catalog = "periods: managed\n" + small.catalog()

    def serve(self, *args, **kwargs):
        super().serve(*args, **kwargs)
        self.grant("chief", "review", "north+")
        self.grant("chief", "periods")
        self.desk.allow("office", "periods")
        self.by("office", harness.OK, "period", "open", PERIOD)

    def by(self, name, code, *args, says=()):
        return self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args), code, *says)

    def submitted(self, clerk, value="5", **more):
        """The submission's id, as an act names it."""
        reply = clerk.post("submit", self.filing(value, **more))
        self.assertEqual((reply.status, reply.json["outcome"]), (200, "ACCEPTED"), reply)
        return reply.json["submissionId"]

    def shown(self, browser):
        return browser.get("filing?unit=unit00&form=work&period=2023-Q1").json

    def refused(self, reply, status, *codes):
        self.assertEqual(reply.status, status, reply)
        self.assertEqual({finding["code"] for finding in reply.json.get("findings", [])}, set(codes), reply)

    def exported_and_checked(self):
        path = self.desk.dir / "ledger.jsonl"
        self.ends(self.desk.bureau("audit", "--export", path), harness.OK)
        self.ends(self.desk.bureau("audit", "--check", path, "--server-key", self.desk.store / "server.pub"), harness.OK, "every signature")

    def test_from_submission_to_acceptance_on_the_web_alone(self):
        self.serve()
        clerk, chief = self.enrolled("clerk"), self.enrolled("chief", "north")
        first = self.submitted(clerk)
        returned = {**WORK, "action": "FILING_RETURN", "submission": first, "note": "<b>请核实</b>", "dueOn": "2023-04-20",
                    "reasons": [{"indicator": "flow0", "reason": "=1+1"}]}
        done = chief.post("act", returned)
        self.assertEqual(done.status, 200, done)
        answer = self.shown(clerk)
        self.assertEqual(answer["standing"]["state"], "FILING_RETURNED")
        self.assertEqual({k: answer["acts"][0][k] for k in ("by", "signedFor", "signedForName", "note", "dueOn", "revision")},
                         {"by": "gateway", "signedFor": "chief", "signedForName": "chief 同志", "note": "<b>请核实</b>", "dueOn": "2023-04-20",
                          "revision": done.json["revision"]})
        self.refused(chief.post("act", {**WORK, "action": "FILING_ACCEPT", "submission": first}), 422, "filing_returned")
        second = self.submitted(clerk, "6", predecessor=first, reason="更正")
        self.refused(chief.post("act", {**WORK, "action": "FILING_ACCEPT", "submission": first}), 409, "filing_moved")
        again = {**WORK, "action": 6, "submission": second, "id": base64.b64encode(wire.uuid7()).decode()}
        one, two = chief.post("act", again), chief.post("act", again)
        self.assertEqual((one.status, one.body), (200, two.body), "sent twice, done once")
        self.assertEqual(self.shown(clerk)["standing"]["state"], "FILING_ACCEPTED")
        self.refused(chief.post("act", {**again, "note": "another"}), 409, "id_conflict")
        # whom it is told to have been
        rows = self.ends(self.desk.bureau("filing", "show", "unit00", "work", PERIOD, "-o", "csv"), harness.OK).rows()
        self.assertEqual([(row["act"], row["by"], row["signed_for"]) for row in rows],
                         [("filing_return", "gateway", "chief"), ("filing_return", "gateway", "chief"), ("filing_accept", "gateway", "chief")])
        self.ends(self.desk.bureau("--lang", "zh", "filing", "show", "unit00", "work", PERIOD), harness.OK, "chief 同志（gateway网页代签）")
        self.ends(self.desk.bureau("--lang", "en", "filing", "show", "unit00", "work", PERIOD), harness.OK, "chief 同志 (signed on the web by gateway)")
        audit = self.ends(self.desk.bureau("audit", "--person", "chief", "-o", "csv"), harness.OK).rows()
        self.assertEqual([(row["kind"], row["person"], row["label"]) for row in audit], [("act", "chief", "gateway")] * 2)
        self.verified()
        self.exported_and_checked()

    def test_lateness_is_excused_and_notice_is_given(self):
        self.serve()
        clerk, chief = self.enrolled("clerk"), self.enrolled("chief", "north")
        done = chief.post("act", {**WORK, "action": "FILING_EXCUSE", "note": "停电"})
        self.assertEqual(done.status, 200, done)
        self.assertTrue(self.shown(clerk)["standing"]["excused"])
        notice = {"action": "NOTICE", "period": PERIOD, "unit": "unit00", "forms": ["work"], "note": "请于二十日前报齐。", "number": "〔2023〕5号",
                  "dueOn": "2023-04-20"}
        self.assertEqual(chief.post("act", notice).status, 200)
        told = clerk.get(f"notices?periods={PERIOD}").json["notices"]
        self.assertEqual([(one["text"], one["number"], one["by"], one["signedFor"], one["signedForName"]) for one in told],
                         [("请于二十日前报齐。", "〔2023〕5号", "gateway", "chief", "chief 同志")])
        rows = self.ends(self.desk.bureau("notices", "list", PERIOD, "-o", "csv"), harness.OK).rows()
        self.assertEqual([(row["by"], row["signed_for"]) for row in rows], [("gateway", "chief")])
        self.refused(chief.post("act", {**notice, "correction": True}), 422, "nothing_to_review")
        self.verified()
        self.exported_and_checked()

    def test_the_session_tells_what_the_person_may_do(self):
        self.serve()
        clerk, chief, stranger = self.enrolled("clerk"), self.enrolled("chief", "north"), self.enrolled("nobody")
        self.assertEqual(clerk.get("session").json["may"], {"read": ["unit00"], "report": ["unit00"], "enter": [], "review": [], "notices": False})
        north = ["north", "unit00", "unit02", "unit04", "unit06"]
        self.assertEqual(chief.get("session").json["may"], {"read": north, "report": [], "enter": [], "review": north, "notices": True})
        self.assertEqual(stranger.get("session").json["may"], {"read": [], "report": [], "enter": [], "review": [], "notices": False})
        self.assertNotIn("may", Browser(self.desk).get("session").json)
        self.ends(self.desk.security("suspend", "person:chief", "--reason", "left"), harness.OK)
        self.assertEqual(chief.get("session").json["may"]["review"], [], "at once")
        self.desk.down()
        self.assertEqual(clerk.get("session").json["enrolled"], True, "also when the aggregator is away")

    def test_who_may_not_is_refused_in_words(self):
        self.serve("--lang", "en")
        clerk, chief, reader = self.enrolled("clerk"), self.enrolled("chief", "north"), self.enrolled("head", "north")
        submission = self.submitted(clerk)
        accept = {**WORK, "action": "FILING_ACCEPT", "submission": submission}
        for who in (clerk, reader, self.enrolled("nobody")):
            self.assertEqual(who.post("act", accept).status, 403)
        forged = clerk.post("act", {**accept, "signedFor": "chief"})
        self.refused(forged, 403, "grant_missing")
        self.assertIn("for clerk", forged.json["findings"][0]["got"], "signedFor is the gateway's to say")
        self.refused(clerk.post("act", {**accept, "signed_for": "chief"}), 403, "grant_missing")
        self.refused(chief.post("act", {**accept, "unit": "unit01"}), 403, "grant_missing")
        self.refused(chief.post("act", {"action": "NOTICE", "period": PERIOD, "unit": "unit00", "forms": ["nothing"], "note": "?"}), 422, "unknown_form")
        for action in ("PERIOD_OPEN", "PERIOD_CLOSE", "PERIOD_AMEND", "PERIOD_REOPEN", "PUBLISH", 1, 5, "ACTION_UNSPECIFIED", "", None, [], 4.5):
            reply = chief.post("act", {"action": action, "period": PERIOD})
            self.assertEqual((reply.status, reply.json["type"]), (403, "urn:jibao:own-key"), action)
            self.assertIn("jibao period", reply.json["detail"])
        for body in ({**accept, "dueOn": "2023-04-20"}, {**accept, "submission": ""}, {**accept, "more": 1}, {**accept, "id": "AA=="}, {**accept, "untilUs": "5"},
                     {**WORK, "action": "FILING_RETURN", "submission": submission}, {**WORK, "action": "FILING_EXCUSE"}):
            reply = chief.post("act", body)
            self.assertEqual(reply.status, 400, (body, reply))
            self.assertTrue(reply.json["expected"], reply)
        self.assertEqual(chief.post("act", "[]", Content_Type="application/json").status, 400)
        self.refused(chief.post("act", {**accept, "epoch": 9}), 422, "act_epoch")
        self.verified()

    def test_an_act_needs_pin_and_token(self):
        self.serve()
        clerk, chief = self.enrolled("clerk"), self.enrolled("chief", "north")
        accept = {**WORK, "action": "FILING_ACCEPT", "submission": self.submitted(clerk)}
        self.assertEqual(Browser(self.desk).post("act", accept).status, 401)
        self.assertEqual(chief.ask("POST", "act", accept, token=False).status, 403)
        self.assertEqual(chief.post("act", accept, Origin="https://evil.example").status, 403)
        self.assertEqual(chief.ask("POST", "act", "action=6", Content_Type="application/x-www-form-urlencoded").status, 415)
        self.assertEqual(chief.get("act").status, 405)
        self.assertEqual(chief.post("session/lock", {}).status, 200)
        self.assertEqual(chief.post("act", accept).json["type"], "urn:jibao:locked")
        self.assertEqual(chief.post("session/unlock", {"pin": PIN}).status, 200)
        self.assertEqual(chief.post("act", accept).status, 200)
        self.assertIn('route="act",status="2xx"', self.desk.get("/metrics").body.decode())

    def test_nobody_reviews_what_he_submitted_by_another_way(self):
        self.serve()
        clerk = self.enrolled("clerk")
        self.submitted(clerk)
        own = self.desk.key("own", label="clerk 同志")
        self.ends(self.desk.security("allow", f"{own}.pub", "--role", "review", "--units", "unit00"), harness.REFUSED)
        # the clerk leaves the desk and reviews: neither through the web nor with a key that bears the name
        self.ends(self.desk.security("take", "person:clerk", "--role", "report"), harness.OK)
        self.grant("clerk", "review", "unit00")
        accept = {**WORK, "action": "FILING_ACCEPT", "submission": self.shown(clerk)["lastSubmission"]}
        self.refused(clerk.post("act", accept), 422, "reviewer_submitted")
        self.desk.allow("own", "review", "--units", "unit00")
        self.by("own", harness.REFUSED, "filing", "accept", "unit00", "work", PERIOD, says=["who submitted does not review"])
        self.grant("second", "review", "unit00")
        self.assertEqual(self.enrolled("second").post("act", accept).status, 200, "the same gateway's key, another person")
        self.verified()
        self.exported_and_checked()


if __name__ == "__main__":
    harness.main()
