"""Places as nodes of the model: joined when on the same spot, split when they are big."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, cos, pi, radians, sin, sqrt
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist

from adapters.roads.ground import Points, points_of
from adapters.roads.parameters import ModelParameters
from adapters.roads.places import Place
from regulation.kernel.places import EARTH_RADIUS_M, Position

_GOLDEN_ANGLE: Final = pi * (3 - sqrt(5))  # points of a sunflower are evenly spread over a disc
_SAME_SPOT_DECIMALS: Final = 3  # of a degree: about a hundred metres


@dataclass(frozen=True, slots=True)
class Settlements:
    """Distinct places, and the nodes they are split into, place after place.

    `people` live around a node; `starts` are the first node of each place, and the end.
    """

    centres: Points
    population: NDArray[np.int64]
    points: Points
    people: NDArray[np.float64]
    starts: NDArray[np.int64]

    def nodes_of(self, place: int) -> NDArray[np.int64]:
        """Return the nodes of a place."""
        return np.arange(self.starts[place], self.starts[place + 1])

    def facing_nodes(self, place: int, other: int) -> tuple[int, int]:
        """Return the node of each place that is nearest to the other's."""
        ours, theirs = self.nodes_of(place), self.nodes_of(other)
        between = cdist(self.points[ours], self.points[theirs])
        a, b = np.unravel_index(np.argmin(between), between.shape)
        return int(ours[a]), int(theirs[b])


def settle(places: Sequence[Place], parameters: ModelParameters) -> Settlements:
    """Turn places into nodes."""
    distinct = _distinct(places)
    groups = [_nodes(place, parameters) for place in distinct]
    sizes = np.array([len(group) for group in groups])
    population = np.array([place.population for place in distinct], dtype=np.int64)
    return Settlements(
        centres=points_of([place.position for place in distinct]),
        population=population,
        points=points_of([position for group in groups for position in group]),
        people=np.repeat(population / sizes, sizes),
        starts=np.concatenate([[0], np.cumsum(sizes)]),
    )


def _distinct(places: Sequence[Place]) -> list[Place]:
    """Join places that stand on the same spot: no road can be imagined between them."""
    found: dict[tuple[float, float], Place] = {}
    for place in places:
        at = place.position
        spot = (round(at.lat, _SAME_SPOT_DECIMALS), round(at.lon, _SAME_SPOT_DECIMALS))
        known = found.get(spot)
        people = place.population + (known.population if known else 0)
        found[spot] = Place(position=known.position if known else at, population=people)
    return list(found.values())


def _nodes(place: Place, parameters: ModelParameters) -> list[Position]:
    """Spread the nodes of a big place over the disc its people are supposed to fill."""
    count = ceil(place.population / parameters.cell_population)
    if count <= 1:
        return [place.position]
    radius_m = 1000 * sqrt(place.population / (pi * parameters.city_per_km2))
    steps = [(radius_m * sqrt((i + 0.5) / count), i * _GOLDEN_ANGLE) for i in range(count)]
    return [
        _moved(place.position, east_m=away_m * cos(angle), north_m=away_m * sin(angle))
        for away_m, angle in steps
    ]


def _moved(position: Position, *, east_m: float, north_m: float) -> Position:
    degree_m = radians(1) * EARTH_RADIUS_M
    return Position(
        lat=position.lat + north_m / degree_m,
        lon=position.lon + east_m / (degree_m * cos(radians(position.lat))),
    )
