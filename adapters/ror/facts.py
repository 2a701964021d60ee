"""Facts of a place, each read from the one element of the ROR that tells it."""

from collections.abc import Iterable, Iterator

from adapters.kit.categories import CATEGORIES
from adapters.kit.defective import Defective
from adapters.kit.fhir import (
    CodeableConcept,
    Extension,
    code_of,
    named,
)
from adapters.kit.ground import is_in_france
from adapters.kit.phones import international
from adapters.ror.payloads import Coordinates, HealthcareService, Organization
from regulation.effecteurs import Accessibility, EffecteurKind
from regulation.kernel.places import CommuneCode, Position

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
        warnings.append("position : la source dit qu'on ne peut s'y fier")
        return None
    try:
        position = Position(lat=told.latitude, lon=told.longitude)
    except ValueError as error:
        raise Defective("position", str(error)) from None
    if not is_in_france(position):
        raise Defective(
            "position", f"lat={position.lat:g}, lon={position.lon:g} n'est pas en France"
        )
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
