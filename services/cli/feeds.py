"""`aiguilleur feeds`: the mock servers of the outside systems, on loopback."""

from collections.abc import Iterable
from datetime import datetime
from secrets import token_urlsafe
from typing import Annotated, Final
from urllib.parse import quote

import typer

from adapters.kit.calendar import PublicHolidays
from adapters.kit.clock import RunningClock, SystemClock
from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from regulation.kernel.time import Clock, require_aware
from services.errors import BadInput
from simulations.agendas import Agendas
from simulations.feeds.bench import PATHS, bench_app, company_of
from simulations.feeds.boards import Board
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.hub_bench import PLATFORM, SOFTWARE, HubBench
from simulations.feeds.lrm_software import LrmFault
from simulations.feeds.psc_provider import REALM, PscProvider
from simulations.feeds.serving import LOOPBACK, listen, server_of
from simulations.feeds.transporter_company import TransporterFault
from simulations.feeds.transporter_server import TransporterServer
from simulations.registers import Registers
from simulations.territories.catalogue import folder_of

DEFAULT_TERRITORY: Final = "haute_garonne"
DEFAULT_PORT: Final = 8100
DEFAULT_SEED: Final = 1
PSC_PORT: Final = 8200
DEFAULT_WEBHOOK: Final = "http://127.0.0.1:8301"
NAMES: Final = tuple(dict.fromkeys(map(str, (*Fault, *TransporterFault, *LrmFault))))
HIGHEST_PORT: Final = 65_535


def register(app: typer.Typer) -> None:
    """Add the group `feeds`."""
    group = typer.Typer(help="Mock servers of the outside systems.")
    group.callback()(feeds)
    group.command("serve")(serve)
    group.command("psc")(psc)
    app.add_typer(group, name="feeds")


def feeds() -> None:
    """Mock servers of the outside systems, with faults on demand."""


def serve(
    port: Annotated[int, typer.Option(metavar="P", help="Port on loopback.")] = DEFAULT_PORT,
    *,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Fault to show: {', '.join(NAMES)}. May be repeated."),
    ] = None,
    territory: Annotated[
        str, typer.Option(metavar="NAME_OR_DIR", help="Whose agendas.")
    ] = DEFAULT_TERRITORY,
    at: Annotated[
        str | None, typer.Option(metavar="T", help="Begin at this instant and run on from it.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the agendas.")] = DEFAULT_SEED,
    webhook: Annotated[
        str, typer.Option(metavar="URL", help="Where the transport company tells what happens.")
    ] = DEFAULT_WEBHOOK,
    secret: Annotated[
        str, typer.Option(help="What it signs with; for development alone.")
    ] = "essai",  # noqa: S107  it opens a mock alone
    hub: Annotated[
        str, typer.Option(metavar="URL", help="Broker (amqp://…) for a Hub and a mock LRM.")
    ] = "",
) -> None:
    """Serve every mock system of a territory until interrupted."""
    board, orders = FaultBoard(), Board[TransporterFault]()
    shown = show(fault or (), board, orders)
    agendas, clock = agendas_of(territory, seed), clock_at(at)
    if not 0 <= port <= HIGHEST_PORT:
        raise BadInput("--port", f"{port} is not a port (0 to {HIGHEST_PORT})")
    try:
        listener = listen(port)
    except OSError as error:
        raise BadInput("--port", f"{port} can't be used: {error.strerror}") from None
    address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    company = company_of(agendas.territory, secret.encode(), orders)
    told = f"{webhook}/transporteurs/{quote(company.company)}/evenements"
    transporter = TransporterServer(company, orders, clock, told)
    exchange = HubBench(hub, clock, seed) if hub else None
    if exchange is not None:
        exchange.software.board.show(*(one for one in LrmFault if one in shown))
    registers = Registers(agendas.territory, seed)
    app = bench_app(agendas, registers, clock, board, transporter=transporter, hub=exchange)
    for feed, path in PATHS.items():
        typer.echo(f"{feed}: {address}{path}")
    typer.echo(f"transporter is {company.company!r}, and tells {told}")
    if exchange is not None:
        typer.echo(f"lrm is {SOFTWARE} at the Hub, asked by {PLATFORM}")
    typer.echo(f"faults: {', '.join(shown) or 'none'}; {address}/_faults shows others")
    server_of(app, has_lifespan=True).run([listener])


def psc(
    port: Annotated[int, typer.Option(metavar="P", help="Port on loopback.")] = PSC_PORT,
    client_id: Annotated[str, typer.Option(help="Id of the one service it knows.")] = "essai",
    client_secret: Annotated[
        str, typer.Option(help="Secret of that service; for development alone.")
    ] = "essai",  # noqa: S107  it opens a mock alone
) -> None:
    """Serve a mock of Pro Santé Connect, where one chooses whom to be, until interrupted."""
    provider = PscProvider(
        clock=SystemClock(), draw=token_urlsafe, client=(client_id, client_secret)
    )
    try:
        listener = listen(port)
    except OSError as error:
        raise BadInput("--port", f"{port} can't be used: {error.strerror}") from None
    issuer = f"http://{LOOPBACK}:{listener.getsockname()[1]}{REALM}"
    typer.echo(f"AIGUILLEUR_PSC_ISSUER={issuer}")
    server_of(provider.app()).run([listener])


def show(names: Iterable[str], board: FaultBoard, orders: Board[TransporterFault]) -> list[str]:
    """Show faults on every mock that knows them; raise BadInput naming those there are."""
    wanted = sorted(set(names))
    for name in wanted:
        if name not in NAMES:
            raise BadInput("--fault", f"{name!r} is not one of {', '.join(NAMES)}")
    board.show(*(fault for fault in Fault if fault in wanted))
    orders.show(*(fault for fault in TransporterFault if fault in wanted))
    return wanted


def agendas_of(name_or_folder: str, seed: int) -> Agendas:
    """Read a territory's agendas; raise BadInput naming what is wrong with it."""
    try:
        territory = read_territory(folder_of(name_or_folder))
    except (LookupError, TerritoryRefused) as error:
        raise BadInput("--territory", str(error)) from None
    return Agendas(territory, PublicHolidays(territory.department), seed)


def clock_at(at: str | None) -> Clock:
    """Return the machine's clock, or one that runs on from the instant given."""
    clock = SystemClock()
    if at is None:
        return clock
    try:
        ahead = require_aware(datetime.fromisoformat(at), "at") - clock.now()
    except ValueError:
        raise BadInput("--at", f"{at!r} is not an ISO 8601 instant with its offset") from None
    return RunningClock(clock, ahead)
