"""Booked appointments (INT_R03): who booked, with whom, when; the patient is never in them."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

from adapters.kit.centuries import require_this_century
from adapters.kit.defective import UNREADABLE, Defective, from_form_error
from adapters.kit.judgement import Judgement
from adapters.kit.numbers import national_number, practitioner_number
from adapters.sas import payloads
from adapters.sas.dates import in_paris, window_of
from adapters.sas.payloads import ActorReference, BusinessIdentifier
from regulation.appointments import Appointment, AppointmentStatus
from regulation.kernel.ids import CheckDigits, Identifier, check
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE

OPERATOR = "http://interopsante.org/fhir/StructureDefinition/FrAppointmentOperator"
REGULATOR = "urn:oid:1.2.250.1.213.3.6"
"""System of regulators without a professional card, numbered by a UUID."""

_APPOINTMENT = msgspec.json.Decoder(payloads.Appointment)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookedAppointment:
    """One state of one appointment, and what is odd in the way it was told."""

    appointment: Appointment
    warnings: tuple[str, ...]


def read_appointment(raw: bytes, judgement: Judgement) -> BookedAppointment:
    """Read one Appointment; raise Defective naming the element at fault."""
    return booked_appointment(decode_appointment(raw), judgement)


def decode_appointment(raw: bytes) -> payloads.Appointment:
    """Read the form alone; raise Defective when it is no Appointment of FHIR."""
    try:
        return _APPOINTMENT.decode(raw)
    except UNREADABLE as error:
        raise from_form_error(str(error)) from None


def booked_appointment(sent: payloads.Appointment, judgement: Judgement) -> BookedAppointment:
    """Judge an Appointment by the rules of the flow; raise Defective naming the element."""
    practitioner = _practitioner(sent)
    warning = check(practitioner, CheckDigits.WARN) if practitioner else None
    system, value = _key(sent.identifier)
    return BookedAppointment(
        appointment=Appointment(
            system=system,
            value=value,
            status=AppointmentStatus(sent.status),
            window=window_of(sent.start, sent.end, judgement),
            operator=_operator(sent),
            practitioner=practitioner,
            created_at=_created(sent.created, judgement),
        ),
        warnings=(warning,) if warning else (),
    )


def _key(identifiers: tuple[BusinessIdentifier, ...]) -> tuple[str, str]:
    if len(identifiers) != 1:
        raise Defective("identifier", f"{len(identifiers)} identifiants là où un seul est attendu")
    sent = identifiers[0]
    if not (sent.system and sent.value):
        raise Defective("identifier", "demande un système et une valeur")
    return sent.system, sent.value


def _operator(sent: payloads.Appointment) -> str:
    for extension in sent.extension:
        reference = extension.value_reference
        if extension.url == OPERATOR and reference is not None:
            return _number_of(reference)
    raise Defective("extension", "FrAppointmentOperator manque : qui a réservé ?")


def _number_of(reference: ActorReference) -> str:
    number = reference.identifier
    if number is None or not (number.system and number.value):
        raise Defective("extension.valueReference.identifier", "demande un système et une valeur")
    if number.system != REGULATOR:
        return str(practitioner_number(number.value))
    return f"LOCAL:{number.value}"


def _practitioner(sent: payloads.Appointment) -> Identifier | None:
    numbers = [
        participant.actor.identifier
        for participant in sent.participant
        if participant.actor and participant.actor.identifier
    ]
    if not numbers:
        return None
    try:
        return national_number(numbers, practitioner_number)
    except Defective as fault:
        raise Defective("participant.actor.identifier", fault.reason) from None


def _created(created: datetime | None, judgement: Judgement) -> datetime | None:
    if created is None:
        return None
    require_this_century(created, "created")
    if judgement.now is not None and created - judgement.now > CLOCK_SKEW_TOLERANCE:
        raise Defective("created", f"{created.isoformat()} est dans le futur")
    return in_paris(created)
