"""What the engine answers: ranked proposals, each with its reasons, and what it excluded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulation.effecteurs import Accessible, Effecteur
from regulation.eligibility import Exclusion
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import SolverStatus
from regulation.kernel.observed import Freshness
from regulation.kernel.time import TimeWindow
from regulation.offers import Availability, Booking, SlotMode


class ProposalKind(StrEnum):
    """What is proposed."""

    CONSULTATION = "CONSULTATION"
    HOME_VISIT = "HOME_VISIT"
    TELECONSULTATION = "TELECONSULTATION"
    ASSISTED_TELECONSULTATION = "ASSISTED_TELECONSULTATION"
    PHARMACY = "PHARMACY"
    ED = "ED"
    ADVICE = "ADVICE"
    AMU = "AMU"


@dataclass(frozen=True, slots=True, kw_only=True)
class EffecteurFacts:
    """The effecteur as known when it was proposed; `observed_at` None: never observed."""

    effecteur: Effecteur
    availability: Availability
    freshness: Freshness
    observed_at: datetime | None
    accessibility: Mapping[str, Accessible]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposedSlot:
    """The slot to book, with its source and age; `practitioner` None: not said who receives."""

    slot_id: str
    window: TimeWindow
    mode: SlotMode
    booking: Booking
    source: str
    observed_at: datetime
    practitioner: Identifier | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrientationProposal:
    """One ranked answer. `home_at` None: the patient doesn't leave home, or isn't oriented.

    `to_confirm` is what a doctor must confirm before anybody else may validate it. `spares_cents`:
    proposed besides those ranked because it costs the patient so much less than any of them that
    nobody must still confirm (0: it is ranked).
    """

    rank: int
    kind: ProposalKind
    effecteur: EffecteurFacts | None = None
    slot: ProposedSlot | None = None
    care: TimeWindow | None = None
    legs: tuple[PlannedLeg, ...] = ()
    home_at: datetime | None = None
    spares_cents: int = 0
    objective: Mapping[str, int]
    explanation: tuple[str, ...]
    warnings: tuple[str, ...] = ()
    to_confirm: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SolverReport:
    """What is proven of the ranking, how long it took, and where the time went."""

    status: SolverStatus
    wall_ms: float
    bound: float | None
    shares: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Orientation:
    """The whole answer to a case, on one snapshot and one version of the rules."""

    case_id: str
    snapshot_id: str
    rules_version: str
    solver: SolverReport | None
    proposals: tuple[OrientationProposal, ...]
    excluded: tuple[Exclusion, ...]

    def at_rank(self, rank: int) -> OrientationProposal:
        """Return the proposal of a rank; raise LookupError when there's none."""
        found = next((one for one in self.proposals if one.rank == rank), None)
        if found is None:
            raise LookupError(f"the answer has no proposal of rank {rank}")
        return found
