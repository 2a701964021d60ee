"""The best schedule of a given route: least time aboard, then least idling on duty, then earliest.

Beginnings of service are potentials under difference constraints, so the cost of a schedule is the
dual of a flow: every pickup sends one unit to the deliveries, the start a small unit to the end,
along the constraints. Units are sent one longest path after the other; the schedule is the longest
distances from the clock in what is left.
"""

from typing import NamedTuple

import numpy as np

from transport.solver.kernels.jit import kernel, kernel_called
from transport.solver.kernels.layout import DELIVERY, EPS, PICKUP, Compiled, Floats, Ints, Scratch
from transport.solver.kernels.timing import measure_legs, pickup_position

IDLE = 1.0 / 1024
"""Weight of a minute on duty against a rider's minute aboard."""
NEVER = -1e300


class Net(NamedTuple):
    """Constraints as arcs from `tail` to `head`, `length` apart at least, carrying `flow`."""

    tail: Ints
    head: Ints
    length: Floats
    flow: Floats
    supply: Floats
    reach: Floats
    arc: Ints
    arcs: Ints


def new_net(room: int) -> Net:
    """Allocate for routes of at most `room` positions."""
    arcs = 4 * room + 4
    return Net(
        tail=np.zeros(arcs, dtype=np.int64),
        head=np.zeros(arcs, dtype=np.int64),
        length=np.zeros(arcs),
        flow=np.zeros(arcs),
        supply=np.zeros(room + 1),
        reach=np.zeros(room + 1),
        arc=np.zeros(room + 1, dtype=np.int64),
        arcs=np.zeros(1, dtype=np.int64),
    )


@kernel_called
def schedule(
    c: Compiled, v: int, stops: Ints, size: int, work: Scratch, net: Net, begin: Floats
) -> bool:
    """Write the best beginnings of service of a route; False: it has no schedule."""
    measure_legs(c, v, stops, size, work)
    _lay_arcs(c, v, stops, size, work, net)
    if not _reach_from(net, size, size):
        return False
    for source in range(size + 1):
        while net.supply[source] > EPS:
            if not _reach_from(net, source, size) or not _send(net, source, size):
                return False
    if not _reach_from(net, size, size):
        return False
    for i in range(size):
        begin[i] = net.reach[i]
    return True


@kernel
def _add_arc(net: Net, tail: int, head: int, length: float) -> None:
    if np.isfinite(length):
        arc = net.arcs[0]
        net.tail[arc], net.head[arc] = tail, head
        net.length[arc], net.flow[arc] = length, 0.0
        net.arcs[0] = arc + 1


@kernel
def _lay_arcs(c: Compiled, v: int, stops: Ints, size: int, work: Scratch, net: Net) -> None:
    clock = size
    net.arcs[0] = 0
    for i in range(size + 1):
        net.supply[i] = 0.0
    for i in range(size):
        _add_arc(net, clock, i, c.nodes.opens[stops[i]])
        if i < size - 1:
            _add_arc(net, i, i + 1, work.leg[i])
        _add_arc(net, i, clock, -c.nodes.closes[stops[i]])
        pickup = pickup_position(c, stops[i], work.at)
        if pickup >= 0:
            _add_arc(net, i, pickup, -c.nodes.stay[c.fleet.mode[v], stops[i]])
        if c.nodes.role[stops[i]] == PICKUP:
            net.supply[i] += 1.0
        elif c.nodes.role[stops[i]] == DELIVERY:
            net.supply[i] -= 1.0
            net.supply[clock] += 0.0 if pickup >= 0 else 1.0
    _add_arc(net, size - 1, 0, -c.fleet.max_duration[v])
    net.supply[0] += IDLE
    net.supply[size - 1] -= IDLE


@kernel
def _reach_from(net: Net, source: int, size: int) -> bool:
    """Longest distances over arcs and, backward, over arcs that carry flow; False: a circle."""
    for i in range(size + 1):
        net.reach[i] = NEVER
        net.arc[i] = -1
    net.reach[source] = 0.0
    for _ in range(size + 2):
        moved = False
        for arc in range(net.arcs[0]):
            a, b, gap = net.tail[arc], net.head[arc], net.length[arc]
            if net.reach[a] > NEVER and net.reach[a] + gap > net.reach[b] + EPS:
                net.reach[b] = net.reach[a] + gap
                net.arc[b] = arc
                moved = True
            back = net.flow[arc] > EPS and net.reach[b] > NEVER
            if back and net.reach[b] - gap > net.reach[a] + EPS:
                net.reach[a] = net.reach[b] - gap
                net.arc[a] = arc
                moved = True
        if not moved:
            return True
    return False


@kernel
def _send(net: Net, source: int, size: int) -> bool:
    """Send what can be sent along the longest path to some position in want."""
    sink = -1
    for i in range(size + 1):
        if net.supply[i] < -EPS and net.reach[i] > NEVER:
            sink = i
            break
    if sink < 0:
        return False
    amount = min(net.supply[source], -net.supply[sink])
    i = sink
    while i != source:
        arc = net.arc[i]
        if net.head[arc] == i:
            i = net.tail[arc]
        else:
            amount = min(amount, net.flow[arc])
            i = net.head[arc]
    i = sink
    while i != source:
        arc = net.arc[i]
        forward = net.head[arc] == i
        net.flow[arc] += amount if forward else -amount
        i = net.tail[arc] if forward else net.head[arc]
    net.supply[source] -= amount
    net.supply[sink] += amount
    return True
