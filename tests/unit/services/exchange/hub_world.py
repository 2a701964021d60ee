"""The Hub's reception in the tiny world, at 19:50 on its Saturday."""

import json
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from adapters.hubsante.link import Arrival
from adapters.hubsante.outgoing import Sending
from adapters.kit.departments import Department
from adapters.kit.quarantine import InMemoryQuarantine
from services.exchange.drafting import Drafting
from services.exchange.hub import HubReception
from services.exchange.hub_effects import HubEffects
from services.store import InMemoryStore, Store
from tests.unit.adapters.hubsante.worlds import fixture, message_of
from tests.worlds import MovableClock, TinyWorld, tiny_world
from transport.reports import VehicleSeen

US, LRM = "fr.health.ptfsas", "fr.health.samu310"
CASE = "fr.health.samu310.DRFR153102633200193"
EVENING = datetime.fromisoformat("2026-11-28T19:50:00+01:00")


@dataclass(slots=True)
class HubWorld:
    """A reception, what it keeps, and what it was told of vehicles."""

    store: Store = field(default_factory=InMemoryStore)
    world: TinyWorld = field(default_factory=tiny_world)
    quarantine: InMemoryQuarantine = field(default_factory=InMemoryQuarantine)
    seen: list[VehicleSeen] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.world.clock.at = EVENING

    @property
    def clock(self) -> MovableClock:
        return self.world.clock

    def reception(self) -> HubReception:
        effects = HubEffects(
            drafting=Drafting(self.world.runtime()), client_id=US, area=Department("31")
        )
        return HubReception(
            store=self.store,
            effects=effects,
            quarantine=self.quarantine,
            clock=self.clock,
            seen=self.seen.extend,
        )

    async def take(self, document: object, *, given_before: bool = False) -> list[Sending]:
        raw = document if isinstance(document, bytes) else json.dumps(document).encode()
        arrival = Arrival(raw=raw, content_type="application/json", given_before=given_before)
        return list(await self.reception().take(arrival))

    def kinds(self) -> list[str]:
        """The events told so far."""
        with self.store.reading() as unit:
            return [str(one.event.kind) for one in unit.events.after(0)]


def enveloped(key: str, body: object, number: str, kind: str = "Report") -> dict[str, Any]:
    """Another message in the envelope of our fixtures."""
    envelope = fixture("rs_rr")
    message = message_of(envelope)
    del message["resourcesResponse"]
    message[key] = deepcopy(body)
    return renumbered(envelope, number) | {"distributionKind": kind}


def renumbered(envelope: dict[str, Any], number: str) -> dict[str, Any]:
    """The same envelope under another number."""
    envelope["distributionID"] = f"{LRM}_{number}"
    message_of(envelope)["messageId"] = f"{LRM}_{number}"
    return envelope
