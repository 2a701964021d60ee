"""A staffed queue: so many people answer, more or fewer by the hour; callers hang up when tired."""

import heapq
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import simpy

Process = Generator[simpy.Event, Any, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How somebody fared: seconds waited, and whether anybody answered."""

    waited_s: float
    answered: bool


@dataclass(slots=True)
class StaffedQueue:
    """Callers by priority, then by arrival; `staff` is how many people answer at an instant.

    Nobody is dropped in the middle of a call: when staff leaves, those who talk finish.
    """

    env: simpy.Environment
    staff: Callable[[float], int]
    busy: int = 0
    _waiting: list[tuple[int, int, simpy.Event]] = field(default_factory=list)
    _ranks: Any = field(default_factory=count)

    def hold(self, seconds: float, patience_s: float, priority: int = 0) -> Process:
        """Wait for somebody and hold them so long; give up after so much patience."""
        arrived = self.env.now
        turn = self.env.event()
        heapq.heappush(self._waiting, (priority, next(self._ranks), turn))
        self.call_next()
        if not turn.triggered:
            yield turn | self.env.timeout(patience_s)
        waited = self.env.now - arrived
        if not turn.triggered:
            turn.fail(Abandoned())
            turn.defused = True
            return Served(waited_s=waited, answered=False)
        yield self.env.timeout(seconds)
        self.busy -= 1
        self.call_next()
        return Served(waited_s=waited, answered=True)

    def call_next(self) -> None:
        """Answer whoever may be answered now."""
        while self._waiting and self.busy < self.staff(self.env.now):
            *_, turn = heapq.heappop(self._waiting)
            if not turn.triggered:
                self.busy += 1
                turn.succeed()

    def keep_shifts(self, every_s: float) -> Process:
        """Look at the roster as often as it may change."""
        while True:
            yield self.env.timeout(every_s)
            self.call_next()


class Abandoned(Exception):  # noqa: N818  an ordinary end
    """The caller hung up before being answered."""
