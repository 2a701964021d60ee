"""Identifiers of the field, their form and their check digits."""

import re
from dataclasses import dataclass
from enum import StrEnum


class IdKind(StrEnum):
    """Who gives the number."""

    FINESS = "FINESS"
    RPPS = "RPPS"
    SIRET = "SIRET"
    LOCAL = "LOCAL"


class CheckDigits(StrEnum):
    """What a wrong check digit is: a warning while testing (published samples fail Luhn), an
    error in production."""

    WARN = "WARN"
    ERROR = "ERROR"


_FORMS = {
    IdKind.FINESS: re.compile(r"[0-9][0-9AB][0-9]{7}"),
    IdKind.RPPS: re.compile(r"[0-9]{11}"),
    IdKind.SIRET: re.compile(r"[0-9]{14}"),
    IdKind.LOCAL: re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,63}"),
}
_LA_POSTE_SIREN = "356000000"  # its establishments are numbered so that digits sum to 0 mod 5
_LA_POSTE_HEAD_OFFICE = "35600000000048"  # but this one, which has an ordinary key


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """An identifier, written `KIND:value`."""

    kind: IdKind
    value: str

    def __post_init__(self) -> None:
        if not _FORMS[self.kind].fullmatch(self.value):
            raise ValueError(f"{self.value!r} n'a pas la forme d'un numéro {self.kind}")

    def __hash__(self) -> int:
        """Hash the number alone: two kinds seldom share one, and a decision looks up thousands."""
        return hash(self.value)

    @classmethod
    def parse(cls, text: str) -> "Identifier":
        """Read `GENRE:valeur`; raise ValueError naming the text when it is neither."""
        kind, colon, value = text.partition(":")
        if not colon or kind not in IdKind.__members__:
            raise ValueError(
                f"{text!r} n'est pas un identifiant GENRE:valeur, de genre {', '.join(IdKind)}"
            )
        return cls(IdKind(kind), value)

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    def has_valid_check_digit(self) -> bool | None:
        """Tell whether the check digit is right; None when this kind of number has none."""
        if self.kind is IdKind.LOCAL or not self.value.isdigit():
            return None  # local numbers have no key; Corsican FINESS keys are not documented
        if self._is_branch_of_la_poste():
            return sum(int(digit) for digit in self.value) % 5 == 0
        return _luhn_sum(self.value) % 10 == 0

    def _is_branch_of_la_poste(self) -> bool:
        numbered = self.kind is IdKind.SIRET and self.value.startswith(_LA_POSTE_SIREN)
        return numbered and self.value != _LA_POSTE_HEAD_OFFICE


def check(identifier: Identifier, policy: CheckDigits) -> str | None:
    """Return a warning for a wrong check digit, or raise ValueError under `CheckDigits.ERROR`."""
    if identifier.has_valid_check_digit() is not False:
        return None
    message = f"{identifier} : clé de contrôle fausse"
    if policy is CheckDigits.ERROR:
        raise ValueError(message)
    return message


_DOUBLED = str.maketrans("0123456789", "0246813579")
"""Each digit doubled, the two digits of what passes nine added up."""


def _luhn_sum(digits: str) -> int:
    from_the_end = digits[::-1]
    return sum(map(int, from_the_end[::2] + from_the_end[1::2].translate(_DOUBLED)))
