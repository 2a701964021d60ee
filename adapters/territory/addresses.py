"""Postal addresses found by their commune: right to the commune, never to the street."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from adapters.territory.suggestions import Town, suggestions
from regulation.kernel.places import CommuneCode, Position
from regulation.likeness import plain

_POSTCODE = re.compile(r"\b\d{5}\b")
_CEDEX = re.compile(r"\bcedex( \d{1,2})?$")


class AddressPrecision(StrEnum):
    """How near to the door the position of an address is."""

    COMMUNE = "COMMUNE"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundAddress:
    """Where an address was placed: the centre of its commune, as `precision` says."""

    commune: CommuneCode
    name: str
    position: Position
    precision: AddressPrecision = AddressPrecision.COMMUNE


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A commune as addresses name it."""

    commune: CommuneCode
    name: str
    postal_codes: tuple[str, ...]
    position: Position
    population: int = 0


class AddressBook:
    """Finds the commune of an address among those of a territory."""

    def __init__(self, department: str, entries: Iterable[Entry]) -> None:
        self._department = department
        self._by_name: dict[str, list[Entry]] = {}
        self._by_postcode: dict[str, list[Entry]] = {}
        self._towns: list[Town] = []
        for entry in entries:
            self._towns.append(_town_of(entry))
            self._by_name.setdefault(plain(entry.name), []).append(entry)
            for code in entry.postal_codes:
                self._by_postcode.setdefault(code, []).append(entry)

    def find(self, text: str) -> FoundAddress | None:
        """Return the one commune that the address names by postcode, name or both.

        None when the postcode is of elsewhere, contradicts the name, or leaves a doubt. A name
        without a postcode counts only alone or after the last comma: streets bear names of towns.
        """
        codes = list(_POSTCODE.finditer(text))
        if not codes:
            return self._found(self._by_name.get(_town(text.rpartition(",")[2]), []))
        code, after, before = codes[-1].group(), text[codes[-1].end() :], text[: codes[-1].start()]
        town = _town(after) or _town(before.rpartition(",")[2] if "," in before else "")
        if code in self._by_postcode:
            places = self._by_postcode[code]
            return self._found([one for one in places if not town or plain(one.name) == town])
        if code.startswith(self._department):  # CEDEX codes are not those of communes
            return self._found(self._by_name.get(town, []))
        return None

    def suggest(self, text: str, limit: int) -> tuple[str, ...]:
        """Return addresses that the text may be the beginning of, likeliest first."""
        return suggestions(text, plain(text), self._towns, limit)

    @staticmethod
    def _found(entries: list[Entry]) -> FoundAddress | None:
        if len(entries) != 1:
            return None
        entry = entries[0]
        return FoundAddress(commune=entry.commune, name=entry.name, position=entry.position)


def _town_of(entry: Entry) -> Town:
    return Town(
        name=entry.name,
        plain=plain(entry.name),
        postal_codes=entry.postal_codes,
        population=entry.population,
    )


def _town(text: str) -> str:
    return _CEDEX.sub("", plain(text.strip(" ,").split(",")[0])).strip()
