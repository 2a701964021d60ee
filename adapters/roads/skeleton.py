"""Imagines the roads of a territory from where its people live."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import ConvexHull, Delaunay, QhullError, cKDTree
from scipy.spatial.distance import cdist

from adapters.roads.ground import Points, flatten
from adapters.roads.parameters import ModelParameters
from adapters.roads.places import Place
from adapters.roads.settlements import Settlements, settle

Pairs = NDArray[np.int64]

_ROUNDING_M: Final = 0.001


@dataclass(frozen=True, slots=True)
class Links:
    """Pairs of nodes with a road between them, and the straight length in metres."""

    pairs: Pairs
    straight_m: NDArray[np.float64]

    @classmethod
    def between(cls, pairs: Sequence[tuple[int, int]] | Pairs, points: Points) -> "Links":
        """Measure the pairs."""
        table = np.asarray(pairs, dtype=np.int64).reshape(-1, 2)
        ends = points[table]
        return cls(table, np.linalg.norm(ends[:, 0] - ends[:, 1], axis=1))


@dataclass(frozen=True, slots=True)
class Skeleton:
    """Settlements, how densely peopled each is, and the roads supposed between them."""

    points: Points
    density: NDArray[np.int64]
    roads: Links
    rings: Links
    fast_links: Links


def imagine(places: Sequence[Place], parameters: ModelParameters) -> Skeleton:
    """Lay out nodes, roads between neighbours and towns, rings and fast links.

    The same places in the same order give the same skeleton.
    """
    settled = settle(places, parameters)
    points = settled.points
    roads = np.vstack([gabriel_pairs(flatten(points)), _main_roads(settled, parameters)])
    return Skeleton(
        points=points,
        density=_densities(settled, parameters),
        roads=Links.between(np.unique(np.sort(roads, axis=1), axis=0), points),
        rings=Links.between(_rings(settled, parameters), points),
        fast_links=Links.between(_fast_links(settled, parameters), points),
    )


def gabriel_pairs(flat: NDArray[np.float64]) -> Pairs:
    """Return the pairs of points with no third one in the circle between them.

    They join everything and keep what looks like a road: no shortcut that passes a village by.
    """
    pairs = _candidate_pairs(flat)
    if not len(pairs):
        return pairs
    a, b = flat[pairs[:, 0]], flat[pairs[:, 1]]
    to_nearest, _ = cKDTree(flat).query((a + b) / 2)
    alone = to_nearest >= np.linalg.norm(a - b, axis=1) / 2 - _ROUNDING_M
    return np.asarray(pairs[alone], dtype=np.int64)


def _candidate_pairs(flat: NDArray[np.float64]) -> Pairs:
    try:
        corners = Delaunay(flat).simplices
    except (QhullError, ValueError):  # fewer than three points, or all in line
        return np.stack(np.triu_indices(len(flat), 1), axis=1)
    sides = np.vstack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]])
    return np.unique(np.sort(sides.astype(np.int64), axis=1), axis=0)


def _densities(settled: Settlements, parameters: ModelParameters) -> NDArray[np.int64]:
    radius_m = parameters.density_radius_m
    around = (cdist(settled.points, settled.points) <= radius_m) @ settled.people
    per_km2 = around / (pi * (radius_m / 1000) ** 2)
    thresholds = (parameters.intermediate_per_km2, parameters.dense_per_km2)
    return np.asarray(np.digitize(per_km2, thresholds), dtype=np.int64)


def _main_roads(settled: Settlements, parameters: ModelParameters) -> Pairs:
    towns = np.flatnonzero(settled.population >= parameters.main_road_population)
    if not len(towns):
        return np.empty((0, 2), dtype=np.int64)
    neighbours = gabriel_pairs(flatten(settled.centres[towns]))
    facing = [settled.facing_nodes(int(towns[a]), int(towns[b])) for a, b in neighbours]
    return np.array(facing, dtype=np.int64).reshape(-1, 2)


def _rings(settled: Settlements, parameters: ModelParameters) -> list[tuple[int, int]]:
    """Join the outermost nodes of each city into a ring road."""
    rings: list[tuple[int, int]] = []
    for city in np.flatnonzero(settled.population >= parameters.ring_population):
        nodes = settled.nodes_of(int(city))
        around = ConvexHull(flatten(settled.points[nodes])).vertices
        rings.extend(
            (int(nodes[a]), int(nodes[b])) for a, b in zip(around, np.roll(around, -1), strict=True)
        )
    return rings


def _fast_links(settled: Settlements, parameters: ModelParameters) -> list[tuple[int, int]]:
    """Link each pole to the larger one that draws it most (people / distance squared).

    The link meets a city at the node that faces the other end: one still has to cross the city.
    """
    poles = _poles(settled, parameters)
    links = []
    for rank, pole in enumerate(poles[1:], start=1):
        larger = np.array(poles[:rank])
        away_m = cdist(settled.centres[[pole]], settled.centres[larger])[0]
        drawn_to = larger[np.argmax(settled.population[larger] / away_m**2)]
        links.append(settled.facing_nodes(pole, int(drawn_to)))
    return links


def _poles(settled: Settlements, parameters: ModelParameters) -> list[int]:
    """Return the big places that are the most peopled of their surroundings, largest first."""
    poles: list[int] = []
    for place in np.argsort(-settled.population, kind="stable"):
        if settled.population[place] < parameters.pole_population:
            break
        away_m = cdist(settled.centres[[place]], settled.centres[poles])[0]
        if not (away_m < parameters.pole_alone_within_m).any():
            poles.append(int(place))
    return poles
