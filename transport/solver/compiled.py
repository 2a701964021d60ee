"""Lay a `Problem` out in the arrays of the kernels."""

from itertools import pairwise

import numpy as np

from transport.problem import Problem, Ride, VehicleSpec
from transport.solver.kernels.layout import (
    DELIVERY,
    HALT,
    MAX_STOPS,
    NOWHERE,
    PICKUP,
    VISIT,
    Compiled,
    Flags,
    FleetArrays,
    Floats,
    Ints,
    NodeArrays,
    RideArrays,
    Road,
)

SUMS = 6


def compile_problem(problem: Problem, *, metric: bool = False) -> Compiled:
    """Lay the problem out in arrays; say `metric` only when the triangle inequality holds."""
    demand, capacity = _room(problem)
    allowed = _allowed(problem)
    specs, objective = problem.vehicles, problem.objective
    compiled = Compiled(
        Road(problem.travel, problem.distance, metric),
        _node_arrays(problem),
        _ride_arrays(problem, demand),
        FleetArrays(
            allowed=allowed,
            capacity=capacity,
            max_duration=np.array([spec.max_duration for spec in specs], dtype=np.float64),
            mode=_ints([spec.mode for spec in specs]),
            frozen=_ints([spec.frozen for spec in specs]),
            kind=_kinds(problem, allowed),
            carrying=_carrying(problem),
        ),
        np.array([objective.distance, objective.aboard, objective.vehicle]),
    )
    _tighten(problem, compiled)
    return compiled


def _ints(values: list[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _node_arrays(problem: Problem) -> NodeArrays:
    specs, nodes = problem.vehicles, problem.nodes
    ends = [NOWHERE if s.end_location is None else s.end_location for s in specs]
    depots = [x for s, end in zip(specs, ends, strict=True) for x in (s.start_location, end)]
    profiles = [x for s in specs for x in (s.profile, 0)]
    shifts = [(spec.earliest, spec.latest) for spec in specs for _ in range(2)]
    role = np.zeros(len(nodes) + 2 * len(specs), dtype=np.int64)
    ride_of = np.full(len(role), -1, dtype=np.int64)
    modes = 1 + max((spec.mode for spec in specs), default=0)
    service = np.zeros((modes, len(role)))
    service[:, : len(nodes)] = [node.service for node in nodes]
    pickup, stay = np.full(len(role), -1, dtype=np.int64), np.zeros(service.shape)
    for index, ride in enumerate(problem.rides):
        for node, part in zip(ride.stops, _roles(ride), strict=True):
            role[node], ride_of[node] = part, index
            if ride.extra_service:
                service[:, node] += [ride.extra_at(node, mode) for mode in range(modes)]
        if ride.boards:
            pickup[ride.stops[-1]] = ride.stops[0]
            stay[:, ride.stops[-1]] = service[:, ride.stops[0]] + ride.max_aboard
    return NodeArrays(
        location=_ints([node.location for node in nodes] + depots),
        profile=_ints([node.profile for node in nodes] + profiles),
        opens=np.array([n.open for n in nodes] + [s[0] for s in shifts], dtype=np.float64),
        closes=np.array([n.close for n in nodes] + [s[1] for s in shifts], dtype=np.float64),
        service=service,
        role=role,
        ride=ride_of,
        pickup=pickup,
        stay=stay,
    )


def _roles(ride: Ride) -> list[int]:
    if len(ride.stops) > MAX_STOPS:
        raise ValueError(f"ride {ride.ride_id} has {len(ride.stops)} stops, more than {MAX_STOPS}")
    last = VISIT if len(ride.stops) == 1 and ride.aboard_since is None else DELIVERY
    inner = [HALT] * (len(ride.stops) - 1)
    if ride.boards:
        inner[0] = PICKUP
    return [*inner, last]


def _ride_arrays(problem: Problem, demand: Floats) -> RideArrays:
    rides = problem.rides
    names = {ride.ride_id: index for index, ride in enumerate(rides)}
    pairs = [
        (i, names[other]) for i, r in enumerate(rides) for other in r.incompatible if other in names
    ]
    clash = np.zeros((len(rides), len(rides)) if pairs else (0, 0), dtype=np.bool_)
    clashes = np.zeros(len(rides), dtype=np.bool_)
    for one, other in pairs:
        clash[one, other] = clash[other, one] = True
        clashes[one] = clashes[other] = True
    return RideArrays(
        first=np.cumsum([0] + [len(ride.stops) for ride in rides], dtype=np.int64),
        stops=_ints([node for ride in rides for node in ride.stops]),
        demand=demand,
        limit=np.array([ride.max_aboard for ride in rides], dtype=np.float64),
        shareable=np.array([ride.shareable for ride in rides], dtype=np.bool_),
        clashes=clashes,
        clash=clash,
        aboard_in=_ints(
            [-1 if r.aboard_since is None else min(r.vehicles or (-1,)) for r in rides]
        ),
        farthest=_farthest(problem),
        is_far_bound=any(ride.boards and np.isfinite(ride.max_detour) for ride in rides),
    )


def _farthest(problem: Problem) -> Floats:
    """Way through a ride's own stops and the detour others may add; who is aboard has begun."""
    limits = np.full(len(problem.rides), np.inf)
    for index, ride in enumerate(problem.rides):
        if ride.boards:
            places = [problem.nodes[node].location for node in ride.stops]
            direct = sum(problem.distance[a, b] for a, b in pairwise(places))
            limits[index] = direct + ride.max_detour
    return limits


def _room(problem: Problem) -> tuple[Floats, Floats]:
    """Demands and capacities over the sums of places that some vehicle could run out of.

    The six sums: stretchers; wheelchairs; seats; attendants; seats and stretchers; all three
    (the last two where places may stand in for others, the middle two where they may not).
    """
    loads = [ride.load for ride in problem.rides]
    demand = np.zeros((len(loads), SUMS))
    for row, load in zip(demand, loads, strict=True):
        both = load.seats + load.stretchers
        row[:2] = load.stretchers, load.wheelchairs
        row[2:] = load.seats, load.attendants, both, both + load.attendants
    capacity = np.array([_offered(spec) for spec in problem.vehicles]).reshape(-1, SUMS)
    wanted = [bool(column.any()) for column in demand.T]
    for sums, part in ((5, 4), (4, 2), (4, 0)):
        same = np.array_equal(demand[:, sums], demand[:, part])
        if same and np.all(capacity[:, sums] >= capacity[:, part]):
            wanted[sums] = False  # implied by its part
        elif same and np.all(capacity[:, part] >= capacity[:, sums]):
            wanted[part] = False  # implied by the sum
    return np.ascontiguousarray(demand[:, wanted]), np.ascontiguousarray(capacity[:, wanted])


def _offered(spec: VehicleSpec) -> tuple[float, ...]:
    room = spec.capacity
    both = room.seats + room.stretchers
    if spec.substitutes:
        everyone = both + room.attendants
        return (room.stretchers, room.wheelchairs, np.inf, np.inf, both, everyone)
    return (room.stretchers, room.wheelchairs, room.seats, room.attendants, np.inf, np.inf)


def _allowed(problem: Problem) -> Flags:
    allowed = np.ones((len(problem.rides), len(problem.vehicles)), dtype=np.bool_)
    crews = _ints([spec.crew for spec in problem.vehicles])
    for index, ride in enumerate(problem.rides):
        if ride.vehicles is not None:
            allowed[index] = False
            allowed[index, list(ride.vehicles)] = True
        if ride.crew > 1:
            allowed[index] &= crews >= ride.crew
    return allowed


def _carrying(problem: Problem) -> Flags:
    carrying = np.zeros(len(problem.vehicles), dtype=np.bool_)
    for ride in problem.rides:
        if ride.aboard_since is not None:
            carrying[list(ride.vehicles or ())] = True
    return carrying


def _kinds(problem: Problem, allowed: Flags) -> Ints:
    seen: dict[object, int] = {}
    kinds = []
    for number, s in enumerate(problem.vehicles):
        shift = (s.start_location, s.end_location, s.earliest, s.latest, s.max_duration, s.profile)
        room = (s.capacity, s.substitutes, s.crew, s.mode, s.planned, s.frozen)
        key = (shift, room, allowed[:, number].tobytes())
        kinds.append(seen.setdefault(key, len(seen)))
    return _ints(kinds)


def _tighten(problem: Problem, compiled: Compiled) -> None:
    """Narrow windows by the limit aboard (Cordeau 2006), and by the way when it is metric."""
    opens, closes = compiled.nodes.opens, compiled.nodes.closes
    quickest = compiled.nodes.service.min(axis=0)
    slowest = compiled.nodes.service.max(axis=0)
    for ride in problem.rides:
        first, last = ride.stops[0], ride.stops[-1]
        if ride.aboard_since is not None:
            closes[last] = min(closes[last], ride.aboard_since + ride.max_aboard)
        elif ride.boards:
            origin, end = problem.nodes[first].location, problem.nodes[last].location
            way = problem.duration(problem.nodes[first].profile, origin, end)
            drive = quickest[first] + (way if compiled.road.metric else 0.0)
            stay = slowest[first] + ride.max_aboard
            closes[first] = min(closes[first], closes[last] - drive)
            opens[last] = max(opens[last], opens[first] + drive)
            opens[first] = max(opens[first], opens[last] - stay)
            closes[last] = min(closes[last], closes[first] + stay)
