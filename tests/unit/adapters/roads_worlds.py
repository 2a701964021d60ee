"""Tiny worlds for the road tests: instants, places, and a town written as a real .osm.pbf."""

from dataclasses import dataclass, field
from datetime import datetime
from math import cos, radians
from pathlib import Path
from zoneinfo import ZoneInfo

import osmium
from osmium.osm.mutable import Node, Way

from adapters.roads.places import Place
from regulation.kernel.places import EARTH_RADIUS_M, Position

PARIS = ZoneInfo("Europe/Paris")
NIGHT = datetime(2026, 11, 24, 3, 0, tzinfo=PARIS)  # a Tuesday
DAY = datetime(2026, 11, 24, 12, 0, tzinfo=PARIS)
RUSH = datetime(2026, 11, 24, 18, 0, tzinfo=PARIS)

ORIGIN = Position(lat=43.6, lon=1.44)
DEGREE_M = radians(1) * EARTH_RADIUS_M


def at_m(east_m: float, north_m: float) -> Position:
    """Position so many metres east and north of the origin of the tiny worlds."""
    return Position(
        lat=ORIGIN.lat + north_m / DEGREE_M,
        lon=ORIGIN.lon + east_m / (DEGREE_M * cos(radians(ORIGIN.lat))),
    )


def place(east_m: float, north_m: float, population: int) -> Place:
    return Place(position=at_m(east_m, north_m), population=population)


@dataclass
class Town:
    """Nodes by name at metres from the origin, and ways through them, to be written as a pbf."""

    nodes: dict[str, tuple[float, float]]
    ways: list[tuple[str, dict[str, str]]]
    node_tags: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: str = ""

    def write(self, path: Path) -> Path:
        """Write the town; nodes in `left_out` are named by ways but absent, as at a border."""
        numbers = {name: i for i, name in enumerate(self.nodes, start=1)}
        with osmium.SimpleWriter(str(path), overwrite=True) as writer:
            for name, metres in self.nodes.items():
                if name not in self.left_out:
                    where = at_m(*metres)
                    tags = self.node_tags.get(name, {})
                    writer.add_node(
                        Node(id=numbers[name], location=(where.lon, where.lat), tags=tags)
                    )
            for i, (through, tags) in enumerate(self.ways, start=1):
                writer.add_way(Way(id=i, nodes=[numbers[name] for name in through], tags=tags))
        return path

    def at(self, name: str) -> Position:
        return at_m(*self.nodes[name])


def one_way_block() -> Town:
    """A square of streets, 1 km a side, driven A B C D A only on its one-way north side.

    ::

        D --<-- C        from C to D: 1 km; from D to C: round by A and B, 3 km
        |       |
        A ----- B
    """
    corners = {"A": (0.0, 0.0), "B": (1000.0, 0.0), "C": (1000.0, 1000.0), "D": (0.0, 1000.0)}
    plain = {"highway": "secondary", "maxspeed": "80"}
    ways = [("AB", plain), ("BC", plain), ("CD", {**plain, "oneway": "yes"}), ("DA", plain)]
    return Town(nodes=corners, ways=ways)


def grid_town() -> Town:
    """Eleven streets by eleven, 200 m apart, every third one quick, every fourth row one way."""
    names = {(i, j): chr(0x4E00 + 11 * i + j) for i in range(11) for j in range(11)}
    nodes = {name: (200.0 * i, 200.0 * j) for (i, j), name in names.items()}
    ways = []
    for k in range(11):
        tags = {"highway": "primary" if k % 3 == 0 else "residential"}
        along = "".join(names[i, k] for i in range(11))
        across = "".join(names[k, j] for j in range(11))
        ways.append((across, tags))
        ways.append((along, tags | ({"oneway": "yes"} if k % 4 == 1 else {})))
    return Town(nodes=nodes, ways=ways)
