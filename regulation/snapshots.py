"""One immutable picture of the territory's offer, on which a decision rests."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar, cast

from regulation.declarations import Declarations
from regulation.effecteurs import CareCode, Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Freshness
from regulation.offers import Agenda, Availability

T = TypeVar("T")


class SourceState(StrEnum):
    """How a source behaves."""

    OK = "OK"
    DEGRADED = "DEGRADED"
    SILENT = "SILENT"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceChange:
    """A source entered a state, and why."""

    at: datetime
    state: SourceState
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """State of one source, with its last success.

    `quarantined` counts the records of it that are put aside, `changes` are its latest changes of
    state, oldest first.
    """

    name: str
    state: SourceState
    last_success: datetime | None
    message: str = ""
    quarantined: int = 0
    changes: tuple[SourceChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FactOrigin:
    """Where one fact of a place comes from; `observed_at` None: it is not known."""

    fact: str
    source: str
    observed_at: datetime | None
    freshness: Freshness | None
    rule_id: str
    reason: str


class _Remembering:
    """Room for what decisions worked out of a picture, no field: neither written down nor sent."""

    __slots__ = ("_worked_out",)

    _worked_out: dict[str, object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot(_Remembering):
    """Effecteurs and what each offers, as known at one instant.

    `origins` tell of each fact of a place from whom it comes and how old it is; `declarations` are
    those that effecteurs made of themselves, already taken out of windows and agendas. `extras`
    are the places they offer on top of their agendas: they make nobody's availability known.
    """

    snapshot_id: str
    taken_at: datetime
    effecteurs: Mapping[Identifier, Effecteur]
    agendas: Mapping[Identifier, Agenda]
    sources: tuple[SourceHealth, ...] = ()
    origins: Mapping[Identifier, tuple[FactOrigin, ...]] = field(default_factory=dict)
    declarations: Declarations = field(default_factory=dict)
    extras: Mapping[Identifier, Agenda] = field(default_factory=dict)

    def worked_out(self, what: str, work: Callable[[], T]) -> T:
        """Return what is worked out of this picture alone, once for all who ask."""
        try:
            known = self._worked_out
        except AttributeError:
            known = {}
            object.__setattr__(self, "_worked_out", known)
        if what not in known:
            known[what] = work()
        return cast("T", known[what])

    def answering(self, code: CareCode) -> Sequence[Effecteur]:
        """Return the effecteurs whose care answers a need."""
        every = self.effecteurs.values()
        return self.worked_out(code, lambda: [one for one in every if code in one.care])

    def availability(self, effecteur_id: Identifier, now: datetime) -> Availability:
        """Three states; an agenda never received, or LOST, is UNKNOWN."""
        agenda = self.agendas.get(effecteur_id)
        if agenda is None or agenda.slots.freshness(now) is Freshness.LOST:
            return Availability.UNKNOWN
        return Availability.FREE if agenda.takeable_at(now) else Availability.NONE
