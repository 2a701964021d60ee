"""Several records under one number: which is kept, and why the others are not."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from adapters.kit.quarantine import Defect
from regulation.records import PlaceRecord


class Numbered(Protocol):
    """A record with its place in the batch and its bytes."""

    @property
    def index(self) -> int:
        """Its place in the batch."""
        ...

    @property
    def raw(self) -> bytes:
        """Its bytes as received."""
        ...

    @property
    def record(self) -> PlaceRecord:
        """What it says."""
        ...


One = TypeVar("One", bound=Numbered)


def without_copies(found: Iterable[One], field: str) -> tuple[tuple[One, ...], tuple[Defect, ...]]:
    """Keep one record by number: the one changed last. Undated copies that disagree all go."""
    by_number: dict[str, list[One]] = {}
    for one in found:
        by_number.setdefault(one.record.record_id, []).append(one)
    kept: list[One] = []
    aside: list[Defect] = []
    for copies in by_number.values():
        chosen = _chosen(copies)
        kept += [chosen] if chosen else []
        place = f"double de la ligne {chosen.index}" if chosen else "les copies se contredisent"
        aside += [_defect(one, field, place) for one in copies if one is not chosen]
    return tuple(kept), tuple(aside)


def _chosen(copies: list[One]) -> One | None:
    if len({one.raw for one in copies}) == 1:
        return copies[0]
    dates = [one.record.changed_at for one in copies]
    last = max((date for date in dates if date), default=None)
    return None if None in dates or dates.count(last) > 1 else copies[dates.index(last)]


def _defect(one: Numbered, field: str, reason: str) -> Defect:
    return Defect(index=one.index, field=field, reason=reason, raw=one.raw)
