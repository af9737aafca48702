"""What every end-to-end test stands on: a desk (a folder of its own, a running aggregator, agents with homes of their own).

Doors are locked: a desk has security.key, which gives rights, and desk.key for everything else: it loads the catalogue, reads
everywhere, audits, and, once a catalogue is there, reports for every unit.

The real programs are started with free ports, waited for by events (inotify, process exit), never by sleeping, and killed
only by the handle of the process that was started here. When a test fails, the logs of its desk are printed.

    JIBAO_BIN    where the programs are (default build/release/bin)
    JIBAO_LONG   1: the full counts
    JIBAO_KEEP   1: leave the folders behind
"""

import contextlib
import csv
import ctypes
import io
import os
import pathlib
import random
import re
import select
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest

import wire

TOP = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(os.environ.get("JIBAO_BIN", TOP / "build/release/bin"))
SUIXI = TOP / "deploy/suixi"
LONG = os.environ.get("JIBAO_LONG", "0") == "1"
SANITIZED = os.environ.get("JIBAO_SANITIZED", "0") == "1"
KEEP = os.environ.get("JIBAO_KEEP", "0") == "1"
PATIENCE = 120 if SANITIZED else 60  # seconds; a deadline for what takes a moment

OK, FAILED, USAGE, REFUSED, NO_CATALOG, QUEUED, CONFLICT = range(7)
STORAGE_FAILED, RUNNING_ALREADY = 74, 75

_libc = ctypes.CDLL(None, use_errno=True)
_IN_MODIFY, _IN_CLOSE_WRITE, _IN_MOVED_FROM, _IN_MOVED_TO, _IN_CREATE, _IN_DELETE = 0x2, 0x8, 0x40, 0x80, 0x100, 0x200


def die_with_parent():
    """A test that is killed by its time limit leaves no process behind."""
    _libc.prctl(1, signal.SIGKILL)


class FolderWatch:
    """Wakes when something appears in, changes in or leaves a folder."""

    def __init__(self, *folders):
        self.fd = _libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self.fd < 0:
            raise OSError(ctypes.get_errno(), "inotify_init1")
        for folder in folders:
            self.add(folder)

    def add(self, folder):
        mask = _IN_MODIFY | _IN_CLOSE_WRITE | _IN_MOVED_TO | _IN_MOVED_FROM | _IN_DELETE | _IN_CREATE
        if _libc.inotify_add_watch(self.fd, os.fsencode(str(folder)), mask) < 0:
            raise OSError(ctypes.get_errno(), f"inotify_add_watch {folder}")

    def wait(self, seconds, *others):
        """True when the folder moved; others are more file descriptors to wake for."""
        ready, _, _ = select.select([self.fd, *others], [], [], max(0, seconds))
        if self.fd not in ready:
            return False
        with contextlib.suppress(BlockingIOError):
            while True:
                os.read(self.fd, 65536)
        return True

    def close(self):
        os.close(self.fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def wait_until(condition, folders, what, seconds=PATIENCE, process=None):
    """Waits until condition() is true, looking again whenever one of the folders moved. A process that ends is an error."""
    deadline = time.monotonic() + seconds
    watch = FolderWatch(*folders)
    pidfd = os.pidfd_open(process.pid) if process and process.poll() is None else -1
    try:
        while True:
            value = condition()
            if value:
                return value
            if process and process.poll() is not None:
                raise AssertionError(f"{what}: the process ended with {process.returncode}")
            left = deadline - time.monotonic()
            if left <= 0:
                raise AssertionError(f"{what}: not within {seconds} s")
            watch.wait(min(left, 5), *([pidfd] if pidfd >= 0 else []))
    finally:
        watch.close()
        if pidfd >= 0:
            os.close(pidfd)


class Done:
    """What a program that ended left: its exit code and what it printed."""

    def __init__(self, argv, code, out, err):
        self.argv, self.code, self.out, self.err = argv, code, out, err

    @property
    def text(self):
        return self.out.decode("utf-8", "replace") + self.err.decode("utf-8", "replace")

    def rows(self):
        """Standard output read as CSV with a header."""
        return list(csv.DictReader(io.StringIO(self.out.decode("utf-8-sig"))))

    def __repr__(self):
        return f"{' '.join(map(str, self.argv))}\nexit code {self.code}\n{self.text[-4000:]}"


class Desk:
    """A folder of its own with a store, agents' homes and logs."""

    def __init__(self, durable=False):
        base = os.environ.get("TMPDIR", "/tmp") if durable else "/dev/shm"
        if not os.access(base, os.W_OK):
            base = None
        self.dir = pathlib.Path(tempfile.mkdtemp(prefix="jibao-test-", dir=base))
        self.store = self.dir / "store"
        self.conf = self.dir / "jibao.conf"
        self.keys = self.dir / "keys"
        self.keys.mkdir()
        self.server_key = self.store / "server.pub"
        self.laid = 0  # the revision when everything is there that tests begin with
        self.granted = set()  # stores, and roots of their catalogues, whose grants are given
        self.aggregator = None
        self.write = self.read = ""
        self.children = []
        self.starts = 0
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("JIBAO_") and k not in ("LANGUAGE", "LC_ALL")}
        self.env.update(JIBAO_CONFIG=str(self.conf), LANG="C.UTF-8", HOME=str(self.dir), XDG_STATE_HOME=str(self.dir / "state"))
        if SANITIZED:
            self.env.setdefault("ASAN_OPTIONS", "abort_on_error=0:exitcode=99")
            self.env.setdefault("UBSAN_OPTIONS", "print_stacktrace=1:exitcode=99")
        self.point_at("tcp://127.0.0.1:1", "tcp://127.0.0.1:1")

    # ------------------------------------------------------------ programs

    def program(self, name):
        path = BIN / name
        if not path.exists():
            raise AssertionError(f"{path} is not built (JIBAO_BIN says where the programs are)")
        return str(path)

    def run(self, name, *args, timeout=PATIENCE, stdin=None, env=None, cwd=None):
        """Runs a program to its end. Its output is bytes; a crash of the sanitizers fails at once."""
        argv = [self.program(name), *map(str, args)]
        with subprocess.Popen(argv, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**self.env, **(env or {})},
                              cwd=cwd or self.dir, preexec_fn=die_with_parent) as child:
            try:
                out, err = child.communicate(stdin, timeout)
            except subprocess.TimeoutExpired:
                child.kill()
                out, err = child.communicate()
                raise AssertionError(f"not within {timeout} s: {Done(argv, child.returncode, out, err)}") from None
        done = Done(argv, child.returncode, out, err)
        if done.code < 0 or done.code == 99:
            raise AssertionError(f"crashed: {done}")
        return done

    def start(self, name, *args, log=None, stdout=None, env=None, wrap=()):
        """Starts a program that runs on; its standard error goes to a log of the desk."""
        log = self.dir / (log or f"{name}.log")
        with open(log, "ab") as err:
            child = subprocess.Popen([*wrap, self.program(name), *map(str, args)], stdin=subprocess.DEVNULL, stdout=stdout or err,
                                     stderr=err, env={**self.env, **(env or {})}, cwd=self.dir,
                                     preexec_fn=die_with_parent)
        self.children.append(child)
        return child

    def agent(self, unit, *args, **kwargs):
        """jibao-agent with the home of that unit."""
        return self.run("jibao-agent", "--home", self.home(unit), *args, **kwargs)

    def bureau(self, *args, **kwargs):
        return self.run("jibao", *args, **kwargs)

    def home(self, unit):
        home = self.dir / "agents" / unit
        home.mkdir(parents=True, exist_ok=True)
        return home

    # ------------------------------------------------------------ the aggregator

    def must(self, done):
        if done.code != OK:
            raise AssertionError(repr(done))
        return done

    def key(self, name, label=None):
        """The path of the secret key of that name, made when it is missing; the public one is beside it as NAME.key.pub."""
        path = self.keys / f"{name}.key"
        if not path.exists():
            self.must(self.run("jibao", "key", "new", path, "--label", label or name))
        return path

    def public(self, name):
        return f"{self.key(name)}.pub"

    def init(self, store=None):
        store = store or self.store
        self.must(self.run("jibao-aggregator", "init", "--dir", store, "--security-key", self.public("security"),
                           "--recovery-file", self.dir / f"recovery-{store.name}"))

    def security(self, *args):
        """jibao key ... with the key that gives rights."""
        return self.run("jibao", "--key", self.key("security"), "key", *args)

    def allow(self, name, role, *args):
        """Gives the key of that name a role; the revision of that entry."""
        done = self.must(self.security("allow", self.public(name), "--role", role, *args))
        return int(re.search(r"(\d+)\s*$", done.out.decode())[1])

    def allow_report(self, root):
        """desk.key reports for everybody; once the catalogue is there."""
        self.laid = self.allow("desk", "report", "--units", root + "+")

    def identity(self, name):
        return wire.Identity.of_files(self.key(name), self.server_key)

    def allow_desk(self):
        """Once a store: what desk.key may do before there is a catalogue."""
        if self.server_key in self.granted:
            return
        self.granted.add(self.server_key)
        for role, *scope in (("catalog",), ("read", "--everywhere"), ("audit",), ("connect",)):
            self.laid = self.allow("desk", role, *scope)

    def point_at(self, write, read, home="agents/desk"):
        self.write, self.read = write, read
        self.conf.write_text(f"write = {write}\nread = {read}\nhome = {self.dir / home}\nkey = {self.keys / 'desk.key'}\n"
                             f"server_key = {self.server_key}\n", encoding="utf-8")
        if self.server_key.exists():
            wire.default = self.identity("desk")

    def up(self, *args, write="tcp://127.0.0.1:*", read="tcp://127.0.0.1:*", store=None, wait=True, wrap=()):
        """Starts the aggregator (init first, if there is no store yet) and waits for its doors."""
        if store is None:
            store = self.store
            if not store.exists():
                self.init()
        elif not (store / "server.key").exists():
            args = (*args, "--server-key", self.store / "server.key")
        if (store / "server.pub").exists():
            self.server_key = store / "server.pub"
        self.starts += 1
        ports = self.dir / f"ports-{self.starts}"
        self.aggregator = self.start("jibao-aggregator", "run", "--dir", store, "--write", write, "--read", read,
                                     "--port-file", ports, *args, log="aggregator.log", wrap=wrap)
        if wait:
            self.wait_for_doors()
        return self.aggregator

    def wait_for_doors(self, seconds=PATIENCE, reach=str):
        """reach: how an address is reached that stands for every one of this machine."""
        ports = self.dir / f"ports-{self.starts}"

        def opened():
            lines = dict(line.split("=", 1) for line in ports.read_text().splitlines()) if ports.exists() else {}
            return lines if {"write", "read"} <= lines.keys() else None

        lines = wait_until(opened, [self.dir], "the aggregator's doors", seconds, self.aggregator)
        self.point_at(reach(lines["write"]), reach(lines["read"]))
        self.allow_desk()

    def down(self, sig=signal.SIGTERM, expect=OK):
        """Stops the aggregator; a clean stop ends with 0."""
        child, self.aggregator = self.aggregator, None
        if child is None:
            return
        child.send_signal(sig)
        code = child.wait(PATIENCE)
        if sig == signal.SIGTERM and code != expect:
            raise AssertionError(f"the aggregator ended with {code}")

    def alive(self):
        return self.aggregator is not None and self.aggregator.poll() is None

    def memory_kib(self, field="RssAnon"):
        for line in pathlib.Path(f"/proc/{self.aggregator.pid}/status").read_text().splitlines():
            if line.startswith(field + ":"):
                return int(line.split()[1])
        raise AssertionError(field)

    # ------------------------------------------------------------ usual steps

    def load(self, catalog, *args):
        path = catalog
        if not isinstance(catalog, pathlib.Path):
            path = self.dir / "catalog.yaml"
            path.write_text(catalog, encoding="utf-8")
        done = self.must(self.bureau("catalog", "load", path, *args))
        root = re.search(r"^units:\s*\n\s*- \{?code: ([a-z0-9._-]+)", path.read_text("utf-8"), re.M)[1]
        if (self.server_key, root) not in self.granted:
            self.granted.add((self.server_key, root))
            self.allow_report(root)
        if path == SUIXI / "catalog.yaml":
            self.open_backfill(sorted(folder.name for folder in (SUIXI / "figures").iterdir()))
        return done

    def open_backfill(self, periods):
        """Opens them for figures of the past, by the key `office`."""
        self.allow("office", "periods")
        for period in periods:
            self.must(self.run("jibao", "--key", self.key("office"), "period", "open", period, "--backfill"))
        self.laid += 1 + len(periods)

    def fetch(self, *units):
        for unit in units:
            done = self.agent(unit, "catalog", "fetch")
            if done.code != OK:
                raise AssertionError(repr(done))

    def file(self, name, text):
        """Writes a file of the desk, text or bytes, whole or not at all."""
        path = self.dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        temporary.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
        temporary.rename(path)
        return path

    def logs(self):
        for path in sorted(self.dir.glob("*.log")):
            text = path.read_text("utf-8", "replace")
            yield f"--- {path.name}\n{text[-6000:]}"

    def close(self):
        for child in self.children:
            if child.poll() is None:
                child.send_signal(signal.SIGCONT)
                child.kill()
            child.wait()
            for stream in (child.stdout, child.stderr):
                if stream:
                    stream.close()
        if KEEP:
            print(f"kept {self.dir}", file=sys.stderr)
        else:
            shutil.rmtree(self.dir, ignore_errors=True)


class DeskCase(unittest.TestCase):
    """A test with a desk; the desk's logs are printed when it fails."""

    durable = False
    desk_class = Desk

    def setUp(self):
        self.desk = self.desk_class(self.durable)
        self.addCleanup(self._close)

    def _close(self):
        if not self.desk.alive() and self.desk.aggregator is not None and self.desk.aggregator.returncode not in (0, -signal.SIGKILL):
            print(f"the aggregator ended with {self.desk.aggregator.returncode}", file=sys.stderr)
        if self.failed_now():
            for log in self.desk.logs():
                print(log, file=sys.stderr)
        logs = [self.desk.dir / name for name in ("aggregator.log", "gateway.log")]
        crashed = [log for log in logs if SANITIZED and log.exists() and b"ERROR: " in log.read_bytes()]
        if crashed and not self.failed_now():
            print(*(log.read_text("utf-8", "replace")[-6000:] for log in crashed), file=sys.stderr)
        self.desk.close()
        self.assertFalse(crashed, "the sanitizers found something, see above")

    def failed_now(self):
        result = self._outcome.result
        return any(test is self for test, _ in [*result.failures, *result.errors]) or not self._outcome.success

    def ends(self, done, code, *words):
        """The program ended with this code, and its output has each of the words."""
        self.assertEqual(done.code, code, done)
        for word in words:
            self.assertIn(word, done.text, done)
        return done

    def verified(self):
        """verify is clean; what it printed."""
        return self.ends(self.desk.bureau("verify", timeout=600), OK)


def seed_from(argv=None):
    """The seed of --seed N in the arguments, else a new one; printed, so that a run can be played again."""
    argv = sys.argv if argv is None else argv
    seed = int(os.environ.get("JIBAO_SEED", "0"))
    if "--seed" in argv:
        at = argv.index("--seed")
        seed = int(argv[at + 1])
        del argv[at:at + 2]
    if not seed:
        seed = struct.unpack("I", os.urandom(4))[0]
    print(f"seed {seed}: play it again with --seed {seed}", file=sys.stderr, flush=True)
    return random.Random(seed)


def options(argv, **defaults):
    """--name N options of a torture program, taken out of argv."""
    for name in defaults:
        flag = "--" + name
        if flag in argv:
            at = argv.index(flag)
            defaults[name] = int(argv[at + 1])
            del argv[at:at + 2]
    return defaults


def main():
    """Runs the tests of the program. Where nothing could be run, it ends with 77 and ctest says "skipped", not "passed"."""
    result = unittest.main(module="__main__", verbosity=2, exit=False).result
    if not result.wasSuccessful():
        sys.exit(1)
    sys.exit(77 if result.testsRun and len(result.skipped) == result.testsRun else 0)
