"""How a source behaves, said once when it is lost and once when it is back."""

import logging
from datetime import datetime, timedelta

from regulation.snapshots import SourceHealth, SourceState

log = logging.getLogger(__name__)


class HealthTracker:
    """Keeps the state of one source: OK, DEGRADED (partly usable), SILENT (nothing for too long,
    or never anything)."""

    def __init__(self, name: str, *, silent_after: timedelta) -> None:
        self._name = name
        self._silent_after = silent_after
        self._last_success: datetime | None = None
        self._complaint = ""
        self._announced = SourceState.OK

    def record_success(self, now: datetime, complaint: str = "") -> SourceHealth:
        """Note a usable answer; a complaint (part of it failed) makes the source DEGRADED."""
        self._last_success = now
        self._complaint = complaint
        return self._announce(now)

    def record_failure(self, now: datetime, complaint: str) -> SourceHealth:
        """Note that nothing usable came."""
        self._complaint = complaint
        return self._announce(now)

    def at(self, now: datetime) -> SourceHealth:
        """State at this instant: silence is judged when it is asked, not when it began."""
        return SourceHealth(
            name=self._name,
            state=self._state(now),
            last_success=self._last_success,
            message=self._complaint,
        )

    def _state(self, now: datetime) -> SourceState:
        if self._last_success is None or now - self._last_success > self._silent_after:
            return SourceState.SILENT
        return SourceState.DEGRADED if self._complaint else SourceState.OK

    def _announce(self, now: datetime) -> SourceHealth:
        health = self.at(now)
        lost, was_lost = (state is not SourceState.OK for state in (health.state, self._announced))
        if lost and not was_lost:
            log.warning("source %s is %s: %s", self._name, health.state, health.message)
        elif was_lost and not lost:
            log.info("source %s is back", self._name)
        self._announced = health.state
        return health
