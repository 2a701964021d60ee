"""Taking a decision back soon after, within one unit of work: what it held is given back, whoever
was told of it is told otherwise, and the case waits again."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from regulation.cases import Case, CaseState
from regulation.decisions import Actor
from services.closing import call_off
from services.refusals import Conflict, UnknownCase
from services.store import Unit

TAKEN_BACK = "décision annulée aussitôt"
"""Reason written in the journal of the case."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBack:
    """A case whose decision was taken back; `repeated`: it already had been."""

    case: Case
    repeated: bool = False


def take_back(
    unit: Unit, case_id: str, actor: Actor, *, now: datetime, within: timedelta
) -> TakenBack:
    """Take the last decision of a case back.

    Raise UnknownCase, or Conflict when nothing is decided, or was longer ago than `within`.
    """
    case = unit.cases.find(case_id)
    if case is None:
        raise UnknownCase(case_id)
    if case.state is CaseState.PROPOSED and case.journal[-1].reason == TAKEN_BACK:
        return TakenBack(case=case, repeated=True)
    if case.state is not CaseState.DECIDED:
        raise Conflict("case_id", f"aucune décision à reprendre : le dossier est {case.state}")
    decision = unit.journal.decisions_of(case_id)[-1]
    if now - decision.at > within:
        raise Conflict("case_id", "la décision est trop ancienne pour être reprise : l'annuler")
    call_off(unit, case_id, f"{decision.decision_id}/taken-back", now)
    waiting = case.to(CaseState.PROPOSED, at=now, actor=actor.actor_id, reason=TAKEN_BACK)
    unit.cases.save(waiting, case.version)
    return TakenBack(case=waiting)
