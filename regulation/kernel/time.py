"""Aware instants, windows and the clock port. Nothing here reads the time of the machine."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Protocol
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")


class Clock(Protocol):
    """Tells the present instant; the only source of `now`."""

    def now(self) -> datetime:
        """Return the present instant, aware."""
        ...


class Calendar(Protocol):
    """Public holidays of the territory, by civil date in Europe/Paris."""

    def is_public_holiday(self, day: date) -> bool:
        """Tell whether the day is a public holiday there."""
        ...


def require_aware(instant: datetime, name: str) -> datetime:
    """Return the instant unchanged; raise ValueError naming it when it has no UTC offset."""
    if instant.utcoffset() is None:
        raise ValueError(f"{name}: {instant.isoformat()} has no UTC offset")
    return instant


def fixed(instant: datetime) -> datetime:
    """Return the same instant at a fixed offset: two instants of one zone are compared and
    subtracted by the clock on the wall, which is wrong across the change of hour."""
    return instant.astimezone(UTC) if isinstance(instant.tzinfo, ZoneInfo) else instant


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """A half-open interval [start, end) of aware instants; those of a zone that changes hour
    are kept in UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if type(self.start.tzinfo) is not timezone or type(self.end.tzinfo) is not timezone:
            # A `timezone` has an offset, always the same; others are looked at more closely.
            object.__setattr__(self, "start", fixed(require_aware(self.start, "window start")))
            object.__setattr__(self, "end", fixed(require_aware(self.end, "window end")))
        if self.end <= self.start:
            raise ValueError(f"window ends at {self.end}, not after its start {self.start}")

    @property
    def length(self) -> timedelta:
        """Duration of the window."""
        return self.end - self.start

    def contains(self, instant: datetime) -> bool:
        """Tell whether the instant lies in [start, end)."""
        return self.start <= instant < self.end

    def overlaps(self, other: "TimeWindow") -> bool:
        """Tell whether the two windows share an instant."""
        return self.start < other.end and other.start < self.end
