"""The JSON of GOFS-lite 1.0: every file is `{last_updated, ttl, version, data}`.

`max_capacity` is a text in the published schema and a number in its prose: both are read.
"""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

Id = Annotated[str, Meta(min_length=1, max_length=200)]
Seconds = Annotated[float, Meta(ge=0)]


class File(msgspec.Struct, frozen=True, kw_only=True):
    """One file; `last_updated` is a POSIX time or RFC 3339, `ttl` in seconds."""

    last_updated: int | str
    ttl: Seconds
    data: dict[str, msgspec.Raw]
    version: str = ""


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """A booking rule; without zones it holds everywhere."""

    booking_type: float
    from_zone_ids: tuple[Id, ...] = ()
    to_zone_ids: tuple[Id, ...] = ()
    prior_notice_duration_min: float | None = None
    prior_notice_last_day: float | None = None
    prior_notice_last_time: str = ""
    prior_notice_calendar_id: str = ""
    message: str = ""
    phone_number: str = ""
    booking_url: str = ""


class VehicleType(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of vehicle; a wheelchair is not known of when nothing is said."""

    vehicle_type_id: Id
    max_capacity: int | str | None = None
    wheelchair_boarding: str = ""


class Geometry(msgspec.Struct, frozen=True, kw_only=True):
    """A GeoJSON geometry; coordinates are nested by its type."""

    type: str
    coordinates: Any = None


class Zone(msgspec.Struct, frozen=True, kw_only=True):
    """A zone of the service."""

    zone_id: Id
    geometry: Geometry | None
    properties: dict[str, Any] | None = None


class Zones(msgspec.Struct, frozen=True, kw_only=True):
    """A GeoJSON collection."""

    features: tuple[msgspec.Raw, ...]


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """When one is taken from a zone to another, in what."""

    from_zone_id: Id
    to_zone_id: Id
    calendars: tuple[Id, ...]
    vehicle_type_id: tuple[Id, ...]
    start_pickup_window: str = ""
    end_pickup_window: str = ""
    end_dropoff_window: str = ""
    brand_id: str = ""


class Calendar(msgspec.Struct, frozen=True, kw_only=True):
    """Days of service; no days named: all of them."""

    calendar_id: Id
    start_date: str
    end_date: str
    days: tuple[str, ...] = ()
    excepted_dates: tuple[str, ...] = ()


class Wait(msgspec.Struct, frozen=True, kw_only=True):
    """How long one waits now, in seconds, for a brand of the service."""

    brand_id: Id
    wait_time: Seconds


class System(msgspec.Struct, frozen=True, kw_only=True):
    """Who runs the service; `timezone` is that of its hours."""

    name: Id
    timezone: Id
    language: str = ""
    operator: str = ""
    phone_number: str = ""
    email: str = ""
