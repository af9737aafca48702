#!/usr/bin/python3
"""The audit trail: listed and filtered, for auditors only; exported; and the export checked offline against the server's public
key alone: nobody can change, drop, add or reorder anything in it, nor give it another figure with hashes that fit."""

import base64
import json
import shutil

import small
from harness import FAILED, OK, REFUSED, USAGE, DeskCase, main

UNITS = [small.unit_code(n) for n in range(3)]


class Audit(DeskCase):
    def setUp(self):
        super().setUp()
        self.doors = {"write": f"ipc://{self.desk.dir}/write.sock", "read": f"ipc://{self.desk.dir}/read.sock"}
        self.desk.up(**self.doors)
        self.desk.load(small.catalog())
        self.desk.fetch(*UNITS)
        for number, unit in enumerate(UNITS * 2):
            path = self.desk.file("figures.csv", small.csv_of(unit, small.QUARTERS[number // 3], {"flow0": str(100 + number)}))
            self.ends(self.desk.agent(unit, "submit", path), OK)

    def rows(self, *args):
        return self.ends(self.desk.bureau("audit", *args, "-o", "csv"), OK).rows()

    def export(self, name="ledger.jsonl"):
        path = self.desk.dir / name
        self.ends(self.desk.bureau("audit", "--export", path), OK)
        return path

    def check(self, path, code, *words):
        return self.ends(self.desk.bureau("audit", "--check", path, "--server-key", self.desk.store / "server.pub"), code, *words)

    def test_entries_are_listed_and_filtered(self):
        rows = self.rows()
        self.assertEqual([int(row["revision"]) for row in rows], list(range(1, len(rows) + 1)))
        self.assertEqual([row["kind"] for row in rows[:4]], ["genesis", "key_change", "key_change", "key_change"])
        sent = self.rows("--kind", "submission")
        self.assertEqual([row["unit"] for row in sent], UNITS * 2)
        self.assertEqual({row["outcome"] for row in sent}, {"accepted"})
        self.assertEqual({row["form"] for row in sent}, {"work"})
        self.assertEqual(len(self.rows("--unit", UNITS[1])), 2)
        self.assertEqual(self.rows("--by", sent[0]["key"])[-1]["revision"], sent[-1]["revision"])
        self.assertEqual(len(self.rows("--person", sent[0]["label"], "--kind", "submission")), 6)
        self.assertEqual(self.rows("--until", "2020-01-01"), [])
        self.assertEqual(len(self.rows("--since", "2020-01-01")), len(rows))
        self.assertIn("allow", self.rows("--kind", "key_change")[-1]["summary"])
        self.ends(self.desk.bureau("audit"), OK, "head: revision")
        self.assertEqual(json.loads(self.desk.bureau("audit", "-o", "json").out)["head_revision"], str(len(rows)))
        self.ends(self.desk.bureau("audit", "--kind", "rumour"), USAGE)

    def test_only_auditors_see_it(self):
        self.desk.allow("reader", "read", "--everywhere")
        self.ends(self.desk.run("jibao", "--key", self.desk.key("reader"), "audit"), REFUSED, "audit")

    def test_an_export_is_good_and_no_change_to_it_is(self):
        path = self.export()
        self.check(path, OK, "every signature")
        lines = path.read_text().splitlines()

        def broken(what, changed):
            self.check(self.desk.file("broken.jsonl", "\n".join(changed) + "\n"), FAILED, "NOT CLEAN", *([what] if what else []))

        def flipped(line, at):
            row = json.loads(line)
            entry = bytearray(base64.b64decode(row["entry"]))
            entry[at] ^= 1
            row["entry"] = base64.b64encode(entry).decode()
            return json.dumps(row)

        for at in (0, 5, 12, 40, 120, -100, -50, -1):
            broken(None, [*lines[:-2], flipped(lines[-2], at), lines[-1]])
        broken("does not follow", [*lines[:8], *lines[9:]])
        broken("does not follow", [*lines[:8], lines[9], lines[8], *lines[10:]])
        broken("does not follow", [*lines[:9], lines[8], *lines[9:]])
        broken("do not lead to the signed head", [*lines[:-2], lines[-1]])
        broken("no signed head", lines[:-1])
        head = json.loads(lines[-1])
        head["head"]["at_us"] += 1
        broken("not signed by that server key", [*lines[:-1], json.dumps(head)])
        self.ends(self.desk.bureau("audit", "--check", path, "--server-key", self.desk.public("stranger")), FAILED, "not signed by that")

    def test_a_figure_that_nobody_signed_is_found_though_every_hash_fits(self):
        revision = self.rows("--unit", UNITS[1])[0]["revision"]
        self.desk.down()
        made = self.desk.dir / "forged"
        self.ends(self.desk.run("rewrite_ledger", self.desk.store, made, "change", revision), OK)
        self.ends(self.desk.run("jibao-aggregator", "verify", "--dir", made), OK, "clean")
        for name in ("server.key", "server.pub"):
            shutil.copy(self.desk.store / name, made)
        self.desk.granted.add(made / "server.pub")
        self.desk.up(store=made, **self.doors)
        self.check(self.export(), FAILED, f"entry {revision}: it does not say what was signed")


if __name__ == "__main__":
    main()
