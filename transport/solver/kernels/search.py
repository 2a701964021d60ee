"""Ruin and recreate under annealing: the loop (Schrimpf 2000; Christiaens & Vanden Berghe 2020)."""

import math

from transport.solver.kernels.chance import uniform
from transport.solver.kernels.effort import Effort, Standing
from transport.solver.kernels.jit import kernel, kernel_called
from transport.solver.kernels.layout import EPS, Compiled, Routes
from transport.solver.kernels.pool import meet_pool, offer_touched
from transport.solver.kernels.recreate import put_back, sort_out
from transport.solver.kernels.ruin import add_out, ruin

BLINK = 0.01
NOTABLE = 1.03
"""Routes of solutions at most this times the best are worth remembering."""


@kernel_called
def iterate(
    c: Compiled, s: Routes, x: Effort, rounds: int, hot: float, cooling: float, most: int
) -> float:
    """Do `rounds` iterations from temperature `hot`, multiplied by `cooling` after each.

    `most` is the most journeys taken out at once. Return the temperature reached.
    """
    only_adds = _only_adds(x)
    for _ in range(rounds):
        _begin(x)
        is_hopeless = not ruin(c, s, x, 1 + int(uniform(x.chance) * most))
        sort_out(x)
        bar = x.kept.total[0] - hot * math.log(1.0 - uniform(x.chance))
        for i in range(x.ledger.counts[0]):
            if is_hopeless:
                break
            put_back(c, s, x, x.ledger.out[i], BLINK)
            if c.road.metric and only_adds and _driven(s) >= bar:
                is_hopeless = True  # who is still out makes it no cheaper
        _sum_up(s, x)
        if not is_hopeless and x.now.total[0] < bar:
            if x.now.total[0] < x.best.total[0] * NOTABLE:
                _meet(c, s, x)
            _accept(s, x)
        else:
            offer_touched(c, s, x)
            _go_back(c, s, x)
        hot *= cooling
    return hot


@kernel_called
def start_from(c: Compiled, s: Routes, x: Effort) -> None:
    """Go on from the routes and options as they stand, remembered as best when they are."""
    for care in range(len(x.now.care)):
        x.now.care[care] = 0
    for j in range(len(x.now.option)):
        option = x.now.option[j]
        if option >= 0 and x.choices.care[option] >= 0:
            x.now.care[x.choices.care[option]] += 1
        x.ledger.out[j] = j
    x.ledger.counts[0] = len(x.now.option)
    for v in range(len(s.size)):
        x.ledger.touched[v] = v
    x.ledger.counts[1] = len(s.size)
    _meet(c, s, x)
    _accept(s, x)


@kernel
def _meet(c: Compiled, s: Routes, x: Effort) -> None:
    """Remember the routes touched, or take over the cheaper orders the pool knows."""
    for i in range(x.ledger.counts[1]):
        meet_pool(c, s, x, x.ledger.touched[i])
    _sum_up(s, x)


@kernel
def _begin(x: Effort) -> None:
    """Start an iteration: the journeys still unserved are out from the start."""
    x.ledger.counts[0] = x.ledger.counts[1] = 0
    for j in range(len(x.now.option)):
        x.ledger.is_out[j] = False
        if x.now.option[j] < 0:
            add_out(x, j)
    for v in range(len(x.ledger.is_touched)):
        x.ledger.is_touched[v] = False


@kernel
def _only_adds(x: Effort) -> bool:
    """Tell whether no option brings a cost below zero."""
    least = 0.0
    for option in range(len(x.choices.cost)):
        least = min(least, x.choices.cost[option])
    return least >= 0.0


@kernel
def _driven(s: Routes) -> float:
    """What the routes cost as they stand."""
    total = 0.0
    for v in range(len(s.cost)):
        total += s.cost[v]
    return total


@kernel
def _sum_up(s: Routes, x: Effort) -> None:
    total = _driven(s)
    for j in range(len(x.now.option)):
        option = x.now.option[j]
        total += x.choices.weight[j] if option < 0 else x.choices.cost[option]
    x.now.total[0] = total


@kernel
def _copy_standing(x: Effort, source: Standing, target: Standing) -> None:
    for i in range(x.ledger.counts[0]):
        j = x.ledger.out[i]
        target.option[j] = source.option[j]
    for care in range(len(source.care)):
        target.care[care] = source.care[care]
    target.total[0] = source.total[0]


@kernel
def _accept(s: Routes, x: Effort) -> None:
    _copy_standing(x, x.now, x.kept)
    for i in range(x.ledger.counts[1]):
        copy_route(s, x.kept_routes, x.ledger.touched[i])
    if x.now.total[0] < x.best.total[0] - EPS:
        keep_best(s, x)


@kernel
def keep_best(s: Routes, x: Effort) -> None:
    """Remember the solution under change as the best ever."""
    for j in range(len(x.now.option)):
        x.best.option[j] = x.now.option[j]
    for care in range(len(x.now.care)):
        x.best.care[care] = x.now.care[care]
    x.best.total[0] = x.now.total[0]
    for v in range(len(s.size)):
        x.best_size[v] = s.size[v]
        for i in range(s.size[v]):
            x.best_stops[v, i] = s.stops[v, i]


@kernel
def _go_back(c: Compiled, s: Routes, x: Effort) -> None:
    for i in range(x.ledger.counts[0]):
        option = x.now.option[x.ledger.out[i]]
        if option >= 0:
            for k in range(x.choices.ride_first[option], x.choices.ride_first[option + 1]):
                s.vehicle[x.choices.rides[k]] = -1
    _copy_standing(x, x.kept, x.now)
    for i in range(x.ledger.counts[1]):
        v = x.ledger.touched[i]
        copy_route(x.kept_routes, s, v)
        for k in range(s.size[v]):
            node = s.stops[v, k]
            s.at[node] = k
            if c.nodes.ride[node] >= 0:
                s.vehicle[c.nodes.ride[node]] = v


@kernel
def copy_route(source: Routes, target: Routes, v: int) -> None:
    """Copy one route and all that is known of it."""
    target.size[v] = source.size[v]
    target.cost[v] = source.cost[v]
    target.mark[v] = source.mark[v]
    for i in range(source.size[v]):
        target.stops[v, i] = source.stops[v, i]
        target.early[v, i] = source.early[v, i]
        target.late[v, i] = source.late[v, i]
        target.aboard[v, i] = source.aboard[v, i]
        target.alone[v, i] = source.alone[v, i]
        for k in range(source.load.shape[2]):
            target.load[v, i, k] = source.load[v, i, k]
