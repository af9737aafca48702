"""People at the gateway: invitations, PINs, sessions, what each may do, and a submission that the gateway's key signs for a person."""

import base64
import re
import signal
import time

import harness
import small
import wire
from gateway import PIN, Browser, PeopleCase, Stream, pump_all


class People(PeopleCase):
    def test_an_invitation_is_good_once_and_its_cookies_are_closed(self):
        self.serve()
        code = self.invite("clerk")
        self.assertRegex(code, r"^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$")
        self.assertFalse([path for path in self.state.rglob("*") if path.is_file() and code.encode() in path.read_bytes()], "only its hash is kept")
        browser = Browser(self.desk)
        self.assertEqual(browser.get("session").json, {"enrolled": False, "visitors": "none"})
        self.assertEqual(browser.get("query?units=county&periods=2023").status, 401)
        short = browser.post("session/enrol", {"code": code, "pin": "123"})
        self.assertEqual((short.status, short.json["type"]), (422, "urn:jibao:pin"), "the code is not used up")
        reply = browser.post("session/enrol", {"code": code.lower().replace("-", " "), "pin": PIN})
        self.assertEqual(reply.status, 200, reply)
        self.assertEqual(len(reply.cookies), 2)
        for cookie in reply.cookies:
            self.assertRegex(cookie, r"^jibao-(device|session)=[\w-]{43}; Path=/; HttpOnly; SameSite=Strict(; Max-Age=2592000)?$")
        self.assertEqual({key: reply.json[key] for key in ("person", "unit", "name", "administrator")},
                         {"person": "clerk", "unit": "unit00", "name": "张三", "administrator": False})
        again = Browser(self.desk).post("session/enrol", {"code": code, "pin": PIN})
        self.assertEqual((again.status, again.json["type"]), (403, "urn:jibao:code"))

    def test_behind_tls_cookies_are_bound_to_it(self):
        self.serve("--tls", "yes")
        reply = Browser(self.desk).post("session/enrol", {"code": self.invite("clerk"), "pin": PIN})
        for cookie in reply.cookies:
            self.assertRegex(cookie, r"^__Host-jibao-\w+=.*; Path=/; HttpOnly; SameSite=Strict; Secure")

    def test_each_reads_what_the_person_may_read(self):
        self.serve()
        clerk, head = self.enrolled("clerk"), self.enrolled("head", "north")
        stranger = self.enrolled("nobody")
        for browser, unit, status in ((clerk, "unit00", 200), (clerk, "county", 403), (clerk, "unit01", 403), (head, "north", 200),
                                      (head, "unit02", 200), (head, "unit01", 403), (stranger, "unit00", 403)):
            reply = browser.get(f"query?units={unit}&periods=2023-Q1")
            self.assertEqual(reply.status, status, (unit, reply))
        self.assertEqual(self.desk.get("/api/v1/query", units="unit00", periods="2023-Q1").status, 401)
        self.ends(self.desk.security("suspend", "person:head", "--reason", "left"), harness.OK)
        self.assertEqual(head.get("query?units=north&periods=2023-Q1").status, 403, "at once")

    def test_a_gateway_without_the_role_web_asks_for_nobody(self):
        self.serve(web=False)
        self.assertEqual(self.enrolled("clerk").get("query?units=unit00&periods=2023-Q1").status, 403)

    def test_nobody_reads_more_than_the_gateway_may(self):
        self.serve(reads=("--units", "unit00,unit01"))
        clerk, head = self.enrolled("clerk"), self.enrolled("head", "north")
        for browser, unit, status in ((clerk, "unit00", 200), (clerk, "unit01", 403), (head, "unit00", 200), (head, "unit02", 403),
                                      (head, "north", 403), (head, "unit01", 403)):
            self.assertEqual(browser.get(f"query?units={unit}&periods=2023-Q1").status, status, unit)
        status = head.get("status?periods=2023-Q1").json
        self.assertEqual({row["unit"] for row in status["rows"]}, {"unit00"})
        self.assertEqual([finding["code"] for finding in status["findings"]], ["narrowed"])

    def test_pages_of_an_answer_are_for_who_asked(self):
        self.serve()
        self.grant("twin", "report", "unit00")
        clerk, twin, head = self.enrolled("clerk"), self.enrolled("twin"), self.enrolled("head", "north")
        first = clerk.post("query", {"units": ["unit00"], "periods": ["2012..2023"] * 400}).json
        cursor = {"cursor": first["cursor"]}
        for other in (twin, head):
            self.assertEqual(other.post("query", cursor).status, 410)
        self.assertTrue(clerk.post("query", cursor).json["rows"])

    def test_live_events_are_the_persons_own(self):
        self.serve()
        clerk = self.enrolled("clerk")
        cookie = "; ".join(f"{k}={v}" for k, v in clerk.jar.items())
        with Stream(self.desk, "units=unit00", headers={"Cookie": cookie}) as stream:
            stream.next("open")
            self.assertEqual(clerk.post("submit", self.filing()).status, 200)
            cells = stream.next("changes")["data"]["cells"]
            self.assertEqual({cell["unit"] for cell in cells}, {"unit00"})
            self.ends(self.desk.security("suspend", "person:clerk", "--reason", "left"), harness.OK)
            stream.next("ended")
        with Stream(self.desk, "units=county", headers={"Cookie": cookie}) as stream:
            stream.next("ended")

    def cookie(self, browser):
        return {"Cookie": "; ".join(f"{k}={v}" for k, v in browser.jar.items())}

    def test_what_a_person_may_read_changes_and_the_stream_says_so(self):
        self.serve()
        head = self.enrolled("head", "north")
        with Stream(self.desk, headers=self.cookie(head)) as stream:
            stream.next("open")
            self.grant("head", "read", "county+")
            self.assertEqual(stream.next("reset")["data"]["reason"], "rights")
            stream.next("snapshot_end")
            self.grant("head", "read", "unit02")
            self.assertEqual(stream.next("reset")["data"]["reason"], "rights")
            stream.next("snapshot_end")
            last = stream.last  # of who sees unit02
            clerk = self.enrolled("clerk")
            self.assertEqual(clerk.post("submit", self.filing()).status, 200)
            self.grant("head", "read", "unit00")
            while True:
                frame = stream.next("reset", "changes", "progress")
                self.assertNotEqual(frame["event"], "changes", "of unit00, which it might not read then")
                if frame["event"] == "reset":
                    break
        with Stream(self.desk, last=last, headers=self.cookie(clerk)) as stream:  # another's place in the stream
            self.assertEqual(stream.next()["event"], "reset")

    def test_streams_end_with_their_device(self):
        self.serve()
        clerk, other = self.enrolled("clerk"), self.enrolled("head", "north")
        with Stream(self.desk, headers=self.cookie(clerk)) as left, Stream(self.desk, headers=self.cookie(other)) as locked:
            left.next("open")
            locked.next("open")
            self.assertEqual(clerk.post("session/leave", {}).status, 200)
            pump_all([left], lambda: left.ended)
            for _ in range(5):
                other.post("session/unlock", {"pin": "000000"})
            pump_all([locked], lambda: locked.ended)

    def test_a_device_has_so_many_streams_and_a_closed_one_is_noticed(self):
        self.serve()
        clerk, head = self.enrolled("clerk"), self.enrolled("head", "north")
        streams = [Stream(self.desk, headers=self.cookie(clerk)) for _ in range(16)]
        pump_all(streams, lambda: all(stream.frames for stream in streams))
        self.assertEqual(clerk.get("events").status, 429)
        with Stream(self.desk, headers=self.cookie(head)) as other:
            other.next("open")
        streams.pop().close()
        began = time.monotonic()
        while "jibao_gateway_streams 15\n" not in self.desk.get("/metrics").body.decode():  # nothing was written meanwhile
            self.assertLess(time.monotonic() - began, 5)
        streams.append(Stream(self.desk, headers=self.cookie(clerk)))
        streams[-1].next("open")
        for stream in streams:
            stream.close()

    def test_more_people_look_than_one_key_may_have_watches(self):
        self.serve()
        people = [f"p{n}" for n in range(66)]
        cookies = []
        for person in people:
            self.grant(person, "report", "unit00")
            cookies.append(self.cookie(self.enrolled(person)))
        streams = [Stream(self.desk, headers=cookie) for cookie in cookies]
        pump_all(streams, lambda: all(stream.frames for stream in streams))
        self.assertEqual(self.enrolled("clerk").post("submit", self.filing()).status, 200)
        pump_all(streams, lambda: all(stream.revision for stream in streams))
        for stream in streams:
            stream.close()

    def test_a_submission_is_signed_for_the_person(self):
        self.serve()
        clerk = self.enrolled("clerk")
        reply = clerk.post("submit", self.filing())
        self.assertEqual((reply.status, reply.json["outcome"]), (200, "ACCEPTED"), reply)
        filing = clerk.get("filing?unit=unit00&form=work&period=2023-Q1").json
        self.assertEqual(filing["lastSubmission"], reply.json["submissionId"])
        audit = self.ends(self.desk.bureau("audit", "--kind", "submission", "-o", "csv"), harness.OK).rows()
        self.assertEqual(audit[-1]["person"], "clerk")
        # the same bytes again are one; another predecessor is stale; refusals list every finding
        twice = self.filing("6", id=base64.b64encode(wire.uuid7()).decode(), predecessor=reply.json["submissionId"])
        first, second = clerk.post("submit", twice), clerk.post("submit", twice)
        self.assertEqual((first.status, first.body), (second.status, second.body))
        stale = clerk.post("submit", self.filing("7"))
        self.assertEqual((stale.status, stale.json["outcome"]), (409, "STALE"))
        wrong = clerk.post("submit", self.filing("x", predecessor=first.json["submissionId"]))
        self.assertIn(wrong.status, (400, 422), wrong)
        self.verified()

    def test_it_is_told_who_signed_how_wherever_a_submission_is_shown(self):
        self.serve()
        clerk = self.enrolled("clerk")
        receipt = clerk.post("submit", self.filing()).json
        self.desk.fetch("unit00")
        path = self.desk.file("own.csv", small.csv_of("unit00", "2023-Q2", {f"flow{n}": 3 for n in range(6)} | {"stock": 1}))
        self.ends(self.desk.agent("unit00", "submit", path), harness.OK)
        web = {"signedFor": "clerk", "contentHash": receipt["contentHash"]}
        figure = "unit=unit00&indicator=flow0"
        row = clerk.get(f"history?{figure}&period=2023-Q1").json["rows"][0]
        self.assertEqual({key: row[key] for key in web}, web)
        parts = {part["period"]: part for part in clerk.get(f"explain?{figure}&period=2023-Q1..2023-Q2").json["parts"]}
        self.assertEqual({key: parts["2023-Q1"][key] for key in web}, web)
        self.assertNotIn("signedFor", parts["2023-Q2"])
        self.assertEqual(parts["2023-Q2"]["signer"], "desk")
        rows = {row["period"]: row.get("signedFor", "") for row in clerk.get("status?periods=2023-Q1&periods=2023-Q2").json["rows"]}
        self.assertEqual(rows, {"2023-Q1": "clerk", "2023-Q2": ""})
        hexed = base64.b64decode(receipt["contentHash"]).hex()
        asked = ["--unit", "unit00", "--indicator", "flow0", "--period"]
        for command in ("history", "explain"):
            table = self.ends(self.desk.bureau("--lang", "zh", command, *asked, "2023-Q1"), harness.OK).out.decode()
            self.assertIn("网页代签：clerk", table)
            table = self.ends(self.desk.bureau("--lang", "zh", command, *asked, "2023-Q2"), harness.OK).out.decode()
            self.assertIn(f"自有密钥签名：desk", table)
            listed = self.ends(self.desk.bureau(command, *asked, "2023-Q1", "-o", "csv"), harness.OK).rows()[0]
            self.assertEqual((listed["signed_for"], listed["content_hash"]), ("clerk", hexed))
        listed = self.ends(self.desk.bureau("status", "--period", "2023-Q1", "-o", "csv"), harness.OK).rows()
        self.assertEqual({row["unit"]: row["signed_for"] for row in listed if row["signed_for"]}, {"unit00": "clerk"})
        own = self.ends(self.desk.agent("unit00", "receipts", "-o", "csv"), harness.OK).rows()[0]
        kept = clerk.get("filing?unit=unit00&form=work&period=2023-Q2").json["last"]
        self.assertEqual((own["signed"], own["content_hash"]), ("own_key", base64.b64decode(kept["contentHash"]).hex()))

    def test_a_form_is_checked_while_it_is_filled_in_and_nothing_is_kept(self):
        self.serve("--lang", "en")
        clerk = self.enrolled("clerk")
        self.assertEqual(clerk.post("check", self.filing()).json, {})
        wrong = self.filing("1.005")
        wrong["rows"][1]["indicator"] = "flow9"
        found = clerk.post("check", wrong, token=False)
        self.assertEqual(found.status, 200, found)
        told = {(finding["code"], finding["indicator"]) for finding in found.json["findings"]}
        refused = clerk.post("submit", wrong).json["findings"]
        self.assertEqual(told, {(finding["code"], finding["indicator"]) for finding in refused}, "what the service says")
        self.assertIn(("unknown_indicator", "flow9"), told)
        self.assertEqual(clerk.get("filing?unit=unit00&form=work&period=2023-Q1").json.get("rows"), None)
        for body in ({"rows": [{"indicator": "flow0", "state": "STATE_VALUE", "value": "1e5"}]}, {"rows": 5}, {"id": "AA=="}):
            self.assertEqual(clerk.post("check", body).status, 400, body)
        self.assertEqual(Browser(self.desk).post("check", self.filing()).status, 401)

    def test_nobody_signs_for_another(self):
        self.serve()
        clerk = self.enrolled("clerk")
        other = clerk.post("submit", self.filing() | {"unit": "unit01"})
        self.assertEqual((other.status, other.json["outcome"]), (422, "REFUSED"), other)
        self.assertEqual(other.json["findings"][0]["code"], "grant_missing")
        forged = clerk.post("submit", self.filing(signedFor="head"))
        self.assertEqual(forged.status, 200, "signedFor is the gateway's to say")
        audit = self.ends(self.desk.bureau("audit", "--kind", "submission", "-o", "csv"), harness.OK).rows()
        self.assertEqual({row["person"] for row in audit}, {"clerk"})
        reader = self.enrolled("head", "north")
        self.assertEqual(reader.post("submit", self.filing()).json["outcome"], "REFUSED")

    def test_what_changes_something_needs_pin_and_token(self):
        self.serve()
        clerk = self.enrolled("clerk")
        self.assertEqual(clerk.ask("POST", "submit", self.filing(), token=False).status, 403)
        self.assertEqual(clerk.post("submit", self.filing(), token=False, X_Jibao_Token="x" * 43).status, 403)
        self.assertEqual(clerk.post("submit", self.filing(), Origin="https://evil.example").status, 403)
        self.assertEqual(clerk.post("submit", self.filing(), Sec_Fetch_Site="cross-site").status, 403)
        self.assertEqual(clerk.ask("POST", "submit", "rows=1", Content_Type="application/x-www-form-urlencoded").status, 415)
        old = dict(clerk.jar)
        self.assertEqual(clerk.post("session/lock", {}).status, 200)
        clerk.jar.update(old)
        self.assertEqual(clerk.post("submit", self.filing()).status, 401, "the locked session's cookie is worth nothing")
        self.assertEqual(clerk.get("query?units=unit00&periods=2023-Q1").status, 200, "reading goes on")
        self.assertEqual(clerk.post("session/unlock", {"pin": PIN}).status, 200)
        self.assertEqual(clerk.post("submit", self.filing()).status, 200)

    def test_a_planted_session_is_worth_nothing(self):
        self.serve()
        planted = "A" * 43
        browser = Browser(self.desk)
        browser.jar = {"jibao-session": planted, "jibao-device": planted}
        self.assertEqual(browser.get("session").json["enrolled"], False)
        browser.post("session/enrol", {"code": self.invite("clerk"), "pin": PIN})
        first = dict(browser.jar)
        self.assertNotIn(planted, first.values())
        browser.post("session/unlock", {"pin": PIN})
        self.assertNotEqual(browser.jar["jibao-session"], first["jibao-session"], "a new token after the PIN")
        thief = Browser(self.desk)
        thief.jar = {"jibao-session": browser.jar["jibao-session"]}
        self.assertEqual(thief.get("session").json["enrolled"], False, "a session belongs to its device")

    def test_five_wrong_pins_lock_the_device_for_good(self):
        self.serve()
        clerk = self.enrolled("clerk")
        clerk.post("session/lock", {})
        for left in (4, 3, 2):
            reply = clerk.post("session/unlock", {"pin": "000000"})
            self.assertEqual((reply.status, reply.json["type"]), (403, "urn:jibao:pin"))
            self.assertIn(str(left), reply.json["detail"])
        address = self.desk.address
        self.desk.gateway_down(signal.SIGKILL)  # a crash gives no further tries
        self.desk.gateway_up("--state", self.state, listen=address)
        self.desk.wait_ready()
        for _ in range(2):
            self.assertEqual(clerk.post("session/unlock", {"pin": "000000"}).status, 403)
        self.assertEqual(clerk.post("session/unlock", {"pin": PIN}).status, 401)
        self.assertEqual(clerk.get("query?units=unit00&periods=2023-Q1").status, 401)

    def test_devices_outlive_the_gateway_and_sessions_do_not(self):
        self.serve()
        clerk = self.enrolled("clerk")
        address = self.desk.address
        self.desk.gateway_down()
        self.desk.gateway_up("--state", self.state, listen=address)
        self.desk.wait_ready()
        self.assertEqual(clerk.get("query?units=unit00&periods=2023-Q1").status, 200)
        self.assertEqual(clerk.post("submit", self.filing()).status, 401)
        self.assertEqual(clerk.post("session/unlock", {"pin": PIN}).status, 200)
        self.assertEqual(clerk.post("session/leave", {}).status, 200)
        self.assertEqual(clerk.jar, {})
        self.assertEqual(clerk.get("session").json["enrolled"], False)

    def test_guessing_codes_is_stopped(self):
        self.serve()
        browser = Browser(self.desk)
        statuses = [browser.post("session/enrol", {"code": f"0000-0000-0000-{n:04}", "pin": PIN}).status for n in range(8)]
        self.assertEqual(statuses, [403] * 5 + [429] * 3)
        for code in ("", "x", "0" * 500, "U000-0000-0000-0000"):
            self.assertEqual(browser.post("session/enrol", {"code": code, "pin": PIN}).status, 429)

    def test_administrators_invite_for_their_own_unit(self):
        self.serve()
        boss = self.enrolled("head", "unit00", "--administrator", "yes")
        reply = boss.post("invitations", {"person": "clerk", "name": "李四"})
        self.assertEqual(reply.status, 200, reply)
        clerk = Browser(self.desk)
        joined = clerk.post("session/enrol", {"code": reply.json["code"], "pin": PIN}).json
        self.assertEqual((joined["unit"], joined["name"], joined["administrator"]), ("unit00", "李四", False))
        self.assertEqual(clerk.post("invitations", {"person": "x", "name": "x"}).status, 403)
        self.assertEqual(boss.post("invitations", {"person": "no code", "name": "x"}).status, 422)
        self.assertEqual(boss.post("invitations", {"person": "clerk", "name": "a\u0007b"}).status, 422)

    def test_nobody_is_invited_to_be_more_than_the_unit(self):
        """Whoever makes a code could use it himself."""
        self.serve()
        boss = self.enrolled("clerk", "unit00", "--administrator", "yes")
        self.grant("entering", "enter", "unit00")
        self.grant("both", "report", "unit00,unit01")
        self.grant("branch", "read", "unit00+")
        self.grant("reviewer", "review", "unit00")
        self.grant("later", "report", "unit00")
        self.ends(self.desk.security("allow", "person:later", "--role", "read", "--units", "county+", "--from", "2099-01-01"), harness.OK)
        self.ends(self.desk.security("allow", "person:office", "--label", "office", "--role", "periods"), harness.OK)
        for person, status in (("entering", 200), ("nobody", 422), ("head", 403), ("both", 403), ("branch", 403), ("reviewer", 403), ("later", 403),
                               ("office", 403)):
            self.assertEqual(boss.post("invitations", {"person": person, "name": "某人"}).status, status, person)
        self.ends(self.desk.security("suspend", "person:clerk", "--reason", "left"), harness.OK)
        self.assertEqual(boss.post("invitations", {"person": "entering", "name": "某人"}).status, 403, "the administrator left")

    def test_drafts_belong_to_the_unit(self):
        self.serve()
        self.grant("away", "report", "unit00")
        first, second, other = self.enrolled("clerk"), self.enrolled("head"), self.enrolled("clerk", "unit01")
        away = self.enrolled("away")
        path = "draft?form=work&period=2023Q1"
        self.assertEqual(first.get(path).json, {})
        draft = {"rows": {"flow0": "<script>1</script>"}}
        self.assertEqual(first.ask("PUT", path, draft).status, 200)
        self.assertEqual(second.get("draft?form=work&period=2023-Q1").json, draft)
        self.assertEqual(away.get(path).json, draft)
        self.ends(self.desk.security("suspend", "person:away", "--reason", "left"), harness.OK)
        for nobody in (other, away):  # of whom the aggregator would not show the filing
            self.assertEqual(nobody.get(path).status, 403)
            self.assertEqual(nobody.ask("PUT", path, {"rows": {}}).status, 403)
        self.assertEqual(second.get(path).json, draft)
        self.assertEqual(first.ask("PUT", path, {}).status, 200)
        self.assertEqual(second.get(path).json, {})
        self.assertEqual(first.ask("PUT", path, "[]", Content_Type="application/json").status, 400)
        self.assertEqual(first.ask("PUT", path, {"x": "y" * 600_000}).status, 400)
        self.assertEqual(first.get("draft?form=../x&period=2023-Q1").status, 400)
        self.assertEqual(Browser(self.desk).get(path).status, 401)
        write, read = self.desk.write, self.desk.read
        self.desk.down()
        self.assertEqual(first.ask("PUT", path, draft).status, 200, "nothing that was typed is lost")
        self.assertEqual(first.get(path).status, 503)
        self.desk.up(write=write, read=read)
        self.desk.wait_ready()
        self.assertEqual(first.get(path).json, draft)

    def test_a_slip_has_a_code_to_photograph(self):
        self.serve()
        svg = self.desk.dir / "slip.svg"
        done = self.ends(self.desk.run("jibao-gateway", "invite", "--state", self.state, "--person", "clerk", "--name", "<b>&张三",
                                       "--unit", "unit00", "--svg", svg), harness.OK)
        text = svg.read_text("utf-8")
        self.assertIn(done.out.decode().split()[0], text)
        self.assertNotIn("<b>", text)
        self.assertTrue(re.search(r'<path d="(M\d+ \d+h\d+v\d+h-\d+z)+"/>', text))
        self.ends(self.desk.run("jibao-gateway", "invite", "--state", self.state), harness.USAGE, "--person")


if __name__ == "__main__":
    harness.main()
