"""Handover notes between regulators: what the next shift must know. They never leave the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from regulation.kernel.time import require_aware

LONGEST = 500
"""Characters of a note: one idea."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One note; `case_id` None: about the desk as a whole."""

    at: datetime
    who: str
    text: str
    case_id: str | None = None

    def __post_init__(self) -> None:
        require_aware(self.at, "note.at")
        if not 0 < len(self.text.strip()) <= LONGEST:
            raise ValueError(f"a note holds 1 to {LONGEST} characters, not {len(self.text)}")


class Notes(Protocol):
    """Keeps notes, for ever and in order."""

    def add(self, note: Note) -> None:
        """Keep a note."""
        ...

    def latest(self, limit: int) -> Sequence[Note]:
        """Return the last notes, of the desk and of every case, latest first."""
        ...

    def of_case(self, case_id: str) -> Sequence[Note]:
        """Return the notes of a case, oldest first."""
        ...
