"""What has happened, told to whoever watches: kept in order, numbered, with nothing personal."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from regulation.kernel.time import require_aware

Fact = str | int | bool | None
"""What an event may hold besides its case: ids, states, counts; no text that somebody typed."""


class EventKind(StrEnum):
    """What happened."""

    CASE_OPENED = "case.opened"
    CASE_PROPOSED = "case.proposed"
    CASE_DECIDED = "case.decided"
    CASE_TAKEN_BACK = "case.taken_back"
    CASE_FLAG_LIFTED = "case.flag_lifted"
    CASE_HANDED_TO_AMU = "case.handed_to_amu"
    CASE_DRAFTED = "case.drafted"
    APPOINTMENT_TOLD = "appointment.told"
    SLOT_WITHDRAWN = "slot.withdrawn"
    RIDE_ANSWERED = "ride.answered"
    RIDE_ENGAGED = "ride.engaged"
    RIDE_STATUS = "ride.status"
    RIDE_REASSIGNED = "ride.reassigned"
    RIDE_UNSERVED = "ride.unserved"
    RIDE_RETIMED = "ride.retimed"
    RIDE_EXPECTED = "ride.expected"
    MESSAGE_SENT = "message.sent"
    MESSAGE_DEAD = "message.dead"
    MESSAGE_RESENT = "message.resent"
    RETURN_WANTED = "return.wanted"
    CASE_CLOSED = "case.closed"
    CASE_CANCELLED = "case.cancelled"
    PATIENT_SOUGHT = "patient.sought"
    PATIENT_TAKEN = "patient.taken"
    NOTE_LEFT = "note.left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; `case_id` None: to the territory as a whole."""

    at: datetime
    kind: EventKind
    case_id: str | None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_aware(self.at, "event")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberedEvent:
    """An event that is kept. Numbers grow in the order in which events became visible, so that
    whoever has seen number n misses nothing by asking for what comes after n."""

    number: int
    event: Event


class EventLog(Protocol):
    """Keeps events with the change they tell of: both or neither."""

    def record(self, event: Event) -> None:
        """Keep an event; it gets its number, and is seen, when the unit of work ends."""
        ...

    def after(
        self, number: int, *, case_id: str | None = None, limit: int = 500
    ) -> Sequence[NumberedEvent]:
        """Return what came after the number, in order; of one case, or of all (None)."""
        ...

    def last_number(self) -> int:
        """Return the number of the last event, 0 when there's none."""
        ...
