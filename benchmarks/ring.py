"""The scene of the load: a hundred slots at ten places, thirty vehicles, straight roads; a clock
that runs.

Every process makes the same scene: its offer and its fleet are functions of nothing. Only what is
held and promised is shared, and that is what is fought for.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.kit.clock import RunningClock, SystemClock
from adapters.kit.holds import HOLD_LASTS
from adapters.memory.offer import PublishedSnapshots
from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import Mode
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position
from regulation.offers import Slot
from regulation.snapshots import Snapshot
from services.runtime import Runtime
from services.sightings import holds_of
from services.store import open_store
from tests.worlds import (
    HOUR,
    MMG_ID,
    NOON,
    PAIRING,
    PHARMACY_ID,
    TinyWorld,
    at_km,
    offer,
    slot,
    tiny_world,
)
from tests.worlds import PLACES as TINY
from tests.worlds import vehicle as one_vehicle
from transport import keeping
from transport.fleet import PromisedRide, Vehicle

SLOTS, VEHICLES = 100, 30
PLACES, FIRST_AFTER_MIN, EVERY_MIN = 10, 180, 5
TERRITORY = "Essai"
MMG, PHARMACY = TINY[MMG_ID], TINY[PHARMACY_ID]
ORPHAN_AFTER_S = HOLD_LASTS.total_seconds() + 1


def around(rank: int, of: int, km: float) -> Position:
    """A position on a circle of that radius."""
    angle = 2 * math.pi * rank / of
    return at_km(km * math.cos(angle), km * math.sin(angle))


def places() -> list[Effecteur]:
    """Ten doctors' houses, on a circle."""
    return [
        replace(
            MMG,
            effecteur_id=Identifier.parse(f"LOCAL:lieu-{rank}"),
            name=f"MMG d'essai {rank}",
            position=around(rank, PLACES, 4.0),
        )
        for rank in range(PLACES)
    ]


def slots() -> list[Slot]:
    """One each five minutes from three hours on, at each place in turn."""
    everywhere = places()
    return [
        slot(
            f"creneau-{number}",
            everywhere[number % PLACES].effecteur_id,
            FIRST_AFTER_MIN + EVERY_MIN * number,
        )
        for number in range(SLOTS)
    ]


def fleet() -> tuple[Vehicle, ...]:
    """Half VSL, half taxis, all on duty, each from a depot of its own."""
    modes = (Mode.VSL, Mode.TAXI)
    return tuple(
        replace(
            one_vehicle(f"{modes[number % 2]}-{number}", modes[number % 2]),
            depot=around(number, VEHICLES, 5.0),
        )
        for number in range(VEHICLES)
    )


def can_keep(vehicle: Vehicle, rides: Sequence[PromisedRide]) -> bool:
    """Tell whether a vehicle can do all these rides on the roads of the scene."""
    return keeping.can_keep(vehicle, rides, tiny_world().travel, PAIRING)


def offered() -> Snapshot:
    """The offer, fresh for as long as the bench lasts."""
    snapshot = offer(*slots())
    agendas = {
        owner: replace(one, slots=_fresh(one.slots)) for owner, one in snapshot.agendas.items()
    }
    known = {one.effecteur_id: one for one in places()} | {PHARMACY.effecteur_id: PHARMACY}
    return replace(snapshot, effecteurs=known, agendas=agendas)


def _fresh(seen: Observed[tuple[Slot, ...]]) -> Observed[tuple[Slot, ...]]:
    return replace(seen, valid_for=12 * HOUR)


def world(began: datetime) -> TinyWorld:
    """The scene, whose clock says noon when the bench began."""
    made = tiny_world()
    made.vehicles = fleet()
    made.offer = PublishedSnapshots(offered())
    made.clock = RunningClock(SystemClock(), NOON - began)  # type: ignore[assignment]
    return made


def runtime(began: datetime, database_url: str, redis_url: str) -> Runtime:
    """What a process of the bench is made of."""
    made = world(began).runtime(database_url)
    return replace(made, holds=holds_of(redis_url, TERRITORY), answer_within=timedelta(hours=1))


__all__ = ["ORPHAN_AFTER_S", "can_keep", "fleet", "open_store", "runtime", "slots", "world"]
