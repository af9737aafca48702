#!/usr/bin/python3
"""The walls and the house style, as a test: prints one line a breach and exits 1 if there is any.

Walls (design): who may include whom. Style: banned functions and words, lengths, formatting, headers that compile alone,
nothing of one machine in the tree, and a translation for every message.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
TOP_LEVEL = {"CMakeLists.txt", "CMakePresets.json", "README.md", "proto", "services", "common", "deploy", "tests"}
LINES_MAX = 500
COLUMNS_MAX = 120

# header -> the files that may include it (as a regular expression over the path from the root)
WALLS = {
    r"zmq\.h": r"common/net/(sock[a-z_]*|loop)\.c",
    r"lmdb\.h": r"common/files/kv[a-z_]*\.c",
    r".*\.pb-c\.h": r"common/net/wire[a-z_]*\.[ch]",
    r"yaml\.h": r"common/model/.*\.[ch]",
    r"csv\.h": r"common/files/csv\.c",
    r"zip\.h": r"common/files/zip_[a-z_]*\.c",
    r"expat\.h": r"common/files/xml\.c",
    r"xlsxwriter\.h": r"common/files/workbook_(write[a-z_]*|number)\.[ch]",
    r"jansson\.h": r"(common/files/print|common/net/wire_json_read|services/.*)\.c",
    r"qrencode\.h": r"services/gateway/slip\.c",
    r"microhttpd\.h": r"services/gateway/http[a-z_]*\.[ch]",
}
# Pure files do no input or output and read no clock.
PURE = r"(services/aggregator/(rollup|cell|ledger|filing|change|period_state)|common/model/(decimal|period|figure|value_text|check|rule[a-z_]*|usual|filing_check[a-z_]*))\.c"
IMPURE = r"\b(fopen|open|read|write|printf|time|clock_gettime|gettimeofday|jb_clock_\w+|jb_kv_\w+|jb_store_\w+|rand|random)\s*\("
BANNED_CALLS = r"\b(strtol|strtoul|strtoll|strtoull|atoi|atol|atoll|sscanf|strcpy|strcat|sprintf|vsprintf|gets|strtok|alloca|setjmp|longjmp|system)\s*\("
# The one file that may name a binary fraction: libxlsxwriter takes numbers as nothing else.
BINARY_FRACTIONS = r"common/files/workbook_number\.c"
BANNED_WORDS = r"\b(TODO|FIXME|XXX|HACK|double|float|strtod|atof|strtof)\b"


def tracked():
    out = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "-z"], cwd=ROOT, check=True, capture_output=True)
    return [p for p in out.stdout.decode().split("\0") if p and (ROOT / p).is_file()]


def code_of(text):
    """The text without comments and string contents, lines kept."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group(0))
    text = re.sub(r"/\*.*?\*/", blank, text, flags=re.S)
    return re.sub(r'"(\\.|[^"\\\n])*"', '""', text)


def check_c(path, text, say):
    project = path.startswith(("common/", "services/"))
    code = code_of(text)
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > COLUMNS_MAX:
            say(f"{path}:{number}: {len(line)} columns, at most {COLUMNS_MAX}")
        include = re.match(r'\s*#\s*include\s*[<"]([^>"]+)[>"]', line)
        if include:
            check_include(path, number, include.group(1), project, say)
    for number, line in enumerate(code.split("\n"), 1):
        if project and (found := re.search(BANNED_CALLS, line)):
            say(f"{path}:{number}: {found.group(1)} is banned")
        if re.search(r"(^|[^:])//", line):
            say(f"{path}:{number}: comments are /* */")
        if re.fullmatch(PURE, path) and (found := re.search(IMPURE, line)):
            say(f"{path}:{number}: {found.group(1)} in a pure file")
    if project:
        for number, line in enumerate(text.split("\n"), 1):
            found = re.search(BANNED_WORDS, line)
            if found and not (found.group(1) == "double" and re.fullmatch(BINARY_FRACTIONS, path)):
                say(f"{path}:{number}: the word {found.group(1)}")
    if text.count("\n") > LINES_MAX:
        say(f"{path}: {text.count(chr(10))} lines, at most {LINES_MAX}: find the second noun")


def check_include(path, number, target, project, say):
    if not project:
        if target.endswith(".c"):
            say(f"{path}:{number}: includes a .c file")
        return
    name = target.split("/")[-1]
    for header, allowed in WALLS.items():
        own = re.fullmatch(r"(files|model|net|base)/.*", target)
        if re.fullmatch(header, name) and not own and not re.fullmatch(allowed, path):
            say(f"{path}:{number}: <{target}> is behind a wall: only {allowed}")
    if path.startswith("common/") and "services/" in target:
        say(f"{path}:{number}: common includes a service")
    if path.startswith("services/"):
        own = path.split("/")[1]
        for other in ("aggregator", "agent", "bureau", "gateway"):
            if other != own and f"{other}/" in target:
                say(f"{path}:{number}: services never include each other")
    layers = {"base": 0, "model": 1, "files": 1, "net": 2, "report": 2, "form": 3, "paper": 3}
    here, there = path.split("/")[1], target.split("/")[0]
    if path.startswith("common/") and here in layers and there in layers and there != here:
        if layers[there] >= layers[here]:
            say(f"{path}:{number}: common/{here} includes {target}: includes point down only")


def check_headers_alone(paths, say):
    headers = [p for p in paths if p.endswith(".h") and p.startswith(("common/", "services/")) and not p.endswith("wire_pb.h")]
    for path in headers:
        include = ["-I", str(ROOT / "common")]
        if path.startswith("services/"):
            include += ["-I", str((ROOT / path).parent)]
        done = subprocess.run(["gcc", "-std=gnu11", "-D_GNU_SOURCE", "-fsyntax-only", "-Wall", "-x", "c", *include, "-"],
                              input=f'#include "{ROOT / path}"\n', text=True, capture_output=True)
        if done.returncode != 0:
            say(f"{path}: does not compile alone: {done.stderr.strip().splitlines()[0]}")


def check_format(paths, say):
    files = [p for p in paths if p.endswith((".c", ".h"))]
    done = subprocess.run(["clang-format", "--dry-run", "-Werror", *files], cwd=ROOT, text=True, capture_output=True)
    places = sorted({m.group(1) for m in re.finditer(r"^([^:\n]+):\d+:\d+: error", done.stderr, flags=re.M)})
    for path in places:
        say(f"{path}: not as clang-format writes it (run clang-format -i)")


def check_words(path, text, say):
    for number, line in enumerate(text.split("\n"), 1):
        if re.search(r"(?<![\w.])/(work|root|home/[a-z]+)/", line):
            say(f"{path}:{number}: a path of one machine")


def check_translations(paths, say):
    """Every _() and N_() message in the programs has a Chinese translation."""
    sources = [p for p in paths if p.startswith(("common/", "services/")) and p.endswith((".c", ".h"))]
    pot = subprocess.run(["xgettext", "-k_", "-kN_", "--from-code=UTF-8", "-o", "-", *sources], cwd=ROOT, text=True, capture_output=True)
    want = set(messages(pot.stdout))
    po = ROOT / "deploy/po/zh_CN.po"
    have = {k for k, v in messages(po.read_text(encoding="utf-8")).items() if v}
    for message in sorted(want.keys() - have if isinstance(want, dict) else want - have):
        if message:
            say(f"deploy/po/zh_CN.po: no translation of {message!r}")
    done = subprocess.run(["msgfmt", "-c", "-o", "/dev/null", str(po)], text=True, capture_output=True)
    if done.returncode != 0:
        say(f"deploy/po/zh_CN.po: {done.stderr.strip().splitlines()[0]}")


def messages(text):
    """msgid -> msgstr of a .po text."""
    found = {}
    for block in re.split(r"\n\s*\n", text):
        if re.search(r"^#~", block, flags=re.M) or re.search(r"^#,.*fuzzy", block, flags=re.M):
            continue
        def part(key):
            match = re.search(rf'^{key} ((?:"(?:\\.|[^"\\])*"\s*)+)', block, flags=re.M)
            return "".join(re.findall(r'"((?:\\.|[^"\\])*)"', match.group(1))) if match else None
        key, value = part("msgid"), part("msgstr") or part(r"msgstr\[0\]")
        if key:
            found[key] = value
    return found


def main():
    breaches = []
    say = breaches.append
    paths = tracked()
    for top in {p.split("/")[0] for p in paths}:
        if top not in TOP_LEVEL and not top.startswith("."):
            say(f"{top}: not in the fixed top level")
    for path in paths:
        if "/corpus/" in path:
            continue
        text = (ROOT / path).read_text(encoding="utf-8", errors="replace")
        if path.endswith((".c", ".h")):
            check_c(path, text, say)
        if path != "tests/lint/lint.py":
            check_words(path, text, say)
    check_headers_alone(paths, say)
    check_format(paths, say)
    check_translations(paths, say)
    for line in breaches:
        print(line)
    print(f"{len(paths)} files, {len(breaches)} breaches")
    return 1 if breaches else 0


if __name__ == "__main__":
    sys.exit(main())
