"""The machine's clock, one that runs ahead of it, one that stands still."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from regulation.kernel.time import Clock, require_aware


class SystemClock:
    """Tells the time of the machine, in UTC."""

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.now(UTC)  # noqa: TID251  this is the injected clock


@dataclass(frozen=True, slots=True)
class FixedClock:
    """Tells one instant for ever: `orient --at T` and the tests."""

    at: datetime

    def __post_init__(self) -> None:
        require_aware(self.at, "at")

    def now(self) -> datetime:
        """Return the instant it was set to."""
        return self.at


@dataclass(frozen=True, slots=True)
class RunningClock:
    """Runs like another clock, so far ahead of it (behind when negative): a day replayed live."""

    clock: Clock
    ahead: timedelta

    def now(self) -> datetime:
        """Return the other clock's instant, moved."""
        return self.clock.now() + self.ahead
