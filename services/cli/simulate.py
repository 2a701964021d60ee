"""`aiguilleur simulate` and `twin`: replications and one report; a recorded day lived again."""

from pathlib import Path
from typing import Annotated

import typer

from services.errors import BadInput
from simulations.runner.methods import Method

MOST_REPLICATIONS = 10_000

Period = Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="What to compare.")]


def register(app: typer.Typer) -> None:
    """Add the commands `simulate` and `twin`."""
    app.command("simulate")(simulate)
    app.command("twin")(twin)


def simulate(
    scenario: Period,
    *,
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Tables and report; run again, it goes on.")
    ],
    replications: Annotated[int, typer.Option(metavar="N", help="Replications of each arm.")] = 5,
    seed: Annotated[
        int | None, typer.Option(metavar="S", help="Instead of the scenario's.")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="W", help="Processes; 0: one by core.")] = 1,
    sensitivity: Annotated[
        Method | None, typer.Option(help="Also move the assumptions that have bounds.")
    ] = None,
) -> None:
    """Simulate a territory under several ways of working, on common random numbers."""
    from services.cli import simulating  # noqa: PLC0415  what it needs is slow to load

    if not 0 < replications <= MOST_REPLICATIONS:
        raise BadInput("--replications", f"{replications}: from 1 to {MOST_REPLICATIONS}")
    if workers < 0:
        raise BadInput("--workers", f"{workers}: 0 or more")
    asked = simulating.Asked(
        scenario=scenario, out=out, replications=replications, seed=seed, workers=workers
    )
    for line in simulating.simulated(asked, sensitivity, lambda told: typer.echo(told, err=True)):
        typer.echo(line)


def twin(
    scenario: Period,
    recorded: Annotated[
        Path, typer.Argument(metavar="CASES.jsonl", help="Recorded cases, one a line.")
    ],
    before: Annotated[str, typer.Option(metavar="ARM", help="How it is done.")] = "today",
    after: Annotated[str, typer.Option(metavar="ARM", help="How it would be.")] = "aiguilleur",
) -> None:
    """Live a recorded day again in two ways, and tell what differs, decision by decision."""
    from services.cli import simulating  # noqa: PLC0415  what it needs is slow to load

    for line in simulating.lived_twice(scenario, recorded, before, after):
        typer.echo(line)
