"""A case as it is kept, as it goes out: what was told, its journal, its answer, its decisions."""

from dataclasses import fields, is_dataclass
from datetime import timedelta
from typing import Any

from pydantic import AwareDatetime

from regulation.cases import Case, CaseState, Transition
from regulation.mobility import Unknown
from services.casework import Dossier
from services.schemas.answers import OrientationOut, Outgoing, PointOut
from services.schemas.decision import DecisionOut, decision_out
from services.schemas.orientation import Json, instant_out, orientation_out, point_out


class TransitionOut(Outgoing):
    """One line of the journal."""

    at: AwareDatetime
    before: CaseState
    after: CaseState
    actor: str
    reason: str


class CaseOut(Outgoing):
    """A case: as it came in, positions found, with what has become of it."""

    id: str
    state: CaseState
    version: int
    caller: dict[str, Any]
    patient: dict[str, Any]
    need: dict[str, Any]
    mobility: dict[str, Any]
    pharmacy_stop: str
    return_to: PointOut | None
    preferred_effecteur: str | None
    journal: list[TransitionOut]


class DossierOut(CaseOut):
    """A case with the last answer given to it and the decisions taken, oldest first."""

    orientation_id: str | None
    orientation: OrientationOut | None
    decisions: list[DecisionOut]


def dossier_out(dossier: Dossier) -> Json:
    """Write a case with its answer and its decisions."""
    answer = dossier.answer
    return {
        **case_out(dossier.case),
        "orientation_id": answer.orientation_id if answer else None,
        "orientation": orientation_out(answer.orientation) if answer else None,
        "decisions": [decision_out(decision) for decision in dossier.decisions],
    }


def case_out(case: Case) -> Json:
    """Write a case."""
    preferred = case.preferred_effecteur
    return {
        "id": case.case_id,
        "state": str(case.state),
        "version": case.version,
        "caller": _caller(case),
        "patient": {
            "age": case.patient.age,
            "sex": str(case.patient.sex),
            "position": point_out(case.patient.position),
        },
        "need": _need(case),
        "mobility": _told(case.mobility),
        "pharmacy_stop": str(case.pharmacy_stop),
        "return_to": point_out(case.return_to) if case.return_to else None,
        "preferred_effecteur": str(preferred) if preferred else None,
        "journal": [_transition(line) for line in case.journal],
    }


def _caller(case: Case) -> Json:
    caller = case.caller
    return {
        "at": instant_out(caller.at),
        "phone": caller.phone,
        "language": caller.language,
        "communication": caller.communication,
    }


def _need(case: Case) -> Json:
    need = case.need
    minutes = None if need.deadline is None else need.deadline // timedelta(minutes=1)
    return {
        "code": str(need.code),
        "specialty": need.specialty,
        "deadline_minutes": minutes,
        "care_level": str(need.care_level),
        "priority": str(need.priority),
        "motif": need.motif,
    }


def _told(answer: object) -> object:
    """Write what was answered, in the words in which it comes in; what wasn't asked is absent."""
    if isinstance(answer, Unknown):
        return answer.value
    if isinstance(answer, frozenset):
        return sorted(answer)
    if not is_dataclass(answer):
        return answer
    told = {one.name: _told(getattr(answer, one.name)) for one in fields(answer)}
    return {name: value for name, value in told.items() if value not in (None, {})}


def _transition(line: Transition) -> Json:
    return {
        "at": instant_out(line.at),
        "before": str(line.before),
        "after": str(line.after),
        "actor": line.actor,
        "reason": line.reason,
    }
