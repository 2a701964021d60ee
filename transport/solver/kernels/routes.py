"""Routes under change: put a ride in, take it out, bring what is known of the route up to date."""

import numpy as np

from transport.solver.kernels.jit import kernel, kernel_apart, kernel_called
from transport.solver.kernels.layout import (
    DELIVERY,
    MAX_STOPS,
    PICKUP,
    Compiled,
    Floats,
    Ints,
    Routes,
    Scratch,
)
from transport.solver.kernels.timing import (
    earliest,
    forward_only,
    is_driven_too_far,
    latest,
    length,
    measure_legs,
)

MIX = np.uint64(0x9E3779B97F4A7C15)
TURN = np.uint64(29)


def empty_routes(c: Compiled, room: int) -> Routes:
    """Allocate routes of at most `room` positions each, all of them without a stop."""
    vehicles, rides = len(c.fleet.mode), len(c.rides.limit)
    nodes, sums = len(c.nodes.role), c.rides.demand.shape[1]
    return Routes(
        stops=np.zeros((vehicles, room), dtype=np.int64),
        size=np.zeros(vehicles, dtype=np.int64),
        early=np.zeros((vehicles, room)),
        late=np.zeros((vehicles, room)),
        load=np.zeros((vehicles, room, sums)),
        aboard=np.zeros((vehicles, room), dtype=np.int64),
        alone=np.zeros((vehicles, room), dtype=np.int64),
        cost=np.zeros(vehicles),
        mark=np.zeros(vehicles, dtype=np.uint64),
        at=np.full(nodes, -1, dtype=np.int64),
        vehicle=np.full(rides, -1, dtype=np.int64),
    )


def copy_routes(s: Routes) -> Routes:
    """Copy the routes; nothing is shared with the original."""
    return Routes._make(array.copy() for array in s)


def new_scratch(c: Compiled, room: int) -> Scratch:
    """Allocate the room kernels need for one candidate route."""
    return Scratch(
        stops=np.zeros(room + MAX_STOPS, dtype=np.int64),
        early=np.zeros(room + MAX_STOPS),
        late=np.zeros(room + MAX_STOPS),
        leg=np.zeros(room + MAX_STOPS),
        at=np.full(len(c.nodes.role), -1, dtype=np.int64),
    )


@kernel_called
def set_route(c: Compiled, s: Routes, work: Scratch, v: int, inner: Ints) -> bool:
    """Give a vehicle these stops between its start and its end; False: no schedule or no room."""
    nodes = len(c.nodes.role) - 2 * len(c.fleet.mode)
    size = len(inner) + 2
    s.stops[v, 0] = nodes + 2 * v
    for i in range(len(inner)):
        s.stops[v, i + 1] = inner[i]
    s.stops[v, size - 1] = nodes + 2 * v + 1
    s.size[v] = size
    return refresh(c, s, work, v)


@kernel_apart
def refresh(c: Compiled, s: Routes, work: Scratch, v: int) -> bool:
    """Recompute all that is known of the route; False: no schedule or no room aboard."""
    stops, size = s.stops[v], s.size[v]
    for i in range(size):
        s.at[stops[i]] = i
    fits = _company(c, s, v)
    measure_legs(c, v, stops, size, work)
    s.cost[v] = route_cost(c, v, stops, size, work.leg, s.aboard[v, 0])
    s.mark[v] = _mark(c, stops, size, v)
    if size == 2:  # noqa: PLR2004  a vehicle without a stop stays where it is
        s.early[v, 0] = s.early[v, 1] = c.nodes.opens[stops[0]]
        s.late[v, 0] = s.late[v, 1] = c.nodes.closes[stops[1]]
        return fits
    feasible = earliest(c, v, stops, size, work, s.early[v])
    feasible = latest(c, v, stops, size, work, s.late[v]) and feasible
    feasible = feasible and not is_driven_too_far(c, stops, size, s.at)
    if not c.road.metric:
        forward_only(c, stops, size, work, s.early[v])
    return fits and feasible


@kernel
def _company(c: Compiled, s: Routes, v: int) -> bool:
    """Load and company after each stop; False when there is no room."""
    _board_at_start(c, s, v)
    aboard, alone = s.aboard[v, 0], s.alone[v, 0]  # arrays would be read again for every stop
    fits = alone == 0 or aboard == 1
    for i in range(1, s.size[v]):
        ride = c.nodes.ride[s.stops[v, i]]
        if ride >= 0:
            change = _change(c.nodes.role[s.stops[v, i]])
            aboard += change
            alone += 0 if c.rides.shareable[ride] else change
            s.vehicle[ride] = v
        s.aboard[v, i], s.alone[v, i] = aboard, alone
        fits = fits and (alone == 0 or aboard == 1)
    for k in range(c.rides.demand.shape[1]):
        fits = _loads(c, s, v, k) and fits
    return bool(fits)


@kernel
def _loads(c: Compiled, s: Routes, v: int, k: int) -> bool:
    """Load of one kind after each stop; False when there is no room for it."""
    load, room = s.load[v, 0, k], c.fleet.capacity[v, k]
    fits = load <= room
    for i in range(1, s.size[v]):
        ride = c.nodes.ride[s.stops[v, i]]
        if ride >= 0:
            load += _change(c.nodes.role[s.stops[v, i]]) * c.rides.demand[ride, k]
        s.load[v, i, k] = load
        fits = fits and load <= room
    return bool(fits)


@kernel
def _change(role: int) -> int:
    if role == PICKUP:
        return 1
    return -1 if role == DELIVERY else 0


@kernel
def _board_at_start(c: Compiled, s: Routes, v: int) -> None:
    for k in range(c.rides.demand.shape[1]):
        s.load[v, 0, k] = 0.0
    s.aboard[v, 0] = s.alone[v, 0] = 0
    if not c.fleet.carrying[v]:
        return
    for i in range(1, s.size[v]):
        node = s.stops[v, i]
        ride = c.nodes.ride[node]
        if ride >= 0 and c.rides.aboard_in[ride] == v and c.nodes.role[node] == DELIVERY:
            s.aboard[v, 0] += 1
            s.alone[v, 0] += 0 if c.rides.shareable[ride] else 1
            for k in range(c.rides.demand.shape[1]):
                s.load[v, 0, k] += c.rides.demand[ride, k]
            s.vehicle[ride] = v


@kernel
def route_cost(c: Compiled, v: int, stops: Ints, size: int, leg: Floats, aboard: int) -> float:
    """Cost of a route that starts with `aboard` riders: distance, time aboard, use of it."""
    if size == 2:  # noqa: PLR2004  a vehicle without a stop stays where it is
        return 0.0
    way = 0.0
    riding = 0.0
    for i in range(size - 1):
        way += length(c, stops[i], stops[i + 1])
        if c.weights[1] == 0.0:
            continue  # nobody counts the time aboard
        aboard += _change(c.nodes.role[stops[i]])
        riding += aboard * leg[i]
        if c.nodes.role[stops[i]] == PICKUP:
            riding -= c.nodes.service[c.fleet.mode[v], stops[i]]
    return float(c.weights[0] * way + c.weights[1] * riding + c.weights[2])


@kernel
def _mark(c: Compiled, stops: Ints, size: int, v: int) -> np.uint64:
    """Hash of the stops in order and of what the vehicle can do."""
    word = np.uint64(c.fleet.kind[v] + 1) * MIX
    for i in range(1, size - 1):
        word = (word ^ (word >> TURN) ^ np.uint64(stops[i] + 1)) * MIX
    return word


@kernel_called
def insert_ride(c: Compiled, s: Routes, work: Scratch, v: int, ride: int, gaps: Ints) -> bool:
    """Put the stops of a ride in after the positions `gaps`; False: no schedule or no room."""
    first = c.rides.first[ride]
    count = c.rides.first[ride + 1] - first
    write = s.size[v] + count - 1
    read = s.size[v] - 1
    for k in range(count - 1, -1, -1):
        while read > gaps[k]:
            s.stops[v, write] = s.stops[v, read]
            write -= 1
            read -= 1
        s.stops[v, write] = c.rides.stops[first + k]
        write -= 1
    s.size[v] += count
    return refresh(c, s, work, v)


@kernel
def drop_ride(c: Compiled, s: Routes, ride: int) -> int:
    """Take the stops of a ride out without `refresh`; return the vehicle it was in, or -1."""
    v = s.vehicle[ride]
    if v < 0:
        return -1
    kept = 0
    for i in range(s.size[v]):
        node = s.stops[v, i]
        if c.nodes.ride[node] == ride:
            s.at[node] = -1
        else:
            s.stops[v, kept] = node
            kept += 1
    s.size[v] = kept
    s.vehicle[ride] = -1
    return int(v)
