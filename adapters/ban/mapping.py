"""From the geocoder's answers to positions, or to none: a doubtful answer places nobody."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import msgspec

from adapters.ban.payloads import ANSWERS
from adapters.kit.failures import FeedFailure
from adapters.kit.ground import is_in_france
from adapters.kit.texts import read_table
from regulation.kernel.places import CommuneCode, Position
from regulation.records import PostalAddress

LEAST_SCORE = 0.6
"""Below it the address found is likely another one (assumption; the scale is the geocoder's)."""


class Precision(StrEnum):
    """How near to the door a position is."""

    HOUSE = "HOUSE"
    STREET = "STREET"
    COMMUNE = "COMMUNE"


_PRECISIONS = {
    "housenumber": Precision.HOUSE,
    "street": Precision.STREET,
    "locality": Precision.STREET,
    "municipality": Precision.COMMUNE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """Where an address is, and how near to the door."""

    position: Position
    precision: Precision
    commune: CommuneCode | None


class Told(NamedTuple):
    """One answer of either form."""

    lat: float
    lon: float
    score: float
    kind: str
    postcode: str
    citycode: str


def question_of(address: PostalAddress) -> str:
    """Write the address alone: nothing of who lives or works there leaves with it."""
    return f"{address.line} {address.postal_code} {address.town}".strip()


def read_answer(raw: bytes, address: PostalAddress) -> Placed | None:
    """Read the answer to one address; raise FeedFailure when it is of another form."""
    try:
        answers = ANSWERS.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise FeedFailure("réponse inutilisable du géocodeur", retryable=False) from None
    if not answers.features:
        return None
    best = answers.features[0]
    lon, lat = best.geometry.coordinates
    told = best.properties
    return _placed(Told(lat, lon, told.score, told.type, told.postcode, told.citycode), address)


def read_batch(raw: bytes, addresses: Sequence[PostalAddress]) -> Mapping[int, Placed]:
    """Read the table that answers a batch, by place of the address in it."""
    _, lines = read_table(raw, frozenset({"index", "latitude", "longitude", "result_score"}))
    found: dict[int, Placed] = {}
    for line in lines:
        try:
            index = int(line.cells["index"])
            placed = _placed(_told(line.cells), addresses[index])
        except (KeyError, ValueError, IndexError):
            continue  # not found: the service leaves its columns empty
        if placed is not None:
            found[index] = placed
    return found


def _told(cells: Mapping[str, str]) -> Told:
    lat, lon, score = (float(cells[name]) for name in ("latitude", "longitude", "result_score"))
    kind, postcode, citycode = (
        cells.get(name, "") for name in ("result_type", "result_postcode", "result_citycode")
    )
    return Told(lat, lon, score, kind, postcode, citycode)


def _placed(told: Told, address: PostalAddress) -> Placed | None:
    precision = _PRECISIONS.get(told.kind)
    position = Position(lat=told.lat, lon=told.lon)
    departments = {code[:2] for code in (told.postcode, address.postal_code) if code}
    if told.score < LEAST_SCORE or precision is None or len(departments) > 1:
        return None
    if not is_in_france(position):
        return None
    commune = CommuneCode(told.citycode) if told.citycode else None
    return Placed(position=position, precision=precision, commune=commune)
