"""What effecteurs offer: slots, each one observed, and the availability they add up to."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
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


RANGES = frozenset({Booking.WALKIN, Booking.PHONE})
"""Ways in that give no hour: one comes within a range, without a word or once one has called."""


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


UNSET = datetime.min.replace(tzinfo=UTC)
"""Stands in a document of before for what is worked out when it is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A free slot of an effecteur. A WALKIN or PHONE slot is a range in which one may come.

    `modes` are the places of care it allows; `booking_url` is where it is booked. `window` is in
    the time its source tells; `begins` and `ends` are in UTC: a decision compares thousands of
    them, which takes ten times as long between two offsets. `reserved`: kept for disabled patients.
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
    reserved: bool = False
    begins: datetime = field(init=False, default=UNSET, repr=False, compare=False)
    ends: datetime = field(init=False, default=UNSET, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "begins", self.window.start.astimezone(UTC))
        object.__setattr__(self, "ends", self.window.end.astimezone(UTC))

    @property
    def takeable_until(self) -> datetime:
        """Return when it begins, or when it ends if it is a range to come in."""
        return self.window.end if self.booking in RANGES else self.begins

    @property
    def is_range(self) -> bool:
        """Tell whether one may come at any moment of it."""
        return self.booking in RANGES

    def is_takeable_at(self, now: datetime) -> bool:
        """Tell whether it hasn't begun, or is a range and hasn't ended."""
        if self.begins > now:
            return True
        limit = self.takeable_until
        return limit > now or limit == self.begins == now


@dataclass(frozen=True, slots=True, kw_only=True)
class Agenda:
    """What one source said of one effecteur's slots: perhaps none, never unknown.

    An effecteur without an Agenda in the snapshot is UNKNOWN. `first`: when its first slot begins.
    """

    effecteur_id: Identifier
    slots: Observed[tuple[Slot, ...]]
    asked: TimeWindow
    first: datetime | None = field(init=False, default=None, repr=False, compare=False)
    _whole_until: datetime | None = field(init=False, default=None, repr=False, compare=False)
    _modes: frozenset[SlotMode] = field(init=False, default=frozenset(), repr=False, compare=False)
    _open: "Agenda | None" = field(init=False, default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        limits, begins, reserved = [], [], False
        for slot in self.slots.value:
            limits.append(slot.takeable_until)
            begins.append(slot.begins)
            reserved = reserved or slot.reserved
        object.__setattr__(self, "first", min(begins, default=None))
        object.__setattr__(self, "_whole_until", min(limits, default=None))
        object.__setattr__(self, "_modes", _modes_of(self.slots.value))
        object.__setattr__(self, "_open", self._without_reserved() if reserved else None)

    def takeable_at(self, now: datetime) -> tuple[Slot, ...]:
        """Return the slots one can still take: to come, or walked into before they end."""
        if self._is_whole_at(now):
            return self.slots.value
        return tuple(slot for slot in self.slots.value if slot.is_takeable_at(now))

    def modes_at(self, now: datetime) -> frozenset[SlotMode]:
        """Return the places of care the slots one can still take allow."""
        return self._modes if self._is_whole_at(now) else _modes_of(self.takeable_at(now))

    def same_until(self, now: datetime) -> datetime | None:
        """Return until when the slots one can take are those of now; None: for good."""
        if self._is_whole_at(now):
            return self._whole_until
        limits = (slot.takeable_until for slot in self.slots.value)
        return min((limit for limit in limits if limit >= now), default=None)

    def unreserved(self) -> "Agenda":
        """Return the agenda as anybody may use it, less the slots kept for disabled patients."""
        return self._open or self

    def _without_reserved(self) -> "Agenda":
        """Make it once for all decisions."""
        left = tuple(slot for slot in self.slots.value if not slot.reserved)
        return replace(self, slots=self.slots.map(lambda _: left))

    def _is_whole_at(self, now: datetime) -> bool:
        return self._whole_until is None or now < self._whole_until


def _modes_of(slots: tuple[Slot, ...]) -> frozenset[SlotMode]:
    return frozenset[SlotMode]().union(*{slot.modes for slot in slots})
