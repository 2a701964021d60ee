"""Agendas given slot by slot, and practices to go with them."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from adapters.kit.hours import parse_hours
from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow
from regulation.offers import Booking, SlotMode, Visibility
from simulations.agendas import AgendaSlot, Community, Practice, SlotNotFree

NOW = datetime.fromisoformat("2026-11-22T19:40:00+01:00")
DOCTOR_A = Identifier.parse("RPPS:19990000002")
DOCTOR_B = Identifier.parse("RPPS:19990000010")
CABINET = Identifier.parse("FINESS:990000010")
COMMUNITY = Community(
    structure=Identifier.parse("FINESS:990000028"), name="CPTS des essais (synthétique)"
)
ANNEXE = Identifier.parse("SIRET:99000000000010")


def practice(doctor: Identifier, place: Identifier, phone: str | None = None) -> Practice:
    return Practice(
        practitioner=doctor,
        family_name=f"Synthétique-{doctor.value[-2:]}",
        given_name="Alex",
        place_id=place,
        organisation=place,
        place_name="Cabinet des essais",
        address_line="1 rue des Essais",
        postal_code="31000",
        city="Toulouse",
        phone=phone,
        specialties=frozenset({"SM54"}),
        hours=parse_hours("Mo-Fr 07:00-20:00; Sa 08:00-26:00; Su 09:00-24:00"),
    )


def slot(doctor: Identifier, place: Identifier, hours_ahead: float) -> AgendaSlot:
    start = NOW + timedelta(hours=hours_ahead)
    name = f"{doctor.value}-{place.value}-{hours_ahead:g}"
    return AgendaSlot(
        slot_id=name,
        practitioner=doctor,
        place_id=place,
        start=start,
        end=start + timedelta(minutes=20),
        modes=frozenset({SlotMode.AMB}),
        booking=Booking.ROUTINE,
        visibility=frozenset({Visibility.SNP}),
        specialties=frozenset({"SM54"}),
        reason="Soins non programmés",
        booking_url=f"https://agenda.example/rdv/{name}",
    )


class GivenAgendas:
    """Shows the slots it was given."""

    def __init__(self, slots: Sequence[AgendaSlot], practices: Sequence[Practice]) -> None:
        self.slots = tuple(slots)
        self.practices = tuple(practices)
        self.booked: set[str] = set()

    def practices_at(self, association: Identifier) -> tuple[Practice, ...]:
        return tuple(one for one in self.practices if one.organisation == association)

    def community_of(self, place: Identifier) -> Community | None:
        return COMMUNITY if place == CABINET else None

    def book(self, slot_id: str, now: datetime) -> AgendaSlot:
        for one in self.slots:
            if one.slot_id == slot_id and one.start > now and slot_id not in self.booked:
                self.booked.add(slot_id)
                return one
        raise SlotNotFree(slot_id)

    def release(self, slot_id: str) -> None:
        self.booked.discard(slot_id)

    def practices_of(self, rpps: Identifier) -> tuple[Practice, ...]:
        return tuple(one for one in self.practices if one.practitioner == rpps)

    def free_slots(
        self, rpps: Sequence[Identifier], window: TimeWindow, now: datetime
    ) -> tuple[AgendaSlot, ...]:
        return tuple(
            one
            for one in self.slots
            if one.slot_id not in self.booked
            and one.practitioner in rpps
            and window.contains(one.start)
            and one.start >= now
        )


def two_doctors() -> GivenAgendas:
    """A works at two places, B at one of them; each agenda has two slots tomorrow."""
    pairs = [(DOCTOR_A, CABINET), (DOCTOR_A, ANNEXE), (DOCTOR_B, CABINET)]
    slots = [slot(*pair, hours_ahead=ahead) for pair in pairs for ahead in (13, 14)]
    phones = {DOCTOR_A: "05 61 00 00 00", DOCTOR_B: None}
    return GivenAgendas(slots, [practice(*pair, phone=phones[pair[0]]) for pair in pairs])
