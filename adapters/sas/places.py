"""Whose agenda a Schedule is, and where: resolved once for all its slots."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from adapters.kit.defective import Defective
from adapters.kit.numbers import national_number, practitioner_number, structure_number
from adapters.sas.payloads import (
    BusinessIdentifier,
    CodeableConcept,
    HealthcareService,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
    Schedule,
)
from adapters.sas.references import References, contained_place, organization_number
from regulation.kernel.ids import CheckDigits, Identifier, IdKind, check

CPTS_EXTENSION = "http://hl7.org/fhir/5.0/StructureDefinition/extension-Slot.serviceType"


class Flow(StrEnum):
    """The three searches; the value is the name of the feed."""

    PS = "sas-ps"
    CPTS = "sas-cpts"
    SOS = "sas-sos"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsultationPlace:
    """Where the slots of one Schedule are, and whose they are.

    `effecteur_id` is the number of the place: that of its structure, or for SOS Médecins, whose
    structures have several places, structure and internal number. `practitioner` is None there.
    """

    effecteur_id: Identifier
    organization: Identifier
    practitioner: Identifier | None
    name: str
    address: str
    postal_code: str
    warnings: tuple[str, ...]


def place_of(schedule: Schedule, references: References, flow: Flow) -> ConsultationPlace:
    """Resolve a Schedule; raise Defective about it when its place is not one and certain."""
    if flow is Flow.SOS:
        return _place_of_location(schedule, references)
    return _place_of_role(schedule, references)


def _place_of_role(schedule: Schedule, references: References) -> ConsultationPlace:
    roles = references.list_actors(schedule, PractitionerRole)
    if len(roles) != 1:
        raise Defective("actor", f"{len(roles)} lieux dans un agenda là où un seul est attendu")
    role = roles[0]
    number = national_number(_practitioner(schedule, role, references), practitioner_number)
    location, organization = contained_place(role), organization_number(role)
    return ConsultationPlace(
        effecteur_id=organization,
        organization=organization,
        practitioner=number,
        name=location.name,
        address=_written(location),
        postal_code=location.address.postal_code,
        warnings=_warnings(number, organization),
    )


def _practitioner(
    schedule: Schedule, role: PractitionerRole, references: References
) -> Iterable[BusinessIdentifier]:
    named = [references.get(role.practitioner.reference, Practitioner, "actor")]
    named += references.list_actors(schedule, Practitioner)
    if any(one.identifier != named[0].identifier for one in named):
        raise Defective("actor", "l'agenda et son lieu nomment des praticiens différents")
    return named[0].identifier


def _place_of_location(schedule: Schedule, references: References) -> ConsultationPlace:
    locations = references.list_actors(schedule, Location)
    if len(locations) != 1:
        raise Defective("actor", f"{len(locations)} lieux dans un agenda là où un seul est attendu")
    location = locations[0]
    managing = references.get(
        location.managing_organization.reference, Organization, "managingOrganization"
    )
    organization = national_number(managing.identifier, structure_number)
    return ConsultationPlace(
        effecteur_id=_place_number(organization, location),
        organization=organization,
        practitioner=None,
        name=location.name,
        address=_written(location),
        postal_code=location.address.postal_code,
        warnings=_warnings(organization),
    )


def _place_number(organization: Identifier, location: Location) -> Identifier:
    """Places of one association share its SIRET: the internal number tells them apart."""
    internal = location.identifier[0].value if location.identifier else location.id
    try:
        return Identifier(IdKind.LOCAL, f"{organization.value}/{internal}")
    except ValueError:
        raise Defective("identifier", f"{internal[:24]!r} ne peut numéroter un lieu") from None


def communities_of(
    services: Iterable[CodeableConcept], references: References
) -> tuple[Identifier, ...]:
    """CPTS under which a slot is shared: serviceType, HealthcareService, Organization."""
    found = []
    for concept in services:
        for extension in concept.extension:
            if extension.url != CPTS_EXTENSION or extension.value_reference is None:
                continue
            reference = extension.value_reference.reference
            service = references.get(reference, HealthcareService, "serviceType")
            provider = references.get(service.provided_by.reference, Organization, "providedBy")
            found.append(national_number(provider.identifier, structure_number))
    if not found:
        raise Defective("serviceType", "ne nomme aucune CPTS")
    return tuple(found)


def _written(location: Location) -> str:
    address = location.address
    return f"{', '.join(address.line)}, {address.postal_code} {address.city}"


def _warnings(*numbers: Identifier) -> tuple[str, ...]:
    found = (check(number, CheckDigits.WARN) for number in numbers)
    return tuple(warning for warning in found if warning)
