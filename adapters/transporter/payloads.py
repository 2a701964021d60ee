"""The JSON a company sends: a delivery of events, each with its type.

Codes are those of the Hub Santé (`reponseDemande`, `statutVecteur`), so that a bridge to it is
only a serializer; instants carry an offset, money is whole euro cents.
"""

from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta

from transport.reports import Answer as AnswerCode
from transport.reports import MissionStatus, Refusal

Id = Annotated[str, Meta(pattern=r"\A[A-Za-z0-9][A-Za-z0-9._:/~-]{0,119}\Z")]
Instant = Annotated[datetime, Meta(tz=True)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]


class _Event(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"
):
    """Something that was true at an instant."""

    at: Instant


class AnswerEvent(_Event, tag="answer", frozen=True, kw_only=True):
    """A mission is accepted, refused or put off."""

    mission_id: Id
    answer: AnswerCode
    vehicle_id: Id | None = None
    reason: Refusal | None = None
    wait_minutes: Annotated[int, Meta(ge=0, le=1440)] | None = None
    price_eur_cents: Annotated[int, Meta(ge=0)] | None = None
    valid_until: Instant | None = None


class StatusEvent(_Event, tag="status", frozen=True, kw_only=True):
    """A mission has got further."""

    mission_id: Id
    vehicle_id: Id
    status: MissionStatus
    available: bool | None = None
    real_km: Annotated[float, Meta(ge=0, le=2000)] | None = None


class PositionEvent(_Event, tag="position", frozen=True, kw_only=True):
    """A vehicle is somewhere; `available` left out is not known."""

    vehicle_id: Id
    lat: Latitude
    lon: Longitude
    available: bool | None = None
    heading: Annotated[float, Meta(ge=0, lt=360)] | None = None
    speed_kmh: Annotated[float, Meta(ge=0, le=250)] | None = None


Event = AnswerEvent | StatusEvent | PositionEvent


class Delivery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Some events; `message_id` is the same each time the delivery is sent again."""

    message_id: Id
    events: Annotated[tuple[msgspec.Raw, ...], Meta(min_length=1, max_length=500)]
