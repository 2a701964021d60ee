"""What an answer rests on, kept so that it can be computed again and found the same."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Part(StrEnum):
    """One of the things an answer is computed from."""

    CASE = "case"
    EFFECTEURS = "effecteurs"
    AGENDAS = "agendas"
    FLEET = "fleet"
    HELD = "held"
    RULES = "rules"


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """The parts an answer was computed from, each by the digest under which it is kept.

    `program` and `travel` name the version of the program and of the travel times, which are not
    kept: another version may answer otherwise, and a replay says so.
    """

    parts: Mapping[Part, str]
    program: str
    travel: str


class Archive(Protocol):
    """Keeps documents by their digest: the same one, kept twice, takes its place once."""

    def keep(self, documents: Mapping[str, bytes]) -> None:
        """Keep the documents by digest; those already kept are left as they are."""
        ...

    def get(self, digest: str) -> bytes:
        """Return a document; raise LookupError when it was never kept, or no longer is."""
        ...
