"""Where the patient is, as a case of RS-EDA says it."""

from msgspec import UNSET, UnsetType

from adapters.hubsante.codes import (
    InfoSourceCode,
    InfoTypeCode,
    LocationSourceCode,
    PrecisionCode,
)
from adapters.hubsante.forms import InseeCode, LocationNumber, PhoneText, Stamp
from adapters.hubsante.wire.part import Wire


class ExternalLocation(Wire, frozen=True):
    """The number of an establishment."""

    source: LocationSourceCode
    value: LocationNumber


class Highway(Wire, frozen=True):
    """A place on a motorway."""

    name: str | UnsetType = UNSET
    pk: str | UnsetType = UNSET
    direction: str | UnsetType = UNSET


class WayName(Wire, frozen=True):
    """A street."""

    complete: str
    type: str | UnsetType = UNSET
    name: str | UnsetType = UNSET


class DetailedAddress(Wire, frozen=True):
    """An address, whole and in parts."""

    complete: str
    highway: Highway | UnsetType = UNSET
    number: str | UnsetType = UNSET
    way_name: WayName | UnsetType = UNSET


class City(Wire, frozen=True):
    """A commune."""

    name: str | UnsetType = UNSET
    insee_code: InseeCode | UnsetType = UNSET


class Access(Wire, frozen=True):
    """How one gets to the door."""

    floor: str | UnsetType = UNSET
    room_number: str | UnsetType = UNSET
    interphone: str | UnsetType = UNSET
    access_code: tuple[str, ...] | UnsetType = UNSET
    elevator: str | UnsetType = UNSET
    building_name: str | UnsetType = UNSET
    entrance: str | UnsetType = UNSET
    entity: str | UnsetType = UNSET
    phone_number: PhoneText | UnsetType = UNSET


class PreciseCoord(Wire, frozen=True):
    """A point and how well it is known."""

    lat: float
    lon: float
    precision: PrecisionCode
    height: float | UnsetType = UNSET


class Point(Wire, frozen=True):
    """A point; `is_aml` when the telephone gave it."""

    coord: PreciseCoord
    is_aml: bool | UnsetType = UNSET


class Geometry(Wire, frozen=True):
    """A point at an instant."""

    datetime: Stamp
    point: Point | UnsetType = UNSET


class ExternalInfo(Wire, frozen=True):
    """Something more about the place, elsewhere."""

    freetext: InfoSourceCode
    uri: str
    type: InfoTypeCode | UnsetType = UNSET


class Location(Wire, frozen=True):
    """Where the patient is."""

    name: str | UnsetType = UNSET
    external_location_id: tuple[ExternalLocation, ...] | UnsetType = UNSET
    detailed_address: DetailedAddress | UnsetType = UNSET
    city: City | UnsetType = UNSET
    access: Access | UnsetType = UNSET
    geometry: Geometry | UnsetType = UNSET
    external_info: tuple[ExternalInfo, ...] | UnsetType = UNSET
    freetext: str | UnsetType = UNSET
