#!/usr/bin/python3
"""Figures go out as SDMX-CSV and come back: a reader written from the specification finds what the CSV says, another county's
store takes the file, and its own export is the same. Findings name row and column of the file."""

import csv
import decimal
import io

import sdmx
import small
from harness import OK, REFUSED, SUIXI, USAGE, DeskCase, main
from test_suixi import submit_folder

DIMENSIONS = ["FREQ", "REPORTING_UNIT", "INDICATOR", "BASIS", "TIME_PERIOD"]
ATTRIBUTES = ["OBS_STATUS", "STATE", "PRECISION", "UNIT_MEASURE", "REPORTED", "EXPECTED", "VALUE_PERIOD", "REASON", "REVISION"]
STATUS = {"final": "A", "provisional": "P", "estimated": "E", "": ""}
ROWS = [  # every state, mark and status, a text that looks dangerous, a rate on two stretches
    ("flow0", "", "461余", "推算", ""), ("flow1", "", "0", "", ""), ("flow2", "", "不低于20", "初步", ""), ("flow3", "", "近20.5", "", ""),
    ("flow4", "", "不涉及", "", ""), ("flow5", "", "20以内", "", ""), ("stock", "", "约3", "", ""), ("rate", "ytd", "90%以上", "", ""),
    ("rate", "2020-Q3", "95.5", "", ""), ("story", "", '=1+1, "quoted"\nand a second line', "", "")]


def figures_csv(unit, period, rows):
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["unit", "period", "indicator", "basis", "value", "status", "note"])
    writer.writerows([unit, period, *row] for row in rows)
    return out.getvalue()


class Sdmx(DeskCase):
    def read(self, data):
        return sdmx.read(data, DIMENSIONS, ["OBS_VALUE"], ["OBS_TEXT"], ATTRIBUTES)

    def export(self, *args):
        return self.ends(self.desk.bureau("export", *args), OK)

    def test_round_trip(self):
        desk = self.desk
        desk.up()
        desk.load(small.catalog(units=4))
        desk.fetch("unit00")
        for unit, period in (("unit00", "2021-Q1"), ("unit01", "2021-Q2")):
            self.ends(desk.agent("unit00", "submit", desk.file(f"{unit}.csv", figures_csv(unit, period, ROWS))), OK)
        self.ends(desk.agent("unit00", "submit", desk.file("w.csv", small.csv_of("unit01", "2021-Q2", {"flow1": "撤回"}))), OK)
        path = desk.dir / "out.sdmx.csv"
        self.ends(self.export("--period", "2021", "-o", path), OK, "is written")
        told = self.export("--period", "2021", "-o", "sdmx-csv").out
        self.assertEqual(told, path.read_bytes())
        observations = self.read(told)
        self.agrees(observations, self.export("--period", "2021").rows())

        # The same catalogue, another store: the file is all that travels.
        desk.down()
        desk.up(store=self.second_store())
        desk.load(small.catalog(units=4))
        home = "other"
        desk.fetch(home)
        without = [o for o in observations if o.attributes["STATE"] == "withdrawn"]
        self.assertEqual(len(without), 1)
        self.ends(desk.agent(home, "check", path), OK)
        self.ends(desk.agent(home, "submit", path), REFUSED, "nothing_to_withdraw")
        lines = told.split(b"\r\n")
        kept = [line for line in lines if b",withdrawn," not in line]
        self.ends(desk.agent(home, "submit", desk.file("kept.sdmx.csv", b"\r\n".join(kept))), OK)
        again = self.read(self.export("--period", "2021", "-o", "sdmx-csv").out)
        self.assertEqual(self.said(again), self.said(o for o in observations if o not in without))
        # And what was withdrawn is withdrawn by a deletion.
        header, row = lines[0], next(line for line in lines if b",flow0,PERIOD,2021-Q2," in line)
        cells = row.split(b",")
        deletion = b",".join([cells[0], cells[1], b"D", *cells[3:8], *[b""] * (len(cells) - 8)])
        self.ends(desk.agent(home, "submit", desk.file("d.sdmx.csv", header + b"\r\n" + deletion + b"\r\n")), OK)
        gone = [o for o in self.read(self.export("--period", "2021-Q2", "-o", "sdmx-csv").out) if o.dimensions["INDICATOR"] == "flow0"]
        self.assertEqual([o.attributes["STATE"] for o in gone], ["withdrawn"])

    def second_store(self):
        store = self.desk.dir / "second"
        self.desk.init(store)
        return store

    def said(self, observations):
        """What the messages say of figures; the ledger they came from, and its coverage, are another's."""
        left_out = ("REVISION",)
        return sorted((o.key(), sorted((k, str(v)) for k, v in o.measures.items()),
                       sorted((k, v) for k, v in o.attributes.items() if k not in left_out)) for o in observations)

    def agrees(self, observations, rows):
        self.assertEqual(len(observations), len(rows))
        for o, row in zip(observations, rows):
            self.assertEqual(o.structure[:2], ("JIBAO", "small"))
            self.assertEqual(o.action, "I")
            self.assertEqual(o.dimensions["REPORTING_UNIT"].replace("@", "."), row["unit"])
            self.assertEqual(o.dimensions["INDICATOR"].replace("@", "."), row["indicator"])
            self.assertEqual(o.dimensions["TIME_PERIOD"], row["period"])
            self.assertEqual(o.attributes["STATE"], row["state"])
            self.assertEqual(o.attributes.get("PRECISION", ""), "" if "OBS_TEXT" in o.measures else row["precision"])
            self.assertEqual((o.attributes["REPORTED"], o.attributes["EXPECTED"]), (row["reported"], row["expected"]))
            value = o.measures["OBS_VALUE"]
            if row["state"] != "value":
                self.assertTrue(value.is_nan(), o.key())
            elif "OBS_TEXT" in o.measures:
                self.assertEqual(row["value"].lstrip("'"), o.measures["OBS_TEXT"])
            else:
                self.assertEqual(value, decimal.Decimal(row["value"]))
                self.assertEqual(o.attributes["OBS_STATUS"], STATUS[row["status"]])

    def test_totals_and_spans_of_suixi(self):
        desk = self.desk
        desk.up()
        desk.load(SUIXI / "catalog.yaml")
        bad, _ = submit_folder(desk, sorted((SUIXI / "figures").iterdir())[-2:])
        self.assertEqual(bad, [])
        args = ["query", "--unit", "suixi", "--period", "2023-Q2", "--period", "2023-S1", "--period", "2022-Q4..2023-Q2"]
        observations = self.read(self.ends(desk.bureau(*args, "-o", "sdmx-csv"), OK).out)
        rows = self.ends(desk.bureau(*args, "-o", "csv"), OK).rows()
        self.assertEqual(len(observations), len(rows))
        times = {o.dimensions["TIME_PERIOD"]: o.dimensions["FREQ"] for o in observations}
        self.assertEqual(times, {"2023-Q2": "Q", "2023-S1": "S", "2022-10-01/P9M": "_O"})
        for o, row in zip(observations, rows):
            value = o.measures["OBS_VALUE"]
            self.assertEqual(row["state"], o.attributes["STATE"])
            self.assertEqual(value is None, row["state"] == "not_reported")
            if row["state"] == "value":
                self.assertEqual(value, decimal.Decimal(row["value"]))

    def test_invented_data_say_so(self):
        desk = self.desk
        desk.up()
        desk.load(small.catalog(units=4).replace("frequency: quarter\n", "frequency: quarter\ndemonstration: true\n", 1))
        desk.fetch("unit00")
        self.ends(desk.agent("unit00", "submit", desk.file("f.csv", small.csv_of("unit00", "2021-Q1", {"flow0": "3"}))), OK)
        told = self.export("--period", "2021-Q1", "-o", "sdmx-csv").out
        self.assertEqual(len(self.read(told)), 1)
        header, row = told.decode().split("\r\n")[:2]
        self.assertEqual((header.split(",")[-1], row.split(",")[-1]), ("DEMONSTRATION", "演示数据"))
        self.ends(desk.agent("unit00", "check", desk.file("f.sdmx.csv", told)), OK)

    def test_what_is_wrong_is_told_with_its_place(self):
        desk = self.desk
        desk.up()
        desk.load(small.catalog(units=4))
        desk.fetch("unit00")
        head = "STRUCTURE,STRUCTURE_ID,ACTION,REPORTING_UNIT,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS\r\n"
        text = head + ("dataflow,JIBAO:small(1.0.0),I,unit00,flow0,2021-Q1,12,A\r\n"
                       "dataflow,JIBAO:small(1.0.0),I,unit99,flow0,2021-Q1,\"1,2\",F\r\n"
                       "dataflow,JIBAO:other(1.0.0),I,unit00,flow1,2021-Q7,1,A\r\n")
        done = self.ends(desk.agent("unit00", "check", desk.file("bad.sdmx.csv", text), "-o", "json"), REFUSED)
        for code in ("unknown_unit", "value_syntax", "status_syntax", "sdmx_structure", "period_syntax"):
            self.assertIn(code, done.text)
        self.assertIn("OBS_VALUE", done.text)
        self.ends(desk.bureau("status", "--period", "2021-Q1", "-o", "sdmx-csv"), USAGE, "sdmx-csv")


if __name__ == "__main__":
    main()
