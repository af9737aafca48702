"""A small invented county for the tests: a root, two branches, units that all owe the same forms, two groups."""

QUARTERS = [f"{year}-Q{quarter}" for year in (2021, 2022, 2023) for quarter in (1, 2, 3, 4)]


def unit_code(number):
    return f"unit{number:02d}"


def catalog(units=8, flows=6, extra="", extra_form=""):
    """The catalogue as YAML. Flows flow0.., a stock, a rate, a text figure, a ratio of the first two flows."""
    codes = [unit_code(n) for n in range(units)]
    flow_codes = [f"flow{n}" for n in range(flows)]
    everyone = "[" + ", ".join(codes) + "]"
    lines = ["catalog: small", "name: {zh: 小县, en: Small County}", 'zone: "+08:00"', "frequency: quarter", "units:",
             "  - {code: county, name: {zh: 小县, en: Small County}, kind: county}",
             "  - {code: north, name: {zh: 北片, en: North}, kind: branch, parent: county}",
             "  - {code: south, name: {zh: 南片, en: South}, kind: branch, parent: county}"]
    for number, code in enumerate(codes):
        parent = "north" if number % 2 == 0 else "south"
        lines.append(f"  - {{code: {code}, name: {{zh: 单位{number:02d}, en: Unit {number:02d}}}, kind: department, parent: {parent}}}")
    lines += ["groups:", f"  - {{code: odd, name: {{zh: 单号组, en: Odd}}, members: [{', '.join(codes[1::2])}]}}",
              f"  - {{code: few, name: {{zh: 前两个, en: Few}}, members: [{', '.join(codes[:2])}]}}",
              "sections:", "  - {code: all, name: {zh: 全部, en: All}}", "indicators:"]
    for code in flow_codes:
        lines.append(f"  - {{code: {code}, name: {{zh: 时期{code[4:]}, en: Flow {code[4:]}}}, unit_of_measure: {{zh: 件, en: cases}}, "
                     f"measure: flow, decimals: 2, owners: {everyone}, sections: [all]}}")
    lines += [f"  - {{code: stock, name: {{zh: 存量, en: Stock}}, unit_of_measure: {{zh: 个, en: items}}, measure: stock, decimals: 0, "
              f"owners: {everyone}, sections: [all]}}",
              f"  - {{code: rate, name: {{zh: 满意率, en: Rate}}, unit_of_measure: {{zh: \"%\", en: \"%\"}}, measure: rate, decimals: 2, "
              f"owners: {everyone}, sections: [all]}}",
              f"  - {{code: story, name: {{zh: 工作情况, en: Story}}, measure: text, owners: {everyone}, sections: [all]}}",
              "  - {code: share, name: {zh: 占比, en: Share}, unit_of_measure: {zh: \"%\", en: \"%\"}, measure: ratio, "
              "numerator: flow0, denominator: flow1, sections: [all]}"]
    if extra:
        lines.append(extra)
    lines += ["forms:", "  - code: work", "    title: {zh: 工作季报, en: Work}", f"    units: {everyone}", "    rows:"]
    lines += [f"      - {{indicator: {code}}}" for code in [*flow_codes, "stock"]]
    lines += ["  - code: words", "    title: {zh: 文字季报, en: Words}", f"    units: {everyone}", "    rows:",
              "      - {indicator: rate, optional: true}", "      - {indicator: story, optional: true}"]
    if extra_form:
        lines.append(extra_form)
    return "\n".join(lines) + "\n"


def dated(text):
    """The catalogue with dates: due ten days after the quarter, moved past days off; only 2022's holidays are listed."""
    return text.replace("frequency: quarter\n", "frequency: quarter\n"
                        "holidays: [{from: 2022-04-09, until: 2022-04-12, name: {zh: 县庆, en: County Days}}]\n"
                        "schedule: {opens: -10, due: 10, locks: 20, shift: next_workday}\n", 1)


def csv_of(unit, period, values, header="unit,period,indicator,value"):
    """A figures file; values: indicator -> text."""
    return header + "\n" + "".join(f"{unit},{period},{indicator},{value}\n" for indicator, value in values.items())
