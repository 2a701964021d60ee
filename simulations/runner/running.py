"""Runs the replications of a scenario: what is done is kept, what is left is run."""

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import (
    BrokenExecutor,
    Executor,
    Future,
    ProcessPoolExecutor,
    as_completed,
)
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path

from simulations.measures.intervals import half_width
from simulations.measures.table import by_replication, offered
from simulations.runner.replicating import Done, Task, live, named, settings_of
from simulations.runner.tables import is_whole, read_rows, write_rows
from simulations.scenarios.reading import Scenario, ScenarioRefused

TIMINGS, STAMP = "timings.jsonl", "run.json"
Heard = Callable[["Progress"], None]


class WorkerLost(Exception):  # noqa: N818  as a refused scenario is
    """A process of the pool died, most often for want of memory: it can't say in what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run is; `left_s` is an estimate from the replications run so far."""

    done: int
    total: int
    left_s: float | None
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What is asked for; `executor` makes the pool (a cluster's has the same entry point)."""

    path: Path
    scenario: Scenario
    replications: int
    seed: int
    folder: Path
    workers: int = 1
    executor: Callable[[int], Executor] | None = None

    def carry_out(self, heard: Heard) -> tuple[Path, ...]:
        """Run what is not there yet; return the tables of every replication of the run."""
        settings_of(self.path)
        tables = self.folder / "rows"
        tables.mkdir(parents=True, exist_ok=True)
        self._stamp()
        for batch in self._batches():
            left = [one for one in batch if not is_whole(tables / f"{one.name}.parquet")]
            for number, done in enumerate(self._run(left, tables), 1):
                self._note(done)
                heard(self._progress(batch, number, len(left), done))
            if self._is_enough(tables):
                break
        return tuple(sorted(path for path in self._asked(tables) if path.exists()))

    def _asked(self, tables: Path) -> Iterator[Path]:
        """Yield where each replication asked for is kept: the folder may hold more of them."""
        for number in range(self.replications):
            for arm in self.scenario.arms:
                yield tables / f"{self._task(arm.name, number).name}.parquet"

    def _batches(self) -> Iterator[Sequence[Task]]:
        """All at once; or, when replications may stop early, one round after the least of them."""
        stop = self.scenario.stop
        first = self.replications if stop is None else min(stop.least, self.replications)
        yield [self._task(arm.name, n) for n in range(first) for arm in self.scenario.arms]
        for number in range(first, self.replications):
            yield [self._task(arm.name, number) for arm in self.scenario.arms]

    def _task(self, arm: str, replication: int) -> Task:
        return Task(path=self.path, arm=arm, replication=replication, seed=self.seed)

    def _is_enough(self, tables: Path) -> bool:
        """Tell whether the interval of the measure is narrow enough in every arm."""
        stop = self.scenario.stop
        if stop is None:
            return False
        territories = {arm: one.territory for arm, one in settings_of(self.path).items()}
        told = by_replication(offered(read_rows(tables.glob("*.parquet")), territories))
        if stop.measure not in told.columns:
            raise ScenarioRefused(
                f"{self.path.name} : stop.measure : aucune mesure {stop.measure!r}"
            )
        widths = told.groupby("arm")[stop.measure].agg(lambda one: half_width(list(one)))
        return bool((widths <= stop.half_width).all())

    def _run(self, tasks: Sequence[Task], tables: Path) -> Iterator[Done]:
        if self.workers == 1 and self.executor is None:
            for task in tasks:
                yield one_replication(task, tables)
            return
        make = self.executor or _pool
        with make(self.workers) as pool:
            futures: list[Future[Done]] = [
                pool.submit(one_replication, task, tables) for task in tasks
            ]
            try:
                for future in as_completed(futures):
                    yield future.result()
            except BrokenExecutor as lost:
                raise WorkerLost from lost
            finally:  # after a failure, or a stop, the pool would run all the others first
                for future in futures:
                    future.cancel()

    def _note(self, done: Done) -> None:
        with (self.folder / TIMINGS).open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(done)) + "\n")

    def _progress(self, batch: Sequence[Task], number: int, left: int, done: Done) -> Progress:
        seconds = _clock() - self._began()
        before = len(batch) - left
        return Progress(
            done=before + number,
            total=len(batch),
            left_s=seconds / number * (left - number),
            name=done.name,
        )

    def _began(self) -> float:
        return float(_STARTED.setdefault(str(self.folder), _clock()))

    def _stamp(self) -> None:
        """A folder is taken up again by the same scenario and seed only."""
        _STARTED[str(self.folder)] = _clock()
        told = {
            "scenario": self.scenario.name,
            "digest": hashlib.sha256(self.scenario.text.encode()).hexdigest()[:16],
            "seed": self.seed,
        }
        path = self.folder / STAMP
        if path.exists() and _told_in(path) != told:
            raise ScenarioRefused(
                f"{self.folder} : tient un autre essai (autre scénario ou graine) ; changer --out"
            )
        path.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _told_in(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        raise ScenarioRefused(
            f"{path} : illisible, on ne sait plus quel essai tient ce dossier ; changer --out"
        ) from None


_STARTED: dict[str, float] = {}


def _clock() -> float:
    return time.monotonic()


def one_replication(task: Task, tables: Path) -> Done:
    """Run a replication and keep its rows: what a pool, or a cluster, is given to do; what goes
    wrong in it is told with its name."""
    with named(task):
        lived, done = live(task)
        write_rows(tables, task, lived.rows)
    return done


def _pool(workers: int) -> Executor:
    return ProcessPoolExecutor(workers, mp_context=get_context("spawn"))


def timings(folder: Path) -> Sequence[Mapping[str, object]]:
    """Return what each replication took."""
    path = folder / TIMINGS
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return [json.loads(line) for line in lines]
