"""The solver: its plans pass the judge, come back the same, and say whom they leave out."""

from dataclasses import replace
from itertools import combinations_with_replacement
from typing import Any

import numpy as np
import pytest

from regulation.kernel.riders import Load
from tests.unit.transport.worlds import line_problem, only, random_problem, taxi
from transport.fleet_ways import with_ride
from transport.plan import Plan, Rule, Unserved, check
from transport.problem import Node, Ride
from transport.solver.compiled import compile_problem
from transport.solver.effort import new_effort
from transport.solver.insertions import insert, insertions, route_stops, state_of
from transport.solver.kernels.effort import Pool
from transport.solver.kernels.pool import keep_only, scramble
from transport.solver.kernels.search import iterate, start_from
from transport.solver.solve import LARGE, Tuning, solve, tuning_of
from transport.solver.stop import FirstOf, MaxIterations, MaxRuntime, NoImprovement, Progress
from transport.solver.timetable import timed_route

OFTEN = Tuning(cycle=40, longest=40, patience=80, pool=16, kept=6)
"""Routes combined every forty iterations and forgotten soon, plans shaken up after eighty."""


def shapes(plan):
    return [(route.vehicle, [stop.node for stop in route.stops]) for route in plan.routes]


def test_one_rider_on_a_line_is_driven_there_and_the_taxi_comes_back():
    problem = line_problem()
    result = solve(problem, MaxIterations(50), seed=1)
    assert check(result.plan, problem) == ()
    assert result.objective == pytest.approx(40)


def test_a_kernel_is_compiled_once_whatever_the_number_of_riders():
    """Another layout of its arrays would have a live decision wait for the compiler."""
    for problem in (line_problem(), random_problem(1), random_problem(2)):
        solve(problem, MaxIterations(5))
    compiled: Any = iterate  # the decorator hides the dispatcher behind the function's own type
    assert len(compiled.signatures) == 1


def test_a_kernel_of_kernels_called_from_python_is_refused_by_name():
    """Compiled without a way in, it would end the process instead."""
    solve(line_problem(), MaxIterations(5))
    with pytest.raises(TypeError, match="scramble: a kernel of kernels"):
        scramble(np.uint64(1))


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_problem_the_plan_passes_the_judge(seed):
    problem = winding(random_problem(seed, riders=5, vehicles=2, metric=seed % 2 == 0), seed)
    result = solve(problem, MaxIterations(200), seed=seed)
    assert check(result.plan, problem) == ()


@pytest.mark.parametrize("seed", range(30))
def test_routes_met_combined_again_and_again_still_make_a_plan_that_passes_the_judge(seed):
    problem = with_choices(
        winding(random_problem(seed, riders=7, vehicles=3, metric=seed % 2 == 0), seed)
    )
    result = solve(problem, MaxIterations(300), seed=seed, tuning=OFTEN)
    assert result.partitions > 1
    assert check(result.plan, problem) == ()


def winding(problem, seed):
    """In one problem of three riders accept no long detours, and some none at all."""
    if seed % 3:
        return problem
    limits = np.random.default_rng(seed).uniform(-5, 15, len(problem.rides)).clip(min=0)
    rides = [replace(r, max_detour=most) for r, most in zip(problem.rides, limits, strict=True)]
    return replace(problem, rides=tuple(rides))


def with_choices(problem):
    """The last two riders as two ways of one journey that takes the one place of care."""
    *others, one, two = problem.journeys
    options = (
        replace(one.options[0], cost=3.0, care=0),
        replace(two.options[0], cost=1.0, care=0),
    )
    return replace(problem, journeys=(*others, replace(one, options=options)), care_capacity=(1,))


def test_a_pool_that_forgets_routes_still_finds_those_it_keeps_and_no_other():
    pool = crowded_pool()
    keep_only(pool, np.array([1, 3, 4]))
    assert pool.filled[0] == 3
    assert [found(pool, key) for key in (8, 16, 24, 32, 5)] == [-1, 0, -1, 1, 2]
    assert [pool.cost[found(pool, key)] for key in (16, 32, 5)] == [1.0, 3.0, 4.0]
    assert pool.stops[found(pool, 5), : pool.size[found(pool, 5)]].tolist() == [4, 4]


def crowded_pool():
    """Five routes of which four look for the same slot."""
    keys = np.array([8, 16, 24, 32, 5, 0], dtype=np.uint64)
    ranks = np.arange(6)
    return Pool(
        slot=np.array([0, 1, 2, 3, -1, 4, -1, -1]),
        key=keys,
        cost=ranks.astype(np.float64),
        kind=np.zeros(6, dtype=np.int64),
        size=np.full(6, 2),
        stops=np.repeat(ranks[:, None], 3, axis=1).copy(),
        filled=np.array([5]),
        price=np.zeros(2),
        margin=np.zeros(1),
    )


def found(pool, key):
    """Index of the route with the key by the table of slots; -1: there is none."""
    slot = key % len(pool.slot)
    while pool.slot[slot] >= 0 and pool.key[pool.slot[slot]] != key:
        slot = (slot + 1) % len(pool.slot)
    return int(pool.slot[slot])


@pytest.mark.parametrize("seed", range(5))
def test_the_same_seed_and_iterations_give_the_same_plan(seed):
    problem = random_problem(seed, riders=8, vehicles=3)
    first, second = (
        solve(problem, MaxIterations(300), seed=7, tuning=OFTEN).plan for _ in range(2)
    )
    assert first == second


@pytest.mark.parametrize("seed", range(8))
def test_more_iterations_never_worsen_the_best(seed):
    problem = random_problem(seed, riders=8, vehicles=3)
    found = [
        solve(problem, MaxIterations(n), seed=3, tuning=OFTEN).objective for n in (50, 200, 800)
    ]
    assert found == sorted(found, reverse=True)


def test_a_rider_nobody_can_take_is_left_out_with_the_reason():
    alone = line_problem(rides=(Ride(ride_id="r0", stops=(0, 1), crew=2),))
    (left,) = solve(alone, MaxIterations(50)).plan.unserved
    assert left.journey == 0
    assert left.reason


@pytest.mark.parametrize(
    ("ride", "vehicle", "binding"),
    [
        ({"load": Load(stretchers=1)}, {}, "room for 1 stretcher"),
        ({"vehicles": frozenset()}, {}, "no vehicle is allowed"),
        ({"max_aboard": 5}, {}, "its limit of 5 aboard"),
        ({}, {"max_duration": 20}, "the longest route allowed"),
        ({}, {"earliest": 150}, "the shifts"),
        ({}, {"earliest": 250, "latest": 260}, "the shifts"),
    ],
)
def test_the_constraint_that_binds_is_named(ride, vehicle, binding):
    alone = replace(line_problem().rides[0], **ride)
    problem = line_problem(rides=(alone,), vehicles=(taxi(0, **vehicle),))
    result = solve(problem, MaxIterations(20))
    (left,) = result.plan.unserved
    assert binding in left.reason
    assert check(result.plan, problem) == ()


@pytest.mark.parametrize("seed", range(15))
def test_a_plan_without_one_of_its_riders_is_still_a_plan_once_timed_again(seed):
    problem = random_problem(seed, riders=6, vehicles=2)
    plan = solve(problem, MaxIterations(200), seed=seed).plan
    for rider, option in enumerate(plan.options):
        if option is not None:
            without = dropped(plan, problem, rider)
            assert check(without, problem) == ()


def dropped(plan, problem, rider):
    """The plan without the stops of one rider, the routes timed anew."""
    gone = set(problem.rides[rider].stops)
    stops = [(r.vehicle, [s.node for s in r.stops if s.node not in gone]) for r in plan.routes]
    compiled = compile_problem(problem)
    timed = [timed_route(problem, compiled, v, nodes) for v, nodes in stops if nodes]
    routes = tuple(route for route in timed if route is not None)
    assert len(routes) == len(timed)
    left = Unserved(journey=rider, reason="dropped")
    options = tuple(None if n == rider else option for n, option in enumerate(plan.options))
    return Plan(routes=routes, options=options, unserved=(*plan.unserved, left))


def test_a_search_without_improvement_stops():
    assert solve(line_problem(), NoImprovement(20)).iterations <= 1000


def test_a_search_by_the_clock_says_that_the_clock_stopped_it():
    ticks = iter(np.arange(0, 1000, 0.5))
    result = solve(line_problem(), MaxRuntime(1.0, lambda: float(next(ticks))))
    assert result.truncated
    assert check(result.plan, line_problem()) == ()


def test_the_clock_leaves_time_for_other_work_at_the_pace_of_the_iterations_done():
    instants = iter([0.0, 2.0])
    stop = MaxRuntime(10.0, lambda: next(instants, 2.0))
    begun = Progress(iterations=0, improved_at=0, best=np.inf)
    stop(begun)
    done = Progress(iterations=100, improved_at=0, best=np.inf)
    assert stop.leaves(done, 400)
    assert not stop.leaves(done, 401)
    either = FirstOf((MaxIterations(1), stop))
    assert either.leaves(done, 400)
    assert not either.leaves(done, 401)


def test_no_routes_are_combined_when_the_clock_leaves_no_time_for_it():
    problem, ticks = random_problem(1, riders=8, vehicles=3), iter(range(10_000))
    result = solve(problem, MaxRuntime(3.0, lambda: float(next(ticks))), tuning=OFTEN)
    assert result.iterations > 1
    assert result.partitions == 0
    assert check(result.plan, problem) == ()


@pytest.mark.parametrize("seed", range(60))
def test_the_generator_finds_every_insertion_the_judge_accepts_and_no_other(seed):
    problem = winding(random_problem(seed, riders=3, vehicles=1, metric=False), seed)
    state = state_of(problem, room=16)
    for ride in range(2):
        rows = insertions(state, ride)
        if len(rows):
            stops = len(problem.rides[ride].stops)
            state = insert(state, ride, 0, [int(gap) for gap in rows[0]["gaps"][:stops]])
    base = list(route_stops(state, 0))
    found = {tuple(row["gaps"][: len(problem.rides[2].stops)]) for row in insertions(state, 2)}
    assert found == set(accepted(problem, base, 2))


def accepted(problem, base, ride):
    """Every placement of the ride in the route that has a schedule passing the judge."""
    stops = problem.rides[ride].stops
    inside = {problem.rides[r].stops[0] for r in range(3)} & {*base, stops[0]}
    options = tuple(0 if _in(problem, one, inside) else None for one in problem.journeys)
    for gaps in combinations_with_replacement(range(len(base) + 1), len(stops)):
        nodes = with_ride(base, stops, gaps)
        route = timed_route(problem, compile_problem(problem), 0, nodes)
        if route is None:
            continue
        broken = {v.rule for v in check(Plan(routes=(route,), options=options), problem)}
        if broken <= {Rule.OPTION}:
            yield gaps


def _in(problem, journey, inside):
    return problem.rides[journey.options[0].rides[0]].stops[0] in inside


def test_a_promised_stop_that_is_frozen_stays_first():
    problem = line_problem(
        nodes=(
            Node(location=1, open=0, close=300),
            Node(location=2, open=0, close=400),
            Node(location=2, open=0, close=300),
            Node(location=1, open=0, close=400),
        ),
        rides=(Ride(ride_id="r0", stops=(0, 1)), Ride(ride_id="r1", stops=(2, 3))),
        vehicles=(replace(taxi(0), planned=(0, 1), frozen=1),),
        journeys=(only(0, promised=True), only(1)),
    )
    plan = solve(problem, MaxIterations(100)).plan
    assert check(plan, problem) == ()
    assert shapes(plan)[0][1][0] == 0


@pytest.mark.parametrize("seed", range(12))
def test_stops_that_are_frozen_stay_first_whatever_is_combined(seed):
    problem = random_problem(seed, riders=7, vehicles=3)
    routes = solve(problem, MaxIterations(5)).plan.routes
    planned = {route.vehicle: tuple(stop.node for stop in route.stops) for route in routes}
    vehicles = tuple(
        replace(spec, planned=planned.get(number, ()), frozen=min(1, len(planned.get(number, ()))))
        for number, spec in enumerate(problem.vehicles)
    )
    under_way = replace(problem, vehicles=vehicles)
    result = solve(under_way, MaxIterations(400), seed=seed, tuning=OFTEN)
    assert result.partitions > 1
    assert check(result.plan, under_way) == ()


def test_routes_are_combined_less_often_where_there_are_many_riders():
    usual, large = (tuning_of(random_problem(0, riders=riders)) for riders in (LARGE, LARGE + 1))
    assert usual == Tuning()
    assert large.longest > usual.longest
    assert large.patience / large.longest == usual.patience / usual.longest


@pytest.mark.parametrize(("price", "remembered"), [(15.0, 0), (25.0, 1)])
def test_a_route_of_a_rejected_plan_is_remembered_when_its_riders_are_worth_it(price, remembered):
    problem = replace(line_problem(), vehicles=(replace(taxi(0), planned=(0, 1)),))
    compiled = compile_problem(problem, metric=True)
    effort = new_effort(problem, compiled, room=8, seed=0, pool=4)
    routes = state_of(problem, room=8).routes
    effort.now.option[0] = 0
    start_from(compiled, routes, effort)
    keep_only(effort.pool, np.zeros(0, dtype=np.int64))
    effort.pool.price[0], effort.pool.margin[0] = price, 20.0
    effort.kept.total[0] = 1.0  # the only plan there is costs 40: it is rejected
    iterate(compiled, routes, effort, 1, 0.0, 1.0, 1)
    assert effort.pool.filled[0] == remembered


def test_a_stop_that_is_a_short_cut_for_another_rider_is_not_taken_away():
    """From 1 to 2 only by 3, where a second taxi would serve the other rider for nothing."""
    travel = np.full((4, 4), 10.0)
    travel[1, 2] = 100.0
    np.fill_diagonal(travel, 0.0)
    ends = [Node(location=place, open=0.0, close=60.0) for place in (1, 2, 3, 3)]
    problem = replace(
        line_problem(),
        nodes=tuple(ends),
        rides=(Ride(ride_id="r0", stops=(0, 1)), Ride(ride_id="r1", stops=(2, 3))),
        vehicles=(
            replace(taxi(0, start_location=0, end_location=0), planned=(0, 2, 3, 1)),
            taxi(1, start_location=3, end_location=3),
        ),
        journeys=(only(0, promised=True), only(1)),
        travel=travel[None],
        distance=(travel > 0).astype(np.float64),
    )
    result = solve(problem, MaxIterations(200))
    assert check(result.plan, problem) == ()
    assert result.objective == pytest.approx(4.0)
