"""The care stops of a request as arrays, with a lower bound of what each journey weighs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.journeys import CareStop, JourneyRequest
from regulation.kernel.modes import Encounter, Tier
from regulation.kernel.places import Position
from transport.live_fleet import Epoch
from transport.memo import Block, TravelMemo
from transport.ways import Scales

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


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
    travel: TravelMemo, request: JourneyRequest, places: Sequence[Position], profiles: Profiles
) -> Geometry:
    """Ask for the ways from the origin to every place and from every place to home."""
    ends = tuple(dict.fromkeys((request.origin, request.home)))
    every = tuple(dict.fromkeys((*ends, *places)))
    out, back = travel.around(ends, every, list(profiles.instants.values()))
    index = {place: number for number, place in enumerate(every)}
    return Geometry(ends=ends, index=index, out=out, back=back)


@dataclass(frozen=True, slots=True)
class StopTable:
    """Arrays by care stop, in whole seconds and points.

    `burden` is what the stop brings by itself, time away during care included; `burden_bound` is
    below the burden of any journey to it.
    """

    stops: tuple[CareStop, ...]
    start: Floats
    end: Floats
    late: Ints
    burden: Ints
    cost: Ints
    start_profile: Ints
    end_profile: Ints
    place: Ints
    burden_bound: Ints


def stop_table(
    request: JourneyRequest,
    ways: Geometry,
    profiles: Profiles,
    scales: Scales,
    epoch: Epoch,
) -> StopTable:
    """Lay the stops out and bound each from below: direct ways at the speed of a car."""
    stops = request.stops
    weighed = [scales.objective.tiers(stop.penalties) for stop in stops]
    start = np.array([epoch.seconds(stop.start) for stop in stops])
    end = np.array([epoch.seconds(stop.end) for stop in stops])
    start_profile = np.array([profiles.number(stop.start) for stop in stops], dtype=np.int64)
    end_profile = np.array([profiles.number(stop.end) for stop in stops], dtype=np.int64)
    place = np.array([ways.index.get(stop.position, -1) for stop in stops], dtype=np.int64)
    travels = np.array([stop.encounter is Encounter.PATIENT_TRAVELS for stop in stops])
    own = np.array([sums[Tier.BURDEN] for sums in weighed], dtype=np.int64)
    burden = own + np.where(travels, scales.away * (end - start), 0).astype(np.int64)
    out_s, back_s = ways.out.travel[:, 0, :], ways.back.travel[:, :, -1]
    riding = out_s[start_profile, place] + back_s[end_profile, place]
    journey = (scales.aboard + scales.away) * riding
    return StopTable(
        stops=stops,
        start=start,
        end=end,
        late=np.array([sums[Tier.LATENESS] for sums in weighed], dtype=np.int64),
        burden=burden,
        cost=np.array([sums[Tier.COST] for sums in weighed], dtype=np.int64),
        start_profile=start_profile,
        end_profile=end_profile,
        place=place,
        burden_bound=burden + np.where(travels, np.floor(journey), 0).astype(np.int64),
    )
