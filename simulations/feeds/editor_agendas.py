"""The agendas an editor keeps, and how they are seen through the faults of the moment."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow
from simulations.agendas import AgendaSlot, Community, Practice
from simulations.feeds.boards import in_drawn_order
from simulations.feeds.faults import Fault

UNFILTERED: Final = timedelta(hours=72)
"""What an editor shows that reads no period: the three days to come."""


class EditorAgendas(Protocol):
    """What the editor keeps; `simulations.agendas.Agendas` does."""

    def practices_of(self, rpps: Identifier) -> Sequence[Practice]:
        """Places where a practitioner shares an agenda."""
        ...

    def practices_at(self, association: Identifier) -> Sequence[Practice]:
        """Practices of an association (SOS Médecins) that share an agenda."""
        ...

    def community_of(self, place: Identifier) -> Community | None:
        """Return the CPTS of a place, None when it is in none."""
        ...

    def free_slots(
        self, rpps: Sequence[Identifier], window: TimeWindow, now: datetime
    ) -> Sequence[AgendaSlot]:
        """Slots free at `now` that start within the window."""
        ...

    def book(self, slot_id: str, now: datetime) -> AgendaSlot:
        """Take a free slot; raise SlotNotFree."""
        ...

    def release(self, slot_id: str) -> None:
        """Give a booked slot back."""
        ...


def seen_slots(
    slots: Sequence[AgendaSlot], shown: frozenset[Fault], seed: int, answer: int
) -> Sequence[AgendaSlot]:
    """Return the slots that an answer shows: none, or half of them and others each time.

    `answer` counts the answers of this editor; a slot alone is always shown.
    """
    if Fault.EMPTY in shown:
        return ()
    if Fault.UNSTABLE not in shown:
        return slots
    name = f"{Fault.UNSTABLE}/{answer}"
    drawn = in_drawn_order(slots, name, seed, lambda slot: slot.slot_id)
    lost = {slot.slot_id for slot in drawn[: len(slots) // 2]}
    return [slot for slot in slots if slot.slot_id not in lost]


def seen_window(window: TimeWindow, shown: frozenset[Fault], now: datetime) -> TimeWindow:
    """Return the period that an answer is about."""
    return TimeWindow(now, now + UNFILTERED) if Fault.UNFILTERED in shown else window
