"""A circuit breaker: a source that keeps failing is left alone for a while."""

from datetime import datetime, timedelta


class CircuitBreaker:
    """Opens after consecutive failures; after the cool-down lets one question through."""

    def __init__(
        self, *, failures_to_open: int = 5, cool_down: timedelta = timedelta(seconds=30)
    ) -> None:
        self._failures_to_open = failures_to_open
        self._cool_down = cool_down
        self._failures = 0
        self._opened_at: datetime | None = None
        self._trial_under_way = False

    def allows(self, now: datetime) -> bool:
        """Tell whether a question may be asked; True from an open circuit reserves the trial."""
        if self._opened_at is None:
            return True
        if self._trial_under_way or now - self._opened_at < self._cool_down:
            return False
        self._trial_under_way = True
        return True

    def record_success(self) -> None:
        """Close the circuit."""
        self._failures = 0
        self._opened_at = None
        self._trial_under_way = False

    def record_failure(self, now: datetime) -> None:
        """Count a failure; open, or stay open after a failed trial."""
        self._failures += 1
        self._trial_under_way = False
        if self._failures >= self._failures_to_open:
            self._opened_at = now
