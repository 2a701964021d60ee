"""What the running parts share: the clock, the territory, the live offer, the desk, the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from regulation.kernel.time import Clock
from regulation.ports import Gazetteer, Snapshots
from regulation.snapshots import SourceHealth
from regulation.usecases import Desk
from transport.fleet import PromisedRide


class DeskMaker(Protocol):
    """Makes the desk of an instant on the rides promised so far."""

    def __call__(self, now: datetime, promised: Sequence[PromisedRide]) -> Desk:
        """Return the desk; the fleet is the territory's at `now` with these rides promised."""
        ...


class Sources(Protocol):
    """Health of the feeds."""

    def health(self) -> tuple[SourceHealth, ...]:
        """Return one line per source."""
        ...


PROMISE_TOLERANCE = timedelta(minutes=10)
"""Assumption: how far an instant promised to somebody may slip; past it, proposals are redone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    """Everything an entry point needs; made by `services.bootstrap`, or by a test."""

    clock: Clock
    gazetteer: Gazetteer
    snapshots: Snapshots
    sources: Sources
    desk: DeskMaker
    database_url: str
    travel_label: str
    promise_tolerance: timedelta = PROMISE_TOLERANCE
