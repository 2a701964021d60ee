"""A company that says of its missions what a test has it say, and what the person is told of it."""

import json
from dataclasses import replace
from datetime import datetime
from itertools import count
from typing import Any

import httpx

from regulation.disclosure import Body
from regulation.messages import Channel, Delivery, DeliveryState
from services.exchange.transporters import TransporterDesk
from services.replanning import Replanner
from services.store import Store
from tests.unit.services.rides.news import decided, promised
from tests.unit.services.test_outgoing import CALLER, leave
from tests.worlds import VSL, TinyWorld
from transport.fleet import PromisedRide


class Company:
    """A transport company that says of its missions what a test has it say."""

    def __init__(self, world: TinyWorld, store: Store) -> None:
        self.world, self.store, self.numbers = world, store, count(1)

    def says(self, ride: PromisedRide, *told: str, at: datetime | None = None, **more: Any) -> None:
        """Send one delivery: answers and statuses of a ride, by their codes."""
        when = (at or self.world.clock.at).isoformat()
        events = [
            {"at": when, "mission_id": ride.ride_id, "vehicle_id": ride.vehicle_id, **kind, **more}
            for code in told
            for kind in [_kind(code)]
        ]
        (mine,) = (one for one in self.world.vehicles if one.vehicle_id == ride.vehicle_id)
        raw = json.dumps({"message_id": f"envoi-{next(self.numbers)}", "events": events}).encode()
        taken = self._desk().take_by_link(mine.provider, raw)
        assert taken.accepted == len(told), taken.defects

    def _desk(self) -> TransporterDesk:
        runtime = self.world.runtime()
        return TransporterDesk(
            runtime=runtime,
            store=self.store,
            quarantine=runtime.quarantine,
            secrets={},
            seen=lambda _: None,
        )


ANSWERS = frozenset({"ACCEPTEE", "PARTIELLE", "REFUSEE", "DIFFEREE"})


def _kind(code: str) -> dict[str, str]:
    return (
        {"type": "answer", "answer": code}
        if code in ANSWERS
        else {"type": "status", "status": code}
    )


def told_since(store: Store) -> list[tuple[DeliveryState, Body]]:
    """What the person is told after what they were told of the decision."""
    return [(one.state, one.message.body) for one in sms(store)[1:]]


def kinds(store: Store) -> list[tuple[DeliveryState, type[Body]]]:
    return [(state, type(body)) for state, body in told_since(store)]


def sms(store: Store) -> list[Delivery]:
    with store.reading() as unit:
        every = unit.outbox.of_case("appel-1")
    return [one for one in every if one.message.channel is Channel.PATIENT]


async def awaited(client: httpx.AsyncClient, store: Store) -> list[PromisedRide]:
    """Somebody who is driven both ways, and was sent the SMS of it."""
    rides = await decided(client, store, caller=CALLER)
    leave(store)
    return rides


def given_to(world: TinyWorld, store: Store, ride: PromisedRide, of: str) -> PromisedRide:
    """Its vehicle goes out of service; one like it, of some company, is asked instead."""
    world.vehicles = (replace(VSL, vehicle_id="VSL-2", provider=of),)
    replanner = Replanner(world.runtime(), store)
    assert replanner.mend(next(one for one in replanner.troubles() if one.ride == ride))
    return promised(store)["appel-1:1~2/outward"]
