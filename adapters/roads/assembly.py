"""Turns drawn ways into a graph: cut at crossings, one arc per direction, one connected part."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from adapters.roads.errors import UnreadableRoads
from adapters.roads.extract import DrawnRoads, NamedPlace
from adapters.roads.graph import RoadGraph
from adapters.roads.ground import Points, points_at, points_of
from adapters.roads.highways import NO_LIMIT, STREETS, WITHOUT_DOORS

Rows = NDArray[np.int64]

LONGEST_WITHOUT_NODE_M: Final = 150.0
"""A road without crossings keeps a node about this often, so that a door finds one near."""

BUILT_UP_LIMIT_KMH: Final = 50

BUILT_UP_RADIUS_M: Final = {
    "city": 4000.0,
    "town": 1500.0,
    "suburb": 1200.0,
    "village": 600.0,
    "neighbourhood": 400.0,
    "hamlet": 250.0,
}
"""Assumption: how far from a named place a road without a tagged limit is still in town."""


@dataclass(frozen=True, slots=True)
class _Nodes:
    """Distinct nodes: the row each was first drawn at, and the node of each drawn row."""

    first_row: Rows
    of_row: Rows
    shared: NDArray[np.bool_]
    blocked: NDArray[np.bool_]
    signals: NDArray[np.bool_]

    @classmethod
    def of(cls, drawn: DrawnRoads) -> "_Nodes":
        ids, first, of_row, uses = np.unique(
            np.array(drawn.node_id), return_index=True, return_inverse=True, return_counts=True
        )
        blocked, signals = (
            np.isin(ids, np.array(sorted(marked), dtype=np.int64))
            for marked in (drawn.blocked, drawn.signals)
        )
        return cls(first, of_row, uses > 1, blocked, signals)


def assemble(drawn: DrawnRoads, source: str) -> RoadGraph:
    """Build the graph of the largest part of the roads in which one can always come back."""
    lat, lon = np.array(drawn.lat), np.array(drawn.lon)
    points, nodes = points_at(lat, lon), _Nodes.of(drawn)
    way_of = np.array(drawn.way_of)
    travelled_m = _length_since_first(points)
    start, end = _stretches(way_of, travelled_m, nodes)
    along = np.array(drawn.along, dtype=bool)[way_of[start]]
    against = np.array(drawn.against, dtype=bool)[way_of[start]]
    from_row = np.concatenate([start[along], end[against]])
    to_row = np.concatenate([end[along], start[against]])
    reached, tail, head, arcs = _largest_part(nodes.of_row[from_row], nodes.of_row[to_row])
    from_row, to_row = from_row[arcs], to_row[arcs]
    road_class = np.array(drawn.road_class, dtype=np.uint8)[way_of[from_row]]
    limit_kmh = np.array(drawn.limit_kmh, dtype=np.uint8)[way_of[from_row]]
    middle = (points[from_row] + points[to_row]) / 2
    has_doors = np.zeros(len(reached), dtype=bool)
    has_doors[tail[~np.isin(road_class, list(WITHOUT_DOORS))]] = True
    return RoadGraph(
        lat=lat[nodes.first_row[reached]],
        lon=lon[nodes.first_row[reached]],
        has_doors=has_doors,
        tail=tail.astype(np.uint32),
        head=head.astype(np.uint32),
        length_m=np.abs(travelled_m[to_row] - travelled_m[from_row]).astype(np.float32),
        road_class=road_class,
        limit_kmh=limit_kmh,
        built_up=_built_up(road_class, limit_kmh, middle, drawn.places),
        signals=nodes.signals[nodes.of_row[to_row]],
        source=source,
    )


def _length_since_first(points: Points) -> NDArray[np.float64]:
    steps = np.linalg.norm(np.diff(points, axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _stretches(way_of: Rows, travelled_m: NDArray[np.float64], nodes: _Nodes) -> tuple[Rows, Rows]:
    """Return first and last row of each stretch of way between two nodes worth keeping."""
    tile = (travelled_m // LONGEST_WITHOUT_NODE_M).astype(np.int64)
    new_way = np.concatenate([[True], np.diff(way_of) != 0])
    ends_way = np.concatenate([new_way[1:], [True]])
    new_tile = np.concatenate([[True], np.diff(tile) != 0])
    marked = (nodes.shared | nodes.blocked | nodes.signals)[nodes.of_row]
    kept = np.flatnonzero(new_way | ends_way | new_tile | marked)
    start, end = kept[:-1], kept[1:]
    a, b = nodes.of_row[start], nodes.of_row[end]
    passable = (way_of[start] == way_of[end]) & (a != b) & ~nodes.blocked[a] & ~nodes.blocked[b]
    return start[passable], end[passable]


def _largest_part(tail: Rows, head: Rows) -> tuple[Rows, Rows, Rows, NDArray[np.bool_]]:
    """Return its nodes, its arcs renumbered by them, and which of the given arcs these are."""
    if not len(tail):
        raise UnreadableRoads("l'extrait n'a aucun tronçon où une voiture puisse rouler")
    size = int(max(tail.max(), head.max())) + 1
    ones = np.ones(len(tail), dtype=np.int8)
    _, part = connected_components(
        csr_matrix((ones, (tail, head)), shape=(size, size)), connection="strong"
    )
    largest = part == np.argmax(np.bincount(part))
    inside = largest[tail] & largest[head]
    number = np.cumsum(largest) - 1
    return np.flatnonzero(largest), number[tail[inside]], number[head[inside]], inside


def _built_up(
    road_class: NDArray[np.uint8],
    limit_kmh: NDArray[np.uint8],
    middle: Points,
    places: list[NamedPlace],
) -> NDArray[np.bool_]:
    near = np.zeros(len(middle), dtype=bool)
    for kind, radius_m in BUILT_UP_RADIUS_M.items():
        known = [place.position for place in places if place.kind == kind]
        if known:
            away_m, _ = cKDTree(points_of(known)).query(middle)
            near |= away_m <= radius_m
    guessed = near & ~np.isin(road_class, list(WITHOUT_DOORS))
    guessed |= np.isin(road_class, list(STREETS))
    return np.where(limit_kmh == NO_LIMIT, guessed, limit_kmh <= BUILT_UP_LIMIT_KMH)
