"""The ground of a map, drawn from a territory's own points: one cell a commune, clipped.

No contour is copied. A cell holds what is nearer to its commune's centre than to any other, within
reach of the centres: an outline that says where a commune is, never where it ends.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import shapely
from shapely.geometry.base import BaseGeometry

from adapters.territory.territory import Commune

EDGE_DEGREES = 0.03
"""How far the ground goes past the outermost centres, about 3 km."""

HOLLOWS = 0.25
"""How closely the outline follows the centres: 0 as closely as can be, 1 their convex hull."""

DECIMALS = 4
"""Coordinates are kept to about ten metres."""

Ring = tuple[tuple[float, float], ...]
"""Corners [longitude, latitude] of a surface without holes, the first one again at the end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A commune with the surfaces that stand for it on a map."""

    commune: Commune
    rings: tuple[Ring, ...]


def cells_of(
    communes: Sequence[Commune], contours: Mapping[str, tuple[Ring, ...]] | None = None
) -> tuple[Cell, ...]:
    """Draw the cell of each commune; `contours` are official ones by INSEE code, when known."""
    known = contours or {}
    if all(one.code in known for one in communes):
        return tuple(Cell(commune=one, rings=known[one.code]) for one in communes)
    squeeze = _squeeze(communes)
    centres = shapely.MultiPoint([(p.lon * squeeze, p.lat) for p in (c.position for c in communes)])
    ground = _ground(centres)
    drawn = shapely.voronoi_polygons(centres, extend_to=ground, ordered=True)
    return tuple(
        Cell(
            commune=one,
            rings=known.get(one.code) or tuple(_rings(cell.intersection(ground), squeeze)),
        )
        for one, cell in zip(communes, drawn.geoms, strict=True)
    )


def read_contours(path: Path) -> Mapping[str, tuple[Ring, ...]]:
    """Read official contours, GeoJSON with a property `code` (INSEE); empty without the file."""
    if not path.is_file():
        return {}
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    shapes = {one["properties"]["code"]: shapely.from_geojson(json.dumps(one)) for one in features}
    return {code: tuple(_rings(_first_of(shape), 1.0)) for code, shape in shapes.items()}


def _first_of(shape: BaseGeometry) -> BaseGeometry:
    """A feature is read as a collection of one."""
    return shapely.union_all(shapely.get_parts(shape))


def _squeeze(communes: Sequence[Commune]) -> float:
    """How much shorter a degree of longitude is than one of latitude, in the middle."""
    middle = sum(one.position.lat for one in communes) / len(communes)
    return math.cos(math.radians(middle))


def _ground(centres: shapely.MultiPoint) -> BaseGeometry:
    """What lies within reach of the centres; a line or a point when there are too few."""
    return shapely.concave_hull(centres, ratio=HOLLOWS).buffer(EDGE_DEGREES).simplify(0.004)


def _rings(shape: BaseGeometry, squeeze: float) -> list[Ring]:
    surfaces = [one for one in shapely.get_parts(shape) if one.geom_type == "Polygon"]
    return [
        tuple((round(x / squeeze, DECIMALS), round(y, DECIMALS)) for x, y in one.exterior.coords)
        for one in surfaces
    ]
