"""What is told of the rides of one decided case, and what is read back."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import httpx

from regulation.decisions import Actor, Role
from regulation.events import Event, EventKind
from regulation.kernel.observed import Observed
from regulation.messages import OutgoingMessage
from services.following import Following
from services.store import Store
from tests.unit.services.steps import decide, proposed
from tests.worlds import (
    MINUTE,
    TinyWorld,
    at_km,
)
from transport.fleet import PromisedRide


async def decided(
    client: httpx.AsyncClient, store: Store, pharmacy_stop: str = "none", **more: Any
) -> list[PromisedRide]:
    """Somebody who is driven both ways."""
    await proposed(client, pharmacy_stop=pharmacy_stop, **more)
    assert (await decide(client)).status_code == 200
    with store.reading() as unit:
        return list(unit.promises.rides_of("appel-1"))


def refuse(store: Store, ride: PromisedRide, world: TinyWorld) -> None:
    facts = {"mission_id": ride.ride_id, "answer": "REFUSEE", "vehicle_id": ride.vehicle_id}
    told = Event(at=world.clock.now(), kind=EventKind.RIDE_ANSWERED, case_id="appel-1", facts=facts)
    with store.unit() as unit:
        unit.events.record(told)


def told(store: Store, ride: PromisedRide, at: datetime, status: str) -> None:
    facts = {"mission_id": ride.ride_id, "status": status, "vehicle_id": ride.vehicle_id}
    with store.unit() as unit:
        unit.events.record(Event(at=at, kind=EventKind.RIDE_STATUS, case_id="appel-1", facts=facts))


def seen_at(world: TinyWorld, vehicle_id: str, km_east: float) -> None:
    """Have a vehicle seen there, just now."""
    now = world.clock.now()
    where = Observed(at_km(0, km_east), now, "essai", 2 * MINUTE)
    world.vehicles = tuple(
        replace(one, position=where) if one.vehicle_id == vehicle_id else one
        for one in world.vehicles
    )


def want_home(store: Store, world: TinyWorld) -> None:
    actor = Actor(actor_id="LOCAL:dr-1", role=Role.REGULATING_DOCTOR)
    Following(world.runtime(), store).want_return("appel-1", actor)


def last_event(store: Store) -> Event:
    with store.reading() as unit:
        return unit.events.after(0, case_id="appel-1")[-1].event


def written(store: Store) -> list[OutgoingMessage]:
    with store.reading() as unit:
        return [one.message for one in unit.outbox.of_case("appel-1")]


def promised(store: Store) -> dict[str, PromisedRide]:
    with store.reading() as unit:
        return {one.ride_id: one for one in unit.promises.rides_of("appel-1")}


def kinds(store: Store) -> list[EventKind]:
    with store.reading() as unit:
        return [one.event.kind for one in unit.events.after(0, case_id="appel-1")]
