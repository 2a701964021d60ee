"""One care stop explored: the ways there and home that count, alone and together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

from regulation.kernel.modes import Encounter
from regulation.kernel.objective import Key
from transport.chunk import Task
from transport.fleet_ways import Scanner
from transport.ground import Ground
from transport.own_ways import OwnWays
from transport.same_vehicle import Pair, key_of, same_vehicle
from transport.ways import Way, not_dominated


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A care stop that can be reached: its ways, and the key of its best journey."""

    stop: int
    outward: tuple[Way, ...] = ()
    homeward: tuple[Way, ...] = ()
    pairs: tuple[Pair, ...] = ()
    best: Key


def explore_at_home(ground: Ground, number: int) -> Found | None:
    """A visit or a remote consultation; None when the team could not be there in time."""
    stop, table = ground.stop(number), ground.table
    if stop.encounter is Encounter.TEAM_TRAVELS:
        profile, place = table.start_profile[number], table.place[number]
        if table.start[number] < ground.ways.back.travel[profile, place, 0]:
            return None
    return Found(stop=number, best=ground.key(number, 0, 0))


def by_own_means(ground: Ground, number: int, own: OwnWays) -> Found | None:
    """What somebody can do without a vehicle of the fleet; None when it isn't a whole journey."""
    complete = [Pair(*two) for two in own.round_trips]
    return _found(ground, number, own.outward, own.homeward, complete)


def explore(
    scanner: Scanner,
    tasks: Sequence[Task],
    floors: Sequence[int],
    own: OwnWays,
    bar: Key | None,
) -> Found | None:
    """Explore the vehicles for one care stop; None when nothing feasible could pass the bar.

    The first task is the way there, the others the ways home, `floors` their least burdens. Ways
    that can only lead past the bar may be left out.
    """
    ground, number = scanner.ground, tasks[0].stop
    there = scanner.scan(tasks[:1])
    outward = tuple(not_dominated([*scanner.kept(there), *own.outward]))
    round_trips = [Pair(*two) for two in own.round_trips]
    if not outward:
        return _found(ground, number, (), (), round_trips)
    least = min(way.burden for way in outward)
    useful = [
        task
        for task, floor in zip(tasks[1:], floors, strict=True)
        if bar is None or ground.key(number, least + floor, 0) < bar
    ]
    if not useful:
        return _found(ground, number, outward, own.homeward, round_trips)
    home = scanner.scan(useful)
    homeward = tuple(not_dominated([*scanner.kept(home), *own.homeward]))
    found = _found(ground, number, outward, homeward, round_trips)
    best = found.best if found and (bar is None or found.best < bar) else bar
    pairs = list(same_vehicle(scanner, there, home, best))
    return _found(ground, number, outward, homeward, [*round_trips, *pairs])


def merged(one: Found, other: Found) -> Found:
    """Join what was found by different ways home from one care stop."""
    homeward = tuple(not_dominated([*one.homeward, *other.homeward]))
    pairs = (*one.pairs, *other.pairs)
    return replace(one, homeward=homeward, pairs=pairs, best=min(one.best, other.best))


def _found(
    ground: Ground,
    number: int,
    outward: tuple[Way, ...],
    homeward: tuple[Way, ...],
    pairs: Sequence[Pair],
) -> Found | None:
    keys = [key_of(ground, number, pair) for pair in pairs]
    keys += [
        ground.key(number, one.burden + two.burden, one.cost + two.cost)
        for one, two in product(outward, homeward)
        if one.duty is None or one.duty is not two.duty
    ]
    if not keys:
        return None
    return Found(
        stop=number, outward=outward, homeward=homeward, pairs=tuple(pairs), best=min(keys)
    )
