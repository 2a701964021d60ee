"""Published dial-a-ride instances, side by side with OR-Tools' routing library and VROOM.

`python -m benchmarks.darp FOLDER [--full] [--clock cpu|wall] [--sets NAME…] [--out FOLDER]` and, to
do a part of it, `--solvers NAME… --seconds S… --seeds N… --instances PREFIX…`, where FOLDER holds
`cordeau2006_a`, `cordeau_laporte2003_pr`, `heterogeneous_multidepot`, `dynamic_a` and
`best_known.csv`; none of them is part of the project. Results are added to a CSV line by line: a
run cut short goes on where it stopped, and lines of other sources of the solver are done again.

Every set minimises the distance driven, Euclidean and unrounded, as published; the heterogeneous
and the dynamic one too. Every plan is judged by `check`, the peers' after exact timing.
"""

import argparse
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from adapters.darp.instances import Instance
from adapters.darp.reading import read_instance
from adapters.desk.collecting import collect_seldom
from benchmarks.darp_dynamic import drive_the_day
from benchmarks.darp_peers import by_routing, by_vroom
from benchmarks.darp_results import Key, Results, Row, draw, print_summary
from benchmarks.machine import machine_line
from transport.plan import check
from transport.solver.solve import solve
from transport.solver.stop import MaxRuntime

CLOCKS: dict[str, Callable[[], float]] = {"cpu": time.process_time, "wall": time.perf_counter}
SETS = {
    "a": "cordeau2006_a",
    "pr": "cordeau_laporte2003_pr",
    "het": "heterogeneous_multidepot",
    "dynamic": "dynamic_a",
}
LIVE_S, STATIC_S, LONG_S = 0.1, 10.0, 60.0
CALL_S = 0.01
"""Of search at each call of a dynamic day: twice as long drives no less (ADR 0043)."""
SEEDS = range(3)
LARGE = ("a6", "a7", "a8")
RACED = ("a4-48", "a6-72", "a8-96", "pr03", "pr10")
"""Where the peers race in the fast subset; in the full run they do everywhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One run: a file, who solves it, from which seed, for how many seconds."""

    path: Path
    key: Key


def tasks(folder: Path, sets: Sequence[str], *, full: bool) -> Iterator[Task]:
    """Yield every run there is to do, the quick ones first; say which sets are not there."""
    for name in sets:
        files = sorted(one for one in (folder / SETS[name]).glob("*") if one.is_file())
        if not files:
            print(f"{name}: skipped, {folder / SETS[name]} holds no instance")
        for regime in REGIMES[name](full):
            for path in files:
                if regime.only is None or path.stem.startswith(regime.only):
                    for seed in regime.seeds:
                        yield Task(path=path, key=regime.key(name, path.stem, seed))


def is_asked(task: Task, given: argparse.Namespace) -> bool:
    """Tell whether a run is of the part asked for; what is not narrowed down is whole."""
    key = task.key
    return (
        (given.solvers is None or key.solver in given.solvers)
        and (given.seconds is None or key.seconds in given.seconds)
        and (given.seeds is None or key.seed in given.seeds)
        and (given.instances is None or key.instance.startswith(tuple(given.instances)))
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Regime:
    """Who solves for how long, from which seeds, of which instances (None: all)."""

    solver: str
    seconds: float
    seeds: Iterable[int] = (0,)
    only: tuple[str, ...] | None = None

    def key(self, family: str, instance: str, seed: int) -> Key:
        return Key(
            family=family,
            instance=instance,
            solver=self.solver,
            seed=seed,
            seconds=self.seconds,
        )


def _static_a(full: bool) -> Iterator[Regime]:  # noqa: FBT001
    peers = None if full else RACED
    yield Regime(solver="aiguilleur", seconds=LIVE_S, seeds=SEEDS)
    yield Regime(solver="aiguilleur", seconds=STATIC_S, seeds=SEEDS if full else (0,))
    yield Regime(solver="routing", seconds=STATIC_S, only=peers)
    yield Regime(solver="vroom", seconds=STATIC_S, only=peers)
    yield Regime(solver="vroom, windows shrunk", seconds=STATIC_S, only=peers)
    if full:
        yield Regime(solver="aiguilleur", seconds=LONG_S, only=LARGE)


def _static_pr(full: bool) -> Iterator[Regime]:  # noqa: FBT001
    peers = None if full else RACED
    seconds = LONG_S if full else STATIC_S
    yield Regime(solver="aiguilleur", seconds=seconds, seeds=SEEDS if full else (0,))
    yield Regime(solver="routing", seconds=seconds, only=peers)
    yield Regime(solver="vroom", seconds=seconds, only=peers)
    yield Regime(solver="vroom, windows shrunk", seconds=seconds, only=peers)


def _heterogeneous(full: bool) -> Iterator[Regime]:  # noqa: FBT001
    seconds = 30.0 if full else STATIC_S
    yield Regime(solver="aiguilleur", seconds=seconds)
    yield Regime(solver="routing", seconds=seconds)


def _dynamic(_full: bool) -> Iterator[Regime]:  # noqa: FBT001
    yield Regime(solver="aiguilleur", seconds=CALL_S)


REGIMES = {"a": _static_a, "pr": _static_pr, "het": _heterogeneous, "dynamic": _dynamic}


def run(task: Task, clock: Callable[[], float]) -> Row:
    """Do one run and judge what comes of it."""
    instance, key = read_instance(task.path), task.key
    if key.family == "dynamic":
        day = drive_the_day(instance, key.seconds, clock, key.seed)
        return Row.judged(key, day.plan, instance.problem, day.slowest_ms)
    if key.solver == "aiguilleur":
        plan = solve(instance.problem, MaxRuntime(key.seconds, clock), key.seed).plan
    elif key.solver == "routing":
        plan = by_routing(instance.problem, MaxRuntime(key.seconds, clock), key.seed)
    else:
        shrunk = key.solver.endswith("shrunk")
        plan = by_vroom(instance.problem, key.seconds, shrunk=shrunk)
    return Row.judged(key, plan, instance.problem)


def _warm_up(instance: Instance) -> None:
    """Have the kernels loaded before any clock runs, and the collector of garbage set as a desk
    sets it."""
    plan = solve(instance.problem, MaxRuntime(0.01, time.perf_counter)).plan
    check(plan, instance.problem)
    collect_seldom()


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.darp")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--full", action="store_true", help="every seed, peer and regime")
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="wall")
    parser.add_argument("--sets", nargs="+", choices=sorted(SETS), default=list(SETS))
    parser.add_argument("--solvers", nargs="+", help="only these, e.g. aiguilleur")
    parser.add_argument("--seconds", nargs="+", type=float, help="only regimes of so many")
    parser.add_argument("--seeds", nargs="+", type=int, help="only these")
    parser.add_argument("--instances", nargs="+", help="only names that begin so, e.g. a8 pr1")
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    return parser.parse_args(given)


def run_all() -> None:
    """Do what is left to do, then print and draw everything done so far."""
    given = arguments()
    if not given.folder.is_dir():
        sys.exit(f"skipped: {given.folder} is no folder of instances")
    print(machine_line())
    results = Results.open(given.out / f"darp-{given.clock}.csv")
    asked = tasks(given.folder, given.sets, full=given.full)
    todo = [one for one in asked if is_asked(one, given) and one.key not in results]
    for number, task in enumerate(todo):
        if number == 0:
            _warm_up(read_instance(task.path))
        row = run(task, CLOCKS[given.clock])
        results.add(row)
        print(f"[{number + 1}/{len(todo)}] {row.told()}", flush=True)
    results.know_best(given.folder / "best_known.csv")
    print_summary(results)
    draw(results, given.out / f"darp-{given.clock}.png")


if __name__ == "__main__":
    run_all()
