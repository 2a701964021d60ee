"""The field's words for the closed lists of the domain, and how figures are written."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from regulation.cases import CaseState
from regulation.effecteurs import Accessible, EffecteurKind
from regulation.kernel.modes import LegKind, Mode, Payer, SolverStatus
from regulation.kernel.observed import Freshness
from regulation.kernel.time import PARIS
from regulation.measures import clock, kilometres, lasting
from regulation.offers import Availability, Booking
from regulation.snapshots import SourceState

MODES: Mapping[Mode, str] = {
    Mode.ON_FOOT: "à pied",
    Mode.OWN_CAR: "sa voiture",
    Mode.COMPANION_CAR: "voiture d'un proche",
    Mode.PUBLIC_TRANSPORT: "transports en commun",
    Mode.SOCIAL: "transport social",
    Mode.TAXI: "taxi",
    Mode.TAXI_TPMR: "taxi TPMR",
    Mode.VSL: "VSL",
    Mode.VSL_TPMR: "VSL TPMR",
    Mode.AMBULANCE: "ambulance",
    Mode.CARE_TEAM: "équipe",
}
PAYERS: Mapping[Payer, str] = {
    Payer.CPAM: "Assurance maladie",
    Payer.ETABLISSEMENT: "établissement",
    Payer.COLLECTIVITE: "collectivité",
    Payer.PATIENT: "patient",
    Payer.UNKNOWN: "payeur à confirmer",
}
EFFECTEURS: Mapping[EffecteurKind, str] = {
    EffecteurKind.CABINET: "Cabinet",
    EffecteurKind.MSP: "Maison de santé",
    EffecteurKind.CDS: "Centre de santé",
    EffecteurKind.CPTS: "CPTS",
    EffecteurKind.MMG: "Maison médicale de garde",
    EffecteurKind.SOS: "SOS Médecins",
    EffecteurKind.PHARMACIE: "Pharmacie",
    EffecteurKind.LABORATOIRE: "Laboratoire",
    EffecteurKind.IMAGERIE: "Imagerie",
    EffecteurKind.ED: "Urgences",
    EffecteurKind.TELE: "Téléconsultation",
    EffecteurKind.UNITE_MOBILE: "Unité mobile",
}
LEGS: Mapping[LegKind, str] = {
    LegKind.OUTWARD: "Aller",
    LegKind.PHARMACY: "Vers la pharmacie",
    LegKind.RETURN: "Retour",
    LegKind.CARE_TEAM: "Venue de l'équipe",
}
AVAILABILITY: Mapping[Availability, str] = {
    Availability.FREE: "créneaux libres",
    Availability.NONE: "sans créneau",
    Availability.UNKNOWN: "disponibilité inconnue",
}
FRESHNESS: Mapping[Freshness, str] = {
    Freshness.FRESH: "à jour",
    Freshness.STALE: "ancienne, à vérifier",
    Freshness.LOST: "perdue",
}
BOOKINGS: Mapping[Booking, str] = {
    Booking.ROUTINE: "sur rendez-vous",
    Booking.WALKIN: "sans rendez-vous",
    Booking.PHONE: "en sus, appeler d'abord",
}
PROVEN: Mapping[SolverStatus, str] = {
    SolverStatus.OPTIMAL: "classement prouvé le meilleur",
    SolverStatus.FEASIBLE: "bonnes solutions, sans preuve que ce soient les meilleures",
    SolverStatus.TRUNCATED: "recherche interrompue faute de temps",
}
SOURCES: Mapping[SourceState, str] = {
    SourceState.OK: "vive",
    SourceState.DEGRADED: "incomplète",
    SourceState.SILENT: "muette",
}
STATES: Mapping[CaseState, str] = {
    CaseState.OPEN: "ouvert",
    CaseState.PROPOSED: "à décider",
    CaseState.DECIDED: "décidé",
    CaseState.UNDER_WAY: "en cours",
    CaseState.CLOSED: "clos",
    CaseState.HANDED_TO_AMU: "transmis à l'AMU",
    CaseState.CANCELLED: "annulé",
}
ACCESSIBLE: Mapping[Accessible, str] = {
    Accessible.OK: "oui",
    Accessible.OK_WITH_HELP: "avec une aide",
    Accessible.NO: "non",
    Accessible.UNKNOWN: "inconnu",
}


def day(instant: datetime) -> str:
    """Write the day of an instant."""
    return f"{instant.astimezone(PARIS):%d/%m/%Y}"


DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")


def day_from(instant: datetime, now: datetime) -> str:
    """Write the day of an instant as one says it: nothing today, then tomorrow, then its name."""
    there = instant.astimezone(PARIS).date()
    ahead = (there - now.astimezone(PARIS).date()).days
    if ahead == 0:
        return ""
    return "demain" if ahead == 1 else f"{DAYS[there.weekday()]} {there.day}"


def moment_from(instant: datetime, now: datetime) -> str:
    """Write a time of day, with its day when it is not today."""
    return f"{day_from(instant, now)} {clock(instant)}".strip()


def said_clock(instant: datetime) -> str:
    """Write a time of day as it is read aloud."""
    local = instant.astimezone(PARIS)
    if local.minute:
        return f"{local.hour}\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}{local.minute:02d}"
    if local.hour == 12:  # noqa: PLR2004  noon has a name; midnight's is heard as the end of the day
        return "midi"
    return f"{local.hour}\N{NO-BREAK SPACE}heure{'s' if local.hour > 1 else ''}"


def until(instant: datetime, now: datetime) -> str:
    """Write up to when something lasts."""
    local, today = instant.astimezone(PARIS), now.astimezone(PARIS).date()
    if not (local.hour or local.minute) and (local.date() - today).days == 1:
        return "minuit"
    return moment_from(instant, now)


def seconds_told(seconds: int | None) -> str:
    """Write a length of time measured in seconds; a dash when there is none."""
    return "–" if seconds is None else lasting(timedelta(seconds=seconds))


def metres_told(metres: int | None) -> str:
    """Write a distance measured in metres; a dash when there is none."""
    return "–" if metres is None else kilometres(metres)


JUST_NOW = timedelta(minutes=1)
"""An age shorter than this is no age."""


def ago(instant: datetime, now: datetime) -> str:
    """Write the age of a fact."""
    age = now - instant
    return f"il y a {lasting(age)}" if age >= JUST_NOW else "à l'instant"
