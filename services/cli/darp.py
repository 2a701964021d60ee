"""`aiguilleur darp`: solve a published dial-a-ride instance and print the plan."""

import time
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.darp.errors import InstanceError
from adapters.darp.instances import Instance
from adapters.darp.reading import read_instance
from regulation.kernel.riders import Load
from services.cli import print_json
from services.errors import BadInput
from transport.plan import Route, Violation, check

if TYPE_CHECKING:
    from transport.solver.result import Result
    from transport.solver.stop import Stop


class Format(StrEnum):
    """How the command answers."""

    TEXT = "text"
    JSON = "json"


class Solver(StrEnum):
    """Who searches: our engine, or OR-Tools' routing library as a second opinion."""

    ENGINE = "engine"
    ROUTING = "routing"


def register(app: typer.Typer) -> None:
    """Add the command `darp`."""
    app.command(
        "darp",
        help=(
            "Résoudre FILE ; la limite compte la seule recherche. Qui ne peut être pris est listé."
        ),
    )(darp)


def darp(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Une instance, de toute famille.")],
    *,
    time_limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Durée de la recherche.")
    ] = None,
    iterations: Annotated[
        int | None, typer.Option(metavar="N", help="Nombre d'itérations de la recherche.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Même graine et même N : même plan.")] = 0,
    solver: Annotated[
        Solver,
        typer.Option(help="Le moteur, ou la bibliothèque d'OR-Tools (N : regards sur sa limite)."),
    ] = Solver.ENGINE,
    output: Annotated[Format, typer.Option("--format", help="Forme de la réponse.")] = Format.TEXT,
) -> None:
    """Solve FILE; the limit counts the search only. A rider nobody can take is listed."""
    _refuse_limits(time_limit, iterations)
    try:
        instance = read_instance(file)
    except InstanceError as error:
        raise BadInput(str(file), error.place_and_reason) from None
    result = _solve(instance, solver, _limit(time_limit, iterations), seed)
    if broken := check(result.plan, instance.problem):
        raise RuntimeError(f"le plan trouvé enfreint {_name(broken[0])}")
    if output is Format.JSON:
        print_json(to_document(instance, result))
    else:
        _print_text(instance, result)


def _refuse_limits(time_limit: float | None, iterations: int | None) -> None:
    if (time_limit is None) == (iterations is None):
        raise BadInput("--time-limit", "donner une durée ou un nombre d'itérations")
    if time_limit is not None and not 0 < time_limit < float("inf"):
        raise BadInput(
            "--time-limit", f"{time_limit} n'est pas un nombre de secondes au-dessus de zéro"
        )
    if iterations is not None and iterations < 0:
        raise BadInput("--iterations", f"{iterations} est au-dessous de zéro")


# the compiled kernels and OR-Tools take half a second to load: only this command pays for it
def _limit(time_limit: float | None, iterations: int | None) -> "Stop":
    from transport.solver.stop import MaxIterations, MaxRuntime  # noqa: PLC0415

    if time_limit is not None:
        return MaxRuntime(time_limit, time.perf_counter)
    return MaxIterations(iterations or 0)


def _solve(instance: Instance, solver: Solver, stop: "Stop", seed: int) -> "Result":
    from transport.solver import routing, solve  # noqa: PLC0415

    if solver is Solver.ROUTING:
        return routing.solve(instance.problem, stop, seed)
    return solve.solve(instance.problem, stop, seed)


def _name(violation: Violation) -> str:
    return f"{violation.rule.value}: {violation.who} ({violation.value:g} vs {violation.limit:g})"


def to_document(instance: Instance, result: "Result") -> Mapping[str, object]:
    """Write the plan as the document of design.md §4, depots included, nodes as in the file."""
    problem = instance.problem
    return {
        "objective": result.objective,
        "truncated": result.truncated,
        "routes": [
            {"vehicle": route.vehicle, "stops": _stops(instance, route)}
            for route in result.plan.routes
        ],
        "unserved": [
            {"rider": problem.journeys[one.journey].journey_id, "reason": one.reason}
            for one in result.plan.unserved
        ],
    }


def _stops(instance: Instance, route: Route) -> list[Mapping[str, object]]:
    problem = instance.problem
    boarding = {ride.stops[0]: ride.load for ride in problem.rides}
    leaving = {ride.stops[-1]: ride.load for ride in problem.rides}
    aboard = Load()
    rows: list[Mapping[str, object]] = [_stop(instance, 0, route.start, aboard)]
    for stop in route.stops:
        aboard = _added(aboard, boarding.get(stop.node, Load()), 1)
        aboard = _added(aboard, leaving.get(stop.node, Load()), -1)
        times = {"arrive": stop.arrive, "begin": stop.begin, "depart": stop.depart}
        rows.append({"node": stop.node, **times, "load": _load(instance, aboard)})
    return [*rows, _stop(instance, instance.end_node, route.end, aboard)]


def _stop(instance: Instance, node: int, at: float, aboard: Load) -> Mapping[str, object]:
    load = _load(instance, aboard)
    return {"node": node, "arrive": at, "begin": at, "depart": at, "load": load}


def _added(aboard: Load, load: Load, sign: int) -> Load:
    return Load(
        attendants=aboard.attendants + sign * load.attendants,
        seats=aboard.seats + sign * load.seats,
        stretchers=aboard.stretchers + sign * load.stretchers,
        wheelchairs=aboard.wheelchairs + sign * load.wheelchairs,
    )


def _load(instance: Instance, load: Load) -> int | list[int]:
    """One number where the file has one, else staff, seats, stretchers, wheelchairs."""
    if instance.counts_seats:
        return load.seats
    return [load.attendants, load.seats, load.stretchers, load.wheelchairs]


def _print_text(instance: Instance, result: "Result") -> None:
    cut = ", coupé par l'horloge" if result.truncated else ""
    typer.echo(f"{instance.name}: {result.objective:.4f} après {result.iterations} itérations{cut}")
    for route in result.plan.routes:
        nodes = " ".join(str(stop.node) for stop in route.stops)
        typer.echo(f"véhicule {route.vehicle}: {route.start:.2f} → {route.end:.2f}: {nodes}")
    for one in result.plan.unserved:
        name = instance.problem.journeys[one.journey].journey_id
        typer.echo(f"passager {name} non servi : {one.reason}")
