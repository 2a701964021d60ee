"""The events of cases, written where they happen; ids and states, nothing personal."""

from collections.abc import Sequence
from datetime import datetime

from regulation.cases import Case, CaseState
from regulation.events import Event, EventKind
from regulation.ports import RecordedOrientation
from services.deciding import Outcome


def opened(case: Case, at: datetime, who: str) -> Event:
    """Tell that a case was opened."""
    return Event(
        at=at,
        kind=EventKind.CASE_OPENED,
        case_id=case.case_id,
        facts={"who": who, "need": case.need.code, "version": case.version},
    )


def proposed(recorded: RecordedOrientation, version: int, who: str) -> Event:
    """Tell that a case was answered; `version` is the case's."""
    orientation = recorded.orientation
    return Event(
        at=recorded.at,
        kind=EventKind.CASE_PROPOSED,
        case_id=orientation.case_id,
        facts={
            "who": who,
            "orientation_id": recorded.orientation_id,
            "snapshot_id": orientation.snapshot_id,
            "proposals": len(orientation.proposals),
            "version": version,
        },
    )


def decided(outcome: Outcome) -> Event:
    """Tell that a decision was taken, and what it holds."""
    decision, booking = outcome.decision, outcome.booking
    handed_over = outcome.state is CaseState.HANDED_TO_AMU
    return Event(
        at=decision.at,
        kind=EventKind.CASE_HANDED_TO_AMU if handed_over else EventKind.CASE_DECIDED,
        case_id=decision.case_id,
        facts={
            "who": decision.actor.actor_id,
            "orientation_id": decision.orientation_id,
            "rank": decision.rank,
            "kind": outcome.chosen.kind,
            "slot_id": booking.slot_id if booking else None,
            "rides": len(outcome.rides),
            "version": outcome.version,
        },
    )


def taken_back(case: Case, at: datetime, who: str) -> Event:
    """Tell that the decision of a case was taken back: what it held is given back."""
    return Event(
        at=at,
        kind=EventKind.CASE_TAKEN_BACK,
        case_id=case.case_id,
        facts={"who": who, "version": case.version},
    )


def flag_lifted(case: Case, rule_ids: Sequence[str], at: datetime, who: str) -> Event:
    """Tell that a regulating doctor lifted red flags of a case; never why."""
    return Event(
        at=at,
        kind=EventKind.CASE_FLAG_LIFTED,
        case_id=case.case_id,
        facts={"who": who, "rules": " ".join(rule_ids), "version": case.version},
    )


def happened(kind: EventKind, case_id: str | None, at: datetime, who: str) -> Event:
    """Tell of a gesture at the desk that has no more to say than who made it."""
    return Event(at=at, kind=kind, case_id=case_id, facts={"who": who})
