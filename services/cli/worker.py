"""`aiguilleur worker`: sends, reads feeds for the others, dispatches; until interrupted."""

import asyncio
import logging
import os
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from typing import Annotated, Final

import typer
from prometheus_client import CollectorRegistry, ProcessCollector, start_http_server
from redis.exceptions import RedisError

from adapters.couriers.book import AddressBookError
from adapters.desk.collecting import spare_survivors
from adapters.kit.clock import SystemClock
from adapters.rulebook import RuleFileError
from adapters.territory.tables import TerritoryRefused
from services.bootstrap import Parts, assemble
from services.cli.serve import DEFAULT_TERRITORY
from services.couriers import couriers_of, secrets_of
from services.demo import demo_parts, kept_here, refreshed
from services.errors import BadInput
from services.exchange.hub_line import with_hub
from services.feeds import read_feeds, read_in_thread
from services.logs import set_up
from services.metrics import Outside
from services.runtime import Runtime
from services.settings import Settings, read_settings
from services.shared_offer import tell_others
from services.sightings import holds_of, live_of
from services.store import SchemaBehind, SqlStore, StoreUnavailable, open_store
from services.worker import Worker
from simulations.territories.catalogue import folder_of

log = logging.getLogger(__name__)
TELL_EVERY_S: Final = 5.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "worker",
        help=(
            "Envoyer ce qui attend, replanifier ce qui est refusé, oublier ce qui est fini ; "
            "autant qu'on veut."
        ),
    )(worker)


def worker(
    demo: Annotated[
        bool, typer.Option("--demo", help="Lire pour les autres les flux fictifs du territoire.")
    ] = False,
    feeds: Annotated[
        str, typer.Option(metavar="URL", help="Lire pour les autres cette plateforme SAS.")
    ] = "",
    territory: Annotated[
        str, typer.Option(metavar="NAME_OR_DIR", help="Territoire des dossiers.")
    ] = DEFAULT_TERRITORY,
) -> None:
    """Send what waits, replan what is refused, forget what is over; any number may run."""
    settings = read_settings()
    set_up(settings.log_format)
    try:
        with _parts(territory, settings, feeds, demo=demo) as parts:
            store = open_store(settings.database_url)
            try:
                _run(_runtime(parts, settings, demo=demo), store, settings)
            finally:
                store.close()
    except (LookupError, TerritoryRefused) as error:
        raise BadInput("--territory", str(error)) from None
    except RuleFileError as error:
        raise BadInput("rules", str(error)) from None
    except AddressBookError as error:
        raise BadInput("AIGUILLEUR_RECIPIENTS", str(error)) from None
    except (SchemaBehind, StoreUnavailable) as error:
        raise BadInput("database_url", str(error)) from None


@contextmanager
def _parts(territory: str, settings: Settings, feeds: str, *, demo: bool) -> Iterator[Parts]:
    clock, live, folder = SystemClock(), live_of(settings.redis_url), folder_of(territory)
    if not demo:
        parts = assemble(folder, clock, live=live, aside=settings.quarantine)
        named = read_feeds(settings.feeds)
        with (
            refreshed(parts, feeds, is_sos_asked=False) if feeds else nullcontext(),
            read_in_thread(parts, named),
            telling(parts),
        ):
            yield parts
        return
    with (
        demo_parts(folder, clock, live, settings.quarantine) as (parts, base_url),
        refreshed(parts, base_url),
        telling(parts),
    ):
        yield parts


@contextmanager
def telling(parts: Parts, every_s: float = TELL_EVERY_S) -> Iterator[None]:
    """Tell the others what feeds said, now and then, while the context lasts."""
    stop = threading.Event()

    def tell() -> None:
        is_lost = False
        while not stop.wait(every_s):
            try:
                tell_others(parts.offer, parts.desk.live)
            except RedisError as fault:
                if not is_lost:
                    log.warning("the others are not told: %s", type(fault).__name__)
                is_lost = True
                continue
            if is_lost:
                log.warning("the others are told again")
                is_lost = False

    thread = threading.Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _runtime(parts: Parts, settings: Settings, *, demo: bool) -> Runtime:
    couriers = couriers_of(settings.recipients, parts.clock)
    is_answered = not (demo and settings.recipients is None)
    if not is_answered:
        couriers = kept_here
    runtime = parts.runtime(settings.database_url, couriers, secrets_of(settings.recipients))
    holds = holds_of(settings.redis_url, runtime.gazetteer.name)
    here = replace(runtime, holds=holds, is_answered=is_answered)
    return with_hub(here, settings.hub_place())


def _run(runtime: Runtime, store: SqlStore, settings: Settings) -> None:
    name = f"{socket.gethostname()}-{os.getpid()}"
    assert runtime.couriers is not None
    spare_survivors()
    if settings.metrics_port is not None:
        start_http_server(settings.metrics_port, settings.host, counters(runtime, store))
    made = Worker(
        name=name,
        runtime=runtime,
        store=store,
        couriers=runtime.couriers,
        sheet=settings.sheet,
    )
    typer.echo(f"Aiguilleur: worker {name} ({runtime.gazetteer.name})")
    asyncio.run(until_interrupted(made))


def counters(runtime: Runtime, store: SqlStore) -> CollectorRegistry:
    """What a worker counts: itself, and the outside."""
    registry = CollectorRegistry()
    registry.register(Outside(runtime, store))
    ProcessCollector(registry=registry)
    return registry


async def until_interrupted(worker: Worker) -> None:
    """Work until asked to stop; what is under way then is seen through."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(asked, stop.set)
    await worker.run(stop)
