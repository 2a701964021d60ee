"""Travel times remembered between fixed places, so that a decision asks only for its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.places import Position
from regulation.kernel.travel import TravelTimes

CAPACITY = 2500
"""Places remembered at most; past it the memory starts afresh (a few tens of megabytes)."""


@dataclass(frozen=True, slots=True)
class Block:
    """Durations [profile, from, to] in seconds and distances [from, to] in metres."""

    travel: NDArray[np.float64]
    distance: NDArray[np.float64]


class TravelMemo:
    """Wraps travel times and remembers every pair of fixed places, profile by profile.

    Instants stand for their traffic profile: `instants` gives one instant by profile name.
    """

    def __init__(self, source: TravelTimes) -> None:
        self._source = source
        self._index: dict[Position, int] = {}
        self._instants: dict[str, datetime] = {}
        self._durations: dict[str, NDArray[np.int32]] = {}
        self._distances: NDArray[np.int32] = np.zeros((0, 0), np.int32)

    @property
    def label(self) -> str:
        """Name of the source of the times."""
        return self._source.label

    def profile(self, at: datetime) -> str:
        """Name the traffic of an instant."""
        return self._source.profile(at)

    def remember(self, places: Sequence[Position], instants: Mapping[str, datetime]) -> None:
        """Compute what is missing between these places and all those known."""
        missing = [place for place in dict.fromkeys(places) if place not in self._index]
        if len(self._index) + len(missing) > CAPACITY:
            self._index.clear()
            self._durations.clear()
            missing = list(dict.fromkeys(places))
        before = len(self._index)
        self._index.update((place, before + i) for i, place in enumerate(missing))
        for name, at in instants.items():
            self._instants.setdefault(name, at)
        for name in self._instants:
            self._extend(name)

    def block(
        self,
        fixed: Sequence[Position],
        passing: Sequence[Position],
        instants: Mapping[str, datetime],
    ) -> Block:
        """Return the block over fixed places, which are remembered, then passing ones."""
        self.remember(fixed, instants)
        rows = np.array([self._index[place] for place in fixed], dtype=np.intp)
        size, own = len(fixed), len(fixed) + len(passing)
        travel = np.zeros((len(instants), own, own))
        distance = np.zeros((own, own))
        every = [*fixed, *passing]
        for layer, (name, at) in enumerate(instants.items()):
            travel[layer, :size, :size] = self._durations[name][np.ix_(rows, rows)]
            if passing:
                out = self._source.matrix(passing, every, at)
                back = self._source.matrix(fixed, passing, at) if fixed else None
                travel[layer, size:, :] = out.durations_s
                if back is not None:
                    travel[layer, :size, size:] = back.durations_s
                if layer == 0:
                    distance[size:, :] = out.distances_m
                    if back is not None:
                        distance[:size, size:] = back.distances_m
        distance[:size, :size] = self._distances[np.ix_(rows, rows)]
        return Block(travel=travel, distance=distance)

    def _extend(self, name: str) -> None:
        """Grow the matrix of one profile to all the known places."""
        known = list(self._index)
        old = self._durations.get(name, np.zeros((0, 0), np.int32))
        before = len(old)
        if before == len(known):
            return
        at, new = self._instants[name], known[before:]
        rows = self._source.matrix(new, known, at)
        columns = self._source.matrix(known[:before], new, at) if before else None
        self._durations[name] = _grown(
            old, rows.durations_s, columns.durations_s if columns else None
        )
        if name == next(iter(self._instants)):  # lengths are those of the first profile
            kept = self._distances[:before, :before]
            self._distances = _grown(
                kept, rows.distances_m, columns.distances_m if columns else None
            )


def _grown(
    old: NDArray[np.int32], rows: NDArray[np.int32], columns: NDArray[np.int32] | None
) -> NDArray[np.int32]:
    before = len(old)
    grown = np.zeros((rows.shape[1], rows.shape[1]), np.int32)
    grown[:before, :before] = old
    grown[before:, :] = rows
    if columns is not None:
        grown[:before, before:] = columns
    return grown
