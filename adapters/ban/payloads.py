"""Answers of the geocoder: GeoJSON for one address, a table for a batch (data.geopf.fr)."""

from typing import Annotated, Literal

import msgspec

Degrees = Annotated[float, msgspec.Meta(ge=-180, le=180)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1.0001)]


class Point(msgspec.Struct, frozen=True):
    """Longitude, then latitude."""

    type: Literal["Point"]
    coordinates: tuple[Degrees, Degrees]


class Properties(msgspec.Struct, frozen=True):
    """How sure the answer is, and of what: a house number, a street, a commune."""

    score: Share
    type: str
    postcode: str = ""
    citycode: str = ""


class Feature(msgspec.Struct, frozen=True):
    """One answer."""

    geometry: Point
    properties: Properties


class Answers(msgspec.Struct, frozen=True):
    """Answers, the likeliest first."""

    type: Literal["FeatureCollection"]
    features: tuple[Feature, ...]


ANSWERS = msgspec.json.Decoder(Answers)
