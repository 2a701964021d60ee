"""The demonstration: a territory with its mock feeds, read over HTTP by the real adapters."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import numpy as np

from adapters.desk.factory import SeenAt
from adapters.kit.directory import PlaceDirectory
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


@contextmanager
def demo_parts(
    folder: Path,
    clock: Clock,
    live: Callable[[Territory], LiveStore] | None = None,
    aside: Path | None = None,
) -> Iterator[tuple[Parts, str]]:
    """Assemble a territory and serve its mock feeds on loopback while the context lasts.

    Yields the parts and the feeds' base URL.
    """

    def seen_at(territory: Territory) -> SeenAt:
        return LivingFleet(territory, SEED).seen_at

    parts = assemble(folder, clock, seen_at, live, aside)
    editor = SasEditor(Agendas(parts.territory, parts.calendar, SEED), clock)
    with serve_in_thread(editor.app()) as base_url:
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
def refreshed(parts: Parts, base_url: str, every_s: float = REFRESH_S) -> Iterator[None]:
    """Keep the offer fresh in a thread of its own while the context lasts."""
    stop = threading.Event()

    async def keep_asking() -> None:
        async with _feed(parts, base_url) as feed:
            while not stop.is_set():
                await parts.offer.refresh(feed)
                await asyncio.to_thread(stop.wait, every_s)

    thread = threading.Thread(target=lambda: asyncio.run(keep_asking()), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@asynccontextmanager
async def _feed(parts: Parts, base_url: str) -> AsyncIterator[SasOffers]:
    directory = PlaceDirectory.of(parts.territory.effecteurs)
    async with open_offers(
        base_url,
        source=SOURCE,
        directory=directory,
        quarantine=parts.quarantine,
        draws=np.random.default_rng(SEED),
    ) as feed:
        yield feed


@asynccontextmanager
async def kept_here() -> AsyncIterator[Mapping[Channel, Courier]]:
    """Open couriers that go nowhere: in the demonstration every recipient takes its messages."""
    yield dict.fromkeys(Channel, KeepingCourier())
