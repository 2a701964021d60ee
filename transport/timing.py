"""Times of one route whose order is settled: some stops as late as can be, the rest early."""

from collections.abc import Collection, Mapping, Sequence

from transport.plan import Route, Stop
from transport.problem import Problem
from transport.solver.bounds import Begins, begin_bounds
from transport.solver.kernels.layout import Compiled


def time_route(
    compiled: Compiled,
    vehicle: int,
    nodes: Sequence[int],
    late: Collection[int] = (),
    pinned: Mapping[int, float] | None = None,
) -> Begins | None:
    """Begin service as late as feasible at the `late` nodes, at the pins, else early.

    None when the order has no schedule. Late beginnings are turned down to whole seconds.
    """
    pins = dict(pinned or {})
    bounds = begin_bounds(compiled, vehicle, nodes, pins)
    if bounds is None or not late:
        return bounds and bounds[0]
    pins |= {node: float(int(bounds[1][node])) for node in late}
    again = begin_bounds(compiled, vehicle, nodes, pins)
    return again and again[0]


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
