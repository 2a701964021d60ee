"""The slot search of a CPTS (INT_R04): what its profiles add to that of practitioners."""

from adapters.audit import bundles, sas_ps
from adapters.audit import sas_elements as told
from adapters.audit.checks import Check, shall
from adapters.audit.elements import elements, profile
from adapters.audit.sas_shared import (
    FindAddress,
    certificate_checks,
    guide_checks,
    reliability_checks,
)

NAME = "sas-cpts"
REPLACED = {"bundle-profil", "slot-profil", "type-creneau", "motif"}
"""Checks of the practitioners' search that the profiles of the CPTS say otherwise."""

_SAME = tuple(
    one
    for one in (*sas_ps.SEARCH, *sas_ps.BUNDLE, *sas_ps.SLOTS, *sas_ps.PEOPLE)
    if one.check_id not in REPLACED
)
COMMUNITY = (
    shall(
        "bundle-profil",
        "sas-cpts-bundle-aggregator",
        "Le Bundle est conforme à sas-cpts-bundle-aggregator.",
        bundles.bundle_profile(f"{told.SAS_IG}sas-cpts-bundle-aggregator"),
    ),
    shall(
        "slot-profil",
        "sas-cpts-slot-aggregator",
        "Les Slot sont conformes à sas-cpts-slot-aggregator.",
        profile(f"{told.SAS_IG}sas-cpts-slot-aggregator", *told.SLOT_PROFILE),
    ),
    shall(
        "type-creneau",
        "sas-cpts-slot-aggregator#meta.security sas-cpts-valueset-typecreneau",
        "meta.security dit à qui le créneau est ouvert, CPTS compris.",
        elements(told.SLOT_SEEN[NAME], told.SLOT_TYPE_SYSTEM),
    ),
    shall(
        "creneau-cpts",
        "sas-cpts-slot-aggregator#serviceType:referencecpts",
        "Un créneau de CPTS (604) mène au service de sa CPTS.",
        bundles.community_slots,
    ),
    shall(
        "service-cpts",
        "sas-cpts-healthcareservice-aggregator",
        "Le service dit quelle CPTS le rend (providedBy).",
        profile(
            f"{told.SAS_IG}sas-cpts-healthcareservice-aggregator",
            *told.SERVICE_PROFILE,
        ),
    ),
    shall(
        "cpts-profil",
        "sas-cpts-organization-aggregator",
        "La CPTS est conforme à sas-cpts-organization-aggregator.",
        profile(
            f"{told.SAS_IG}sas-cpts-organization-aggregator",
            *told.ORGANIZATION_PROFILE,
            told.ORGANIZATION_VALUE,
        ),
    ),
    shall(
        "references-cpts",
        "sas-cpts-bundle-aggregator#references",
        "Créneau, service et CPTS se suivent dans la réponse.",
        bundles.references(
            {
                "Slot": ("serviceType.extension.valueReference.reference",),
                "HealthcareService": ("providedBy.reference",),
            }
        ),
    ),
)


def checks(find: FindAddress | None) -> tuple[Check, ...]:
    """Return every check of this search, in the order of the report."""
    return (
        *certificate_checks(),
        *_SAME,
        *COMMUNITY,
        *guide_checks("Slot"),
        *reliability_checks(find),
    )
