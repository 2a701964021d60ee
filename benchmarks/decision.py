"""One decision on the demonstration territory: how long, how proven, against one step at a time.

`python -m benchmarks.decision [--calls N] [--again N] [--profile]`; the slowest twentieth of the
decisions is taken again so many times, which tells what was theirs and what the machine did beside
them; with `--profile` once more under a profiler.
"""

import argparse
import cProfile
import os
import pstats
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import numpy as np

from benchmarks.machine import Yardstick
from benchmarks.population import draw_cases
from benchmarks.scenes import ORDINARY, SCARCE, Scene, opened
from regulation.cases import Case
from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import JourneyRequest, PlannedJourney
from regulation.kernel.live import LiveState
from regulation.kernel.modes import OWN_MODES, SolverStatus, Tier
from regulation.kernel.objective import Objective
from regulation.kernel.pairings import PairingResult
from regulation.kernel.planner import Budget
from regulation.kernel.replanning import Replanning
from regulation.proposals import Orientation
from regulation.usecases import Desk, propose_orientations
from simulations.policies.sequential import GaveUp, dispatch
from transport.pairing import FleetPlanner

CALLS, WARM_UP, AGAIN, SEED = 200, 20, 3, 2026
TARGET_MS, TARGET_OPTIMAL = 150, 0.95
SLOWEST = 0.05
PARTS = ("desk", "regulation", "travel", "search", "choice", "itinerary")
TOLD = {
    "desk": "fleet and rules made ready",
    "regulation": "mobility, eligibility, offers, explanations",
    "travel": "travel times asked of the road model",
    "search": "insertions, bounds, pruning",
    "choice": "CP-SAT",
    "itinerary": "writing out and check",
}


@dataclass(slots=True)
class Recorder:
    """Passes a request on to the planner; remembers the stops listed in turn, and the answers."""

    planner: FleetPlanner
    stops: int = 0
    told: PairingResult | None = None
    ours: PlannedJourney | None = None

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        (request,) = requests
        told = self.planner.pair(requests, now, budget)
        self.stops += len(request.stops)
        self.ours = next(iter(told.journeys[request.request_id]), None)
        self.told = told if self.told is None else told.after(self.told)
        return told

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        return self.planner.replan(live, events, requests, now, budget)


@dataclass(slots=True)
class Lister:
    """Answers nothing, and remembers what it was asked: every care stop, however far ahead."""

    asked: JourneyRequest | None = None

    def pair(self, requests: Sequence[JourneyRequest], *_: object) -> PairingResult:
        (self.asked,) = requests
        return PairingResult(
            journeys={}, status=SolverStatus.FEASIBLE, wall_ms=0.0, bound=None, shares={}
        )

    def replan(self, live: LiveState, *_: object) -> Replanning:
        """Nothing is under way here."""
        raise ValueError(f"nothing is to be replanned of {len(live.journeys)} journeys")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One decision with its times in milliseconds and the answer of the sequential dispatcher."""

    case: Case
    wall_ms: float
    cpu_ms: float
    pair_ms: float
    parts: dict[str, float]
    stops: int
    orientation: Orientation
    ours: PlannedJourney | None
    baseline: PlannedJourney | GaveUp

    @property
    def is_optimal(self) -> bool:
        solver = self.orientation.solver
        return solver is not None and solver.status is SolverStatus.OPTIMAL


@dataclass(slots=True)
class Bench:
    """Decides the calls of one scene, one after the other, the yardstick laid between them."""

    scene: Scene
    decisions: list[Decision] = field(default_factory=list)
    yardstick: Yardstick = field(default_factory=Yardstick)

    def run(self, calls: int, warm_up: int) -> None:
        """Decide the calls; those of the warm-up come first and are not kept."""
        cases = draw_cases(self.scene.territory, self.scene.setting.now, warm_up + calls, SEED)
        for number, case in enumerate(cases):
            decided = self.decide(case)
            if number >= warm_up:
                self.decisions.append(decided)
                self.yardstick.lay()

    def decide(self, case: Case) -> Decision:
        """Decide one call under the stopwatch; then let the sequential dispatcher answer it."""
        roads, now = self.scene.roads, self.scene.setting.now
        travel, began, cpu = roads.seconds, time.perf_counter(), time.process_time()
        desk, recorder = self.desk()
        ready = time.perf_counter()
        orientation = propose_orientations(case, self.scene.snapshot, desk, now)
        ended, cpu_ended = time.perf_counter(), time.process_time()
        travel = 1000 * (roads.seconds - travel)
        told = recorder.told
        if told is None:
            raise ValueError(f"call {case.case_id} was answered without pairing")
        shares = {name: 1000 * spent for name, spent in told.shares.items()}
        parts = {
            **shares,
            "desk": 1000 * (ready - began),
            "regulation": 1000 * (ended - ready) - told.wall_ms,
            "travel": travel,
            "search": shares["search"] - travel,
        }
        return Decision(
            case=case,
            wall_ms=1000 * (ended - began),
            cpu_ms=1000 * (cpu_ended - cpu),
            pair_ms=told.wall_ms,
            parts=parts,
            stops=recorder.stops,
            orientation=orientation,
            ours=recorder.ours,
            baseline=dispatch(self.everything(case, desk), recorder.planner, now),
        )

    def everything(self, case: Case, desk: Desk) -> JourneyRequest:
        """List every care stop of a call: the sequential dispatcher looks as far ahead as ours."""
        lister = Lister()
        whole = replace(desk, planner=lister, parameters=replace(desk.parameters, horizons=()))
        propose_orientations(case, self.scene.snapshot, whole, self.scene.setting.now)
        assert lister.asked is not None
        return lister.asked

    def desk(self) -> tuple[Desk, Recorder]:
        """Make the desk of one decision, as the service does for each."""
        desk = self.scene.desks(self.scene.setting.now, self.scene.rides)
        planner = desk.planner
        assert isinstance(planner, FleetPlanner)
        recorder = Recorder(planner)
        return replace(desk, planner=recorder), recorder

    @property
    def objective(self) -> Objective:
        return self.desk()[1].planner.objective


def print_times(decisions: Sequence[Decision]) -> None:
    kinds: dict[str, Callable[[Decision], float]] = {
        "whole decision, wall": lambda one: one.wall_ms,
        "whole decision, processor": lambda one: one.cpu_ms,
        "pairing alone, wall": lambda one: one.pair_ms,
    }
    for name, measure in kinds.items():
        spent = [measure(one) for one in decisions]
        p50, p95, p99 = np.percentile(spent, (50, 95, 99))
        print(f"  {name:26} p50 {p50:6.1f}  p95 {p95:6.1f}  p99 {p99:6.1f} ms")
    p95 = float(np.percentile([one.wall_ms for one in decisions], 95))
    print(f"  target p95 < {TARGET_MS} ms: {_verdict(p95 < TARGET_MS)}")
    proven = sum(one.is_optimal for one in decisions) / len(decisions)
    print(
        f"  OPTIMAL {proven:.1%} (target {TARGET_OPTIMAL:.0%}: "
        f"{_verdict(proven >= TARGET_OPTIMAL)}); care stops looked at a call: "
        f"median {np.median([one.stops for one in decisions]):.0f}, "
        f"most {max(one.stops for one in decisions)}"
    )


def print_shares(decisions: Sequence[Decision]) -> None:
    whole = sum(one.wall_ms for one in decisions)
    slow = slowest(decisions)
    whole_slow = sum(one.wall_ms for one in slow)
    print("  share of the time, of all decisions and of the slowest twentieth:")
    for part in PARTS:
        share = sum(one.parts[part] for one in decisions) / whole
        share_slow = sum(one.parts[part] for one in slow) / whole_slow
        print(f"    {part:11} {share:6.1%} {share_slow:6.1%}  {TOLD[part]}")


def print_gains(decisions: Sequence[Decision], objective: Objective) -> None:
    """What the joint decision spares the patient, tier by tier, where both have an answer."""
    kinds = Counter(str(one.orientation.proposals[0].kind) for one in decisions)
    told = ", ".join(f"{name} {count}" for name, count in kinds.most_common())
    modes = Counter(str(one.ours.legs[0].mode) for one in decisions if one.ours and one.ours.legs)
    by = ", ".join(f"{name} {count}" for name, count in modes.most_common())
    print(f"  first proposals of ours: {told}; by {by}")
    unserved = Counter(str(one.baseline) for one in decisions if isinstance(one.baseline, GaveUp))
    ours = sum(one.ours is None for one in decisions)
    reasons = "; ".join(f"{why}: {count}" for why, count in unserved.most_common()) or "none"
    print(
        f"  left unserved of {len(decisions)}: sequential {unserved.total()} ({reasons}), "
        f"ours {ours}"
    )
    _print_beaten(decisions, objective)
    both = [(one.baseline, one.ours) for one in decisions if one.ours is not None]
    served = [(b, o) for b, o in both if isinstance(b, PlannedJourney)]
    _print_gain("both serve", served, objective)
    fleet = [(b, o) for b, o in served if not _goes_alone(b)]
    _print_gain("of which sequential by the fleet", fleet, objective)


def _print_beaten(decisions: Sequence[Decision], objective: Objective) -> None:
    """Calls in which the sequential journey ranks before ours: none may be said OPTIMAL."""
    for one in decisions:
        if one.ours is None or isinstance(one.baseline, GaveUp):
            continue
        theirs, ours = objective.rank_key(one.baseline.tiers), objective.rank_key(one.ours.tiers)
        if theirs < ours:
            status = one.orientation.solver and one.orientation.solver.status
            print(f"  beaten in {one.case.case_id}, said {status}: {ours} by {theirs}")


def _goes_alone(journey: PlannedJourney) -> bool:
    return all(leg.mode in OWN_MODES for leg in journey.legs)


def _print_gain(
    name: str, pairs: Sequence[tuple[PlannedJourney, PlannedJourney]], objective: Objective
) -> None:
    print(f"  gain, sequential minus ours, {name} ({len(pairs)} calls):")
    if not pairs:
        return
    points = {"delay_s": 60, "public_cost_cents": 100}
    minute, euro = (objective.terms[term].weight * units for term, units in points.items())
    units = {Tier.LATENESS: (1, "min"), Tier.BURDEN: (minute, "min"), Tier.COST: (euro, "EUR")}
    keys = [(objective.rank_key(b.tiers), objective.rank_key(o.tiers)) for b, o in pairs]
    better = sum(ours < theirs for theirs, ours in keys)
    worse = sum(ours > theirs for theirs, ours in keys)
    print(f"    ours ranks first in {better}, alike in {len(keys) - better - worse}, last {worse}")
    for tier, (scale, unit) in units.items():
        gains = np.array([b.tiers[tier] - o.tiers[tier] for b, o in pairs]) / scale
        median, p90 = np.percentile(gains, (50, 90))
        print(
            f"    {tier.name:8} median {median:8.1f}  p90 {p90:8.1f} {unit}"
            f"  (worse in {np.mean(gains < 0):.0%})"
        )
    _print_terms(pairs)


def _print_terms(pairs: Sequence[tuple[PlannedJourney, PlannedJourney]]) -> None:
    """The plain quantities behind the tiers."""
    plain = {
        "delay_s": (60, "min until seen"),
        "waiting_s": (60, "min waiting"),
        "aboard_s": (60, "min aboard"),
        "away_s": (60, "min away from home"),
        "own_pay_cents": (100, "EUR own pay"),
        "fleet_m": (1000, "km driven"),
    }
    for term, (scale, told) in plain.items():
        gains = np.array([b.terms.get(term, 0) - o.terms.get(term, 0) for b, o in pairs]) / scale
        median, p90 = np.percentile(gains, (50, 90))
        print(f"      {told:19} median {median:7.1f}  p90 {p90:7.1f}  mean {gains.mean():7.1f}")


def _verdict(met: bool) -> str:  # noqa: FBT001  what is told of a target
    return "met" if met else "MISSED"


def slowest(decisions: Sequence[Decision]) -> list[Decision]:
    """The slowest twentieth, one at least."""
    ranked = sorted(decisions, key=lambda one: one.wall_ms, reverse=True)
    return ranked[: max(1, round(SLOWEST * len(ranked)))]


def print_again(bench: Bench, times: int) -> None:
    """The pairing of the slowest decisions, taken again: the least of theirs beside the first."""
    slow = slowest(bench.decisions)
    left = sorted(one.pair_ms for one in bench.decisions if one not in slow)
    least = [
        min(one.pair_ms, *(bench.decide(one.case).pair_ms for _ in range(times))) for one in slow
    ]
    first, again = (
        np.percentile([*left, *found], 99) for found in ([one.pair_ms for one in slow], least)
    )
    print(
        f"  pairing alone, wall p99 {first:.1f} ms; {again:.1f} "
        f"with the least of {times + 1} times for each of the slowest {len(slow)}"
    )


def print_profile(bench: Bench) -> None:
    slow = slowest(bench.decisions)
    profiler, now = cProfile.Profile(), bench.scene.setting.now
    for one in slow:
        desk, _ = bench.desk()
        profiler.runcall(propose_orientations, one.case, bench.scene.snapshot, desk, now)
    print(f"  profile of the slowest {len(slow)}: {', '.join(map(_told, slow))}")
    pstats.Stats(profiler).strip_dirs().sort_stats("tottime").print_stats(15)


def _told(one: Decision) -> str:
    return f"{one.case.case_id} {one.case.need.code} {one.wall_ms:.0f} ms"


def measure(calls: int, again: int, *, profile: bool = False) -> None:
    """Print both scenes."""
    print("\n## One decision, and the same calls answered one step at a time")
    for setting in (ORDINARY, SCARCE):
        with opened(setting) as scene:
            bench = Bench(scene)
            print(f"{scene.described()}; {calls} calls after {WARM_UP} of warm-up")
            bench.run(calls, WARM_UP)
            print(f"  load while measured: {os.getloadavg()[0]:.2f}")
            print_times(bench.decisions)
            print(f"  {bench.yardstick.told()}")
            print_shares(bench.decisions)
            print_gains(bench.decisions, bench.objective)
            if again:
                print_again(bench, again)
            if profile:
                print_profile(bench)


def main(arguments: Iterable[str] = ()) -> None:
    """Measure as many calls as asked."""
    parser = argparse.ArgumentParser(prog="benchmarks.decision")
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--again", type=int, default=AGAIN)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args(list(arguments))
    measure(asked.calls, asked.again, profile=asked.profile)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
