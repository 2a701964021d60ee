"""One free slot of FHIR to one slot of ours: codes, booking, who may use it."""

import re
from collections import Counter
from collections.abc import Mapping

from adapters.sas.defective import Defective
from adapters.sas.payloads import CodeableConcept, Slot
from adapters.sas.places import ConsultationPlace
from regulation import offers
from regulation.kernel.time import TimeWindow
from regulation.offers import Booking, SlotMode, Visibility

_MODES: Mapping[str, SlotMode] = {mode.value: mode for mode in SlotMode}
_VISIBILITIES: Mapping[str, Visibility] = {one.value: one for one in Visibility}
_BOOKINGS = {"ROUTINE": Booking.ROUTINE, "WALKIN": Booking.WALKIN}
_SPECIALTIES = "TRE_R38"
_CATEGORIES = "TRE_R66"
_URL = re.compile(r"https?://[^\s/?#]+\S*")
_MOST_URL, _MOST_REASON = 2_000, 200


def to_offer_slot(
    slot: Slot, place: ConsultationPlace, window: TimeWindow, source: str, unknown: Counter[str]
) -> offers.Slot:
    """Map one slot; raise Defective when what it offers, to whom or how is not said.

    Codes nobody defined are counted in `unknown` and never guessed.
    """
    if not slot.id:
        raise Defective("id", "is missing")
    booking = _booking(slot)
    modes, reason = _modes_and_reason(slot, unknown)
    return offers.Slot(
        slot_id=f"LOCAL:{source}/{slot.id}",
        effecteur_id=place.effecteur_id,
        practitioner=place.practitioner,
        window=window,
        modes=modes,
        booking=booking,
        visibility=_visibility(slot, unknown),
        specialties=_specialties(slot.specialty),
        reason=reason,
        booking_url=_booking_url(slot, booking),
    )


def _booking(slot: Slot) -> Booking:
    codings = slot.appointment_type.coding if slot.appointment_type else ()
    found = {_BOOKINGS[coding.code] for coding in codings if coding.code in _BOOKINGS}
    if len(found) != 1:
        raise Defective("appointmentType", "is neither ROUTINE nor WALKIN: how does one get in?")
    return found.pop()


def _modes_and_reason(slot: Slot, unknown: Counter[str]) -> tuple[frozenset[SlotMode], str]:
    modes, texts = [], []
    for concept in slot.service_type:
        if concept.text:
            texts.append(concept.text)
        for coding in concept.coding:
            if coding.code in _MODES:
                modes.append(_MODES[coding.code])
            elif _CATEGORIES not in coding.system:
                unknown[f"serviceType {coding.code[:24]}"] += 1
    if not modes:
        raise Defective("serviceType", "names none of AMB, HH, VR: where is one seen?")
    return frozenset(modes), " ; ".join(texts)[:_MOST_REASON]


def _visibility(slot: Slot, unknown: Counter[str]) -> frozenset[Visibility]:
    found = []
    for coding in slot.meta.security:
        if coding.code in _VISIBILITIES:
            found.append(_VISIBILITIES[coding.code])
        else:
            unknown[f"security {coding.code[:24]}"] += 1
    if not found:
        raise Defective("meta.security", "names none of PUBLIC, PRO, SNP, CPTS: who may use it?")
    return frozenset(found)


def _specialties(concepts: tuple[CodeableConcept, ...]) -> frozenset[str]:
    return frozenset(
        coding.code
        for concept in concepts
        for coding in concept.coding
        if _SPECIALTIES in coding.system and coding.code
    )


def _booking_url(slot: Slot, booking: Booking) -> str | None:
    """The address is opened by a regulator's browser: nothing but http(s) goes through."""
    if not slot.comment:
        if booking is Booking.ROUTINE:
            raise Defective("comment", "is missing: a bookable slot says where it is booked")
        return None
    if len(slot.comment) > _MOST_URL or not _URL.fullmatch(slot.comment):
        raise Defective("comment", "is not the http(s) address where the slot is booked")
    return slot.comment
