"""Put journeys back where they cost least, with now and then a blink (Christiaens 2020)."""

import numpy as np

from transport.solver.kernels.chance import below, uniform
from transport.solver.kernels.effort import Effort
from transport.solver.kernels.jit import kernel, kernel_apart
from transport.solver.kernels.layout import EPS, MAX_STOPS, Compiled, Routes, Scratch
from transport.solver.kernels.pairs import Pair, cheapest_pair
from transport.solver.kernels.routes import drop_ride, insert_ride, refresh
from transport.solver.kernels.scan import Cursor, Rows, scan_vehicle

MIX = np.uint64(0xD6E8FEB86659FD93)
FOLD = np.uint64(32)
PACK = 1 << 15
BOUND = -1
"""Remembered in place of gaps: the cost is only a bound."""
LEEWAY = 1.25
TRIES = 4


@kernel
def cheapest_in(c: Compiled, s: Routes, x: Effort, v: int, ride: int, cap: float) -> float:
    """Cost of the cheapest insertion into one route, its gaps in `pair.best`; infinite when none
    costs less than `cap`.

    The search goes on to `LEEWAY` times `cap`: a bound remembered serves other caps too.
    """
    word = (s.mark[v] ^ np.uint64(ride + 1)) * MIX
    word ^= word >> FOLD
    slot = np.int64(word & np.uint64(len(x.memory.key) - 1))
    if x.memory.key[slot] == word:
        cost, packed = float(x.memory.cost[slot]), x.memory.gaps[slot]
        if cost >= cap:
            return np.inf
        if packed != BOUND:
            for k in range(MAX_STOPS):
                x.pair.best[k] = packed % PACK
                packed //= PACK
            return cost
    wide = cap * LEEWAY
    cost = _searched(c, s, x.work, x.cursor, x.rows, x.pair, v, ride, wide)
    packed = 0
    for k in range(c.rides.first[ride + 1] - c.rides.first[ride] - 1, -1, -1):
        packed = packed * PACK + x.pair.best[k]
    x.memory.key[slot] = word
    x.memory.cost[slot] = cost
    x.memory.gaps[slot] = packed if cost < wide else BOUND
    return cost if cost < cap else np.inf


@kernel_apart
def _searched(
    c: Compiled,
    s: Routes,
    work: Scratch,
    cursor: Cursor,
    rows: Rows,
    pair: Pair,
    v: int,
    ride: int,
    cap: float,
) -> float:
    """Cost of the cheapest insertion; `cap` when none costs less."""
    count = c.rides.first[ride + 1] - c.rides.first[ride]
    is_plain = c.road.metric and not c.rides.is_far_bound
    if is_plain and count == 2:  # noqa: PLR2004  a pickup and a delivery
        return cheapest_pair(c, s, work, pair, v, ride, cap)
    found = scan_vehicle(c, s, work, cursor, rows, v, ride, 0)
    cost = cap
    for row in range(min(found, len(rows.vehicle))):
        if rows.cost[row] < cost:
            cost = rows.cost[row]
            for k in range(MAX_STOPS):
                pair.best[k] = rows.gaps[row, k]
    return cost


@kernel
def cheapest(c: Compiled, s: Routes, x: Effort, ride: int, blink: float) -> float:
    """Cost of the cheapest insertion anywhere; vehicle and gaps in `ledger.found`."""
    best = np.inf
    x.ledger.counts[2] += 1
    stamp = x.ledger.counts[2]
    for v in range(len(s.size)):
        if not c.fleet.allowed[ride, v]:
            continue
        if s.size[v] == 2:  # noqa: PLR2004  of vehicles alike without a stop, one is enough
            if x.ledger.kind_seen[c.fleet.kind[v]] == stamp:
                continue
            x.ledger.kind_seen[c.fleet.kind[v]] = stamp
        if blink > 0.0 and uniform(x.chance) < blink:
            continue
        cost = cheapest_in(c, s, x, v, ride, best)
        if cost < best:
            best = cost
            x.ledger.found[0] = v
            for k in range(MAX_STOPS):
                x.ledger.found[k + 1] = x.pair.best[k]
    return best


@kernel
def touch(x: Effort, v: int) -> None:
    """Remember that a route is no longer the one accepted last."""
    if not x.ledger.is_touched[v]:
        x.ledger.is_touched[v] = True
        x.ledger.touched[x.ledger.counts[1]] = v
        x.ledger.counts[1] += 1


@kernel
def _best_option(c: Compiled, s: Routes, x: Effort, j: int, cap: float, blink: float) -> int:
    """Option that looks cheapest when each of its rides is put in alone; -1: none under `cap`."""
    chosen = -1
    for option in range(x.choices.first[j], x.choices.first[j + 1]):
        total = x.choices.cost[option]
        if total >= cap - EPS:
            break  # options come cheapest first and rides never cost less than nothing
        care = x.choices.care[option]
        if care >= 0 and x.now.care[care] >= x.choices.care_room[care]:
            continue
        for k in range(x.choices.ride_first[option], x.choices.ride_first[option + 1]):
            total += cheapest(c, s, x, x.choices.rides[k], blink)
            if total >= cap:
                break
        if total < cap - EPS:
            cap = total
            chosen = option
            for k in range(MAX_STOPS + 1):
                x.ledger.chosen[k] = x.ledger.found[k]
    return chosen


@kernel
def _carry_out(c: Compiled, s: Routes, x: Effort, option: int, blink: float) -> bool:
    """Put all rides of an option in, or none of them."""
    low, high = x.choices.ride_first[option], x.choices.ride_first[option + 1]
    where = x.ledger.chosen if high == low + 1 else x.ledger.found
    for k in range(low, high):
        ride = x.choices.rides[k]
        done = False
        if high == low + 1 or np.isfinite(cheapest(c, s, x, ride, blink)):
            touch(x, where[0])
            done = insert_ride(c, s, x.work, where[0], ride, where[1:])
        if not done:
            for back in range(low, k + 1):
                v = drop_ride(c, s, x.choices.rides[back])
                if v >= 0:
                    refresh(c, s, x.work, v)
            return False
    return True


@kernel
def put_back(c: Compiled, s: Routes, x: Effort, j: int, blink: float) -> bool:
    """Give a journey its cheapest option; False: it stays unserved."""
    for _ in range(TRIES):
        option = _best_option(c, s, x, j, x.choices.weight[j], blink)
        if option < 0:
            return False
        if _carry_out(c, s, x, option, blink):
            x.now.option[j] = option
            care = x.choices.care[option]
            if care >= 0:
                x.now.care[care] += 1
            return True
    return False


@kernel
def sort_out(x: Effort) -> None:
    """Order the journeys that are out, by one of the sort keys or by chance."""
    keys = x.choices.order.shape[0]
    which = below(x.chance, 2 * keys)
    out = x.ledger.out
    for i in range(x.ledger.counts[0]):
        j = out[i]
        x.ledger.key[i] = x.choices.order[which, j] if which < keys else uniform(x.chance)
    for i in range(1, x.ledger.counts[0]):
        j, value = out[i], x.ledger.key[i]
        k = i - 1
        while k >= 0 and x.ledger.key[k] > value:
            out[k + 1] = out[k]
            x.ledger.key[k + 1] = x.ledger.key[k]
            k -= 1
        out[k + 1] = j
        x.ledger.key[k + 1] = value
