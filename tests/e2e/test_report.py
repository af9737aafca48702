#!/usr/bin/python3
"""The printed report of Suixi: every published value stands in it, in the report's order; the same release, the same bytes."""

import csv
import decimal
import html
import io
import os
import pathlib
import random
import re
import shutil
import subprocess

import docx
import docx_text
from harness import OK, PATIENCE, SUIXI, TOP, DeskCase, main
from test_suixi import submit_folder

SPAN = "2021-Q1..2023-Q2"
DRAFT = ("--view", "working")  # the real county's figures are filed, and nothing of them is published


def units_of_measure():
    """Chinese unit of measure by indicator, from the catalogue's text."""
    found, code = {}, None
    for line in (SUIXI / "catalog.yaml").read_text("utf-8").splitlines():
        if match := re.match(r"  - code: (\S+)", line):
            code = match[1]
        elif match := re.match(r'    unit_of_measure: \{zh: "?([^",}]+)', line):
            found[code] = match[1]
    return found


def printed(row, units):
    """A published value as a report writes it, worked out here and not by the programs."""
    number = format(decimal.Decimal(row["value"]).normalize(), "f")
    unit = units[row["indicator"]]
    if row["kind"] == "yoy":
        return f"增长{number}%"
    if unit == "工作日":
        unit = "个工作日"
    scale = unit[0] if unit[0] in "万亿" else ""
    unit = unit[len(scale):]
    return {"exact": f"{number}{scale}{unit}", "more_than": f"{number}{scale}余{unit}", "at_least": f"{number}{scale}{unit}以上",
            "at_most": f"{number}{scale}{unit}以内", "nearly": f"近{number}{scale}{unit}"}[row["precision"]]


class SuixiReport(DeskCase):
    def report(self, template, *args, env=None):
        return self.ends(self.desk.run("jibao", "--lang", "zh", "report", template, *args, env=env, timeout=4 * PATIENCE), OK)

    def in_order(self, text, wanted, where):
        at = 0
        for name, value in wanted:
            found = text.find(value, at)
            self.assertGreaterEqual(found, 0, f"{where}: {name} {value} does not stand behind\n{text[max(0, at - 200):at + 200]}")
            at = found + len(value)

    def test_every_published_value_is_printed(self):
        desk = self.desk
        desk.up()
        desk.load(SUIXI / "catalog.yaml")
        bad, _ = submit_folder(desk, sorted((SUIXI / "figures").iterdir()))
        self.assertEqual(bad, [])
        units = units_of_measure()
        with open(SUIXI / "published.csv", encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
        wanted = [(row["id"], printed(row, units)) for row in rows]
        self.assertEqual(len(wanted), 170)
        template = SUIXI / "report.docx"
        made = {}
        for kind in ("docx", "html", "md"):
            out = desk.dir / f"report.{kind}"
            self.report(template, "--period", SPAN, *DRAFT, "-o", out)
            made[kind] = out.read_bytes()
        body = "\n".join(docx_text.paragraphs(made["docx"]))
        self.in_order(body, wanted, "docx")
        self.in_order(re.sub(r"<[^>]*>", "", html.unescape(made["html"].decode())), wanted, "html")
        self.in_order(made["md"].decode(), wanted, "md")
        self.assertNotIn("{{", body)
        self.assertNotIn("【", body)
        self.again(template, made)
        self.appendix(made["docx"], wanted)
        self.styles_are_kept(template, made["docx"])
        self.runs_are_joined(template, made["docx"])
        self.pages_are_the_same(template)
        self.examples_of_the_page()

    def examples_of_the_page(self):
        """What deploy/templates.md shows is a good template; tables and the like stand alone."""
        page = (TOP / "deploy/templates.md").read_text("utf-8")
        blocks = re.findall(r"(?:^    .*\n)+", page, flags=re.M)
        examples = [block for block in blocks if "{{" in block]
        self.assertGreaterEqual(len(examples), 5)
        for block in examples:
            lines = [line.strip() for line in block.splitlines()]
            lines = [x for line in lines for x in (re.findall(r"\{\{.*?\}\}", line) if re.match(r"\{\{(表|图|汇编|缺报表|附录)", line) else [line])]
            path = self.desk.file("page.md", "\n".join(lines) + "\n")
            self.report(path, "--period", "2022", *DRAFT, "--check")

    def again(self, template, made):
        """Another day in another zone: the same bytes, and no time of the clock inside."""
        for kind, first in made.items():
            out = self.desk.dir / f"again.{kind}"
            self.report(template, "--period", SPAN, *DRAFT, "-o", out, env={"TZ": "America/Los_Angeles"})
            self.assertEqual(out.read_bytes(), first, kind)
        times = {entry.date_time for entry in docx_text.package(made["docx"]).infolist()}
        self.assertEqual(times, {(1980, 1, 1, 0, 0, 0)})

    def appendix(self, made, wanted):
        """Each number has its line, and its query gives it again."""
        table = docx_text.tables(made)[-1]
        self.assertEqual(table[0], ["序号", "印出", "数值", "流水号", "覆盖", "数据性质", "查询和说明"])
        lines = table[1:]
        self.assertEqual([line[0] for line in lines], [str(n + 1) for n in range(len(lines))])
        listed = {line[1] for line in lines}
        self.assertEqual([value for _, value in wanted if value not in listed], [])
        body = docx_text.paragraphs(made)
        common, = [p for p in body if "jibao query" in p]
        words = common[common.index("jibao query"):].split()[1:]
        self.assertIn("--as-of", words)
        for line in random.Random(7).sample([li for li in lines if li[6].startswith("--")], 12):
            options = line[6].split("\n")[0].split()
            row, = self.ends(self.desk.bureau(*words, *options, "-o", "csv"), OK).rows()
            self.assertEqual(row["revision"], line[3])
            self.assertEqual(f"{row['reported']}/{row['expected']}", line[4])
            number = row["yoy"] if "--compare" in options else row["value"]
            self.assertIn(number, line[1] + line[6])
        heads = [p for p in body if re.search(r"[0-9a-f]{64}", p)]
        self.assertTrue(heads, "the head of the ledger is not printed")

    def styles_are_kept(self, template, made):
        """What the officer set stays: every part but the text is byte for byte the template's."""
        before, after = docx_text.package(template), docx_text.package(made)
        for name in before.namelist():
            if name not in ("word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"):
                self.assertEqual(after.read(name), before.read(name), name)
        document = docx.Document(io.BytesIO(made))
        self.assertEqual(document.paragraphs[0].style.name, "Title")
        self.assertEqual(document.paragraphs[0].text, "濉溪县法治建设中期数据报告")
        self.assertTrue([name for name in after.namelist() if name.startswith("word/charts/")])

    def runs_are_joined(self, template, made):
        """A template whose runs are split anywhere, with full-width braces here and there, prints the same text."""
        rng = random.Random(20230913)
        xml = docx_text.package(template).read("word/document.xml").decode()
        xml = docx_text.split_runs(xml, rng)
        xml = re.sub(r"\{\{|\}\}", lambda m: m[0] if rng.random() < 0.7 else {"{{": "｛｛", "}}": "｝｝"}[m[0]], xml)
        self.assertGreater(xml.count("<w:r>") + xml.count("<w:r "), 2000)
        split = self.desk.file("split.docx", docx_text.rewritten(template, {"word/document.xml": xml.encode()}))
        self.report(split, "--period", SPAN, *DRAFT, "-o", self.desk.dir / "split-out.docx")
        self.assertEqual(docx_text.paragraphs(self.desk.dir / "split-out.docx"), docx_text.paragraphs(made))

    def pages_are_the_same(self, template):
        if not shutil.which("soffice"):
            self.skipTest("no converter is installed")
        pages = []
        for name in ("one", "two"):
            out = self.desk.dir / f"{name}.pdf"
            self.report(template, "--period", SPAN, *DRAFT, "-o", out)
            folder = self.desk.dir / name
            folder.mkdir()
            subprocess.run(["pdftoppm", "-r", "50", "-png", str(out), str(folder / "p")], check=True)
            pages.append([(p.name, p.read_bytes()) for p in sorted(folder.iterdir())])
        self.assertGreater(len(pages[0]), 8)
        self.assertEqual(pages[0], pages[1])


class Templates(DeskCase):
    def test_the_word_templates_are_those_of_the_markdown_ones(self):
        for base in (SUIXI / "report", TOP / "deploy/annual-report"):
            out = self.desk.dir / "template.docx"
            self.ends(self.desk.bureau("report", base.with_suffix(".md"), "--as-template", "-o", out), OK)
            self.assertEqual(out.read_bytes(), base.with_suffix(".docx").read_bytes(), base)

    def test_every_word_is_described(self):
        words = (TOP / "common/report/placeholder_words.c").read_text("utf-8")
        page = (TOP / "deploy/templates.md").read_text("utf-8")
        pairs = re.findall(r'\{"([^"]+)", "([^"]+)", JB_', words)
        self.assertGreater(len(pairs), 80)
        # 结束 is another word for 完; what is said in English of growth against the period before follows the year's.
        missing = [zh for zh, _ in pairs if zh not in page] + [en for _, en in pairs if en not in page]
        self.assertEqual(sorted(set(missing) - {"结束", "section", "ind", "indicator", "==", "<>", "<=", ">=", "!=", "<", "chinese-ordinal", "ordinal",
                                                "count", "unit", "all-levels", "by-unit", "qoq-rate", "qoq-word", "qoq-base", "下级", "二季度", "三季度",
                                                "q2", "q3", "basis", "under", "title", "按单位", "status", "line"}), [])

    def test_its_sentences_are_not_the_published_reports(self):
        """The published text is not part of the project; where it lies beside it, no sentence of it is found in the template."""
        published = TOP.parent / "shared/domain/suixi-report.txt"
        if not published.exists():
            self.skipTest("the published report is not at hand")
        bare = re.compile(r"[^\u4e00-\u9fff]")
        theirs = bare.sub("", published.read_text("utf-8"))
        ours = bare.sub("", re.sub(r"<!--.*?-->|\{\{.*?\}\}", "，", (SUIXI / "report.md").read_text("utf-8"), flags=re.S))
        runs = {ours[i:i + 18] for i in range(len(ours) - 17)}
        self.assertEqual([run for run in runs if run in theirs], [])


if __name__ == "__main__":
    os.environ.setdefault("HOME", str(pathlib.Path.home()))
    main()
