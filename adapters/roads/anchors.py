"""Where positions meet the roads: computed once per position, kept for the next matrix."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from adapters.roads.costs import NEVER, Costs, pack
from adapters.roads.errors import PositionOffRoads
from adapters.roads.ground import Points, points_of
from regulation.kernel.places import Position

REMEMBERED_POSITIONS: Final = 20_000
"""Positions of a busy day of a department; past it the table starts afresh."""
_AT_ONCE: Final = 128
"""Positions attached together: few enough for the intermediate tables to stay in cache."""


@dataclass(frozen=True, slots=True)
class Anchors:
    """For each position, the nodes it may start from or end at, and the cost to each.

    A position with fewer nodes than the widest one is filled with node 0 at a cost of `NEVER`.
    """

    nodes: NDArray[np.int64]
    costs: Costs
    points: Points


@dataclass(frozen=True, slots=True)
class OpenGround:
    """Movement off the known roads: straight, slow, the same everywhere, hence a metric."""

    ms_per_m: float
    detour: float

    @classmethod
    def at(cls, speed_kmh: float, detour: float) -> "OpenGround":
        """Drive at this speed along `detour` times the straight distance."""
        return cls(3600.0 * detour / speed_kmh, detour)

    def costs(self, straight_m: NDArray[np.float64]) -> Costs:
        """Cost of straight distances."""
        return pack(straight_m * self.ms_per_m, straight_m * self.detour)

    def between(self, origins: Points, destinations: Points) -> Costs:
        """Cost from each origin to each destination."""
        return self.costs(cdist(origins, destinations))


Attach = Callable[[Points], tuple[NDArray[np.int64], Costs, NDArray[np.float64]]]
"""From points, gives nodes, the costs to them, and how far in metres the nearest road is."""


class AnchorTable:
    """Remembers the anchors of the positions it has seen, a bounded number of them."""

    def __init__(
        self, attach: Attach, off_roads_m: float, capacity: int = REMEMBERED_POSITIONS
    ) -> None:
        self._attach = attach
        self._off_roads_m = off_roads_m
        self._capacity = capacity
        self._lock = threading.Lock()
        self._last: tuple[tuple[Position, ...], Anchors] | None = None
        self._clear()

    def __len__(self) -> int:
        return len(self._row_of)

    def of(self, positions: Sequence[Position]) -> Anchors:
        """Return the anchors in the order asked; PositionOffRoads names one that has none."""
        with self._lock:
            if self._last is not None and self._last[0] is positions:
                return self._last[1]  # the way there, then the way back
            try:
                rows = self._rows(positions)
            except KeyError:
                unseen = [p for p in dict.fromkeys(positions) if p not in self._row_of]
                self._learn(unseen, positions)
                rows = self._rows(positions)
            found = Anchors(self._nodes[rows], self._costs[rows], self._points[rows])
            if len(positions) > 1 and isinstance(positions, tuple):  # nobody changes it since
                self._last = positions, found
            return found

    def _rows(self, positions: Sequence[Position]) -> NDArray[np.intp]:
        """Return the rows of positions already seen; KeyError on one that isn't."""
        return np.fromiter(map(self._row_of.__getitem__, positions), np.intp, len(positions))

    def _clear(self) -> None:
        self._last = None
        self._row_of: dict[Position, int] = {}
        self._nodes = np.zeros((0, 1), dtype=np.int64)
        self._costs = np.zeros((0, 1), dtype=np.int64)
        self._points = np.zeros((0, 3))

    def _learn(self, unseen: list[Position], asked: Sequence[Position]) -> None:
        if len(self._row_of) + len(unseen) > self._capacity:
            self._clear()
            unseen = list(dict.fromkeys(asked))
        for first in range(0, len(unseen), _AT_ONCE):
            self._learn_some(unseen[first : first + _AT_ONCE], asked)

    def _learn_some(self, unseen: list[Position], asked: Sequence[Position]) -> None:
        points = points_of(unseen)
        nodes, costs, away_m = self._attach(points)
        if (away_m > self._off_roads_m).any():
            worst = int(np.argmax(away_m))
            lost = unseen[worst]
            raise PositionOffRoads(asked.index(lost), lost, away_m[worst], self._off_roads_m)
        first = len(self._row_of)
        self._reserve(first + len(unseen), nodes.shape[1])
        rows = slice(first, first + len(unseen))
        self._nodes[rows, : nodes.shape[1]] = nodes
        self._costs[rows, : nodes.shape[1]] = costs
        self._points[rows] = points
        self._row_of.update((p, first + i) for i, p in enumerate(unseen))

    def _reserve(self, rows: int, width: int) -> None:
        """Make room, twice what is needed: positions come by handfuls."""
        more_rows = max(0, 2 * rows - len(self._points)) if rows > len(self._points) else 0
        more_columns = max(0, width - self._nodes.shape[1])
        if more_rows or more_columns:
            room = ((0, more_rows), (0, more_columns))
            self._nodes = np.pad(self._nodes, room)
            self._costs = np.pad(self._costs, room, constant_values=NEVER)
            self._points = np.pad(self._points, ((0, more_rows), (0, 0)))
