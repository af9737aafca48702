#!/usr/bin/python3
"""Somebody with the disk rewrites the ledger, hashes and all, so that verify finds nothing: one department's receipts do."""

import csv
import io
import shutil

import small
import wire
from harness import OK, REFUSED, DeskCase, main

UNITS = [small.unit_code(n) for n in range(3)]
ROUNDS = 6


class Chain(DeskCase):
    def setUp(self):
        super().setUp()
        self.doors = {"write": f"ipc://{self.desk.dir}/write.sock", "read": f"ipc://{self.desk.dir}/read.sock"}
        self.desk.up(**self.doors)
        self.desk.load(small.catalog())
        self.desk.fetch(*UNITS)
        for number in range(ROUNDS):
            for unit in UNITS:
                path = self.desk.file("figures.csv", small.csv_of(unit, small.QUARTERS[number % 4], {"flow0": str(100 + number)}))
                self.ends(self.desk.agent(unit, "submit", path), OK)

    def receipts(self, unit, code, *words):
        return self.ends(self.desk.agent(unit, "receipts", "--verify"), code, *words)

    def verdicts(self, unit):
        done = self.desk.agent(unit, "receipts", "--verify", "-o", "csv")
        return {int(row["revision"]): row["verdict"] for row in csv.DictReader(io.StringIO(done.out.decode("utf-8-sig")))}

    def rewrite(self, what, revision):
        """The aggregator serves a store with another history, with its own key."""
        self.desk.down()
        made = self.desk.dir / f"{what}-{revision}"
        self.ends(self.desk.run("rewrite_ledger", self.desk.store, made, what, revision), OK)
        self.ends(self.desk.run("jibao-aggregator", "verify", "--dir", made), OK, "clean")
        for name in ("server.key", "server.pub"):
            shutil.copy(self.desk.store / name, made)
        self.desk.granted.add(made / "server.pub")  # it stands in the ledger already: no new entries
        self.desk.up(store=made, **self.doors)

    def test_receipts_that_stand_are_proved(self):
        for unit in UNITS:
            self.receipts(unit, OK, f"{ROUNDS} receipts stand in the ledger")
            self.assertEqual(set(self.verdicts(unit).values()), {"stands"})

    def test_a_changed_figure_is_found_by_whoever_sent_anything_after_it(self):
        revisions = sorted(self.verdicts(UNITS[1]))
        changed = revisions[2]
        self.rewrite("change", changed)
        with wire.Client(self.desk.write, self.desk.read) as client:
            self.assertEqual(client.value(UNITS[1], "flow0", small.QUARTERS[2]).value, "102.01")
        for unit in UNITS:
            verdicts = self.verdicts(unit)
            self.assertEqual({r: v for r, v in verdicts.items() if r < changed}, {r: "stands" for r in verdicts if r < changed})
            self.assertEqual({r: v for r, v in verdicts.items() if r >= changed}, {r: "rewritten" for r in verdicts if r >= changed})
            self.receipts(unit, REFUSED, "another entry stands in its place", "tell the bureau and the auditor")

    def test_a_ledger_that_was_cut_off_is_found(self):
        revisions = sorted(self.verdicts(UNITS[2]))
        self.rewrite("cut", revisions[-2])
        self.assertEqual(self.verdicts(UNITS[2]), {**{r: "stands" for r in revisions[:-2]}, **{r: "missing" for r in revisions[-2:]}})
        self.receipts(UNITS[2], REFUSED, "it was cut off")

    def test_a_restored_store_says_so_and_is_still_asked_about(self):
        backup, again = self.desk.dir / "backup", self.desk.dir / "again"
        self.ends(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, backup), OK)
        path = self.desk.file("figures.csv", small.csv_of(UNITS[0], small.QUARTERS[5], {"flow0": "7"}))
        self.ends(self.desk.agent(UNITS[0], "submit", path), OK)
        self.desk.down()
        self.ends(self.desk.run("jibao-aggregator", "restore", backup, "--dir", again), OK)
        for name in ("server.key", "server.pub"):
            shutil.copy(self.desk.store / name, again)
        self.desk.up(store=again, **self.doors)
        verdicts = self.verdicts(UNITS[0])
        self.assertEqual(verdicts[max(verdicts)], "restored")
        self.receipts(UNITS[0], REFUSED, "restored from a backup")
        self.ends(self.desk.agent(UNITS[0], "outbox", "--send"), OK)
        self.receipts(UNITS[0], OK)



if __name__ == "__main__":
    main()
