"""From the legal projections of France to WGS 84 degrees."""

from collections.abc import Iterable, Mapping
from functools import cache

from pyproj import Transformer

from adapters.kit.ground import is_in_france
from regulation.kernel.places import Position

EPSG = {
    "LAMBERT_93": 2154,
    "UTM_N20": 5490,
    "UTM_N21": 4467,
    "UTM_N22": 2972,
    "UTM_S38": 4471,
    "UTM_S40": 2975,
}
"""Projection, as the source of a coordinate ends by naming it, and its EPSG code (décret
n° 2019-165 : RGF93, RGAF09, RGSPM06, RGFG95, RGM04, RGR92)."""

OVERSEAS = {
    "9A": "UTM_N20",
    "9B": "UTM_N20",
    "9C": "UTM_N22",
    "9D": "UTM_S40",
    "9E": "UTM_N21",
    "9F": "UTM_S38",
}
"""Departments overseas, as FINESS codes them; the others are in Lambert-93."""

Planar = tuple[float, float]


def projection_of(source: str, department: str) -> str:
    """Name the projection: told by the source, else that of the department."""
    last = source.rpartition(",")[2].strip().upper()
    return last if last in EPSG else OVERSEAS.get(department, "LAMBERT_93")


def to_degrees(projection: str, points: Mapping[str, Planar]) -> Mapping[str, Position | None]:
    """Convert points of one projection, by name; None for one that is not in France."""
    if not points:
        return {}
    eastings, northings = zip(*points.values(), strict=True)
    longitudes, latitudes = _transformer(projection).transform(eastings, northings)
    return dict(zip(points, _positions(latitudes, longitudes), strict=True))


def _positions(
    latitudes: Iterable[float], longitudes: Iterable[float]
) -> Iterable[Position | None]:
    for lat, lon in zip(latitudes, longitudes, strict=True):
        try:
            position = Position(lat=float(lat), lon=float(lon))
        except ValueError:
            yield None  # outside the projection: infinite degrees
        else:
            yield position if is_in_france(position) else None


@cache
def _transformer(projection: str) -> Transformer:
    return Transformer.from_crs(EPSG[projection], 4326, always_xy=True)
