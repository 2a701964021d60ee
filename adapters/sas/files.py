"""Files of the SAS flows, read as the adapter reads answers, for `aiguilleur ingest`."""

from collections.abc import Mapping
from functools import partial

from adapters.kit.defective import Defective, PayloadRefused
from adapters.kit.ingest import FileReader, Ingested, Json, require_json
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.sas.appointments import BookedAppointment, read_appointment
from adapters.sas.mapping import Offer, read_bundle
from adapters.sas.places import Flow


def read_search(raw: bytes, judgement: Judgement, *, flow: Flow) -> Ingested:
    """Read the answer to a search; a document that is no searchset is put aside whole."""
    body = require_json(raw)
    try:
        reading = read_bundle(body, flow=flow, source=flow.value, judgement=judgement)
    except PayloadRefused as refused:
        return Ingested(objects=(), defects=(refused.defect,))
    objects = tuple(_offer_document(offer, flow, judgement) for offer in reading.offers)
    return Ingested(objects=objects, defects=reading.defects)


def read_booking(raw: bytes, judgement: Judgement) -> Ingested:
    """Read one appointment."""
    body = require_json(raw)
    try:
        appointment = read_appointment(body, judgement)
    except Defective as fault:
        defect = Defect(index=0, field=fault.field, reason=fault.reason, raw=body)
        return Ingested(objects=(), defects=(defect,))
    return Ingested(objects=(_appointment_document(appointment),), defects=())


READERS: Mapping[str, FileReader] = {
    **{flow.value: partial(read_search, flow=flow) for flow in Flow},
    "sas-appointment": read_booking,
}
"""Reader of a file by name of feed."""


def _offer_document(offer: Offer, flow: Flow, judgement: Judgement) -> Json:
    slot, place = offer.slot, offer.place
    return {
        "kind": "slot",
        "id": slot.slot_id,
        "effecteur_id": str(slot.effecteur_id),
        "organization_id": str(place.organization),
        "practitioner_id": str(slot.practitioner) if slot.practitioner else None,
        "start": slot.window.start.isoformat(),
        "end": slot.window.end.isoformat(),
        "modes": sorted(slot.modes),
        "booking": slot.booking.value,
        "visibility": sorted(slot.visibility),
        "specialties": sorted(slot.specialties),
        "reason": slot.reason,
        "booking_url": slot.booking_url,
        "capacity": slot.capacity,
        "reserved": slot.reserved,
        "place": {"name": place.name or None, "address": place.address},
        "communities": [str(community) for community in offer.communities],
        "source": flow.value,
        "observed_at": judgement.now.isoformat() if judgement.now else None,
        "warnings": list(place.warnings),
    }


def _appointment_document(read: BookedAppointment) -> Json:
    appointment = read.appointment
    practitioner, created = appointment.practitioner, appointment.created_at
    return {
        "kind": "appointment",
        "id": f"LOCAL:{appointment.value}",
        "system": appointment.system,
        "status": appointment.status.value,
        "start": appointment.window.start.isoformat(),
        "end": appointment.window.end.isoformat(),
        "operator_id": appointment.operator,
        "practitioner_id": str(practitioner) if practitioner else None,
        "created": created.isoformat() if created else None,
        "source": "sas-appointment",
        "warnings": list(read.warnings),
    }
