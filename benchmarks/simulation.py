"""What a simulated week costs: seconds, milliseconds a decision, memory, and how it grows.

`python -m benchmarks.simulation [--hours H] [--territory NAME]` lives some hours under each policy,
and carries the processor time over to a week of calls by its cases.
"""

import argparse
import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from regulation.kernel.time import TimeWindow
from simulations.runner.replicating import Task, plot_of
from simulations.world.life import Life

SCENARIOS = Path(__file__).parents[1] / "simulations" / "scenarios"
ARMS = {"today": 60.0, "sequential": 60.0, "aiguilleur": 300.0}
"""Seconds a week of calls may take, by way of working."""

WEEK_CASES, TARGET_MB, DEPARTMENTS, PEOPLE = 5_700, 1_000, 101, 46.0
"""`PEOPLE`: how many times Haute-Garonne France is, by inhabitants."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What some hours took."""

    cases: int
    decisions: int
    setup_s: float
    lived_s: float
    decision_ms: float


def cost_of(scenario: Path, arm: str, hours: float) -> Cost:
    """Live so many hours from eight in the morning of the first day."""
    plot = plot_of(Task(path=scenario, arm=arm, replication=0, seed=1))
    start = plot.counted_from + timedelta(hours=8)
    window = TimeWindow(start, start + timedelta(hours=hours))
    began = time.process_time()
    life = Life(replace(plot, window=window, counted_from=start))
    ready = time.process_time()
    lived = life.run()
    ended = time.process_time()
    spent = sum(lived.decision_s)
    return Cost(
        cases=len(lived.rows),
        decisions=len(lived.decision_s),
        setup_s=ready - began,
        lived_s=ended - ready,
        decision_ms=1000 * spent / max(1, len(lived.decision_s)),
    )


def measure(scenario: Path, hours: float) -> None:
    """Print the cost of each policy, then how the last one grows with its cases."""
    print("\n## A simulated week")
    for arm, target_s in ARMS.items():
        cost_of(scenario, arm, 0.25)  # kernels and travel times are there
        cost = cost_of(scenario, arm, hours)
        week_s = cost.lived_s / max(1, cost.cases) * WEEK_CASES + cost.setup_s * 7
        verdict = "met" if week_s <= target_s else "MISSED"
        print(
            f"simulation {arm}: {cost.cases} cases, {cost.decisions} decisions in "
            f"{cost.lived_s:.1f} s of processor ({cost.decision_ms:.0f} ms a decision); a week of "
            f"{WEEK_CASES} cases about {week_s:.0f} s (target {target_s:g} s: {verdict})"
        )
    _print_growth(scenario, hours)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    verdict = "met" if peak_mb < TARGET_MB else "MISSED"
    print(f"simulation: at most {peak_mb:.0f} MB (target {TARGET_MB} MB: {verdict})")


def _print_growth(scenario: Path, hours: float) -> None:
    half, whole = (cost_of(scenario, "aiguilleur", part) for part in (hours / 2, hours))
    ratio = (whole.lived_s / max(1, whole.cases)) / (half.lived_s / max(1, half.cases))
    print(
        f"simulation: {half.cases} then {whole.cases} cases, seconds a case multiplied by "
        f"{ratio:.2f} (1: linear)"
    )
    week_s = whole.lived_s / max(1, whole.cases) * WEEK_CASES
    print(
        f"simulation: one replication of a week of the {DEPARTMENTS} departments, {PEOPLE:g} times "
        f"Haute-Garonne by inhabitants, about {week_s * PEOPLE / 3600:.1f} hours of one core"
    )


def main(arguments: Iterable[str] = ()) -> None:
    """Measure as many hours as asked."""
    parser = argparse.ArgumentParser(prog="benchmarks.simulation")
    parser.add_argument("--hours", type=float, default=2.0)
    parser.add_argument("--scenario", type=Path, default=SCENARIOS / "haute_garonne_jour.toml")
    asked = parser.parse_args(list(arguments))
    measure(asked.scenario, asked.hours)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
