"""How long each class of data is kept, and the job that erases what is over."""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from regulation.audit_chain import purge_over
from regulation.kernel.time import Clock
from services.store import Store

log = logging.getLogger(__name__)

CASES: Final = timedelta(days=365)
"""Assumption, to be set by whoever answers for the data: a case is logistics after regulation; the
regulation's own record, kept by the SAMU, is not here."""

AUDIT_TRAIL: Final = timedelta(days=3 * 365)
"""Assumption: traces of access, long enough for a complaint."""

COMMANDS: Final = timedelta(days=1)
"""Longer than any client asks again."""

SESSIONS: Final = timedelta(hours=12)
FENCES: Final = timedelta(days=30)
"""Far longer than any clock is off."""

EVERY: Final = timedelta(hours=1)
AT_ONCE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """How much was erased of each class."""

    cases: int
    audit_lines: int
    commands: int
    access: int
    fences: int


@dataclass(slots=True)
class Retention:
    """Erases what is over, at most once an hour in one process."""

    store: Store
    clock: Clock
    _done_at: datetime | None = field(default=None, init=False)

    def forget_when_due(self, token: int | None = None, thing: str = "") -> Forgotten | None:
        """Erase what is over when the hour has come; None when it hasn't."""
        now = self.clock.now()
        if self._done_at is not None and now - self._done_at < EVERY:
            return None
        forgotten = self.forget(token, thing)
        self._done_at = now
        return forgotten

    def forget(self, token: int | None = None, thing: str = "") -> Forgotten:
        """Erase what is over, in one unit; under a lease, its token is shown to the fence first."""
        now = self.clock.now()
        with self.store.unit() as unit:
            if token is not None:
                unit.fences.come_through([thing], token)
            over = unit.erasure.over(now - CASES, AT_ONCE)
            for case_id in over:
                unit.erasure.erase(case_id)
            forgotten = Forgotten(
                cases=len(over),
                audit_lines=purge_over(unit.seals, now - AUDIT_TRAIL, now),
                commands=unit.commands.forget(now - COMMANDS),
                access=unit.access.purge(now, now - SESSIONS),
                fences=unit.fences.forget(now - FENCES),
            )
        log.info("erased what is over: %s", forgotten)
        return forgotten
