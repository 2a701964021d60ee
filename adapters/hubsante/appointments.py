"""Appointments of RS-SAS-RDV: who receives, when, booked by whom; never for whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from adapters.hubsante.errors import HubErrorCode, Unacceptable
from adapters.hubsante.forms import told
from adapters.hubsante.wire.bookings import Organization, SasAppointment
from adapters.kit.judgement import Judgement
from regulation.kernel.ids import Identifier, IdKind, check

PREFIXES = {"1": IdKind.FINESS, "3": IdKind.SIRET}
PLAIN = {9: IdKind.FINESS, 14: IdKind.SIRET}
"""Published samples forget the prefix of a FINESS: a plain number is known by its length."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TransmittedAppointment:
    """One state of one appointment; `ends_at`, `practitioner` and `organization` None: not said,
    or not in a form we know. `appointment_id` is the same for all its states.
    """

    appointment_id: str
    status: str
    created_at: datetime
    starts_at: datetime
    ends_at: datetime | None
    category: str | None
    practitioner: Identifier | None
    organization: Identifier | None
    warnings: tuple[str, ...]


def appointment_of(body: SasAppointment, judgement: Judgement) -> TransmittedAppointment:
    """Read an appointment; raise Unacceptable naming the element at fault."""
    end = told(body.end)
    if end is not None and end.at <= body.start.at:
        raise Unacceptable(
            HubErrorCode.INVALID_MESSAGE, "appointment.end", "n'est pas après appointment.start"
        )
    practitioner = told(body.practitioner)
    organization = told(body.organization)
    rpps = Identifier(IdKind.RPPS, practitioner.rpps_id[1:]) if practitioner else None
    place = _place(organization.organization_id) if organization else None
    return TransmittedAppointment(
        appointment_id=body.appointment_id,
        status=body.status,
        created_at=body.created.at,
        starts_at=body.start.at,
        ends_at=None if end is None else end.at,
        category=told(body.orientation_category),
        practitioner=rpps,
        organization=place,
        warnings=tuple(_warnings(rpps, organization, place, judgement)),
    )


def _warnings(
    rpps: Identifier | None,
    organization: Organization | None,
    place: Identifier | None,
    judgement: Judgement,
) -> Iterator[str]:
    if organization is not None and place is None:
        yield "organization.organizationId n'est ni un FINESS ni un SIRET : le lieu n'est pas connu"
    for field, number in (("practitioner.rppsId", rpps), ("organization.organizationId", place)):
        try:
            warning = None if number is None else check(number, judgement.digits)
        except ValueError as error:
            refused = HubErrorCode.INVALID_MESSAGE
            raise Unacceptable(refused, f"appointment.{field}", str(error)) from None
        if warning is not None:
            yield warning


def _place(text: str) -> Identifier | None:
    """Read a structure's number, with its prefix or without; None when it is neither."""
    kind = PLAIN.get(len(text))
    if kind is None:
        kind, text = PREFIXES.get(text[:1]), text[1:]
    try:
        return None if kind is None else Identifier(kind, text)
    except ValueError:
        return None
