"""The routing library as a second opinion: its plans pass the same judge, its limit holds."""

from dataclasses import replace

import numpy as np
import pytest

from tests.unit.transport.worlds import line_problem, random_problem
from transport.plan import check
from transport.problem import Link, Ride
from transport.solver.routing import NotForRoutingError, solve
from transport.solver.stop import MaxIterations, MaxRuntime


def test_the_library_drives_one_rider_there_and_the_taxi_back():
    result = solve(line_problem(), MaxIterations(500))
    assert check(result.plan, line_problem()) == ()
    assert result.objective == pytest.approx(40)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_the_problem_its_plan_passes_the_judge(seed):
    problem = random_problem(seed, riders=5, vehicles=2, metric=seed % 2 == 0)
    if seed % 3 == 0:
        rides = tuple(replace(ride, max_detour=float(seed)) for ride in problem.rides)
        problem = replace(problem, rides=rides)
    plain = in_its_words(problem)
    assert check(solve(plain, MaxIterations(500)).plan, plain) == ()


def in_its_words(problem):
    """The problem without halts, without visits where somebody may not share."""
    visits = any(len(ride.stops) == 1 for ride in problem.rides)
    rides = [
        replace(
            ride,
            incompatible=frozenset(),
            stops=tuple(dict.fromkeys((ride.stops[0], ride.stops[-1]))),
            shareable=ride.shareable or visits,
        )
        for ride in problem.rides
    ]
    return replace(problem, rides=tuple(rides))


def test_the_clock_ends_its_search():
    ticks = iter(np.arange(0, 1000, 0.5))
    result = solve(random_problem(4, rich=False), MaxRuntime(1.0, lambda: float(next(ticks))))
    assert result.truncated
    assert result.iterations < 20_000


def test_so_many_solutions_and_no_more_are_looked_at():
    assert solve(random_problem(4, rich=False), MaxIterations(700)).iterations <= 700


def test_a_rider_nobody_can_take_is_left_out_with_the_reason():
    alone = line_problem(rides=(Ride(ride_id="r0", stops=(0, 1), crew=2),))
    (left,) = solve(alone, MaxIterations(500)).plan.unserved
    assert "crew" in left.reason


def test_what_the_library_has_no_words_for_is_refused_by_name():
    chained = random_problem(1, rich=False)
    with pytest.raises(NotForRoutingError, match="links"):
        solve(replace(chained, links=(Link(after_ride=0, before_ride=1),)), MaxIterations(500))
