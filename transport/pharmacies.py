"""Pharmacies on the way home: which will be open after care, and the ways by each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields, replace

import numpy as np

from regulation.kernel.places import Position
from transport.arrays import Ints, ints
from transport.ground import Ground, Trip
from transport.memo import Block, TravelMemo
from transport.openings import Opening, OpeningTable


@dataclass(frozen=True, slots=True)
class Halts:
    """Openings that suit the way home from one care stop, as arrays.

    `numbers` are those of the openings; `to`, `on` the ways of a car to the pharmacy and on to
    home; service begins between `opens` and `closes`; `burden` and `cost` are the pharmacy's own.
    """

    numbers: Ints
    to_s: Ints
    to_m: Ints
    on_s: Ints
    on_m: Ints
    opens: Ints
    closes: Ints
    service: Ints
    burden: Ints
    cost: Ints

    def __len__(self) -> int:
        return len(self.numbers)

    def some(self, rows: Ints) -> "Halts":
        """Keep some of them, in this order."""
        return Halts(*(getattr(self, one.name)[rows] for one in fields(self)))


@dataclass(slots=True)
class Pharmacies:
    """The pharmacies of one request and their openings, as arrays.

    `places` are the rows in the geometry of the places of care, `care` the place of each stop
    among them; `rows`, `service` and `weights` (burden) are by pharmacy, `to` from place to
    pharmacy; `ever_open` are the pharmacies that have an opening.
    """

    ground: Ground
    travel: TravelMemo
    openings: Sequence[Opening] = field(init=False)
    places: Ints = field(init=False)
    care: Ints = field(init=False)
    rows: Ints = field(init=False)
    service: Ints = field(init=False)
    weights: Ints = field(init=False)
    ever_open: Ints = field(init=False)
    to: Block = field(init=False)
    _whose: Ints = field(init=False)
    _arrays: Ints = field(init=False)

    def __post_init__(self) -> None:
        ground, known = self.ground, self.ground.request.pharmacies
        latest = int(ground.table.end.max(initial=0)) + ground.settings.max_wait_home_s + 1
        table = self._openings(latest)
        self.openings, whose = table.each, table.whose
        self.rows = ints([ground.ways.index[one.position] for one in known])
        self.service = ints([one.service_s for one in known])
        self._whose, self.ever_open = whose, np.unique(whose)
        weighed = ints([ground.scales.weigh(one.penalties) for one in known]).reshape(-1, 2)
        self.weights = weighed[:, 0]
        service, (burden, cost) = self.service[whose], weighed[whose].T
        self._arrays = np.stack([table.opens, table.closes - service, service, burden, cost])
        self.places, self.care = np.unique(ground.table.place, return_inverse=True)
        every = list(ground.ways.index)
        care = [every[place] for place in self.places]
        self.to = self._ways_to(care)

    def _openings(self, latest: int) -> OpeningTable:
        """Openings before an instant, of those known of the request if they go as far."""
        ground, known = self.ground, self.ground.known.openings
        if known is None or known.until < latest:
            known = OpeningTable.of(ground.request.pharmacies, ground.epoch.start, latest)
            ground.known.openings = known
        return known.before(latest)

    def _ways_to(self, care: Sequence[Position]) -> Block:
        ground, asked = self.ground, self.ground.known.to_pharmacies
        instants = ground.profiles.instants
        key = tuple(care), len(instants)
        if key not in asked:
            where = [one.position for one in ground.request.pharmacies]
            asked[key] = self.travel.ways(care, where, instants)
        return asked[key]

    def halts(self, number: int) -> Halts:
        """Openings that begin before one gives up waiting at the care stop, and are not over."""
        ground = self.ground
        end, profile = int(ground.table.end[number]), int(ground.table.end_profile[number])
        opens, closes, service, burden, cost = self._arrays
        last = end + ground.settings.max_wait_home_s
        numbers = np.flatnonzero((closes >= end) & (opens <= last))
        whose, care = self._whose[numbers], int(self.care[number])
        rows, back = self.rows[whose], ground.ways.back
        return Halts(
            numbers=numbers,
            to_s=np.rint(self.to.travel[profile, care, whose]).astype(np.int64),
            to_m=np.rint(self.to.distance[care, whose]).astype(np.int64),
            on_s=np.rint(back.travel[profile, rows, -1]).astype(np.int64),
            on_m=np.rint(back.distance[rows, -1]).astype(np.int64),
            opens=opens[numbers],
            closes=closes[numbers],
            service=service[numbers],
            burden=burden[numbers],
            cost=cost[numbers],
        )

    def quickest(self, number: int, halts: Halts) -> Halts:
        """The same halts, with the ways in the least traffic."""
        whose = self._whose[halts.numbers]
        to = self.to.travel[:, self.care[number], whose].min(axis=0)
        on = self.ground.ways.back.travel[:, self.rows[whose], -1].min(axis=0)
        return replace(halts, to_s=np.rint(to).astype(np.int64), on_s=np.rint(on).astype(np.int64))

    def trips(self, number: int, halts: Halts, which: int) -> tuple[Trip, Trip]:
        """Return the ways of a car from a care stop to one of its halts, and on to home."""
        care, home = self.ground.stop(number).position, self.ground.request.home
        where = self.openings[int(halts.numbers[which])].pharmacy.position
        return (
            Trip(care, where, int(halts.to_s[which]), int(halts.to_m[which])),
            Trip(where, home, int(halts.on_s[which]), int(halts.on_m[which])),
        )
