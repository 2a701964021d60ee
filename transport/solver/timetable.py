"""From an order of stops to a `Route` with its times, by the exact schedule."""

from collections.abc import Sequence

import numpy as np

from transport.plan import Route, Stop
from transport.problem import Problem
from transport.solver.kernels.layout import Compiled, Floats
from transport.solver.kernels.routes import new_scratch
from transport.solver.kernels.schedule import new_net, schedule
from transport.solver.kernels.timing import drive


def timed_route(
    problem: Problem, compiled: Compiled, vehicle: int, stops: Sequence[int]
) -> Route | None:
    """Return the route with its best times; None when no schedule meets every limit.

    Least time aboard over all riders; then least time on duty, so that the vehicle leaves late and
    waits with nobody aboard; then as early as possible. It drives on as soon as it can.
    """
    nodes = len(problem.nodes)
    sequence = np.array([nodes + 2 * vehicle, *stops, nodes + 2 * vehicle + 1], dtype=np.int64)
    begin = np.zeros(len(sequence))
    work, net = new_scratch(compiled, len(sequence)), new_net(len(sequence))
    if not schedule(compiled, vehicle, sequence, len(sequence), work, net, begin):
        return None
    return _route(compiled, vehicle, [int(node) for node in sequence], begin)


def _route(compiled: Compiled, vehicle: int, sequence: list[int], begin: Floats) -> Route:
    service = compiled.nodes.service[compiled.fleet.mode[vehicle]]
    stops = []
    free = float(begin[0])
    for position in range(1, len(sequence) - 1):
        node = sequence[position]
        arrive = free + drive(compiled, sequence[position - 1], node)
        start = max(arrive, float(begin[position]))  # not an ulp before the wheels stand still
        free = start + float(service[node])
        stops.append(Stop(node=node, arrive=arrive, begin=start, depart=free))
    end = free + drive(compiled, sequence[-2], sequence[-1])
    return Route(vehicle=vehicle, start=float(begin[0]), stops=tuple(stops), end=end)
