"""A desk with a gateway: the real program beside the real aggregator, asked as a browser asks it."""

import http.client
import json
import os
import urllib.parse

import harness
from harness import Desk, DeskCase, wait_until


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
        if body is not None and not isinstance(body, (str, bytes)):
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
        import time
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
