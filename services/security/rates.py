"""How often one caller may ask: a bucket of turns for each, refilled at a steady pace."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from threading import Lock

from starlette.exceptions import HTTPException

MOST_CALLERS = 10_000
"""Callers remembered; the one unseen for longest is forgotten first, its bucket full again."""


@dataclass(slots=True, kw_only=True)
class Rates:
    """`per_s` turns a second, `burst` at once; each process counts for itself."""

    stopwatch: Callable[[], float]
    per_s: float = 20.0
    burst: float = 60.0
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def take(self, caller: str) -> None:
        """Take a turn; raise HTTPException 429 saying when the next is there."""
        with self._lock:
            now = self.stopwatch()
            left, then = self._buckets.pop(caller, (self.burst, now))
            left = min(self.burst, left + (now - then) * self.per_s)
            enough = left >= 1.0
            self._buckets[caller] = (left - 1.0 if enough else left, now)
            if len(self._buckets) > MOST_CALLERS:
                self._buckets.popitem(last=False)
        if not enough:
            wait = {"Retry-After": str(ceil((1.0 - left) / self.per_s))}
            raise HTTPException(HTTPStatus.TOO_MANY_REQUESTS, "trop de demandes", headers=wait)
