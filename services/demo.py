"""The demonstration: a territory with its mock feeds, read over HTTP by the real adapters."""

import asyncio
import threading
from collections import defaultdict
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from starlette.applications import Starlette
from starlette.routing import Route

from adapters.desk.factory import SeenAt
from adapters.kit.live import LiveStore
from adapters.memory.couriers import KeepingCourier
from adapters.sas.gateway import SasOffers, open_offers
from adapters.sas.places import Flow
from adapters.territory.territory import Territory
from regulation.effecteurs import CareCode, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.time import Clock
from regulation.marketplace import Community
from regulation.messages import Channel, Courier
from regulation.offers import SlotMode
from services.bootstrap import Parts, assemble
from services.feeds import EditorIn, NumberedPlaces
from services.live import practitioners
from simulations.agendas import Agendas
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from simulations.living_fleet import LivingFleet

SEED: Final = 1
SOURCE: Final = "editeur-demo"
SOS_SOURCE: Final = "sos-demo"
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
    parts: Parts,
    base_url: str,
    every_s: float = REFRESH_S,
    others: Asking | None = None,
    *,
    is_sos_asked: bool = True,
) -> Iterator[None]:
    """Keep the offer fresh in a thread of its own while the context lasts.

    `others` asks other feeds from the first answer on: one loop writes the offer. `is_sos_asked`:
    the consultations of SOS Médecins by their own flow, which the mock editor answers.
    """
    elsewhere = consultations_of(parts.territory) if is_sos_asked else frozenset()
    stop = threading.Event()

    async def keep_asking() -> None:
        over = asyncio.Event()
        async with _agendas(parts, base_url, elsewhere) as ask, asyncio.TaskGroup() as group:
            await ask()
            if others is not None:
                group.create_task(others(over))
            while not await asyncio.to_thread(stop.wait, every_s):
                await ask()
            over.set()

    thread = threading.Thread(target=lambda: asyncio.run(keep_asking()), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


@asynccontextmanager
async def _agendas(
    parts: Parts, base_url: str, elsewhere: frozenset[Identifier]
) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Open the editor, and SOS Médecins for the places of `elsewhere`; yield what asks each for
    its own agendas, once."""
    async with AsyncExitStack() as stack:
        editor = await stack.enter_async_context(_feed(parts, base_url))
        sos = [
            (told.numbers, await stack.enter_async_context(_feed(parts, base_url, told)))
            for told in _sos_of(base_url, elsewhere)
        ]

        async def ask() -> None:
            places = parts.offer.current().effecteurs
            others = [one for name, one in places.items() if name not in elsewhere]
            await asyncio.gather(
                parts.offer.refresh(editor, numbers=practitioners(others, None)),
                *(parts.offer.refresh(feed, numbers=numbers) for numbers, feed in sos),
            )

        yield ask


def consultations_of(territory: Territory) -> frozenset[Identifier]:
    """Return the places where SOS Médecins receives: their flow tells those, and no visit."""
    sos = {one.effecteur_id for one in territory.effecteurs if one.kind is EffecteurKind.SOS}
    return frozenset(
        one.place
        for one in territory.practitioners
        if one.place in sos and one.booking is not None and SlotMode.AMB in one.modes
    )


def _sos_of(base_url: str, places: frozenset[Identifier]) -> Iterator[EditorIn]:
    """Yield the editor of SOS Médecins, each place an association of its own; no place: none."""
    known = {str(one): {one.value: str(one)} for one in sorted(places)}
    if known:
        yield EditorIn(name=SOS_SOURCE, url=base_url, flow="sas-sos", associations=known)


@asynccontextmanager
async def _feed(
    parts: Parts, base_url: str, sos: EditorIn | None = None
) -> AsyncIterator[SasOffers]:
    directory = parts.offer.directory
    async with open_offers(
        base_url,
        source=sos.name if sos else SOURCE,
        directory=NumberedPlaces(directory, sos.places()) if sos else directory,
        quarantine=parts.quarantine,
        draws=np.random.default_rng(SEED),
        flow=Flow.SOS if sos else Flow.PS,
    ) as feed:
        yield feed


@asynccontextmanager
async def kept_here() -> AsyncIterator[Mapping[Channel, Courier]]:
    """Open couriers that go nowhere: in the demonstration every recipient takes its messages."""
    yield dict.fromkeys(Channel, KeepingCourier())
