"""What the demonstration reads besides its editor, once it is up: registries and a duty rota."""

import asyncio
from contextlib import suppress
from typing import Final

from services.bootstrap import Parts
from services.demo import Asking
from services.feeds import AccessIn, FeedsIn, FileIn, Reading, RotaIn

LATER_S: Final = 5.0
"""How long after the first offer they begin to be read, so that the first call doesn't wait."""


def registries_of(parts: Parts, base_url: str) -> Asking:
    """Return what asks the registries served at this address, again and again until stopped."""
    feeds = FeedsIn(
        finess=FileIn(url=f"{base_url}/finess"),
        acceslibre=AccessIn(url=f"{base_url}/acceslibre"),
        rota=(RotaIn(name="garde-demo", url=f"{base_url}/rota-csv", form="rota-csv"),),
    )

    async def ask(stop: asyncio.Event) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LATER_S)
        if not stop.is_set():
            await Reading(parts=parts, feeds=feeds).run(stop)

    return ask
