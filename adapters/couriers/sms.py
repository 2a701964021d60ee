"""The text of an SMS, written from the fields of a notice: places, hours, modes, nothing typed."""

from datetime import datetime

from regulation.disclosure import CancelledNotice, PatientNotice, RideNotice
from regulation.kernel.modes import LegKind, Mode
from regulation.kernel.time import PARIS

WAYS: dict[Mode, str] = {
    Mode.ON_FOOT: "à pied",
    Mode.OWN_CAR: "avec votre voiture",
    Mode.COMPANION_CAR: "avec la voiture de votre proche",
    Mode.PUBLIC_TRANSPORT: "en transports en commun",
    Mode.SOCIAL: "avec le transport accompagné",
    Mode.TAXI: "en taxi",
    Mode.TAXI_TPMR: "en taxi adapté",
    Mode.VSL: "en VSL",
    Mode.VSL_TPMR: "en VSL adapté",
    Mode.AMBULANCE: "en ambulance",
    Mode.CARE_TEAM: "",
}


REPLACES = "Changement : ceci remplace ce qui vous a été annoncé."
WORSE = "Si votre état change : appelez le 15."


ToThePerson = PatientNotice | CancelledNotice | RideNotice
"""What the person who called is sent, which is by SMS alone."""


def sms_of(notice: ToThePerson) -> str:
    """Write the notice in French, in a few short sentences."""
    if isinstance(notice, PatientNotice):
        told = _appointment(notice)
    else:
        told = _ride(notice) if isinstance(notice, RideNotice) else _cancelled(notice)
    return f"{told} {WORSE}"


def _cancelled(notice: CancelledNotice) -> str:
    when = _hour(notice.care_at)
    return f"Annulé : ce qui était prévu {when} ({notice.place_name}), soins et trajets."


def _ride(notice: RideNotice) -> str:
    leaves, arrives = _hour(notice.pickup_at), _clock(notice.arrives_at)
    way = "aller" if notice.way is LegKind.OUTWARD else "retour"
    told = f"départ {leaves} {WAYS[notice.mode]}, arrivée prévue vers {arrives}."
    return f"Votre {way} change : {told}"


def _appointment(notice: PatientNotice) -> str:
    told = [f"Rendez-vous {_hour(notice.care_at)} : {notice.place_name}."]
    if notice.outward_mode is None:
        told = [f"Le soignant est attendu {_hour(notice.care_at)} : {notice.place_name}."]
    elif notice.pickup_at is not None:
        told.append(f"Départ {_hour(notice.pickup_at)} {WAYS[notice.outward_mode]}.")
    if notice.replaces:
        told.insert(0, REPLACES)
    if notice.home_at is not None:
        told.append(f"Retour prévu vers {_clock(notice.home_at)}.")
    return " ".join(told)


def _hour(at: datetime) -> str:
    local = at.astimezone(PARIS)
    return f"le {local:%d/%m} à {_clock(at)}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(PARIS):%Hh%M}"
