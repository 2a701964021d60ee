"""The slot search of individual practitioners (INT_R01), row by row of the official test kit."""

from adapters.audit import agendas, bundles, searches
from adapters.audit import sas_elements as told
from adapters.audit.checks import Check, cannot_prove, shall, shall_not
from adapters.audit.elements import elements, profile
from adapters.audit.sas_shared import (
    FindAddress,
    certificate_checks,
    guide_checks,
    reliability_checks,
)

NAME = "sas-ps"
ROWS = "agg-psindiv"
"""Set of the requirements in the test kit (49 rows)."""

INSIDE = "dépend de ce que contient la solution de l'éditeur : ne se prouve pas du dehors"
REFERENCES = {
    "Slot": ("schedule.reference",),
    "Schedule": ("actor.reference",),
    "PractitionerRole": ("practitioner.reference",),
}


def _rows(*numbers: int) -> str:
    return " ".join(f"{ROWS}@{number}" for number in numbers)


SEARCH = (
    shall("recherche", _rows(4), "La recherche (Search) sur Slot répond.", bundles.answers),
    shall_not(
        "rien-avant",
        _rows(5),
        "Aucun créneau ne commence avant le début demandé.",
        searches.nothing_before,
    ),
    shall(
        "dans-la-periode",
        _rows(7),
        "Chaque créneau appartient à la période demandée.",
        searches.nothing_after,
    ),
    shall(
        "filtre-periode",
        _rows(6, 26),
        "Une période plus courte (start) ne rend que ses créneaux.",
        searches.filters,
    ),
    shall(
        "filtre-praticien",
        _rows(29),
        "La recherche par numéro ne rend que les créneaux de ce praticien.",
        searches.finds_by_number,
    ),
    shall("rien-de-libre", _rows(8), "Rien de libre : Bundle vide.", searches.empty_when_nothing),
    shall("statut", _rows(10, 27), "Seuls des créneaux libres (free).", elements(told.STATUS)),
)
BUNDLE = (
    shall(
        "bundle-profil",
        _rows(13),
        "Le Bundle est conforme à BundleAgregateur.",
        bundles.bundle_profile(f"{told.SAS_FR}BundleAgregateur"),
    ),
    shall("searchset", _rows(14), "Bundle.type vaut « searchset ».", bundles.searchset),
    shall(
        "inclut-agendas",
        _rows(28),
        "_include rend l'agenda (Schedule) de chaque créneau.",
        bundles.references({"Slot": REFERENCES["Slot"]}),
    ),
    shall(
        "inclut-acteurs",
        _rows(30),
        "_include:iterate rend les acteurs de chaque agenda.",
        bundles.references({"Schedule": REFERENCES["Schedule"]}),
    ),
    shall("praticiens", _rows(15), "Au moins un Practitioner.", bundles.holds("Practitioner")),
    shall("lieux", _rows(19), "Au moins un PractitionerRole.", bundles.holds("PractitionerRole")),
    shall(
        "un-agenda-par-lieu",
        _rows(42),
        "Un agenda par lieu d'exercice, d'un seul praticien.",
        agendas.one_agenda_per_place,
    ),
    shall(
        "references",
        _rows(43),
        "Les références entre ressources sont cohérentes.",
        bundles.references(REFERENCES),
    ),
    shall(
        "un-praticien-une-ressource",
        _rows(44),
        "Un praticien est décrit une seule fois.",
        bundles.one_resource_each,
    ),
)
SLOTS = (
    shall(
        "slot-profil",
        _rows(9),
        "Les Slot sont conformes à FrSlotAgregateur.",
        profile(f"{told.SAS_FR}FrSlotAgregateur", *told.SLOT_PROFILE),
    ),
    shall(
        "debut-fin", _rows(11), "Chaque Slot a un début et une fin.", elements(told.START, told.END)
    ),
    shall("agenda", _rows(12), "Chaque Slot a schedule.reference.", elements(told.SCHEDULE)),
    shall(
        "type-creneau",
        _rows(23, 46),
        "meta.security dit à qui le créneau est ouvert.",
        elements(told.SLOT_SEEN[NAME], told.SLOT_TYPE_SYSTEM),
    ),
    shall(
        "type-consultation",
        _rows(24, 48),
        "serviceType dit comment on consulte (AMB, HH, VR).",
        bundles.consultation_types,
    ),
    shall(
        "adresse-rdv",
        _rows(25),
        "comment est l'adresse de prise de rendez-vous (créneaux ROUTINE).",
        bundles.booking_addresses,
    ),
    shall("motif", _rows(41), "Les motifs sont dans Slot.specialty.", elements(told.SPECIALTY)),
    shall(
        "format-dates",
        _rows(45),
        "start et end : AAAA-MM-JJThh:mm:ss.000±hh:mm.",
        elements(told.START_FORM, told.END_FORM),
    ),
    shall("rendez-vous", _rows(49), "appointmentType : ROUTINE ou WALKIN.", elements(told.BOOKING)),
)
PEOPLE = (
    shall(
        "praticien-profil",
        _rows(32),
        "Les Practitioner sont conformes à FrPractitionerAgregateur.",
        profile(f"{told.SAS_FR}FrPractitionerAgregateur", *told.PRACTITIONER_PROFILE),
    ),
    shall(
        "identifiant-national",
        _rows(16, 17),
        "identifier.value : 12 chiffres commençant par 8.",
        elements(told.PRACTITIONER_VALUE),
    ),
    shall("rpps", _rows(18), "identifier.value est un RPPS demandé.", searches.numbers_asked),
    shall(
        "lieu-profil",
        _rows(31),
        "Les PractitionerRole sont conformes à FrPractitionerRoleExerciceAgregateur.",
        profile(f"{told.SAS_FR}FrPractitionerRoleExerciceAgregateur", *told.ROLE_PROFILE),
    ),
    shall(
        "structure",
        _rows(20),
        "organization.identifier est un FINESS, un SIRET ou un rang.",
        elements(told.ROLE_STRUCTURE),
    ),
    shall(
        "de-qui", _rows(21), "PractitionerRole.practitioner est référencé.", elements(told.ROLE_OF)
    ),
    shall("lieu-contenu", _rows(22), "Une Location est contenue.", elements(told.CONTAINED)),
    shall("voie", _rows(38), "L'adresse a une voie.", elements(told.PLACE_LINE)),
    shall("ville", _rows(39), "L'adresse a une ville.", elements(told.PLACE_CITY)),
    shall(
        "code-postal", _rows(40), "Le code postal a cinq chiffres.", elements(told.PLACE_POSTCODE)
    ),
)
FROM_INSIDE = (
    shall("nom", _rows(33), "Le nom transmis est celui de la solution.", cannot_prove(INSIDE)),
    shall(
        "numero-telephone",
        _rows(34, 35),
        "Le téléphone transmis est celui de la solution.",
        cannot_prove(INSIDE),
    ),
    shall_not("sans-telephone", _rows(36), "Sans téléphone, pas de telecom.", cannot_prove(INSIDE)),
    shall(
        "lieu-exact", _rows(37), "Le lieu transmis est celui de la solution.", cannot_prove(INSIDE)
    ),
    shall_not(
        "indisponibilites",
        _rows(47),
        "Les indisponibilités ne sont pas transmises.",
        cannot_prove(INSIDE),
    ),
)


def checks(find: FindAddress | None) -> tuple[Check, ...]:
    """Return every check of this search, in the order of the report."""
    return (
        *certificate_checks((f"{ROWS}@1", f"{ROWS}@2", f"{ROWS}@3")),
        *SEARCH,
        *BUNDLE,
        *SLOTS,
        *PEOPLE,
        *guide_checks("Slot"),
        *FROM_INSIDE,
        *reliability_checks(find),
    )
