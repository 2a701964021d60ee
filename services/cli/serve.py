"""`aiguilleur serve`: the API and the page, until interrupted."""

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Final

import typer
import uvicorn
from fastapi import FastAPI
from prometheus_client import start_http_server

from adapters.communities.reader import CommunitiesRefused, read_communities
from adapters.couriers.book import AddressBookError
from adapters.desk.collecting import spare_survivors
from adapters.desk.warming import warm_up
from adapters.kit.clock import SystemClock
from adapters.kit.system_errors import said
from adapters.rulebook import RuleFileError
from adapters.territory.tables import TerritoryRefused
from services.api.app import create_app
from services.bootstrap import Parts, assemble
from services.cli.demo_registries import registries_of
from services.connections import UNREAD_S, HurriedProtocol
from services.console.rehearsal import rehearse
from services.couriers import couriers_of, secrets_of
from services.demo import communities_of, demo_parts, kept_here, refreshed
from services.errors import BadInput
from services.exchange.hub_line import with_hub
from services.feeds import read_feeds, read_in_thread
from services.logs import set_up
from services.runtime import Runtime
from services.security.gate import AccessMode
from services.security.wiring import AccessSettings
from services.settings import Settings, read_settings
from services.shared_offer import following
from services.sightings import holds_of, live_of
from services.store import SchemaBehind, StoreUnavailable
from services.warming import fixed_places
from simulations.feeds.registry_files import registry_routes
from simulations.territories.catalogue import folder_of

if TYPE_CHECKING:
    from services.tracing import Tracing

log = logging.getLogger(__name__)

DEFAULT_TERRITORY: Final = "haute_garonne"
DEMO_DATABASE: Final = "sqlite:///var/demo.db"
"""Where the demonstration keeps its cases, apart from real ones, unless the environment says."""

FIRST_OFFER_S: Final = 30.0
"""How long the first answer of the feeds is awaited, so that the first call finds an offer."""

HIGHEST_PORT: Final = 65_535
JUST_CAME_S: Final = 1.0
"""How long a connection that was accepted has to say what it asks, where a process drains."""

DRAIN_S: Final = 10
"""How long requests under way may last once asked to stop."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("serve", help="Servir l'API et la page d'un territoire, jusqu'à interruption.")(
        serve
    )


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Avec les flux fictifs du territoire.")
    ] = False,
    port: Annotated[
        int | None, typer.Option(metavar="P", help="Sinon AIGUILLEUR_PORT, sinon 8000 ; 0 : libre.")
    ] = None,
    territory: Annotated[
        str, typer.Option(metavar="NAME_OR_DIR", help="Territoire de l'offre.")
    ] = DEFAULT_TERRITORY,
) -> None:
    """Serve the API and the page of a territory until interrupted."""
    settings = read_settings()
    set_up(settings.log_format)
    listener = listen(settings.host, settings.port if port is None else port)
    try:
        with _runtime(folder_of(territory), settings, demo=demo) as put_together:
            holds = holds_of(settings.redis_url, put_together.gazetteer.name)
            here = None if settings.workers_apart else settings.hub_place()
            runtime = with_hub(replace(put_together, holds=holds), here)
            access = settings.access_settings(listener.getsockname()[1])
            if access.mode is AccessMode.DECLARED and not is_loopback(settings.host):
                log.warning(
                    "access is declared, not proved, and this address is reached from outside"
                )
            rehearse(runtime)
            tracing = _tracing(settings.traces_url)
            server = server_of(runtime, access, drain_s=settings.drain_s, tracing=tracing)
            open_counters(server, settings.host, settings.metrics_port)
            typer.echo(f"Aiguilleur: {address_of(listener)} ({runtime.gazetteer.name})")
            server.run([listener])
    except (LookupError, TerritoryRefused) as error:
        raise BadInput("--territory", str(error)) from None
    except RuleFileError as error:
        raise BadInput("rules", str(error)) from None
    except AddressBookError as error:
        raise BadInput("AIGUILLEUR_RECIPIENTS", str(error)) from None
    except (SchemaBehind, StoreUnavailable) as error:
        raise BadInput("database_url", str(error)) from None
    finally:
        listener.close()


def _tracing(url: str) -> "Tracing | None":
    if not url:
        return None
    from services.tracing import tracing_to  # noqa: PLC0415  loaded by who traces alone

    return tracing_to(url)


class DrainingServer(uvicorn.Server):
    """A server that, asked to stop, first says so to whoever sends it calls; then it ends the live
    streams, which would never end, finishes what is under way and takes no more."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, drain_s: float) -> None:
        super().__init__(config)
        self._app = app
        self._drain_s = drain_s

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop; asked again, stop at once."""
        readiness = self._app.state.readiness
        if self._drain_s and not readiness.is_draining:
            readiness.is_draining = True
            later = threading.Timer(self._drain_s, self._stop, (sig, frame))
            later.daemon = True
            later.start()
            return
        self._stop(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more calls, leave those that just came the time to be said, then end."""
        for listening in self.servers:
            listening.close()
        await asyncio.sleep(min(JUST_CAME_S, self._drain_s))
        await super().shutdown(sockets)

    def _stop(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.readiness.is_draining = True
        self._app.state.stream.close()
        super().handle_exit(sig, frame)


def open_counters(server: uvicorn.Server, host: str, port: int | None) -> None:
    """Give the counters on a port of their own, for whoever collects them without logging in."""
    app = server.config.app
    assert isinstance(app, FastAPI)
    if port is None:
        return
    try:
        start_http_server(port, addr=host, registry=app.state.meters.registry)
    except OSError as error:
        reason = f"{port} ne peut servir : {said(error)}"
        raise BadInput("AIGUILLEUR_METRICS_PORT", reason) from None


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def server_of(
    runtime: Runtime,
    access: AccessSettings | None = None,
    *,
    drain_s: float = 0,
    tracing: "Tracing | None" = None,
) -> uvicorn.Server:
    """Prepare a server that logs no address asked for.

    `drain_s`: how long it goes on taking calls, once asked to stop, while it says it isn't ready.
    """
    app = create_app(runtime, access=access, tracing=tracing)
    config = uvicorn.Config(
        app,
        http=HurriedProtocol,  # by h11: it cuts heads that never end, the parser in C keeps them
        access_log=False,
        log_config=None,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_S,
        ws="none",
    )
    return DrainingServer(config, app, drain_s)


def listen(host: str, port: int) -> socket.socket:
    """Listen there; raise BadInput when the host or the port is none, or the port is taken.

    Connections send at once what is written to them: asyncio asks that only of the listeners it
    opens itself, and else the body of an answer waits for its head to be acknowledged, 40 ms later.
    """
    if not 0 <= port <= HIGHEST_PORT:
        raise BadInput("--port", f"{port} n'est pas un port (0 à {HIGHEST_PORT})")
    try:
        socket.getaddrinfo(host or None, port)
    except (socket.gaierror, UnicodeError):
        raise BadInput("AIGUILLEUR_HOST", f"{host!r} n'est pas une adresse d'ici") from None
    try:
        listener = socket.create_server((host, port))
    except OSError as error:
        raise BadInput("--port", f"{port} ne peut servir : {said(error)}") from None
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # theirs by inheritance
    if hasattr(socket, "TCP_USER_TIMEOUT"):
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNREAD_S * 1000)
    return listener


def address_of(listener: socket.socket) -> str:
    """Where the page is to be found."""
    host, port = listener.getsockname()[:2]
    return f"http://{host}:{port}"


@contextmanager
def _runtime(folder: Path, settings: Settings, *, demo: bool) -> Iterator[Runtime]:
    clock, live = SystemClock(), live_of(settings.redis_url)
    couriers, secrets = couriers_of(settings.recipients, clock), secrets_of(settings.recipients)
    if settings.workers_apart:
        with following_workers(folder, settings) as runtime:
            yield runtime
        return
    if not demo:
        parts = assemble(folder, clock, live=live, aside=settings.quarantine)
        with read_in_thread(parts, read_feeds(settings.feeds)):
            _warm_up(parts)
            yield _set_up(parts.runtime(settings.database_url, couriers, secrets), settings)
        return
    chosen, up = "database_url" in settings.model_fields_set, threading.Event()
    with (
        demo_parts(folder, clock, live, settings.quarantine, registry_routes) as (parts, url),
        refreshed(parts, url, others=registries_of(parts, url, up.is_set)),
    ):
        _await_offer(parts)
        _warm_up(parts)
        if settings.recipients is None:
            couriers = kept_here
        database_url = settings.database_url if chosen else DEMO_DATABASE
        runtime = parts.runtime(database_url, couriers, secrets)
        answered = settings.recipients is not None
        up.set()
        told = replace(runtime, communities=communities_of(parts), is_answered=answered)
        yield _set_up(told, settings)


def _set_up(runtime: Runtime, settings: Settings) -> Runtime:
    key = settings.link_key.get_secret_value().encode() if settings.link_key else b""
    told = runtime.communities
    if settings.communities is not None:
        try:
            told = read_communities(settings.communities)
        except CommunitiesRefused as error:
            raise BadInput("AIGUILLEUR_COMMUNITIES", str(error)) from None
    return replace(runtime, tiles_url=settings.tiles_url, link_key=key, communities=told)


@contextmanager
def following_workers(folder: Path, settings: Settings) -> Iterator[Runtime]:
    """Put together a process that only answers: workers send, and read the agendas.

    Of registries they share the pairs in doubt alone: what places are, each process reads itself.
    """
    clock, live = SystemClock(), live_of(settings.redis_url)
    if live is None:
        raise BadInput("AIGUILLEUR_REDIS_URL", "requis quand les workers tournent à part")
    parts = assemble(folder, clock, live=live, aside=settings.quarantine)
    registries = read_feeds(settings.feeds).registries()
    with following(parts.offer, parts.desk.live, clock), read_in_thread(parts, registries):
        _warm_up(parts)
        runtime = parts.runtime(settings.database_url, None, secrets_of(settings.recipients))
        yield _set_up(runtime, settings)


def _warm_up(parts: Parts) -> None:
    warm_up(parts.desk.travel, fixed_places(parts), parts.clock.now())
    spare_survivors()


def _await_offer(parts: Parts) -> None:
    waited_s, step_s = 0.0, 0.05
    while not parts.offer.current().agendas and waited_s < FIRST_OFFER_S:
        time.sleep(step_s)
        waited_s += step_s
