"""One free slot of FHIR to one slot of ours."""

import re

from adapters.kit.defective import Defective
from adapters.sas.payloads import Slot
from adapters.sas.places import ConsultationPlace
from adapters.sas.terms import Terms
from regulation import offers
from regulation.kernel.time import TimeWindow
from regulation.offers import Booking

_URL = re.compile(r"https?://[^\s/?#]+\S*")
_MOST_URL = 2_000


def to_offer_slot(
    slot: Slot, place: ConsultationPlace, window: TimeWindow, terms: Terms, source: str
) -> offers.Slot:
    """Map one slot; raise Defective when nobody could refer to it or book it."""
    if not slot.id:
        raise Defective("id", "manque")
    return offers.Slot(
        slot_id=f"LOCAL:{source}/{slot.id}",
        effecteur_id=place.effecteur_id,
        practitioner=place.practitioner,
        window=window,
        modes=terms.modes,
        booking=terms.booking,
        visibility=terms.visibility,
        specialties=terms.specialties,
        reason=terms.reason,
        booking_url=_booking_url(slot, terms.booking),
        reserved=terms.reserved,
    )


def _booking_url(slot: Slot, booking: Booking) -> str | None:
    """The address is opened by a regulator's browser: nothing but http(s) goes through."""
    if not slot.comment:
        if booking is Booking.ROUTINE:
            raise Defective("comment", "manque : un créneau réservable dit où il se réserve")
        return None
    if len(slot.comment) > _MOST_URL or not _URL.fullmatch(slot.comment):
        raise Defective("comment", "n'est pas l'adresse http(s) où le créneau se réserve")
    return slot.comment
