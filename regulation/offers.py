"""What effecteurs offer: slots, each one observed, and the availability they add up to."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.time import TimeWindow


class SlotMode(StrEnum):
    """Where the care takes place (HL7 v3 ActCode, as SAS slots carry it)."""

    AMB = "AMB"
    HH = "HH"
    VR = "VR"


class Booking(StrEnum):
    """How one gets in."""

    ROUTINE = "ROUTINE"
    WALKIN = "WALKIN"
    PHONE = "PHONE"


class Visibility(StrEnum):
    """Who may use the slot (TRE_R314)."""

    PUBLIC = "PUBLIC"
    PRO = "PRO"
    SNP = "SNP"
    CPTS = "CPTS"


class Availability(StrEnum):
    """Three states: no slot is not the same as not knowing."""

    FREE = "FREE"
    NONE = "NONE"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A free slot of an effecteur. A WALKIN slot is a range in which one may come.

    `modes` are the places of care it allows; `booking_url` is where it is booked.
    """

    slot_id: str
    effecteur_id: Identifier
    practitioner: Identifier | None
    window: TimeWindow
    modes: frozenset[SlotMode]
    booking: Booking
    visibility: frozenset[Visibility]
    specialties: frozenset[str] = frozenset()
    reason: str = ""
    booking_url: str | None = None
    capacity: int = 1

    def is_takeable_at(self, now: datetime) -> bool:
        """Tell whether it hasn't begun, or is walked into and hasn't ended."""
        limit = self.window.end if self.booking is Booking.WALKIN else self.window.start
        return limit > now or limit == self.window.start == now


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What one source said of one effecteur's slots: perhaps none, never unknown.

    An effecteur without an Agenda in the snapshot is UNKNOWN.
    """

    effecteur_id: Identifier
    slots: Observed[tuple[Slot, ...]]
    asked: TimeWindow

    def takeable_at(self, now: datetime) -> tuple[Slot, ...]:
        """Return the slots one can still take: to come, or walked into before they end."""
        return tuple(slot for slot in self.slots.value if slot.is_takeable_at(now))
