"""The slot search of SOS Médecins: agendas of consultation places, by association."""

from adapters.audit import bundles, searches
from adapters.audit import sas_elements as told
from adapters.audit.checks import Check, shall, shall_not
from adapters.audit.elements import elements, profile
from adapters.audit.sas_shared import (
    FindAddress,
    certificate_checks,
    guide_checks,
    reliability_checks,
)

NAME = "sas-sos"
GUIDE = "ig-sas@sos-recherche"
REFERENCES = {
    "Slot": ("schedule.reference",),
    "Schedule": ("actor.reference",),
    "Location": ("managingOrganization.reference",),
}
SEARCH = (
    shall("recherche", GUIDE, "La recherche (Search) sur Schedule répond.", bundles.answers),
    shall_not(
        "rien-avant",
        f"{GUIDE}#start",
        "Aucun créneau ne commence avant le début demandé.",
        searches.nothing_before,
    ),
    shall(
        "dans-la-periode",
        f"{GUIDE}#start",
        "Chaque créneau appartient à la période demandée.",
        searches.nothing_after,
    ),
    shall(
        "filtre-periode",
        f"{GUIDE}#start",
        "Une période plus courte ne rend que ses créneaux.",
        searches.filters,
    ),
    shall(
        "filtre-association",
        f"{GUIDE}#organization.identifier",
        "La recherche par SIRET ne rend que les créneaux de cette association.",
        searches.finds_by_number,
    ),
    shall("rien-de-libre", GUIDE, "Rien de libre : Bundle vide.", searches.empty_when_nothing),
    shall("statut", "sas-sos-slot-aggregator#status", "Créneaux libres.", elements(told.STATUS)),
)
FORM = (
    shall(
        "bundle-profil",
        "sas-sos-bundle-aggregator",
        "Le Bundle est conforme à sas-sos-bundle-aggregator.",
        bundles.bundle_profile(f"{told.SAS_IG}sas-sos-bundle-aggregator"),
    ),
    shall(
        "searchset",
        "sas-sos-bundle-aggregator#type",
        "Bundle.type vaut « searchset ».",
        bundles.searchset,
    ),
    shall(
        "slot-profil",
        "sas-sos-slot-aggregator",
        "Les Slot sont conformes à sas-sos-slot-aggregator.",
        profile(f"{told.SAS_IG}sas-sos-slot-aggregator", *told.SLOT_PROFILE),
    ),
    shall(
        "type-creneau",
        "sas-sos-slot-aggregator#meta.security",
        "meta.security : PUBLIC ou SNP.",
        elements(told.SLOT_SEEN[NAME], told.SLOT_TYPE_SYSTEM),
    ),
    shall(
        "type-consultation",
        "sas-sos-slot-aggregator#serviceType",
        "serviceType dit comment on consulte (AMB, HH, VR).",
        bundles.consultation_types,
    ),
    shall(
        "rendez-vous",
        "sas-sos-slot-aggregator#appointmentType",
        "appointmentType : ROUTINE ou WALKIN.",
        elements(told.BOOKING),
    ),
    shall(
        "adresse-rdv",
        "ig-sas@Slot.comment",
        "comment est l'adresse de prise de rendez-vous (créneaux ROUTINE).",
        bundles.booking_addresses,
    ),
    shall(
        "format-dates",
        "ig-sas@Slot.start",
        "start et end : AAAA-MM-JJThh:mm:ss.000±hh:mm.",
        elements(told.START_FORM, told.END_FORM),
    ),
    shall(
        "agenda-profil",
        "sas-sos-schedule-aggregator",
        "Les Schedule sont conformes à sas-sos-schedule-aggregator.",
        profile(f"{told.SAS_IG}sas-sos-schedule-aggregator", *told.SCHEDULE_PROFILE),
    ),
    shall(
        "un-agenda-par-lieu",
        f"{GUIDE}#Schedule",
        "Un agenda par lieu de consultation.",
        elements(told.ONE_PLACE),
    ),
    shall(
        "lieu-profil",
        "sas-sos-location-aggregator",
        "Les lieux sont conformes à sas-sos-location-aggregator.",
        profile(f"{told.SAS_IG}sas-sos-location-aggregator", *told.LOCATION_PROFILE),
    ),
    shall(
        "association-profil",
        "sas-sos-organization-aggregator",
        "Les associations sont conformes à sas-sos-organization-aggregator.",
        profile(
            f"{told.SAS_IG}sas-sos-organization-aggregator",
            *told.ORGANIZATION_PROFILE,
            told.ORGANIZATION_VALUE,
        ),
    ),
    shall(
        "references",
        "sas-sos-bundle-aggregator#references",
        "Créneau, agenda, lieu et association se suivent dans la réponse.",
        bundles.references(REFERENCES),
    ),
)


def checks(find: FindAddress | None) -> tuple[Check, ...]:
    """Return every check of this search, in the order of the report."""
    return (
        *certificate_checks(),
        *SEARCH,
        *FORM,
        *guide_checks("Schedule"),
        *reliability_checks(find),
    )
