"""Positions as points in space, so that straight distances are a true metric and quick."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.places import EARTH_RADIUS_M, Position

Points = NDArray[np.float64]
"""One row x, y, z per point, in metres from the centre of the Earth."""


def points_at(lat: NDArray[np.float64], lon: NDArray[np.float64]) -> Points:
    """Place degrees on the sphere.

    The chord between two points is their distance on the ground, short by 4 m at 100 km.
    """
    phi, lam = np.radians(lat), np.radians(lon)
    across = np.cos(phi)
    unit = np.stack([across * np.cos(lam), across * np.sin(lam), np.sin(phi)], axis=-1)
    return np.asarray(unit * EARTH_RADIUS_M, dtype=np.float64)


def points_of(positions: Sequence[Position]) -> Points:
    """Place positions on the sphere."""
    degrees = np.array([(p.lat, p.lon) for p in positions], dtype=np.float64).reshape(-1, 2)
    return points_at(degrees[:, 0], degrees[:, 1])


def flatten(points: Points) -> NDArray[np.float64]:
    """Draw the points on the plane that touches the ground at their middle, in metres.

    Good for telling neighbours apart over a few hundred kilometres, not for measuring.
    """
    up = points.mean(axis=0)
    up /= np.linalg.norm(up)
    east = np.cross((0.0, 0.0, 1.0), up)
    east /= np.linalg.norm(east)
    return np.asarray(points @ np.stack([east, np.cross(up, east)], axis=1), dtype=np.float64)


def positions_of(points: Points) -> tuple[Position, ...]:
    """Read points on the sphere as positions."""
    lat = np.degrees(np.arcsin(np.clip(points[:, 2] / EARTH_RADIUS_M, -1.0, 1.0)))
    lon = np.degrees(np.arctan2(points[:, 1], points[:, 0]))
    pairs = zip(lat.tolist(), lon.tolist(), strict=True)
    return tuple(Position(lat=one, lon=other) for one, other in pairs)
