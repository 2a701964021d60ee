"""The sequential dispatcher as a planner: what it gives up on is left unserved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import CareStop, JourneyRequest, PlannedJourney
from regulation.kernel.live import LiveState
from regulation.kernel.modes import Encounter, SolverStatus
from regulation.kernel.pairings import PairingResult
from regulation.kernel.planner import Budget
from regulation.kernel.replanning import Replanning
from simulations.policies.sequential import GaveUp, dispatch
from simulations.policies.today import nothing_found
from transport.pairing import FleetPlanner

AT_ONCE = 2
"""Slots looked at together: a fleet over two slots is smaller than over three days."""

Reached = tuple[bool, bool, float, CareStop]
"""Whether it is late, whether it is an emergency department, how many seconds away, the stop."""


@dataclass(frozen=True, slots=True)
class Stepwise:
    """The nearest place, then the nearest vehicle that can, then a pharmacy, then a way home.

    `decides_late`: no wider page may hold a place in time, so what this one holds is decided on.
    """

    planner: FleetPlanner
    decides_late: bool = True
    _known: list[tuple[JourneyRequest, list[Reached]]] = field(default_factory=list)

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Answer step by step; the budget is not used up."""
        del budget
        (request,) = requests
        decides = self.decides_late or self.holds_place_in_time(request, now)
        found = self._dispatched(request, now) if decides else None
        if found is None:
            return nothing_found(request)
        return PairingResult(
            journeys={request.request_id: (found,)},
            status=SolverStatus.FEASIBLE,
            wall_ms=0.0,
            bound=None,
            shares={},
        )

    def _dispatched(self, request: JourneyRequest, now: datetime) -> PlannedJourney | None:
        """Dispatch to the nearest place, a few of its slots at a time: it tries them in order."""
        stops = self._nearest(request, now)
        for first in range(0, len(stops), AT_ONCE):
            some = replace(request, stops=stops[first : first + AT_ONCE], unlisted=None)
            found = dispatch(some, self.planner, now)
            if isinstance(found, PlannedJourney):
                return found
            if found is GaveUp.NO_WAY_HOME:
                return None
        return None

    def holds_place_in_time(self, request: JourneyRequest, now: datetime) -> bool:
        """Tell whether a slot is listed, one travels to, that can be reached and is not late."""
        return any(not late and not is_ed for late, is_ed, *_ in self._reached(request, now))

    def _nearest(self, request: JourneyRequest, now: datetime) -> tuple[CareStop, ...]:
        """Stops one can reach at the nearest place, in order of time; among all that are listed,
        those in time come first, then those with a slot."""
        known = self._reached(request, now)
        best = min((told[:3] for told in known), default=None)
        there = [one for *key, one in known if tuple(key) == best]
        place = min((one.place_id for one in there), default="")
        same = [one for one in there if one.place_id == place]
        return tuple(sorted(same, key=lambda one: (one.start, one.stop_id)))

    def _reached(self, request: JourneyRequest, now: datetime) -> list[Reached]:
        """Stops one travels to and can reach; those of the last request are remembered."""
        if not self._known or self._known[0][0] is not request:
            self._known[:] = [(request, self._look(request, now))]
        return self._known[0][1]

    def _look(self, request: JourneyRequest, now: datetime) -> list[Reached]:
        stops = [one for one in request.stops if one.encounter is Encounter.PATIENT_TRAVELS]
        if not stops:
            return []
        places = {one.place_id: one.position for one in stops}
        block = self.planner.travel.leaving([request.origin], [*places.values()], now)
        took = dict(zip(places, block.travel[0, 0].tolist(), strict=True))
        ready = max(now, request.ready_at) + timedelta(seconds=request.needs.alighting_s)
        there = {place: ready + timedelta(seconds=took_s) for place, took_s in took.items()}
        return [
            (one.penalties.get("late_min", 0) > 0, one.slot_key is None, took[one.place_id], one)
            for one in stops
            if there[one.place_id] <= one.start
        ]

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        """Keep decided journeys going as the planner does."""
        return self.planner.replan(live, events, requests, now, budget)
