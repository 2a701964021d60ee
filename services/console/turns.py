"""One answer at a time for each call being taken: one that a later one makes vain is given up."""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

MOST_CALLS = 1000
"""Calls remembered; the oldest are forgotten."""


@dataclass(slots=True)
class _Turn:
    lock: threading.Lock = field(default_factory=threading.Lock)
    last: int = 0


class Turns:
    """Gives each request of a call its turn, and tells whether another was made meanwhile."""

    def __init__(self) -> None:
        self._calls: OrderedDict[str, _Turn] = OrderedDict()
        self._lock = threading.Lock()

    @contextmanager
    def taken(self, call: str) -> Iterator[Callable[[], bool]]:
        """Wait for one's turn; yields what tells whether the answer is still waited for."""
        with self._lock:
            turn = self._calls.setdefault(call, _Turn())
            self._calls.move_to_end(call)
            while len(self._calls) > MOST_CALLS:
                self._calls.popitem(last=False)
            turn.last += 1
            mine = turn.last
        with turn.lock:
            yield lambda: mine == turn.last
