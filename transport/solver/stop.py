"""When to stop a search: callables that grant iterations, none when it is over."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

GRAIN_S = 0.01
"""How long a search may run between two looks at the clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a search stands: iterations done, the one that last improved, the best objective."""

    iterations: int
    improved_at: int
    best: float


class Stop(Protocol):
    """A stopping criterion. `by_clock` tells whether it was the clock that said stop."""

    @property
    def by_clock(self) -> bool:
        """True once the wall clock, not the work, has ended the search."""
        ...

    def __call__(self, progress: Progress) -> int:
        """Return how many more iterations may be done before asking again; 0: stop."""
        ...

    def leaves(self, progress: Progress, iterations: int) -> bool:
        """Tell whether there is time for other work that takes as long as so many iterations."""
        ...


@dataclass(frozen=True, slots=True)
class MaxIterations:
    """Stop after a number of iterations: the same plan every time."""

    iterations: int
    by_clock: bool = field(default=False, init=False)

    def __call__(self, progress: Progress) -> int:
        """Grant what is left."""
        return max(0, self.iterations - progress.iterations)

    def leaves(self, progress: Progress, iterations: int) -> bool:  # noqa: ARG002
        """Always: other work than iterations is not counted."""
        return True


@dataclass(frozen=True, slots=True)
class NoImprovement:
    """Stop after a number of iterations without a better plan."""

    iterations: int
    by_clock: bool = field(default=False, init=False)

    def __call__(self, progress: Progress) -> int:
        """Grant what is left since the last improvement."""
        return max(0, progress.improved_at + self.iterations - progress.iterations)

    def leaves(self, progress: Progress, iterations: int) -> bool:  # noqa: ARG002
        """Always: other work than iterations is not counted."""
        return True


@dataclass(slots=True)
class MaxRuntime:
    """Stop after some seconds of a clock, counted from the first call."""

    seconds: float
    clock: Callable[[], float]
    by_clock: bool = field(default=False, init=False)
    _started: float | None = field(default=None, init=False)

    def __call__(self, progress: Progress) -> int:
        """Grant about a grain of time's worth of iterations."""
        now = self.clock()
        if self._started is None:
            self._started = now
        elapsed = now - self._started
        if elapsed >= self.seconds:
            self.by_clock = True
            return 0
        if progress.iterations == 0:
            return 1
        pace = progress.iterations / max(elapsed, 1e-6)
        return max(1, int(pace * min(GRAIN_S, self.seconds - elapsed)))

    def leaves(self, progress: Progress, iterations: int) -> bool:
        """Compare what is left with the pace of the iterations done."""
        if self._started is None:
            return True
        elapsed = self.clock() - self._started
        return elapsed * iterations <= (self.seconds - elapsed) * progress.iterations


@dataclass(frozen=True, slots=True)
class FirstOf:
    """Stop as soon as one of several criteria says so."""

    criteria: tuple[Stop, ...]

    @property
    def by_clock(self) -> bool:
        """True once the clock has ended the search."""
        return any(criterion.by_clock for criterion in self.criteria)

    def __call__(self, progress: Progress) -> int:
        """Grant what the strictest grants."""
        return min(criterion(progress) for criterion in self.criteria)

    def leaves(self, progress: Progress, iterations: int) -> bool:
        """Ask the strictest."""
        return all(criterion.leaves(progress, iterations) for criterion in self.criteria)
