"""Today's search: the own doctor, then those who take part in the SAS, then the rest, first slots
first.

Nobody looks for a vehicle: a place will do when the person can get there and back by themselves.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import CareStop, JourneyRequest
from regulation.kernel.live import LiveState
from regulation.kernel.modes import Encounter, SolverStatus
from regulation.kernel.pairings import PairingResult
from regulation.kernel.places import crow_distance_m
from regulation.kernel.planner import Budget, JourneyPlanner
from regulation.kernel.replanning import Replanning
from simulations.nearness import Metres
from simulations.policies.alone import pair_alone
from simulations.policies.shown import FirstSlots, Flags, Ints, ticks
from transport.pairing import FleetPlanner

NOT_FOUND = SolverStatus.FEASIBLE
OWN, NEAR, NEARER_THAN_FAR, NO_PART, VISITED, REMOTE, FAR = range(7)

ELSEWHERE = {Encounter.TEAM_TRAVELS: VISITED, Encounter.REMOTE: REMOTE}
"""Rings of who is not seen at the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchOrder:
    """How the search widens, in metres as the crow flies, and how many places are tried.

    `participants` are the places that open slots to the SAS.
    """

    radius_m: float
    enlarged_m: float
    places_tried: int
    participants: frozenset[str] = frozenset()

    def rings(self, takes_part: Flags, away_m: Metres) -> Ints:
        """Return the rings of places one goes to."""
        near = np.where(away_m <= self.radius_m, NEAR, NEARER_THAN_FAR)
        return np.where(away_m > self.enlarged_m, FAR, np.where(takes_part, near, NO_PART))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Ranks the places of a directory for one person by their first slot: whether it is too late,
    then the ring, then when it begins."""

    order: SearchOrder
    own_doctor: str | None
    deadline: datetime

    def __call__(self, firsts: FirstSlots, away_m: Metres) -> Sequence[NDArray[Any]]:
        """Rank places by the first slot each shows."""
        rings = self.order.rings(firsts.among(self.order.participants), away_m)
        rings = np.where(firsts.at_place, rings, np.where(firsts.visits, VISITED, REMOTE))
        own = firsts.number(self.own_doctor)
        if own is not None:
            rings[own] = OWN
        return firsts.begins > ticks(self.deadline), rings, firsts.begins


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
            told = pair_alone(asked, self.alone, now, replace(budget, alternatives=1))
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
        for stop in self._ranked(request):
            if stop.place_id in self.tried:
                continue
            if len(self.tried) >= self.order.places_tried:
                return
            self.tried.add(stop.place_id)
            yield stop

    def _ranked(self, request: JourneyRequest) -> list[CareStop]:
        """Order the slots: in time first, then by ring, then by when they begin.

        An emergency department, which has none, is where one goes when nobody else is found.
        """
        stops = [stop for stop in request.stops if stop.slot_key is not None]
        places = {stop.place_id: stop.position for stop in stops}
        away = {name: crow_distance_m(at, request.origin) for name, at in places.items()}
        away_m = [away[stop.place_id] for stop in stops]
        takes_part = [stop.place_id in self.order.participants for stop in stops]
        rings = self.order.rings(np.array(takes_part, np.bool_), np.array(away_m)).tolist()
        ranked = [
            (
                stop.penalties.get("late_min", 0) > 0,
                OWN if stop.place_id == self.own_doctor else ELSEWHERE.get(stop.encounter, ring),
                stop.start,
                stop.stop_id,
                number,
            )
            for number, (stop, ring) in enumerate(zip(stops, rings, strict=True))
        ]
        return [stops[number] for *_, number in sorted(ranked)]


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
