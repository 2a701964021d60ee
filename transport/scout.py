"""Looks at care stops: first what somebody can do alone, then, a batch at a time, the fleet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from transport.arrays import Ints, ints
from transport.chunk import ChunkBuilder
from transport.explore import Found, by_own_means, explore, explore_at_home, merged
from transport.fleet_ways import Scanner
from transport.floors import Floors, HomeFloors
from transport.frontier import Frontier, Stage
from transport.ground import Ground
from transport.idle import IdleFleet
from transport.own_ways import OwnWays, own_ways
from transport.pharmacies import Halts, Pharmacies
from transport.ways import NEVER, Way

FIRST_BATCH = 4
"""Care stops of different places looked at first, so that there is something to beat."""

BARREN = 3
"""Batches of few that led to no care stop not found before, in a row, after which many are looked
at: few vehicles come to any of them, and each batch takes its time to lay out."""

LOOKS = 8
"""Care stops looked at without the fleet, for each whose vehicles may be looked at."""

WIDER = 3
"""So many times more pharmacies are looked at when those looked at do not settle it."""


@dataclass(slots=True)
class Prospect:
    """What is known of a care stop before its vehicles are looked at.

    `there` is the least burden of the way there by the fleet; `order` ranks the halts by their
    floors, of which `seen` have been looked at; `found` is what came of it.
    """

    own: OwnWays
    halts: Halts
    floors: HomeFloors
    there: int
    order: Ints
    seen: int = 0
    found: Found | None = None

    @property
    def least_there(self) -> int:
        """Least burden of the way there by any means."""
        return min(self.there, _least(self.own.outward))

    @property
    def by_fleet(self) -> int:
        """Least burden of a journey of which a vehicle of the fleet does a part."""
        home = self.floors.least
        return min(self.least_there + home, self.there + _least(self.own.homeward))

    @property
    def next_floor(self) -> int:
        """Least burden of the way home by the halts not looked at; NEVER: there are none."""
        left = self.order[self.seen :]
        return int(self.floors.by_halt[left[0]]) if len(left) else NEVER

    def next_round(self, many: int) -> "Round":
        """Take the next halts to be looked at."""
        taken = self.order[self.seen : self.seen + many]
        self.seen += len(taken)
        floors = (self.floors.direct, *self.floors.by_halt[taken].tolist())
        return Round(self.halts.some(taken), floors)


@dataclass(frozen=True, slots=True)
class Round:
    """Halts to look at now on the way home from one care stop; floors: direct, then by each."""

    halts: Halts
    floors: tuple[int, ...]


@dataclass(slots=True, kw_only=True)
class Scout:
    """Looks at care stops and tells the frontier.

    `looked` counts the care stops looked at, `explored` how often the vehicles of one were;
    `look_up` is called before each.
    """

    ground: Ground
    builder: ChunkBuilder
    pharmacies: Pharmacies
    floors: Floors
    frontier: Frontier
    look_up: Callable[[], object]
    looked: int = 0
    explored: int = 0
    _barren: int = 0
    _fleet: IdleFleet | None = None
    _prospects: dict[int, Prospect] = field(default_factory=dict)

    def run(self, limit: int, is_over: Callable[[], bool]) -> bool:
        """Look until nothing left matters, or `limit` times at the vehicles of a care stop; tell
        whether time was up before. Something is looked at however late it is."""
        while batch := self._next_batch(limit):
            self._explore(batch)
            if is_over():
                return True
        return False

    def _next_batch(self, limit: int) -> list[int]:
        """Care stops whose vehicles are to be looked at next; what one can do alone is found.

        As long as there is nothing to beat, few stops are taken, of as many places.
        """
        chunk = self.ground.settings.chunk
        first = self.frontier.threshold is None and self._barren < BARREN
        size = min(FIRST_BATCH if first else chunk, chunk, limit - self.explored)
        batch: list[int] = []
        taken: set[str] = set()
        while len(batch) < size:
            may_open = self.looked < LOOKS * limit
            entry = self.frontier.pop(may_open=may_open, besides=taken if first else ())
            if entry is None:
                break
            _, number, stage = entry
            if stage is Stage.UNSEEN:
                self._look(number)
            elif not self._is_too_dear(number):
                taken.add(self.ground.stop(number).place_id)
                batch.append(number)
        self.frontier.recall()
        return batch

    def _look(self, number: int) -> None:
        """Find what one can do alone, and bound what the fleet could do."""
        self.look_up()
        self.looked += 1
        if not self.ground.table.travels[number]:
            self._keep(explore_at_home(self.ground, number))
            return
        prospect = self._prospect(number)
        self._keep(by_own_means(self.ground, number, prospect.own))
        if prospect.by_fleet < NEVER:
            self._prospects[number] = prospect
            key = self.ground.key(number, prospect.by_fleet, 0)
            self.frontier.push((key, number, Stage.BY_FLEET))

    def _is_too_dear(self, number: int) -> bool:
        """Tell whether no vehicle could better what is in hand, felt alike, for less cost."""
        prospect, bar = self._prospects[number], self.frontier.bar(number)
        if bar is None or self.ground.key(number, prospect.by_fleet, 0)[:2] < bar[:2]:
            return False
        there, home = self.floors.costs(number, prospect.halts)
        least = min(
            min(there, _least_cost(prospect.own.outward)) + home,
            there + _least_cost(prospect.own.homeward),
        )
        return self.ground.key(number, prospect.by_fleet, least) >= bar

    def _prospect(self, number: int) -> Prospect:
        halts = self.pharmacies.halts(number)
        floors = self.floors.homeward(number, halts)
        return Prospect(
            own=own_ways(self.ground, self.pharmacies, number, halts),
            halts=halts,
            floors=floors,
            there=self.floors.outward(number),
            order=np.argsort(floors.by_halt, kind="stable"),
        )

    def _keep(self, found: Found | None) -> None:
        if found is not None:
            self.frontier.keep(found)

    def _explore(self, batch: Sequence[int]) -> None:
        """Look at the vehicles for these care stops, best first."""
        ground, opened = self.ground, self.pharmacies.openings
        known = len(self.frontier.found)
        rounds = {number: self._next_round(number) for number in batch}
        fleet = self._fleet = self._fleet or IdleFleet(ground, self.builder.travel)
        duties = fleet.useful({number: one.halts for number, one in rounds.items()})
        rounds = {number: self._that_matter(number, one) for number, one in rounds.items()}
        stops = {
            number: (ground.stop(number), [opened[which] for which in one.halts.numbers])
            for number, one in rounds.items()
        }
        chunk = self.builder.build(stops, duties)
        scanner = Scanner.of(ground, chunk)
        for number, one in rounds.items():
            self.explored += 1
            self._explore_one(scanner, number, one)
        self._barren = self._barren + 1 if len(self.frontier.found) == known else 0

    def _next_round(self, number: int) -> Round:
        prospect, first = self._prospects[number], self.ground.settings.pharmacies
        return prospect.next_round(WIDER * prospect.seen or first)

    def _that_matter(self, number: int, one: Round) -> Round:
        """Leave out the halts by which no journey could better those in hand."""
        bar, there = self.frontier.bar(number), self._prospects[number].least_there
        if bar is None:
            return one
        direct, *by_halt = one.floors
        left = [
            row
            for row, floor in enumerate(by_halt)
            if self.ground.key(number, there + floor, 0) < bar
        ]
        return Round(one.halts.some(ints(left)), (direct, *(by_halt[row] for row in left)))

    def _explore_one(self, scanner: Scanner, number: int, one: Round) -> None:
        """Look at the vehicles for one care stop; what its other pharmacies could do is left."""
        self.look_up()
        prospect, frontier = self._prospects[number], self.frontier
        tasks, bar = scanner.chunk.tasks[number], frontier.bar(number)
        found = explore(scanner, tasks, one.floors, prospect.own, bar)
        if found is not None:
            known = prospect.found
            prospect.found = merged(known, found) if known else found
            frontier.keep(prospect.found)
        there = _least(found.outward) if found and found.outward else prospect.least_there
        burden = there + prospect.next_floor
        if burden < NEVER:
            key = self.ground.key(number, burden, 0)
            frontier.push((key, number, Stage.MORE_PHARMACIES))


def _least(ways: Sequence[Way]) -> int:
    return min((way.burden for way in ways), default=NEVER)


def _least_cost(ways: Sequence[Way]) -> int:
    return min((way.cost for way in ways), default=NEVER)
