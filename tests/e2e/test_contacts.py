#!/usr/bin/python3
"""Contacts of units on the real programs: loaded, listed and erased by who may, seen by who chases and nobody else, kept
beside the ledger, and gone from the store's file once they are erased."""

import csv
import io
import json
import os

import small
import wire
from harness import FAILED, OK, REFUSED, USAGE, DeskCase, main
from wire import contacts, envelope

HEADER = "unit,role,name,telephone,mobile,email,note"
FILE = f"""{HEADER}
unit00,leader,Leader zero,0561-1000,,leader@example.org,mornings only
unit00,filler,Filler zero,0561-1001,+86 138 0000,,
unit01,填报人,Filler one,0561-1101,,,
北片,单位负责人,Head north,0561-1900,,,
"""
ROWS = [["unit", "role", "name", "telephone", "mobile", "email", "note"],
        ["north", "head", "Head north", "0561-1900", "", "", ""],
        ["unit00", "leader", "Leader zero", "0561-1000", "", "leader@example.org", "mornings only"],
        ["unit00", "filler", "Filler zero", "0561-1001", "'+86 138 0000", "", ""],
        ["unit01", "filler", "Filler one", "0561-1101", "", "", ""]]


class Contacts(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog())
        for name, role, *scope in (("chaser", "periods"), ("northern", "review", "--units", "north+"), ("clerk", "report", "--units", "unit01"),
                                   ("onlooker", "read", "--everywhere"), ("typist", "enter", "--units", "unit00")):
            self.desk.allow(name, role, *scope)

    def call(self, name, *args):
        return self.desk.run("jibao", "--key", self.desk.key(name), "contacts", *args)

    def load(self, text=FILE, name="chaser"):
        return self.call(name, "load", self.desk.file("contacts.csv", text))

    def listed(self, name, *args):
        done = self.ends(self.call(name, "list", "-o", "csv", *args), OK)
        return list(csv.reader(io.StringIO(done.out.decode())))

    def units(self, name, *args):
        return sorted({row[0] for row in self.listed(name, *args)[1:]})

    def times_in_store(self, text, store=None):
        return ((store or self.desk.store) / "data.mdb").read_bytes().count(text.encode())

    def test_what_is_loaded_is_listed_and_can_be_loaded_again(self):
        self.assertEqual(self.listed("chaser"), ROWS[:1])
        self.ends(self.load(), OK, "4 contacts of 3 units")
        self.assertEqual(self.listed("chaser"), ROWS)
        self.assertEqual(self.units("chaser", "--under", "north"), ["north", "unit00"])
        self.assertEqual(self.units("chaser", "--unit", "unit01"), ["unit01"])
        done = self.ends(self.call("chaser", "list", "-o", "json", "--unit", "unit01"), OK)
        self.assertEqual(json.loads(done.out)["rows"][0]["name"], "Filler one")
        self.ends(self.call("chaser", "list", "--lang", "zh"), OK, "分管领导", "姓名", "+86 138 0000")
        again = self.call("chaser", "list", "-o", "csv").out.decode()
        self.ends(self.load(again), OK)
        self.assertEqual(self.listed("chaser"), ROWS)
        # The units that are named are replaced, the others are not touched.
        self.ends(self.load(f"{HEADER}\nunit00,other,Somebody else,1,,,\n"), OK, "1 contacts of 1 units")
        self.assertEqual([row[2] for row in self.listed("chaser")[1:]], ["Head north", "Somebody else", "Filler one"])

    def test_a_file_with_mistakes_changes_nothing_and_all_are_told(self):
        self.ends(self.load(), OK)
        long = "x" * 200
        done = self.ends(self.load(f"{HEADER}\nunit0,leader,A,,,,\nunit01,boss,B,,,,\nunit01,filler,,,,,\nunit02,filler,C,{long},,,\n"), REFUSED,
                         "line 2, column 1", "line 3, column 2", "line 4, column 3", "line 5, column 4", "unknown_unit", "contact_invalid", "field_too_long")
        self.assertNotIn(long, done.text)
        self.ends(self.load("unit,person\nunit00,A\n"), REFUSED, "line 1, column 2", "file_header")
        self.ends(self.load(f"{HEADER}\n" + "unit01,other,Q,,,,\n" * 9), REFUSED, "line 10", "at most 8")
        self.ends(self.call("chaser", "load", self.desk.dir / "missing.csv"), REFUSED, "file_unreadable")
        self.ends(self.call("chaser", "load"), USAGE)
        self.assertEqual(self.listed("chaser"), ROWS)

    def test_who_chases_sees_and_nobody_else(self):
        self.ends(self.load(), OK)
        self.assertEqual(self.units("northern"), ["north", "unit00"])
        self.assertEqual(self.units("clerk"), ["unit01"])
        self.ends(self.call("clerk", "list", "--unit", "unit00"), REFUSED, "grant_missing")
        self.ends(self.call("northern", "list", "--unit", "unit01"), REFUSED, "grant_missing")
        for name in ("onlooker", "typist", "security"):
            done = self.ends(self.call(name, "list"), REFUSED, "grant_missing")
            self.assertNotIn("Filler", done.text)
        for name in ("northern", "clerk", "onlooker", "typist", "security"):
            self.ends(self.load(name=name), REFUSED, "grant_missing")
            done = self.call(name, "erase", "--unit", "unit01")
            self.assertEqual(done.code, REFUSED, done)
        self.assertEqual(self.listed("chaser"), ROWS)
        # Contacts are nowhere else: no question or export of others has them, nor the log.
        log = (self.desk.dir / "aggregator.log").read_text("utf-8")
        for secret in ("Leader zero", "0561-1000", "leader@example.org"):
            self.assertNotIn(secret, log)
        dump = self.ends(self.desk.run("jibao-aggregator", "dump", "--dir", self.desk.store), OK)
        self.assertNotIn(b"Leader zero".hex(), dump.out.decode())

    def test_erased_is_gone_from_the_file(self):
        self.ends(self.load(), OK)
        self.assertEqual(self.times_in_store("Filler zero"), 1)
        backup = self.desk.dir / "backup"
        self.ends(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, backup), OK)
        self.ends(self.call("chaser", "erase", "--unit", "unit00", "--name", "Nobody"), FAILED, "no such contact")
        self.ends(self.call("chaser", "erase", "--unit", "unit00", "--name", "Filler zero"), OK, "erased: 1 contacts of unit00")
        self.assertEqual([row[2] for row in self.listed("chaser", "--unit", "unit00")[1:]], ["Leader zero"])
        self.assertEqual(self.times_in_store("Filler zero"), 0)
        self.assertEqual(self.times_in_store("+86 138 0000"), 0)
        self.assertEqual(self.times_in_store("Leader zero"), 1)
        self.ends(self.load(f"{HEADER}\nunit01,filler,New filler,2,,,\n"), OK)
        self.assertEqual(self.times_in_store("Filler one"), 0, "what was replaced is erased too")
        for unit in ("unit00", "unit01", "north"):
            self.ends(self.call("chaser", "erase", "--unit", unit), OK)
        for secret in ("Leader zero", "0561-1", "New filler", "Head north"):
            self.assertEqual(self.times_in_store(secret), 0, secret)
        self.assertEqual(self.listed("chaser"), ROWS[:1])
        self.verified()
        self.assertEqual(self.times_in_store("Filler zero", backup), 1, "a backup keeps what it had on its day")

    def test_backup_restore_and_rebuild_carry_contacts_and_tell_damage(self):
        self.ends(self.load(), OK)
        aggregator = ("jibao-aggregator",)
        backup, restored = self.desk.dir / "backup", self.desk.dir / "restored"
        self.ends(self.desk.run(*aggregator, "backup", "--dir", self.desk.store, backup), OK)
        self.desk.down()
        self.ends(self.desk.run(*aggregator, "rebuild", "--dir", self.desk.store), OK)
        self.ends(self.desk.run(*aggregator, "verify", "--dir", self.desk.store), OK)
        self.desk.up()
        self.assertEqual(self.listed("chaser"), ROWS)
        self.desk.down()
        self.ends(self.desk.run(*aggregator, "restore", backup, "--dir", restored), OK)
        self.desk.up(store=restored)
        self.desk.server_key = self.desk.store / "server.pub"
        self.desk.point_at(self.desk.write, self.desk.read)
        self.assertEqual(self.listed("chaser"), ROWS)
        self.ends(self.call("chaser", "erase", "--unit", "unit01"), OK)
        self.assertEqual([self.times_in_store(text, restored) for text in ("Filler one", "Filler zero")], [0, 1])
        self.desk.down()
        data = restored / "data.mdb"
        at = data.read_bytes().index(b"Filler zero")
        with open(data, "r+b") as file:
            os.pwrite(file.fileno(), b"f", at)
        done = self.desk.run(*aggregator, "verify", "--dir", restored)
        self.assertEqual(done.code, FAILED, done)
        self.assertIn("table contacts", done.text)
        self.ends(self.desk.run(*aggregator, "rebuild", "--dir", restored), OK, "contacts were damaged")
        self.ends(self.desk.run(*aggregator, "verify", "--dir", restored), OK)
        again = self.ends(self.desk.run(*aggregator, "rebuild", "--dir", restored), OK)
        self.assertNotIn("contacts", again.text)
        self.desk.up(store=restored)
        self.desk.point_at(self.desk.write, self.desk.read)
        self.assertEqual(self.units("chaser"), ["north"])
        self.ends(self.load(), OK)
        self.assertEqual(self.listed("chaser"), ROWS)

    def test_a_recorded_change_is_never_taken_again(self):
        client = wire.Client(self.desk.write, self.desk.read, who=self.desk.identity("chaser"))
        self.addCleanup(client.close)

        def put(replaces, number, unit="unit00", epoch=1):
            people = [contacts.Contact(role=contacts.Contact.FILLER, name="Filler", telephone=number)] if number else []
            return contacts.ContactsPut(id=os.urandom(16), epoch=epoch, replaces=replaces, units=[contacts.UnitContacts(unit=unit, contacts=people)])

        def send(message):
            return client.writer.ask(envelope.KIND_CONTACTS_PUT, message, client.store_id)

        def refused(message, code):
            done = send(message)
            self.assertEqual((done.version, [finding.code for finding in done.findings]), (0, [code]))

        first = put(0, "1")
        self.assertEqual(send(first).version, 1)
        self.assertEqual(send(first).version, 1, "sent again it is answered again")
        self.assertEqual(send(put(1, "")).version, 2)
        refused(first, "contacts_moved")
        refused(put(1, "3"), "contacts_moved")
        refused(put(2, "3", epoch=2), "contacts_moved")
        refused(put(2, "3", unit="nowhere"), "unknown_unit")
        twice = put(2, "3")
        twice.units.append(twice.units[0])
        refused(twice, "duplicate_row")
        self.assertEqual(self.listed("chaser"), ROWS[:1])
        before = client.hello().revision
        self.assertEqual(send(put(2, "4")).version, 3)
        self.assertEqual(client.hello().revision, before, "the ledger has nothing of it")
        for spoiled in (put(3, "5\n"), put(3, "5" * 65)):
            done = send(spoiled)
            self.assertEqual(done.version, 0)


if __name__ == "__main__":
    main()
