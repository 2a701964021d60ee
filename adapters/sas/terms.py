"""The codes of a slot: where one is seen, how one gets in, who may use it, for what."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from adapters.kit.defective import UNREADABLE, Defective, from_form_error
from adapters.sas.payloads import CodeableConcept, Coding, Slot, SlotMeta, Some
from regulation.offers import Booking, SlotMode, Visibility

Part = TypeVar("Part")
_MODES: Mapping[str, SlotMode] = {mode.value: mode for mode in SlotMode}
_VISIBILITIES: Mapping[str, Visibility] = {one.value: one for one in Visibility}
_BOOKINGS = {"ROUTINE": Booking.ROUTINE, "WALKIN": Booking.WALKIN}
_SPECIALTIES = "TRE_R38"
_CATEGORIES = "TRE_R66"
_ACTIVITIES, _DEDICATED = "TRE_R338", "16"
"""Consultation in premises dedicated to disabled people: the one published code (NOS) that says
for whom a slot is kept. No profile of SAS slots asks for it; an agenda may send it all the same."""

_MOST_REASON = 200

_META = msgspec.json.Decoder(SlotMeta | None)
_CONCEPTS = msgspec.json.Decoder(Some[CodeableConcept] | None)
_CONCEPT = msgspec.json.Decoder(CodeableConcept | None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the codes say. `services` are the concepts as sent, which may name CPTS; `unknown` the
    codes that nobody defined: counted, never guessed. `reserved`: kept for disabled patients."""

    modes: frozenset[SlotMode]
    reason: str
    booking: Booking
    visibility: frozenset[Visibility]
    specialties: frozenset[str]
    services: tuple[CodeableConcept, ...]
    unknown: tuple[str, ...]
    reserved: bool


class TermsReader:
    """Reads each distinct set of codes of a bundle once."""

    def __init__(self) -> None:
        self.unknown: Counter[str] = Counter()
        self._read: dict[tuple[bytes, ...], Terms | Defective] = {}

    def read(self, slot: Slot) -> Terms:
        """Return the slot's terms; raise Defective when they leave a question open."""
        raws = (slot.meta, slot.service_type, slot.specialty, slot.appointment_type)
        key = tuple(map(bytes, raws))
        terms = self._read.get(key)
        if terms is None:
            terms = self._read[key] = _terms_or_fault(slot)
        if isinstance(terms, Defective):
            raise Defective(terms.field, terms.reason)
        if terms.unknown:
            self.unknown.update(terms.unknown)
        return terms


def read_meta(slot: Slot) -> SlotMeta:
    """Read who may use a slot and when it was last changed; Defective when malformed."""
    return _decoded("meta", slot.meta, _META) or SlotMeta()


def _terms_or_fault(slot: Slot) -> Terms | Defective:
    try:
        return _terms(slot)
    except Defective as fault:
        return fault


def _terms(slot: Slot) -> Terms:
    services = _decoded("serviceType", slot.service_type, _CONCEPTS) or ()
    specialties = _decoded("specialty", slot.specialty, _CONCEPTS) or ()
    _require_content("serviceType", services)
    _require_content("specialty", specialties)
    security = read_meta(slot).security
    return Terms(
        modes=_modes(services),
        reason=" ; ".join(concept.text for concept in services if concept.text)[:_MOST_REASON],
        booking=_booking(_decoded("appointmentType", slot.appointment_type, _CONCEPT)),
        visibility=_visibility(security),
        specialties=frozenset(_specialty_codes(specialties)),
        services=services,
        unknown=tuple(_unknown(services, security)),
        reserved=any(_is_reserving(coding) for one in services for coding in one.coding),
    )


def _decoded(field: str, raw: msgspec.Raw, decoder: msgspec.json.Decoder[Part]) -> Part:
    try:
        return decoder.decode(raw)
    except UNREADABLE as error:
        fault = from_form_error(str(error))
    path = "" if fault.field == "document" else fault.field
    dot = "." if path and not path.startswith("[") else ""
    raise Defective(f"{field}{dot}{path}", fault.reason)


def _require_content(field: str, concepts: Iterable[CodeableConcept]) -> None:
    for concept in concepts:
        if not (concept.coding or concept.text or concept.extension):
            raise Defective(field, "est un élément vide : sans contenu, il ne doit pas être envoyé")


def _booking(concept: CodeableConcept | None) -> Booking:
    codings = concept.coding if concept else ()
    found = {_BOOKINGS[coding.code] for coding in codings if coding.code in _BOOKINGS}
    if len(found) != 1:
        raise Defective("appointmentType", "n'est ni ROUTINE ni WALKIN : comment est-on reçu ?")
    return found.pop()


def _modes(services: Iterable[CodeableConcept]) -> frozenset[SlotMode]:
    codes = {coding.code for concept in services for coding in concept.coding}
    if codes.isdisjoint(_MODES):
        raise Defective("serviceType", "ne nomme ni AMB, ni HH, ni VR : où est-on vu ?")
    return frozenset(_MODES[code] for code in codes & _MODES.keys())


def _visibility(security: Iterable[Coding]) -> frozenset[Visibility]:
    codes = {coding.code for coding in security} & _VISIBILITIES.keys()
    if not codes:
        raise Defective(
            "meta.security", "ne nomme ni PUBLIC, ni PRO, ni SNP, ni CPTS : qui peut s'en servir ?"
        )
    return frozenset(_VISIBILITIES[code] for code in codes)


def _is_reserving(coding: Coding) -> bool:
    return _ACTIVITIES in coding.system and coding.code == _DEDICATED


def _specialty_codes(concepts: Iterable[CodeableConcept]) -> Iterable[str]:
    for concept in concepts:
        for coding in concept.coding:
            if _SPECIALTIES in coding.system and coding.code:
                yield coding.code


def _unknown(services: Iterable[CodeableConcept], security: Iterable[Coding]) -> Iterable[str]:
    for concept in services:
        for coding in concept.coding:
            known = coding.code in _MODES or _CATEGORIES in coding.system or _is_reserving(coding)
            if not known:
                yield f"serviceType {coding.code[:24]}"
    for coding in security:
        if coding.code not in _VISIBILITIES:
            yield f"security {coding.code[:24]}"
