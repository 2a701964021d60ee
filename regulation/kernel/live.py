"""Decided journeys under way: what was promised, what is planned now, how far each has got.

Plain data, fit to be kept as a document; nothing in it says who the person is.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from regulation.kernel.journeys import CareStop, PharmacyStop
from regulation.kernel.modes import LegKind
from regulation.kernel.places import Position
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

    `pharmacy` is the one on the way home. `is_admitted`: the doctor sent them on, there is no
    way home. `raised` are the alerts already told, so that none is told twice.
    """

    journey_id: str
    decided_at: datetime
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Undecided:
    """Somebody for whom a place, a slot and rides are to be chosen, and from where and when."""

    journey_id: str
    origin: Position
    ready_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A vehicle that cannot leave before `until` (None: never), where it is, told at `told_at`."""

    told_at: datetime
    until: datetime | None
    position: Position | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveState:
    """Every journey under way, and what was told of vehicles, slots and places meanwhile."""

    journeys: Mapping[str, LiveJourney] = field(default_factory=dict)
    undecided: Mapping[str, Undecided] = field(default_factory=dict)
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    withdrawn: frozenset[str] = frozenset()
    closed: frozenset[str] = frozenset()
