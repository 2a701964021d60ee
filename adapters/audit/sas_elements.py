"""Profiles of the SAS guide, element by element (IG 1.2.0, StructureDefinitions of npm 1.1.0)."""

import re

from adapters.audit.elements import Element
from adapters.audit.vocabulary import (
    ANY_STRUCTURE_NUMBER,
    BOOKINGS,
    IDNPS,
    IDNST,
    INSTANT,
    NUMBER_TYPES,
    PLACE_TYPES,
    POSTAL_CODE,
    PRACTITIONER_NUMBER,
    SEEN_BY_CPTS,
    SEEN_BY_PS,
    SEEN_BY_SOS,
    SLOT_TYPE,
)

SAS_FR = "http://sas.fr/fhir/StructureDefinition/"
SAS_IG = "https://interop.esante.gouv.fr/ig/fhir/sas/StructureDefinition/"


def exactly(text: str) -> re.Pattern[str]:
    """Match this text and no other."""
    return re.compile(re.escape(text))


STATUS = Element(kind="Slot", path="status", most=1, codes=frozenset({"free"}), told="« free »")
START = Element(kind="Slot", path="start", most=1, told="un début, un seul")
END = Element(kind="Slot", path="end", most=1, told="une fin, une seule")
SCHEDULE = Element(kind="Slot", path="schedule.reference", most=1, told="une référence d'agenda")
START_FORM = Element(
    kind="Slot", path="start", form=INSTANT, told="AAAA-MM-JJThh:mm:ss.000±hh:mm, jamais « Z »"
)
END_FORM = Element(
    kind="Slot", path="end", form=INSTANT, told="AAAA-MM-JJThh:mm:ss.000±hh:mm, jamais « Z »"
)
BOOKING = Element(
    kind="Slot",
    path="appointmentType.coding.code",
    codes=BOOKINGS,
    single=True,
    told="ROUTINE (sur rendez-vous) ou WALKIN (sans)",
)
SPECIALTY = Element(kind="Slot", path="specialty", told="au moins une spécialité ou un motif")
SLOT_TYPE_SYSTEM = Element(
    kind="Slot",
    path="meta.security.system",
    form=exactly(SLOT_TYPE),
    told="le système TRE_R314 des types de créneau",
)


def seen_by(codes: frozenset[str]) -> Element:
    """Require the codes of those who may use a slot."""
    told = ", ".join(sorted(codes))
    return Element(kind="Slot", path="meta.security.code", codes=codes, told=f"parmi {told}")


SLOT_PROFILE = (STATUS, START, END, SCHEDULE)
SLOT_SEEN = {
    "sas-ps": seen_by(SEEN_BY_PS),
    "sas-cpts": seen_by(SEEN_BY_CPTS),
    "sas-sos": seen_by(SEEN_BY_SOS),
}

SCHEDULE_PROFILE = (
    Element(kind="Schedule", path="actor.reference", told="au moins un acteur référencé"),
)
ONE_PLACE = Element(kind="Schedule", path="actor.reference", most=1, told="un lieu, un seul")
PRACTITIONER_PROFILE = (
    Element(kind="Practitioner", path="identifier", told="un identifiant"),
    Element(
        kind="Practitioner",
        path="identifier.type.coding.system",
        form=exactly(NUMBER_TYPES),
        told="le système des types d'identifiant",
    ),
    Element(
        kind="Practitioner",
        path="identifier.type.coding.code",
        codes=frozenset({"IDNPS"}),
        told="IDNPS",
    ),
    Element(
        kind="Practitioner",
        path="identifier.system",
        form=exactly(IDNPS),
        told=f"le système {IDNPS}",
    ),
)
PRACTITIONER_VALUE = Element(
    kind="Practitioner",
    path="identifier.value",
    form=PRACTITIONER_NUMBER,
    told="12 chiffres commençant par 8",
)

_CONTAINED = "contained.address"
PLACE_LINE = Element(kind="PractitionerRole", path=f"{_CONTAINED}.line", told="la voie")
PLACE_CITY = Element(kind="PractitionerRole", path=f"{_CONTAINED}.city", told="la ville")
PLACE_POSTCODE = Element(
    kind="PractitionerRole",
    path=f"{_CONTAINED}.postalCode",
    form=POSTAL_CODE,
    told="un code postal à cinq chiffres",
)
CONTAINED = Element(
    kind="PractitionerRole",
    path="contained.resourceType",
    codes=frozenset({"Location"}),
    told="une Location contenue",
)
ROLE_OF = Element(
    kind="PractitionerRole",
    path="practitioner.reference",
    most=1,
    form=re.compile(r"(.*/)?Practitioner/[A-Za-z0-9.-]+|#.+|urn:.+"),
    told="la référence d'un Practitioner",
)
ROLE_PROFILE = (
    CONTAINED,
    ROLE_OF,
    Element(
        kind="PractitionerRole",
        path="location.reference",
        most=1,
        form=re.compile(r"#.+"),
        told="un lieu, un seul, contenu dans la ressource",
    ),
    Element(
        kind="PractitionerRole",
        path="organization.identifier.type.coding.code",
        codes=frozenset({"IDNST"}),
        told="IDNST",
    ),
    Element(
        kind="PractitionerRole",
        path="organization.identifier.system",
        form=exactly(IDNST),
        told=f"le système {IDNST}",
    ),
)
ROLE_STRUCTURE = Element(
    kind="PractitionerRole",
    path="organization.identifier.value",
    form=ANY_STRUCTURE_NUMBER,
    told="1 + FINESS, 3 + SIRET ou 4 + rang",
)

SERVICE_PROFILE = (
    Element(kind="HealthcareService", path="id", told="un identifiant de ressource"),
    Element(
        kind="HealthcareService",
        path="providedBy.reference",
        most=1,
        told="la CPTS qui le rend",
    ),
)
ORGANIZATION_PROFILE = (
    Element(kind="Organization", path="identifier", most=1, told="un identifiant, un seul"),
    Element(
        kind="Organization",
        path="identifier.type.coding.system",
        form=exactly(PLACE_TYPES),
        told="le système des types d'identifiant de lieu",
    ),
    Element(
        kind="Organization",
        path="identifier.type.coding.code",
        codes=frozenset({"IDNST"}),
        told="IDNST",
    ),
    Element(
        kind="Organization",
        path="identifier.system",
        form=exactly(IDNST),
        told=f"le système {IDNST}",
    ),
)
ORGANIZATION_VALUE = Element(
    kind="Organization",
    path="identifier.value",
    form=ANY_STRUCTURE_NUMBER,
    told="1 + FINESS, 3 + SIRET ou 4 + rang",
)
LOCATION_PROFILE = (
    Element(
        kind="Location",
        path="identifier.type.coding.code",
        codes=frozenset({"INTRN"}),
        told="INTRN",
    ),
    Element(kind="Location", path="name", most=1, told="un nom"),
    Element(kind="Location", path="address.line", most=1, told="une voie, une seule"),
    Element(kind="Location", path="address.city", most=1, told="une ville"),
    Element(
        kind="Location",
        path="address.postalCode",
        most=1,
        form=POSTAL_CODE,
        told="un code postal à cinq chiffres",
    ),
    Element(
        kind="Location",
        path="managingOrganization.reference",
        most=1,
        told="l'association qui le gère",
    ),
)
