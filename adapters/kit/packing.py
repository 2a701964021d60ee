"""Live facts as bytes: compact, and read only when somebody asks for them."""

from datetime import UTC, datetime, timedelta

import msgspec

from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from regulation.matching import Link
from regulation.offers import Agenda, Booking, Slot, SlotMode, Visibility
from regulation.records import RecordKey
from regulation.review import Doubts
from transport.reports import VehicleSeen

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class _Slot(msgspec.Struct, frozen=True, array_like=True):
    slot_id: str
    practitioner: str | None
    start_us: int
    end_us: int
    modes: tuple[str, ...]
    booking: str
    visibility: tuple[str, ...]
    specialties: tuple[str, ...]
    reason: str
    booking_url: str | None
    capacity: int
    reserved: bool = False


class _Agenda(msgspec.Struct, frozen=True, array_like=True):
    effecteur_id: str
    observed_us: int
    source: str
    valid_us: int
    asked_start_us: int
    asked_end_us: int
    slots: tuple[_Slot, ...]


class _Seen(msgspec.Struct, frozen=True, array_like=True):
    vehicle_id: str
    at_us: int
    source: str
    lat: float
    lon: float
    is_free: bool | None
    heading_deg: float | None
    speed_kmh: float | None


class _Doubts(msgspec.Struct, frozen=True, array_like=True):
    links: tuple[Link, ...]
    places: tuple[tuple[RecordKey, str], ...]


_ENCODER = msgspec.msgpack.Encoder()
_AGENDA = msgspec.msgpack.Decoder(_Agenda)
_SEEN = msgspec.msgpack.Decoder(_Seen)
_DOUBTS = msgspec.msgpack.Decoder(_Doubts)


def microseconds(instant: datetime) -> int:
    """Return an instant as a whole number that grows with it."""
    return (instant - EPOCH) // MICROSECOND


def pack_agenda(agenda: Agenda) -> bytes:
    """Write an agenda."""
    observed, asked = agenda.slots, agenda.asked
    return _ENCODER.encode(
        _Agenda(
            effecteur_id=str(agenda.effecteur_id),
            observed_us=microseconds(observed.observed_at),
            source=observed.source,
            valid_us=observed.valid_for // MICROSECOND,
            asked_start_us=microseconds(asked.start),
            asked_end_us=microseconds(asked.end),
            slots=tuple(map(_pack_slot, observed.value)),
        )
    )


def unpack_agenda(packed: bytes) -> Agenda:
    """Read an agenda; its instants come back in UTC."""
    read = _AGENDA.decode(packed)
    effecteur_id = Identifier.parse(read.effecteur_id)
    slots = tuple(_unpack_slot(slot, effecteur_id) for slot in read.slots)
    return Agenda(
        effecteur_id=effecteur_id,
        slots=Observed(slots, _instant(read.observed_us), read.source, read.valid_us * MICROSECOND),
        asked=_window(read.asked_start_us, read.asked_end_us),
    )


def pack_seen(seen: VehicleSeen) -> bytes:
    """Write where a vehicle was."""
    return _ENCODER.encode(
        _Seen(
            vehicle_id=seen.vehicle_id,
            at_us=microseconds(seen.at),
            source=seen.source,
            lat=seen.position.lat,
            lon=seen.position.lon,
            is_free=seen.is_free,
            heading_deg=seen.heading_deg,
            speed_kmh=seen.speed_kmh,
        )
    )


def unpack_seen(packed: bytes) -> VehicleSeen:
    """Read where a vehicle was; the instant comes back in UTC."""
    read = _SEEN.decode(packed)
    return VehicleSeen(
        at=_instant(read.at_us),
        source=read.source,
        vehicle_id=read.vehicle_id,
        position=Position(lat=read.lat, lon=read.lon),
        is_free=read.is_free,
        heading_deg=read.heading_deg,
        speed_kmh=read.speed_kmh,
    )


def _pack_slot(slot: Slot) -> _Slot:
    return _Slot(
        slot_id=slot.slot_id,
        practitioner=None if slot.practitioner is None else str(slot.practitioner),
        start_us=microseconds(slot.window.start),
        end_us=microseconds(slot.window.end),
        modes=tuple(sorted(slot.modes)),
        booking=slot.booking,
        visibility=tuple(sorted(slot.visibility)),
        specialties=tuple(sorted(slot.specialties)),
        reason=slot.reason,
        booking_url=slot.booking_url,
        capacity=slot.capacity,
        reserved=slot.reserved,
    )


def _unpack_slot(slot: _Slot, effecteur_id: Identifier) -> Slot:
    return Slot(
        slot_id=slot.slot_id,
        effecteur_id=effecteur_id,
        practitioner=None if slot.practitioner is None else Identifier.parse(slot.practitioner),
        window=_window(slot.start_us, slot.end_us),
        modes=frozenset(map(SlotMode, slot.modes)),
        booking=Booking(slot.booking),
        visibility=frozenset(map(Visibility, slot.visibility)),
        specialties=frozenset(slot.specialties),
        reason=slot.reason,
        booking_url=slot.booking_url,
        capacity=slot.capacity,
        reserved=slot.reserved,
    )


def _window(start_us: int, end_us: int) -> TimeWindow:
    return TimeWindow(_instant(start_us), _instant(end_us))


def _instant(us: int) -> datetime:
    return EPOCH + us * MICROSECOND


def pack_doubts(doubts: Doubts) -> bytes:
    """Pack pairs in doubt; the same pairs are the same bytes."""
    places = sorted(doubts.place_of.items(), key=lambda one: (one[0].source, one[0].record_id))
    told = tuple((key, str(place_id)) for key, place_id in places)
    return _ENCODER.encode(_Doubts(links=doubts.links, places=told))


def unpack_doubts(packed: bytes) -> Doubts:
    """Return the pairs in doubt that were packed."""
    read = _DOUBTS.decode(packed)
    places = {key: Identifier.parse(place_id) for key, place_id in read.places}
    return Doubts(links=read.links, place_of=places)
