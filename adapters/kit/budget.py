"""A rate budget: questions to one server are spaced so that it never sees too many a second."""

import asyncio
import time
from collections.abc import Callable

from adapters.kit.retry import Sleep


class RateBudget:
    """Lets at most so many questions a second through, evenly apart, in the order they came.

    `elapsed_s` is any clock that only goes forward; the process's own unless a test gives one.
    """

    def __init__(
        self,
        per_second: float,
        *,
        sleep: Sleep = asyncio.sleep,
        elapsed_s: Callable[[], float] = time.monotonic,
    ) -> None:
        if per_second <= 0:
            raise ValueError(f"a budget must be positive, got {per_second}")
        self._gap_s = 1 / per_second
        self._sleep = sleep
        self._elapsed_s = elapsed_s
        self._next_s = 0.0

    async def wait(self) -> None:
        """Return when one more question may leave."""
        now_s = self._elapsed_s()
        turn_s = max(now_s, self._next_s)
        self._next_s = turn_s + self._gap_s
        if turn_s > now_s:
            await self._sleep(turn_s - now_s)
