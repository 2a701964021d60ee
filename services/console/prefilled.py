"""The call opened from the regulation software: what it knows fills the form, typed once.

Parameters of the deep link INT_L01 (no formal specification: names read in the search engine of
the national platform, ansforge/SAS-moteur-recherche, February 2026), and names of our own fields.
"""

from collections.abc import Mapping

from regulation.effecteurs import CareCode
from regulation.likeness import plain
from services.console.fields import FIELDS
from services.console.form import Filled

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
