"""Best-first search of one request: care stops by their bound, each explored with its vehicles.

A stop is left out only when its lower bound is no better than what is already in hand; so what
remains holds an optimum. When the budget ends first, the bound of the next stop is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.journeys import Budget, CareStop, JourneyRequest, PharmacyStop
from regulation.kernel.modes import Encounter
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from transport.chunk import SECOND, ChunkBuilder, open_after
from transport.explore import Found, Key, explore
from transport.fleet import FleetView
from transport.ground import Ground
from transport.live_fleet import Duty, Epoch, duties_for
from transport.memo import TravelMemo
from transport.settings import PairingSettings
from transport.solver.insertions import state_of
from transport.stop_table import Profiles, geometry, stop_table
from transport.ways import Scales


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Terrain:
    """What all requests of one instant share."""

    fleet: FleetView
    travel: TravelMemo
    scales: Scales
    settings: PairingSettings
    now: datetime


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
    queue = _Queue(ground, budget.alternatives)
    limit = max(1, int(terrain.settings.max_stops * budget.deterministic))
    while True:
        chosen = queue.take(min(terrain.settings.chunk, limit - queue.taken))
        if not chosen:
            beyond = queue.next_bound()
            return Outcome(
                ground=ground,
                builder=builder,
                found=tuple(queue.found),
                beyond=beyond,
                looked=queue.taken,
            )
        pharmacies = {n: _pharmacies(ground, terrain, n) for n in chosen if _travels(ground, n)}
        queue.keep(_explore(ground, builder, chosen, pharmacies), pharmacies)


class _Queue:
    """Care stops in order of their bound, and what has been found so far."""

    def __init__(self, ground: Ground, alternatives: int) -> None:
        self._ground = ground
        self._alternatives = alternatives
        self._order = np.lexsort((ground.table.burden_bound, ground.table.late)).tolist()
        self._next = 0
        self._best: dict[str, Key] = {}
        self._left_open: list[Key] = []
        self.found: list[Found] = []
        self.taken = 0

    def take(self, count: int) -> list[int]:
        """Take the next stops that may still matter."""
        chosen: list[int] = []
        while len(chosen) < count and self._next < len(self._order):
            number = self._order[self._next]
            if self._may_matter(number):
                chosen.append(number)
            self._next += 1
        self.taken += len(chosen)
        return chosen

    def keep(self, found: Sequence[Found], pharmacies: Mapping[int, "_Pharmacies"]) -> None:
        """Remember what was found, by place, and what its pharmacies left open."""
        for one in found:
            place = self._ground.stop(one.stop).place_id
            self._best[place] = min(one.best, self._best.get(place, one.best))
            self.found.append(one)
            left = pharmacies[one.stop].next_bound if one.stop in pharmacies else None
            if left is not None and left < one.best:
                self._left_open.append(left)

    def next_bound(self) -> Key | None:
        """Bound of what is left out and may still matter; None when nothing is."""
        left = [self._bound(n) for n in self._order[self._next :] if self._may_matter(n)]
        return min([*left, *self._left_open], default=None)

    def _bound(self, number: int) -> Key:
        table = self._ground.table
        extra = int(table.burden_bound[number] - table.burden[number])
        return self._ground.key(number, extra, 0)

    def _may_matter(self, number: int) -> bool:
        """A stop matters when it could enter the best places, or better one of them."""
        bound = self._bound(number)
        place = self._ground.stop(number).place_id
        known = self._best.get(place)
        if known is not None and bound >= known:
            return False
        ranked = sorted(self._best.values())
        return len(ranked) < self._alternatives or bound < ranked[self._alternatives - 1]


def _ground(request: JourneyRequest, terrain: Terrain) -> Ground:
    epoch = Epoch(terrain.now)
    profiles = Profiles(terrain.travel, terrain.now)
    for stop in request.stops:
        profiles.number(stop.start)
        profiles.number(stop.end)
    last = max(stop.end for stop in request.stops)
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


def _explore(
    ground: Ground,
    builder: ChunkBuilder,
    chosen: Sequence[int],
    pharmacies: Mapping[int, "_Pharmacies"],
) -> list[Found]:
    stops = {number: (ground.stop(number), near.kept) for number, near in pharmacies.items()}
    chunk = builder.build(stops, _useful(ground, [stop for stop, _ in stops.values()]))
    state = state_of(chunk.problem)
    found = (explore(ground, chunk, state, number) for number in chosen)
    return [one for one in found if one is not None]


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
class _Pharmacies:
    """Pharmacies looked at on the way home from a care stop, and the bound of the next one."""

    kept: tuple[PharmacyStop, ...]
    next_bound: Key | None


def _pharmacies(ground: Ground, terrain: Terrain, number: int) -> _Pharmacies:
    """Pharmacies open after care, by what the way home through them weighs at best."""
    stop = ground.stop(number)
    usable = [one for one in ground.request.pharmacies if _is_usable(one, stop, ground)]
    if not usable:
        return _Pharmacies((), None)
    weight = _homeward_weight(ground, terrain, number, usable)
    order = np.argsort(weight, kind="stable")
    many = ground.settings.pharmacies
    kept = tuple(usable[index] for index in order[:many])
    if len(order) <= many:
        return _Pharmacies(kept, None)
    there = ground.there(number).car_s
    scales = ground.scales
    bound = (scales.aboard + scales.away) * there + weight[order[many]]
    return _Pharmacies(kept, ground.key(number, int(bound), 0))


def _is_usable(pharmacy: PharmacyStop, stop: CareStop, ground: Ground) -> bool:
    window = open_after(pharmacy, stop.end)
    latest = stop.end + ground.settings.max_wait_home_s * SECOND
    return window is not None and window.start <= latest


def _homeward_weight(
    ground: Ground, terrain: Terrain, number: int, pharmacies: Sequence[PharmacyStop]
) -> NDArray[np.float64]:
    stop, scales = ground.stop(number), ground.scales
    places = [pharmacy.position for pharmacy in pharmacies]
    to = terrain.travel.durations([stop.position], places, stop.end)[0]
    rows = [ground.ways.index[place] for place in places]
    on = ground.ways.back.travel[ground.table.end_profile[number], rows, -1]
    own = np.array([scales.weigh(pharmacy.penalties)[0] for pharmacy in pharmacies])
    return np.asarray((scales.aboard + scales.away) * (to + on) + own, dtype=np.float64)
