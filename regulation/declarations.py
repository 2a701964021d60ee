"""What an effecteur declares of itself by hand, and for how long it is to be believed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Protocol

from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.time import TimeWindow, require_aware
from regulation.kernel.windows import subtract
from regulation.offers import Agenda, Booking, Slot, SlotMode, Visibility


class Openness(StrEnum):
    """Whether one more patient can be received now."""

    OPEN = "OPEN"
    SATURATED = "SATURATED"
    CLOSED = "CLOSED"
    UNKNOWN = "UNKNOWN"


SHUT = frozenset({Openness.SATURATED, Openness.CLOSED})
"""States in which nobody is to be sent."""

EXTRA_SOURCE = "manual"
"""Source of the offers that effecteurs make on top of their agendas."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A state declared for a while; past `valid_until` it is unknown again.

    `waiting_minutes` and `waiting` (people) are None when they are not told. It never makes an
    effecteur available: it only says for how long it is not, or how long one waits.
    `extra_patients` are those it takes on top of its agenda (en sus), once the regulation has
    called: `extras_of` makes an offer of them, apart from its agenda.
    """

    effecteur_id: Identifier
    status: Openness
    waiting_minutes: int | None
    waiting: int | None
    observed_at: datetime
    valid_until: datetime
    declared_by: str = ""
    extra_patients: int = 0

    def __post_init__(self) -> None:
        require_aware(self.observed_at, "observed_at")
        require_aware(self.valid_until, "valid_until")
        if self.valid_until <= self.observed_at:
            raise ValueError("valid_until is not after observed_at")
        if self.extra_patients and self.status is not Openness.OPEN:
            raise ValueError("only who is open takes extra patients")

    def status_at(self, now: datetime) -> Openness:
        """State at an instant: unknown before it was declared, and once it has expired."""
        return self.status if self.observed_at <= now < self.valid_until else Openness.UNKNOWN

    def extra_at(self, now: datetime) -> int:
        """Extra patients taken at an instant: none once it has expired."""
        return self.extra_patients if self.status_at(now) is Openness.OPEN else 0

    @property
    def window(self) -> TimeWindow:
        """When it is to be believed."""
        return TimeWindow(self.observed_at, self.valid_until)


Declarations = Mapping[Identifier, Declaration]


def extras_of(declared: Declarations) -> Mapping[Identifier, Agenda]:
    """Return what effecteurs offer on top of their agendas: a range to come in once called, with
    as many places as they declared, until their word expires."""
    return {name: _extra(one) for name, one in declared.items() if one.extra_patients}


def extra_slot_id(declaration: Declaration) -> str:
    """Name the places of one declaration: those of the next one are others."""
    at = declaration.observed_at.astimezone(UTC)
    return f"LOCAL:en-sus/{declaration.effecteur_id}/{at:%Y%m%dT%H%M%SZ}"


def _extra(declaration: Declaration) -> Agenda:
    slot = Slot(
        slot_id=extra_slot_id(declaration),
        effecteur_id=declaration.effecteur_id,
        practitioner=None,
        window=declaration.window,
        modes=frozenset({SlotMode.AMB}),
        booking=Booking.PHONE,
        visibility=frozenset({Visibility.SNP}),
        capacity=declaration.extra_patients,
    )
    lasts = declaration.valid_until - declaration.observed_at
    seen = Observed((slot,), declaration.observed_at, EXTRA_SOURCE, lasts)
    return Agenda(effecteur_id=declaration.effecteur_id, slots=seen, asked=declaration.window)


class DeclarationBook(Protocol):
    """Keeps the last word of each effecteur."""

    def put(self, declaration: Declaration) -> bool:
        """Keep it, unless a later word of the same effecteur is kept; tell whether it was."""
        ...

    def valid_at(self, now: datetime) -> Sequence[Declaration]:
        """Return those still to be believed, by effecteur."""
        ...

    def forget(self, before: datetime) -> int:
        """Erase what was over by then; return how many."""
        ...


def shut_effecteur(effecteur: Effecteur, declaration: Declaration | None) -> Effecteur:
    """Return the effecteur without the openings during which it says that it takes nobody."""
    if declaration is None or declaration.status not in SHUT:
        return effecteur
    left = subtract(effecteur.open_windows, (declaration.window,))
    return replace(effecteur, open_windows=left)


def shut_agenda(agenda: Agenda, declaration: Declaration | None) -> Agenda:
    """Return the agenda without the slots at the place that begin while it takes nobody; a range
    to come in is taken whole, and visits and teleconsultations stay."""
    if declaration is None or declaration.status not in SHUT:
        return agenda
    kept = (_shut_slot(slot, declaration.window) for slot in agenda.slots.value)
    slots = tuple(slot for slot in kept if slot is not None)
    return replace(agenda, slots=agenda.slots.map(lambda _: slots))


def _shut_slot(slot: Slot, shut: TimeWindow) -> Slot | None:
    if not shut.contains(slot.window.start) and not _is_entered_during(slot, shut):
        return slot
    elsewhere = slot.modes - {SlotMode.AMB}
    return replace(slot, modes=elsewhere) if elsewhere else None


def _is_entered_during(slot: Slot, shut: TimeWindow) -> bool:
    return slot.window.start < shut.start and slot.window.overlaps(shut)
