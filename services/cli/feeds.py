"""`aiguilleur feeds`: the mock servers of the outside systems, on loopback."""

from datetime import datetime
from secrets import token_urlsafe
from typing import Annotated, Final

import typer

from adapters.kit.calendar import PublicHolidays
from adapters.kit.clock import RunningClock, SystemClock
from adapters.territory.folder import read_territory
from adapters.territory.tables import TerritoryRefused
from regulation.kernel.time import Clock, require_aware
from services.errors import BadInput
from simulations.agendas import Agendas
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.psc_provider import REALM, PscProvider
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import LOOPBACK, listen, server_of
from simulations.territories.catalogue import folder_of

DEFAULT_TERRITORY: Final = "haute_garonne"
DEFAULT_PORT: Final = 8100
DEFAULT_SEED: Final = 1
PSC_PORT: Final = 8200
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
    fault: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help=f"Fault to show: {', '.join(Fault)}. May be repeated."),
    ] = None,
    territory: Annotated[
        str, typer.Option(metavar="NAME_OR_DIR", help="Whose agendas.")
    ] = DEFAULT_TERRITORY,
    at: Annotated[
        str | None, typer.Option(metavar="T", help="Begin at this instant and run on from it.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the agendas.")] = DEFAULT_SEED,
) -> None:
    """Serve the SAS slot search (INT_R01) of a territory until interrupted."""
    faults = FaultBoard(*(fault_of(name) for name in fault or ()))
    app = SasEditor(agendas_of(territory, seed), clock_at(at), faults).app()
    if not 0 <= port <= HIGHEST_PORT:
        raise BadInput("--port", f"{port} is not a port (0 to {HIGHEST_PORT})")
    try:
        listener = listen(port)
    except OSError as error:
        raise BadInput("--port", f"{port} can't be used: {error.strerror}") from None
    address = f"http://{LOOPBACK}:{listener.getsockname()[1]}"
    typer.echo(f"sas-ps: {address}/Slot (GET), faults: {', '.join(sorted(faults.shown)) or 'none'}")
    server_of(app).run([listener])


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


def fault_of(name: str) -> Fault:
    """Find a fault; raise BadInput naming it and those there are."""
    try:
        return Fault(name)
    except ValueError:
        raise BadInput("--fault", f"{name!r} is not one of {', '.join(Fault)}") from None


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
