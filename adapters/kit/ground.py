"""Where a department lies, so that a position far from it is known to be wrong.

`department_boxes.csv` holds the box of the communes' centres of each department: INSEE (official
geographic code 2026) and La Poste (coordinates), Licence Ouverte 2.0.
"""

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from adapters.kit.departments import Department
from regulation.kernel.places import Position

AROUND_DEGREES = 0.5
"""Assumption: how far outside its department (about 50 km) a vehicle may still be at work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in WGS 84 degrees."""

    south: float
    west: float
    north: float
    east: float

    def contains(self, position: Position) -> bool:
        """Tell whether the position lies in the box, its edges included."""
        return self.south <= position.lat <= self.north and self.west <= position.lon <= self.east

    def widened(self, degrees: float) -> "Box":
        """Return the box with so many degrees more on each side."""
        return Box(
            south=self.south - degrees,
            west=self.west - degrees,
            north=self.north + degrees,
            east=self.east + degrees,
        )


def service_area(department: Department) -> Box:
    """Return where the vehicles of a department may be."""
    return _boxes()[department.code].widened(AROUND_DEGREES)


def is_in_france(position: Position) -> bool:
    """Tell whether the position lies in or near some department: outside, it is swapped,
    truncated or invented."""
    return any(box.widened(AROUND_DEGREES).contains(position) for box in _boxes().values())


@cache
def _boxes() -> dict[str, Box]:
    text = (files("adapters.kit") / "department_boxes.csv").read_text(encoding="utf-8")
    return {
        row.pop("department"): Box(**{side: float(value) for side, value in row.items()})
        for row in csv.DictReader(text.splitlines())
    }
