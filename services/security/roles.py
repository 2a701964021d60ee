"""Roles, and what each may do: the written matrix of permissions."""

from collections.abc import Mapping
from enum import StrEnum


class AccessRole(StrEnum):
    """Who somebody is to a territory."""

    REGULATING_DOCTOR = "REGULATING_DOCTOR"
    OSNP = "OSNP"
    ARM = "ARM"
    EFFECTEUR = "EFFECTEUR"
    TRANSPORTER = "TRANSPORTER"
    TERRITORY_MANAGER = "TERRITORY_MANAGER"
    ADMINISTRATOR = "ADMINISTRATOR"
    EDITOR_SYSTEM = "EDITOR_SYSTEM"
    PUBLIC = "PUBLIC"


class Permission(StrEnum):
    """What an endpoint asks of whoever calls it."""

    SEE_PUBLIC = "SEE_PUBLIC"
    SEE_SOURCES = "SEE_SOURCES"
    SEE_OFFER = "SEE_OFFER"
    OPEN_CASE = "OPEN_CASE"
    READ_CASE = "READ_CASE"
    PROPOSE = "PROPOSE"
    DECIDE = "DECIDE"
    LIFT_RED_FLAG = "LIFT_RED_FLAG"
    FOLLOW = "FOLLOW"
    DECLARE_AVAILABILITY = "DECLARE_AVAILABILITY"
    REPORT_RIDE = "REPORT_RIDE"
    BOOK_FROM_OUTSIDE = "BOOK_FROM_OUTSIDE"
    MANAGE_TERRITORY = "MANAGE_TERRITORY"
    ADMINISTER = "ADMINISTER"


TOLD: Mapping[Permission, str] = {
    Permission.SEE_PUBLIC: "voir ce qui est public : santé du service, carte de l'offre",
    Permission.SEE_SOURCES: "voir l'état des sources",
    Permission.SEE_OFFER: "voir la carte de l'offre avec ses créneaux libres",
    Permission.OPEN_CASE: "ouvrir un dossier",
    Permission.READ_CASE: "lire un dossier",
    Permission.PROPOSE: "demander des propositions",
    Permission.DECIDE: "décider (un point à confirmer reste réservé au médecin)",
    Permission.LIFT_RED_FLAG: "lever un drapeau rouge, avec un motif",
    Permission.FOLLOW: "suivre les trajets en cours",
    Permission.DECLARE_AVAILABILITY: "déclarer une disponibilité",
    Permission.REPORT_RIDE: "répondre à une demande de transport, dire où en est un trajet",
    Permission.BOOK_FROM_OUTSIDE: "transmettre un rendez-vous pris ailleurs (INT_R03)",
    Permission.MANAGE_TERRITORY: "gérer un territoire : quarantaine, doublons, paramètres",
    Permission.ADMINISTER: "administrer : messages en souffrance, comptes, traces",
}

_DESK = frozenset(
    {
        Permission.SEE_PUBLIC,
        Permission.SEE_SOURCES,
        Permission.SEE_OFFER,
        Permission.OPEN_CASE,
        Permission.READ_CASE,
        Permission.PROPOSE,
        Permission.DECIDE,
        Permission.FOLLOW,
    }
)
PERMISSIONS: Mapping[AccessRole, frozenset[Permission]] = {
    AccessRole.REGULATING_DOCTOR: _DESK | {Permission.LIFT_RED_FLAG},
    AccessRole.OSNP: _DESK,
    AccessRole.ARM: _DESK,
    AccessRole.EFFECTEUR: frozenset({Permission.SEE_PUBLIC, Permission.DECLARE_AVAILABILITY}),
    AccessRole.TRANSPORTER: frozenset({Permission.SEE_PUBLIC, Permission.REPORT_RIDE}),
    AccessRole.TERRITORY_MANAGER: frozenset(
        {
            Permission.SEE_PUBLIC,
            Permission.SEE_SOURCES,
            Permission.SEE_OFFER,
            Permission.MANAGE_TERRITORY,
        }
    ),
    AccessRole.ADMINISTRATOR: frozenset(
        {
            Permission.SEE_PUBLIC,
            Permission.SEE_SOURCES,
            Permission.SEE_OFFER,
            Permission.MANAGE_TERRITORY,
            Permission.ADMINISTER,
        }
    ),
    AccessRole.EDITOR_SYSTEM: frozenset({Permission.SEE_PUBLIC, Permission.BOOK_FROM_OUTSIDE}),
    AccessRole.PUBLIC: frozenset({Permission.SEE_PUBLIC}),
}
"""A managing or administrating role sees no case: neither care nor its follow-up is theirs."""

STEPPED_UP = frozenset({Permission.ADMINISTER})
"""What is done only shortly after having proved again who one is."""


def may(role: AccessRole, permission: Permission) -> bool:
    """Tell whether the role has the permission."""
    return permission in PERMISSIONS[role]
