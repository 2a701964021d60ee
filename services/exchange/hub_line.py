"""The line to the Hub while a service runs: what it delivers is kept, what leaves is sent by it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from adapters.hubsante.line import Around
from adapters.hubsante.link import HubLink, HubPublisher
from adapters.kit.health import HealthTracker
from regulation.declarations import Declaration
from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.time import Clock, TimeWindow
from regulation.messages import Channel, Courier, OutgoingMessage
from regulation.pair_verdicts import Verdicts
from regulation.review import Review
from regulation.snapshots import SourceHealth
from services.exchange.drafting import Drafting
from services.exchange.hub import HubReception
from services.exchange.hub_courier import HubCourier, by_hub
from services.exchange.hub_effects import SOURCE, HubEffects
from services.hub_place import HubPlace
from services.runtime import Runtime, Sources
from services.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class WithHub:
    """The sources of a service, the exchange among them."""

    others: Sources
    hub: HealthTracker
    clock: Clock

    def health(self) -> tuple[SourceHealth, ...]:
        """Return one line per source, the exchange last."""
        return (*self.others.health(), self.hub.at(self.clock.now()))

    def duties(self) -> Mapping[Identifier, Sequence[TimeWindow]]:
        """Return when each place is on duty, as the others say."""
        return self.others.duties()

    def declare(self, declaration: Declaration) -> None:
        """Take what an effecteur says of itself, and publish it."""
        self.others.declare(declaration)

    def judge_pairs(self, verdicts: Verdicts) -> None:
        """Take what somebody decided of records that look alike, and publish."""
        self.others.judge_pairs(verdicts)

    def review(self) -> Review:
        """Return what somebody should look at: the exchange has nothing of the kind."""
        return self.others.review()


def with_hub(runtime: Runtime, place: HubPlace | None) -> Runtime:
    """Return the runtime of a service that is at the Hub; None: the same."""
    if place is None:
        return runtime
    sources = WithHub(others=runtime.sources, hub=place.health, clock=runtime.clock)
    return replace(runtime, hub=place, sources=sources)


@asynccontextmanager
async def exchanging(
    runtime: Runtime, store: Store, couriers: Mapping[Channel, Courier]
) -> AsyncIterator[Mapping[Channel, Courier]]:
    """Take what the Hub delivers while the context lasts; yield couriers that send by it too.

    A service that has no place at the Hub keeps its couriers as they are. Two processes may take
    deliveries at once: each delivery goes to one of them, and has its effect once.
    """
    place = runtime.hub
    if place is None:
        yield couriers
        return
    around = Around(health=place.health, clock=runtime.clock, draws=np.random.default_rng())
    link, publisher = HubLink(place.line, around), HubPublisher(place.line, runtime.clock)
    task = asyncio.create_task(link.receive(_reception(runtime, store, place.line.client_id).take))
    make = partial(
        HubCourier,
        place=place,
        publisher=publisher,
        find_message=partial(_find_message, store),
        find_effecteur=partial(_find_effecteur, runtime),
        is_shared=partial(_is_shared, store),
    )
    try:
        yield by_hub(couriers, lambda others: make(others=others))
    finally:
        link.stop()
        await task
        await publisher.close()


def _reception(runtime: Runtime, store: Store, client_id: str) -> HubReception:
    return HubReception(
        store=store,
        effects=HubEffects(drafting=Drafting(runtime), client_id=client_id, area=runtime.area),
        quarantine=runtime.quarantine,
        clock=runtime.clock,
        seen=runtime.live.put_sightings,
    )


def _find_message(store: Store, message_id: str) -> OutgoingMessage | None:
    with store.reading() as unit:
        found = unit.outbox.find(message_id)
    return None if found is None else found.message


def _is_shared(store: Store, case_id: str) -> bool:
    with store.reading() as unit:
        draft = unit.drafts.find(case_id)
    return draft is not None and draft.source == SOURCE


def _find_effecteur(runtime: Runtime, effecteur_id: Identifier) -> Effecteur | None:
    return runtime.snapshots.current().effecteurs.get(effecteur_id)
