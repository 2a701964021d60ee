"""The demonstration: a territory with its mock feeds, read over HTTP by the real adapters."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.desk.factory import SeenAt
from adapters.kit.live import LiveStore
from adapters.memory.couriers import KeepingCourier
from adapters.sas.gateway import SasOffers, open_offers
from adapters.territory.territory import Territory
from regulation.effecteurs import CareCode
from regulation.kernel.ids import Identifier
from regulation.kernel.time import Clock
from regulation.marketplace import Community
from regulation.messages import Channel, Courier
from services.bootstrap import Parts, assemble
from simulations.agendas import Agendas
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from simulations.living_fleet import LivingFleet

SEED: Final = 1
SOURCE: Final = "editeur-demo"
REFRESH_S: Final = 30.0

Asking = Callable[[asyncio.Event], Coroutine[None, None, None]]
"""Asks feeds again and again until the event is set."""


@contextmanager
def demo_parts(
    folder: Path,
    clock: Clock,
    live: Callable[[Territory], LiveStore] | None = None,
    aside: Path | None = None,
    others: Callable[[Territory, Clock, int], Sequence[Route]] | None = None,
) -> Iterator[tuple[Parts, str]]:
    """Assemble a territory and serve its mock feeds on loopback while the context lasts.

    `others` serves more than the editor of agendas. Yields the parts and the feeds' base URL.
    """

    def seen_at(territory: Territory) -> SeenAt:
        return LivingFleet(territory, SEED).seen_at

    parts = assemble(folder, clock, seen_at, live, aside)
    editor = SasEditor(Agendas(parts.territory, parts.calendar, SEED), clock)
    more = others(parts.territory, clock, SEED) if others else ()
    with serve_in_thread(Starlette(routes=[*editor.routes(), *more])) as base_url:
        yield parts, base_url


def refresh_once(parts: Parts, base_url: str, needs: frozenset[CareCode] | None = None) -> None:
    """Ask the feeds once for these needs (None: all) and publish what they answered."""

    async def ask() -> None:
        async with _feed(parts, base_url) as feed:
            await parts.offer.refresh(feed, needs)

    asyncio.run(ask())


def communities_of(parts: Parts) -> Mapping[Identifier, Community]:
    """Return the communities of the territory, each with the places nearest to it."""
    agendas = Agendas(parts.territory, parts.calendar, SEED)
    members: dict[Identifier, list[Identifier]] = defaultdict(list)
    names: dict[Identifier, str] = {}
    for one in parts.territory.effecteurs:
        community = agendas.community_of(one.effecteur_id)
        if community is not None:
            members[community.structure].append(one.effecteur_id)
            names[community.structure] = community.name
    return {
        number: Community(community_id=number, name=names[number], members=tuple(places))
        for number, places in members.items()
    }


@contextmanager
def refreshed(
    parts: Parts, base_url: str, every_s: float = REFRESH_S, others: Asking | None = None
) -> Iterator[None]:
    """Keep the offer fresh in a thread of its own while the context lasts.

    `others` asks other feeds from the first answer on: one loop writes the offer.
    """
    stop = threading.Event()

    async def keep_asking() -> None:
        over = asyncio.Event()
        async with _feed(parts, base_url) as feed, asyncio.TaskGroup() as group:
            await parts.offer.refresh(feed)
            if others is not None:
                group.create_task(others(over))
            while not await asyncio.to_thread(stop.wait, every_s):
                await parts.offer.refresh(feed)
            over.set()

    thread = threading.Thread(target=lambda: asyncio.run(keep_asking()), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@asynccontextmanager
async def _feed(parts: Parts, base_url: str) -> AsyncIterator[SasOffers]:
    async with open_offers(
        base_url,
        source=SOURCE,
        directory=parts.offer.directory,
        quarantine=parts.quarantine,
        draws=np.random.default_rng(SEED),
    ) as feed:
        yield feed


@asynccontextmanager
async def kept_here() -> AsyncIterator[Mapping[Channel, Courier]]:
    """Open couriers that go nowhere: in the demonstration every recipient takes its messages."""
    yield dict.fromkeys(Channel, KeepingCourier())
