"""Ways to and from the ends of the last journeys looked for, remembered for a while.

The same person is looked for page after page, slot after slot, by their own means and by a
vehicle: each time among some places that were there before. What was asked of the roads is not
asked again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.places import Position
from regulation.kernel.travel import TravelMatrix, TravelTimes

FEW = 2
"""A journey has so many ends at most: where the person is, and their home."""

PEOPLE = 32
"""Ends of journeys that are remembered: those of the last people looked for."""

MANY = 1000
"""Places that no journey has so many of: whoever asks for them remembers what is told."""

Ends = tuple[Position, ...]
Whole = NDArray[np.int32]


@dataclass(slots=True)
class _Ways:
    """Ways between ends and the places met so far, one way; `batches` of places are known."""

    durations_s: Whole
    distances_m: Whole
    batches: int = 0

    def add(self, more: TravelMatrix, axis: int) -> None:
        """Add those of the next batch of places."""
        self.durations_s = np.concatenate([self.durations_s, more.durations_s], axis=axis)
        self.distances_m = np.concatenate([self.distances_m, more.distances_m], axis=axis)
        self.batches += 1

    def some(self, rows: NDArray[np.intp], axis: int) -> TravelMatrix:
        """Return those of some of the places, in this order."""
        return TravelMatrix(
            durations_s=self.durations_s.take(rows, axis),
            distances_m=self.distances_m.take(rows, axis),
        )


@dataclass(slots=True)
class _Around:
    """What is known around some ends: places by batches, as they were met, and ways by traffic."""

    ends: Ends
    batches: list[Ends] = field(default_factory=list)
    _index: dict[Position, int] = field(default_factory=dict)
    _ways: dict[tuple[str, bool], _Ways] = field(default_factory=dict)
    _last: tuple[Sequence[Position], NDArray[np.intp]] | None = None

    def rows(self, places: Sequence[Position]) -> NDArray[np.intp]:
        """Number these places; those that were not met make a new batch."""
        if self._last is not None and self._last[0] is places:
            return self._last[1]  # in another traffic, or the way back
        rows = self._numbered(places)
        if isinstance(places, tuple):  # nobody changes it since
            self._last = places, rows
        return rows

    def _numbered(self, places: Sequence[Position]) -> NDArray[np.intp]:
        index = self._index
        if not index:
            whole = dict(zip(places, range(len(places)), strict=True))
            if len(whole) == len(places):  # none is met twice: they are the first batch as told
                self._index = whole
                self.batches.append(tuple(places))
                return np.arange(len(places), dtype=np.intp)
        new = tuple(dict.fromkeys(one for one in places if one not in index))
        if new:
            index.update({one: number for number, one in enumerate(new, len(index))})
            self.batches.append(new)
        return np.fromiter(map(index.__getitem__, places), np.intp, len(places))

    def ways(self, source: TravelTimes, at: datetime, *, out: bool) -> _Ways:
        """Return the ways from the ends to all places met, or back from them."""
        key = source.profile(at), out
        known = self._ways.get(key)
        if known is None:
            shape = (len(self.ends), 0) if out else (0, len(self.ends))
            known = self._ways[key] = _Ways(np.zeros(shape, np.int32), np.zeros(shape, np.int32))
        for batch in self.batches[known.batches :]:
            between = (self.ends, batch) if out else (batch, self.ends)
            known.add(source.matrix(*between, at), axis=int(out))
        return known


class RecentWays:
    """`TravelTimes` that answers as its source does, for one thread."""

    def __init__(self, source: TravelTimes) -> None:
        self._source = source
        self._around: dict[Ends, _Around] = {}

    @property
    def label(self) -> str:
        """Name of the source of the times."""
        return self._source.label

    def profile(self, at: datetime) -> str:
        """Name the traffic of an instant."""
        return self._source.profile(at)

    def matrix(
        self, origins: Sequence[Position], destinations: Sequence[Position], depart_at: datetime
    ) -> TravelMatrix:
        """Return seconds and metres from each origin to each destination."""
        out = len(origins) <= FEW
        ends, places = (origins, destinations) if out else (destinations, origins)
        if not 0 < len(ends) <= FEW or len(places) >= MANY:
            return self._source.matrix(origins, destinations, depart_at)
        known = self._known(tuple(ends))
        try:
            rows = known.rows(places)
            return known.ways(self._source, depart_at, out=out).some(rows, axis=int(out))
        except ValueError:  # a place is off the roads: nothing of it is kept
            del self._around[known.ends]
            raise

    def _known(self, ends: Ends) -> _Around:
        known = self._around.pop(ends, None) or _Around(ends)
        self._around[ends] = known  # the last one met
        if len(self._around) > PEOPLE:
            del self._around[next(iter(self._around))]
        return known
