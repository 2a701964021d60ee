"""`aiguilleur simulate`: replications of a scenario, tables and one report."""

import os
from pathlib import Path
from typing import Annotated

import typer

from services.errors import BadInput
from simulations.report.writing import write_report
from simulations.runner.running import Progress, Run
from simulations.scenarios.reading import ScenarioRefused, read_scenario

MOST_REPLICATIONS = 10_000


def register(app: typer.Typer) -> None:
    """Add the command `simulate`."""
    app.command("simulate")(simulate)


def simulate(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="What to compare.")],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Tables and report; run again, it goes on.")
    ],
    replications: Annotated[int, typer.Option(metavar="N", help="Replications of each arm.")] = 5,
    seed: Annotated[
        int | None, typer.Option(metavar="S", help="Instead of the scenario's.")
    ] = None,
    workers: Annotated[int, typer.Option(metavar="W", help="Processes; 0: one by core.")] = 1,
) -> None:
    """Simulate a territory under several ways of working, on common random numbers."""
    if not 0 < replications <= MOST_REPLICATIONS:
        raise BadInput("--replications", f"{replications}: from 1 to {MOST_REPLICATIONS}")
    if workers < 0:
        raise BadInput("--workers", f"{workers}: 0 or more")
    try:
        told = read_scenario(scenario)
        run = Run(
            path=scenario.resolve(),
            scenario=told,
            replications=replications,
            seed=told.seed if seed is None else seed,
            folder=out,
            workers=workers or os.cpu_count() or 1,
        )
        tables = run.carry_out(_say)
    except ScenarioRefused as refused:
        raise BadInput("SCENARIO", str(refused)) from None
    report = write_report(run, tables)
    for line in report.headline:
        typer.echo(line)
    typer.echo(f"rapport : {report.path}")


def _say(progress: Progress) -> None:
    left = "" if progress.left_s is None else f", encore {_minutes(progress.left_s)}"
    bar = "█" * round(20 * progress.done / progress.total)
    typer.echo(f"[{bar:20}] {progress.done}/{progress.total} {progress.name}{left}", err=True)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004
