"""The case (dossier): what the caller said, and its life as a table of transitions."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.effecteurs import CareCode
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.places import Position
from regulation.kernel.time import require_aware
from regulation.mobility import MobilityAnswers


class CareLevel(StrEnum):
    """Level of care of the regulation (niveauSoin)."""

    R1 = "R1"
    R2 = "R2"
    R3 = "R3"
    R4 = "R4"


class Priority(StrEnum):
    """Priority of the regulation (priorite)."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    NR = "NR"


class Sex(StrEnum):
    """Sex as the exchanges write it."""

    M = "M"
    F = "F"
    O = "O"  # noqa: E741  the official code
    U = "U"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, when, and how one can speak with them (`communication`: Hub code)."""

    at: datetime
    phone: str | None = None
    language: str | None = None
    communication: str | None = None

    def __post_init__(self) -> None:
        require_aware(self.at, "caller.at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patient:
    """Who needs care and where they are; `age` in years, with decimals for infants."""

    age: float
    position: Position
    sex: Sex = Sex.U


@dataclass(frozen=True, slots=True, kw_only=True)
class CareNeed:
    """What is needed and how soon, as the regulation said it; never by whom.

    `deadline` is what a regulating doctor set; None leaves it to the care level.
    """

    code: CareCode
    care_level: CareLevel
    specialty: str | None = None
    deadline: timedelta | None = None
    priority: Priority = Priority.P2
    motif: str | None = None


class CaseState(StrEnum):
    """Where a case is in its life."""

    OPEN = "OPEN"
    PROPOSED = "PROPOSED"
    DECIDED = "DECIDED"
    UNDER_WAY = "UNDER_WAY"
    CLOSED = "CLOSED"
    HANDED_TO_AMU = "HANDED_TO_AMU"
    CANCELLED = "CANCELLED"


TRANSITIONS: dict[CaseState, frozenset[CaseState]] = {
    CaseState.OPEN: frozenset(
        {CaseState.OPEN, CaseState.PROPOSED, CaseState.HANDED_TO_AMU, CaseState.CANCELLED}
    ),
    CaseState.PROPOSED: frozenset(
        {CaseState.PROPOSED, CaseState.DECIDED, CaseState.HANDED_TO_AMU, CaseState.CANCELLED}
    ),
    CaseState.DECIDED: frozenset(
        {
            CaseState.PROPOSED,
            CaseState.UNDER_WAY,
            CaseState.HANDED_TO_AMU,
            CaseState.CLOSED,
            CaseState.CANCELLED,
        }
    ),
    CaseState.UNDER_WAY: frozenset({CaseState.PROPOSED, CaseState.CLOSED, CaseState.HANDED_TO_AMU}),
    CaseState.CLOSED: frozenset(),
    CaseState.HANDED_TO_AMU: frozenset(),
    CaseState.CANCELLED: frozenset(),
}
"""What may follow what; an empty set is an end. A case stays as it is, one line longer, when a red
flag is lifted."""


class ForbiddenTransition(ValueError):  # noqa: N818  a refusal, named as one says it
    """The case cannot go from its state to the one asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of the journal of a case."""

    at: datetime
    before: CaseState
    after: CaseState
    actor: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftedFlag:
    """A red flag that a regulating doctor lifted, by `actor` and for its motive.

    `basis` is what raised it, as facts and values: told otherwise, it is raised anew.
    """

    rule_id: str
    basis: str
    at: datetime
    actor: str
    motive: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One call to answer. `version` grows by one with each transition."""

    case_id: str
    caller: Caller
    patient: Patient
    need: CareNeed
    mobility: MobilityAnswers
    pharmacy_stop: PharmacyNeed = PharmacyNeed.NONE
    return_to: Position | None = None
    preferred_effecteur: Identifier | None = None
    lifted: tuple[LiftedFlag, ...] = ()
    state: CaseState = CaseState.OPEN
    journal: tuple[Transition, ...] = ()

    @property
    def version(self) -> int:
        """Number of transitions so far."""
        return len(self.journal)

    @property
    def home(self) -> Position:
        """Where the journey ends."""
        return self.return_to or self.patient.position

    def to(self, state: CaseState, *, at: datetime, actor: str, reason: str = "") -> "Case":
        """Return the case in its next state; raise ForbiddenTransition when there's no way."""
        if state not in TRANSITIONS[self.state]:
            raise ForbiddenTransition(f"case {self.case_id}: {self.state} cannot become {state}")
        line = Transition(at=at, before=self.state, after=state, actor=actor, reason=reason)
        return replace(self, state=state, journal=(*self.journal, line))
