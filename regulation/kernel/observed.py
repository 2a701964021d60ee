"""A fact is a value, where it comes from and how old it is."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Generic, TypeVar

from regulation.kernel.time import require_aware

T_co = TypeVar("T_co", covariant=True)
U = TypeVar("U")

LOST_AFTER_VALIDITIES = 3
"""A fact older than this many times its validity is LOST; younger but past it, STALE."""

CLOCK_SKEW_TOLERANCE = timedelta(minutes=5)
"""How far in the future an observation may claim to be (error contract of the adapters)."""


class Freshness(StrEnum):
    """What the age of a fact allows one to say of it."""

    FRESH = "FRESH"
    STALE = "STALE"
    LOST = "LOST"


FRESH, STALE, LOST = Freshness.FRESH, Freshness.STALE, Freshness.LOST
EARLIEST_AGE = -CLOCK_SKEW_TOLERANCE


@dataclass(frozen=True, slots=True)
class Observed(Generic[T_co]):
    """A value seen by a source at an instant, good for a while."""

    value: T_co
    observed_at: datetime
    source: str
    valid_for: timedelta

    def __post_init__(self) -> None:
        require_aware(self.observed_at, "observed_at")
        if self.valid_for <= timedelta(0):
            raise ValueError(f"validity of a fact must be positive, got {self.valid_for}")

    def age(self, now: datetime) -> timedelta:
        """Age of the fact; negative when its source's clock runs ahead."""
        return now - self.observed_at

    def freshness(self, now: datetime) -> Freshness:
        """FRESH within its validity, then STALE, then LOST; from too far in the future: LOST."""
        age = now - self.observed_at
        if age < EARLIEST_AGE:
            return LOST
        if age <= self.valid_for:
            return FRESH
        return STALE if age <= LOST_AFTER_VALIDITIES * self.valid_for else LOST

    def lost_or_not_until(self, now: datetime) -> datetime | None:
        """Return when it may become LOST, or cease to be; None when it stays so."""
        if now - self.observed_at < EARLIEST_AGE:
            return self.observed_at + EARLIEST_AGE
        lost_at = self.observed_at + LOST_AFTER_VALIDITIES * self.valid_for
        return lost_at if now <= lost_at else None

    def map(self, change: Callable[[T_co], U]) -> "Observed[U]":
        """Return the same observation of a value derived from this one."""
        return Observed(change(self.value), self.observed_at, self.source, self.valid_for)
