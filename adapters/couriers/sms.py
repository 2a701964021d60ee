"""The text of an SMS, written from the fields of a notice: places, hours, modes, nothing typed."""

from collections.abc import Iterator, Mapping
from datetime import datetime

from regulation.disclosure import (
    CancelledNotice,
    ComingNotice,
    LateNotice,
    Meeting,
    PatientNotice,
    RideNotice,
    UnsureNotice,
)
from regulation.kernel.modes import FLEET_MODES, LegKind, Mode
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


HOW: Mapping[Meeting | None, str] = {
    Meeting.APPOINTMENT: "Rendez-vous {day} à {hour}",
    Meeting.ASKED: "Rendez-vous demandé {day} à {hour}, allez-y sauf avis contraire",
    Meeting.WALKIN: "Présentez-vous {day} vers {hour}, sans rendez-vous",
    Meeting.ON_TOP: "Prévu {day} vers {hour}, si le lieu confirme pouvoir vous prendre",
    Meeting.UNBOOKED: "Passage prévu {day} vers {hour}",
    Meeting.VISIT: "Le soignant est attendu {day} vers {hour}",
    Meeting.REMOTE: "Téléconsultation prévue {day} à {hour}",
    Meeting.REMOTE_HELPED: "Téléconsultation, avec une aide sur place, prévue {day} à {hour}",
    None: "Prévu {day} à {hour}",
}
"""How one is received; no surer than what was agreed with the place."""

ASKED = "Le transporteur doit encore confirmer."
SOUGHT = "Un autre véhicule est cherché."
CALL = "Rappelez pour savoir qui vient."
CALLS_HOME = "Pour le retour : rappelez quand vous sortez."
REPLACES = "Changement : ceci remplace ce qui vous a été annoncé."
WORSE = "Si votre état change : appelez le 15."


ToThePerson = (
    PatientNotice | CancelledNotice | RideNotice | ComingNotice | UnsureNotice | LateNotice
)
"""What the person who called is sent, which is by SMS alone."""


def sms_of(notice: ToThePerson) -> str:
    """Write the notice in French, in a few short sentences."""
    return f"{_told(notice)} {WORSE}"


def _told(notice: ToThePerson) -> str:
    match notice:
        case PatientNotice():
            return _appointment(notice)
        case CancelledNotice():
            return _cancelled(notice)
        case RideNotice():
            return _ride(notice)
        case ComingNotice():
            return _coming(notice)
        case UnsureNotice():
            return _unsure(notice)
        case LateNotice():
            return _late(notice)


def _cancelled(notice: CancelledNotice) -> str:
    when = _hour(notice.care_at)
    return f"Annulé : ce qui était prévu {when} ({notice.place_name}), soins et trajets."


def _ride(notice: RideNotice) -> str:
    leaves, arrives = _hour(notice.pickup_at), _clock(notice.arrives_at)
    told = f"départ prévu {leaves} {WAYS[notice.mode]}, arrivée vers {arrives}."
    return f"Votre {_way(notice.way)} change : {told} {ASKED}"


def _way(way: LegKind) -> str:
    return "aller" if way is LegKind.OUTWARD else "retour"


def _coming(notice: ComingNotice) -> str:
    by = f" {WAYS[notice.mode]}" if notice.mode is not None else ""
    agreed, when = f"{notice.company} a accepté votre aller", _hour(notice.pickup_at)
    if notice.is_later:
        return f"{agreed}, plus tard que prévu : départ au plus tard {when}{by}."
    return f"{agreed} : départ prévu {when}{by}."


def _unsure(notice: UnsureNotice) -> str:
    now = {True: SOUGHT, False: ASKED, None: CALL}[notice.is_sought]
    return f"Votre {_way(notice.way)} prévu {_hour(notice.pickup_at)} n'est plus confirmé. {now}"


def _late(notice: LateNotice) -> str:
    vehicle, promised = f"e véhicule de votre {_way(notice.way)}", _hour(notice.promised_at)
    if notice.expected_at <= notice.promised_at:
        return f"L{vehicle} est de nouveau attendu {promised}, comme prévu."
    is_same_day = _day(notice.expected_at) == _day(notice.promised_at)
    soonest = _clock(notice.expected_at) if is_same_day else _hour(notice.expected_at)
    return f"Retard : l{vehicle}, prévu {promised}, n'est pas attendu avant {soonest} environ."


def _appointment(notice: PatientNotice) -> str:
    return " ".join(_sentences(notice))


def _sentences(notice: PatientNotice) -> Iterator[str]:
    if notice.replaces:
        yield REPLACES
    how = HOW[notice.meeting].format(day=_day(notice.care_at), hour=_clock(notice.care_at))
    yield f"{how} : {notice.place_name}."
    if notice.outward_mode is not None and notice.pickup_at is not None:
        yield f"Départ prévu {_hour(notice.pickup_at)} {WAYS[notice.outward_mode]}."
        if notice.outward_mode in FLEET_MODES:
            yield ASKED
    if notice.calls_home:
        yield CALLS_HOME
    elif notice.home_at is not None:
        is_same_day = _day(notice.home_at) == _day(notice.care_at)
        day = "" if is_same_day else f"{_day(notice.home_at)} "
        yield f"Retour prévu {day}vers {_clock(notice.home_at)}."


def _hour(at: datetime) -> str:
    return f"{_day(at)} à {_clock(at)}"


def _day(at: datetime) -> str:
    return f"le {at.astimezone(PARIS):%d/%m}"


def _clock(at: datetime) -> str:
    """Write an hour; which of the two it is, the night when clocks go back."""
    local = at.astimezone(PARIS)
    comes_twice = local.replace(fold=1 - local.fold).utcoffset() != local.utcoffset()
    season = " (heure d'été)" if local.dst() else " (heure d'hiver)"
    return f"{local:%Hh%M}{season if comes_twice else ''}"
