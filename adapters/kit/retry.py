"""Asking again, later and not all at once."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from adapters.kit.failures import FeedFailure

T = TypeVar("T")
Sleep = Callable[[float], Awaitable[None]]
"""Waits that many seconds; `asyncio.sleep` outside tests."""


class Draws(Protocol):
    """A seeded source of uniform numbers, as `numpy.random.Generator` is."""

    def random(self) -> float:
        """Return a number of [0, 1)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How often and how far apart; pauses double and are drawn over their whole length."""

    attempts: int = 3
    first_pause_s: float = 0.25
    longest_pause_s: float = 4.0

    def __post_init__(self) -> None:
        if self.attempts < 1 or not 0 <= self.first_pause_s <= self.longest_pause_s:
            raise ValueError(f"impossible retry policy: {self}")

    def pause_s(self, failure: FeedFailure, attempt: int, draw: float) -> float | None:
        """Seconds to wait after attempt number `attempt` (from 1); None: give up.

        A source that asks for a longer pause than we are ready to wait is left alone.
        """
        if not failure.retryable or attempt >= self.attempts:
            return None
        asked_s = 0.0 if failure.retry_after is None else failure.retry_after.total_seconds()
        if asked_s > self.longest_pause_s:
            return None
        longest_s = min(self.longest_pause_s, self.first_pause_s * 2.0 ** (attempt - 1))
        return asked_s + draw * longest_s


async def with_retries(
    call: Callable[[], Awaitable[T]], policy: RetryPolicy, draws: Draws, sleep: Sleep
) -> T:
    """Return the first success; raise the last FeedFailure. Only for questions that change
    nothing."""
    attempt = 0
    while True:
        attempt += 1
        try:
            return await call()
        except FeedFailure as failure:
            pause_s = policy.pause_s(failure, attempt, draws.random())
            if pause_s is None:
                raise
        await sleep(pause_s)
