"""What a simulated week costs: seconds and milliseconds a decision by way of working, memory, and
how it grows with the calls.

`python -m benchmarks.simulation [--hours H] [--arms a,b] [--scenario FILE] [--figure FILE.svg]`
lives some hours of Haute-Garonne under each way of working, in one process, and carries the
processor time over to a week of calls; a whole week is set up once for what it takes to be ready.
`--hours 168 --arms today,sequential` lives the week itself, and tells its memory.
"""

import argparse
import resource
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from regulation.kernel.time import TimeWindow
from simulations.report.charts import Axis, curves
from simulations.runner.replicating import Task, plot_of
from simulations.scenarios.reading import read_scenario
from simulations.world.life import Life, Plot

SCENARIOS = Path(__file__).parents[1] / "simulations" / "scenarios"
BY_HAND, LIVE_ENGINE = 60.0, 300.0
"""Seconds a week of calls may take: who searches by hand, and the live engine."""

GROWS = "aiguilleur"
"""The way of working whose growth with the calls is told, when it is among those asked for."""

BY_HAND_ARMS = frozenset({"today", "sequential"})
WEEK_CASES, TARGET_MB, DEPARTMENTS, PEOPLE = 5_700, 1_000, 101, 46.0
"""`PEOPLE`: how many times Haute-Garonne France is, by inhabitants."""

PARTS = (0.25, 0.5)
"""Parts of the hours that are lived besides the whole for the figure of growth."""

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What some hours took of the processor; `wall_s`: by the clock on the wall, set-up too."""

    cases: int
    decisions: int
    setup_s: float
    lived_s: float
    decision_ms: float
    wall_s: float

    @property
    def week_s(self) -> float:
        """What a week of calls would take, by its cases."""
        return self.lived_s / max(1, self.cases) * WEEK_CASES


def plot_over(scenario: Path, arm: str, length: timedelta) -> Plot:
    """Return the world from eight in the morning of the first day."""
    plot = plot_of(Task(path=scenario, arm=arm, replication=0, seed=1))
    start = plot.counted_from + timedelta(hours=8)
    return replace(plot, window=TimeWindow(start, start + length), counted_from=start)


def cost_of(scenario: Path, arm: str, hours: float) -> Cost:
    """Live so many hours."""
    plot = plot_over(scenario, arm, timedelta(hours=hours))
    clock, began = time.monotonic(), time.process_time()
    life = Life(plot)
    ready = time.process_time()
    lived = life.run()
    ended = time.process_time()
    return Cost(
        cases=len(lived.rows),
        decisions=len(lived.decision_s),
        setup_s=ready - began,
        lived_s=ended - ready,
        decision_ms=1000 * sum(lived.decision_s) / max(1, len(lived.decision_s)),
        wall_s=time.monotonic() - clock,
    )


def week_is_ready_in(scenario: Path, arm: str) -> float:
    """Return the seconds before the first call of a whole week: agendas, fleet, staff."""
    plot = plot_over(scenario, arm, WEEK)
    began = time.process_time()
    Life(plot)
    return time.process_time() - began


def measure(scenario: Path, hours: float, arms: Sequence[str], figure: Path | None) -> None:
    """Print the cost of each way of working, then how the live engine's grows with its cases."""
    print("\n## A simulated week")
    ready_s = week_is_ready_in(scenario, arms[0])
    print(f"simulation: a week of agendas, vehicles and staff is ready in {ready_s:.1f} s")
    for arm in arms:
        cost_of(scenario, arm, 0.25)  # kernels and travel times are there
        cost = cost_of(scenario, arm, hours)
        target_s = BY_HAND if arm in BY_HAND_ARMS else LIVE_ENGINE
        week_s = cost.week_s + ready_s
        verdict = "met" if week_s <= target_s else "MISSED"
        print(
            f"simulation {arm}: {cost.cases} cases, {cost.decisions} decisions in "
            f"{cost.lived_s:.1f} s of processor ({cost.decision_ms:.0f} ms a decision), set-up "
            f"{cost.setup_s:.1f} s, {cost.wall_s:.1f} s on the wall; a week of {WEEK_CASES} cases "
            f"about {week_s:.0f} s of processor (target {target_s:g} s: {verdict})",
            flush=True,
        )
        if arm == GROWS:
            _growth(scenario, hours, cost, figure)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = "met" if peak_mb < TARGET_MB else "MISSED"
    print(f"simulation: at most {peak_mb:.0f} MB (target {TARGET_MB} MB: {verdict})")


def _growth(scenario: Path, hours: float, last: Cost, figure: Path | None) -> None:
    costs = [*(cost_of(scenario, GROWS, hours * part) for part in PARTS), last]
    first = costs[0]
    told = ", ".join(f"{one.cases} cases {one.lived_s:.1f} s" for one in costs)
    ratio = last.week_s / first.week_s if first.lived_s else float("nan")
    print(f"simulation: {told}: seconds a case multiplied by {ratio:.2f} (1: linear)")
    country_h = last.week_s * PEOPLE / 3600
    print(
        f"simulation: one replication of a week of the {DEPARTMENTS} departments, {PEOPLE:g} times "
        f"Haute-Garonne by inhabitants, about {country_h:.1f} hours of one core"
    )
    if figure is not None:
        lived = [(float(one.cases), one.lived_s) for one in costs]
        proportion = last.lived_s / max(1, last.cases)
        line = [(0.0, 0.0), *((cases, cases * proportion) for cases, _ in lived)]
        figure.write_text(
            curves(
                {"mesuré": [(0.0, 0.0), *lived], "proportionnel": line},
                Axis(title="appels", low=0, high=last.cases),
                Axis(title="secondes de processeur", low=0, high=1.1 * last.lived_s),
                "Secondes de processeur selon le nombre d'appels, moteur réel",
            ),
            encoding="utf-8",
        )
        print(f"simulation: figure in {figure}")


def main(arguments: Iterable[str] = ()) -> None:
    """Measure as many hours as asked."""
    parser = argparse.ArgumentParser(prog="benchmarks.simulation")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--scenario", type=Path, default=SCENARIOS / "haute_garonne_semaine.toml")
    parser.add_argument("--arms", default="", help="names, with commas; all those of the scenario")
    parser.add_argument("--figure", type=Path, default=None)
    asked = parser.parse_args(list(arguments))
    named = [one for one in asked.arms.split(",") if one]
    arms = named or [one.name for one in read_scenario(asked.scenario).arms]
    measure(asked.scenario, asked.hours, arms, asked.figure)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
