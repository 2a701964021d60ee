"""Today's search: the own doctor, then the places around, then further, the first slot of each.

Nobody looks for a vehicle: a place will do when the person can get there and back by themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import Budget, CareStop, JourneyRequest, PairingResult
from regulation.kernel.live import LiveState
from regulation.kernel.modes import Encounter, SolverStatus
from regulation.kernel.places import crow_distance_m
from regulation.kernel.replanning import Replanning
from transport.pairing import FleetPlanner

NOT_FOUND = SolverStatus.FEASIBLE
OWN, NEAR, NEARER_THAN_FAR, VISITED, REMOTE, FAR = range(6)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOrder:
    """How the search widens, in metres as the crow flies, and how many places are tried."""

    radius_m: float
    enlarged_m: float
    places_tried: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TodaysSearch:
    """A planner that proposes places in the order of the SAS; `alone` has no fleet."""

    alone: FleetPlanner
    order: SearchOrder
    own_doctor: str | None

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
        seen: set[str] = set()
        for stop in sorted(request.stops, key=lambda one: self._rank(one, request)):
            if stop.slot_key is None or stop.place_id in seen:
                continue  # an emergency department is where one goes when nobody else is found
            seen.add(stop.place_id)
            yield stop
            if len(seen) >= self.order.places_tried:
                return

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
        away = crow_distance_m(stop.position, request.origin)
        if away <= self.order.radius_m:
            return NEAR
        return NEARER_THAN_FAR if away <= self.order.enlarged_m else FAR


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
