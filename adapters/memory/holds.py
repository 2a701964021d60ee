"""Holds and fences in memory: the same as on servers, within one process."""

import threading
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from adapters.kit.holds import HOLD_LASTS, HeldElsewhere, Hold, Overtaken
from adapters.memory.records import Records
from regulation.kernel.time import Clock

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


@dataclass(slots=True)
class InMemoryHolds:
    """The holds of one process; they end by its clock."""

    clock: Clock
    lasts: timedelta = HOLD_LASTS
    _token: int = 0
    _kept: dict[str, tuple[Hold, datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, case_id: str, wanted: Mapping[str, int]) -> Hold:
        """Hold every thing or none; see the port."""
        with self._lock:
            now = self.clock.now()
            held = self._held(now)
            for thing, at_once in wanted.items():
                if len([one for one in held.get(thing, ()) if one != case_id]) >= at_once:
                    raise HeldElsewhere(thing)
            self._token = max(self._token + 1, (now - EPOCH) // MICROSECOND)
            hold = Hold(case_id=case_id, things=tuple(wanted), token=self._token)
            self._kept[case_id] = (hold, now + self.lasts)
            return hold

    def release(self, hold: Hold) -> None:
        """Give a hold back; nothing happens when it is over, or another took its place."""
        with self._lock:
            kept = self._kept.get(hold.case_id)
            if kept is not None and kept[0] == hold:
                del self._kept[hold.case_id]

    def held(self) -> Mapping[str, Sequence[str]]:
        """Return the cases that hold each thing now."""
        with self._lock:
            return self._held(self.clock.now())

    def move_past(self, token: int) -> None:
        """Give only later tokens from now on."""
        with self._lock:
            self._token = max(self._token, token)

    def _held(self, now: datetime) -> Mapping[str, Sequence[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for hold, until in self._kept.values():
            if until > now:
                for thing in hold.things:
                    found[thing].append(hold.case_id)
        return found


class InMemoryFences:
    """Fences among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def come_through(self, things: Iterable[str], token: int) -> None:
        """Let a token through for all these things; raise Overtaken."""
        for thing in sorted(things):
            seen = self._records.fences.get(thing, 0)
            if seen >= token:
                raise Overtaken(thing, seen)
            self._records.fences[thing] = token

    def forget(self, before: datetime) -> int:
        """Forget what was last changed before; return how many things."""
        oldest = (before - EPOCH) // MICROSECOND
        kept = {thing: token for thing, token in self._records.fences.items() if token >= oldest}
        gone = len(self._records.fences) - len(kept)
        self._records.fences = kept
        return gone
