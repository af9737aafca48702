"""A desk with a gateway: the real program beside the real aggregator, asked as a browser asks it."""

import http.client
import json
import select
import selectors
import socket
import time
import types
import urllib.parse

import harness
import small
from harness import Desk, DeskCase, wait_until

PIN = "482916"


class Reply:
    """What came back: status, headers (names in lower case), body."""

    def __init__(self, response):
        self.status = response.status
        self.headers = {}
        self.cookies = []
        for name, value in response.getheaders():
            self.headers[name.lower()] = value
            if name.lower() == "set-cookie":
                self.cookies.append(value)
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    def __repr__(self):
        return f"{self.status} {self.headers} {self.body[:2000]!r}"


class GatewayDesk(Desk):
    """Starts jibao-gateway with a key of its own that may read everywhere."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.gateway = None
        self.address = None
        self.gateway_starts = 0

    def let_gateway_in(self):
        self.allow("gateway", "read", "--everywhere")

    def gateway_args(self):
        return ["--read", self.read, "--write", self.write, "--key", self.key("gateway"), "--server-key", self.server_key]

    def gateway_up(self, *args, listen=None, wait=True, env=None):
        self.gateway_starts += 1
        ports = self.dir / f"gateway-{self.gateway_starts}"
        self.gateway = self.start("jibao-gateway", "--listen", listen or "127.0.0.1:0", "--port-file", ports,
                                  *self.gateway_args(), *args, log="gateway.log", env=env)
        if not wait:
            return self.gateway

        def opened():
            return dict(line.split("=", 1) for line in ports.read_text().splitlines()) if ports.exists() else None

        self.address = wait_until(opened, [self.dir], "the gateway's pages", process=self.gateway)["http"]
        return self.gateway

    def gateway_down(self, sig=None):
        child, self.gateway = self.gateway, None
        if sig is not None:
            child.send_signal(sig)
        else:
            child.terminate()
        code = child.wait(harness.PATIENCE)
        if sig is None and code != 0:
            raise AssertionError(f"the gateway ended with {code}")

    def connect(self):
        host, port = self.address.rsplit(":", 1)
        return http.client.HTTPConnection(host, int(port), timeout=harness.PATIENCE)

    def http(self, method, path, body=None, headers=None):
        """One request on a connection of its own. A body that is no text is sent as JSON."""
        headers = dict(headers or {})
        if body is not None and not isinstance(body, (str, bytes, types.GeneratorType)):
            body = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        connection = self.connect()
        try:
            connection.request(method, path, body, headers)
            return Reply(connection.getresponse())
        finally:
            connection.close()

    def get(self, path, headers=None, **params):
        query = urllib.parse.urlencode(params, doseq=True)
        return self.http("GET", path + ("?" + query if query else ""), headers=headers)

    def api(self, name, **params):
        """A question that must be answered."""
        reply = self.get(f"/api/v1/{name}", **params)
        if reply.status != 200:
            raise AssertionError(repr(reply))
        return reply.json

    def wait_ready(self, seconds=harness.PATIENCE):
        """Asks again whenever the log moved, and at least every 50 ms of the probe's own answer time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            reply = self.get("/readyz")
            if reply.status == 200:
                return
            watch = harness.FolderWatch(self.dir)
            watch.wait(0.2)
            watch.close()
        raise AssertionError(f"not ready within {seconds} s: {reply!r}")


class GatewayCase(DeskCase):
    desk_class = GatewayDesk


class Browser:
    """Keeps cookies and the page's token as a browser does."""

    def __init__(self, desk):
        self.desk, self.jar, self.token = desk, {}, None

    def ask(self, method, path, body=None, token=True, **headers):
        headers = {k.replace("_", "-"): v for k, v in headers.items()}
        if self.jar:
            headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in self.jar.items())
        if self.token and token:
            headers["X-Jibao-Token"] = self.token
        reply = self.desk.http(method, f"/api/v1/{path}", body, headers)
        for cookie in reply.cookies:
            name, value = cookie.split(";")[0].split("=", 1)
            self.jar.pop(name, None)
            if value:
                self.jar[name] = value
        if path.startswith("session") and reply.status == 200:
            self.token = reply.json.get("token")
        return reply

    def get(self, path):
        return self.ask("GET", path)

    def post(self, path, body, **headers):
        return self.ask("POST", path, body, **headers)


class PeopleCase(GatewayCase):
    """The small county with a clerk of unit00 and a reader of the north, whom a gateway of role web enrols."""

    catalog = small.catalog()

    def serve(self, *args, web=True, reads=("--everywhere",)):
        desk = self.desk
        desk.up()
        desk.load(self.catalog)
        if reads is not None:
            desk.allow("gateway", "read", *reads)
        desk.allow("gateway", "web" if web else "connect")
        self.grant("clerk", "report", "unit00")
        self.grant("head", "read", "north+")
        self.state = desk.dir / "people"
        desk.gateway_up("--state", self.state, *args)
        desk.wait_ready()

    def grant(self, person, role, units=None):
        self.ends(self.desk.security("allow", f"person:{person}", "--label", f"{person} 同志", "--role", role, *(["--units", units] if units else [])), harness.OK)

    def invite(self, person, unit="unit00", *args):
        done = self.ends(self.desk.run("jibao-gateway", "invite", "--state", self.state, "--person", person, "--name", "张三",
                                       "--unit", unit, *args), harness.OK)
        return done.out.decode().split()[0]

    @staticmethod
    def filing(value="5", **more):
        return {"unit": "unit00", "form": "work", "period": "2023-Q1",
                "rows": [{"indicator": f"flow{n}", "state": "STATE_VALUE", "value": value} for n in range(6)]
                + [{"indicator": "stock", "state": "STATE_VALUE", "value": "1"}], **more}

    def enrolled(self, person, unit="unit00", *args):
        browser = Browser(self.desk)
        reply = browser.post("session/enrol", {"code": self.invite(person, unit, *args), "pin": PIN})
        self.assertEqual(reply.status, 200, reply)
        return browser


class Stream:
    """One reader of live events on a socket of its own; frames are parsed as they come, with the time of their arrival."""

    def __init__(self, desk, query="", last=None, receive_buffer=None, headers=None):
        host, port = desk.address.rsplit(":", 1)
        self.sock = socket.socket()
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.connect((host, int(port)))
        resume = "".join(f"{k}: {v}\r\n" for k, v in (({"Last-Event-ID": last} if last else {}) | (headers or {})).items())
        self.sock.sendall(f"GET /api/v1/events{'?' if query else ''}{query} HTTP/1.1\r\nHost: {desk.address}\r\n{resume}\r\n".encode())
        self.raw = b""
        self.text = b""
        self.status = None
        self.frames = []  # (time, {"event":, "id":, "data":})
        self.taken = 0
        self.revision = 0  # of the last change
        self.last = last
        self.ended = False

    def fileno(self):
        return self.sock.fileno()

    def close(self):
        self.sock.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def pump(self):
        """Reads what is there; called when the socket is readable."""
        now = time.monotonic()
        try:
            data = self.sock.recv(1 << 18)
        except ConnectionError:
            data = b""
        if not data:
            self.ended = True
            return
        self.raw += data
        if self.status is None:
            if b"\r\n\r\n" not in self.raw:
                return
            head, self.raw = self.raw.split(b"\r\n\r\n", 1)
            self.status = int(head.split()[1])
        while b"\r\n" in self.raw:
            size, rest = self.raw.split(b"\r\n", 1)
            size = int(size, 16)
            if len(rest) < size + 2:
                break
            self.ended |= size == 0
            self.text += rest[:size]
            self.raw = rest[size + 2:]
        while b"\n\n" in self.text:
            block, self.text = self.text.split(b"\n\n", 1)
            fields = dict(line.split(": ", 1) for line in block.decode().split("\n") if ": " in line)
            if "id" in fields:
                self.last = fields["id"]
            if "event" in fields:
                fields["data"] = json.loads(fields["data"])
                if fields["event"] == "changes":
                    self.revision = int(fields["data"]["revision"])
                self.frames.append((now, fields))

    def next(self, *names, seconds=harness.PATIENCE):
        """The next frame of one of these names; those before it are passed over."""
        deadline = time.monotonic() + seconds
        while True:
            while self.taken < len(self.frames):
                frame = self.frames[self.taken][1]
                self.taken += 1
                if not names or frame["event"] in names:
                    return frame
            left = deadline - time.monotonic()
            if self.ended or left <= 0 or not select.select([self], [], [], left)[0]:
                raise AssertionError(f"no {names} within {seconds} s{' (the stream ended)' if self.ended else ''}: "
                                     f"{[frame['event'] for _, frame in self.frames[-20:]]} {self.raw[-300:]!r}")
            self.pump()


def pump_all(streams, done, seconds=harness.PATIENCE):
    """Reads them all until done() is true."""
    deadline = time.monotonic() + seconds
    with selectors.DefaultSelector() as selector:
        for stream in streams:
            if not stream.ended:
                selector.register(stream, selectors.EVENT_READ)
        while not done():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s")
            for key, _ in selector.select(0.2):
                key.fileobj.pump()
                if key.fileobj.ended:
                    selector.unregister(key.fileobj)
