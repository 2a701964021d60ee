"""`aiguilleur feeds`: the mock servers of the outside systems, on loopback."""

import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from secrets import token_urlsafe
from typing import Annotated, Final, TypeVar
from urllib.parse import quote

import typer

from adapters.kit.calendar import PublicHolidays
from adapters.kit.clock import RunningClock, SystemClock
from adapters.kit.system_errors import said
from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from regulation.kernel.time import Clock
from services.cli import feed_options as options
from services.cli import read_instant
from services.cli.feed_options import NAMES
from services.errors import BadInput
from simulations.agendas import Agendas
from simulations.feeds.bench import PATHS, bench_app, company_of
from simulations.feeds.boards import Board
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.hub_bench import PLATFORM, SOFTWARE, HubBench
from simulations.feeds.local_authority import AUTHORITY, NAME, SERVER, UNIT, write_certificates
from simulations.feeds.lrm_software import LrmFault
from simulations.feeds.mutual_tls import Door, DoorFault, behind
from simulations.feeds.psc_faults import PscFault
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
MTLS_PORT: Final = 8143
DEFAULT_WEBHOOK: Final = "http://127.0.0.1:8301"
HIGHEST_PORT: Final = 65_535


def register(app: typer.Typer) -> None:
    """Add the group `feeds`."""
    group = typer.Typer(help="Serveurs fictifs des systèmes extérieurs.")
    group.callback(help="Serveurs fictifs des systèmes extérieurs.")(feeds)
    group.command(
        "serve", help="Servir tous les systèmes fictifs d'un territoire, jusqu'à interruption."
    )(serve)
    group.command(
        "psc",
        help="Servir un Pro Santé Connect fictif, où l'on choisit qui être, jusqu'à interruption.",
    )(psc)
    app.add_typer(group, name="feeds")


def feeds() -> None:
    """Mock servers of the outside systems, with faults on demand."""


def serve(
    port: options.Port = DEFAULT_PORT,
    *,
    fault: options.Faults = None,
    territory: options.TerritoryName = DEFAULT_TERRITORY,
    at: options.At = None,
    seed: options.Seed = DEFAULT_SEED,
    webhook: options.Webhook = DEFAULT_WEBHOOK,
    secret: options.Secret = "essai",  # noqa: S107  it opens a mock alone
    hub: options.Hub = "",
    mtls: options.Mtls = None,
    mtls_port: options.MtlsPort = MTLS_PORT,
) -> None:
    """Serve every mock system of a territory until interrupted."""
    boards = Boards.of(seed)
    shown = show(fault or (), boards)
    door = _door(mtls, boards.door) if mtls else None
    agendas, clock, listener = agendas_of(territory, seed), clock_at(at), _listen(port, "--port")
    address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    company = company_of(agendas.territory, secret.encode(), boards.company)
    told = f"{webhook}/transporteurs/{quote(company.company)}/evenements"
    app = bench_app(
        agendas,
        Registers(agendas.territory, seed),
        clock,
        boards.editor,
        transporter=TransporterServer(company, boards.company, clock, told),
        hub=HubBench(hub, clock, seed, boards.software) if hub else None,
        door=None if door is None else boards.door,
    )
    for feed, path in PATHS.items():
        typer.echo(f"{feed}: {address}{path}")
    typer.echo(f"transporteur : {company.company!r}, qui parle à {told}")
    if hub:
        typer.echo(f"logiciel de régulation : {SOFTWARE} au Hub, demandé par {PLATFORM}")
    with _behind(door, listener, mtls_port) as secure:
        if secure:
            typer.echo(f"mtls: {secure}, certificats dans {mtls}")
        typer.echo(f"pannes: {', '.join(shown) or 'aucune'} ; {address}/_faults en montre d'autres")
        server_of(app, has_lifespan=True).run([listener])


def _listen(port: int, option: str) -> socket.socket:
    if not 0 <= port <= HIGHEST_PORT:
        raise BadInput(option, f"{port} n'est pas un port (0 à {HIGHEST_PORT})")
    try:
        return listen(port)
    except OSError as error:
        raise BadInput(option, f"{port} ne peut servir : {said(error)}") from None


def _door(folder: Path, board: Board[DoorFault]) -> Door:
    """Make a door of mutual TLS, its certificates in the folder; raise BadInput."""
    door = Door(
        certificate=folder / SERVER,
        authorities=folder / AUTHORITY,
        name=NAME,
        unit=UNIT,
        board=board,
    )
    try:
        write_certificates(folder, SystemClock().now())
        door.context()
    except OSError as error:  # an ssl.SSLError is one
        raise BadInput("--mtls", f"{folder} : {said(error)}") from None
    return door


@contextmanager
def _behind(door: Door | None, listener: socket.socket, port: int) -> Iterator[str]:
    """Open a door before the mocks while the context lasts; no door: an empty address."""
    if door is None:
        yield ""
        return
    _listen(port, "--mtls-port").close()
    with behind(door, listener.getsockname()[1], port) as address:
        yield address


def psc(
    port: options.Port = PSC_PORT,
    client_id: Annotated[
        str, typer.Option(help="Identifiant du seul service qu'il connaît.")
    ] = "essai",
    client_secret: Annotated[
        str, typer.Option(help="Secret de ce service ; pour essai seulement.")
    ] = "essai",  # noqa: S107  it opens a mock alone
    *,
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Panne à montrer : {', '.join(PscFault)}. Répétable."),
    ] = None,
) -> None:
    """Serve a mock of Pro Santé Connect, where one chooses whom to be, until interrupted."""
    board = Board[PscFault]()
    board.show(*named(fault or (), PscFault))
    provider = PscProvider(
        clock=SystemClock(), draw=token_urlsafe, client=(client_id, client_secret), board=board
    )
    listener = _listen(port, "--port")
    address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    typer.echo(f"AIGUILLEUR_PSC_ISSUER={address}{REALM}")
    shown = ", ".join(sorted(board.shown)) or "aucune"
    typer.echo(f"pannes: {shown} ; {address}/_faults en montre d'autres")
    server_of(provider.app()).run([listener])


Named = TypeVar("Named", bound=StrEnum)


def named(names: Iterable[str], known: type[Named]) -> list[Named]:
    """Find faults by their names; raise BadInput naming those there are."""
    try:
        return [known(name) for name in names]
    except ValueError as error:
        unknown = str(error).partition(" is not")[0]
        raise BadInput("--fault", f"{unknown} n'est pas parmi {', '.join(known)}") from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boards:
    """The boards of faults of the mocks, one for each family of faults."""

    editor: FaultBoard
    company: Board[TransporterFault]
    software: Board[LrmFault]
    door: Board[DoorFault]

    @classmethod
    def of(cls, seed: int) -> "Boards":
        """Make boards that show nothing, all of one seed."""
        return cls(
            editor=FaultBoard(seed=seed),
            company=Board[TransporterFault](seed=seed),
            software=Board[LrmFault](seed=seed),
            door=Board[DoorFault](seed=seed),
        )


def show(names: Iterable[str], boards: Boards) -> list[str]:
    """Show faults on every mock that knows them; raise BadInput naming those there are."""
    wanted = sorted(set(names))
    for name in wanted:
        if name not in NAMES:
            raise BadInput("--fault", f"{name!r} n'est pas parmi {', '.join(NAMES)}")
    boards.editor.show(*(fault for fault in Fault if fault in wanted))
    boards.company.show(*(fault for fault in TransporterFault if fault in wanted))
    boards.software.show(*(fault for fault in LrmFault if fault in wanted))
    boards.door.show(*(fault for fault in DoorFault if fault in wanted))
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
    now = clock.now()
    return RunningClock(clock, read_instant(at, "--at", now) - now)
