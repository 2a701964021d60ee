"""The pool of routes met: the cheapest order of each set of rides, for set partitioning."""

import numpy as np

from transport.solver.kernels.effort import Effort, Pool
from transport.solver.kernels.jit import kernel, kernel_apart, kernel_called
from transport.solver.kernels.layout import DELIVERY, EPS, VISIT, Compiled, Ints, Routes
from transport.solver.kernels.routes import set_route

SALT = np.uint64(0xBF58476D1CE4E5B9)
GOLD = np.uint64(0x9E3779B97F4A7C15)
STEPS = (np.uint64(30), np.uint64(27), np.uint64(31))


@kernel
def scramble(word: np.uint64) -> np.uint64:
    """Spread a word over 64 bits (splitmix64)."""
    word = (word ^ (word >> STEPS[0])) * SALT
    word = (word ^ (word >> STEPS[1])) * GOLD
    return word ^ (word >> STEPS[2])


@kernel
def _set_key(c: Compiled, s: Routes, v: int) -> np.uint64:
    """Hash of the rides of a route, whatever their order, and of what the vehicle can do."""
    word = scramble(np.uint64(c.fleet.kind[v] + 1) * GOLD)
    for i in range(1, s.size[v] - 1):
        word ^= scramble(np.uint64(s.stops[v, i] + 1) * SALT)
    return word


@kernel
def meet_pool(c: Compiled, s: Routes, x: Effort, v: int) -> None:
    """Add a route to the pool, or take over the cheaper order the pool knows for its rides."""
    size = s.size[v] - 2
    if size == 0 or size > x.pool.stops.shape[1]:
        return
    word = _set_key(c, s, v)
    mask = len(x.pool.slot) - 1
    slot = np.int64(word & np.uint64(mask))
    while x.pool.slot[slot] >= 0 and x.pool.key[x.pool.slot[slot]] != word:
        slot = (slot + 1) & mask
    index = x.pool.slot[slot]
    if index < 0:
        if x.pool.filled[0] == len(x.pool.key):
            return
        index = x.pool.filled[0]
        x.pool.filled[0] += 1
        x.pool.slot[slot] = index
        x.pool.key[index] = word
        x.pool.kind[index] = c.fleet.kind[v]
        x.pool.cost[index] = np.inf
    if s.cost[v] < x.pool.cost[index] - EPS:
        x.pool.cost[index] = s.cost[v]
        x.pool.size[index] = size
        for i in range(size):
            x.pool.stops[index, i] = s.stops[v, i + 1]
    elif s.cost[v] > x.pool.cost[index] + EPS:
        set_route(c, s, x.work, v, x.pool.stops[index, :size])


@kernel
def _too_dear(c: Compiled, s: Routes, x: Effort, v: int) -> float:
    """By how much a route costs more than its rides and its vehicle were worth."""
    dear = s.cost[v] - x.pool.price[len(c.rides.limit) + c.fleet.kind[v]]
    for i in range(1, s.size[v] - 1):
        node = s.stops[v, i]
        if c.nodes.role[node] == DELIVERY or c.nodes.role[node] == VISIT:
            dear -= x.pool.price[c.nodes.ride[node]]
    return float(dear)


@kernel_apart
def offer_touched(c: Compiled, s: Routes, x: Effort) -> None:
    """Remember the routes of a rejected plan that may serve in a better one."""
    if not c.road.metric:
        return
    for i in range(x.ledger.counts[1]):
        v = x.ledger.touched[i]
        if s.size[v] > 2 and _too_dear(c, s, x, v) < x.pool.margin[0]:  # noqa: PLR2004
            meet_pool(c, s, x, v)


@kernel_called
def keep_only(pool: Pool, kept: Ints) -> None:
    """Forget all routes but those at `kept`, which ascend."""
    mask = len(pool.slot) - 1
    for i in range(len(pool.slot)):
        pool.slot[i] = -1
    for i in range(len(kept)):
        old = kept[i]
        pool.key[i], pool.cost[i] = pool.key[old], pool.cost[old]
        pool.kind[i], pool.size[i] = pool.kind[old], pool.size[old]
        for k in range(pool.size[old]):
            pool.stops[i, k] = pool.stops[old, k]
        slot = np.int64(pool.key[i] & np.uint64(mask))
        while pool.slot[slot] >= 0:
            slot = (slot + 1) & mask
        pool.slot[slot] = i
    pool.filled[0] = len(kept)
