"""The text of an SMS, written from the fields of a notice: places, hours, modes, nothing typed."""

from datetime import datetime

from regulation.disclosure import PatientNotice, WayHomeNotice
from regulation.kernel.modes import Mode
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


WORSE = "Si votre état change : appelez le 15."


def sms_of(notice: PatientNotice | WayHomeNotice) -> str:
    """Write the notice in French, in a few short sentences."""
    told = _way_home(notice) if isinstance(notice, WayHomeNotice) else _appointment(notice)
    return f"{told} {WORSE}"


def _way_home(notice: WayHomeNotice) -> str:
    leaves, home = _clock(notice.pickup_at), _clock(notice.home_at)
    return f"Retour : départ vers {leaves} {WAYS[notice.mode]}, arrivée prévue vers {home}."


def _appointment(notice: PatientNotice) -> str:
    told = [f"Rendez-vous {_hour(notice.care_at)} : {notice.place_name}."]
    if notice.outward_mode is None:
        told = [f"Le soignant est attendu {_hour(notice.care_at)} : {notice.place_name}."]
    elif notice.pickup_at is not None:
        told.append(f"Départ {_hour(notice.pickup_at)} {WAYS[notice.outward_mode]}.")
    if notice.home_at is not None:
        told.append(f"Retour prévu vers {_clock(notice.home_at)}.")
    return " ".join(told)


def _hour(at: datetime) -> str:
    local = at.astimezone(PARIS)
    return f"le {local:%d/%m} à {_clock(at)}"


def _clock(at: datetime) -> str:
    return f"{at.astimezone(PARIS):%Hh%M}"
