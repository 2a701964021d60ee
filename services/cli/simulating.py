"""What `aiguilleur simulate` and `twin` do, apart from how they are asked."""

import os
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from adapters.kit.misread import misread
from adapters.kit.system_errors import said
from regulation.cases import Case
from services.bootstrap import TerritoryGazetteer
from services.errors import BadInput
from services.logs import place_of
from services.schemas.case import CaseIn
from simulations.report.writing import write_report
from simulations.runner.methods import Method
from simulations.runner.replicating import ReplicationFailed, Task, settings_of
from simulations.runner.running import Progress, Run, WorkerLost
from simulations.runner.sensitivity import Question, study
from simulations.runner.twin import live_again
from simulations.scenarios.reading import Scenario, ScenarioRefused, read_scenario

MINUTE_S, BAR = 90, 20
FAILURE = "echec.txt"
TAKEN_UP = "ce qui est fini est gardé, la même commande reprend là"
Heard = Callable[[str], None]


class Stopped(Exception):  # noqa: N818  it is told as a sentence, by whoever asked
    """A simulation could not go on: what happened, and what can be done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A run that is asked for; `workers` 0: one by core."""

    scenario: Path
    out: Path
    replications: int
    seed: int | None
    workers: int


def simulated(asked: Asked, method: Method | None, heard: Heard) -> Iterator[str]:
    """Run what is left of a scenario, write its report, yield what was found."""
    try:
        told = read_scenario(asked.scenario)
        run = Run(
            path=asked.scenario.resolve(),
            scenario=told,
            replications=asked.replications,
            seed=told.seed if asked.seed is None else asked.seed,
            folder=asked.out,
            workers=asked.workers or os.cpu_count() or 1,
        )
        tables = run.carry_out(lambda progress: heard(_bar(progress)))
        if method is not None:
            study(_question(run), method, heard)
    except ScenarioRefused as refused:
        raise BadInput("SCENARIO", str(refused)) from None
    except OSError as error:
        raise BadInput("--out", f"{asked.out} : {said(error)}") from None
    except ReplicationFailed as failed:
        raise Stopped(_failed(failed, asked.out)) from None
    except WorkerLost:
        raise Stopped(
            f"un processus s'est arrêté net, par manque de mémoire le plus souvent ; {TAKEN_UP} : "
            "la relancer avec moins de --workers"
        ) from None
    except KeyboardInterrupt:
        raise Stopped(f"arrêté ; {TAKEN_UP}") from None
    report = write_report(run, tables)
    yield from report.headline
    yield f"rapport : {report.path}"


def _failed(failed: ReplicationFailed, folder: Path) -> str:
    """Say which replication failed; how is for whoever mends it, in a file."""
    told = f"réplication {failed.replication} de « {failed.arm} » en échec : "
    cause = failed.__cause__
    if isinstance(cause, OSError):
        return f"{told}{said(cause)} ; {TAKEN_UP}"
    try:
        (folder / FAILURE).write_text("".join(traceback.format_exception(failed)), encoding="utf-8")
    except OSError as error:
        where = f"{place_of(cause or failed)} ({folder / FAILURE} : {said(error)})"
    else:
        where = f"c'est un défaut du logiciel, le détail est dans {folder / FAILURE}"
    return f"{told}{where} ; {TAKEN_UP}, et échouera de même tant que le défaut n'est pas corrigé"


def _question(run: Run) -> Question:
    names = [one.name for one in run.scenario.arms]
    return Question(
        path=run.path,
        scenario=run.scenario,
        seed=run.seed,
        folder=run.folder,
        arm="aiguilleur" if "aiguilleur" in names else names[-1],
        other=names[0],
    )


def lived_twice(scenario: Path, recorded: Path, before: str, after: str) -> Iterator[str]:
    """Yield what differs between two lives of recorded calls, one line a decision."""
    try:
        told = read_scenario(scenario)
        settings = settings_of(scenario.resolve())
    except ScenarioRefused as refused:
        raise BadInput("SCENARIO", str(refused)) from None
    for option, arm in (("--before", before), ("--after", after)):
        if arm not in settings:
            raise BadInput(option, f"{arm!r} n'est pas un bras de {scenario.name}")
    one, other = (
        Task(path=scenario.resolve(), arm=arm, replication=0, seed=told.seed)
        for arm in (before, after)
    )
    gazetteer = TerritoryGazetteer(settings[before].territory)
    calls = _recorded(recorded, gazetteer)
    try:
        found = live_again(one, other, calls)
    except ReplicationFailed as failed:  # its cause may quote a call: only its place is told
        raise Stopped(
            f"la journée n'a pu être revécue sous « {failed.arm} » : c'est un défaut du logiciel, "
            f"{place_of(failed.__cause__ or failed)}"
        ) from None
    for difference in found.differences:
        changes = "; ".join(f"{name}: {a} → {b}" for name, (a, b) in difference.changed.items())
        yield f"{difference.called_at} {difference.case_id}  {changes}"
    if left := len(calls) - found.calls:
        counted = _counted(told, settings[before].territory.zone)
        yield f"{left} sur {len(calls)} hors de ce que compte {scenario.name} ({counted}) : écartés"
    yield f"{len(found.differences)} décisions sur {found.calls} diffèrent"


def _counted(scenario: Scenario, zone: ZoneInfo) -> str:
    """Say from when to when the calls of a scenario count."""
    since = scenario.counted_from(zone)
    until = scenario.window(zone).end.astimezone(zone)
    return f"du {since:%d/%m/%Y à %H:%M} au {until:%d/%m/%Y à %H:%M}"


def _recorded(path: Path, gazetteer: TerritoryGazetteer) -> list[Case]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(path), misread(error)) from None
    if not lines:
        raise BadInput(str(path), "est vide : aucun dossier à revivre")
    cases: dict[str, Case] = {}
    for number, line in enumerate(lines, 1):
        try:
            case = _case(line, gazetteer)
        except BadInput as fault:
            raise BadInput(f"{path.name}, ligne {number}", str(fault)) from None
        if case.case_id in cases:  # one of the two would be compared with the other
            raise BadInput(f"{path.name}, ligne {number}", "id: celui d'une ligne d'avant")
        cases[case.case_id] = case
    return list(cases.values())


def _case(line: str, gazetteer: TerritoryGazetteer) -> Case:
    try:
        return CaseIn.model_validate_json(line).to_case(gazetteer)
    except ValidationError as error:  # what it quotes of the line is of somebody: not repeated
        raise BadInput.from_validation(error) from None


def _bar(progress: Progress) -> str:
    left = "" if progress.left_s is None else f", encore {_minutes(progress.left_s)}"
    bar = "█" * round(BAR * progress.done / progress.total)
    return f"[{bar:{BAR}}] {progress.done}/{progress.total} {progress.name}{left}"


def _minutes(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < MINUTE_S else f"{seconds / 60:.0f} min"
