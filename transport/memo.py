"""Travel times remembered between fixed places, so that a decision asks only for its own."""

import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.places import Position
from regulation.kernel.travel import TravelMatrix, TravelTimes

CAPACITY, PASSING = 2500, 512
"""Places remembered in all, or, where more than the difference stay, as many beyond them; past it,
all but those that stay are forgotten."""

INSTANTS = 20_000
"""Instants whose traffic is remembered at most: slots begin at the same few for everybody."""

Whole = NDArray[np.int32]
"""Whole seconds, or metres, from place to place."""

ROOM = 256
"""Places for which room is made at a time: a table is copied when it is full, not at each one."""


@dataclass(frozen=True, slots=True)
class Block:
    """Durations [profile, from, to] in seconds and distances [from, to] in metres."""

    travel: NDArray[np.float64]
    distance: NDArray[np.float64]


@dataclass(slots=True)
class _Table:
    """What is known from place to place, with room for more; what is past `count` is not told."""

    values: Whole
    count: int = 0

    def between(self, rows: NDArray[np.intp], columns: NDArray[np.intp]) -> Whole:
        """Return what is known from each of the rows to each of the columns."""
        found: Whole = np.take(self.values, rows[:, None] * self.values.shape[1] + columns)
        return found

    def grown(self, rows: Whole, columns: Whole | None, more: int = 0) -> "_Table":
        """Return it with the ways of new places: from each to all, and from those before to each.

        Nothing is told of them by this table, nor by any other until it is put in its place. When
        it is made larger, there is room for so many `more`.
        """
        before, size = self.count, rows.shape[1]
        values = self.values
        if len(values) < size:
            whole = -(-(size + more) // ROOM) * ROOM
            values = np.zeros((whole, whole), np.int32)
            values[:before, :before] = self.values[:before, :before]
        values[before:size, :size] = rows
        if columns is not None:
            values[:before, before:size] = columns
        return _Table(values, size)


@dataclass(slots=True)
class _Known:
    """All places that are known, in the order of their rows."""

    places: tuple[Position, ...]
    _halves: dict[int, tuple[tuple[Position, ...], tuple[Position, ...]]] = field(
        default_factory=dict
    )

    def halves(self, count: int) -> tuple[tuple[Position, ...], tuple[Position, ...]]:
        """Return the first so many and the others: the same objects in each traffic and both ways,
        which a source may know again."""
        if count not in self._halves:
            self._halves[count] = self.places[:count], self.places[count:]
        return self._halves[count]


def _empty() -> _Table:
    return _Table(np.zeros((0, 0), np.int32))


class TravelMemo:
    """Wraps travel times and remembers every pair of fixed places, profile by profile.

    Instants stand for their traffic profile: `instants` gives one instant by profile name. One
    memory may serve many threads.
    """

    def __init__(self, source: TravelTimes) -> None:
        self._source = source
        self._lock = threading.RLock()
        self._index: dict[Position, int] = {}
        self._instants: dict[str, datetime] = {}
        self._durations: dict[str, _Table] = {}
        self._distances = _empty()
        self._staying = 0
        self._profiles: dict[datetime, str] = {}

    @property
    def label(self) -> str:
        """Name of the source of the times."""
        return self._source.label

    def profile(self, at: datetime) -> str:
        """Name the traffic of an instant."""
        known = self._profiles.get(at)
        if known is None:
            if len(self._profiles) >= INSTANTS:
                self._profiles.clear()
            known = self._profiles[at] = self._source.profile(at)
        return known

    def settle(self, places: Sequence[Position], instants: Mapping[str, datetime]) -> None:
        """Compute the ways between places that stay, before anything else is asked; they are never
        forgotten, and there is room for those that pass."""
        with self._lock:
            self.remember(places, instants, room=PASSING)
            self._staying = len(self._index)

    def remember(
        self, places: Sequence[Position], instants: Mapping[str, datetime], *, room: int = 0
    ) -> None:
        """Compute what is missing between these places and all those known; where tables are made
        anew, leave room for so many more."""
        with self._lock:
            missing = self._missing(places)
            most = max(CAPACITY, self._staying + PASSING)
            if not room and len(self._index) + len(missing) > most:
                self._forget_passing()
                missing = self._missing(places)
            known = _Known((*self._index, *missing))
            named = self._instants | {
                name: at for name, at in instants.items() if name not in self._instants
            }
            grown, distances = {}, self._distances
            for number, (name, at) in enumerate(named.items()):
                lengths = distances if number == 0 else None  # those of the first profile
                grown[name], longer = self._extended(
                    self._durations.get(name) or _empty(), lengths, known, at, room
                )
                distances = distances if longer is None else longer
            # a place off the roads has been refused by now: nothing of it is kept
            self._index |= {one: row for row, one in enumerate(missing, len(self._index))}
            self._instants, self._durations, self._distances = named, grown, distances

    def _missing(self, places: Sequence[Position]) -> list[Position]:
        return [place for place in dict.fromkeys(places) if place not in self._index]

    def _forget_passing(self) -> None:
        """Keep the places that stay, which are the first; what is past them is written over."""
        staying = self._staying
        self._index = dict(islice(self._index.items(), staying))
        self._durations = {
            name: _Table(one.values, min(one.count, staying))
            for name, one in self._durations.items()
        }
        self._distances = _Table(self._distances.values, min(self._distances.count, staying))

    def between(self, places: Sequence[Position], instants: Mapping[str, datetime]) -> Block:
        """Return the block over fixed places, remembered from now on."""
        return self.ways(places, places, instants)

    def ways(
        self,
        origins: Sequence[Position],
        destinations: Sequence[Position],
        instants: Mapping[str, datetime],
    ) -> Block:
        """Return the block from fixed places to fixed places, remembered from now on."""
        with self._lock:
            rows, columns = np.split(
                self._rows([*origins, *destinations], instants), [len(origins)]
            )
            travel = np.empty((len(instants), len(rows), len(columns)))
            for profile, name in enumerate(instants):
                travel[profile] = self._durations[name].between(rows, columns)
            distance = self._distances.between(rows, columns)
            return Block(travel=travel, distance=distance.astype(np.float64))

    def _rows(
        self, places: Sequence[Position], instants: Mapping[str, datetime]
    ) -> NDArray[np.intp]:
        """Return the rows of places, all of them remembered from now on."""
        if instants.keys() <= self._durations.keys():
            with suppress(KeyError):  # one of them is not known yet
                return self._rows_known(places)
        self.remember(places, instants)
        return self._rows_known(places)

    def _rows_known(self, places: Sequence[Position]) -> NDArray[np.intp]:
        return np.fromiter(map(self._index.__getitem__, places), np.intp, len(places))

    def leaving(
        self, passing: Sequence[Position], places: Sequence[Position], at: datetime
    ) -> Block:
        """Return the ways, at one instant, from where vehicles stand; they are not remembered."""
        return _stacked([self._source.matrix(passing, places, at)])

    def around(
        self, ends: Sequence[Position], every: Sequence[Position], instants: Sequence[datetime]
    ) -> tuple[Block, Block]:
        """Return the ways from passing ends to every place and back; they are not remembered."""
        out = [self._source.matrix(ends, every, at) for at in instants]
        back = [self._source.matrix(every, ends, at) for at in instants]
        return _stacked(out), _stacked(back)

    def _extended(
        self,
        old: _Table,
        lengths: _Table | None,
        known: _Known,
        at: datetime,
        room: int,
    ) -> tuple[_Table, _Table | None]:
        """Grow durations, and lengths when they are given, to all these places."""
        before = old.count
        was, new = known.halves(before)
        if not new:
            return old, lengths
        to = self._source.matrix(new, was, at) if was else None
        columns = self._source.matrix(was, new, at) if was else None
        rows = _side_by_side(to, self._source.matrix(new, new, at))
        grown = old.grown(rows.durations_s, columns.durations_s if columns else None, room)
        if lengths is None:
            return grown, None
        kept = _Table(lengths.values, before)
        longer = kept.grown(rows.distances_m, columns.distances_m if columns else None, room)
        return grown, longer


def _side_by_side(first: TravelMatrix | None, then: TravelMatrix) -> TravelMatrix:
    if first is None:
        return then
    return TravelMatrix(
        durations_s=np.concatenate([first.durations_s, then.durations_s], axis=1),
        distances_m=np.concatenate([first.distances_m, then.distances_m], axis=1),
    )


def _stacked(matrices: Sequence[TravelMatrix]) -> Block:
    return Block(
        travel=np.array([matrix.durations_s for matrix in matrices], dtype=np.float64),
        distance=matrices[0].distances_m.astype(np.float64),
    )
