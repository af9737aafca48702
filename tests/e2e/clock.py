"""A clock that a test sets for every program it starts, by libfaketime (Debian package libfaketime): a desk whose days pass when told."""

import datetime
import pathlib
import unittest
import zoneinfo

import small
from harness import OK, SANITIZED, DeskCase

CHINA = datetime.timezone(datetime.timedelta(hours=8))
FAKETIME = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)
QUARTER = "2023-Q2"
FIGURES = {"flow0": "1", "flow1": "2", "stock": "3"}
DATES = "schedule: {dates: [{period: 2023-Q2, opens: 2023-06-20, due: 2023-07-10, locks: 2023-07-20}]}\n"


def catalog():
    """Four assessed units owe `work`, due on 10 July."""
    text = small.catalog(units=4, flows=2).replace("kind: department", "kind: department, assessed: true")
    return "periods: managed\nranking: true\n" + DATES + text


@unittest.skipIf(SANITIZED, "the sanitizers' library must come first")
class ClockCase(DeskCase):
    def preloaded(self, zone):
        """From now on every program has the clock that self.at sets, read in that zone."""
        self.assertIsNotNone(FAKETIME, "libfaketime is missing: deploy/install-packages test")
        self.zone = zoneinfo.ZoneInfo(zone)
        self.clock = self.desk.dir / "clock"
        self.desk.env.update(LD_PRELOAD=str(FAKETIME), FAKETIME_TIMESTAMP_FILE=str(self.clock), FAKETIME_NO_CACHE="1",
                             FAKETIME_DONT_FAKE_MONOTONIC="1", DONT_FAKE_MONOTONIC="1", TZ=zone)

    def at(self, text):
        """The clock of everybody stands still at that moment of China."""
        moment = datetime.datetime.fromisoformat(text).replace(tzinfo=CHINA).astimezone(self.zone)
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(moment.strftime("%Y-%m-%d %H:%M:%S\n"), encoding="ascii")
        fresh.rename(self.clock)

    def opened(self, zone="Asia/Shanghai"):
        """The quarter is open, on 15 June; `office` manages periods, `reviewer` reviews."""
        self.preloaded(zone)
        self.at("2023-06-15 12:00:00")
        self.desk.up(write=f"ipc://{self.desk.dir}/write.sock", read=f"ipc://{self.desk.dir}/read.sock")
        self.desk.load(catalog())
        self.desk.allow("office", "periods")
        self.desk.allow("office", "read", "--everywhere")
        self.desk.allow("reviewer", "review", "--units", "county+")
        self.desk.fetch(*(small.unit_code(n) for n in range(4)))
        self.by("office", OK, "period", "open", QUARTER)

    def by(self, name, code, *args, says=()):
        """jibao with the key of that name."""
        return self.ends(self.desk.run("jibao", "--key", self.desk.key(name), *args), code, *says)

    def submit(self, unit, code, *says, **values):
        path = self.desk.file("figures.csv", small.csv_of(unit, QUARTER, values or FIGURES))
        return self.ends(self.desk.agent(unit, "submit", path), code, *says)
