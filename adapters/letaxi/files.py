"""Free taxis (answer of `GET /taxis`) and ranks (GeoJSON of schema-stationtaxi), from a file.

By law these taxis are hailed at once, within 150 to 500 m; none is booked for later, and nothing
says whether one is under agreement with the health insurance: no vehicle of the fleet comes of it.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from adapters.kit.defective import UNREADABLE, Defective, from_form_error
from adapters.kit.ground import service_area
from adapters.kit.ingest import FileReader, Ingested, Json, require_json
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from regulation.kernel.places import Position

WHEELCHAIR: Final = "vasp_handicap"
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class _Place(msgspec.Struct, frozen=True):
    lat: Latitude
    lon: Longitude


class _Vehicle(msgspec.Struct, frozen=True):
    nb_seats: int | None = None
    characteristics: tuple[str, ...] = ()


class _Taxi(msgspec.Struct, frozen=True):
    id: Annotated[str, Meta(min_length=1)]
    position: _Place
    status: str
    vehicle: _Vehicle = _Vehicle()
    crowfly_distance: float | None = None


class _Point(msgspec.Struct, frozen=True):
    type: str
    coordinates: tuple[Longitude, Latitude]


class _Station(msgspec.Struct, frozen=True):
    geometry: _Point
    properties: dict[str, Any]


class _Document(msgspec.Struct, frozen=True):
    data: tuple[msgspec.Raw, ...] | None = None
    features: tuple[msgspec.Raw, ...] | None = None


_DOCUMENT = msgspec.json.Decoder(_Document)
_TAXI = msgspec.json.Decoder(_Taxi)
_STATION = msgspec.json.Decoder(_Station)


def read_letaxi(raw: bytes, judgement: Judgement) -> Ingested:
    """Read taxis or ranks; each is accepted or put aside on its own."""
    body = require_json(raw)
    try:
        document = _DOCUMENT.decode(body)
    except UNREADABLE as error:
        return _aside(from_form_error(str(error)), body)
    records = document.data if document.data is not None else document.features
    if records is None:
        return _aside(Defective("data", "manque : ni taxis ni stations"), body)
    read = _taxi if document.data is not None else _station
    objects: list[Json] = []
    defects: list[Defect] = []
    for index, record in enumerate(map(bytes, records)):
        try:
            objects.append(read(record, judgement))
        except Defective as fault:
            defects.append(Defect(index=index, field=fault.field, reason=fault.reason, raw=record))
    return Ingested(objects=tuple(objects), defects=tuple(defects))


READERS: Final[Mapping[str, FileReader]] = {"letaxi": read_letaxi}
"""Reader of a file by name of feed."""


def _taxi(raw: bytes, judgement: Judgement) -> Json:
    try:
        taxi = _TAXI.decode(raw)
    except UNREADABLE as error:
        raise from_form_error(str(error)) from None
    position = _here(taxi.position.lat, taxi.position.lon, "position", judgement)
    return {
        "kind": "taxi",
        "id": f"LOCAL:{taxi.id}",
        "position": position,
        "is_free": taxi.status == "free",
        "takes_wheelchair": WHEELCHAIR in taxi.vehicle.characteristics,
        "seats": taxi.vehicle.nb_seats,
        "crow_m": taxi.crowfly_distance,
        "is_conventioned": None,
        "bookable": False,
        "source": "letaxi",
    }


def _station(raw: bytes, judgement: Judgement) -> Json:
    try:
        station = _STATION.decode(raw)
    except UNREADABLE as error:
        raise from_form_error(str(error)) from None
    lon, lat = station.geometry.coordinates
    return {
        "kind": "taxi_rank",
        "id": str(station.properties.get("id", "")) or None,
        "position": _here(lat, lon, "geometry.coordinates", judgement),
        "properties": station.properties,
        "source": "letaxi",
    }


def _here(lat: float, lon: float, field: str, judgement: Judgement) -> Json:
    area = judgement.area
    if area is not None and not service_area(area).contains(Position(lat=lat, lon=lon)):
        raise Defective(field, f"est loin du département {area.code}")
    return {"lat": lat, "lon": lon}


def _aside(fault: Defective, raw: bytes) -> Ingested:
    defect = Defect(index=None, field=fault.field, reason=fault.reason, raw=raw)
    return Ingested(objects=(), defects=(defect,))
