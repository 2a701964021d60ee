"""One immutable picture of the territory's offer, on which a decision rests."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from regulation.declarations import Declarations
from regulation.effecteurs import CareCode, Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Freshness
from regulation.offers import Agenda, Availability


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


@dataclass(slots=True)
class WorkedOut:
    """What decisions worked out of some pictures: whoever keeps something here looks, before using
    it, whether it still stands on what the picture at hand says.

    `offers` are by effecteur, of those to whom reserved slots are open and of the others.
    """

    answering: dict[CareCode, tuple[object, Sequence[Effecteur]]] = field(default_factory=dict)
    offers: dict[bool, dict[int, object]] = field(default_factory=dict)


class _Remembering:
    """Room for what was worked out of a picture, no field: neither written down nor sent."""

    __slots__ = ("_worked_out",)

    _worked_out: WorkedOut


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

    @property
    def worked_out(self) -> WorkedOut:
        """What was worked out of this picture, and of those it follows."""
        try:
            return self._worked_out
        except AttributeError:
            object.__setattr__(self, "_worked_out", WorkedOut())
            return self._worked_out

    def following(self, earlier: "Snapshot") -> "Snapshot":
        """Return this picture with what was worked out of an earlier one, which looks like it."""
        object.__setattr__(self, "_worked_out", earlier.worked_out)
        return self

    def answering(self, code: CareCode) -> Sequence[Effecteur]:
        """Return the effecteurs whose care answers a need."""
        known, effecteurs = self.worked_out.answering, self.effecteurs
        drawn_from, found = known.get(code, (None, ()))
        if drawn_from is not effecteurs:
            found = [one for one in effecteurs.values() if code in one.care]
            known[code] = effecteurs, found
        return found

    def availability(self, effecteur_id: Identifier, now: datetime) -> Availability:
        """Three states; an agenda never received, or LOST, is UNKNOWN."""
        agenda = self.agendas.get(effecteur_id)
        if agenda is None or agenda.slots.freshness(now) is Freshness.LOST:
            return Availability.UNKNOWN
        return Availability.FREE if agenda.takeable_at(now) else Availability.NONE
