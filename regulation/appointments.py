"""Appointments as agendas tell them once booked: with whom and when, never for whom."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow, require_aware
from regulation.offers import Agenda, Slot
from regulation.snapshots import Snapshot


class AppointmentStatus(StrEnum):
    """Where an appointment is in its life (FHIR R4, the part of it the SAS uses)."""

    PENDING = "pending"
    BOOKED = "booked"
    FULFILLED = "fulfilled"
    NOSHOW = "noshow"
    CANCELLED = "cancelled"

    @property
    def takes_its_slot(self) -> bool:
        """Tell whether nobody else may have its time."""
        return self in {AppointmentStatus.PENDING, AppointmentStatus.BOOKED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """One state of one appointment, known by its business identifier: `system` and `value`.

    `operator` is the number of who booked, as sent. `practitioner` is None when SOS Médecins does
    not say who will receive; `created_at` None when nobody says.
    """

    system: str
    value: str
    status: AppointmentStatus
    window: TimeWindow
    operator: str
    practitioner: Identifier | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAppointment:
    """An appointment as it is kept; `version` is the number of its states so far."""

    appointment_id: str
    version: int
    received_at: datetime
    appointment: Appointment

    def __post_init__(self) -> None:
        require_aware(self.received_at, "received_at")


class Appointments(Protocol):
    """Keeps every state of every appointment; the last one counts."""

    def find(self, system: str, value: str) -> KeptAppointment | None:
        """Return the last state of an appointment, None when there's none of this identifier."""
        ...

    def get(self, appointment_id: str) -> KeptAppointment:
        """Return the last state; raise LookupError when there's none of this id."""
        ...

    def save(self, appointment: Appointment, received_at: datetime) -> KeptAppointment:
        """Keep a state, unless it is the last one already; return what is kept."""
        ...

    def after(self, instant: datetime) -> Sequence[Appointment]:
        """Return the appointments that take a time ending later."""
        ...


def without_booked(snapshot: Snapshot, booked: Sequence[Appointment]) -> Snapshot:
    """Return the snapshot less the slots that these appointments fill, place by place."""
    taken: dict[tuple[Identifier, datetime], int] = {}
    for one in booked:
        if one.practitioner is not None and one.status.takes_its_slot:
            key = (one.practitioner, one.window.start)
            taken[key] = taken.get(key, 0) + 1
    if not taken:
        return snapshot
    agendas = {owner: _left(agenda, taken) for owner, agenda in snapshot.agendas.items()}
    return replace(snapshot, agendas=agendas).following(snapshot)


def _left(agenda: Agenda, taken: Mapping[tuple[Identifier, datetime], int]) -> Agenda:
    slots = agenda.slots.value
    left = tuple(slot for slot in slots if _count(slot, taken) < slot.capacity)
    if len(left) == len(slots):
        return agenda
    return replace(agenda, slots=agenda.slots.map(lambda _: left))


def _count(slot: Slot, taken: Mapping[tuple[Identifier, datetime], int]) -> int:
    if slot.practitioner is None:
        return 0
    return taken.get((slot.practitioner, slot.window.start), 0)
