#!/usr/bin/python3
"""What people are told about keys and rights, in both languages: who is not let in and why, what was narrowed, who may do what,
and what the words in the tables are."""

import hashlib
import json
import os
import unicodedata

import small
from harness import FAILED, OK, QUEUED, REFUSED, USAGE, DeskCase, main


def width(text):
    """Columns on a terminal."""
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


class Told(DeskCase):
    def setUp(self):
        super().setUp()
        self.desk.up()
        self.desk.load(small.catalog())

    def as_(self, name, *args, code=OK, words=(), program="jibao"):
        options = ["--key", self.desk.key(name)] + (["--home", self.desk.home(name)] if program == "jibao-agent" else [])
        return self.ends(self.desk.run(program, *options, *args), code, *words)

    # ------------------------------------------------------------ before the door

    def test_a_key_file_that_others_may_read_is_refused_with_what_to_do(self):
        os.chmod(self.desk.key("reader"), 0o644)
        for lang, words in (("en", ("mode 0644", "chmod 0400")), ("zh", ("权限 0644", "chmod 0400", "更换密钥"))):
            self.as_("reader", "--lang", lang, "key", "list", code=USAGE, words=words)
            self.as_("reader", "--lang", lang, "catalog", "fetch", code=USAGE, words=words, program="jibao-agent")

    def test_a_missing_key_and_the_wrong_half_are_told_apart(self):
        for lang, missing, half in (("en", "jibao key new makes one", "holds a public key"), ("zh", "可用 jibao key new 生成", "里是公钥")):
            self.ends(self.desk.bureau("--lang", lang, "--key", self.desk.dir / "none.key", "key", "list"), USAGE, "none.key", missing)
            self.ends(self.desk.bureau("--lang", lang, "--key", self.desk.public("reader"), "key", "list"), USAGE, half)
        self.ends(self.desk.security("allow", self.desk.key("reader"), "--role", "audit"), FAILED, "holds a secret key", "reader.key.pub")

    def test_not_let_in_is_told_from_not_reached(self):
        hexadecimal = "[0-9a-f]{64}"
        for lang, refused, nobody in (("en", "does not let this key in", "Is it running"), ("zh", "不放行这把密钥", "请确认它在运行")):
            done = self.as_("stranger", "--lang", lang, "--timeout", "5", "key", "list", code=FAILED,
                            words=(refused, "jibao key allow", "server_key"))
            self.assertRegex(done.text, hexadecimal)
            self.assertNotIn(nobody, done.text)
            done = self.ends(self.desk.bureau("--lang", lang, "--timeout", "2", "--read", "tcp://127.0.0.1:1", "key", "list"), FAILED, nobody)
            self.assertNotIn(refused, done.text)
        self.ends(self.desk.bureau("--server-key", self.desk.public("stranger"), "--timeout", "5", "key", "list"), FAILED,
                  "its own key is another", "server.pub")

    # ------------------------------------------------------------ inside

    def test_figures_of_another_unit_are_refused_with_the_role_that_is_missing(self):
        path = self.desk.file("figures.csv", small.csv_of("unit01", "2021-Q1", {"flow0": "1"}))
        self.desk.allow("unit00", "report", "--units", "unit00")
        self.as_("unit00", "catalog", "fetch", program="jibao-agent")
        for lang, words in (("en", ("no grant covers this", "expected: report, enter (unit01)", "jibao key allow")),
                            ("zh", ("没有涵盖此事的授权", "应为：report, enter (unit01)"))):
            self.as_("unit00", "--lang", lang, "submit", path, code=REFUSED, words=words, program="jibao-agent")

    def test_a_grant_that_is_over_shuts_the_door(self):
        self.desk.allow("reader", "read", "--everywhere", "--until", "2024-02-29")
        self.as_("reader", "--timeout", "5", "key", "list", code=FAILED, words=("over",))
        self.as_("reader", "catalog", "fetch", code=QUEUED, words=("does not let this key in",), program="jibao-agent")
        row = next(line for line in self.desk.security("list").out.decode().splitlines() if "reader" in line)
        self.assertIn(" 2024-02-29 (over)", row)
        row = next(row for row in self.desk.security("list", "-o", "csv").rows() if row["label"] == "reader")
        self.assertEqual(row["until"], "2024-03-01T00:00:00.000000+08:00")

    def test_what_was_narrowed_is_said_by_queries_and_watches(self):
        revision = self.desk.allow("reader", "read", "--units", "north/")
        for lang, sentence in (("en", "only what this key may read is shown"), ("zh", "只显示这把密钥有权查看的内容")):
            self.as_("reader", "--lang", lang, "query", "--under", "county", "--period", "2021-Q1", words=(sentence,))
            done = self.as_("reader", "--lang", lang, "watch", "--until", revision, words=(f"-- {sentence}",))
            self.assertEqual(done.out.decode().count(sentence), 1, done)
            done = self.as_("reader", "--lang", lang, "watch", "--until", revision, "-o", "csv")
            self.assertIn(sentence, done.err.decode())
            self.assertNotIn(sentence, done.out.decode())
            self.assertNotIn(sentence, self.ends(self.desk.bureau("--lang", lang, "watch", "--until", revision), OK).text)
        events = [json.loads(line) for line in self.as_("reader", "watch", "--until", revision, "-o", "json").out.splitlines()]
        self.assertEqual([event.get("narrowed") for event in events if event["type"] == "reset"], [True])

    def test_an_export_has_what_the_key_may_read_and_says_so(self):
        for unit in ("unit00", "unit01"):  # the even ones are north
            self.desk.fetch(unit)
            self.ends(self.desk.agent(unit, "submit", self.desk.file("figures.csv", small.csv_of(unit, "2021-Q1", {"flow0": "1", "rate": "90"}))), OK)
        self.desk.allow("reader", "read", "--units", "north/")
        done = self.as_("reader", "export", "--period", "2021-Q1", words=("only what this key may read is shown",))
        self.assertEqual({row["unit"] for row in done.rows()}, {"unit00"})
        done = self.ends(self.desk.bureau("export", "--period", "2021-Q1"), OK)
        self.assertEqual({row["unit"] for row in done.rows()}, {"unit00", "unit01"})
        self.assertNotIn("may read", done.text)
        self.desk.allow("auditor", "audit")
        self.as_("auditor", "export", "--period", "2021-Q1", code=REFUSED, words=("no grant covers this", "expected: read"))

    def test_an_export_of_the_ledger_is_checked_in_the_chosen_language_with_the_configured_server_key(self):
        path = self.desk.dir / "ledger.jsonl"
        self.ends(self.desk.bureau("audit", "--export", path), OK)
        for lang, words in (("en", "every signature and every right are good"), ("zh", "流水头：流水号")):
            self.ends(self.desk.bureau("--lang", lang, "audit", "--check", path), OK, words)
            self.ends(self.desk.bureau("audit", "--check", path, "--lang", lang), OK, words)
        self.ends(self.desk.bureau("--config", "/dev/null", "audit", "--check", path), USAGE, "--server-key")

    def test_a_restored_store_without_its_server_key_says_where_to_take_it_from(self):
        again = self.desk.dir / "again"
        self.ends(self.desk.run("jibao-aggregator", "backup", "--dir", self.desk.store, self.desk.dir / "copy"), OK)
        self.ends(self.desk.run("jibao-aggregator", "restore", self.desk.dir / "copy", "--dir", again), OK)
        self.ends(self.desk.run("jibao-aggregator", "run", "--dir", again), FAILED, "server.key", "name the copy that was kept")

    def test_the_list_of_keys_is_aligned_and_names_roles_in_both_ways(self):
        self.desk.allow("reader", "read", "--units", "north/", "--until", "2099-12-31")
        self.desk.must(self.desk.run("jibao", "key", "new", self.desk.dir / "long.key", "--label", "县依法治县委员会办公室主任"))
        self.desk.must(self.desk.security("allow", self.desk.dir / "long.key.pub", "--role", "periods"))
        lines = self.desk.security("list", "--lang", "zh").out.decode().splitlines()
        self.assertRegex(lines[0], r"^密钥 +持有者 +状态 +角色 +适用单位 +起始 +截止 +密钥到期 +流水号$")
        self.assertEqual({width(line) for line in lines}, {width(lines[1])})
        rights = [line for line in lines if "north/" in line]
        self.assertEqual(len(rights), 1)
        self.assertIn("read (查询)", rights[0])
        self.assertIn(" 2099-12-31 ", rights[0])
        self.assertIn("security (manage keys)", self.desk.security("list").out.decode())

    def test_the_audit_trail_has_words_for_people_and_codes_for_programs(self):
        table = self.ends(self.desk.bureau("audit", "--lang", "zh"), OK, "建库", "密钥变更", "指标目录", "已接收", "流水头：流水号").out.decode()
        self.assertNotIn("key_change", table)
        self.assertEqual(self.desk.bureau("audit", "--lang", "zh", "-o", "csv").rows()[1]["kind"], "key_change")
        row = next(row for row in self.desk.bureau("audit", "-o", "csv").rows() if row["kind"] == "catalogue")
        self.assertEqual(row["summary"], "version 1")

    def test_a_command_that_would_change_nothing_makes_no_entry(self):
        self.desk.allow("reader", "read", "--everywhere")
        self.ends(self.desk.security("allow", self.desk.public("reader")), USAGE, "give a role (--role)")
        self.ends(self.desk.security("take", self.desk.public("reader"), "--role", "audit"), REFUSED, "the holder has no such role")

    # ------------------------------------------------------------ elsewhere

    def test_a_moment_before_the_beginning_is_said_to_be_so(self):
        for lang, words in (("en", "before anything was kept here"), ("zh", "早于本库开始留存")):
            for moment in ("2020-01-01", "1"):  # before the store, and before its first catalogue
                done = self.ends(self.desk.bureau("query", "--unit", "county", "--period", "2021-Q1", "--as-of", moment, "--lang", lang),
                                 REFUSED, words)
                self.assertNotIn("can help", done.text)

    def test_the_difference_of_two_catalogues_is_told_in_chinese(self):
        old = self.desk.file("old.yaml", small.catalog())
        new = self.desk.file("new.yaml", small.catalog().replace("zh: 单位00,", "zh: 零号单位,").replace("{indicator: flow0}", "{indicator: flow0, optional: true}"))
        done = self.ends(self.desk.bureau("catalog", "diff", old, new, "--lang", "zh"), OK)
        self.assertEqual(done.out.decode().splitlines(), ["~ 单位 unit00: 中文名称 单位00 -> 零号单位",
                                                          "~ 报表 work: - 行次 flow0", "~ 报表 work: + 行次 flow0（选填）"])

    def test_an_import_names_the_file_that_was_given(self):
        body = small.catalog().replace("measure: stock", "measure: stack").encode()
        head = f"# jibao-catalog version=1 store={'0' * 32} hash={hashlib.blake2b(body, digest_size=32).hexdigest()}\n".encode()
        path = self.desk.file("handed-over.yaml", head + body)
        self.ends(self.desk.agent("unit00", "catalog", "import", path), REFUSED, f"error {path} line")
        path = self.desk.file("handed-over.yaml", head + body + b"\n")
        self.ends(self.desk.agent("unit00", "catalog", "import", path), REFUSED, f"{path} does not match its hash")

    def test_help_says_the_defaults(self):
        self.ends(self.desk.run("jibao-aggregator", "run", "--help"), OK, "(default 64G)", "tcp://127.0.0.1:5571)")
        self.ends(self.desk.run("jibao-aggregator", "run", "--help", env={"LANG": "zh_CN.UTF-8"}), OK, "（默认 64G）")


if __name__ == "__main__":
    main()
