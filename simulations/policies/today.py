"""Today's search: the own doctor, then those who take part in the SAS, then the rest, first slots
first.

Nobody looks for a vehicle: a place will do when the person can get there and back by themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import Budget, CareStop, JourneyRequest, PairingResult
from regulation.kernel.live import LiveState
from regulation.kernel.modes import Encounter, SolverStatus
from regulation.kernel.places import crow_distance_m
from regulation.kernel.planner import JourneyPlanner
from regulation.kernel.replanning import Replanning
from regulation.offers import Slot, SlotMode
from transport.pairing import FleetPlanner

NOT_FOUND = SolverStatus.FEASIBLE
OWN, NEAR, NEARER_THAN_FAR, NO_PART, VISITED, REMOTE, FAR = range(7)

Rank = tuple[bool, int, datetime]
"""Whether it is too late, then the ring, then when it begins."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOrder:
    """How the search widens, in metres as the crow flies, and how many places are tried.

    `participants` are the places that open slots to the SAS.
    """

    radius_m: float
    enlarged_m: float
    places_tried: int
    participants: frozenset[str] = frozenset()

    def ring(self, place_id: str, away_m: float) -> int:
        """Return the ring of a place one goes to."""
        if away_m > self.enlarged_m:
            return FAR
        if place_id not in self.participants:
            return NO_PART
        return NEAR if away_m <= self.radius_m else NEARER_THAN_FAR


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Ranks the places of a directory for one person: by their first slot."""

    order: SearchOrder
    own_doctor: str | None
    deadline: datetime

    def __call__(self, name: str, first: Slot, away_m: float) -> Rank:
        """Rank a place by the first slot it shows."""
        return first.begins > self.deadline, self._ring(name, first, away_m), first.begins

    def _ring(self, name: str, first: Slot, away_m: float) -> int:
        if name == self.own_doctor:
            return OWN
        if SlotMode.AMB in first.modes:
            return self.order.ring(name, away_m)
        return VISITED if SlotMode.HH in first.modes else REMOTE


@dataclass(frozen=True, slots=True, kw_only=True)
class TodaysSearch:
    """A planner that proposes places in the order of the SAS; `alone` has no fleet.

    `tried` are the places that were, over the pages one case is looked for in.
    """

    alone: FleetPlanner
    order: SearchOrder
    own_doctor: str | None
    tried: set[str] = field(default_factory=set)

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Return the first place the person can get to by their own means; perhaps none."""
        (request,) = requests
        for stop in self._first_places(request):
            asked = replace(request, stops=(stop,), unlisted=None)
            told = self.alone.pair((asked,), now, replace(budget, alternatives=1))
            if told.journeys.get(request.request_id):
                return told
        return nothing_found(request)

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        """Keep decided journeys going as the planner does."""
        return self.alone.replan(live, events, requests, now, budget)

    def _first_places(self, request: JourneyRequest) -> Iterator[CareStop]:
        """The first slot of each of the first places."""
        for stop in sorted(request.stops, key=lambda one: self._rank(one, request)):
            if stop.slot_key is None or stop.place_id in self.tried:
                continue  # an emergency department is where one goes when nobody else is found
            if len(self.tried) >= self.order.places_tried:
                return
            self.tried.add(stop.place_id)
            yield stop

    def _rank(self, stop: CareStop, request: JourneyRequest) -> tuple[bool, int, datetime, str]:
        return (
            stop.penalties.get("late_min", 0) > 0,
            self._ring(stop, request),
            stop.start,
            stop.stop_id,
        )

    def _ring(self, stop: CareStop, request: JourneyRequest) -> int:
        if stop.place_id == self.own_doctor:
            return OWN
        if stop.encounter is Encounter.TEAM_TRAVELS:
            return VISITED
        if stop.encounter is Encounter.REMOTE:
            return REMOTE
        return self.order.ring(stop.place_id, crow_distance_m(stop.position, request.origin))


@dataclass(frozen=True, slots=True)
class NothingFound:
    """A planner that is asked, and proposes nothing; `alone` keeps what is decided going."""

    alone: JourneyPlanner

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Propose nothing."""
        del now, budget
        (request,) = requests
        return nothing_found(request)

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        """Keep decided journeys going as the planner does."""
        return self.alone.replan(live, events, requests, now, budget)


def nothing_found(request: JourneyRequest) -> PairingResult:
    """Say that nothing was found among what is listed; later stops are listed when there are."""
    unsettled = frozenset() if request.unlisted is None else frozenset({request.request_id})
    return PairingResult(
        journeys={},
        status=NOT_FOUND,
        wall_ms=0.0,
        bound=None,
        shares={},
        unsettled=unsettled,
    )
