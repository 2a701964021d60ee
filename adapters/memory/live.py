"""The live state in memory: the same as on a server, for one process."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from adapters.kit.live import Change, Changes, Near, Told
from adapters.kit.packing import (
    microseconds,
    pack_agenda,
    pack_seen,
    unpack_agenda,
    unpack_seen,
)
from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position, crow_distance_m
from regulation.offers import Agenda
from regulation.review import Doubts
from transport.reports import VehicleSeen

KEPT = 200_000
_BIRTHS = count()


@dataclass(slots=True)
class _Facts:
    packed: dict[str, bytes] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)


class InMemoryLiveStore:
    """The live state of one territory in this process."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._agendas, self._sightings = _Facts(), _Facts()
        self._places: dict[str, Position] = {}
        self._vehicles: dict[str, Position] = {}
        self._doubts = Doubts()
        self._changes: list[tuple[bool, Change]] = []
        self._forgotten = 0
        self._birth = next(_BIRTHS)
        self._changed = threading.Condition()

    def put_places(self, places: Mapping[Identifier, Position]) -> None:
        """Say where effecteurs are."""
        self._places |= {str(one): position for one, position in places.items()}

    def put_agendas(self, agendas: Sequence[Agenda]) -> int:
        """Keep agendas; return how many were observed later than what was kept."""
        with self._changed:
            return sum(
                self._put(
                    self._agendas,
                    str(one.effecteur_id),
                    microseconds(one.slots.observed_at),
                    pack_agenda(one),
                )
                for one in agendas
            )

    def put_sightings(self, sightings: Sequence[VehicleSeen]) -> int:
        """Keep where vehicles are; return how many were seen later than what was kept."""
        news = 0
        with self._changed:
            for one in sightings:
                fresh = self._put(
                    self._sightings, one.vehicle_id, microseconds(one.at), pack_seen(one)
                )
                if fresh:
                    self._vehicles[one.vehicle_id] = one.position
                news += fresh
        return news

    def put_doubts(self, doubts: Doubts) -> None:
        """Keep the pairs in doubt, in place of those kept before."""
        self._doubts = doubts

    def doubts(self) -> Doubts:
        """Return the pairs in doubt that were told last."""
        return self._doubts

    def agendas_of(self, effecteurs: Sequence[Identifier]) -> Mapping[Identifier, Agenda]:
        """Return the agendas that are known of these effecteurs."""
        packed = self._agendas.packed
        return {one: unpack_agenda(packed[str(one)]) for one in effecteurs if str(one) in packed}

    def sightings_of(self, vehicles: Sequence[str]) -> Mapping[str, VehicleSeen]:
        """Return where these vehicles were last seen."""
        packed = self._sightings.packed
        return {one: unpack_seen(packed[one]) for one in vehicles if one in packed}

    def places_near(self, position: Position, radius_m: float, limit: int) -> Sequence[Near]:
        """Return the effecteurs around a position, nearest first."""
        return _near(self._places, position, radius_m, limit)

    def vehicles_near(self, position: Position, radius_m: float, limit: int) -> Sequence[Near]:
        """Return the vehicles around a position, nearest first."""
        return _near(self._vehicles, position, radius_m, limit)

    def everything(self) -> Changes:
        """Return every fact kept, and the cursor to follow from."""
        with self._changed:
            return Changes(
                cursor=self._cursor,
                agendas=_all(self._agendas),
                vehicles=_all(self._sightings),
            )

    def changes_after(self, cursor: str, *, wait: timedelta = timedelta(0)) -> Changes:
        """Return what changed after a cursor; wait that long for it when there's nothing yet."""
        birth, _, number = cursor.partition("/")
        after = int(number)
        with self._changed:
            if birth != str(self._birth) or after < self._forgotten:
                return Changes(cursor=cursor, is_gap=True)
            if wait and self._last == after:
                self._changed.wait(wait.total_seconds())
            told = self._changes[after - self._forgotten :]
            return Changes(
                cursor=self._cursor,
                agendas=[change for is_agenda, change in told if is_agenda],
                vehicles=[change for is_agenda, change in told if not is_agenda],
            )

    @property
    def _cursor(self) -> str:
        return f"{self._birth}/{self._last}"

    @property
    def _last(self) -> int:
        return self._forgotten + len(self._changes)

    def _put(self, facts: _Facts, thing: str, version: int, packed: bytes) -> bool:
        if facts.versions.get(thing, -1) >= version:
            return False
        facts.versions[thing], facts.packed[thing] = version, packed
        self._changes.append((facts is self._agendas, Change(thing=thing, packed=packed)))
        if len(self._changes) > 2 * self._kept:
            self._forgotten += len(self._changes) - self._kept
            del self._changes[: -self._kept]
        self._changed.notify_all()
        return True


class InMemoryEventFeed:
    """One stream of events in this process."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self._now_s = now_s
        self._events: list[Mapping[str, str]] = []
        self._groups: dict[str, _Group] = {}
        self._changed = threading.Condition()

    def tell(self, facts: Mapping[str, str]) -> str:
        """Add an event; return its number."""
        with self._changed:
            self._events.append(dict(facts))
            self._changed.notify_all()
            return str(len(self._events))

    def take(
        self, group: str, member: str, *, limit: int = 100, wait: timedelta = timedelta(0)
    ) -> Sequence[Told]:
        """Take events that no member of the group has taken yet."""
        with self._changed:
            mine = self._groups.setdefault(group, _Group())
            if wait and mine.read == len(self._events):
                self._changed.wait(wait.total_seconds())
            numbers = range(mine.read + 1, min(len(self._events), mine.read + limit) + 1)
            mine.read += len(numbers)
            return [self._give(mine, str(number), member) for number in numbers]

    def done(self, group: str, numbers: Sequence[str]) -> None:
        """Mark events as dealt with."""
        with self._changed:
            for number in numbers:
                self._groups.setdefault(group, _Group()).pending.pop(number, None)

    def take_over(
        self, group: str, member: str, *, idle: timedelta, limit: int = 100
    ) -> Sequence[Told]:
        """Take what other members have had for longer than `idle` without being done."""
        with self._changed:
            mine = self._groups.setdefault(group, _Group())
            since = self._now_s() - idle.total_seconds()
            old = [number for number, taken in mine.pending.items() if taken.at_s <= since]
            return [self._give(mine, number, member) for number in old[:limit]]

    def _give(self, group: "_Group", number: str, member: str) -> Told:
        before = group.pending.get(number)
        attempts = before.attempts + 1 if before else 1
        group.pending[number] = _Taken(member=member, at_s=self._now_s(), attempts=attempts)
        return Told(number=number, facts=self._events[int(number) - 1], attempts=attempts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Taken:
    member: str
    at_s: float
    attempts: int


@dataclass(slots=True)
class _Group:
    read: int = 0
    pending: dict[str, _Taken] = field(default_factory=dict)


def _all(facts: _Facts) -> list[Change]:
    return [Change(thing=thing, packed=packed) for thing, packed in facts.packed.items()]


def _near(
    things: Mapping[str, Position], position: Position, radius_m: float, limit: int
) -> list[Near]:
    found = [
        Near(thing=thing, distance_m=crow_distance_m(position, place))
        for thing, place in things.items()
    ]
    within = [one for one in found if one.distance_m <= radius_m]
    return sorted(within, key=lambda one: one.distance_m)[:limit]
