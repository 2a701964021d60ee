"""What is exported to evaluate the service: what was decided and how it went, of nobody.

No number of a case, no person, no position, no free text. Cases bear a pseudonym made with a key
drawn for one export and kept nowhere: two exports cannot be joined, and no case is found again.
Ages are in bands and days have lost their hour; of a case alone of its kind, somebody who knows the
person could still guess it: the file is for those who answer for it.
"""

import csv
import hmac
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from io import StringIO
from typing import Final

from regulation.cases import Case, CaseState
from regulation.decisions import Decision
from regulation.kernel.modes import LegKind, Mode
from regulation.kernel.time import PARIS
from regulation.proposals import OrientationProposal
from services.spreadsheets import for_excel
from services.store import Store, Unit

MOST: Final = 1_000_000
BANDS: Final = (1, 5, 16, 65, 80)
COLUMNS: Final = (
    *("pseudonym", "week", "need", "care_level", "age_band", "state"),
    *("proposals", "rank", "other_than_first", "sparing", "kind", "wait_minutes"),
    *("outward_mode", "return_mode", "public_cents", "patient_cents"),
)
Row = Mapping[str, str | int]


def decided(store: Store, key: bytes) -> Sequence[Row]:
    """Tell the cases that were decided, in the order of their pseudonyms."""
    with store.reading() as unit:
        cases = unit.cases.latest(frozenset(CaseState), MOST)
        return sorted(
            (row for case in cases for row in _rows(unit, case, key)),
            key=lambda row: str(row["pseudonym"]),
        )


def table_of(rows: Iterable[Row]) -> str:
    """Write the table as tools of statistics read it: commas, UTF-8."""
    written = StringIO()
    table = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def excel_table_of(rows: Sequence[Row]) -> str:
    """Write the table as a French Excel opens it: a band of ages would be a date there, and some
    pseudonyms numbers."""
    spelled = [
        {**row, "age_band": f"{row['age_band']} ans", "pseudonym": f"n°{row['pseudonym']}"}
        for row in rows
    ]
    return for_excel(spelled, COLUMNS)


def _rows(unit: Unit, case: Case, key: bytes) -> Iterator[Row]:
    decisions = unit.journal.decisions_of(case.case_id)
    if not decisions:
        return
    decision = decisions[-1]
    answer = unit.journal.get_orientation(decision.orientation_id).orientation
    chosen = answer.at_rank(decision.rank)
    yield _told(case, decision, chosen, len(answer.proposals), key)


def _told(
    case: Case, decision: Decision, chosen: OrientationProposal, proposals: int, key: bytes
) -> Row:
    prices = [leg.price for leg in chosen.legs]
    year, week, _ = decision.at.astimezone(PARIS).isocalendar()
    return {
        "pseudonym": hmac.digest(key, case.case_id.encode(), "sha256").hex()[:16],
        "week": f"{year}-W{week:02}",
        "need": case.need.code,
        "care_level": case.need.care_level,
        "age_band": _band(case.patient.age),
        "state": case.state,
        "proposals": proposals,
        "rank": decision.rank,
        "other_than_first": int(decision.rank != 1),
        "sparing": int(chosen.spares_cents > 0),
        "kind": chosen.kind,
        "wait_minutes": _minutes(chosen.care.start - decision.at) if chosen.care else "",
        "outward_mode": _mode(chosen, LegKind.OUTWARD),
        "return_mode": _mode(chosen, LegKind.RETURN),
        "public_cents": sum(one.am_cents for one in prices),
        "patient_cents": sum(one.patient_cents for one in prices),
    }


def _band(age: float) -> str:
    """`5-15`: from five to before sixteen; `80+` from eighty."""
    low = 0
    for high in BANDS:
        if age < high:
            return f"{low}-{high - 1}"
        low = high
    return f"{low}+"


def _minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)


def _mode(chosen: OrientationProposal, kind: LegKind) -> Mode | str:
    return next((leg.mode for leg in chosen.legs if leg.kind is kind), "")
