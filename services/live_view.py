"""What one process sees of the live state: it follows the changes and publishes snapshots.

Two processes that have followed as far hold the same facts under the same id, and the last
snapshots are kept by their id, so that what was shown can be looked at again. Snapshots share what
did not change between them: a thousand of them weigh little more than one.
"""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from immutables import Map

from adapters.kit.live import Changes, LiveStore
from adapters.kit.packing import unpack_agenda, unpack_seen
from regulation.kernel.ids import Identifier
from regulation.offers import Agenda
from transport.reports import VehicleSeen

KEPT = 3000
"""Snapshots kept by id: five minutes of them at ten a second."""


class PackedAgendas(Mapping[Identifier, Agenda]):
    """Agendas that are read when somebody asks for them; they never change."""

    def __init__(self, packed: Map[str, bytes]) -> None:
        self._packed = packed

    def __getitem__(self, effecteur_id: Identifier) -> Agenda:
        return unpack_agenda(self._packed[str(effecteur_id)])

    def __iter__(self) -> Iterator[Identifier]:
        return map(Identifier.parse, self._packed)

    def __len__(self) -> int:
        return len(self._packed)


class PackedSightings(Mapping[str, VehicleSeen]):
    """Where vehicles are, read when somebody asks; it never changes."""

    def __init__(self, packed: Map[str, bytes]) -> None:
        self._packed = packed

    def __getitem__(self, vehicle_id: str) -> VehicleSeen:
        return unpack_seen(self._packed[vehicle_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._packed)

    def __len__(self) -> int:
        return len(self._packed)


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSnapshot:
    """The live state at one point of its changes; `snapshot_id` names that point."""

    snapshot_id: str
    taken_at: datetime
    agendas: Mapping[Identifier, Agenda]
    vehicles: Mapping[str, VehicleSeen]


class LiveView:
    """Follows one territory; one thread follows, any number read."""

    def __init__(self, store: LiveStore, kept: int = KEPT) -> None:
        self._store = store
        self._kept = kept
        self._agendas: Map[str, bytes] = Map()
        self._vehicles: Map[str, bytes] = Map()
        self._cursor: str | None = None
        self._snapshots: OrderedDict[str, LiveSnapshot] = OrderedDict()
        self._lock = threading.Lock()

    def follow(self, now: datetime, *, wait: timedelta = timedelta(0)) -> LiveSnapshot:
        """Take what has changed, waiting for it at most that long, and publish."""
        if self._cursor is None:
            self._start_over()
        else:
            changes = self._store.changes_after(self._cursor, wait=wait)
            if changes.is_gap:
                self._start_over()
            else:
                self._apply(changes)
        return self._publish(now)

    def current(self) -> LiveSnapshot | None:
        """Return the last snapshot published, None before there is one."""
        with self._lock:
            return next(reversed(self._snapshots.values()), None)

    def find(self, snapshot_id: str) -> LiveSnapshot | None:
        """Return a snapshot by its id, None when it is no longer kept."""
        with self._lock:
            return self._snapshots.get(snapshot_id)

    def _start_over(self) -> None:
        """Read everything, then what changed while it was read."""
        everything = self._store.everything()
        self._agendas, self._vehicles = Map(), Map()
        self._apply(everything)
        self._apply(self._store.changes_after(everything.cursor))

    def _apply(self, changes: Changes) -> None:
        self._agendas = self._agendas.update((one.thing, one.packed) for one in changes.agendas)
        self._vehicles = self._vehicles.update((one.thing, one.packed) for one in changes.vehicles)
        self._cursor = changes.cursor

    def _publish(self, now: datetime) -> LiveSnapshot:
        snapshot_id = f"live-{self._cursor}"
        with self._lock:
            known = self._snapshots.get(snapshot_id)
            if known is not None:
                return known
            snapshot = LiveSnapshot(
                snapshot_id=snapshot_id,
                taken_at=now,
                agendas=PackedAgendas(self._agendas),
                vehicles=PackedSightings(self._vehicles),
            )
            self._snapshots[snapshot_id] = snapshot
            while len(self._snapshots) > self._kept:
                self._snapshots.popitem(last=False)
            return snapshot
