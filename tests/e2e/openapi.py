"""The schemas of services/gateway/openapi.json, made of the contract: canonical proto3 JSON of every message that an answer or
a question can hold. The paths are written by hand.

    python3 tests/e2e/openapi.py --write     puts the schemas into the file
"""

import json
import sys

from google.protobuf.descriptor import FieldDescriptor as F

import harness
import wire

FILE = harness.TOP / "services/gateway/openapi.json"

ROOTS = [wire.envelope.Welcome, wire.envelope.Finding, wire.query.Query, wire.query.Answer, wire.query.StatusQuery,
         wire.query.StatusAnswer, wire.query.HistoryQuery, wire.query.HistoryAnswer, wire.query.ExplainQuery,
         wire.query.ExplainAnswer, wire.query.FilingQuery, wire.query.FilingAnswer, wire.query.ReleasesQuery,
         wire.query.ReleasesAnswer, wire.query.DiffQuery, wire.query.DiffAnswer, wire.acts.PeriodsQuery,
         wire.acts.PeriodsAnswer, wire.acts.NoticesQuery, wire.acts.NoticesAnswer, wire.watch.Watch, wire.watch.WatchEvent,
         wire.submission.Submission, wire.submission.Receipt, wire.acts.Act, wire.acts.ActDone]
PLAIN = {F.TYPE_STRING: {"type": "string"}, F.TYPE_BOOL: {"type": "boolean"},
         F.TYPE_UINT32: {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
         F.TYPE_UINT64: {"type": "string", "format": "uint64", "pattern": "^[0-9]+$"},
         F.TYPE_INT64: {"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"},
         F.TYPE_BYTES: {"type": "string", "format": "byte"}}


def name_of(descriptor):
    return descriptor.full_name.removeprefix("jibao.v1.")


def schemas(roots=None):
    """Every message and enumeration that the roots reach: name -> schema."""
    found = {}

    def visit(message):
        if name_of(message) in found:
            return
        found[name_of(message)] = schema = {"type": "object", "additionalProperties": False, "properties": {}}
        for field in message.fields:
            if field.message_type:
                visit(field.message_type)
                one = {"$ref": f"#/components/schemas/{name_of(field.message_type)}"}
            elif field.enum_type:
                found[name_of(field.enum_type)] = {"type": "string", "enum": [v.name for v in field.enum_type.values]}
                one = {"$ref": f"#/components/schemas/{name_of(field.enum_type)}"}
            else:
                one = dict(PLAIN[field.type])
            repeated = field.label == F.LABEL_REPEATED
            schema["properties"][field.json_name] = {"type": "array", "items": one} if repeated else one

    for root in roots or ROOTS:
        visit(root.DESCRIPTOR)
    return dict(sorted(found.items()))


def load():
    return json.loads(FILE.read_text(encoding="utf-8"))


class Checker:
    """As much of JSON Schema as the file uses; problems are collected, each with its place."""

    def __init__(self, document):
        self.document = document

    def resolve(self, schema):
        while "$ref" in schema:
            at = self.document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                at = at[part]
            schema = at
        return schema

    def check(self, schema, value, place="$"):
        import re
        schema = self.resolve(schema)
        known = {"type", "properties", "additionalProperties", "items", "enum", "pattern", "required", "format", "minimum", "maximum",
                 "description", "allOf"}
        assert set(schema) <= known, set(schema) - known
        problems = []
        for part in schema.get("allOf", []):
            problems += self.check(part, value, place)
        kinds = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int}
        kind = schema.get("type")
        if kind and (not isinstance(value, kinds[kind]) or (kind == "integer" and isinstance(value, bool))):
            return [f"{place}: {value!r} is no {kind}"]
        if "enum" in schema and value not in schema["enum"]:
            problems.append(f"{place}: {value!r} is none of {schema['enum']}")
        if "pattern" in schema and not re.search(schema["pattern"], value):
            problems.append(f"{place}: {value!r} does not match {schema['pattern']}")
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value) if kind == "integer" else False:
            problems.append(f"{place}: {value} is out of range")
        if kind == "array":
            for index, item in enumerate(value):
                problems += self.check(schema["items"], item, f"{place}[{index}]")
        if kind == "object":
            properties = schema.get("properties", {})
            for missing in set(schema.get("required", [])) - set(value):
                problems.append(f"{place}: {missing} is missing")
            for key, item in value.items():
                if key in properties:
                    problems += self.check(properties[key], item, f"{place}.{key}")
                elif schema.get("additionalProperties") is False:
                    problems.append(f"{place}: {key} is not described")
        return problems


def main():
    document = load()
    made = schemas()
    if "--write" in sys.argv:
        own = {k: v for k, v in document["components"]["schemas"].items() if v.get("description")}
        document["components"]["schemas"] = made | own
        FILE.write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
