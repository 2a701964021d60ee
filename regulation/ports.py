"""What the domain needs from outside, each port named after the need."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from regulation.audit import AuditEntry
from regulation.basis import Basis
from regulation.bookings import SlotBooking
from regulation.cases import Case, CaseState
from regulation.decisions import Decision
from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position
from regulation.proposals import Orientation, OrientationProposal
from regulation.snapshots import Snapshot


class CaseExists(ValueError):  # noqa: N818  a refusal, named as one says it
    """Another case has this id."""


class StaleVersion(ValueError):  # noqa: N818  a refusal, named as one says it
    """The case has moved on since it was read, or its decision has just been taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedOrientation:
    """An answer as it was shown. `vehicle_versions`: how often the rides promised with each
    vehicle it proposes had changed when it was computed (absent: never). `basis` None: it was
    not kept, the answer can't be computed again."""

    orientation_id: str
    at: datetime
    orientation: Orientation
    vehicle_versions: Mapping[str, int] = field(default_factory=dict)
    basis: Basis | None = None


class Gazetteer(Protocol):
    """Finds places of the territory without any outside service."""

    @property
    def name(self) -> str:
        """Name of the territory."""
        ...

    def contains(self, position: Position) -> bool:
        """Tell whether the position lies in the territory."""
        ...

    def find_commune(self, insee: str) -> Position | None:
        """Return the centre of a commune of the territory, None when it isn't one."""
        ...

    def find_address(self, text: str) -> Position | None:
        """Return the position of a postal address, None when it isn't found."""
        ...

    def nearest(self, position: Position) -> str:
        """Name the commune whose centre is nearest, as addresses write it."""
        ...

    def suggest(self, text: str, limit: int) -> Sequence[str]:
        """Return addresses that the text may be the beginning of, likeliest first."""
        ...


class Snapshots(Protocol):
    """Gives the current picture of the offer."""

    def current(self) -> Snapshot:
        """Return the last published snapshot."""
        ...


class Cases(Protocol):
    """Keeps cases. Within one unit of work; nothing is seen by others before its commit."""

    def add(self, case: Case) -> None:
        """Keep a new case; raise CaseExists when its id is taken."""
        ...

    def find(self, case_id: str) -> Case | None:
        """Return the case, None when there's none of this id."""
        ...

    def hold(self, case_id: str) -> Case | None:
        """Return the case as nobody else moves it until the unit ends: whoever is moving it is
        waited for. To be held before anything else of the case is written."""
        ...

    def save(self, case: Case, expected_version: int) -> None:
        """Replace the case; raise StaleVersion when it has moved on since."""
        ...

    def latest(self, states: Set[CaseState], limit: int) -> Sequence[Case]:
        """Return the cases in these states, those that moved last first."""
        ...


class DecisionJournal(Protocol):
    """Keeps, in order and for ever, what was proposed and what was decided."""

    def record_orientation(
        self,
        orientation: Orientation,
        *,
        at: datetime,
        vehicle_versions: Mapping[str, int],
        basis: Basis | None = None,
    ) -> RecordedOrientation:
        """Keep an answer under an id of its own."""
        ...

    def find_orientation(self, case_id: str) -> RecordedOrientation | None:
        """Return the last answer given to a case, None when there's none."""
        ...

    def get_orientation(self, orientation_id: str) -> RecordedOrientation:
        """Return an answer; raise LookupError when there's none of this id."""
        ...

    def record_decision(self, decision: Decision, chosen: OrientationProposal) -> None:
        """Keep a decision; raise StaleVersion when its idempotency key is taken."""
        ...

    def find_decision(self, idempotency_key: str) -> Decision | None:
        """Return the decision taken under this key, None when there's none."""
        ...

    def get_decision(self, decision_id: str) -> Decision:
        """Return the decision of this id; raise LookupError when there's none."""
        ...

    def decisions_of(self, case_id: str) -> Sequence[Decision]:
        """Return the decisions of a case, oldest first."""
        ...

    def decisions_since(self, instant: datetime) -> Sequence[Decision]:
        """Return the decisions taken since the instant, oldest first."""
        ...

    def oriented_since(self, instant: datetime) -> Mapping[Identifier, int]:
        """Count the decisions since the instant by the effecteur they chose."""
        ...


class SlotBookings(Protocol):
    """Keeps the slots our decisions have taken; no place of a slot is ever given twice."""

    def book(self, booking: SlotBooking, capacity: int) -> None:
        """Take one of the places of a slot; raise SlotTaken when none is left."""
        ...

    def release(self, case_id: str) -> None:
        """Give back what a case had taken; nothing happens when it had nothing."""
        ...

    def taken_after(self, instant: datetime, *, besides: str) -> Mapping[str, int]:
        """Count the places taken by slot id, of slots ending later, besides one case's own."""
        ...

    def find_booking(self, case_id: str) -> SlotBooking | None:
        """Return what a case has taken, None when it has taken nothing."""
        ...

    def taken_with(self, practitioner: Identifier, start: datetime) -> Sequence[SlotBooking]:
        """Return what cases have taken with somebody at an instant, by case."""
        ...


class AuditTrail(Protocol):
    """Keeps one line for each access to a case, for ever."""

    def record(self, entry: AuditEntry) -> None:
        """Add a line at the end."""
        ...

    def entries_of(self, case_id: str) -> Sequence[AuditEntry]:
        """Return the lines of a case, oldest first."""
        ...
