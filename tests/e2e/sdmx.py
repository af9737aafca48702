"""A reader of SDMX-CSV 2.x data messages, written from the specification (sdmx-twg/sdmx-csv, data message field guide, and
RFC 4180), for tests. It knows nothing of jibao: what a structure's components are, its caller says."""

import decimal
import re

ACTIONS = {"I", "A", "M", "R", "D"}
STRUCTURES = {"dataflow", "datastructure", "dataprovision"}
IDENTIFIER = r"[A-Za-z0-9_@$\-]+"
NC_NAME = r"[A-Za-z][A-Za-z0-9_\-]*"
STRUCTURE_ID = re.compile(rf"({NC_NAME}(?:\.{NC_NAME})*):({IDENTIFIER})(?:\((\d+(?:\.\d+){{0,2}})\))?")
# CL_FREQ and CL_OBS_STATUS, the cross-domain code lists.
FREQ = {"A", "S", "Q", "M", "W", "D", "_O", "_U"}
OBS_STATUS = {"A", "B", "D", "E", "F", "G", "I", "K", "L", "M", "N", "O", "P", "Q", "S", "U", "V", "W"}
TIME = re.compile(r"(?P<year>\d{4})(?:-(?:A1|S[12]|T[1-3]|Q[1-4]|M(?:0[1-9]|1[0-2])|W\d\d|D\d{3}|(?:0[1-9]|1[0-2])(?:-\d\d)?))?")
TIME_RANGE = re.compile(r"\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d)?/P(?:\d+Y)?(?:\d+M)?(?:\d+D)?")


class NotSdmx(Exception):
    """The message breaks the specification; says where."""


def records(text):
    """RFC 4180: records of fields, each record ended by CRLF; quotation marks are doubled inside quoted fields only."""
    fields, field, at = [], [], 0
    while at < len(text):
        if text[at] == '"':
            end = at + 1
            while True:
                close = text.find('"', end)
                if close < 0:
                    raise NotSdmx("a quotation mark is not closed")
                field.append(text[end:close])
                if text[close + 1:close + 2] != '"':
                    break
                field.append('"')
                end = close + 2
            at = close + 1
        else:
            plain = re.compile(r'[^",\r\n]*').match(text, at)
            field.append(plain[0])
            at = plain.end()
        fields.append("".join(field))
        field = []
        if text[at:at + 2] == "\r\n":
            yield fields
            fields, at = [], at + 2
        elif text[at:at + 1] == ",":
            at += 1
            if at == len(text):
                fields.append("")
        else:
            raise NotSdmx(f"neither a comma nor CRLF behind a field, but {text[at:at + 2]!r}")
    if fields:
        yield fields


class Observation:
    def __init__(self, structure, action, dimensions, measures, attributes):
        self.structure, self.action = structure, action
        self.dimensions, self.measures, self.attributes = dimensions, measures, attributes

    def key(self):
        return tuple(self.dimensions.values())


def read(data, dimensions, numbers, texts, attributes):
    """bytes -> [Observation]. numbers and texts: the measures; a number is a Decimal, None (left out) or NaN (missing on purpose)."""
    if data.startswith(b"\xef\xbb\xbf"):
        raise NotSdmx("a byte order mark in front of the first column's name")
    rows = list(records(data.decode("utf-8")))
    header = rows[0] if rows else []
    if len(header) < 3 or header[0] != "STRUCTURE" or header[1] != "STRUCTURE_ID" or header[2] != "ACTION":
        raise NotSdmx(f"the first columns are {header[:3]}")
    known = [*dimensions, *numbers, *texts, *attributes]
    if len(set(header)) != len(header):
        raise NotSdmx("a column stands twice")
    order = [name for name in header[3:] if name in known]
    if order != [name for name in known if name in order]:
        raise NotSdmx("components are not in order: dimensions, measures, attributes")
    for name in dimensions:
        if name not in header:
            raise NotSdmx(f"no column of the dimension {name}")
    found, keys = [], set()
    for number, row in enumerate(rows[1:], 2):
        if len(row) != len(header):
            raise NotSdmx(f"record {number} has {len(row)} fields, the header {len(header)}")
        observation = read_row(number, dict(zip(header, row)), dimensions, numbers, texts, attributes)
        if observation.key() in keys:
            raise NotSdmx(f"record {number}: the observation {observation.key()} a second time")
        keys.add(observation.key())
        found.append(observation)
    return found


def read_row(number, row, dimensions, numbers, texts, attributes):
    def breach(what):
        return NotSdmx(f"record {number}: {what}")

    if row["STRUCTURE"] not in STRUCTURES:
        raise breach(f"STRUCTURE {row['STRUCTURE']}")
    structure = STRUCTURE_ID.fullmatch(row["STRUCTURE_ID"])
    if not structure:
        raise breach(f"STRUCTURE_ID {row['STRUCTURE_ID']}")
    if row["ACTION"] not in ACTIONS:
        raise breach(f"ACTION {row['ACTION']}")
    for name in dimensions:
        value = row[name]
        if name == "TIME_PERIOD":
            if not TIME.fullmatch(value) and not TIME_RANGE.fullmatch(value):
                raise breach(f"TIME_PERIOD {value}")
        elif not re.fullmatch(IDENTIFIER, value):
            raise breach(f"{name} {value!r} is no identifier")
    if row.get("FREQ") and row["FREQ"] not in FREQ:
        raise breach(f"FREQ {row['FREQ']}")
    if row.get("OBS_STATUS") and row["OBS_STATUS"] not in OBS_STATUS:
        raise breach(f"OBS_STATUS {row['OBS_STATUS']}")
    measures = {}
    for name in numbers:
        text = row.get(name, "")
        if text and text != "NaN" and not re.fullmatch(r"-?\d+(\.\d+)?", text):
            raise breach(f"{name} {text} is no decimal")
        measures[name] = decimal.Decimal(text) if text else None
    measures |= {name: row[name] for name in texts if row.get(name)}
    return Observation(structure.groups(), row["ACTION"], {name: row[name] for name in dimensions}, measures,
                       {name: row[name] for name in attributes if row.get(name)})
