"""The one generator of feasible insertions: every way to put a ride into a route.

Stops are placed from the first to the last; a partial placement is left as soon as windows, room,
company or the limit aboard cannot be met by any completion. What is complete is judged exactly.
"""

from typing import NamedTuple

from transport.solver.kernels.jit import kernel, kernel_called
from transport.solver.kernels.layout import (
    EPS,
    PICKUP,
    VISIT,
    Compiled,
    Flags,
    Floats,
    Ints,
    Routes,
    Scratch,
)
from transport.solver.kernels.routes import route_cost
from transport.solver.kernels.timing import (
    drive,
    earliest,
    is_driven_too_far,
    latest,
    length,
    measure_legs,
)


class Rows(NamedTuple):
    """Insertions found, one a row; `gaps[k]` is the position the k-th stop comes after."""

    vehicle: Ints
    gaps: Ints
    distance: Floats
    cost: Floats
    early: Floats
    late: Floats
    shares: Flags


class Cursor(NamedTuple):
    """Where each stop of the ride stands: its gap, when the old stop there and it itself begin."""

    gap: Ints
    there: Floats
    begin: Floats


@kernel
def scan_vehicle(
    c: Compiled, s: Routes, work: Scratch, cursor: Cursor, rows: Rows, v: int, ride: int, found: int
) -> int:
    """Add every feasible insertion into one route; return how many rows there are now.

    Rows beyond the room there is are counted, not written.
    """
    count = c.rides.first[ride + 1] - c.rides.first[ride]
    top = s.size[v] - 2
    if not c.fleet.allowed[ride, v] or s.size[v] + count > s.stops.shape[1]:
        return found
    q = 0
    cursor.gap[0] = c.fleet.frozen[v]
    cursor.there[0] = s.early[v, cursor.gap[0]]
    while q >= 0:
        if cursor.gap[q] > top:
            q -= 1
        elif _place(c, s, cursor, v, ride, q):
            if q < count - 1:
                q += 1
                cursor.gap[q] = cursor.gap[q - 1]
                continue
            found += _judge(c, s, work, cursor, rows, v, ride, found)
        if q >= 0:
            _advance(c, s, cursor, v, ride, q)
    return found


@kernel_called
def scan(
    c: Compiled, s: Routes, work: Scratch, cursor: Cursor, rows: Rows, vehicles: Ints, ride: int
) -> int:
    """Write every feasible insertion of the ride into the given routes; return how many."""
    found = 0
    for v in vehicles:
        found = scan_vehicle(c, s, work, cursor, rows, v, ride, found)
    return found


@kernel
def _before(c: Compiled, s: Routes, cursor: Cursor, v: int, ride: int, q: int) -> int:
    """Node that comes before the q-th stop where it stands."""
    if q > 0 and cursor.gap[q] == cursor.gap[q - 1]:
        return int(c.rides.stops[c.rides.first[ride] + q - 1])
    return int(s.stops[v, cursor.gap[q]])


@kernel
def _time_before(cursor: Cursor, q: int) -> float:
    if q > 0 and cursor.gap[q] == cursor.gap[q - 1]:
        return float(cursor.begin[q - 1])
    return float(cursor.there[q])


@kernel
def _place(c: Compiled, s: Routes, cursor: Cursor, v: int, ride: int, q: int) -> bool:
    """Time the q-th stop where it stands; False: not in its window, no room, or too long aboard."""
    stop = c.rides.stops[c.rides.first[ride] + q]
    before = _before(c, s, cursor, v, ride, q)
    leg = c.nodes.service[c.fleet.mode[v], before] + drive(c, before, stop)
    cursor.begin[q] = max(c.nodes.opens[stop], _time_before(cursor, q) + leg)
    if cursor.begin[q] > c.nodes.closes[stop] + EPS:
        return False
    if q == 0:
        return c.nodes.role[stop] != PICKUP or room_for(c, s, v, ride, cursor.gap[0])
    return True


@kernel
def room_for(c: Compiled, s: Routes, v: int, ride: int, i: int) -> bool:
    """Tell whether the ride fits with those aboard after position i."""
    if s.alone[v, i] > 0 or (s.aboard[v, i] > 0 and not c.rides.shareable[ride]):
        return False
    for k in range(c.rides.demand.shape[1]):
        if s.load[v, i, k] + c.rides.demand[ride, k] > c.fleet.capacity[v, k]:
            return False
    return True


@kernel
def _advance(c: Compiled, s: Routes, cursor: Cursor, v: int, ride: int, q: int) -> None:
    """Move the q-th stop past the next old stop, or beyond the route when it cannot pass."""
    step = cursor.gap[q] + 1
    if step > s.size[v] - 2:
        cursor.gap[q] = s.size[v]
        return
    passed = s.stops[v, step]
    if q == 0:
        cursor.gap[0] = step
        cursor.there[0] = s.early[v, step]
        return
    before = _before(c, s, cursor, v, ride, q)
    leg = c.nodes.service[c.fleet.mode[v], before] + drive(c, before, passed)
    begin = max(c.nodes.opens[passed], _time_before(cursor, q) + leg)
    close = c.nodes.closes[passed]
    if c.road.metric:  # an insertion only delays, so what the old route knew still holds
        begin = max(begin, s.early[v, step])
        close = s.late[v, step]
    cursor.gap[q] = step
    cursor.there[q] = begin
    if begin > close + EPS or not _passes(c, s, v, ride, step):
        cursor.gap[q] = s.size[v]


@kernel
def _passes(c: Compiled, s: Routes, v: int, ride: int, step: int) -> bool:
    """Tell whether the ride may stay aboard while the old stop at `step` is served."""
    other = c.nodes.ride[s.stops[v, step]]
    if not c.rides.shareable[ride] or (other >= 0 and not c.rides.shareable[other]):
        return False
    return room_for(c, s, v, ride, step)


@kernel
def _judge(
    c: Compiled, s: Routes, work: Scratch, cursor: Cursor, rows: Rows, v: int, ride: int, row: int
) -> int:
    """Judge a complete placement exactly and write its row; return 1 when it is feasible."""
    count = c.rides.first[ride + 1] - c.rides.first[ride]
    first, last = cursor.gap[0], cursor.gap[count - 1]
    if not meets_nobody(c, s, v, ride, first, last):
        return 0
    size = write_candidate(c, s, work, cursor.gap, v, ride)
    measure_legs(c, v, work.stops, size, work)
    if is_driven_too_far(c, work.stops, size, work.at):
        return 0
    if not earliest(c, v, work.stops, size, work, work.early):
        return 0
    latest(c, v, work.stops, size, work, work.late)
    if row < len(rows.vehicle):
        rows.vehicle[row] = v
        rows.distance[row] = added_distance(c, s, cursor.gap, v, ride)
        cost = route_cost(c, v, work.stops, size, work.leg, s.aboard[v, 0])
        rows.cost[row] = cost - s.cost[v]
        rows.shares[row] = False
        for k in range(count):
            rows.gaps[row, k] = cursor.gap[k]
            rows.early[row, k] = work.early[cursor.gap[k] + k + 1]
            rows.late[row, k] = work.late[cursor.gap[k] + k + 1]
        for i in range(first, last + 1):
            rows.shares[row] = rows.shares[row] or s.aboard[v, i] > 0
    return 1


@kernel
def meets_nobody(c: Compiled, s: Routes, v: int, ride: int, first: int, last: int) -> bool:
    """Tell whether no incompatible rider is aboard between the gaps; a visit takes one moment."""
    is_visit = c.nodes.role[c.rides.stops[c.rides.first[ride]]] == VISIT
    if is_visit and (
        s.alone[v, first] > 0 or (s.aboard[v, first] > 0 and not c.rides.shareable[ride])
    ):
        return False
    if not c.rides.clashes[ride]:
        return True
    for i in range(1, s.size[v] - 1):
        other = c.nodes.ride[s.stops[v, i]]
        if other >= 0 and c.rides.clash[ride, other]:
            head = s.at[c.rides.stops[c.rides.first[other]]]
            head = 0 if c.rides.aboard_in[other] == v else head
            tail = s.at[c.rides.stops[c.rides.first[other + 1] - 1]]
            if head <= last and tail > first:
                return False
    return True


@kernel
def write_candidate(c: Compiled, s: Routes, work: Scratch, gaps: Ints, v: int, ride: int) -> int:
    """Write the route with the ride put in to `work.stops`; return its size."""
    count = c.rides.first[ride + 1] - c.rides.first[ride]
    size = 0
    k = 0
    for i in range(s.size[v]):
        work.stops[size] = s.stops[v, i]
        size += 1
        while k < count and gaps[k] == i:
            work.stops[size] = c.rides.stops[c.rides.first[ride] + k]
            size += 1
            k += 1
    return size


@kernel
def added_distance(c: Compiled, s: Routes, gaps: Ints, v: int, ride: int) -> float:
    """Distance the ride adds to the route, its stops put in after `gaps`."""
    first = c.rides.first[ride]
    count = c.rides.first[ride + 1] - first
    moving = s.size[v] > 2  # noqa: PLR2004  a vehicle without a stop does not move
    added = 0.0
    for k in range(count):
        stop = c.rides.stops[first + k]
        if k == 0 or gaps[k] != gaps[k - 1]:
            old = s.stops[v, gaps[k]]
            added += length(c, old, stop)
            if moving:
                added -= length(c, old, s.stops[v, gaps[k] + 1])
        else:
            added += length(c, c.rides.stops[first + k - 1], stop)
        if k == count - 1 or gaps[k + 1] != gaps[k]:
            added += length(c, stop, s.stops[v, gaps[k] + 1])
    return added
