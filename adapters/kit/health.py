"""How a source behaves, said once when it is lost and once when it is back."""

import logging
from collections import deque
from datetime import datetime, timedelta

from regulation.snapshots import SourceChange, SourceHealth, SourceState

log = logging.getLogger(__name__)

CHANGES_KEPT = 50


class HealthTracker:
    """Keeps the state of one source: OK, DEGRADED (partly usable), SILENT (nothing for too long,
    or never anything)."""

    def __init__(self, name: str, *, silent_after: timedelta) -> None:
        self._name = name
        self._silent_after = silent_after
        self._last_success: datetime | None = None
        self._complaint = ""
        self._announced: SourceState | None = None
        self._changes: deque[SourceChange] = deque(maxlen=CHANGES_KEPT)

    def record_success(self, now: datetime, complaint: str = "") -> SourceHealth:
        """Note a usable answer; a complaint (part of it failed) makes the source DEGRADED."""
        self._last_success = now
        self._complaint = complaint
        return self.at(now)

    def record_failure(self, now: datetime, complaint: str) -> SourceHealth:
        """Note that nothing usable came."""
        self._complaint = complaint
        return self.at(now)

    def at(self, now: datetime, quarantined: int = 0) -> SourceHealth:
        """State at this instant: silence is judged when it is asked, not when it began."""
        state = self._state(now)
        if self._last_success is not None or self._complaint:
            self._heed(state, now)
        return SourceHealth(
            name=self._name,
            state=state,
            last_success=self._last_success,
            message=self._complaint,
            quarantined=quarantined,
            changes=tuple(self._changes),
        )

    def _state(self, now: datetime) -> SourceState:
        if self._last_success is None or now - self._last_success > self._silent_after:
            return SourceState.SILENT
        return SourceState.DEGRADED if self._complaint else SourceState.OK

    def _heed(self, state: SourceState, now: datetime) -> None:
        """Note a change of state, and say it when the source is lost or back."""
        before, self._announced = self._announced, state
        if state is before:
            return
        at = self._silent_since(now) if state is SourceState.SILENT else now
        self._changes.append(SourceChange(at=at, state=state, message=self._complaint))
        was_well = before in {None, SourceState.OK}
        if was_well and state is not SourceState.OK:
            log.warning("source %s is %s: %s", self._name, state, self._complaint)
        elif not was_well and state is SourceState.OK:
            log.info("source %s is back", self._name)

    def _silent_since(self, now: datetime) -> datetime:
        if self._last_success is None:
            return now
        return min(now, self._last_success + self._silent_after)
