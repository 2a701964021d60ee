"""Times of one route whose order is settled: some stops as late as can be, the rest early.

Windows and travel only; limits aboard are for `check`, through which every answer passes.
"""

from collections.abc import Collection, Mapping, Sequence

from transport.plan import Route, Stop
from transport.problem import Problem

Begins = dict[int, float]


def time_route(
    problem: Problem,
    vehicle: int,
    nodes: Sequence[int],
    late: Collection[int] = (),
    pinned: Mapping[int, float] | None = None,
) -> Begins | None:
    """Begin service as late as feasible at the `late` nodes, at the pins, else early.

    None when the order has no schedule. Late beginnings are turned down to whole seconds.
    """
    pins = dict(pinned or {})
    if late:
        latest = _backward(problem, vehicle, nodes)
        pins |= {node: float(int(latest[node])) for node in late}
    return _forward(problem, vehicle, nodes, pins)


def route_of(problem: Problem, vehicle: int, nodes: Sequence[int], begins: Begins) -> Route:
    """Write the route with its arrivals and departures."""
    spec = problem.vehicles[vehicle]
    stops: list[Stop] = []
    free, place, profile = spec.earliest, spec.start_location, spec.profile
    for node in nodes:
        halt = problem.nodes[node]
        arrive = free + problem.duration(profile, place, halt.location)
        free = begins[node] + halt.service
        stops.append(Stop(node=node, arrive=arrive, begin=begins[node], depart=free))
        place, profile = halt.location, halt.profile
    end = spec.end_location
    home = free if end is None else free + problem.duration(profile, place, end)
    return Route(vehicle=vehicle, start=spec.earliest, stops=tuple(stops), end=home)


def _forward(
    problem: Problem, vehicle: int, nodes: Sequence[int], pins: Mapping[int, float]
) -> Begins | None:
    spec = problem.vehicles[vehicle]
    begins: Begins = {}
    free, place, profile = spec.earliest, spec.start_location, spec.profile
    for node in nodes:
        halt = problem.nodes[node]
        arrive = free + problem.duration(profile, place, halt.location)
        begin = max(halt.open, arrive)
        begin = max(begin, pins.get(node, begin))
        if begin > pins.get(node, halt.close):
            return None
        begins[node] = begin
        free, place, profile = begin + halt.service, halt.location, halt.profile
    return begins


def _backward(problem: Problem, vehicle: int, nodes: Sequence[int]) -> Begins:
    spec = problem.vehicles[vehicle]
    latest: Begins = {}
    following, after = spec.latest, spec.end_location
    for node in reversed(nodes):
        halt = problem.nodes[node]
        way = 0.0 if after is None else problem.duration(halt.profile, halt.location, after)
        latest[node] = min(halt.close, following - way - halt.service)
        following, after = latest[node], halt.location
    return latest
