"""What is near a position: great-circle distances to many places at once."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.places import EARTH_RADIUS_M, Position

Metres = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Nearness:
    """Places in an order; answers are ranks in it."""

    places: tuple[Position, ...]
    _lat: Metres = field(init=False)
    _lon: Metres = field(init=False)
    _cos: Metres = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_lat", np.radians([one.lat for one in self.places]))
        object.__setattr__(self, "_lon", np.radians([one.lon for one in self.places]))
        object.__setattr__(self, "_cos", np.cos(self._lat))

    def metres(self, position: Position) -> Metres:
        """Return the distance of each place, as `crow_distance_m` tells it."""
        lat, lon = np.radians(position.lat), np.radians(position.lon)
        lats = np.sin((self._lat - lat) / 2) ** 2
        lons = np.sin((self._lon - lon) / 2) ** 2
        h = lats + np.cos(lat) * self._cos * lons
        away: Metres = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, h)))
        return away

    def nearest(self, position: Position) -> int:
        """Return the rank of the nearest place; ValueError when there is none."""
        return int(np.argmin(self.metres(position)))

    def some(self, position: Position, count: int) -> Sequence[int]:
        """Return the ranks of the nearest places, nearest first; of equals, the first."""
        return [int(one) for one in np.argsort(self.metres(position), kind="stable")[:count]]
