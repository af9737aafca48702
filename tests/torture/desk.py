"""What the torture programs share: the end-to-end desk and client, and the check of a store against what was sent."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

# pylint: disable=unused-import,wrong-import-position
import load
import small
import wire
from harness import (LONG, OK, PATIENCE, SANITIZED, STORAGE_FAILED, Desk, DeskCase, FolderWatch, options, seed_from, wait_until)


def tell(text):
    print(text, file=sys.stderr, flush=True)


class Ledger:
    """Everything that the store says was ever submitted, asked figure by figure."""

    def __init__(self, client, units, periods, indicators):
        self.by_revision = {}  # revision -> (submission id, unit, period, {indicator: value})
        self.values = []       # (unit, period, indicator, value) of every row, doubles included
        for unit in units:
            for period in periods:
                for indicator in indicators:
                    answer = client.history(unit, indicator, period)
                    if answer.truncated:
                        raise AssertionError(f"the history of {unit} {indicator} {period} is cut")
                    for row in answer.rows:
                        known = self.by_revision.setdefault(row.revision, (row.submission_id, unit, period, {}))
                        if known[:3] != (row.submission_id, unit, period):
                            raise AssertionError(f"revision {row.revision} is of two submissions")
                        known[3][indicator] = row.value
                        self.values.append((unit, period, indicator, row.value))
        self.ids = [entry[0] for entry in self.by_revision.values()]


def check_against_what_was_sent(case, ledger, sent):
    """sent: (unit, period, indicator, value) -> times it may stand there (once). Nothing more, nothing less, no id twice."""
    case.assertEqual(len(ledger.ids), len(set(ledger.ids)), "a submission stands twice in the ledger")
    counted = {}
    for row in ledger.values:
        counted[row] = counted.get(row, 0) + 1
    doubled = [row for row, count in counted.items() if count > 1]
    case.assertEqual(doubled, [], "figures that came twice")
    case.assertEqual([row for row in counted if row not in sent], [], "figures that nobody sent")
    case.assertEqual([row for row in sent if row not in counted], [], "figures that were acknowledged and are missing")
