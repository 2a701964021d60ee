"""From what a company sends to reports; an event that cannot be trusted leaves the others."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import msgspec

from adapters.kit.defective import UNREADABLE, Defective, from_form_error
from adapters.kit.ground import service_area
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.transporter.payloads import (
    AnswerEvent,
    Delivery,
    Event,
    PositionEvent,
    StatusEvent,
)
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE
from regulation.kernel.places import Position
from transport.reports import Answer, MissionReported, Report, RideAnswered, VehicleSeen

SOURCE: Final = "transporter"
MINUTE: Final = timedelta(minutes=1)

_DELIVERY = msgspec.json.Decoder(Delivery)
_EVENT: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """A delivery as it is understood: reports by their place in it, and the events put aside."""

    message_id: str
    reports: tuple[tuple[int, Report], ...]
    defects: tuple[Defect, ...]
    raws: tuple[bytes, ...]


def read_delivery(raw: bytes, judgement: Judgement, source: str = SOURCE) -> Reading:
    """Read a delivery; raise Defective when it is none."""
    try:
        delivery = _DELIVERY.decode(raw)
    except UNREADABLE as error:
        raise from_form_error(str(error)) from None
    raws = tuple(map(bytes, delivery.events))
    reports: list[tuple[int, Report]] = []
    defects: list[Defect] = []
    for index, one in enumerate(raws):
        try:
            reports.append((index, _report(_decoded(one), judgement, source)))
        except Defective as fault:
            defects.append(Defect(index=index, field=fault.field, reason=fault.reason, raw=one))
    return Reading(
        message_id=delivery.message_id,
        reports=tuple(reports),
        defects=tuple(defects),
        raws=raws,
    )


def _decoded(raw: bytes) -> Event:
    try:
        return _EVENT.decode(raw)
    except UNREADABLE as error:
        raise from_form_error(str(error)) from None


def _report(event: Event, judgement: Judgement, source: str) -> Report:
    at = _judged(event.at, judgement)
    match event:
        case AnswerEvent():
            return _answered(event, at, source)
        case StatusEvent():
            return MissionReported(
                at=at,
                source=source,
                vehicle_id=event.vehicle_id,
                request_id=event.mission_id,
                status=event.status,
                is_free=event.available,
                real_km=event.real_km,
            )
        case PositionEvent():
            return _seen(event, at, judgement, source)


def _answered(event: AnswerEvent, at: datetime, source: str) -> RideAnswered:
    if event.answer is Answer.ACCEPTED and event.vehicle_id is None:
        raise Defective("vehicle_id", "manque : quel véhicule viendra ?")
    wait = event.wait_minutes
    return RideAnswered(
        at=at,
        source=source,
        request_id=event.mission_id,
        answer=event.answer,
        within=None if wait is None else wait * MINUTE,
        vehicle_id=event.vehicle_id,
        price_eur_cents=event.price_eur_cents,
        valid_until=event.valid_until,
        reason=event.reason,
    )


def _seen(event: PositionEvent, at: datetime, judgement: Judgement, source: str) -> VehicleSeen:
    position = Position(lat=event.lat, lon=event.lon)
    area = judgement.area
    if area is not None and not service_area(area).contains(position):
        raise Defective("lat", f"est loin du département {area.code}")
    return VehicleSeen(
        at=at,
        source=source,
        vehicle_id=event.vehicle_id,
        position=position,
        is_free=event.available,
        heading_deg=event.heading,
        speed_kmh=event.speed_kmh,
    )


def _judged(at: datetime, judgement: Judgement) -> datetime:
    if judgement.now is not None and at - judgement.now > CLOCK_SKEW_TOLERANCE:
        raise Defective("at", "est dans le futur : l'horloge de l'expéditeur est fausse")
    return at
