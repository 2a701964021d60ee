"""Resources of the ROR (FHIR R4, exchange model 3.0), reduced to the elements the mapping reads."""

from typing import Annotated

import msgspec

from adapters.kit.fhir import (
    Address,
    CodeableConcept,
    ContactPoint,
    Extension,
    Identifier,
    OperationOutcome,
    Part,
    Period,
    Reference,
    Resource,
    Some,
    Text,
)

Time = Annotated[str, msgspec.Meta(pattern=r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$")]
Degrees = Annotated[float, msgspec.Meta(ge=-180, le=180)]


class AvailableTime(Part, frozen=True, kw_only=True, gc=False):
    """A row of hours; the weekday and the type of hours are extensions of the ROR."""

    days_of_week: tuple[Text, ...] = ()
    all_day: bool = False
    available_start_time: Time | None = None
    available_end_time: Time | None = None
    extension: tuple[Extension, ...] = ()


class NotAvailable(Part, frozen=True, kw_only=True, gc=False):
    """A closure; its description is not read."""

    during: Period | None = None


class Coordinates(Part, frozen=True, kw_only=True, gc=False):
    """WGS 84 degrees; an extension says whether they can be relied on."""

    latitude: Degrees
    longitude: Degrees
    extension: tuple[Extension, ...] = ()


class Contact(Part, frozen=True, kw_only=True, gc=False):
    """How to reach an organization."""

    telecom: tuple[ContactPoint, ...] = ()
    extension: tuple[Extension, ...] = ()


class HealthcareService(Resource, tag="HealthcareService", frozen=True, kw_only=True, gc=False):
    """An offer: what is done, where, for whom, when."""

    extension: tuple[Extension, ...] = ()
    identifier: Some[Identifier]
    active: bool = True
    provided_by: Reference | None = None
    type: tuple[CodeableConcept, ...] = ()
    specialty: tuple[CodeableConcept, ...] = ()
    characteristic: tuple[CodeableConcept, ...] = ()
    location: tuple[Reference, ...] = ()
    name: Text = ""
    available_time: tuple[AvailableTime, ...] = ()
    not_available: tuple[NotAvailable, ...] = ()


class Location(Resource, tag="Location", frozen=True, kw_only=True, gc=False):
    """A place where offers are made; its capacity is an extension of the ROR."""

    extension: tuple[Extension, ...] = ()
    identifier: tuple[Identifier, ...] = ()
    status: Text = ""
    name: Text = ""
    type: tuple[CodeableConcept, ...] = ()
    address: Address | None = None
    position: Coordinates | None = None
    managing_organization: Reference | None = None


class Organization(Resource, tag="Organization", frozen=True, kw_only=True, gc=False):
    """An establishment or its legal entity."""

    extension: tuple[Extension, ...] = ()
    identifier: Some[Identifier]
    type: tuple[CodeableConcept, ...] = ()
    name: Text = ""
    address: tuple[Address, ...] = ()
    contact: tuple[Contact, ...] = ()
    telecom: tuple[ContactPoint, ...] = ()
    part_of: Reference | None = None


class Practitioner(Resource, tag="Practitioner", frozen=True, kw_only=True, gc=False):
    """A practitioner by national number; the name is not read."""

    identifier: Some[Identifier]


class PractitionerRole(Resource, tag="PractitionerRole", frozen=True, kw_only=True, gc=False):
    """Who makes an offer, and their own hours there."""

    practitioner: Reference | None = None
    healthcare_service: tuple[Reference, ...] = ()
    available_time: tuple[AvailableTime, ...] = ()
    not_available: tuple[NotAvailable, ...] = ()


RorResource = (
    HealthcareService | Location | Organization | Practitioner | PractitionerRole | OperationOutcome
)
DECODER: msgspec.json.Decoder[RorResource] = msgspec.json.Decoder(RorResource)
