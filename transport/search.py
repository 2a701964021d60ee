"""Best-first search of one request: care stops by their bound, each explored with its vehicles.

A stop is left out only when its lower bound is no better than what is already in hand; so what
remains holds an optimum. When the budget ends first, the bound of the next stop is told.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from regulation.kernel.journeys import Budget, CareStop, JourneyRequest, PharmacyStop
from regulation.kernel.modes import Encounter
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from transport.chunk import SECOND, ChunkBuilder
from transport.explore import Bar, Found, Key, explore, explore_at_home
from transport.fleet import FleetView
from transport.floors import Floors
from transport.ground import Ground
from transport.live_fleet import Duty, Epoch, duties_for
from transport.memo import TravelMemo
from transport.pharmacies import Pharmacies
from transport.settings import PairingSettings
from transport.solver.insertions import state_of
from transport.stop_table import Profiles, geometry, stop_table
from transport.ways import Scales

HALF_HOUR = timedelta(minutes=30)
"""Traffic changes no faster: every profile of the horizon is met at this step."""

MOST_PHARMACIES = 60
"""Past so many pharmacies looked at for one care stop, the rest is left unproven."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the search kept of one request, and the bound of what it left out.

    `beyond` None: nothing left out could be better than the journeys in hand.
    """

    ground: Ground | None
    builder: ChunkBuilder | None
    found: tuple[Found, ...]
    beyond: Key | None
    looked: int
    alternatives: int = 1

    def contenders(self) -> list[Found]:
        """The best stop of each of the best places: of one request alone, no other is chosen."""
        best: dict[str, Found] = {}
        for one in self.found:
            place = self.ground.stop(one.stop).place_id if self.ground else ""
            if place not in best or one.best < best[place].best:
                best[place] = one
        return sorted(best.values(), key=lambda one: one.best)[: self.alternatives]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """What all requests of one instant share."""

    fleet: FleetView
    travel: TravelMemo
    scales: Scales
    settings: PairingSettings
    now: datetime
    requests: int = 1


def search(request: JourneyRequest, terrain: Terrain, budget: Budget) -> Outcome:
    """Explore care stops until nothing left can matter, or the budget ends."""
    request = replace(request, ready_at=max(request.ready_at, terrain.now))
    if not request.stops:
        return Outcome(ground=None, builder=None, found=(), beyond=None, looked=0)
    ground = _ground(request, terrain)
    builder = ChunkBuilder(
        request=request,
        epoch=ground.epoch,
        travel=terrain.travel,
        profiles=ground.profiles,
        ways=ground.ways,
        settings=terrain.settings,
    )
    floors = Floors(ground, Pharmacies(ground, terrain.travel))
    scout = _Scout(ground, builder, floors)
    queue = _Queue(ground, floors, budget.alternatives, terrain.requests)
    limit = max(1, int(terrain.settings.max_stops * budget.deterministic))
    while chosen := queue.take(min(terrain.settings.chunk, limit - queue.taken)):
        queue.keep(scout.explore(chosen, queue.threshold, terrain.settings.pharmacies))
    many = terrain.settings.pharmacies
    while (again := queue.half_explored()) and many < MOST_PHARMACIES:
        many *= 3
        queue.keep(scout.explore(again, queue.threshold, many))
    return Outcome(
        ground=ground,
        builder=builder,
        found=tuple(queue.found.values()),
        beyond=queue.next_bound(),
        looked=queue.taken,
        alternatives=budget.alternatives,
    )


class _Queue:
    """Care stops in order of their bound, and what has been found so far."""

    def __init__(self, ground: Ground, floors: Floors, alternatives: int, copies: int) -> None:
        self._ground = ground
        self._copies = copies
        self._alike: Counter[object] = Counter()
        self._floors = floors
        self._alternatives = alternatives
        self._order = np.lexsort((ground.table.burden_bound, ground.table.late)).tolist()
        self._next = 0
        self._best: dict[str, Key] = {}
        self._left_open: dict[int, Key] = {}
        self.found: dict[int, Found] = {}
        self.taken = 0

    @property
    def threshold(self) -> Key | None:
        """A journey no better than this cannot enter the best places; None: any may."""
        ranked = sorted(self._best.values())
        return ranked[self._alternatives - 1] if len(ranked) >= self._alternatives else None

    def take(self, count: int) -> list[int]:
        """Take the next stops that may still matter."""
        chosen: list[int] = []
        while len(chosen) < count and self._next < len(self._order):
            number = self._order[self._next]
            if self._may_matter(number) and self._is_new(number):
                chosen.append(number)
            self._next += 1
        self.taken += len(chosen)
        return chosen

    def _is_new(self, number: int) -> bool:
        """Tell whether it isn't, but for its slot, a stop taken as often as there are requests."""
        stop = self._ground.stop(number)
        same = (
            stop.place_id,
            stop.start,
            stop.end,
            stop.encounter,
            frozenset(stop.penalties.items()),
        )
        self._alike[same] += 1
        return self._alike[same] <= self._copies

    def keep(self, explored: Mapping[int, "Explored"]) -> None:
        """Remember what was found, by place, and what its pharmacies left open."""
        for number, one in explored.items():
            self._left_open.pop(number, None)
            if one.pharmacies_left is not None:
                self._left_open[number] = one.pharmacies_left
            if one.found is not None:
                place = self._ground.stop(number).place_id
                best = one.found.best
                self._best[place] = min(best, self._best.get(place, best))
                self.found[number] = one.found

    def half_explored(self) -> list[int]:
        """Stops where a pharmacy not looked at could still better the best journey of all."""
        limit = min(self._best.values(), default=None)
        return [n for n, left in self._left_open.items() if self._betters(n, left, limit)]

    def next_bound(self) -> Key | None:
        """Bound of what is left out and may still matter; None when nothing is."""
        left = [self._bound(n) for n in self._order[self._next :] if self._may_matter(n)]
        left += [self._left_open[number] for number in self.half_explored()]
        return min(left, default=None)

    def _betters(self, number: int, bound: Key, limit: Key | None) -> bool:
        known = self.found[number].best if number in self.found else None
        return (limit is None or bound < limit) and (known is None or bound < known)

    def _bound(self, number: int) -> Key:
        table = self._ground.table
        extra = int(table.burden_bound[number] - table.burden[number])
        return self._ground.key(number, extra, 0)

    def _may_matter(self, number: int) -> bool:
        """A stop matters when it could enter the best places, or better one of them."""
        known = self._best.get(self._ground.stop(number).place_id)
        limit = self.threshold
        bars = [bar for bar in (known, limit) if bar is not None]
        if not bars:
            return True
        if self._bound(number) >= min(bars):
            return False
        if not _travels(self._ground, number):
            return True
        extra = self._floors.burden(number) - int(self._ground.table.burden[number])
        return self._ground.key(number, extra, 0) < min(bars)


def _ground(request: JourneyRequest, terrain: Terrain) -> Ground:
    epoch = Epoch(terrain.now)
    profiles = Profiles(terrain.travel, terrain.now)
    for stop in request.stops:
        profiles.number(stop.start)
        profiles.number(stop.end)
    last = max(stop.end for stop in request.stops)
    for half_hours in range(round((last - terrain.now) / HALF_HOUR) + 1):
        profiles.number(terrain.now + half_hours * HALF_HOUR)
    within = TimeWindow(terrain.now, last + 4 * request.needs.max_aboard_s * SECOND)
    duties = tuple(duties_for(terrain.fleet, request.needs, within))
    ways = geometry(terrain.travel, request, tuple(_places(request, duties)), profiles)
    table = stop_table(request, ways, profiles, terrain.scales, epoch)
    return Ground(
        request=request,
        epoch=epoch,
        profiles=profiles,
        ways=ways,
        table=table,
        duties=duties,
        scales=terrain.scales,
        settings=terrain.settings,
        requests=terrain.requests,
    )


def _places(request: JourneyRequest, duties: Sequence[Duty]) -> Iterator[Position]:
    for stop in request.stops:
        yield stop.position
    for pharmacy in request.pharmacies:
        yield pharmacy.position
    for duty in duties:
        yield from duty.places


def _travels(ground: Ground, number: int) -> bool:
    return ground.stop(number).encounter is Encounter.PATIENT_TRAVELS


@dataclass(frozen=True, slots=True)
class Explored:
    """What came of one care stop; `pharmacies_left`: bound of those not looked at."""

    found: Found | None
    pharmacies_left: Key | None


@dataclass(frozen=True, slots=True)
class _Scout:
    """Explores care stops, a chunk at a time."""

    ground: Ground
    builder: ChunkBuilder
    floors: Floors

    def explore(
        self, chosen: Sequence[int], threshold: Key | None, pharmacies: int
    ) -> dict[int, Explored]:
        """Explore these stops; ways that cannot beat the threshold may be left out."""
        ground = self.ground
        near = {
            number: self._pharmacies(number, pharmacies)
            for number in chosen
            if _travels(ground, number)
        }
        stops = {number: (ground.stop(number), found.kept) for number, found in near.items()}
        chunk = self.builder.build(stops, _useful(ground, [stop for stop, _ in stops.values()]))
        state = state_of(chunk.problem)
        explored = {
            number: Explored(explore_at_home(ground, number), None)
            for number in chosen
            if number not in near
        }
        for number, found in near.items():
            bar = Bar(threshold, self.floors)
            journey = explore(ground, chunk, state, number, bar)
            explored[number] = Explored(journey, found.next_bound)
        return explored

    def _pharmacies(self, number: int, many: int) -> "_Near":
        """Pharmacies to look at, and the bound of the journeys by all the others."""
        kept, following = self.floors.pharmacies.nearest(number, many)
        if following is None:
            return _Near(kept, None)
        ground, least = self.ground, self.floors.pharmacies.least_homeward(number)
        floor = self.floors.burden(number) - int(ground.table.burden[number])
        return _Near(kept, ground.key(number, floor + int(following - least), 0))


def _useful(ground: Ground, stops: Sequence[CareStop]) -> list[Duty]:
    """Shifts that overlap the journeys to these stops."""
    if not stops:
        return []
    ride = ground.request.needs.max_aboard_s * SECOND
    first = min(stop.doors_open for stop in stops) - ride
    last = max(stop.end for stop in stops) + 3 * ride
    window = TimeWindow(max(first, ground.epoch.start), last)
    return [duty for duty in ground.duties if duty.shift.overlaps(window)]


@dataclass(frozen=True, slots=True)
class _Near:
    """Pharmacies looked at on the way home from a care stop, and the bound of the next one."""

    kept: tuple[PharmacyStop, ...]
    next_bound: Key | None
