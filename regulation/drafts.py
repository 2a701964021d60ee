"""A case as somebody else began to tell it: a regulation that shares its file, a link that is
opened. Nothing is guessed for what they did not say, and none of their free text is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from types import MappingProxyType
from typing import Final, Protocol

from regulation.kernel.time import require_aware
from regulation.mobility import AldAnswers, HomeAnswers, MobilityAnswers

Said = str | int | float | bool
"""What one field was told to be."""

_PARTS = {"home": HomeAnswers, "ald": AldAnswers}
MOBILITY_FIELDS: Final = frozenset(
    f"mobility.{one.name}" for one in fields(MobilityAnswers) if one.name not in _PARTS
) | frozenset(
    f"mobility.{part}.{one.name}" for part, kind in _PARTS.items() for one in fields(kind)
)

CASE_FIELDS: Final = MOBILITY_FIELDS | {
    "caller.at",
    "caller.phone",
    "caller.language",
    "caller.communication",
    "patient.age",
    "patient.sex",
    "patient.position.lat",
    "patient.position.lon",
    "patient.position.address",
    "patient.position.insee",
    "need.code",
    "need.specialty",
    "need.care_level",
    "need.priority",
    "need.motif",
    "preferred_effecteur",
}
"""All that a draft may hold, by the names of the case it will become."""

NEEDED: Final = (
    "caller.at",
    "patient.age",
    "patient.position",
    "need.code",
    "need.care_level",
)
"""Without which there is no case; a position has several forms."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDraft:
    """What is known of one patient's case so far.

    `case_ref` is the number of the case where it comes from, which several patients may share;
    `sender` who sent it; `is_closed` tells that they no longer work on it. `revision` grows with
    each change.
    """

    draft_id: str
    case_ref: str
    source: str
    sender: str
    told_at: datetime
    said: Mapping[str, Said] = field(default_factory=dict)
    is_closed: bool = False
    revision: int = 1

    def __post_init__(self) -> None:
        require_aware(self.told_at, "draft.told_at")
        if unknown := self.said.keys() - CASE_FIELDS:
            raise ValueError(f"draft {self.draft_id}: {sorted(unknown)} are no fields of a case")
        object.__setattr__(self, "said", MappingProxyType(dict(self.said)))

    @property
    def missing(self) -> tuple[str, ...]:
        """What has still to be asked before there is a case."""
        return tuple(name for name in NEEDED if not self._has(name))

    def told(
        self, said: Mapping[str, Said], *, at: datetime, is_closed: bool | None = None
    ) -> "CaseDraft":
        """Return the draft with what was told since; the same again changes nothing."""
        closed = self.is_closed if is_closed is None else is_closed
        if said.items() <= self.said.items() and closed is self.is_closed:
            return self
        merged = {**self.said, **said}
        return replace(self, said=merged, is_closed=closed, told_at=at, revision=self.revision + 1)

    def as_document(self) -> dict[str, object]:
        """Write what was said as the document of a case, with its holes."""
        document: dict[str, object] = {"id": self.draft_id}
        for name, value in self.said.items():
            *parents, last = name.split(".")
            part = document
            for parent in parents:
                part = part.setdefault(parent, {})  # type: ignore[assignment]  # a parent is a part
            part[last] = value
        return document

    def _has(self, name: str) -> bool:
        return any(said == name or said.startswith(f"{name}.") for said in self.said)


class Drafts(Protocol):
    """Keeps drafts. Within one unit of work; nothing is seen by others before its commit."""

    def find(self, draft_id: str) -> CaseDraft | None:
        """Return the draft, None when there's none of this id."""
        ...

    def of_case(self, case_ref: str) -> Sequence[CaseDraft]:
        """Return the drafts of a case where it comes from, one for each patient, by id."""
        ...

    def save(self, draft: CaseDraft) -> None:
        """Keep a draft, or its next revision; raise StaleVersion when another was kept before."""
        ...

    def latest(self, limit: int) -> Sequence[CaseDraft]:
        """Return the drafts told of last, those that are closed left out, latest first."""
        ...
