"""deploy/nginx/jibao.conf in front of the gateway, with a certificate made here: TLS outside, cookies bound to it, live events
passed on as they come, limits, and nothing for others that is not theirs."""

import http.client
import json
import shutil
import socket
import ssl
import subprocess
import time
import unittest

import harness
import small
from gateway import GatewayCase, Reply

NAME = "jibao.example.gov.cn"
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


def free_port():
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


@unittest.skipUnless(NGINX and shutil.which("openssl"), "nginx and openssl are needed")
class Tls(GatewayCase):
    def serve(self):
        desk = self.desk
        desk.up()
        desk.load(small.catalog())
        desk.let_gateway_in()
        desk.allow("gateway", "web")
        desk.must(desk.security("allow", "person:clerk", "--label", "张三", "--role", "report", "--units", "unit00"))
        self.state = desk.dir / "people"
        desk.gateway_up("--hosts", NAME, "--tls", "yes", "--state", self.state)
        desk.wait_ready()
        self.https, self.plain = free_port(), free_port()
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", desk.dir / "tls.key", "-out",
                        desk.dir / "tls.pem", "-days", "2", "-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}"],
                       check=True, capture_output=True)
        text = (harness.TOP / "deploy/nginx/jibao.conf").read_text("utf-8")
        for old, new in (("127.0.0.1:5580", desk.address), ("listen 80", f"listen 127.0.0.1:{self.plain}"),
                         ("listen 443", f"listen 127.0.0.1:{self.https}"), ("/etc/jibao/tls/fullchain.pem", desk.dir / "tls.pem"),
                         ("/etc/jibao/tls/key.pem", desk.dir / "tls.key")):
            self.assertIn(old, text)
            text = text.replace(old, str(new))
        temps = "\n".join(f"{kind}_temp_path {desk.dir}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        conf = desk.file("nginx.conf", f"daemon off;\nmaster_process off;\npid {desk.dir}/nginx.pid;\nerror_log {desk.dir}/nginx.log;\n"
                         f"events {{}}\nhttp {{\naccess_log off;\n{temps}\n{text}}}\n")
        checked = subprocess.run([NGINX, "-t", "-q", "-c", conf], capture_output=True, text=True)
        self.assertEqual(checked.returncode, 0, checked.stderr)
        child = subprocess.Popen([NGINX, "-c", conf], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, preexec_fn=harness.die_with_parent)
        desk.children.append(child)
        harness.wait_until(lambda: self.listens(self.https), [desk.dir], "nginx", process=child)
        self.context = ssl.create_default_context(cafile=desk.dir / "tls.pem")

    @staticmethod
    def listens(port):
        with socket.socket() as sock:
            return sock.connect_ex(("127.0.0.1", port)) == 0

    def connect(self):
        raw = socket.create_connection(("127.0.0.1", self.https), timeout=harness.PATIENCE)
        connection = http.client.HTTPSConnection(NAME, self.https, timeout=harness.PATIENCE)
        connection.sock = self.context.wrap_socket(raw, server_hostname=NAME)
        return connection

    def ask(self, method, path, body=None, **headers):
        connection = self.connect()
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection.request(method, path, body, headers)
        reply = Reply(connection.getresponse())
        connection.close()
        return reply

    def test_a_clerk_enrols_submits_and_sees_it_live_through_tls(self):
        self.serve()
        page = self.ask("GET", "/")
        self.assertEqual(page.status, 200)
        self.assertIn("max-age", page.headers["strict-transport-security"])
        self.assertIn("frame-ancestors 'none'", page.headers["content-security-policy"])
        self.assertEqual(self.ask("GET", "/metrics").status, 404)
        done = self.desk.must(self.desk.run("jibao-gateway", "invite", "--state", self.state, "--person", "clerk", "--name", "张三",
                                            "--unit", "unit00"))
        origin = {"Origin": f"https://{NAME}:{self.https}"}
        reply = self.ask("POST", "/api/v1/session/enrol", {"code": done.out.decode().split()[0], "pin": "482916"}, **origin)
        self.assertEqual(reply.status, 200, reply)
        self.assertTrue(all(cookie.startswith("__Host-") and "; Secure" in cookie for cookie in reply.cookies), reply.cookies)
        cookie = "; ".join(cookie.split(";")[0] for cookie in reply.cookies)
        live = self.connect()
        live.request("GET", "/api/v1/events?units=unit00", headers={"Cookie": cookie})
        stream = live.getresponse()
        self.assertEqual(stream.status, 200)
        line = b""
        while not line.startswith(b"event: open"):
            line = stream.readline()
            self.assertTrue(line, "the stream goes on")
        rows = [{"indicator": f"flow{n}", "state": "STATE_VALUE", "value": "5"} for n in range(6)]
        rows.append({"indicator": "stock", "state": "STATE_VALUE", "value": "1"})
        began = time.monotonic()
        sent = self.ask("POST", "/api/v1/submit", {"unit": "unit00", "form": "work", "period": "2023-Q1", "rows": rows}, Cookie=cookie,
                        X_Jibao_Token=reply.json["token"], **origin)
        self.assertEqual((sent.status, sent.json["outcome"]), (200, "ACCEPTED"), sent)
        while not line.startswith(b"event: changes"):
            line = stream.readline()
            self.assertTrue(line, "the stream goes on")
        self.assertLess(time.monotonic() - began, 2)
        live.close()

    def test_plain_http_leads_to_tls_and_other_names_nowhere(self):
        self.serve()
        with socket.create_connection(("127.0.0.1", self.plain)) as sock:
            sock.sendall(f"GET /x HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
            answer = sock.makefile("rb").read()
        self.assertIn(f"Location: https://{NAME}/x".encode(), answer)
        self.assertEqual(self.ask("GET", "/api/v1/", Host="evil.example").status, 421)
        self.assertEqual(self.ask("POST", "/api/v1/session/enrol", {}, Origin="https://evil.example").status, 403)
        large = self.ask("POST", "/api/v1/query", b"x" * 5_000_000, Content_Type="application/json")
        self.assertEqual(large.status, 413)


if __name__ == "__main__":
    harness.main()
