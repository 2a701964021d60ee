"""Texts that have a form: ids and instants of the exchange, checked where they are read.

Forms are those of the Hub's published schemas (SAMU-Hub-Modeles, version 26.07.29).
"""

import re
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, TypeVar

import msgspec
from msgspec import UNSET, UnsetType

T = TypeVar("T")
F = TypeVar("F", bound="Form")

_PART = r"[a-zA-Z0-9_-]+"


class Form(str):
    """A text that matches `form`; `said` is how one says so to a person."""

    __slots__ = ()
    form: ClassVar[str]
    said: ClassVar[str]

    @classmethod
    def read(cls: type[F], text: str) -> F:
        """Return the text; raise ValueError saying what is expected, never the text itself."""
        if not _pattern(cls.form).fullmatch(text):
            raise ValueError(f"n'est pas {cls.said}")
        return cls(text)


@cache
def _pattern(form: str) -> re.Pattern[str]:
    return re.compile(form)


class Stamp(Form):
    """An instant, to the second, with its offset; UTC is written `-00:00`, never `Z`."""

    __slots__ = ()
    form = r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-+]\d{2}:\d{2}"
    said = "un instant tel que 2026-11-28T19:40:00+01:00, sans millisecondes ni Z"

    @classmethod
    def read(cls: type[F], text: str) -> F:
        """Return the text; raise ValueError when there is no such instant either."""
        stamp = super().read(text)
        try:
            datetime.fromisoformat(text)
        except ValueError:
            raise ValueError("n'est pas un instant du calendrier") from None
        return stamp

    @classmethod
    def of(cls, instant: datetime) -> "Stamp":
        """Write an aware instant, to the second."""
        text = instant.replace(microsecond=0).isoformat()
        return cls.read(text.replace("+00:00", "-00:00") if not instant.utcoffset() else text)

    @property
    def at(self) -> datetime:
        """The instant, aware."""
        return datetime.fromisoformat(self)


class CaseId(Form):
    """A shared case: country, domain, organisation, number at its sender."""

    __slots__ = ()
    # The same language as the published form, whose nested repetitions may take for ever.
    form = rf"(?=(?:\.?[a-zA-Z0-9_-]){{4}}){_PART}(?:\.{_PART}){{0,9}}\.?"
    said = "un numéro de dossier partagé tel que fr.health.samu310.DRFR153102632800159"


class OwnerId(Form):
    """Who answers for a case."""

    __slots__ = ()
    form = rf"(?=(?:\.?[a-zA-Z0-9_-]){{4}}){_PART}(?:\.{_PART}){{0,8}}\.?"
    said = "une organisation telle que fr.health.samu310"


class RequestId(Form):
    """A request for a vehicle."""

    __slots__ = ()
    form = rf"(?:{_PART}\.){{3,8}}request(?:\.{_PART}){{1,2}}"
    said = "le numéro d'une demande tel que fr.health.ptfsas.request.42"


class ResourceId(Form):
    """A vehicle or a team."""

    __slots__ = ()
    form = rf"(?:{_PART}\.){{3,8}}resource(?:\.{_PART}){{1,2}}"
    said = "le numéro d'une ressource tel que fr.health.samu310.resource.VSL4"


class PatientId(Form):
    """A patient of a case."""

    __slots__ = ()
    form = rf"(?:{_PART}\.){{3,8}}patient(?:\.{_PART}){{1,2}}"
    said = "le numéro d'un patient tel que fr.health.samu310.patient.DRFR153102632800159.1"


class NoteId(Form):
    """A medical note of a case."""

    __slots__ = ()
    form = rf"(?:{_PART}\.){{3,8}}medicalNote(?:\.{_PART}){{1,2}}"
    said = "le numéro d'une note tel que fr.health.samu310.medicalNote.45db215"


class InseeCode(Form):
    """A commune; the published form has digits alone, so no commune of Corsica."""

    __slots__ = ()
    form = r"[0-9]{5}"
    said = "un code INSEE à cinq chiffres"


class PrefixedRpps(Form):
    """A practitioner: 8 and the eleven digits of the RPPS."""

    __slots__ = ()
    form = r"81[0-9]{10}"
    said = "8 et un numéro RPPS (douze chiffres qui commencent par 81)"


class LocationNumber(Form):
    """A FINESS, SIREN, SIRET or APE number."""

    __slots__ = ()
    form = r"[0-9A-Z]{2}0\d{5}\d|\d{9}|\d{14}|\d{4}[A-Za-z]"
    said = "un numéro FINESS, SIREN, SIRET ou APE"


class HubAge(Form):
    """An age as a duration: P65Y, P8M, P3W, P10D."""

    __slots__ = ()
    form = r"P[0-9]{1,3}[YMWD]"
    said = "un âge tel que P65Y, P8M, P3W ou P10D"


class DayText(Form):
    """A day of the calendar, as its digits."""

    __slots__ = ()
    form = r"\d{4}-\d{2}-\d{2}"
    said = "un jour tel que 1963-12-12"


class PhoneText(Form):
    """A telephone number with its country."""

    __slots__ = ()
    form = r"\+\d{5,18}"
    said = "un numéro de téléphone tel que +33561000000"


class RiskCode(Form):
    """A risk or threat (nomenclature `risque`)."""

    __slots__ = ()
    form = r"R\d{2}"
    said = "un code tel que R04"


class EventCode(Form):
    """What happens (nomenclature `fait`)."""

    __slots__ = ()
    form = r"C\d{2}(?:\.\d{2}){2}"
    said = "un code tel que C02.05.00"


class PlaceCode(Form):
    """The kind of place (nomenclature `lieu`)."""

    __slots__ = ()
    form = r"L\d{2}(?:\.\d{2}){2}"
    said = "un code tel que L01.01.04"


class MotiveCode(Form):
    """The medical motive (nomenclature `motif`)."""

    __slots__ = ()
    form = r"M\d{2}\.\d{2}(?:\.\d{2})?"
    said = "un code tel que M03.08"


class DiagnosisCode(Form):
    """A diagnosis (CIM-10)."""

    __slots__ = ()
    form = r"[A-Z]\d{2}(?:\.[\d\+\-]{1,3})?"
    said = "un code de la CIM-10 tel que S61.9"


def told(value: T | UnsetType) -> T | None:
    """Return what was sent, None when nothing was."""
    return None if value is UNSET else value


def _decoded(kind: type, value: object) -> object:
    if issubclass(kind, Form):
        if not isinstance(value, str):
            raise TypeError("n'est pas un texte")
        return kind.read(value)
    raise NotImplementedError(kind)


def _encoded(value: object) -> str:
    if isinstance(value, Form):
        return str(value)
    raise NotImplementedError(type(value))


def decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Return a decoder that knows the forms."""
    return msgspec.json.Decoder(kind, dec_hook=_decoded)


def encode(message: object) -> bytes:
    """Write a message as it goes over the wire."""
    return msgspec.json.encode(message, enc_hook=_encoded)


def to_builtins(message: object) -> Any:  # noqa: ANN401  any JSON
    """Return a message as plain JSON values."""
    return msgspec.json.decode(encode(message))
