"""Places suggested while an address is being typed: communes by name or postcode, streets kept."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_STARTS_WITH_DIGITS = re.compile(r"\d{2,5}")
SHORTEST_TOWN = 3
"""Letters of a town before it is looked for at the end of a street."""
MOST_WORDS = 4
"""Words at the end of a street that may be the beginning of a town's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A commune as it is suggested; `plain` is its name without accents nor capitals."""

    name: str
    plain: str
    postal_codes: tuple[str, ...]
    population: int

    def written(self, code: str = "") -> str:
        """Write it with its postcode: the one typed, else its first."""
        codes = [one for one in self.postal_codes if one.startswith(code)] or [
            "",
            *self.postal_codes,
        ]
        return f"{codes[0]} {self.name}".strip()


def suggestions(text: str, plain: str, towns: Sequence[Town], limit: int) -> tuple[str, ...]:
    """Return addresses that the text may be the beginning of, likeliest first.

    `plain` is the text spelt as `Town.plain`.
    """
    street, comma, _ = text.rpartition(",")
    if comma:
        found = _towns(plain_tail(plain, text), towns)
        return tuple(f"{street.strip()}, {one}" for one in found[:limit])
    whole = _towns(plain, towns)
    if whole or " " not in plain:
        return tuple(whole[:limit])
    return tuple(_after_street(text, plain, towns))[:limit]


def plain_tail(plain: str, text: str) -> str:
    """Return the end of the plain text that spells what follows the last comma."""
    words = len(re.findall(r"[^\W_]+", text.rpartition(",")[2]))
    return " ".join(plain.split()[-words:]) if words else ""


def _after_street(text: str, plain: str, towns: Sequence[Town]) -> Iterator[str]:
    """Take the last words for a town, as many as can be, the others for its street."""
    words, written = plain.split(), text.split()
    if len(words) != len(written):
        return
    for many in range(min(MOST_WORDS, len(words) - 1), 0, -1):
        tail = " ".join(words[-many:])
        if len(tail) < SHORTEST_TOWN:
            continue
        street = " ".join(written[:-many])
        found = _towns(tail, towns)
        if found:
            yield from (f"{street}, {one}" for one in found)
            return


def _towns(typed: str, towns: Sequence[Town]) -> list[str]:
    digits = _STARTS_WITH_DIGITS.match(typed)
    code = digits.group() if digits else ""
    name = typed[len(code) :].strip() if digits else typed
    if not typed or (not code and len(name) < SHORTEST_TOWN - 1):
        return []
    found = [town for town in towns if _matches(town, code, name)]
    found.sort(
        key=lambda town: (town.plain != name, not town.plain.startswith(name), -town.population)
    )
    return [town.written(code) for town in found]


def _matches(town: Town, code: str, name: str) -> bool:
    if code and not any(one.startswith(code) for one in town.postal_codes):
        return False
    return town.plain.startswith(name) or f" {name}" in town.plain
