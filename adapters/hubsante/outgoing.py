"""Messages of ours, from typed data alone: what each recipient may be told is a field here.

No text that somebody typed goes out: the one free text of a request is an hour of the clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from msgspec import UNSET

from adapters.hubsante.codes import AppointmentCode, CategoryCode, MethodCode, PurposeCode, StepCode
from adapters.hubsante.errors import HubErrorCode
from adapters.hubsante.forms import (
    CaseId,
    PrefixedRpps,
    RequestId,
    Stamp,
    encode,
    to_builtins,
)
from adapters.hubsante.reading import SCHEME
from adapters.hubsante.usecases import USE_CASES, Body
from adapters.hubsante.wire.acks import ErrorCode, HubError, Reference
from adapters.hubsante.wire.bookings import (
    Organization,
    Practitioner,
    Regulator,
    SasAppointment,
)
from adapters.hubsante.wire.envelope import Kind
from adapters.hubsante.wire.resources import Request, ResourcesRequest
from regulation.kernel.modes import Mode
from regulation.measures import clock

PURPOSES: Final[Mapping[Mode, PurposeCode]] = {Mode.AMBULANCE: "SAP"}
"""What may be asked of the exchange: it has a purpose for a private ambulance, none for a taxi, a
VSL or a social transport (nomenclature `effet`), which are asked of their companies."""

KEYS: Final[Mapping[type, str]] = {one.kind: one.key for one in USE_CASES.values()}
LONGEST_LIFE: Final = timedelta(hours=24)
"""The Hub keeps a message for a day at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One message to send. `number` is ours and the same each time the message is sent again, so
    that its recipient takes it once; `until` is when it has lost its sense."""

    number: str
    recipient: str
    kind: Kind
    body: Body
    until: datetime
    exercise: bool = False


def compose(sending: Sending, sender: str, now: datetime) -> bytes:
    """Write the envelope; raise ValueError when the message has lost its sense already."""
    if sending.until <= now:
        raise ValueError("le message a expiré avant d'être envoyé")
    distribution_id = f"{sender}_{sending.number}"
    status = "Exercise" if sending.exercise else "Actual"
    sent = Stamp.of(now)
    message: dict[str, object] = {KEYS[type(sending.body)]: to_builtins(sending.body)}
    if not isinstance(sending.body, HubError):
        message = {
            "messageId": distribution_id,
            "sender": _party(sender),
            "sentAt": sent,
            "kind": sending.kind.value,
            "status": status,
            "recipient": [_party(sending.recipient)],
        } | message
    return encode(
        {
            "distributionID": distribution_id,
            "senderID": sender,
            "dateTimeSent": sent,
            "dateTimeExpires": Stamp.of(min(sending.until, now + LONGEST_LIFE)),
            "distributionStatus": status,
            "distributionKind": sending.kind.value,
            "descriptor": {
                "language": "fr-FR",
                "explicitAddress": {
                    "explicitAddressScheme": SCHEME,
                    "explicitAddressValue": sending.recipient,
                },
            },
            "content": [{"jsonContent": {"embeddedJsonContent": {"message": message}}}],
        }
    )


def _party(client_id: str) -> dict[str, str]:
    return {"name": client_id, "URI": f"{SCHEME}:{client_id}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPractitioner:
    """Who receives: a professional, by the number and the name they practise under."""

    rpps: str
    last_name: str
    first_name: str
    specialty: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """Where one is received; `number` with its prefix (1 FINESS, 3 SIRET)."""

    number: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRegulator:
    """Who booked: what the regulation software pairs an appointment with its call by."""

    last_name: str
    first_name: str
    email: str
    number: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentToSend:
    """All that a regulation software is told of an appointment: neither its patient nor why."""

    appointment_id: str
    method: MethodCode
    status: AppointmentCode
    created_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    category: CategoryCode | None
    practitioner: NamedPractitioner | None
    place: NamedPlace | None
    regulator: NamedRegulator


SPECIALTIES_URL: Final = (
    "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
)


def appointment(told: AppointmentToSend) -> SasAppointment:
    """Write RS-SAS-RDV."""
    return SasAppointment(
        appointment_id=told.appointment_id,
        method=told.method,
        created=Stamp.of(told.created_at),
        start=Stamp.of(told.starts_at),
        status=told.status,
        end=UNSET if told.ends_at is None else Stamp.of(told.ends_at),
        orientation_category=told.category or UNSET,
        practitioner=UNSET if told.practitioner is None else _practitioner(told.practitioner),
        organization=UNSET
        if told.place is None
        else Organization(organization_id=told.place.number, name=told.place.name),
        regulator=Regulator(
            regulator_name=told.regulator.last_name,
            regulator_firstname=told.regulator.first_name,
            regulator_email=told.regulator.email,
            regulator_id=told.regulator.number or UNSET,
        ),
    )


def _practitioner(told: NamedPractitioner) -> Practitioner:
    specialty = told.specialty
    return Practitioner(
        rpps_id=PrefixedRpps.read(f"8{told.rpps}"),
        last_name=told.last_name,
        first_name=told.first_name,
        speciality_code=specialty or UNSET,
        speciality_url=SPECIALTIES_URL if specialty else UNSET,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RideToAsk:
    """All that the exchange is told of a ride: no name, no place, no reason; the place is in the
    case that the regulation has shared."""

    case_ref: str
    request_id: str
    asked_at: datetime
    mode: Mode
    pickup_at: datetime


def ride_request(told: RideToAsk, *, cancelled: bool = False) -> ResourcesRequest:
    """Write RS-DR, or its cancellation; raise ValueError for a mode the exchange cannot ask for."""
    if told.mode not in PURPOSES:
        raise ValueError(f"l'échange n'a pas de demande pour {told.mode} : la faire à la compagnie")
    return ResourcesRequest(
        case_id=CaseId.read(told.case_ref),
        request=Request(
            request_id=RequestId.read(told.request_id),
            datetime=Stamp.of(told.asked_at),
            purpose=PURPOSES[told.mode],
            deadline="RDV",
            freetext=clock(told.pickup_at),
        ),
        status="ANNULEE" if cancelled else UNSET,
    )


def reference(distribution_id: str, step: StepCode) -> Reference:
    """Write RC-REF: what has become of a message."""
    return Reference(distribution_id=distribution_id, step=step)


def error(distribution_id: str, code: HubErrorCode, cause: str) -> HubError:
    """Write RS-ERROR. The message itself is not sent back: it may name people."""
    return HubError(
        error_code=ErrorCode(status_code=code.value, status_string=code.name),
        error_cause=cause,
        referenced_distribution_id=distribution_id,
    )
