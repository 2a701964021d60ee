"""Reads roads and named places from an OpenStreetMap extract (.osm.pbf), by pyosmium."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from adapters.roads.errors import UnreadableRoads, refuse_unreadable
from adapters.roads.highways import directions, is_blocked, limit_kmh, road_class
from regulation.kernel.places import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A node tagged `place`; `population` is None when the map doesn't say."""

    kind: str
    name: str
    population: int | None
    position: Position


@dataclass(slots=True)
class DrawnRoads:
    """Ways open to cars as they are drawn: parallel columns, one row per node of a way.

    `way_of` numbers runs of nodes; the columns after it have one row per run.
    """

    node_id: "array[int]" = field(default_factory=lambda: array("q"))
    lat: "array[float]" = field(default_factory=lambda: array("d"))
    lon: "array[float]" = field(default_factory=lambda: array("d"))
    way_of: "array[int]" = field(default_factory=lambda: array("q"))
    road_class: "array[int]" = field(default_factory=lambda: array("B"))
    limit_kmh: "array[int]" = field(default_factory=lambda: array("B"))
    along: "array[int]" = field(default_factory=lambda: array("B"))
    against: "array[int]" = field(default_factory=lambda: array("B"))
    signals: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    places: list[NamedPlace] = field(default_factory=list)


def read_extract(path: Path) -> DrawnRoads:
    """Read the roads open to cars and the named places of an extract, in one pass."""
    drawn = DrawnRoads()
    for item in _items(path, "highway", "barrier", "place"):
        if item.is_way():
            _add_way(drawn, item)
        else:
            _add_node(drawn, item)
    if not drawn.road_class:
        raise UnreadableRoads(
            f"{path} : aucune route ouverte aux voitures ; est-ce le bon extrait ?"
        )
    return drawn


def describe_source(path: Path) -> str:
    """Name the extract, the date of its data when it tells, and whom to thank for it."""
    refuse_unreadable(path)
    try:
        with osmium.io.Reader(str(path), osmium.osm.NOTHING) as reader:
            written = reader.header().get("osmosis_replication_timestamp")
    except (RuntimeError, OSError) as error:
        raise _unreadable(path) from error
    when = f" du {written[:10]}" if written else ""
    return f"réseau routier {path.name}{when} (© les contributeurs d'OpenStreetMap, ODbL)"


def _unreadable(path: Path) -> UnreadableRoads:
    return UnreadableRoads(
        f"{path} : ne se lit pas comme un extrait .osm.pbf (abîmé, ou d'un autre format)"
    )


def _items(path: Path, *keys: str) -> Iterator[Any]:
    refuse_unreadable(path)
    try:
        source = osmium.FileProcessor(str(path), osmium.osm.NODE | osmium.osm.WAY)
        yield from source.with_locations().with_filter(osmium.filter.KeyFilter(*keys))
    except (RuntimeError, OSError) as error:
        raise _unreadable(path) from error


def _add_node(drawn: DrawnRoads, node: Any) -> None:  # noqa: ANN401  pyosmium has no types
    tags = dict(node.tags)
    if tags.get("highway") == "traffic_signals":
        drawn.signals.add(node.id)
    if is_blocked(tags):
        drawn.blocked.add(node.id)
    if "place" in tags:
        position = Position(lat=node.location.lat, lon=node.location.lon)
        drawn.places.append(
            NamedPlace(
                kind=tags["place"],
                name=tags.get("name", ""),
                population=_whole_number(tags.get("population", "")),
                position=position,
            )
        )


def _whole_number(text: str) -> int | None:
    digits = text.replace(" ", "").replace("\u202f", "")
    return int(digits) if digits.isdecimal() else None


def _add_way(drawn: DrawnRoads, way: Any) -> None:  # noqa: ANN401  pyosmium has no types
    tags = dict(way.tags)
    kind = road_class(tags)
    if kind is None:
        return
    along, against = directions(tags, kind)
    for run in _runs(way):
        number = len(drawn.road_class)
        drawn.node_id.extend(node[0] for node in run)
        drawn.lat.extend(node[1] for node in run)
        drawn.lon.extend(node[2] for node in run)
        drawn.way_of.extend([number] * len(run))
        drawn.road_class.append(kind)
        drawn.limit_kmh.append(limit_kmh(tags))
        drawn.along.append(along)
        drawn.against.append(against)


def _runs(way: Any) -> Iterator[list[tuple[int, float, float]]]:  # noqa: ANN401  as above
    """Yield the stretches of the way whose nodes are in the extract: it may be clipped."""
    run: list[tuple[int, float, float]] = []
    for node in way.nodes:
        if node.location.valid():
            run.append((node.ref, node.location.lat, node.location.lon))
            continue
        if len(run) > 1:
            yield run
        run = []
    if len(run) > 1:
        yield run
