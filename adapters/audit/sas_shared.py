"""Checks that the three SAS searches share: certificates, answers, reliability."""

import re
from collections.abc import Callable

from adapters.audit import bundles, mutual, opening, reliability, searches
from adapters.audit.checks import Check, measure, shall, should
from adapters.audit.elements import Element, elements
from adapters.audit.exchanges import Purpose
from adapters.audit.vocabulary import PHONE
from regulation.kernel.places import Position

FindAddress = Callable[[str], Position | None]
"""Finds an address of the territory, None when it isn't one."""

_PHONE = "jamais d'autre forme que +33 et neuf chiffres (ou l'indicatif d'outre-mer)"


MTLS = ("mtls-v3.2@certificat", "mtls-v3.2@CN", "mtls-v3.2@OU")
"""What the SAS document on securing exchanges by mTLS (V3.2) asks of every flow; the test kit
numbers it for the practitioners' alone."""


def certificate_checks(requirements: tuple[str, str, str] = MTLS) -> tuple[Check, ...]:
    """Return the checks of mTLS: a certificate is asked for, its name and its unit looked at."""
    certificate, name, unit = requirements
    return (
        shall(
            "mtls-certificat",
            certificate,
            "Le serveur exige un certificat (mTLS) pour toute requête entrante.",
            mutual.requires_a_certificate,
        ),
        shall(
            "mtls-cn",
            name,
            "Le serveur vérifie le nom (CN) du certificat.",
            mutual.turns_away(Purpose.OTHER_NAME, "avec un certificat d'un autre nom (CN)"),
        ),
        shall(
            "mtls-ou",
            unit,
            "Le serveur vérifie l'unité (OU) du certificat.",
            mutual.turns_away(Purpose.OTHER_UNIT, "avec un certificat d'une autre unité (OU)"),
        ),
    )


def guide_checks(match: str) -> tuple[Check, ...]:
    """Return what the guide asks besides; `match` is the resource that a search counts."""
    return (
        shall(
            "reponse-7s",
            "ig-sas@annexes:7s",
            "Une réponse complète en moins de 7 secondes : au-delà, elle est abandonnée.",
            reliability.within(reliability.DROPPED_S),
        ),
        shall(
            "refus-outcome",
            "ig-sas@erreurs",
            "Une recherche qui ne veut rien dire est refusée : 4xx et OperationOutcome.",
            searches.refuses_politely,
        ),
        shall(
            "total",
            "fhir-r4@Bundle.total",
            "Bundle.total compte les résultats transmis.",
            bundles.counts(match),
        ),
        shall(
            "sans-doublon",
            "fhir-r4@bdl-7",
            "Une ressource n'est transmise qu'une fois par réponse.",
            bundles.unique,
        ),
        shall(
            "telephone",
            "ig-sas@telecom",
            "Un téléphone transmis est au format +33XXXXXXXXX.",
            elements(
                *(
                    Element(
                        kind=kind,
                        path="telecom.value",
                        least=0,
                        form=re.compile(f"{PHONE.pattern}|[^@]+@.+"),
                        told=_PHONE,
                        quiet=True,
                    )
                    for kind in ("Practitioner", "PractitionerRole", "Location", "Organization")
                )
            ),
        ),
    )


def reliability_checks(find: FindAddress | None) -> tuple[Check, ...]:
    """Return what is measured of a server's reliability."""
    return (
        should(
            "reponse-1s",
            "test-kit@performance",
            "Une réponse complète en moins d'une seconde.",
            reliability.within(reliability.EXPECTED_S),
        ),
        measure("disponibilite", "Chaque recherche reçoit une réponse.", reliability.available),
        measure("horloge", "L'horloge du serveur est à l'heure.", reliability.right_time),
        measure("fraicheur", "L'état transmis date de moins de cinq minutes.", reliability.fresh),
        measure(
            "ordre",
            "Une réponse n'est jamais d'un état antérieur à la précédente.",
            reliability.goes_forward,
        ),
        measure(
            "stabilite",
            "La même recherche répétée rend les mêmes créneaux, aux mêmes heures.",
            reliability.stable,
        ),
        measure("fantomes", "Un créneau affiché libre se réserve.", reliability.not_phantom),
        measure(
            "double-vente",
            "Un créneau réservé n'est pas vendu une seconde fois.",
            reliability.not_sold_twice,
        ),
        measure(
            "cles", "Les numéros nationaux ont la bonne clé de contrôle.", reliability.well_keyed
        ),
        measure(
            "saison",
            "Le décalage horaire est celui de Paris ce jour-là, ou UTC.",
            reliability.offset_of_season,
        ),
        measure("adresses", "Les adresses transmises se trouvent.", reliability.geocodable(find)),
        measure(
            "horaires",
            "Les créneaux sont dans les horaires déclarés du lieu.",
            opening.within_hours,
        ),
    )
