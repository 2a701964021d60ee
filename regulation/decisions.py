"""The regulator's choice, and the motive when it differs from the first proposal."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulation.cases import Case, CaseState
from regulation.mobility import MobilityVerdict
from regulation.proposals import Orientation, OrientationProposal, ProposalKind


class Role(StrEnum):
    """Who acts at the desk."""

    REGULATING_DOCTOR = "REGULATING_DOCTOR"
    OSNP = "OSNP"
    ARM = "ARM"


class DecisionRefused(ValueError):  # noqa: N818  a refusal, named as one says it
    """The decision cannot be taken; the reason, in French, says why and by whom it could."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotAllowed(DecisionRefused):
    """Somebody else could take this decision; the one who asks may not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who decides."""

    actor_id: str
    role: Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What was decided, on which answer; `motive` is kept when it isn't the first proposal.

    `attempt` counts, from 1, the decisions on one answer: one may be taken back, and another taken.
    """

    case_id: str
    orientation_id: str
    rank: int
    at: datetime
    actor: Actor
    motive: str
    idempotency_key: str
    attempt: int = 1

    @property
    def decision_id(self) -> str:
        """The id of the answer, with the number of the decision when it isn't the first on it."""
        return self.orientation_id + (f".{self.attempt}" if self.attempt > 1 else "")


def decide(
    case: Case,
    orientation: Orientation,
    verdict: MobilityVerdict,
    decision: Decision,
) -> tuple[Case, OrientationProposal]:
    """Take the decision on a case; raise DecisionRefused naming what stands in the way."""
    chosen = _chosen(orientation, decision.rank)
    if decision.rank > 1 and not decision.motive.strip():
        raise DecisionRefused("motive", "requis quand la première proposition n'est pas retenue")
    if chosen.kind is ProposalKind.AMU:
        return _moved(case, CaseState.HANDED_TO_AMU, decision), chosen
    to_confirm = dict.fromkeys((*verdict.to_confirm_by_doctor, *chosen.to_confirm))
    if decision.actor.role is not Role.REGULATING_DOCTOR and to_confirm:
        points = " ; ".join(to_confirm)
        raise NotAllowed("actor.role", f"un médecin régulateur doit d'abord confirmer : {points}")
    return _moved(case, CaseState.DECIDED, decision), chosen


def _chosen(orientation: Orientation, rank: int) -> OrientationProposal:
    try:
        return orientation.at_rank(rank)
    except LookupError:
        reason = f"la réponse n'a pas de proposition de rang {rank}"
        raise DecisionRefused("rank", reason) from None


def _moved(case: Case, state: CaseState, decision: Decision) -> Case:
    return case.to(state, at=decision.at, actor=decision.actor.actor_id, reason=decision.motive)
