#!/usr/bin/python3
"""Checks the example data under deploy/ by itself, without any program of jibao.

The figures that the units submit must add up to what the county's report prints, mark for mark, and the
files must hold exactly the rows that the catalogue says are owed. Everything is read again from the files
with the standard library: the CSVs, published.csv, and the catalogue through a small reader that knows only
the layout in which catalog.yaml is written. Exits with 1 and names every mismatch if there is one.
"""

import collections
import csv
import pathlib
import re
import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

DEPLOY = pathlib.Path(__file__).resolve().parents[2] / "deploy"
PUBLISHED_COLUMNS = "id,unit,indicator,measure,period,value,precision,kind".split(",")
HEADERS = {
    "单位,报告期,指标,口径,数值,数据性质,说明": {"本期": "period", "本年累计": "ytd"},
    "unit,period,indicator,basis,value,status,note": {"period": "period", "ytd": "ytd"},
}
STATUS = {"推算": "estimated", "正式": "final", "estimated": "estimated", "final": "final"}
MEASURES = {"flow": 94, "stock": 52, "rate": 21, "growth": 1, "target": 2}
KINDS = {"query": 167, "yoy": 1, "target": 2}
MARKS = [  # how a mark is written, before or after the number
    (r"(.+)余", "more_than"),
    (r"(.+?)%?以上", "at_least"),
    (r"(?:不低于|>=|≥)(.+?)%?", "at_least"),
    (r"(.+)以内", "at_most"),
    (r"近(.+)", "nearly"),
    (r"(.+)", "exact"),
]
# Relations that the report itself shows or that follow from two printed figures.
SUMS = [("plan.gov.tasks.done", "plan.gov.tasks.doing", "plan.gov.tasks.total"),
        ("plan.soc.tasks.done", "plan.soc.tasks.doing", "plan.soc.tasks.total")]
RATIOS = {"inspect.random.problem_rate": "40.00", "statistics.case_rate": "5.26",
          "pil.admin.suggestion_rate": "24.51", "ems.dispatch_rate": "16.33"}

Figure = collections.namedtuple("Figure", "unit period value mark stretch status where")
errors = []


def wrong(where, what):
    errors.append(f"{where}: {what}")


# ---------------------------------------------------------------- periods


def quarters(text):
    """The quarters of 2022, 2023-S1, 2022-Q4 or a span, as codes; a year alone stays one for yearly data."""
    first, _, last = text.partition("..")
    codes = []
    for part in (first, last or first):
        year, _, rest = part.partition("-")
        in_part = {"": "1234", "S1": "12", "S2": "34"}.get(rest, rest[-1:])
        codes.append([f"{year}-Q{n}" for n in in_part])
    start, end = codes[0][0], codes[1][-1]
    year, quarter = int(start[:4]), int(start[-1])
    found = []
    while f"{year}-Q{quarter}" <= end:
        found.append(f"{year}-Q{quarter}")
        year, quarter = (year, quarter + 1) if quarter < 4 else (year + 1, 1)
    return found


def read_period(text):
    match = re.fullmatch(r"(\d{4})年第([一二三四])季度", text)
    if match:
        return f"{match[1]}-Q{'一二三四'.index(match[2]) + 1}"
    return text


def read_stretch(text, period, names):
    """The first quarter of what the value covers, or None for the period itself."""
    if names.get(text) == "period":
        return None
    if names.get(text) == "ytd":
        return period[:4] + "-Q1"
    match = re.fullmatch(r"(\d{4})年以来", text)
    if match:
        return match[1] + "-Q1"
    return text.removeprefix("累计:")


# ---------------------------------------------------------------- the catalogue


def zh_name(text):
    match = re.match(r'\{zh: (?:"([^"]*)"|(.*?))(?:, en: .*)?\}$', text)
    return match[1] or match[2]


def read_list(text):
    return [item.strip() for item in text.strip("[]").split(",") if item.strip()]


def read_catalog(path):
    """{block: {code: entry}}; an entry has its keys as text, and rows and targets as lists of texts."""
    blocks, block, entry, key = {}, None, None, None
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if re.match(r"\w+:$", line):
            block = blocks.setdefault(line[:-1], {})
        elif match := re.match(r"  - \{?code: ([a-z0-9._-]+)", line):
            if match[1] in block:
                wrong(path.name, f"{match[1]} stands there twice")
            entry = block[match[1]] = {}
        elif match := re.match(r"    (\w+): ?(.*)$", line):
            key = match[1]
            entry[key] = match[2] if match[2] else []
        elif match := re.match(r"      - \{(.*)\}$", line):
            entry[key].append(match[1])
        elif entry is not None and isinstance(entry.get(key), str) and line.startswith("     "):
            entry[key] += " " + line.strip()
    return blocks


def expected_rows(catalog):
    """{(unit, indicator, period)} that the forms ask for, and a check that owners and forms agree."""
    expected, asked = set(), collections.Counter()
    for code, form in catalog["forms"].items():
        above = []
        for row in form["rows"]:
            match = re.fullmatch(r'indicator: ([^,]+)(?:, of: ([^,]+))?, owed: \[([^\]]+)\](?:, parts: "=")?', row)
            indicator, of, owed = match.groups()
            if of and of not in above:
                wrong(code, f"{indicator} is a part of {of}, which does not stand above it")
            above.append(indicator)
            for unit in read_list(form["units"]):
                asked[unit, indicator] += 1
                periods = quarters(owed) if "-" in owed else [owed]
                expected.update((unit, indicator, period) for period in periods)
    owned = {(unit, code) for code, entry in catalog["indicators"].items()
             for unit in read_list(entry.get("owners", ""))}
    for pair in owned ^ set(asked):
        wrong("catalog.yaml", f"{pair}: owner without a form, or a form without the owner")
    for pair, count in asked.items():
        if count > 1:
            wrong("catalog.yaml", f"{pair} stands in {count} forms")
        if pair[0] not in catalog["units"]:
            wrong("catalog.yaml", f"unknown unit {pair[0]}")
    return expected


# ---------------------------------------------------------------- the figures


def read_value(text, where):
    for pattern, mark in MARKS:
        match = re.fullmatch(pattern, text)
        if match:
            # Decimal reads full-width digits too.
            return Decimal(match[1].replace(",", "")), mark
    wrong(where, f"unreadable value {text}")
    return Decimal(0), "exact"


def read_figures_file(path, catalog, names):
    lines = path.read_text(encoding="utf-8").splitlines()
    comments = [line for line in lines if line.startswith("#")]
    if not any(re.search("[\u4e00-\u9fff]", line) for line in comments):
        wrong(path, "the head does not say in Chinese what the figures are")
    if not any(line.isascii() and "published" in line for line in comments):
        wrong(path, "the head does not say in English what the figures are")
    header, *rows = lines[len(comments):]
    if header not in HEADERS:
        wrong(path, f"header {header}")
        return
    for number, row in enumerate(csv.reader(rows, strict=True), len(comments) + 2):
        where = f"{path.parent.name}/{path.name}:{number}"
        unit, period, indicator, basis, value, status, _ = row
        unit, indicator = names.get(unit, unit), names.get(indicator, indicator)
        period = read_period(period)
        if (unit, period) != (path.stem, path.parent.name):
            wrong(where, f"{unit} {period} in another's file")
        if indicator not in catalog["indicators"]:
            wrong(where, f"unknown indicator {indicator}")
            continue
        number_value, mark = read_value(value, where)
        if -number_value.as_tuple().exponent > int(catalog["indicators"][indicator]["decimals"]):
            wrong(where, f"{value} has too many decimals")
        if mark != "exact" and number_value == 0:
            wrong(where, "a marked zero")
        stretch = read_stretch(basis, period, HEADERS[header])
        yield indicator, Figure(unit, period, number_value, mark, stretch, STATUS[status], where)


def read_figures(folder, catalog):
    """{indicator: [Figure]}; every owed row once and no other."""
    names = {}
    for block in ("units", "indicators"):
        for code, entry in catalog[block].items():
            name = zh_name(entry["name"])
            if name in names:
                wrong("catalog.yaml", f"two bear the name {name}")
            names[name] = code
    figures = collections.defaultdict(list)
    for path in sorted(folder.glob("figures/*/*.csv")):
        for indicator, figure in read_figures_file(path, catalog, names):
            figures[indicator].append(figure)
    got = collections.Counter((f.unit, i, f.period) for i, fs in figures.items() for f in fs)
    expected = expected_rows(catalog)
    for key in expected - set(got):
        wrong(key, "owed, but in no file")
    for key in set(got) - expected:
        wrong(key, "in a file, but not owed")
    for key, count in got.items():
        if count > 1:
            wrong(key, f"filed {count} times")
    return figures


# ---------------------------------------------------------------- the published rows


def check_even(row, parts, decimals):
    """Quarters differ by at most one last digit, the later ones being larger; so do units in a quarter."""
    step = Decimal(1).scaleb(-decimals)
    by_quarter = collections.defaultdict(list)
    for part in parts:
        by_quarter[part.period].append(part.value)
    totals = [sum(by_quarter[period]) for period in sorted(by_quarter)]
    if totals != sorted(totals) or totals[-1] - totals[0] > step:
        wrong(row["id"], f"not even over quarters: {[str(t) for t in totals]}")
    for period, values in by_quarter.items():
        if max(values) - min(values) > step:
            wrong(row["id"], f"not even over units in {period}")


def check_flow(row, figures, decimals):
    span = quarters(row["period"])
    parts = [f for f in figures if f.period in span]
    if {f.period for f in parts} != set(span):
        wrong(row["id"], "not every quarter has a part")
    if sum(f.value for f in parts) != Decimal(row["value"]):
        wrong(row["id"], f"adds up to {sum(f.value for f in parts)}, printed {row['value']}")
    for part in parts:
        if (part.mark, part.status, part.stretch) != (row["precision"], "estimated", None):
            wrong(part.where, f"mark, status or basis does not suit {row['id']}")
    check_even(row, parts, decimals)
    return parts


def check_point(row, figures):
    """A stock or a rate: one final figure in the last quarter of its stretch, on that stretch's basis."""
    span = quarters(row["period"])
    stretch = span[0] if row["measure"] == "rate" and len(span) > 1 else None
    parts = [f for f in figures if f.period == span[-1]]
    if len(parts) != 1:
        wrong(row["id"], f"{len(parts)} figures in {span[-1]}")
    for part in parts:
        got = (part.value, part.mark, part.status, part.stretch)
        if got != (Decimal(row["value"]), row["precision"], "final", stretch):
            wrong(part.where, f"does not suit {row['id']}")
    return parts


def check_growth(row, figures):
    now, base = (sum(f.value for f in figures if f.period[:4] == year) for year in ("2022", "2021"))
    growth = rounded(Fraction(now - base) / Fraction(base) * 100)
    if growth != row["value"]:
        wrong(row["id"], f"growth is {growth}")
    return [f for f in figures if f.period[:4] == "2021"]


def check_target(row, indicator):
    want = f'period: {row["period"]}, value: "{row["value"]}", mark: {row["precision"]},'
    if not any(target.startswith(want) for target in indicator.get("targets", [])):
        wrong(row["id"], f"no target with {want}")
    if "owners" in indicator:
        wrong(row["id"], "somebody owes the indicator")
    return []


def check_row(row, catalog, figures):
    indicator = catalog["indicators"].get(row["indicator"])
    if indicator is None:
        wrong(row["id"], f"unknown indicator {row['indicator']}")
        return []
    if row["unit"] not in catalog["units"]:
        wrong(row["id"], f"unknown unit {row['unit']}")
    mine = figures[row["indicator"]]
    if row["kind"] == "target":
        return check_target(row, indicator)
    if row["kind"] == "yoy":
        return check_growth(row, mine)
    if indicator["measure"] != row["measure"]:
        wrong(row["id"], f"measure is {indicator['measure']}")
    if row["unit"] not in {f.unit for f in mine}:
        wrong(row["id"], f"{row['unit']} files nothing of it")
    if row["measure"] == "flow":
        return check_flow(row, mine, int(indicator["decimals"]))
    return check_point(row, mine)


def rounded(fraction, digits="0.01"):
    exact = Decimal(fraction.numerator) / Decimal(fraction.denominator)
    return str(exact.quantize(Decimal(digits), ROUND_HALF_UP))


def check_relations(catalog, values):
    for *parts, total in SUMS:
        if sum(values[part] for part in parts) != values[total]:
            wrong(total, "is not the sum of its parts")
    for code, want in RATIOS.items():
        entry = catalog["indicators"][code]
        got = rounded(Fraction(values[entry["numerator"]]) / Fraction(values[entry["denominator"]]) * 100)
        if got != want:
            wrong(code, f"is {got}, not {want}")
    for code, entry in catalog["indicators"].items():
        if entry["measure"] == "ratio" and not {entry["numerator"], entry["denominator"]} <= set(values):
            wrong(code, "a side of the ratio has no published value")


def read_published(folder):
    with open(folder / "published.csv", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, strict=True)
        if reader.fieldnames != PUBLISHED_COLUMNS:
            wrong("published.csv", f"columns {reader.fieldnames}")
        return list(reader)


def check_suixi():
    folder = DEPLOY / "suixi"
    catalog = read_catalog(folder / "catalog.yaml")
    figures = read_figures(folder, catalog)
    rows = read_published(folder)
    for column, counts in (("measure", MEASURES), ("kind", KINDS)):
        if collections.Counter(row[column] for row in rows) != counts:
            wrong("published.csv", f"{column}: not {counts}")
    used = [part for row in rows for part in check_row(row, catalog, figures)]
    filed = [figure for several in figures.values() for figure in several]
    for figure in set(filed) - set(used):
        wrong(figure.where, "belongs to no published row")
    if len(used) != len(set(used)):
        wrong("published.csv", "two rows count one figure")
    many = [i for i, several in figures.items() if len({f.unit for f in several}) > 10]
    if len(many) < 4:
        wrong("figures", f"only {many} are reported by many units")
    check_relations(catalog, {row["indicator"]: Decimal(row["value"])
                              for row in rows if row["kind"] == "query"})
    count = collections.Counter(row["kind"] for row in rows)
    files = len({figure.where.partition(":")[0] for figure in filed})
    print(f"{len(rows)} rows: {count['query']} by query, {count['yoy']} by growth, {count['target']} targets;"
          f" {len(filed)} figures in {files} files; {len(many)} indicators reported by many units")


def check_provinces():
    folder = DEPLOY / "provinces"
    catalog = read_catalog(folder / "catalog.yaml")
    figures = read_figures(folder, catalog)
    for row in read_published(folder):
        parts = figures[row["indicator"]]
        total = sum(part.value for part in parts)
        if (len(parts), str(total)) != (32, row["value"]) or row["value"] != "183489":
            wrong("provinces", f"{len(parts)} units, {total}")
        for part in parts:
            if (part.mark, part.status, part.stretch) != ("exact", "final", None):
                wrong(part.where, "not a plain final figure")
        print(f"provinces: {len(parts)} units, {total}")


def main():
    check_suixi()
    check_provinces()
    for error in errors:
        print(error, file=sys.stderr)
    print("all agree" if not errors else f"{len(errors)} mismatches")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
