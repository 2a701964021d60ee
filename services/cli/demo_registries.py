"""What the demonstration reads besides its editor, once it is up: registries, a duty rota, and what
practices declare by hand."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from adapters.kit.defective import PayloadRefused
from adapters.kit.failures import FeedFailure
from adapters.kit.http import ask, open_client
from services.bootstrap import Parts
from services.demo import Asking
from services.feeds import AccessIn, AnnuaireIn, FeedsIn, FileIn, Reading, RorIn, RotaIn

LATER_S: Final = 5.0
"""How long after the start they begin to be read, so that neither it nor the first call waits."""

LOOK_EVERY_S: Final = 0.5

DECLARED_EVERY_S: Final = 60.0
DEADLINE_S: Final = 7.0
CLIENT: Final = "demo"
"""Who we are to the mock ROR, its secret, and the key of the mock Annuaire: they open a mock."""


def registries_of(parts: Parts, base_url: str, is_up: Callable[[], bool]) -> Asking:
    """Return what asks the registries served at this address, again and again until stopped.

    `is_up`: whether whoever reads the offer has started.
    """

    async def ask_all(stop: asyncio.Event) -> None:
        while not (is_up() or stop.is_set()):
            await _pause(stop, LOOK_EVERY_S)
        await _pause(stop, LATER_S)
        with TemporaryDirectory() as folder:
            key = Path(folder) / "cle"
            key.write_text(CLIENT, encoding="utf-8")
            reading = Reading(parts=parts, feeds=_feeds_at(base_url, key))
            async with asyncio.TaskGroup() as group:
                if not stop.is_set():
                    group.create_task(reading.run(stop))
                    group.create_task(_hear_declared(parts, base_url, stop))

    return ask_all


def _feeds_at(base_url: str, key: Path) -> FeedsIn:
    return FeedsIn(
        ror=RorIn(
            url=f"{base_url}/ror",
            token_url=f"{base_url}/ror/token",
            client_id=CLIENT,
            secret_file=key,
        ),
        annuaire=AnnuaireIn(url=f"{base_url}/annuaire/fhir/v2", key_file=key),
        finess=FileIn(url=f"{base_url}/finess"),
        acceslibre=AccessIn(url=f"{base_url}/acceslibre"),
        rota=(RotaIn(name="garde-demo", url=f"{base_url}/rota-csv", form="rota-csv"),),
    )


async def _hear_declared(parts: Parts, base_url: str, stop: asyncio.Event) -> None:
    """Hear what practices declare, as they would by POST /declarations; silence is no failure."""
    async with open_client(base_url=base_url, timeout_s=DEADLINE_S) as http:
        while not stop.is_set():
            with suppress(FeedFailure, PayloadRefused):
                reply = await ask(http, "/manual", deadline_s=DEADLINE_S)
                parts.offer.hear(reply.body)
            await _pause(stop, DECLARED_EVERY_S)


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
