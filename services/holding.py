"""What a decision is about to take, held while it is taken; the database judges all the same."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.kit.holds import HeldElsewhere, Hold, Holds, HoldsUnavailable, Overtaken
from regulation.kernel.time import Clock
from services.refusals import OutOfDate

log = logging.getLogger(__name__)

PAUSE = timedelta(seconds=5)
"""How long decisions go without holds once whoever keeps them did not answer."""

Take = Callable[[Mapping[str, int]], int | None]
"""Holds these things until the decision is kept; returns the token, None without holds."""


@dataclass(slots=True)
class Holding:
    """Holds things around a decision. Without holds (None, or lost) the database judges alone."""

    holds: Holds | None
    clock: Clock
    _lost_at: datetime | None = field(default=None, init=False)

    @contextmanager
    def around(self, case_id: str) -> Iterator[Take]:
        """Yield what takes a hold for the case; it is given back at the end."""
        taken: list[Hold] = []

        def take(wanted: Mapping[str, int]) -> int | None:
            hold = self._take(case_id, wanted)
            if hold is None:
                return None
            taken.append(hold)
            return hold.token

        try:
            yield take
        except Overtaken as refusal:
            self._move_past(refusal.seen)
            reason = "un véhicule de la proposition vient d'être promis à quelqu'un d'autre"
            raise OutOfDate("rank", reason) from None
        finally:
            for hold in taken:
                self._release(hold)

    def _take(self, case_id: str, wanted: Mapping[str, int]) -> Hold | None:
        if self.holds is None or not wanted or self._is_pausing():
            return None
        try:
            hold = self.holds.take(case_id, wanted)
        except HeldElsewhere:
            reason = "un autre régulateur décide en ce moment même sur ce créneau ou ce véhicule"
            raise OutOfDate("rank", reason) from None
        except HoldsUnavailable as fault:
            self._lose(fault)
            return None
        self._find_again()
        return hold

    def _release(self, hold: Hold) -> None:
        if self.holds is None:
            return
        try:
            self.holds.release(hold)
        except HoldsUnavailable as fault:
            self._lose(fault)  # it ends by itself

    def _move_past(self, token: int) -> None:
        if self.holds is None:
            return
        try:
            self.holds.move_past(token)
        except HoldsUnavailable as fault:
            self._lose(fault)

    def _is_pausing(self) -> bool:
        return self._lost_at is not None and self.clock.now() - self._lost_at < PAUSE

    def _lose(self, fault: HoldsUnavailable) -> None:
        if self._lost_at is None:
            log.warning("holds are lost (%s): the database judges alone", fault)
        self._lost_at = self.clock.now()

    def _find_again(self) -> None:
        if self._lost_at is not None:
            log.warning("holds are back")
            self._lost_at = None
