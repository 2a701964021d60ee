"""Earliest and latest times of a given route, exact with limits aboard and on its duration.

Beginnings of service obey difference constraints: forward ones (service, travel, windows) and
backward ones (a pickup not too long before its delivery, the start not too long before the end).
The passes below repeat until nothing moves; with B backward constraints a route that still moves
after B + 1 rounds has no schedule at all.
"""

from transport.solver.kernels.jit import kernel, kernel_called
from transport.solver.kernels.layout import (
    EPS,
    NOWHERE,
    Compiled,
    Floats,
    Ints,
    Scratch,
)


@kernel_called
def drive(c: Compiled, a: int, b: int) -> float:
    """Travel time between two nodes, service not counted."""
    end = c.nodes.location[b]
    if end == NOWHERE:
        return 0.0
    return float(c.road.travel[c.nodes.profile[a], c.nodes.location[a], end])


@kernel
def length(c: Compiled, a: int, b: int) -> float:
    """Distance between two nodes."""
    end = c.nodes.location[b]
    if end == NOWHERE:
        return 0.0
    return float(c.road.distance[c.nodes.location[a], end])


@kernel_called
def measure_legs(c: Compiled, v: int, stops: Ints, size: int, work: Scratch) -> None:
    """Fill service plus travel of each leg, and where each node is."""
    mode = c.fleet.mode[v]
    for i in range(size):
        work.at[stops[i]] = i
    for i in range(size - 1):
        work.leg[i] = c.nodes.service[mode, stops[i]] + drive(c, stops[i], stops[i + 1])


@kernel
def pickup_position(c: Compiled, node: int, at: Ints) -> int:
    """Position of the pickup of a delivery; -1 for other nodes and for riders already aboard."""
    pickup = c.nodes.pickup[node]
    return int(at[pickup]) if pickup >= 0 else -1


@kernel
def is_driven_too_far(c: Compiled, stops: Ints, size: int, at: Ints) -> bool:
    """Tell whether a rider is driven farther than the detour allowed, `at` being of these stops."""
    if not c.rides.is_far_bound:
        return False
    for j in range(size):
        ride = c.nodes.ride[stops[j]]
        i = pickup_position(c, stops[j], at)
        if i < 0:
            continue
        way = 0.0
        for k in range(i, j):
            way += length(c, stops[k], stops[k + 1])
        if way > c.rides.farthest[ride] + EPS:
            return True
    return False


@kernel
def _push_later(c: Compiled, stops: Ints, size: int, work: Scratch, early: Floats) -> bool:
    for i in range(size):
        if i > 0 and early[i - 1] + work.leg[i - 1] > early[i]:
            early[i] = early[i - 1] + work.leg[i - 1]
        if early[i] > c.nodes.closes[stops[i]] + EPS:
            return False
    return True


@kernel
def _pull_later(c: Compiled, v: int, stops: Ints, size: int, work: Scratch, early: Floats) -> bool:
    moved = False
    mode = c.fleet.mode[v]
    for j in range(size - 1, 0, -1):
        i = pickup_position(c, stops[j], work.at)
        if i >= 0 and early[j] - c.nodes.stay[mode, stops[j]] > early[i] + EPS:
            early[i] = early[j] - c.nodes.stay[mode, stops[j]]
            moved = True
    if early[size - 1] - c.fleet.max_duration[v] > early[0] + EPS:
        early[0] = early[size - 1] - c.fleet.max_duration[v]
        moved = True
    return moved


@kernel_called
def earliest(c: Compiled, v: int, stops: Ints, size: int, work: Scratch, early: Floats) -> bool:
    """Earliest beginnings of service, after `measure_legs`; False: there is no schedule."""
    for i in range(size):
        early[i] = c.nodes.opens[stops[i]]
    for _ in range(size + 1):
        if not _push_later(c, stops, size, work, early):
            return False
        if not _pull_later(c, v, stops, size, work, early):
            return True
    return False


@kernel
def _push_sooner(c: Compiled, stops: Ints, size: int, work: Scratch, late: Floats) -> bool:
    for i in range(size - 1, -1, -1):
        if i < size - 1 and late[i + 1] - work.leg[i] < late[i]:
            late[i] = late[i + 1] - work.leg[i]
        if late[i] < c.nodes.opens[stops[i]] - EPS:
            return False
    return True


@kernel
def _pull_sooner(c: Compiled, v: int, stops: Ints, size: int, work: Scratch, late: Floats) -> bool:
    moved = False
    mode = c.fleet.mode[v]
    for j in range(1, size):
        i = pickup_position(c, stops[j], work.at)
        if i >= 0 and late[i] + c.nodes.stay[mode, stops[j]] < late[j] - EPS:
            late[j] = late[i] + c.nodes.stay[mode, stops[j]]
            moved = True
    if late[0] + c.fleet.max_duration[v] < late[size - 1] - EPS:
        late[size - 1] = late[0] + c.fleet.max_duration[v]
        moved = True
    return moved


@kernel_called
def latest(c: Compiled, v: int, stops: Ints, size: int, work: Scratch, late: Floats) -> bool:
    """Latest beginnings of service, after `measure_legs`; False: there is no schedule."""
    for i in range(size):
        late[i] = c.nodes.closes[stops[i]]
    for _ in range(size + 1):
        if not _push_sooner(c, stops, size, work, late):
            return False
        if not _pull_sooner(c, v, stops, size, work, late):
            return True
    return False


@kernel
def forward_only(c: Compiled, stops: Ints, size: int, work: Scratch, early: Floats) -> None:
    """Earliest beginnings by windows and travel alone: they hold whatever comes after."""
    early[0] = c.nodes.opens[stops[0]]
    for i in range(1, size):
        early[i] = max(c.nodes.opens[stops[i]], early[i - 1] + work.leg[i - 1])
