"""From GOFS-lite files to what a service offers; a record that can't be trusted leaves the rest."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar

import msgspec

from adapters.gofs.payloads import (
    Calendar,
    File,
    Operation,
    Rule,
    System,
    VehicleType,
    Wait,
    Zone,
    Zones,
)
from adapters.kit.booking_rules import (
    BookingRule,
    clock_of,
    day_of,
    kind_of,
    notice_of,
    require_rule,
)
from adapters.kit.defective import UNREADABLE, Defective, from_form_error
from adapters.kit.ground import service_area
from adapters.kit.judgement import Judgement
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE
from regulation.kernel.places import Position

T = TypeVar("T")
SOURCE: Final = "gofs"
BOARDING: Final[Mapping[str, str]] = {
    "boarding_accessible": "OK",
    "boarding_accessible_with_assistance": "OK_WITH_HELP",
    "boarding_inaccessible": "NO",
}
"""Whether one boards in a wheelchair; anything else, or nothing, is UNKNOWN."""
DAYS: Final = frozenset({"mon", "tue", "wed", "thu", "fri", "sat", "sun"})
LISTS: Final = (
    *("booking_rules", "vehicle_types", "operating_rules", "calendars"),
    *("service_brands", "wait_times", "fares"),
)
POINT: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When a file says it was true, and until when."""

    observed_at: datetime
    valid_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class OnDemandRule:
    """A booking rule of a service on demand, and the zones it holds between (none: all)."""

    rule: BookingRule
    from_zones: tuple[str, ...]
    to_zones: tuple[str, ...]
    stamp: Stamp


def stamp_of(file: File, judgement: Judgement) -> Stamp:
    """Read when a file was true; raise Defective when that can't be."""
    told = file.last_updated
    try:
        if isinstance(told, int):
            observed_at = datetime.fromtimestamp(told, UTC)
        else:
            observed_at = datetime.fromisoformat(told)
        valid_until = observed_at + timedelta(seconds=file.ttl)
    except (ValueError, OverflowError, OSError):
        raise Defective("last_updated", "n'est pas un instant") from None
    if observed_at.tzinfo is None:
        raise Defective("last_updated", "n'a pas de décalage")
    if judgement.now is not None and observed_at - judgement.now > CLOCK_SKEW_TOLERANCE:
        raise Defective("last_updated", "est dans le futur : l'horloge de la source est fausse")
    return Stamp(observed_at=observed_at, valid_until=valid_until)


def records_of(file: File) -> Iterator[tuple[str, bytes]]:
    """Yield the records of a file with the name of their list; raise Defective when it has none."""
    names = [name for name in LISTS if name in file.data]
    if "zones" in file.data:
        yield from (("zones", bytes(one)) for one in _decoded(file.data["zones"], Zones).features)
    elif {"name", "timezone"} <= set(file.data):
        whole = msgspec.json.encode({name: msgspec.Raw(raw) for name, raw in file.data.items()})
        yield "system_information", whole
    elif not names:
        raise Defective("data", "ne contient aucun fichier GOFS-lite qui soit lu ici")
    for name in names:
        for one in _decoded(file.data[name], tuple[msgspec.Raw, ...]):
            yield name, bytes(one)


def rule_of(raw: bytes, stamp: Stamp) -> OnDemandRule:
    """Read a booking rule; raise Defective."""
    told = _decoded(raw, Rule)
    rule = BookingRule(
        kind=kind_of(told.booking_type),
        notice=notice_of(told.prior_notice_duration_min),
        last_day=day_of(told.prior_notice_last_day),
        last_time=clock_of(told.prior_notice_last_time, "prior_notice_last_time"),
        counts_service_days=bool(told.prior_notice_calendar_id),
        phone=told.phone_number,
        url=told.booking_url,
        message=told.message,
    )
    return OnDemandRule(
        rule=require_rule(rule),
        from_zones=told.from_zone_ids,
        to_zones=told.to_zone_ids,
        stamp=stamp,
    )


def _rule(raw: bytes, stamp: Stamp, _: Judgement) -> dict[str, object]:
    read = rule_of(raw, stamp)
    return {
        "kind": "booking_rule",
        "from_zones": list(read.from_zones),
        "to_zones": list(read.to_zones),
        **read.rule.as_document(),
    }


def _vehicle(raw: bytes, _: Stamp, __: Judgement) -> dict[str, object]:
    told = _decoded(raw, VehicleType)
    seats = told.max_capacity
    if isinstance(seats, str) and seats.strip():
        try:
            seats = int(seats)
        except ValueError:
            raise Defective("max_capacity", "n'est pas un nombre de places") from None
    if isinstance(seats, int) and seats < 1:
        raise Defective("max_capacity", "n'est pas un nombre de places")
    return {
        "kind": "vehicle_type",
        "id": f"LOCAL:{told.vehicle_type_id}",
        "seats": seats or None,
        "wheelchair": BOARDING.get(told.wheelchair_boarding, "UNKNOWN"),
    }


def _zone(raw: bytes, _: Stamp, judgement: Judgement) -> dict[str, object]:
    told = _decoded(raw, Zone)
    points = list(_points(told.geometry.coordinates)) if told.geometry else []
    if not points:
        raise Defective("geometry", "manque : où le service circule n'est pas connu")
    for lon, lat in points:
        if not (-180 <= lon <= 180 and -90 <= lat <= 90):  # noqa: PLR2004  degrees
            raise Defective(
                "geometry.coordinates", "ne sont pas des degrés : longitude, puis latitude"
            )
    lons, lats = [lon for lon, _ in points], [lat for _, lat in points]
    middle = Position(lat=sum(lats) / len(lats), lon=sum(lons) / len(lons))
    area = judgement.area
    if area is not None and not service_area(area).contains(middle):
        raise Defective("geometry.coordinates", f"sont loin du département {area.code}")
    return {
        "kind": "zone",
        "id": f"LOCAL:{told.zone_id}",
        "bbox": [min(lons), min(lats), max(lons), max(lats)],
    }


def _points(coordinates: object) -> Iterator[tuple[float, float]]:
    if not isinstance(coordinates, list):
        return
    numbers = [one for one in coordinates if isinstance(one, int | float)]
    if len(numbers) == len(coordinates) >= POINT:
        yield float(numbers[0]), float(numbers[1])
        return
    for one in coordinates:
        yield from _points(one)


def _operation(raw: bytes, _: Stamp, __: Judgement) -> dict[str, object]:
    told = _decoded(raw, Operation)
    if told.start_pickup_window and not (told.end_pickup_window or told.end_dropoff_window):
        raise Defective("end_pickup_window", "manque : la plage ne finit jamais")
    if told.end_pickup_window and not told.start_pickup_window:
        raise Defective("start_pickup_window", "manque : la plage ne commence jamais")
    return {
        "kind": "operating_rule",
        "from_zone": told.from_zone_id,
        "to_zone": told.to_zone_id,
        "calendars": list(told.calendars),
        "vehicle_types": list(told.vehicle_type_id),
        "pickup": [told.start_pickup_window or None, told.end_pickup_window or None],
    }


def _calendar(raw: bytes, _: Stamp, judgement: Judgement) -> dict[str, object]:
    told = _decoded(raw, Calendar)
    first, last = _day(told.start_date, "start_date"), _day(told.end_date, "end_date")
    if last < first:
        raise Defective("end_date", "est avant start_date")
    strange = sorted(set(told.days) - DAYS)
    if strange:
        raise Defective("days", f"{strange[0][:20]!r} n'est pas parmi mon … sun")
    if judgement.now is not None and last < judgement.now.astimezone(judgement.zone).date():
        raise Defective("end_date", "est passé : le calendrier est fini")
    return {
        "kind": "calendar",
        "id": f"LOCAL:{told.calendar_id}",
        "first": first.isoformat(),
        "last": last.isoformat(),
        "days": list(told.days) or sorted(DAYS),
        "except": [_day(one, "excepted_dates").isoformat() for one in told.excepted_dates],
    }


def _day(text: str, field: str) -> date:
    """Read a day, written YYYYMMDD or YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Defective(field, f"{text[:20]!r} n'est pas un jour") from None


def _wait(raw: bytes, stamp: Stamp, judgement: Judgement) -> dict[str, object]:
    told = _decoded(raw, Wait)
    if judgement.now is not None and judgement.now > stamp.valid_until:
        raise Defective(
            "last_updated", "a passé son ttl : l'attente de maintenant n'est pas connue"
        )
    return {"kind": "wait_time", "brand": told.brand_id, "wait_s": int(told.wait_time)}


def _system(raw: bytes, _: Stamp, __: Judgement) -> dict[str, object]:
    told = _decoded(raw, System)
    return {
        "kind": "service",
        "name": told.name,
        "operator": told.operator or None,
        "phone": told.phone_number or None,
        "timezone": told.timezone,
    }


def _as_it_is(raw: bytes, _: Stamp, __: Judgement) -> dict[str, object]:
    told: Any = msgspec.json.decode(raw)
    if not isinstance(told, dict):
        raise Defective("data", "n'est pas un objet")
    return {"kind": "as_sent", "said": told}


Reader = Callable[[bytes, Stamp, Judgement], dict[str, object]]
READERS: Final[Mapping[str, Reader]] = {
    "booking_rules": _rule,
    "vehicle_types": _vehicle,
    "zones": _zone,
    "operating_rules": _operation,
    "calendars": _calendar,
    "wait_times": _wait,
    "system_information": _system,
    "service_brands": _as_it_is,
    "fares": _as_it_is,
}


def _decoded(raw: bytes, kind: type[T]) -> T:
    try:
        return msgspec.json.decode(raw, type=kind)
    except UNREADABLE as error:
        raise from_form_error(str(error)) from None
