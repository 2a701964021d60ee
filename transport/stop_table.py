"""The care stops of a request as arrays, and the ways between them and the person's ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import numpy as np

from regulation.kernel.journeys import CareStop, JourneyRequest
from regulation.kernel.modes import Encounter, Tier
from regulation.kernel.places import Position
from transport.arrays import Flags, Ints
from transport.live_fleet import Epoch
from transport.memo import Block, TravelMemo
from transport.ways import Scales

T = TypeVar("T")


class Profiles:
    """Traffic profiles met by a request, numbered, with one instant of each."""

    def __init__(self, travel: TravelMemo, first: datetime) -> None:
        self._travel = travel
        self._names: dict[str, int] = {}
        self._seen: dict[datetime, int] = {}
        self.instants: dict[str, datetime] = {}
        self.number(first)

    def number(self, at: datetime) -> int:
        """Return the number of the profile of an instant, a new one if need be."""
        known = self._seen.get(at)
        if known is None:
            name = self._travel.profile(at)
            known = self._names.setdefault(name, len(self._names))
            self.instants.setdefault(name, at)
            self._seen[at] = known
        return known


@dataclass(frozen=True, slots=True)
class Geometry:
    """Ways between the person's ends (origin, then home when it differs) and every place.

    `index` numbers the ends first, then the fixed places; `out` goes from each end to every
    place, `back` from every place to each end.
    """

    ends: tuple[Position, ...]
    index: Mapping[Position, int]
    out: Block
    back: Block

    def block(self, places: Sequence[Position], fixed: Block) -> Block:
        """Return the block over the ends, then these fixed places."""
        rows = np.array([self.index[place] for place in places], dtype=np.intp)
        columns = np.concatenate([np.arange(len(self.ends), dtype=np.intp), rows])
        below = np.concatenate([self.back.travel[:, rows, :], fixed.travel], axis=2)
        below_m = np.concatenate([self.back.distance[rows, :], fixed.distance], axis=1)
        return Block(
            travel=np.concatenate([self.out.travel[:, :, columns], below], axis=1),
            distance=np.concatenate([self.out.distance[:, columns], below_m], axis=0),
        )


def geometry(
    travel: TravelMemo,
    request: JourneyRequest,
    places: Sequence[Position],
    profiles: Profiles,
    known: Geometry | None = None,
) -> Geometry:
    """Ask for the ways from the origin to every place and from every place to home, but for what
    is known of them in the same traffic."""
    if known is not None and len(known.out.travel) == len(profiles.instants):
        return _extended(travel, known, places, profiles)
    ends = tuple(dict.fromkeys((request.origin, request.home)))
    every = tuple(dict.fromkeys((*ends, *places)))
    out, back = travel.around(ends, every, list(profiles.instants.values()))
    index = {place: number for number, place in enumerate(every)}
    return Geometry(ends=ends, index=index, out=out, back=back)


def _extended(
    travel: TravelMemo, known: Geometry, places: Sequence[Position], profiles: Profiles
) -> Geometry:
    new = tuple(dict.fromkeys(place for place in places if place not in known.index))
    if not new:
        return known
    out, back = travel.around(known.ends, new, list(profiles.instants.values()))
    return Geometry(
        ends=known.ends,
        index={place: number for number, place in enumerate((*known.index, *new))},
        out=Block(
            travel=np.concatenate([known.out.travel, out.travel], axis=2),
            distance=np.concatenate([known.out.distance, out.distance], axis=1),
        ),
        back=Block(
            travel=np.concatenate([known.back.travel, back.travel], axis=1),
            distance=np.concatenate([known.back.distance, back.distance], axis=0),
        ),
    )


@dataclass(frozen=True, slots=True)
class StopTable:
    """Arrays by care stop, in whole seconds, metres and points.

    `burden` is what the stop brings by itself, time away during care included; `place` its row in
    the geometry; `opens` when one may be let in; `there`, `back` the direct ways of a car from the
    origin, and home.
    """

    stops: tuple[CareStop, ...]
    opens: Ints
    start: Ints
    end: Ints
    late: Ints
    burden: Ints
    cost: Ints
    start_profile: Ints
    end_profile: Ints
    place: Ints
    travels: Flags
    there_s: Ints
    there_m: Ints
    back_s: Ints
    back_m: Ints


def stop_table(
    request: JourneyRequest, ways: Geometry, profiles: Profiles, scales: Scales, epoch: Epoch
) -> StopTable:
    """Lay the stops out; instants that are no whole second are brought forward or put back to one
    so that nobody is late: one is there before care begins, and leaves after its end."""
    stops, seconds, number = request.stops, epoch.seconds, profiles.number
    weighed = _weighed(stops, scales)
    starts, ends = [stop.start for stop in stops], [stop.end for stop in stops]
    start = np.floor(_of_each(starts, seconds)).astype(np.int64)
    end = np.ceil(_of_each(ends, seconds)).astype(np.int64)
    leaves = np.array(_of_each(starts, number), dtype=np.int64)
    returns = np.array(_of_each(ends, number), dtype=np.int64)
    place = np.array([ways.index[stop.position] for stop in stops], dtype=np.int64)
    travels = np.array([stop.encounter is Encounter.PATIENT_TRAVELS for stop in stops])
    own = np.array([sums[Tier.BURDEN] for sums in weighed], dtype=np.int64)
    return StopTable(
        stops=stops,
        opens=np.floor(_of_each([stop.doors_open for stop in stops], seconds)).astype(np.int64),
        start=start,
        end=end,
        late=np.array([sums[Tier.LATENESS] for sums in weighed], dtype=np.int64),
        burden=own + np.where(travels, scales.away * (end - start), 0),
        cost=np.array([sums[Tier.COST] for sums in weighed], dtype=np.int64),
        start_profile=leaves,
        end_profile=returns,
        place=place,
        travels=travels,
        there_s=np.rint(ways.out.travel[leaves, 0, place]).astype(np.int64),
        there_m=np.rint(ways.out.distance[0, place]).astype(np.int64),
        back_s=np.rint(ways.back.travel[returns, place, -1]).astype(np.int64),
        back_m=np.rint(ways.back.distance[place, -1]).astype(np.int64),
    )


def _of_each(instants: Sequence[datetime], read: Callable[[datetime], T]) -> list[T]:
    """Read each instant: hundreds of stops begin at a few, each of which is read once."""
    known = {at: read(at) for at in dict.fromkeys(instants)}
    return [known[at] for at in instants]


def _weighed(stops: Sequence[CareStop], scales: Scales) -> list[dict[Tier, int]]:
    """Sums by tier of the penalties of each stop, of which many share one mapping."""
    mappings = {id(stop.penalties): stop.penalties for stop in stops}
    known = {one: scales.objective.tiers(penalties) for one, penalties in mappings.items()}
    return [known[id(stop.penalties)] for stop in stops]
