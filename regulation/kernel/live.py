"""Decided journeys under way: what was promised, what is planned now, how far each has got.

Plain data, fit to be kept as a document; nothing in it says who the person is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from regulation.kernel.journeys import CareStop, PharmacyStop
from regulation.kernel.modes import Encounter, LegKind
from regulation.kernel.places import Position
from regulation.kernel.riders import RiderNeeds
from regulation.kernel.rides import LiveRide


class CareStage(StrEnum):
    """Where the person stands towards care."""

    AWAITED = "AWAITED"
    AT_THE_PLACE = "AT_THE_PLACE"
    OVER = "OVER"


class Ending(StrEnum):
    """How a journey has ended."""

    HOME = "HOME"
    CANCELLED = "CANCELLED"
    ABSENT = "ABSENT"
    HANDED_TO_AMU = "HANDED_TO_AMU"
    ADMITTED = "ADMITTED"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveJourney:
    """One decided journey; its rides are those of the fleet, those that are over included.

    `origin` is where the person was when it was decided, `pharmacy` the one on the way home.
    `is_admitted`: the doctor sent them on, there is no way home. `raised` is what was already
    put before a person, so that nothing is told twice.
    """

    journey_id: str
    decided_at: datetime
    origin: Position
    needs: RiderNeeds
    care: CareStop
    rides: tuple[LiveRide, ...] = ()
    pharmacy: PharmacyStop | None = None
    stage: CareStage = CareStage.AWAITED
    care_told_at: datetime | None = None
    is_admitted: bool = False
    ending: Ending | None = None
    raised: frozenset[str] = frozenset()

    def current(self, kind: LegKind) -> LiveRide | None:
        """Return the ride there, or home, that is not over; None when there is none."""
        left = (one for one in self.rides if one.kind is kind and not one.status.is_over)
        return next(left, None)

    @property
    def whereabouts(self) -> Position:
        """Where the person is, rides under way apart."""
        moved = self.care.encounter is Encounter.PATIENT_TRAVELS
        came = moved and self.stage is not CareStage.AWAITED
        return self.care.position if came else self.origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Somebody for whom a place, a slot and rides are to be chosen, from where and from when;
    `since` when, `not_by`: vehicles that will not; `ending`: nothing is looked for any more."""

    journey_id: str
    origin: Position
    ready_at: datetime
    since: datetime
    not_by: frozenset[str] = frozenset()
    ending: Ending | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A vehicle that cannot leave before `until` (None: never), where it is, told at `told_at`."""

    told_at: datetime
    until: datetime | None
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Halted:
    """Where a vehicle last stopped, as it told at `told_at`, and since when it is free to leave."""

    position: Position
    since: datetime
    told_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """Every journey under way, and what was told of vehicles, slots and places meanwhile."""

    journeys: Mapping[str, LiveJourney] = field(default_factory=dict)
    undecided: Mapping[str, Undecided] = field(default_factory=dict)
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    halted: Mapping[str, Halted] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
