"""Positions on the ground, in WGS 84 degrees."""

import math
from dataclasses import dataclass
from typing import NewType

CommuneCode = NewType("CommuneCode", str)
"""INSEE code of a commune: five characters, `2A`/`2B` for Corsica."""

EARTH_RADIUS_M = 6_371_008.8
MAX_LAT, MAX_LON = 90, 180


class _Hashed:
    """Room for a hash that is no field: neither written down nor sent."""

    __slots__ = ("_hash",)

    _hash: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Position(_Hashed):
    """A point in WGS 84 degrees."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (abs(self.lat) <= MAX_LAT and abs(self.lon) <= MAX_LON):
            raise ValueError(f"no such position: lat={self.lat}, lon={self.lon}")

    def __hash__(self) -> int:
        """Worked out once: a decision looks positions up some ten thousand times."""
        try:
            return self._hash
        except AttributeError:
            object.__setattr__(self, "_hash", hash((self.lat, self.lon)))
            return self._hash


def crow_distance_m(a: Position, b: Position) -> float:
    """Great-circle distance in metres."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_dlat = (lat_b - lat_a) / 2
    half_dlon = math.radians(b.lon - a.lon) / 2
    h = math.sin(half_dlat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_dlon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(h)))
