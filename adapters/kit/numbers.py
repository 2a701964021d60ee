"""National numbers as health feeds carry them: prefixed by their kind, or bare."""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Protocol

from adapters.kit.defective import Defective
from regulation.kernel.ids import Identifier, IdKind

IDNPS = "urn:oid:1.2.250.1.71.4.2.1"
"""System of practitioners' numbers: 8 + RPPS, 0 + ADELI, 3 + number given by a structure."""
IDNST = "urn:oid:1.2.250.1.71.4.2.2"
"""System of structures' numbers: 1 + FINESS, 3 + SIRET, 4 + RPPS and rank, 0 + ADELI and rank."""
NATIONAL_SYSTEMS = frozenset({IDNPS, IDNST, ""})
"""Samples leave the system out, and one writes the structures' for a practitioner."""


class Numbered(Protocol):
    """An identifier as sent; samples leave its system out."""

    @property
    def system(self) -> str:
        """Who gives the number."""
        ...

    @property
    def value(self) -> str:
        """The number."""
        ...


NUMBERS_KEPT = 65_536
"""More than a department has: feeds repeat the same ones every minute."""

_Form = tuple[re.Pattern[str], IdKind]
_PRACTITIONER: tuple[_Form, ...] = (
    (re.compile(r"8(?P<value>[0-9]{11})"), IdKind.RPPS),
    (re.compile(r"(?P<value>[0-9]{11})"), IdKind.RPPS),
    (re.compile(r"(?P<value>0[0-9]{9}|3[0-9]{9,14}/[0-9A-Za-z]{1,40})"), IdKind.LOCAL),
)
_STRUCTURE: tuple[_Form, ...] = (
    (re.compile(r"1(?P<value>[0-9][0-9AB][0-9]{7})"), IdKind.FINESS),
    (re.compile(r"3(?P<value>[0-9]{14})"), IdKind.SIRET),
    (re.compile(r"(?P<value>4[0-9]{14}|0[0-9]{11})"), IdKind.LOCAL),
    (re.compile(r"(?P<value>[0-9][0-9AB][0-9]{7})"), IdKind.FINESS),
    (re.compile(r"(?P<value>[0-9]{14})"), IdKind.SIRET),
)


@lru_cache(maxsize=NUMBERS_KEPT)
def practitioner_number(value: str) -> Identifier:
    """Read a practitioner's number; raise Defective when no known form fits."""
    return _read(value, _PRACTITIONER, "8 + RPPS")


@lru_cache(maxsize=NUMBERS_KEPT)
def structure_number(value: str) -> Identifier:
    """Read a structure's number; raise Defective when no known form fits."""
    return _read(value, _STRUCTURE, "1 + FINESS ou 3 + SIRET")


def _read(value: str, forms: Iterable[_Form], expected: str) -> Identifier:
    for form, kind in forms:
        found = form.fullmatch(value)
        if found:
            return Identifier(kind, found["value"])
    raise Defective("identifier.value", f"{value[:24]!r} n'est pas un numéro national ({expected})")


def national_number(
    identifiers: Iterable[Numbered], read: Callable[[str], Identifier]
) -> Identifier:
    """Read the one national number among a resource's identifiers; internal ones are skipped."""
    national = {i.value for i in identifiers if i.system in NATIONAL_SYSTEMS and i.value}
    if len(national) != 1:
        raise Defective(
            "identifier", f"{len(national)} numéros nationaux là où un seul est attendu"
        )
    return read(national.pop())


def to_practitioner_token(practitioner: Identifier) -> str:
    """Write the search token of a practitioner; ValueError when it has no RPPS number."""
    if practitioner.kind is not IdKind.RPPS:
        raise ValueError(f"{practitioner} ne peut être cherché : le SAS demande par numéro RPPS")
    return f"{IDNPS}|8{practitioner.value}"


def to_structure_token(structure: Identifier) -> str:
    """Write the search token of a structure; ValueError when it is neither FINESS nor SIRET."""
    return f"{IDNST}|{to_structure_value(structure)}"


def to_structure_value(structure: Identifier) -> str:
    """Write a structure's number with the prefix of its kind."""
    prefixes = {IdKind.FINESS: "1", IdKind.SIRET: "3"}
    if structure.kind not in prefixes:
        raise ValueError(f"{structure} n'est pas le numéro national d'une structure")
    return prefixes[structure.kind] + structure.value
