"""Take journeys out: those related to one, strings of neighbouring routes, or any."""

from transport.solver.kernels.chance import below, uniform
from transport.solver.kernels.effort import Effort
from transport.solver.kernels.jit import kernel
from transport.solver.kernels.layout import Compiled, Routes
from transport.solver.kernels.recreate import touch
from transport.solver.kernels.routes import drop_ride, refresh

RELATED, STRINGS = 0.5, 0.9
"""Chances of the kinds of ruin, cumulated; the rest is random."""


@kernel
def take_out(c: Compiled, s: Routes, x: Effort, j: int) -> bool:
    """Take one journey out of its routes, `refresh` left to do; False when it must stay."""
    option = x.now.option[j]
    if option < 0 or x.choices.fixed[j]:
        return False
    for k in range(x.choices.ride_first[option], x.choices.ride_first[option + 1]):
        v = drop_ride(c, s, x.choices.rides[k])
        if v >= 0:
            touch(x, v)
    care = x.choices.care[option]
    if care >= 0:
        x.now.care[care] -= 1
    x.now.option[j] = -1
    add_out(x, j)
    return True


@kernel
def add_out(x: Effort, j: int) -> None:
    """List a journey among those to put back."""
    if not x.ledger.is_out[j]:
        x.ledger.is_out[j] = True
        x.ledger.out[x.ledger.counts[0]] = j
        x.ledger.counts[0] += 1


@kernel
def ruin(c: Compiled, s: Routes, x: Effort, wanted: int) -> bool:
    """Take about `wanted` journeys out and bring the routes they were in up to date.

    False: a route lost a stop that was a short cut, and has no schedule any more.
    """
    journeys = len(x.now.option)
    kind = uniform(x.chance)
    seed = below(x.chance, journeys)
    if kind < RELATED:
        _related(c, s, x, seed, wanted)
    elif kind < STRINGS:
        _strings(c, s, x, seed, wanted)
    else:
        for _ in range(wanted):
            take_out(c, s, x, below(x.chance, journeys))
    holds = True
    for i in range(x.ledger.counts[1]):
        holds = refresh(c, s, x.work, x.ledger.touched[i]) and holds
    return holds or c.road.metric


@kernel
def _related(c: Compiled, s: Routes, x: Effort, seed: int, wanted: int) -> None:
    take_out(c, s, x, seed)
    for rank in range(x.choices.near.shape[1]):
        if x.ledger.counts[0] >= wanted:
            return
        if uniform(x.chance) < 0.75:  # noqa: PLR2004  else the same few would always go together
            take_out(c, s, x, x.choices.near[seed, rank])


@kernel
def _strings(c: Compiled, s: Routes, x: Effort, seed: int, wanted: int) -> None:
    """Around the seed, take a stretch of consecutive rides out of each route met."""
    each = 1 + below(x.chance, max(1, wanted // 2))
    for rank in range(-1, x.choices.near.shape[1]):
        if x.ledger.counts[0] >= wanted:
            return
        j = seed if rank < 0 else x.choices.near[seed, rank]
        option = x.now.option[j]
        if option < 0 or x.choices.ride_first[option] == x.choices.ride_first[option + 1]:
            continue
        ride = x.choices.rides[x.choices.ride_first[option]]
        v = s.vehicle[ride]
        if v >= 0 and not x.ledger.is_touched[v]:
            middle = s.at[c.rides.stops[c.rides.first[ride]]]
            _stretch(c, s, x, v, middle, min(each, wanted - x.ledger.counts[0]))


@kernel
def _stretch(c: Compiled, s: Routes, x: Effort, v: int, middle: int, count: int) -> None:
    """Take out up to `count` journeys whose stops lie around one position of a route."""
    low = max(1, middle - below(x.chance, 2 * count))
    length = s.size[v] - 1 - low
    for i in range(length):
        x.ledger.line[i] = c.nodes.ride[s.stops[v, low + i]]
    taken = 0
    for i in range(length):
        ride = x.ledger.line[i]
        if taken < count and ride >= 0 and s.vehicle[ride] == v:
            taken += take_out(c, s, x, x.choices.of_ride[ride])
