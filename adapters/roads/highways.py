"""What OpenStreetMap's tags say of a road: its class, its limit, who may drive which way."""

import re
from collections.abc import Mapping
from enum import IntEnum


class RoadClass(IntEnum):
    """Roads open to cars, by the value of `highway`; the number is what the built file holds."""

    MOTORWAY = 0
    MOTORWAY_LINK = 1
    TRUNK = 2
    TRUNK_LINK = 3
    PRIMARY = 4
    PRIMARY_LINK = 5
    SECONDARY = 6
    SECONDARY_LINK = 7
    TERTIARY = 8
    TERTIARY_LINK = 9
    UNCLASSIFIED = 10
    RESIDENTIAL = 11
    LIVING_STREET = 12
    SERVICE = 13
    ROAD = 14


WITHOUT_DOORS = frozenset(
    {RoadClass.MOTORWAY, RoadClass.MOTORWAY_LINK, RoadClass.TRUNK, RoadClass.TRUNK_LINK}
)
"""Roads on which nobody lives: a position is never attached to them."""

STREETS = frozenset({RoadClass.RESIDENTIAL, RoadClass.LIVING_STREET})
"""Roads that are in a built-up area whatever stands around."""

NO_LIMIT = 0
"""A limit that isn't tagged, or is written in a way that says nothing."""

_ACCESS_KEYS = ("motorcar", "motor_vehicle", "vehicle", "access")  # the most precise one decides
_CLOSED = frozenset({"no", "private", "agricultural", "forestry"})
_BLOCKING_BARRIERS = frozenset({"block", "bollard", "chain", "jersey_barrier", "log"})
_SERVICE_LEFT_OUT = frozenset({"driveway", "parking_aisle", "drive-through"})
_LIMITS_BY_NAME = {"urban": 50, "rural": 80, "trunk": 110, "motorway": 130, "living_street": 20}
_MPH = 1.609344
_NUMBER = re.compile(r"(\d+)(?:\.\d+)?\s*(mph|km/h|kmh)?")
_MAX_STORED_LIMIT = 255


def road_class(tags: Mapping[str, str]) -> RoadClass | None:
    """Return the class of a way, None when it isn't a road one drives through."""
    name = tags.get("highway", "").upper()
    if name not in RoadClass.__members__ or tags.get("area") == "yes" or is_closed(tags):
        return None
    if tags.get("service") in _SERVICE_LEFT_OUT:
        return None
    return RoadClass[name]


def is_closed(tags: Mapping[str, str]) -> bool:
    """Tell whether the most precise access tag present keeps cars out."""
    for key in _ACCESS_KEYS:
        if key in tags:
            return tags[key] in _CLOSED
    return False


def is_blocked(tags: Mapping[str, str]) -> bool:
    """Tell whether a node stops cars: closed to them, or a bollard that isn't said to open."""
    if any(key in tags for key in _ACCESS_KEYS):
        return is_closed(tags)
    return tags.get("barrier") in _BLOCKING_BARRIERS


def directions(tags: Mapping[str, str], kind: RoadClass) -> tuple[bool, bool]:
    """Return whether one may drive along the way as drawn, and against it."""
    oneway = tags.get("oneway", "")
    if oneway == "reversible":
        return False, False
    if oneway in {"-1", "reverse"}:
        return False, True
    if oneway in {"yes", "true", "1"}:
        return True, False
    if oneway in {"no", "false", "0"}:
        return True, True
    implied = kind is RoadClass.MOTORWAY or tags.get("junction") in {"roundabout", "circular"}
    return True, not implied


def limit_kmh(tags: Mapping[str, str]) -> int:
    """Return the speed limit in km/h, `NO_LIMIT` when none is understood.

    `FR:urban` and its like are read as the French code; of several values, the lowest.
    """
    text = tags.get("maxspeed", "")
    values = [_one_limit(part.strip()) for part in text.split(";")]
    known = [value for value in values if value != NO_LIMIT]
    return min(known, default=NO_LIMIT)


def _one_limit(text: str) -> int:
    match = _NUMBER.fullmatch(text)
    if match:
        factor = _MPH if match[2] == "mph" else 1.0
        return min(round(int(match[1]) * factor), _MAX_STORED_LIMIT)
    name = text.partition(":")[2].removeprefix("zone").removeprefix(":")
    return int(name) if name.isdigit() else _LIMITS_BY_NAME.get(name, NO_LIMIT)
