"""`aiguilleur simulate`: replications of a scenario, tables and one report."""

import os
from pathlib import Path
from typing import Annotated

import typer

from regulation.cases import Case
from services.bootstrap import TerritoryGazetteer
from services.errors import BadInput
from services.schemas.case import CaseIn
from simulations.report.writing import write_report
from simulations.runner.replicating import Task, settings_of
from simulations.runner.running import Progress, Run
from simulations.runner.sensitivity import Method, Question, study
from simulations.runner.twin import live_again
from simulations.scenarios.reading import ScenarioRefused, read_scenario

MOST_REPLICATIONS = 10_000


def register(app: typer.Typer) -> None:
    """Add the commands `simulate` and `twin`."""
    app.command("simulate")(simulate)
    app.command("twin")(twin)


def simulate(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="What to compare.")],
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
        if sensitivity is not None:
            _move_assumptions(run, sensitivity)
    except ScenarioRefused as refused:
        raise BadInput("SCENARIO", str(refused)) from None
    report = write_report(run, tables)
    for line in report.headline:
        typer.echo(line)
    typer.echo(f"rapport : {report.path}")


def _move_assumptions(run: Run, method: Method) -> None:
    names = [one.name for one in run.scenario.arms]
    question = Question(
        path=run.path,
        scenario=run.scenario,
        seed=run.seed,
        folder=run.folder,
        arm="aiguilleur" if "aiguilleur" in names else names[-1],
        other=names[0],
    )
    study(question, method, lambda line: typer.echo(line, err=True))


def twin(
    scenario: Annotated[Path, typer.Argument(metavar="SCENARIO.toml", help="The period.")],
    recorded: Annotated[
        Path, typer.Argument(metavar="CASES.jsonl", help="Recorded cases, one a line.")
    ],
    before: Annotated[str, typer.Option(metavar="ARM", help="How it is done.")] = "today",
    after: Annotated[str, typer.Option(metavar="ARM", help="How it would be.")] = "aiguilleur",
) -> None:
    """Live a recorded day again in two ways, and tell what differs, decision by decision."""
    try:
        told = read_scenario(scenario)
        tasks = [
            Task(path=scenario.resolve(), arm=arm, replication=0, seed=told.seed)
            for arm in (before, after)
        ]
        settings = settings_of(scenario.resolve())
        for option, arm in (("--before", before), ("--after", after)):
            if arm not in settings:
                raise BadInput(option, f"{arm!r} is not an arm of {scenario.name}")
        gazetteer = TerritoryGazetteer(settings[before].territory)
        found = live_again(tasks[0], tasks[1], _recorded(recorded, gazetteer))
    except ScenarioRefused as refused:
        raise BadInput("SCENARIO", str(refused)) from None
    for one in found.differences:
        changes = "; ".join(f"{name}: {a} → {b}" for name, (a, b) in one.changed.items())
        typer.echo(f"{one.called_at} {one.case_id}  {changes}")
    typer.echo(f"{len(found.differences)} décisions sur {found.calls} diffèrent")


def _recorded(path: Path, gazetteer: TerritoryGazetteer) -> list[Case]:
    cases = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise BadInput(str(path), error.strerror or "cannot be read") from None
    for number, line in enumerate(lines, 1):
        try:
            cases.append(CaseIn.model_validate_json(line).to_case(gazetteer))
        except (ValueError, BadInput) as error:
            raise BadInput(f"{path.name}, line {number}", " ".join(str(error).split())) from None
    return cases


def _say(progress: Progress) -> None:
    left = "" if progress.left_s is None else f", encore {_minutes(progress.left_s)}"
    bar = "█" * round(20 * progress.done / progress.total)
    typer.echo(f"[{bar:20}] {progress.done}/{progress.total} {progress.name}{left}", err=True)


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"  # noqa: PLR2004
