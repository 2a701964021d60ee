"""What would change the conclusion: assumptions moved to their bounds, one at a time, by Morris or
by Sobol.

The quantity looked at is the difference of one measure between two arms, on common random numbers.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from SALib.analyze import morris as morris_effects
from SALib.analyze import sobol as sobol_shares
from SALib.sample import morris as morris_points
from SALib.sample import sobol as sobol_points

from simulations.measures.table import BY_NAME, by_replication, offered
from simulations.runner.methods import Method
from simulations.runner.replicating import Task, settings_of
from simulations.runner.running import one_replication
from simulations.runner.tables import is_whole, read_rows
from simulations.scenarios.reading import Change, Scenario, ScenarioRefused

FILE = "sensitivity.json"
Heard = Callable[[str], None]
FOUR = 4
"""Levels of the grid of Morris."""

SOBOL_BASE = 64
"""Base sample of Sobol, a power of two: as many times the assumptions and two are lived through.
With less, the interval of a share is wider than any share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """An assumption with its bounds."""

    key: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """The difference at each bound of an assumption; `weight` is its mean absolute effect (mu*)
    by Morris, its total share of the variance by Sobol, else how far apart the two are.

    `half`: half the interval of the weight at 95 % (None: there is none).
    """

    key: str
    low: float
    high: float
    at_low: float | None
    at_high: float | None
    flips: bool
    weight: float
    half: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """The difference looked at: a measure, in an arm and in another."""

    path: Path
    scenario: Scenario
    seed: int
    folder: Path
    arm: str
    other: str
    measure: str = "unmet_need"
    replications: int = 1

    def factors(self) -> tuple[Factor, ...]:
        """Return the assumptions that have bounds."""
        setting = next(iter(settings_of(self.path).values()))
        return tuple(
            Factor(key=f"{side}.{table}.{name}", low=one.low, high=one.high)
            for side, figures in (("demand", setting.demand), ("world", setting.world))
            for table, named in figures.tables.items()
            for name, one in named.items()
            if one.low is not None and one.high is not None
        )

    def difference(self, name: str, more: tuple[Change, ...]) -> float:
        """Return the measure in one arm less the other, under these changes."""
        tables = self.folder / "sensitivity" / name
        tables.mkdir(parents=True, exist_ok=True)
        for arm in (self.arm, self.other):
            for number in range(self.replications):
                task = Task(path=self.path, arm=arm, replication=number, seed=self.seed, more=more)
                if not is_whole(tables / f"{task.name}.parquet"):
                    one_replication(task, tables)
        territories = {arm: one.territory for arm, one in settings_of(self.path).items()}
        rows = offered(read_rows(tables.glob("*.parquet")), territories)
        means = by_replication(rows).groupby("arm")[self.measure].mean()
        return float(means[self.arm] - means[self.other])


def study(question: Question, method: Method, heard: Heard) -> tuple[Effect, ...]:
    """Move the assumptions, keep what came of it in a file, heaviest first."""
    names = {one.name for one in question.scenario.arms}
    if not {question.arm, question.other} <= names or question.measure not in BY_NAME:
        raise ScenarioRefused(
            f"{question.scenario.name} : la sensibilité compare les bras {question.arm!r} et "
            f"{question.other!r} sur une mesure ; bras : {', '.join(sorted(names))}"
        )
    effects = sorted(WAYS[method](question, heard), key=lambda one: (-one.weight, one.key))
    told = {"method": method, "measure": question.measure, "rows": [asdict(e) for e in effects]}
    path = question.folder / FILE
    path.write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return tuple(effects)


def _one_at_a_time(question: Question, heard: Heard) -> Iterator[Effect]:
    for factor in question.factors():
        ends = []
        for side, value in (("low", factor.low), ("high", factor.high)):
            heard(f"{factor.key} = {value:g}")
            name = f"{factor.key}-{side}"
            ends.append(question.difference(name, (_set(factor.key, value),)))
        yield Effect(
            key=factor.key,
            low=factor.low,
            high=factor.high,
            at_low=ends[0],
            at_high=ends[1],
            flips=ends[0] * ends[1] < 0,
            weight=abs(ends[1] - ends[0]),
        )


def _morris(question: Question, heard: Heard) -> Iterator[Effect]:
    """Elementary effects along two trajectories over all the assumptions at once."""
    problem = _problem(question)
    points = morris_points.sample(problem, 2, num_levels=FOUR, seed=question.seed)
    results = _results(question, points, "morris", heard)
    told: Mapping[str, Sequence[float]] = morris_effects.analyze(
        problem, points, results, num_levels=FOUR, seed=question.seed
    )
    return _weighed(question, told["mu_star"], told["mu_star_conf"], results)


def _sobol(question: Question, heard: Heard) -> Iterator[Effect]:
    """Total shares of the variance of the difference, interactions included."""
    problem = _problem(question)
    points = sobol_points.sample(problem, SOBOL_BASE, calc_second_order=False, seed=question.seed)
    results = _results(question, points, "sobol", heard)
    if not results.std():  # nothing moves the difference: there is no variance to share
        nothing = [0.0] * len(question.factors())
        return _weighed(question, nothing, nothing, results)
    told: Mapping[str, Sequence[float]] = sobol_shares.analyze(
        problem, results, calc_second_order=False, seed=question.seed
    )
    return _weighed(question, told["ST"], told["ST_conf"], results)


def _problem(question: Question) -> dict[str, object]:
    factors = question.factors()
    return {
        "num_vars": len(factors),
        "names": [one.key for one in factors],
        "bounds": [[one.low, one.high] for one in factors],
    }


def _results(
    question: Question, points: Sequence[Sequence[float]], method: str, heard: Heard
) -> NDArray[np.float64]:
    factors, results = question.factors(), []
    for rank, point in enumerate(points):
        heard(f"point {rank + 1}/{len(points)}")
        more = tuple(_set(one.key, float(value)) for one, value in zip(factors, point, strict=True))
        results.append(question.difference(f"{method}-{rank:03}", more))
    return np.array(results)


def _weighed(
    question: Question,
    weights: Sequence[float],
    halves: Sequence[float],
    results: NDArray[np.float64],
) -> Iterator[Effect]:
    flips = bool(results.min() * results.max() < 0)
    for one, weight, half in zip(question.factors(), weights, halves, strict=True):
        yield Effect(
            key=one.key,
            low=one.low,
            high=one.high,
            at_low=None,
            at_high=None,
            flips=flips,
            weight=float(weight),
            half=float(half),
        )


def _set(key: str, value: float) -> Change:
    return {"set": key, "value": value}


WAYS: Mapping[Method, Callable[[Question, Heard], Iterator[Effect]]] = {
    Method.OAT: _one_at_a_time,
    Method.MORRIS: _morris,
    Method.SOBOL: _sobol,
}
