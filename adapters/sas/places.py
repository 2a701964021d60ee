"""Whose agenda a Schedule is, and where: resolved once for all its slots."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from adapters.sas.bundles import Opened
from adapters.sas.defective import Defective
from adapters.sas.numbers import national_number, practitioner_number, structure_number
from adapters.sas.payloads import (
    ActorReference,
    BusinessIdentifier,
    HealthcareService,
    Location,
    Organization,
    Practitioner,
    PractitionerRole,
    Resource,
    Schedule,
    Slot,
)
from regulation.kernel.ids import CheckDigits, Identifier, IdKind, check

Kind = TypeVar("Kind", bound=Resource)
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


class References:
    """Resources of a bundle by the ways others refer to them."""

    def __init__(self, opened: Opened) -> None:
        self._found: dict[str, Resource] = {}
        for _, entry in opened.entries:
            resource = entry.resource
            if type(resource) is Slot:
                continue
            if entry.full_url:
                self._found[entry.full_url] = resource
            if resource.id:
                self._found[f"{type(resource).__name__}/{resource.id}"] = resource

    def get(self, reference: str, kind: type[Kind], field: str) -> Kind:
        """Resolve a relative, absolute or versioned reference; Defective when it leads nowhere."""
        found = self._find(reference)
        if not isinstance(found, kind):
            raise Defective(field, f"{reference[-64:]!r} leads to no {kind.__name__} of the bundle")
        return found

    def list_actors(self, schedule: Schedule, kind: type[Kind]) -> tuple[Kind, ...]:
        """Resolve the actors of that kind; Defective when one of them leads nowhere."""
        references = [actor.reference for actor in schedule.actor]
        return tuple(
            self.get(reference, kind, "schedule.actor")
            for reference in references
            if f"{kind.__name__}/" in reference or isinstance(self._find(reference), kind)
        )

    def _find(self, reference: str) -> Resource | None:
        found = self._found.get(reference)
        if found is not None:
            return found
        path = reference.partition("/_history/")[0].split("/")
        return self._found.get("/".join(path[-2:]))


def place_of(schedule: Schedule, references: References, flow: Flow) -> ConsultationPlace:
    """Resolve a Schedule; raise Defective when its place is not one and certain."""
    if flow is Flow.SOS:
        return _place_of_location(schedule, references)
    return _place_of_role(schedule, references)


def _place_of_role(schedule: Schedule, references: References) -> ConsultationPlace:
    roles = references.list_actors(schedule, PractitionerRole)
    if len(roles) != 1:
        raise Defective(
            "schedule.actor", f"{len(roles)} places in one agenda where one is expected"
        )
    role = roles[0]
    number = national_number(_practitioner(schedule, role, references), practitioner_number)
    location = _contained_place(role)
    organization = _organization(role.organization)
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
    named = [references.get(role.practitioner.reference, Practitioner, "role.practitioner")]
    named += references.list_actors(schedule, Practitioner)
    if any(one.identifier != named[0].identifier for one in named):
        raise Defective("schedule.actor", "the agenda and its place name different practitioners")
    return named[0].identifier


def _contained_place(role: PractitionerRole) -> Location:
    if len(role.location) != 1:
        raise Defective("location", f"{len(role.location)} places in one role: which is it?")
    wanted = role.location[0].reference.removeprefix("#")
    for location in role.contained:
        if location.id == wanted:
            return location
    raise Defective("location", f"{wanted[:64]!r} is not contained in the role")


def _organization(organization: ActorReference | None) -> Identifier:
    if organization is None or organization.identifier is None:
        raise Defective("organization.identifier", "is missing: the place has no number")
    try:
        return national_number([organization.identifier], structure_number)
    except Defective as fault:
        raise Defective("organization.identifier", fault.reason) from None


def _place_of_location(schedule: Schedule, references: References) -> ConsultationPlace:
    locations = references.list_actors(schedule, Location)
    if len(locations) != 1:
        raise Defective(
            "schedule.actor", f"{len(locations)} places in one agenda where one is expected"
        )
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
        raise Defective("identifier", f"{internal[:24]!r} cannot number a place") from None


def communities_of(slot: Slot, references: References) -> tuple[Identifier, ...]:
    """CPTS under which a slot is shared: serviceType, HealthcareService, Organization."""
    found = []
    for concept in slot.service_type:
        for extension in concept.extension:
            if extension.url != CPTS_EXTENSION or extension.value_reference is None:
                continue
            reference = extension.value_reference.reference
            service = references.get(reference, HealthcareService, "serviceType")
            provider = references.get(service.provided_by.reference, Organization, "providedBy")
            found.append(national_number(provider.identifier, structure_number))
    if not found:
        raise Defective("serviceType", "names no CPTS")
    return tuple(found)


def _written(location: Location) -> str:
    address = location.address
    return f"{', '.join(address.line)}, {address.postal_code} {address.city}"


def _warnings(*numbers: Identifier) -> tuple[str, ...]:
    found = (check(number, CheckDigits.WARN) for number in numbers)
    return tuple(warning for warning in found if warning)
