"""Facts of a place, each read from the one element of the ROR that tells it."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from adapters.kit.categories import CATEGORIES
from adapters.kit.defective import Defective
from adapters.kit.fhir import (
    Address,
    CodeableConcept,
    Extension,
    Identifier,
    Resource,
    code_of,
    named,
    street_of,
)
from adapters.kit.ground import is_in_france
from adapters.kit.numbers import IDNST, practitioner_number, structure_number
from adapters.kit.phones import international
from adapters.ror.payloads import Coordinates, HealthcareService, Organization, Practitioner
from regulation.effecteurs import Accessibility, EffecteurKind
from regulation.kernel import ids
from regulation.kernel.ids import CheckDigits, IdKind, check
from regulation.kernel.observed import CLOCK_SKEW_TOLERANCE
from regulation.kernel.places import CommuneCode, Position
from regulation.records import PostalAddress

ACCESSIBILITY = {
    "1": "accessible",
    "2": "non accessible",
    "3": "sur demande",
    "5": "conforme",
    "6": "Ad'AP",
}
"""TRE_R202, what the establishment declares of its premises; 4 (not told) is unknown."""

DECLARED = "accessibilite_declaree"
"""Field of the declaration: coarse, so that no need of a patient is judged by it alone."""

OPEN_TO_ALL = "1"
"""TRE_R283, level of confidentiality: a number of any other level is not for us."""


def require_past(resource: Resource, now: datetime | None) -> datetime | None:
    """Return when the resource was last changed; Defective when that is yet to come."""
    changed_at = resource.meta.last_updated if resource.meta else None
    if changed_at and now and changed_at - now > CLOCK_SKEW_TOLERANCE:
        raise Defective("meta.lastUpdated", f"{changed_at.isoformat()} is in the future")
    return changed_at


def numbers_of(
    told: Iterable[Identifier], digits: CheckDigits, warnings: list[str]
) -> frozenset[ids.Identifier]:
    """Read the national numbers of a structure; raise Defective for one that has no known form."""
    found = set()
    for one in told:
        number = _structure_number(one)
        if number is None:
            continue
        try:
            warning = check(number, digits)
        except ValueError as error:
            raise Defective("identifier.value", str(error)) from None
        warnings.extend([warning] if warning else [])
        found.add(number)
    return frozenset(found)


def _structure_number(told: Identifier) -> ids.Identifier | None:
    if not told.value:
        return None
    if told.system == IDNST:
        return structure_number(told.value)
    if "finess" in told.system:
        return _of_kind(IdKind.FINESS, told.value)
    return _of_kind(IdKind.SIRET, told.value) if "sirene" in told.system else None


def _of_kind(kind: IdKind, value: str) -> ids.Identifier:
    try:
        return ids.Identifier(kind, value)
    except ValueError as error:
        raise Defective("identifier.value", str(error)) from None


def practitioner_of(practitioner: Practitioner) -> ids.Identifier | None:
    """Read the RPPS number; None when the practitioner has none."""
    for one in practitioner.identifier:
        if "rpps" in one.system or one.system.endswith("71.4.2.1"):
            number = practitioner_number(one.value)
            if number.kind is IdKind.RPPS:
                return number
    return None


def address_of(addresses: Iterable[Address | None]) -> PostalAddress | None:
    """Take the first address that says where it is; its town comes without the postal code."""
    for one in addresses:
        if one is None or not (one.postal_code or one.city):
            continue
        town = one.city.removeprefix(one.postal_code).strip()
        line = street_of(one).removesuffix(f"{one.postal_code} {town}").strip(" ,")
        return PostalAddress(line=line, postal_code=one.postal_code, town=town)
    return None


def commune_of(extensions: Iterable[Extension]) -> CommuneCode | None:
    """Read the code of the commune (COG)."""
    for one in named(extensions, "ror-commune-cog"):
        code = code_of(one.value_codeable_concept, "") or (
            one.value_coding.code if one.value_coding else ""
        )
        if code:
            return CommuneCode(code)
    return None


def position_of(told: Coordinates | None, warnings: list[str]) -> Position | None:
    """Read coordinates; none when the source says that they can't be relied on."""
    if told is None:
        return None
    reliable = [one.value_boolean for one in named(told.extension, "ror-coordinate-reliability")]
    if False in reliable:
        warnings.append("position: the source says that it cannot be relied on")
        return None
    try:
        position = Position(lat=told.latitude, lon=told.longitude)
    except ValueError as error:
        raise Defective("position", str(error)) from None
    if not is_in_france(position):
        raise Defective("position", f"lat={position.lat:g}, lon={position.lon:g} is not in France")
    return position


def kind_of(organization: Organization | None) -> EffecteurKind | None:
    """Read the category of the establishment (TRE_R66); None when it is none of ours."""
    types = organization.type if organization else ()
    return next((CATEGORIES[code] for code in _codes(types, "R66") if code in CATEGORIES), None)


def min_age_of(service: HealthcareService) -> float | None:
    """Read from which age patients are received, in years; None when it is not told."""
    for told in named(service.extension, "ror-healthcareservice-patient-type"):
        for one in told.extension:
            if one.url == "ageRange" and one.value_range and one.value_range.low:
                return one.value_range.low.value
    return None


def phones_of(
    service: HealthcareService | None, organization: Organization | None, postal_code: str
) -> tuple[str, ...]:
    """Read the numbers open to all, the offer's own before those of its establishment."""
    told = (*_service_phones(service), *_organization_phones(organization))
    numbers = (international(one, postal_code) for one in told)
    return tuple(dict.fromkeys(one for one in numbers if one))


def _service_phones(service: HealthcareService | None) -> Iterator[str]:
    for contact in named(service.extension if service else (), "ror-healthcareservice-contact"):
        for telecom in named(contact.extension, "ror-healthcareservice-contact-telecom"):
            if _is_open(telecom.extension):
                yield from (t.value_string for t in telecom.extension if t.url == "telecomAddress")


def _organization_phones(organization: Organization | None) -> Iterator[str]:
    if organization is None:
        return
    contacts = [one.telecom for one in organization.contact]
    for telecom in (*organization.telecom, *(t for told in contacts for t in told)):
        if telecom.system == "phone" and _is_open(telecom.extension):
            yield telecom.value


def _is_open(extensions: Iterable[Extension]) -> bool:
    levels = [
        code_of(one.value_codeable_concept, "R283")
        for one in named(extensions, "ror-telecom-confidentiality-level")
    ]
    return all(level == OPEN_TO_ALL for level in levels)


def accessibility_of(organization: Organization | None) -> Accessibility | None:
    """Read what the establishment declares of its premises; None when it says nothing."""
    told = named(
        organization.extension if organization else (), "ror-organization-accessibility-location"
    )
    codes = [code_of(one.value_codeable_concept, "") for one in told]
    found = [ACCESSIBILITY[code] for code in codes if code in ACCESSIBILITY]
    return Accessibility(fields={DECLARED: found[0]}) if len(found) == 1 else None


def _codes(concepts: Iterable[CodeableConcept], system: str) -> Iterator[str]:
    return (code for concept in concepts if (code := code_of(concept, system)))
