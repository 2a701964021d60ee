"""What the domain needs from outside, each port named after the need."""

from collections.abc import Sequence
from typing import Protocol

from regulation.cases import Case
from regulation.decisions import Decision
from regulation.kernel.places import Position
from regulation.proposals import Orientation
from regulation.snapshots import Snapshot


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

    def save(self, case: Case, expected_version: int) -> None:
        """Replace the case; raise StaleVersion when it has moved on since."""
        ...


class DecisionJournal(Protocol):
    """Keeps, in order and for ever, what was proposed and what was decided."""

    def record_orientation(self, orientation: Orientation) -> str:
        """Keep an answer and return its id."""
        ...

    def find_orientation(self, case_id: str) -> tuple[str, Orientation] | None:
        """Return the last answer given to a case with its id, None when there's none."""
        ...

    def record_decision(self, decision: Decision) -> None:
        """Keep a decision."""
        ...

    def decisions_of(self, case_id: str) -> Sequence[Decision]:
        """Return the decisions of a case, oldest first."""
        ...
