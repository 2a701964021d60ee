"""Where vehicles are, and which ones there are: GEO-POS, GEO-RES, GEO-REQ."""

from typing import Annotated

from msgspec import UNSET, UnsetType

from adapters.hubsante.codes import (
    AvailabilityCode,
    CapacityCode,
    EngagedCode,
    MobilityCode,
    MoveCode,
    NatureCode,
    RadioCode,
    ResourceTypeCode,
)
from adapters.hubsante.forms import ResourceId, Stamp
from adapters.hubsante.wire.part import AT_LEAST_ONE, Wire


class Coord(Wire, frozen=True):
    """A point in WGS 84 degrees; height in metres."""

    lat: float
    lon: float
    height: float | UnsetType = UNSET


class VehiclePosition(Wire, frozen=True):
    """Where one vehicle was; `speed` in km/h, `cap` in degrees."""

    resource_id: ResourceId
    datetime: Stamp
    coord: Coord
    speed: float | UnsetType = UNSET
    cap: float | UnsetType = UNSET
    move: MoveCode | UnsetType = UNSET
    engine_on: bool | UnsetType = UNSET
    ground_status: bool | UnsetType = UNSET
    status: AvailabilityCode | UnsetType = UNSET
    engaged_status: EngagedCode | UnsetType = UNSET


class GeoPositionsUpdate(Wire, frozen=True):
    """GEO-POS: where vehicles are."""

    position: Annotated[tuple[VehiclePosition, ...], AT_LEAST_ONE]


class RadioContact(Wire, frozen=True):
    """A radio identifier."""

    type: RadioCode | UnsetType = UNSET
    details: str | UnsetType = UNSET


class ResourceDetails(Wire, frozen=True):
    """What a vehicle or a base is."""

    resource_id: ResourceId
    org_id: str
    resource_type: ResourceTypeCode
    name: str | UnsetType = UNSET
    nature: NatureCode | UnsetType = UNSET
    mobility: MobilityCode | UnsetType = UNSET
    capacity: CapacityCode | UnsetType = UNSET
    contacts: tuple[RadioContact, ...] | UnsetType = UNSET


class GeoResourcesDetails(Wire, frozen=True):
    """GEO-RES: which vehicles there are."""

    resource: tuple[ResourceDetails, ...] | UnsetType = UNSET


class GeoResourcesRequest(Wire, frozen=True):
    """GEO-REQ: somebody asks where these vehicles are."""

    resource_id: Annotated[tuple[ResourceId, ...], AT_LEAST_ONE]
