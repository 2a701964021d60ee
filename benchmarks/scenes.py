"""The two scenes of the decision: the demonstration territory, put together in process.

Travel times are those of the product, behind a stopwatch.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from adapters.desk.factory import DeskFactory
from adapters.desk.warming import warm_up
from adapters.kit.clock import FixedClock
from adapters.roads.model import RoadModel
from adapters.roads.places import Place
from adapters.territory.territory import Territory
from regulation.effecteurs import EffecteurKind
from regulation.kernel.places import Position
from regulation.kernel.time import PARIS
from regulation.kernel.travel import TravelMatrix, TravelTimes
from regulation.snapshots import Snapshot
from services.demo import demo_parts, refresh_once
from services.warming import fixed_places
from simulations.draws import Draws
from simulations.promised import promise_rides
from simulations.territories.catalogue import folder_of
from transport.fleet import FleetView, PromisedRide, Vehicle
from transport.memo import TravelMemo

SEED = 1
MOST_PROMISED = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a scene keeps of the territory; None keeps all."""

    name: str
    now: datetime
    on_shift_only: int | None = None
    mmg: int | None = None


ORDINARY = Setting(name="ordinary hour", now=datetime(2026, 11, 24, 10, tzinfo=PARIS))
SCARCE = Setting(
    name="scarce hour", now=datetime(2026, 11, 28, 20, tzinfo=PARIS), on_shift_only=25, mmg=6
)


@dataclass(slots=True)
class Clocked:
    """Travel times that count what they are asked and the wall time it takes."""

    source: TravelTimes
    seconds: float = 0.0
    calls: int = 0
    cells: int = 0

    @property
    def label(self) -> str:
        return self.source.label

    def profile(self, at: datetime) -> str:
        return self.source.profile(at)

    def matrix(
        self, origins: Sequence[Position], destinations: Sequence[Position], depart_at: datetime
    ) -> TravelMatrix:
        began = time.perf_counter()
        found = self.source.matrix(origins, destinations, depart_at)
        self.seconds += time.perf_counter() - began
        self.calls += 1
        self.cells += len(origins) * len(destinations)
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """Everything decisions of one instant rest on."""

    setting: Setting
    territory: Territory
    snapshot: Snapshot
    desks: DeskFactory
    rides: tuple[PromisedRide, ...]
    roads: Clocked = field(repr=False)

    def described(self) -> str:
        """One line with the sizes of the scene."""
        now, fleet = self.setting.now, self.desks.vehicles(self.setting.now)
        on_shift = sum(vehicle.is_on_shift_at(now) for vehicle in fleet)
        slots = sum(len(agenda.slots.value) for agenda in self.snapshot.agendas.values())
        kinds = Counter(one.kind for one in self.snapshot.effecteurs.values())
        return (
            f"{self.setting.name}, {now:%A %Y-%m-%d %H:%M}: {slots} live slots of all needs, "
            f"{kinds[EffecteurKind.MMG]} MMG, {len(fleet)} vehicles ({on_shift} on shift now), "
            f"{len(self.rides)} promised journeys"
        )


@contextmanager
def opened(setting: Setting) -> Iterator[Scene]:
    """Put a scene together; its feeds are closed again before anything is measured."""
    with demo_parts(folder_of("haute_garonne"), FixedClock(setting.now)) as (parts, url):
        refresh_once(parts, url)
        snapshot = parts.offer.current()
    roads = Clocked(_roads(parts.territory))
    desks = replace(parts.desk, travel=TravelMemo(roads))
    seen = _fleet(desks.vehicles(setting.now), setting)
    desks.seen_at = lambda _vehicles, _now: seen
    warm_up(desks.travel, fixed_places(parts), setting.now)  # as the server does at its start
    promised = _promised(parts.territory, seen, roads, setting.now)
    yield Scene(
        setting=setting,
        territory=parts.territory,
        snapshot=_offer(snapshot, setting),
        desks=desks,
        rides=promised.rides,
        roads=roads,
    )


def _roads(territory: Territory) -> RoadModel:
    places = [Place(position=one.position, population=one.population) for one in territory.communes]
    return RoadModel.from_places(places, name=territory.name)


def _fleet(vehicles: tuple[Vehicle, ...], setting: Setting) -> tuple[Vehicle, ...]:
    if setting.on_shift_only is None:
        return vehicles
    on_shift = [one for one in vehicles if one.is_on_shift_at(setting.now)]
    known = {one.vehicle_id: one for one in on_shift}
    kept = Draws(SEED).order(known, "kept vehicles")[: setting.on_shift_only]
    return tuple(known[one] for one in sorted(kept))


def _offer(snapshot: Snapshot, setting: Setting) -> Snapshot:
    """The offer with so many MMG: the others, and their agendas, are as if closed."""
    if setting.mmg is None:
        return snapshot
    every = [i for i, one in snapshot.effecteurs.items() if one.kind is EffecteurKind.MMG]
    closed = set(Draws(SEED).order(every, "open MMG")[setting.mmg :])
    return replace(
        snapshot,
        effecteurs={i: one for i, one in snapshot.effecteurs.items() if i not in closed},
        agendas={i: one for i, one in snapshot.agendas.items() if i not in closed},
    )


def _promised(
    territory: Territory, vehicles: tuple[Vehicle, ...], travel: TravelTimes, now: datetime
) -> FleetView:
    """As many promised journeys as the fleet can keep, sixty at most."""
    for count in range(MOST_PROMISED, 0, -1):
        try:
            return promise_rides(territory, vehicles, travel, now=now, count=count, seed=SEED)
        except ValueError:
            continue
    return FleetView(vehicles=vehicles)
