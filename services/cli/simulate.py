"""`aiguilleur simulate` and `twin`: replications and one report; a recorded day lived again."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from services.cli import EXIT_INTERNAL
from services.errors import BadInput
from simulations.runner.methods import Method

MOST_REPLICATIONS = 10_000

Period = Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="Ce que l'on compare.")]


def register(app: typer.Typer) -> None:
    """Add the commands `simulate` and `twin`."""
    app.command(
        "simulate", help="Simuler un territoire sous plusieurs façons de faire, à tirages communs."
    )(simulate)
    app.command(
        "twin",
        help=(
            "Revivre un jour enregistré de deux façons, et dire ce qui diffère, décision par "
            "décision."
        ),
    )(twin)


def simulate(
    scenario: Period,
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Tables et rapport ; relancé, il reprend.")
    ],
    replications: Annotated[
        int, typer.Option(metavar="N", help="Réplications de chaque bras.")
    ] = 5,
    seed: Annotated[
        int | None, typer.Option(metavar="S", help="Au lieu de celle du scénario.")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="W", help="Processus ; 0 : un par cœur.")] = 1,
    sensitivity: Annotated[
        Method | None, typer.Option(help="Faire varier aussi les hypothèses bornées.")
    ] = None,
) -> None:
    """Simulate a territory under several ways of working, on common random numbers."""
    from services.cli import simulating  # noqa: PLC0415  what it needs is slow to load

    if not 0 < replications <= MOST_REPLICATIONS:
        raise BadInput("--replications", f"{replications} : de 1 à {MOST_REPLICATIONS}")
    if workers < 0:
        raise BadInput("--workers", f"{workers} : 0 ou plus")
    asked = simulating.Asked(
        scenario=scenario, out=out, replications=replications, seed=seed, workers=workers
    )
    heard = partial(typer.echo, err=True)
    _tell(simulating.simulated(asked, sensitivity, heard))


def twin(
    scenario: Period,
    recorded: Annotated[
        Path, typer.Argument(metavar="CASES.jsonl", help="Dossiers enregistrés, un par ligne.")
    ],
    before: Annotated[str, typer.Option(metavar="ARM", help="Ce qui se fait.")] = "today",
    after: Annotated[str, typer.Option(metavar="ARM", help="Ce qui se ferait.")] = "aiguilleur",
) -> None:
    """Live a recorded day again in two ways, and tell what differs, decision by decision."""
    from services.cli import simulating  # noqa: PLC0415  what it needs is slow to load

    _tell(simulating.lived_twice(scenario, recorded, before, after))


def _tell(lines: Iterator[str]) -> None:
    from services.cli import simulating  # noqa: PLC0415  what it needs is slow to load

    try:
        for line in lines:
            typer.echo(line)
    except simulating.Stopped as stopped:
        typer.echo(f"aiguilleur: {stopped}", err=True)
        raise typer.Exit(EXIT_INTERNAL) from None
