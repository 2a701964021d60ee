"""Cases that a regulation shares, as drafts: which field of RS-EDA says which field of a case.

Names, notes and every free text stay behind: whoever needs them has the regulation's own software.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from msgspec import UnsetType

from adapters.hubsante.forms import HubAge, told
from adapters.hubsante.wire.cases import (
    CaseDetails,
    CreateCaseHealth,
    CreateCaseHealthUpdate,
    Qualification,
    UpdatedDetails,
    UpdatedQualification,
)
from adapters.hubsante.wire.people import (
    AdditionalInformation,
    Alert,
    CallerContact,
    CaseDecision,
    CasePatient,
)
from adapters.hubsante.wire.places import Location
from regulation.drafts import MOBILITY_FIELDS, Said
from regulation.effecteurs import CareCode

MEANS: Final[Mapping[str, CareCode]] = {
    "LIBERAL.MG": CareCode.GP,
    "LIBERAL.SOS": CareCode.GP,
    "LIBERAL.MMG": CareCode.GP,
    "LIBERAL.MSPD": CareCode.GP,
    "LIBERAL.MCS": CareCode.GP,
    "LIBERAL.SPEMED": CareCode.OTHER_SPECIALTY,
    "LIBERAL.DENT": CareCode.DENTAL,
    "LIBERAL.INF": CareCode.NURSE,
    "LIBERAL.LABO": CareCode.LAB,
    "LIBERAL.PHARM": CareCode.PHARMACY,
}
"""What is needed, by the means the doctor chose (`typeRessource`); the others are not ours.

LIBERAL.KINE is left to the call: a physiotherapist is not always a respiratory one.
"""

PERIMETERS: Final[Mapping[str, CareCode]] = {"PSY": CareCode.PSYCHIATRY}
SEXES: Final[Mapping[str, str]] = {"M": "M", "F": "F", "O": "O", "UN": "U"}
PRECISE: Final = frozenset({"EXACTE", "ADRESSE", "RUE"})
"""Precisions at which a point is where the patient is; for VILLE the commune is said instead."""

YEARS: Final[Mapping[str, float]] = {"Y": 1.0, "M": 1 / 12, "W": 7 / 365.25, "D": 1 / 365.25}
CUSTOM_PREFIX: Final = "aiguilleur."
"""A key of `customMap` that names a field of the mobility answers, as in `aiguilleur.mobility.
uses_wheelchair`: the exchange has no code for a wheelchair."""

LEVEL: Final = "need.care_level"
CLOSED: Final = frozenset({"ACHEVE", "CLOTURE", "CLASSE", "ARCHIVE"})
_FLOOR = re.compile(r"(-?\d{1,2})(?:e|er|è|ème|eme)?(?: étage| etage)?", re.IGNORECASE)
_GROUND = frozenset({"rdc", "rez-de-chaussée", "rez de chaussée"})
_PHONE = re.compile(r"\+?[0-9][0-9 ().-]{2,28}")
_BOOLEANS: Final[Mapping[str, Said]] = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """What one message says of a case: of all its patients, and of each.

    `opens` tells a case that is shared from one that is brought up to date; `is_closed` is None
    when the message does not say.
    """

    case_ref: str
    opens: bool
    at: datetime | None
    common: Mapping[str, Said]
    patients: Mapping[str, Mapping[str, Said]]
    is_closed: bool | None

    def said_of(self, patient: str) -> Mapping[str, Said]:
        """What is said of one patient; of two levels of care in one message, the graver counts."""
        own = self.patients.get(patient, {})
        levels = [str(one[LEVEL]) for one in (self.common, own) if LEVEL in one]
        return {**self.common, **own} | ({LEVEL: min(levels)} if levels else {})

    def by_draft(self) -> Mapping[str, Mapping[str, Said]]:
        """What is said, by the draft it belongs to; the case's own when no patient is named."""
        named = {draft_id(self.case_ref, one): self.said_of(one) for one in self.patients}
        return named or {self.case_ref: self.common}


def draft_id(case_ref: str, patient: str) -> str:
    """Number the draft of a patient: the case's own number for the first one."""
    return case_ref if patient == "1" else f"{case_ref}.{patient}"


def shared_file(body: CreateCaseHealth | CreateCaseHealthUpdate) -> SharedFile:
    """Read a case that is shared, or what has changed in it."""
    opens = isinstance(body, CreateCaseHealth)
    patients = told(body.patient) or ()
    decisions = told(body.decision) or ()
    details = _details(body)
    status = details.get("status")
    return SharedFile(
        case_ref=str(body.case_id),
        opens=opens,
        at=body.creation.at if isinstance(body, CreateCaseHealth) else None,
        common=dict(_common(body, details, decisions)),
        patients={_number(one): dict(_patient(one, decisions)) for one in patients},
        is_closed=None if status is None else status in CLOSED,
    )


def _common(
    body: CreateCaseHealth | CreateCaseHealthUpdate,
    details: Mapping[str, str],
    decisions: Sequence[CaseDecision],
) -> Iterator[tuple[str, Said]]:
    if isinstance(body, CreateCaseHealth):
        yield from _opening(body)
    if "priority" in details:
        yield "need.priority", details["priority"]
    if "care_level" in details:
        yield LEVEL, details["care_level"]
    perimeter = PERIMETERS.get(told(body.perimeter) or "")
    if perimeter is not None:
        yield "need.code", perimeter.value
    yield from _decided([one for one in decisions if told(one.patient_id) is None])
    additional = told(body.additional_information)
    if additional is not None:
        yield from _custom(additional)


def _opening(body: CreateCaseHealth) -> Iterator[tuple[str, Said]]:
    alert = told(body.initial_alert)
    yield "caller.at", (alert.reception if alert else body.creation).at.isoformat()
    if alert is not None:
        yield from _caller(alert)
    motive = told(body.qualification.health_motive)
    if motive is not None:
        yield "need.motif", str(motive.code)
    yield from _place(body.location)


def _details(body: CreateCaseHealth | CreateCaseHealthUpdate) -> dict[str, str]:
    qualification: Qualification | UpdatedQualification | UnsetType = body.qualification
    if isinstance(qualification, UnsetType):
        return {}
    details: CaseDetails | UpdatedDetails | UnsetType = qualification.details
    if isinstance(details, UnsetType):
        return {}
    said = {
        "status": told(details.status),
        "priority": told(details.priority),
        "care_level": told(details.care_level),
    }
    return {name: value for name, value in said.items() if value is not None}


def _caller(alert: Alert) -> Iterator[tuple[str, Said]]:
    caller = alert.caller
    contacts = (told(caller.callback_contact), caller.caller_contact)
    phone = next((one.detail for one in contacts if one is not None and _is_phone(one)), None)
    if phone is not None:
        yield "caller.phone", phone
    language, communication = told(caller.language), told(caller.communication)
    if language is not None:
        yield "caller.language", language
    if communication is not None:
        yield "caller.communication", communication


def _is_phone(contact: CallerContact) -> bool:
    return contact.type == "TEL" and _PHONE.fullmatch(contact.detail) is not None


def _place(location: Location) -> Iterator[tuple[str, Said]]:
    """Say the place in one form: a point that is precise, else the address, else the commune."""
    access = told(location.access)
    floor = None if access is None else _floor(told(access.floor))
    if floor is not None:
        yield "mobility.home.floor", floor
    geometry = told(location.geometry)
    point = told(geometry.point) if geometry is not None else None
    if point is not None and point.coord.precision in PRECISE:
        yield "patient.position.lat", point.coord.lat
        yield "patient.position.lon", point.coord.lon
        return
    address, city = told(location.detailed_address), told(location.city)
    name = None if city is None else told(city.name)
    code = None if city is None else told(city.insee_code)
    if address is not None and name is not None:
        yield "patient.position.address", f"{address.complete.strip()}, {name}"
    elif code is not None:
        yield "patient.position.insee", str(code)


def _floor(text: str | None) -> int | None:
    """Read a floor; None when it is a name, and so not known as a number."""
    if text is None:
        return None
    if text.strip().lower() in _GROUND:
        return 0
    found = _FLOOR.fullmatch(text.strip())
    return int(found[1]) if found else None


def _patient(patient: CasePatient, decisions: Sequence[CaseDecision]) -> Iterator[tuple[str, Said]]:
    identity, detail = told(patient.identity), told(patient.detail)
    strict = told(identity.strict_features) if identity is not None else None
    sex = told(strict.sex) if strict is not None else None
    if sex is not None:
        yield "patient.sex", SEXES[sex]
    if detail is not None:
        age, level = told(detail.age), told(detail.care_level)
        if age is not None:
            yield "patient.age", _age(age)
        if level is not None:
            yield LEVEL, level
    mine = [one for one in decisions if told(one.patient_id) == str(patient.patient_id)]
    yield from _decided(mine)


def _decided(decisions: Sequence[CaseDecision]) -> Iterator[tuple[str, Said]]:
    """Say what the last decision asks for, and where it sends the patient."""
    for decision in sorted(decisions, key=lambda one: one.creation.at):
        means = MEANS.get(told(decision.resource_type) or "")
        destination = told(decision.destination)
        if means is not None:
            yield "need.code", means.value
        numbers = (told(destination.external_location_id) if destination else None) or ()
        for number in numbers:
            if number.source == "FINESS_GEOGRAPHIQUE":
                yield "preferred_effecteur", f"FINESS:{number.value}"


def _custom(additional: AdditionalInformation) -> Iterator[tuple[str, Said]]:
    for entry in told(additional.custom_map) or ():
        name = entry.key.removeprefix(CUSTOM_PREFIX)
        if entry.key.startswith(CUSTOM_PREFIX) and name in MOBILITY_FIELDS:
            yield name, _BOOLEANS.get(entry.value, entry.value)


def _age(age: HubAge) -> float:
    """Return an age in years, with decimals for infants."""
    return round(int(age[1:-1]) * YEARS[age[-1]], 3)


def _number(patient: CasePatient) -> str:
    return patient.patient_id.rpartition(".")[2]
