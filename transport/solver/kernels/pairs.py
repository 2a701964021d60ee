"""The cheapest insertion of a ride of two stops into a route on a metric road: the inner loop.

Same answer as the generator's cheapest row; bounds known of the route leave most pairs unjudged.
"""

from typing import NamedTuple

from transport.solver.kernels.jit import kernel
from transport.solver.kernels.layout import EPS, Compiled, Ints, Routes, Scratch
from transport.solver.kernels.scan import meets_nobody, room_for, write_candidate
from transport.solver.kernels.timing import (
    drive,
    earliest,
    length,
    measure_legs,
    pickup_position,
)

YES, UNSURE, NO = 0, 1, 2


class Pair(NamedTuple):
    """Where the two stops go; `trial` is the pair under judgement."""

    best: Ints
    trial: Ints


@kernel
def cheapest_pair(
    c: Compiled, s: Routes, work: Scratch, pair: Pair, v: int, ride: int, cap: float
) -> float:
    """Cost of the cheapest insertion, its gaps in `pair.best`; `cap` when none costs less."""
    size = s.size[v]
    best = cap
    if not c.fleet.allowed[ride, v] or size + 2 > s.stops.shape[1]:
        return best
    mode = c.fleet.mode[v]
    pickup = c.rides.stops[c.rides.first[ride]]
    boarding = c.nodes.service[mode, pickup]
    soonest = c.nodes.opens[pickup] + boarding - EPS
    for i in range(c.fleet.frozen[v], size - 1):
        if s.late[v, i + 1] < soonest:
            continue
        here = s.stops[v, i]
        begin = s.early[v, i] + c.nodes.service[mode, here] + drive(c, here, pickup)
        begin = max(begin, c.nodes.opens[pickup])
        if begin > c.nodes.closes[pickup] + EPS:
            break
        onward = begin + boarding + drive(c, pickup, s.stops[v, i + 1])
        if onward > s.late[v, i + 1] + EPS or _detour(c, s, v, pickup, i) >= best:
            continue  # on a metric road the delivery only adds to the detour
        if room_for(c, s, v, ride, i):
            best = _deliver_next(c, s, work, pair, v, ride, i, begin, best)
            best = _deliver_later(c, s, work, pair, v, ride, i, begin, best)
    return best


@kernel
def _slack(c: Compiled, s: Routes, v: int, stop: int, begin: float, j: int) -> bool:
    """Tell whether after a stop put in after position j the next one can still be met."""
    after = s.stops[v, j + 1]
    done = begin + c.nodes.service[c.fleet.mode[v], stop]
    return bool(done + drive(c, stop, after) <= s.late[v, j + 1] + EPS)


@kernel
def _detour(c: Compiled, s: Routes, v: int, stop: int, j: int) -> float:
    """Cost of a stop put in alone after position j, those aboard counted."""
    here, after = s.stops[v, j], s.stops[v, j + 1]
    cost = c.weights[0] * (length(c, here, stop) + length(c, stop, after) - length(c, here, after))
    if c.weights[1] > 0.0:
        longer = drive(c, here, stop) + drive(c, stop, after) - drive(c, here, after)
        longer += c.nodes.service[c.fleet.mode[v], stop]
        cost += c.weights[1] * s.aboard[v, j] * longer
    return float(cost)


@kernel
def _deliver_next(
    c: Compiled,
    s: Routes,
    work: Scratch,
    pair: Pair,
    v: int,
    ride: int,
    i: int,
    begin: float,
    best: float,
) -> float:
    """Try the delivery right after the pickup."""
    pickup = c.rides.stops[c.rides.first[ride]]
    delivery = c.rides.stops[c.rides.first[ride] + 1]
    mode = c.fleet.mode[v]
    way = drive(c, pickup, delivery)
    arrive = max(begin + c.nodes.service[mode, pickup] + way, c.nodes.opens[delivery])
    if arrive > c.nodes.closes[delivery] + EPS:
        return best
    here, after = s.stops[v, i], s.stops[v, i + 1]
    more = length(c, here, pickup) + length(c, pickup, delivery) + length(c, delivery, after)
    cost = c.weights[0] * more + c.weights[1] * way
    if s.size[v] > 2:  # noqa: PLR2004  a vehicle without a stop does not move
        cost -= c.weights[0] * length(c, here, after)
        if c.weights[1] > 0.0:
            longer = drive(c, here, pickup) + way + drive(c, delivery, after)
            longer += c.nodes.service[mode, pickup] + c.nodes.service[mode, delivery]
            cost += c.weights[1] * s.aboard[v, i] * (longer - drive(c, here, after))
    else:
        cost += c.weights[2]
    if cost < best and _slack(c, s, v, delivery, arrive, i):
        return _judge(c, s, work, pair, v, ride, i, i, begin, arrive, cost, best)
    return best


@kernel
def _deliver_later(
    c: Compiled,
    s: Routes,
    work: Scratch,
    pair: Pair,
    v: int,
    ride: int,
    i: int,
    begin: float,
    best: float,
) -> float:
    """Try the delivery after each later stop, as long as the rider can stay aboard."""
    pickup = c.rides.stops[c.rides.first[ride]]
    delivery = c.rides.stops[c.rides.first[ride] + 1]
    mode, limit = c.fleet.mode[v], c.rides.limit[ride] + EPS
    if not c.rides.shareable[ride] or i + 1 >= s.size[v] - 1:
        return best
    base = _detour(c, s, v, pickup, i)
    riding = drive(c, pickup, s.stops[v, i + 1])
    boarded = begin
    begin = max(begin + c.nodes.service[mode, pickup] + riding, s.early[v, i + 1])
    for j in range(i + 1, s.size[v] - 1):
        if begin > s.late[v, j] + EPS or riding > limit or base >= best:
            break
        work.early[j] = begin
        here = s.stops[v, j]
        other = c.nodes.ride[here]
        if not room_for(c, s, v, ride, j) or (other >= 0 and not c.rides.shareable[other]):
            break
        free = begin + c.nodes.service[mode, here]
        riding += c.nodes.service[mode, here]
        arrive = max(free + drive(c, here, delivery), c.nodes.opens[delivery])
        if arrive > c.nodes.closes[delivery] + EPS:
            break
        aboard = riding + drive(c, here, delivery)
        if aboard <= limit:
            cost = base + _detour(c, s, v, delivery, j) + c.weights[1] * aboard
            if cost < best and _slack(c, s, v, delivery, arrive, j):
                best = _judge(c, s, work, pair, v, ride, i, j, boarded, arrive, cost, best)
        onward = drive(c, here, s.stops[v, j + 1])
        begin = max(free + onward, s.early[v, j + 1])
        riding += onward
    return best


@kernel
def _judge(
    c: Compiled,
    s: Routes,
    work: Scratch,
    pair: Pair,
    v: int,
    ride: int,
    i: int,
    j: int,
    boarded: float,
    arrive: float,
    cost: float,
    best: float,
) -> float:
    """Judge one pair exactly; return its cost and keep it when it is feasible."""
    if c.rides.clashes[ride] and not meets_nobody(c, s, v, ride, i, j):
        return best
    verdict = _ripple(c, s, work, v, ride, i, j, boarded, arrive)
    if verdict == UNSURE:
        pair.trial[0], pair.trial[1] = i, j
        size = write_candidate(c, s, work, pair.trial, v, ride)
        measure_legs(c, v, work.stops, size, work)
        for k in range(i + 1, j + 1):
            work.late[k] = work.early[k]  # the walk goes on with these after this pair
        verdict = YES if earliest(c, v, work.stops, size, work, work.early) else NO
        for k in range(i + 1, j + 1):
            work.early[k] = work.late[k]
    if verdict == NO:
        return best
    pair.best[0], pair.best[1] = i, j
    return cost


@kernel
def _ripple(
    c: Compiled,
    s: Routes,
    work: Scratch,
    v: int,
    ride: int,
    i: int,
    j: int,
    boarded: float,
    arrive: float,
) -> int:
    """Follow the delay down the route: NO when somebody is late, YES when all limits aboard hold
    as they are, UNSURE when a pickup would have to wait. `work.early` has the begins up to j."""
    pickup = c.rides.stops[c.rides.first[ride]]
    stop = c.rides.stops[c.rides.first[ride] + 1]
    mode, size = c.fleet.mode[v], s.size[v]
    need = arrive - c.nodes.stay[mode, stop]
    if need > c.nodes.closes[pickup] + EPS:
        return NO
    verdict = YES if need <= boarded + EPS else UNSURE
    begin = arrive
    for k in range(i + 1, size):
        if k > j:
            begin += c.nodes.service[mode, stop] + drive(c, stop, s.stops[v, k])
            if begin <= s.early[v, k] + EPS:
                return verdict  # the delay ends here
            if begin > s.late[v, k] + EPS:
                return NO
            work.early[k] = begin
            stop = s.stops[v, k]
        verdict = max(verdict, _aboard_too_long(c, s, work, v, i, k))
        if verdict == NO:
            return NO
    if work.early[size - 1] - c.fleet.max_duration[v] > s.early[v, 0] + EPS:
        verdict = UNSURE
    return verdict


@kernel
def _aboard_too_long(c: Compiled, s: Routes, work: Scratch, v: int, i: int, k: int) -> int:
    """Judge the rider delivered at k: YES within the limit, UNSURE if the pickup could wait."""
    head = pickup_position(c, s.stops[v, k], s.at)
    if head < 0:
        return YES
    need = work.early[k] - c.nodes.stay[c.fleet.mode[v], s.stops[v, k]]
    if need <= (s.early[v, head] if head <= i else work.early[head]) + EPS:
        return YES
    return UNSURE if need <= s.late[v, head] + EPS else NO
