"""The demonstration territory, read once, and where the shared material would be."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from adapters.territory.folder import read_territory
from regulation.kernel.places import crow_distance_m
from regulation.kernel.travel import TravelMatrix
from simulations.territories.catalogue import folder_of

SHARED = Path(__file__).parents[4] / "shared" / "data" / "territory"
FOLDER = folder_of("haute_garonne")

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data/territory is absent")


@cache
def haute_garonne():
    return read_territory(FOLDER)


class StraightRoads:
    """Travel in a straight line at one speed."""

    label = "straight lines"

    def __init__(self, metres_per_second=14.0):
        self._speed = metres_per_second

    def profile(self, at):
        return "always"

    def matrix(self, origins, destinations, depart_at):
        metres = np.array([[crow_distance_m(a, b) for b in destinations] for a in origins])
        return TravelMatrix(
            np.ceil(metres / self._speed).astype(np.int32), np.ceil(metres).astype(np.int32)
        )
