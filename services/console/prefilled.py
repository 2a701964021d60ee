"""What is known of a call already fills its form: by a link of the regulation software, by a file
it shared, by the case as it was kept. Nothing is typed twice.

Parameters of the deep link INT_L01 (no formal specification: names read in the search engine of
the national platform, ansforge/SAS-moteur-recherche, February 2026), and names of our own fields.
"""

from collections.abc import Mapping

from regulation.cases import Case
from regulation.drafts import CaseDraft
from regulation.effecteurs import CareCode
from regulation.kernel.places import Position
from regulation.likeness import plain
from regulation.ports import Gazetteer
from services.console.fields import FIELDS, NONE_OF_THEM
from services.console.form import BETWEEN, Filled
from services.schemas.dossier import case_out

SPECIALITIES: Mapping[str, CareCode] = {
    "medecin generaliste": CareCode.GP,
    "medecine generale": CareCode.GP,
    "pediatre": CareCode.PAEDIATRIC,
    "pediatrie": CareCode.PAEDIATRIC,
    "chirurgien dentiste": CareCode.DENTAL,
    "dentiste": CareCode.DENTAL,
    "infirmier": CareCode.NURSE,
    "sage femme": CareCode.MIDWIFE,
    "psychiatre": CareCode.PSYCHIATRY,
    "psychiatrie": CareCode.PSYCHIATRY,
    "pharmacie": CareCode.PHARMACY,
    "laboratoire": CareCode.LAB,
    "radiologie": CareCode.IMAGING,
}
"""What a speciality asks for; another one is left for the operator to choose."""


def prefilled(sent: Mapping[str, str]) -> Filled:
    """Read what a link says of a call; what isn't understood is left out, for the operator."""
    known = {name: value for name, value in sent.items() if name in FIELDS and value}
    told = {
        "patient.position": _place(sent),
        "need.code": _need(sent.get("speciality") or sent.get("text", "")),
        "preferred_effecteur": _practitioner(sent.get("practitioner", "")),
    }
    return {**{name: value for name, value in told.items() if value}, **known}


def _place(sent: Mapping[str, str]) -> str:
    street = " ".join(filter(None, (sent.get("streetnumber"), sent.get("streetname"))))
    town = " ".join(filter(None, (sent.get("zipcode"), sent.get("city"))))
    return ", ".join(filter(None, (street, town))) or sent.get("loc", "")


def _need(text: str) -> str:
    return SPECIALITIES.get(plain(text), "")


def _practitioner(told: str) -> str:
    """An RPPS number, with or without the prefix of the national platform."""
    digits = told.strip()
    if digits.isdigit() and len(digits) == len("810001234567") and digits.startswith("8"):
        digits = digits[1:]
    return f"RPPS:{digits}" if digits.isdigit() and len(digits) == len("10001234567") else ""


def of_draft(draft: CaseDraft, gazetteer: Gazetteer) -> Filled:
    """Fill the form with what another software began to tell."""
    told = _flat(draft.as_document())
    return {**_told(told), **_placed("patient.position", told, gazetteer)}


def of_case(case: Case, gazetteer: Gazetteer) -> Filled:
    """Fill the form with a case as it was kept."""
    told = _flat(case_out(case))
    places = (_placed(name, told, gazetteer) for name in ("patient.position", "return_to"))
    return {**_told(told), **dict(pair for place in places for pair in place.items())}


def _flat(document: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    flat: dict[str, object] = {}
    for name, value in document.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{name}.")
        elif value is not None:
            flat[prefix + name] = value
    return flat


def _told(told: Mapping[str, object]) -> Filled:
    return {name: _written(value) for name, value in told.items() if name in FIELDS}


def _written(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case float():
            return f"{value:g}".replace(".", ",")
        case list():
            return BETWEEN.join(map(str, value)) or NONE_OF_THEM
        case _:
            return str(value)


def _placed(name: str, told: Mapping[str, object], gazetteer: Gazetteer) -> Filled:
    """Write a place as an address when it is one's, else as it stands."""
    if address := told.get(f"{name}.address"):
        return {name: str(address)}
    if insee := told.get(f"{name}.insee"):
        found = gazetteer.find_commune(str(insee))
        return {name: gazetteer.nearest(found)} if found else {}
    lat, lon = told.get(f"{name}.lat"), told.get(f"{name}.lon")
    if not isinstance(lat, float) or not isinstance(lon, float):
        return {}
    here = Position(lat=lat, lon=lon)
    nearest = gazetteer.nearest(here)
    return {name: nearest if gazetteer.find_address(nearest) == here else f"{lat}, {lon}"}
