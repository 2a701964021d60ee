"""How the time of the dial-a-ride search grows with riders and with vehicles.

`python -m benchmarks.growth [--clock cpu|wall]`. Random metric problems of one kind, drawn from
a seed: one vehicle for eight riders and a fixed number of iterations per rider; then two hundred
riders and ever more vehicles. Prints the seconds and the exponents fitted on a log-log scale.
"""

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from benchmarks.darp import CLOCKS
from regulation.kernel.riders import Load
from transport.plan import check
from transport.problem import Journey, Node, Option, Problem, Ride, VehicleSpec
from transport.solver.solve import solve
from transport.solver.stop import MaxIterations

RIDERS, EACH, PER_RIDER = (25, 50, 100, 200, 400), 8, 25
VEHICLES, FIXED = (10, 25, 50, 100, 200, 400), 200
SIDE, DAY, WINDOW, ABOARD, SEED = 20.0, 480.0, 15.0, 30.0, 11
FIGURE = Path("benchmarks/results/growth.png")


def drawn(riders: int, vehicles: int, seed: int = SEED) -> Problem:
    """A day like those published: half the riders have to be there in time, half leave at one."""
    rng = np.random.default_rng(seed)
    spots = np.vstack([np.full((1, 2), SIDE / 2), rng.uniform(0, SIDE, (2 * riders, 2))])
    lengths = np.hypot(*np.moveaxis(spots[:, None] - spots[None], 2, 0))
    nodes: list[Node] = []
    for rider in range(riders):
        due = float(rng.uniform(60, DAY - 90))
        narrow, wide = (due, due + WINDOW), (0.0, DAY)
        first, last = (wide, narrow) if rider % 2 else (narrow, wide)
        for place, window in ((1 + 2 * rider, first), (2 + 2 * rider, last)):
            nodes.append(Node(location=place, open=window[0], close=window[1], service=3.0))
    rides = [
        Ride(ride_id=f"r{one}", stops=(2 * one, 2 * one + 1), max_aboard=ABOARD)
        for one in range(riders)
    ]
    options = [Option(option_id=f"o{one}", rides=(one,)) for one in range(riders)]
    return Problem(
        nodes=tuple(nodes),
        rides=tuple(rides),
        vehicles=tuple(_vehicle(number) for number in range(vehicles)),
        journeys=tuple(Journey(journey_id=o.option_id, options=(o,)) for o in options),
        travel=lengths[None],
        distance=lengths,
    )


def _vehicle(number: int) -> VehicleSpec:
    return VehicleSpec(
        vehicle_id=f"v{number}",
        start_location=0,
        end_location=0,
        earliest=0.0,
        latest=DAY,
        capacity=Load(seats=3),
    )


def _seconds(problem: Problem, iterations: int, clock: Callable[[], float]) -> float:
    began = clock()
    result = solve(problem, MaxIterations(iterations), SEED, metric=True)
    took = clock() - began
    if check(result.plan, problem):
        raise RuntimeError(f"{len(problem.rides)} riders: the plan is refused by check")
    return took


def exponent(sizes: Iterable[float], seconds: Iterable[float]) -> float:
    """Slope of the line fitted through both logarithms."""
    return float(np.polyfit(np.log(list(sizes)), np.log(list(seconds)), 1)[0])


def main(clock: Callable[[], float] = CLOCKS["cpu"]) -> None:
    """Measure both curves, print and draw them."""
    _seconds(drawn(5, 2), 10, clock)  # warm
    curves = {}
    sizes = [(count, -(-count // EACH)) for count in RIDERS]
    took = [_seconds(drawn(n, k), PER_RIDER * n, clock) for n, k in sizes]
    curves["riders"] = (list(RIDERS), took)
    wide = [_seconds(drawn(FIXED, k), PER_RIDER * FIXED, clock) for k in VEHICLES]
    curves["vehicles"] = (list(VEHICLES), wide)
    print(f"growth: {PER_RIDER} iterations a rider, a vehicle for {EACH} riders or {FIXED} riders")
    for name, (counts, seconds) in curves.items():
        told = ", ".join(f"{n}: {s:.2f} s" for n, s in zip(counts, seconds, strict=True))
        print(f"  by {name}: {told}; exponent {exponent(counts, seconds):.2f}")
    _draw(curves)


def _draw(curves: dict[str, tuple[list[int], list[float]]]) -> None:
    from matplotlib.figure import Figure  # noqa: PLC0415  drawing is only done here

    figure = Figure(figsize=(6, 4), layout="constrained")
    axes = figure.add_subplot()
    for name, (counts, seconds) in curves.items():
        label = f"{name}, exponent {exponent(counts, seconds):.2f}"
        axes.loglog(counts, seconds, "o-", label=label)
    axes.set_xlabel("riders, or vehicles")
    axes.set_ylabel("seconds")
    axes.legend()
    FIGURE.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(FIGURE, dpi=110)
    print(f"  figure: {FIGURE}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.growth")
    parser.add_argument("--clock", choices=sorted(CLOCKS), default="cpu")
    main(CLOCKS[parser.parse_args().clock])
