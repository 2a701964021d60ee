"""The base map as GeoJSON, made once from what the territory knows of itself."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from adapters.roads.model import ImaginedRoad
from services.ground import Ground

DECIMALS = 4

Shape = dict[str, object]


@dataclass(frozen=True, slots=True)
class BaseMap:
    """The document, with a digest by which browsers keep it."""

    document: bytes
    digest: str


@lru_cache(maxsize=4)
def base_map(ground: Ground) -> BaseMap:
    """Write cells, roads and names of communes."""
    told = {
        "communes": _collection(_cells(ground)),
        "routes": _collection(_roads(ground)),
        "noms": _collection(_names(ground)),
    }
    document = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return BaseMap(document, hashlib.sha256(document).hexdigest()[:12])


def _collection(features: Iterator[Shape]) -> Shape:
    return {"type": "FeatureCollection", "features": list(features)}


def _feature(kind: str, coordinates: object, **properties: object) -> Shape:
    return {
        "type": "Feature",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": properties,
    }


def _cells(ground: Ground) -> Iterator[Shape]:
    for cell in ground.cells:
        rings = [[ring] for ring in cell.rings]
        yield _feature("MultiPolygon", rings, insee=cell.commune.code, nom=cell.commune.name)


def _roads(ground: Ground) -> Iterator[Shape]:
    for is_fast in (False, True):
        lines = [_line(one) for one in ground.roads if one.is_fast is is_fast]
        yield _feature("MultiLineString", lines, rapide=is_fast)


def _line(road: ImaginedRoad) -> list[list[float]]:
    return [[round(p.lon, DECIMALS), round(p.lat, DECIMALS)] for p in road.ends]


def _names(ground: Ground) -> Iterator[Shape]:
    for one in sorted(ground.communes, key=lambda one: -one.population):
        where = [round(one.position.lon, DECIMALS), round(one.position.lat, DECIMALS)]
        yield _feature("Point", where, nom=one.name, habitants=one.population)
