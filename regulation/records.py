"""What one source says of one place, before it is compared with what the others say."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from regulation.effecteurs import Accessibility, CareCode, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.observed import Observed
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.time import TimeWindow

_LOCAL_CHARS = re.compile(r"[^A-Za-z0-9._/-]")

NOTHING: tuple[object, ...] = ("", (), frozenset())
"""Values by which a source says nothing."""

PRIORITY = (IdKind.FINESS, IdKind.SIRET, IdKind.LOCAL)
"""Which of a structure's numbers names it first (SAS guide 1.2.0: FINESS, then SIRET)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostalAddress:
    """An address as written; `line` holds number and street."""

    line: str
    postal_code: str
    town: str

    def __str__(self) -> str:
        return ", ".join(part for part in (self.line, f"{self.postal_code} {self.town}") if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Openings:
    """When a place receives within `around`, in UTC: ordinary hours and duties add up, closures
    are taken away from both. None: the source says nothing of that, which is not "never"."""

    around: TimeWindow
    opened: tuple[TimeWindow, ...] | None = None
    duty: tuple[TimeWindow, ...] | None = None
    closed: tuple[TimeWindow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class RecordKey:
    """A record of a source."""

    source: str
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRecord:
    """One record of one source; what is None or empty, the source did not say.

    `source` is the source by its own name, `feed` the kind of feed it speaks, by which it is
    trusted; both and `record_id` name the record.

    `observed_at` is when the source said it, `changed_at` when its owner last changed it (None:
    not told). `numbers` are those of the place; `practitioners` those who receive there. `phones`
    are in international form. `validity` says by field how long the word of the source is good.
    """

    source: str
    feed: str
    record_id: str
    observed_at: datetime
    changed_at: datetime | None = None
    numbers: frozenset[Identifier] = frozenset()
    kind: EffecteurKind | None = None
    name: str = ""
    address: PostalAddress | None = None
    commune: CommuneCode | None = None
    position: Position | None = None
    phones: tuple[str, ...] = ()
    practitioners: frozenset[Identifier] = frozenset()
    specialties: frozenset[str] = frozenset()
    care: frozenset[CareCode] = frozenset()
    min_age: float | None = None
    openings: Openings | None = None
    accessibility: Accessibility | None = None
    synthetic: bool = False
    validity: Mapping[str, timedelta] = field(default_factory=dict)

    def said(self, name: str) -> Observed[Any] | None:
        """What the source said of one field, with its age; None when it said nothing of it or its
        word on it is good for no time."""
        value = getattr(self, name)
        if value is None or value in NOTHING or name not in self.validity:
            return None
        return Observed(value, self.observed_at, self.source, self.validity[name])

    @property
    def key(self) -> "RecordKey":
        """What names this record among those of all sources."""
        return RecordKey(source=self.source, record_id=self.record_id)

    @property
    def place_id(self) -> Identifier:
        """The number that names the place first; one of ours when it has none."""
        for kind in PRIORITY:
            found = sorted(one for one in self.numbers if one.kind is kind)
            if found:
                return found[0]
        return self.own_id

    @property
    def own_id(self) -> Identifier:
        """A number of ours, made of its source and its own name there."""
        return Identifier(
            IdKind.LOCAL, _LOCAL_CHARS.sub("-", f"{self.source}/{self.record_id}")[:64]
        )
