"""The machine's clock, and one that stands still: the only places that tell the time."""

from dataclasses import dataclass
from datetime import UTC, datetime

from regulation.kernel.time import require_aware


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
