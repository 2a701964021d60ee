"""The paper sheet kept as a file, whole or not at all, for the day nothing works."""

import errno
import logging
import os
import sys
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from services.runtime import Runtime
from services.sheet import EVERY, sheet_of

log = logging.getLogger(__name__)

OUTPUT: Final = 1
"""Descriptor of the standard output."""

FIRST_OFFER: Final = timedelta(minutes=1)
"""How long the feeds have, at the start, to say something before a sheet without it is written."""


def write_whole(page: str, out: Path) -> None:
    """Put a page in place of the one before; raise OSError, the one before is then as it was.

    A link stays one; what is no file (a pipe, `/dev/null`) is written to, never replaced.
    """
    if out.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(out))
    if _is_our_output(out):
        sys.stdout.flush()
        with os.fdopen(os.dup(OUTPUT), "w", encoding="utf-8", newline="") as ours:
            ours.write(page)
        return
    if out.exists() and not out.is_file():
        out.write_text(page, encoding="utf-8", newline="")
        return
    out = out.resolve()
    beside = out.with_suffix(".part")
    out.parent.mkdir(parents=True, exist_ok=True)
    try:
        beside.write_text(page, encoding="utf-8", newline="")
        beside.replace(out)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


def _is_our_output(out: Path) -> bool:
    """Tell whether it is where this process writes already (`/dev/stdout`), a file included."""
    try:
        return os.path.samestat(out.stat(), os.fstat(OUTPUT))
    except OSError:
        return False


@dataclass(slots=True)
class SheetFile:
    """Writes the sheet of a territory every 15 minutes, by the clock of the runtime."""

    runtime: Runtime
    out: Path
    _began: datetime = field(init=False)
    _written_at: datetime | None = field(default=None, init=False)
    _is_lost: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self._began = self.runtime.clock.now()

    def write_when_due(self) -> bool:
        """Write it if it is time; tell whether it was written. Said once when it cannot be."""
        now = self.runtime.clock.now()
        if not self._is_due(now):
            return False
        try:
            write_whole(self._page(now), self.out)
        except OSError as fault:
            if not self._is_lost:
                log.warning("the paper sheet cannot be written: %s", fault.strerror)
            self._is_lost = True
            return False
        self._written_at, self._is_lost = now, False
        return True

    def _is_due(self, now: datetime) -> bool:
        if self._written_at is not None:  # a clock that jumped back: it is due as well
            return not timedelta(0) <= now - self._written_at < EVERY
        return bool(self.runtime.snapshots.current().agendas) or now - self._began >= FIRST_OFFER

    def _page(self, now: datetime) -> str:
        made = self.runtime
        return sheet_of(made.snapshots.current(), made.fleet(now), made.gazetteer.name, now)
