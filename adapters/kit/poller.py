"""Asking a source again and again, without all pollers asking at the same moment."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from adapters.kit.retry import Draws, Sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds between two rounds: the period while it goes well; longer after each failure.

    What is asked once a day does not wait for a day to be asked again: the pause after a failure
    is twice `soon_s`, or twice the period when that is shorter, and doubles up to `longest_s`.
    `jitter` is the share by which each pause is drawn around its length.
    """

    period_s: float
    longest_s: float
    jitter: float = 0.1
    soon_s: float = 60.0

    def __post_init__(self) -> None:
        if not (0 < self.period_s <= self.longest_s and 0 <= self.jitter < 1):
            raise ValueError(f"impossible pace: {self}")

    def pause_s(self, failures: int, draw: float) -> float:
        """Seconds to wait after so many failures in a row."""
        length_s = self.period_s
        if failures:
            first_s = min(self.period_s, self.soon_s)
            length_s = min(self.longest_s, first_s * 2.0 ** min(failures, 32))
        return length_s * (1 + self.jitter * (2 * draw - 1))


async def poll(
    refresh: Callable[[], Awaitable[bool]],
    *,
    pace: Pace,
    draws: Draws,
    sleep: Sleep,
    is_stopped: Callable[[], bool],
) -> None:
    """Refresh until stopped; `refresh` tells whether the source answered and does not raise."""
    failures = 0
    while not is_stopped():
        failures = 0 if await refresh() else failures + 1
        await sleep(pace.pause_s(failures, draws.random()))
