"""Courses timed and judged: the one plan of the vehicles, as near as can be to what people know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from transport.courses import Course
from transport.itinerary import RefusedError
from transport.laid_out import LaidOut, Layer
from transport.plan import Plan, Route, check
from transport.problem import Problem
from transport.retiming import nearest_schedule
from transport.timing import route_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Timetable:
    """A plan that `check` accepts, with what it was judged on."""

    laid: LaidOut
    plan: Plan

    @property
    def problem(self) -> Problem:
        """What the plan was judged on."""
        return self.laid.problem

    def begins(self, ride_id: str) -> list[datetime]:
        """When the stops left of a carried ride begin."""
        at = {stop.node: stop.begin for route in self.plan.routes for stop in route.stops}
        return [self.laid.epoch.instant(at[node]) for node in self.laid.nodes[ride_id]]

    def metres(self, ride_id: str) -> list[int]:
        """Metres from the first stop of a ride to each later one, along its route."""
        own = self.laid.nodes[ride_id]
        route = self._route_of(own)
        driven, found = 0.0, []
        for one, other in pairwise(route[route.index(own[0]) : route.index(own[-1]) + 1]):
            places = (self.problem.nodes[one].location, self.problem.nodes[other].location)
            driven += float(self.problem.distance[places])
            if other in own:
                found.append(round(driven))
        return found

    def shares(self, ride_id: str) -> bool:
        """Tell whether somebody else is aboard at some moment of the ride."""
        own = self.laid.nodes[ride_id]
        route = self._route_of(own)
        first, last = route.index(own[0]), route.index(own[-1])
        for ride in self.problem.rides:
            if own != ride.stops and set(ride.stops) <= set(route):
                begins = -1 if ride.aboard_since is not None else route.index(ride.stops[0])
                if begins < last and route.index(ride.stops[-1]) > first:
                    return True
        return False

    def _route_of(self, own: Sequence[int]) -> list[int]:
        for route in self.plan.routes:
            nodes = [stop.node for stop in route.stops]
            if own[0] in nodes:
                return nodes
        raise LookupError(f"no route stops at node {own[0]}")


def timetable(courses: Sequence[Course], layer: Layer) -> Timetable:
    """Time every course and have the plan judged; raise RefusedError when it is refused."""
    laid = layer.lay(courses)
    compiled = laid.state.compiled
    routes: list[Route] = []
    for number, spec in enumerate(laid.problem.vehicles):
        begins = nearest_schedule(compiled, number, spec.planned, laid.targets)
        if begins is None:
            raise RefusedError(())  # an order without a schedule: nothing to list
        routes.append(route_of(laid.problem, number, spec.planned, begins))
    plan = Plan(routes=tuple(routes), options=(0,) * len(laid.problem.journeys))
    violations = check(plan, laid.problem)
    if violations:
        raise RefusedError(violations)
    return Timetable(laid=laid, plan=plan)
