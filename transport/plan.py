"""A plan with its times, and `check`, the judge no solver can talk its way around."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations, pairwise

from regulation.kernel.riders import Load
from transport.problem import Option, Problem, Ride, VehicleSpec

TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One halt: the vehicle arrives, service begins (it may wait before), the vehicle leaves."""

    node: int
    arrive: float
    begin: float
    depart: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one vehicle does: leaves its start at `start`, ends its day at `end`."""

    vehicle: int
    start: float
    stops: tuple[Stop, ...]
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Unserved:
    """A journey left out, with the constraint that binds."""

    journey: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Routes, the option chosen for each journey (None: unserved), and who is left out."""

    routes: tuple[Route, ...]
    options: tuple[int | None, ...]
    unserved: tuple[Unserved, ...] = ()


class Rule(StrEnum):
    """What a plan can break."""

    ROUTE = "one route per known vehicle"
    OPTION = "one option per journey, or unserved with a reason"
    PROMISE = "a promised journey is served"
    FROZEN = "frozen stops come first, in order"
    CARE = "room at the care stop"
    STOPS = "the stops of the chosen rides, each once, and no other"
    ORDER = "all stops of a ride by one vehicle, in order"
    VEHICLE = "a vehicle the ride allows"
    CREW = "crew at least what the ride needs"
    TRAVEL = "no arrival before travel allows"
    SERVICE = "no service before arrival, no departure before its end"
    WINDOW = "service begins within its window"
    SHIFT = "the route lies within the shift"
    DURATION = "duration of the route"
    ABOARD = "time aboard"
    CAPACITY = "room aboard"
    SHARING = "nobody else aboard with a rider who may not share"
    INCOMPATIBLE = "incompatible riders not aboard together"
    LINK = "lag between chained legs"
    TOLD = "an instant somebody was told moves within its tolerance"
    GETTING_OFF = "those aboard get off in the order they were told"
    DETOUR = "detour made by others who share the vehicle"


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """One rule broken: by whom, the value found and the limit it passes."""

    rule: Rule
    who: str
    value: float
    limit: float


def check(plan: Plan, problem: Problem, tolerance: float = TOLERANCE) -> tuple[Violation, ...]:
    """List every violation of the plan with its numbers; empty: the plan may be carried out."""
    found = list(_choices(plan, problem))
    known = range(len(problem.vehicles))
    for vehicle, count in Counter(route.vehicle for route in plan.routes).items():
        if count > 1 or vehicle not in known:
            found.append(_violation(Rule.ROUTE, f"vehicle {vehicle}", count, 1))
    driven = [route for route in plan.routes if route.vehicle in known]
    found += _visits(plan, problem, driven)
    rides = [problem.rides[ride] for ride in _chosen_rides(plan, problem)]
    riders = {node: ride for ride in problem.rides for node in ride.stops}
    for route in driven:
        visited = {stop.node for stop in route.stops}
        mine = [ride for ride in rides if visited.issuperset(ride.stops)] if visited else []
        found += _timing(route, problem, riders, tolerance)
        found += _aboard(route, problem, mine, tolerance)
        found += _as_told(route, problem, mine, tolerance)
        found += _detours(route, problem, mine, tolerance)
        found += _company(route, problem, mine)
    found += _links(driven, problem, rides, tolerance)
    return tuple(found)


def distance(plan: Plan, problem: Problem) -> float:
    """Distance driven over all routes; an open end costs nothing."""
    return sum(route_distance(route, problem) for route in plan.routes)


def route_distance(route: Route, problem: Problem) -> float:
    """Distance of one route; a vehicle without a stop does not move."""
    if not route.stops:
        return 0.0
    spec = problem.vehicles[route.vehicle]
    places = [spec.start_location, *(problem.nodes[stop.node].location for stop in route.stops)]
    if spec.end_location is not None:
        places.append(spec.end_location)
    return float(sum(problem.distance[a, b] for a, b in pairwise(places)))


def _violation(rule: Rule, who: str, value: float, limit: float) -> Violation:
    return Violation(rule=rule, who=who, value=float(value), limit=float(limit))


def _chosen_options(plan: Plan, problem: Problem) -> Iterator[Option]:
    for journey, choice in zip(problem.journeys, plan.options, strict=False):
        if choice is not None and 0 <= choice < len(journey.options):
            yield journey.options[choice]


def _chosen_rides(plan: Plan, problem: Problem) -> list[int]:
    return sorted({ride for option in _chosen_options(plan, problem) for ride in option.rides})


def _choices(plan: Plan, problem: Problem) -> Iterator[Violation]:
    if len(plan.options) != len(problem.journeys):
        yield _violation(Rule.OPTION, "plan", len(plan.options), len(problem.journeys))
    reasons = Counter(one.journey for one in plan.unserved if one.reason)
    for index, journey in enumerate(problem.journeys):
        choice = plan.options[index] if index < len(plan.options) else None
        who = f"journey {journey.journey_id}"
        if choice is not None and not 0 <= choice < len(journey.options):
            yield _violation(Rule.OPTION, who, choice, len(journey.options) - 1)
        if (choice is None) != (reasons[index] == 1):
            yield _violation(Rule.OPTION, who, reasons[index], int(choice is None))
        if choice is None and journey.promised:
            yield _violation(Rule.PROMISE, who, 0, 1)
    taken = Counter(o.care for o in _chosen_options(plan, problem) if o.care is not None)
    for care, count in taken.items():
        if count > problem.care_capacity[care]:
            yield _violation(Rule.CARE, f"care {care}", count, problem.care_capacity[care])


def _visits(plan: Plan, problem: Problem, routes: Sequence[Route]) -> Iterator[Violation]:
    visits = Counter(stop.node for route in routes for stop in route.stops)
    wanted = {n for ride in _chosen_rides(plan, problem) for n in problem.rides[ride].stops}
    for node in sorted(wanted | set(visits)):
        if visits[node] != int(node in wanted):
            yield _violation(Rule.STOPS, f"node {node}", visits[node], int(node in wanted))
    where = {s.node: (r.vehicle, i) for r in routes for i, s in enumerate(r.stops)}
    for index in _chosen_rides(plan, problem):
        yield from _ride_visits(problem.rides[index], problem, where)
    planned = {route.vehicle: tuple(stop.node for stop in route.stops) for route in routes}
    for number, spec in enumerate(problem.vehicles):
        first = planned.get(number, ())[: spec.frozen]
        if first != spec.planned[: spec.frozen]:
            kept = sum(a == b for a, b in zip(first, spec.planned, strict=False))
            yield _violation(Rule.FROZEN, f"vehicle {spec.vehicle_id}", kept, spec.frozen)


def _ride_visits(
    ride: Ride, problem: Problem, where: Mapping[int, tuple[int, int]]
) -> Iterator[Violation]:
    visited = [where[node] for node in ride.stops if node in where]
    who = f"ride {ride.ride_id}"
    vehicles = {vehicle for vehicle, _ in visited}
    if len(vehicles) > 1 or visited != sorted(visited):
        yield _violation(Rule.ORDER, who, len(vehicles), 1)
    for vehicle in sorted(vehicles):
        if ride.vehicles is not None and vehicle not in ride.vehicles:
            yield _violation(Rule.VEHICLE, who, vehicle, min(ride.vehicles, default=-1))
        if problem.vehicles[vehicle].crew < ride.crew:
            yield _violation(Rule.CREW, who, problem.vehicles[vehicle].crew, ride.crew)


def _at_least(rule: Rule, who: str, value: float, limit: float) -> Iterator[Violation]:
    if not value >= limit:  # so written that NaN is a violation
        yield _violation(rule, who, value, limit)


def _timing(
    route: Route, problem: Problem, riders: Mapping[int, Ride], tolerance: float
) -> Iterator[Violation]:
    spec = problem.vehicles[route.vehicle]
    who = f"vehicle {spec.vehicle_id}"
    yield from _at_least(Rule.SHIFT, who, route.start, spec.earliest - tolerance)
    free, place, profile = route.start, spec.start_location, spec.profile
    for stop in route.stops:
        node, at = problem.nodes[stop.node], f"{who} at node {stop.node}"
        earliest = free + problem.duration(profile, place, node.location)
        yield from _at_least(Rule.TRAVEL, at, stop.arrive, earliest - tolerance)
        yield from _at_least(Rule.SERVICE, at, stop.begin, stop.arrive - tolerance)
        yield from _at_least(Rule.WINDOW, at, stop.begin, node.open - tolerance)
        yield from _at_most(Rule.WINDOW, at, stop.begin, node.close + tolerance)
        service = _service(riders.get(stop.node), problem, stop.node, spec.mode)
        yield from _at_least(Rule.SERVICE, at, stop.depart, stop.begin + service - tolerance)
        free, place, profile = stop.depart, node.location, node.profile
    end = spec.end_location
    home = free if end is None else free + problem.duration(profile, place, end)
    if route.stops:
        yield from _at_least(Rule.TRAVEL, f"{who} at its end", route.end, home - tolerance)
    yield from _at_most(Rule.SHIFT, who, route.end, spec.latest + tolerance)
    duration = route.end - route.start
    yield from _at_most(Rule.DURATION, who, duration, spec.max_duration + tolerance)
    yield from _at_least(Rule.DURATION, who, duration, -tolerance)


def _at_most(rule: Rule, who: str, value: float, limit: float) -> Iterator[Violation]:
    if not value <= limit:
        yield _violation(rule, who, value, limit)


def _service(ride: Ride | None, problem: Problem, node: int, mode: int) -> float:
    return problem.nodes[node].service + (ride.extra_at(node, mode) if ride else 0.0)


def _aboard(
    route: Route, problem: Problem, rides: Sequence[Ride], tolerance: float
) -> Iterator[Violation]:
    mode = problem.vehicles[route.vehicle].mode
    begins = {stop.node: stop.begin for stop in route.stops}
    for ride in rides:
        first, last, since = ride.stops[0], ride.stops[-1], ride.aboard_since
        if since is None and not ride.boards:
            continue  # a visit carries nobody
        if since is None:
            since = begins[first] + _service(ride, problem, first, mode)
        aboard, limit = begins[last] - since, ride.max_aboard + tolerance
        yield from _at_most(Rule.ABOARD, f"ride {ride.ride_id}", aboard, limit)


def _as_told(
    route: Route, problem: Problem, rides: Sequence[Ride], tolerance: float
) -> Iterator[Violation]:
    """Instants told to people, then the order in which those aboard get off."""
    begins = {stop.node: stop.begin for stop in route.stops}
    for ride in rides:
        for told in ride.told:
            who = f"ride {ride.ride_id} at node {told.node}"
            begin, soonest = begins[told.node], told.at - told.early
            yield from _at_least(Rule.TOLD, who, begin, soonest - tolerance)
            yield from _at_most(Rule.TOLD, who, begin, told.at + told.late + tolerance)
    spec, visited = problem.vehicles[route.vehicle], [stop.node for stop in route.stops]
    aboard = {ride.stops[-1]: ride for ride in rides if ride.aboard_since is not None}
    order = [node for node in spec.planned if node in aboard]
    for rank, node in enumerate(node for node in visited if node in order):
        if order[rank] != node:
            who = f"ride {aboard[node].ride_id}"
            yield _violation(Rule.GETTING_OFF, who, rank, order.index(node))


def _detours(
    route: Route, problem: Problem, rides: Sequence[Ride], tolerance: float
) -> Iterator[Violation]:
    """How much longer each ride is than the way through its own stops; who is aboard has begun."""
    places = [problem.nodes[stop.node].location for stop in route.stops]
    driven = [float(problem.distance[a, b]) for a, b in pairwise(places)]
    at = {stop.node: rank for rank, stop in enumerate(route.stops)}
    for ride in rides:
        if math.isfinite(ride.max_detour) and ride.boards:
            own = [problem.nodes[node].location for node in ride.stops]
            direct = sum(float(problem.distance[a, b]) for a, b in pairwise(own))
            detour = sum(driven[at[ride.stops[0]] : at[ride.stops[-1]]]) - direct
            limit = ride.max_detour + tolerance
            yield from _at_most(Rule.DETOUR, f"ride {ride.ride_id}", detour, limit)


def _company(route: Route, problem: Problem, rides: Sequence[Ride]) -> Iterator[Violation]:
    spec, at = problem.vehicles[route.vehicle], {s.node: i for i, s in enumerate(route.stops)}
    spans = [
        (ride, at[ride.stops[0]] if ride.aboard_since is None else -1, at[ride.stops[-1]])
        for ride in rides
    ]
    for moment in range(-1, len(route.stops)):
        loads = [ride.load for ride, first, last in spans if first <= moment < last]
        who = f"vehicle {spec.vehicle_id} after stop {moment}"
        for value, limit in _room(spec, loads):
            yield from _at_most(Rule.CAPACITY, who, value, limit)
    for (one, from_a, to_a), (other, from_b, to_b) in combinations(spans, 2):
        if from_a < to_b and from_b < to_a:
            yield from _meeting(one, other)


def _meeting(one: Ride, other: Ride) -> Iterator[Violation]:
    who = f"rides {one.ride_id} and {other.ride_id}"
    if not (one.shareable and other.shareable):
        yield _violation(Rule.SHARING, who, 2, 1)
    if one.ride_id in other.incompatible or other.ride_id in one.incompatible:
        yield _violation(Rule.INCOMPATIBLE, who, 2, 1)


def _room(spec: VehicleSpec, loads: Sequence[Load]) -> Iterator[tuple[int, int]]:
    """Yield (taken, offered); nested sums when places may stand in for others (Parragh 2011)."""
    room = spec.capacity
    attendants = sum(load.attendants for load in loads)
    seats = sum(load.seats for load in loads)
    stretchers = sum(load.stretchers for load in loads)
    yield sum(load.wheelchairs for load in loads), room.wheelchairs
    yield stretchers, room.stretchers
    if spec.substitutes:
        yield seats + stretchers, room.seats + room.stretchers
        everyone = attendants + seats + stretchers
        yield everyone, room.attendants + room.seats + room.stretchers
    else:
        yield seats, room.seats
        yield attendants, room.attendants


def _links(
    routes: Sequence[Route], problem: Problem, rides: Sequence[Ride], tolerance: float
) -> Iterator[Violation]:
    stops = {s.node: (s, problem.vehicles[r.vehicle].mode) for r in routes for s in r.stops}
    chosen = {ride.ride_id for ride in rides}
    for link in problem.links:
        before, after = problem.rides[link.after_ride], problem.rides[link.before_ride]
        ends = before.stops[-1] in stops and after.stops[0] in stops
        if not ends or not {before.ride_id, after.ride_id} <= chosen:
            continue
        stop, mode = stops[before.stops[-1]]
        done = stop.begin + _service(before, problem, stop.node, mode)
        lag, who = stops[after.stops[0]][0].begin - done, f"{before.ride_id}→{after.ride_id}"
        yield from _at_least(Rule.LINK, who, lag, link.min_lag - tolerance)
        yield from _at_most(Rule.LINK, who, lag, link.max_lag + tolerance)
