"""The race on published instances: what it keeps, what it judges, a day with late callers."""

import csv
import time

import numpy as np
import pytest

from adapters.darp.dynamic import read_dynamic
from adapters.darp.reading import read_instance
from benchmarks import darp
from benchmarks.darp_dynamic import drive_the_day
from benchmarks.darp_peers import by_vroom
from benchmarks.darp_results import Key, Results, Row
from benchmarks.growth import exponent
from benchmarks.robustness import MEAN, Tally, World, draw_lengths, drive, quantile
from tests.unit.services.test_cli_darp import INSTANCE
from transport.plan import Plan, check
from transport.solver.solve import solve
from transport.solver.stop import MaxIterations

CALL = """{{"id": {id}, "pickup_location": {{"x_coord": {x}, "y_coord": 1}},
 "delivery_location": {{"x_coord": {x}, "y_coord": 6}}, "pickup_lower_tw": 0,
 "pickup_upper_tw": 400, "pickup_service_time": 2, "delivery_lower_tw": {due},
 "delivery_upper_tw": {late}, "delivery_service_time": 2, "load": 1, "arrival_time": {call}}}"""
STATICS = """{"static_info": {"number_of_vehicles": 2, "vehicle_capacity": 2,
 "max_ride_time": 20, "max_route_time": 400, "planing_horizon": 400,
 "depot_location": {"x_coord": 0, "y_coord": 0}}, "requests": ["""


@pytest.fixture
def instances(tmp_path):
    folder = tmp_path / "cordeau2006_a"
    folder.mkdir()
    (folder / "a1-2.txt").write_text(INSTANCE, encoding="utf-8")
    (tmp_path / "best_known.csv").write_text("instance,best_known\na1-2,14.0\n", encoding="utf-8")
    return tmp_path


@pytest.fixture
def day(tmp_path):
    """Six riders; each calls an hour before the delivery is due, while vehicles are out."""
    calls = [
        CALL.format(id=n + 1, x=n % 3, due=60 + 25 * n, late=75 + 25 * n, call=25 * n)
        for n in range(6)
    ]
    return read_dynamic(tmp_path / "day.json", STATICS + ",".join(calls) + "]}")


def line(instance, **changes):
    key = {"family": "a", "instance": instance, "solver": "aiguilleur", "seed": 0, "seconds": 1.0}
    return Key(**{**key, **changes})


def test_results_are_found_again_with_their_gap(instances, tmp_path):
    problem = read_instance(instances / "cordeau2006_a" / "a1-2.txt").problem
    plan = solve(problem, MaxIterations(50)).plan
    results = Results.open(tmp_path / "out" / "darp.csv")
    results.add(Row.judged(line("a1-2"), plan, problem))
    results.know_best(instances / "best_known.csv")
    again = Results.open(tmp_path / "out" / "darp.csv")
    assert again.rows == results.rows
    assert line("a1-2") in again
    assert line("a1-2", seed=1) not in again
    lines = (tmp_path / "out" / "darp.csv").read_text(encoding="utf-8").splitlines()
    (written,) = csv.DictReader(lines)
    assert float(written["gap"]) == pytest.approx(100 * (float(written["cost"]) / 14 - 1), abs=1e-2)


def test_results_of_other_sources_are_done_again(tmp_path):
    results = Results(tmp_path / "darp.csv", "older")
    row = Row(key=line("a1-2"), cost=1.0, unserved=0, broken=0, slowest_ms=None, load=0.0)
    results.add(row)
    assert line("a1-2") not in Results.open(tmp_path / "darp.csv")


def test_a_plan_that_leaves_somebody_out_is_not_feasible(instances):
    problem = read_instance(instances / "cordeau2006_a" / "a1-2.txt").problem
    row = Row.judged(line("a1-2"), Plan(routes=(), options=(None, None)), problem)
    assert (row.unserved, row.is_feasible) == (2, False)


def test_sets_that_are_not_there_are_said_to_be_skipped(instances, capsys):
    found = list(darp.tasks(instances, ["a", "pr"], full=False))
    assert {task.key.instance for task in found} == {"a1-2"}
    assert "pr: skipped" in capsys.readouterr().out


def test_a_part_of_the_race_can_be_run_alone(instances):
    part = ["--solvers", "aiguilleur", "--seconds", "10", "60", "--seeds", "0", "2"]
    given = darp.arguments([str(instances), "--sets", "a", *part, "--instances", "a1", "a8"])
    asked = [
        one for one in darp.tasks(instances, given.sets, full=True) if darp.is_asked(one, given)
    ]
    assert {(one.key.solver, one.key.seconds, one.key.seed) for one in asked} == {
        ("aiguilleur", 10.0, 0),
        ("aiguilleur", 10.0, 2),
    }
    other = darp.arguments([str(instances), "--sets", "a", *part, "--instances", "a8"])
    assert not any(darp.is_asked(one, other) for one in darp.tasks(instances, ["a"], full=True))


def test_the_day_as_it_was_driven_passes_the_judge_with_nobody_refused(day):
    driven = drive_the_day(day, 0.005, time.process_time, seed=1)
    assert check(driven.plan, day.problem) == ()
    assert None not in driven.plan.options


@pytest.mark.parametrize("shrunk", [False, True])
def test_the_orders_of_vroom_are_timed_and_judged_like_ours(day, shrunk):
    pytest.importorskip("vroom", reason="pyvroom is installed by `make bench-darp` alone")
    plan = by_vroom(day.problem, 1.0, shrunk=shrunk)
    assert all(len(route.stops) % 2 == 0 for route in plan.routes)
    if shrunk:
        assert check(plan, day.problem) == ()


def test_lengths_of_consultations_have_the_mean_they_are_said_to_have():
    drawn = draw_lengths(np.random.default_rng(1), 20_000)
    assert sum(drawn) / len(drawn) == pytest.approx(MEAN, rel=0.02)
    assert sum(one <= quantile(0.8) for one in drawn) / len(drawn) == pytest.approx(0.8, abs=0.01)


def test_the_exponent_of_a_square_is_two():
    assert exponent([10, 20, 40], [1.0, 4.0, 16.0]) == pytest.approx(2.0)


def test_nobody_misses_the_way_home_when_consultations_last_as_planned():
    world = World.drawn(3)
    sure = World(
        travel=world.travel, care=world.care, starts=world.starts, lengths=[20.0] * len(world.care)
    )
    problem, tally = sure.planned_with(20.0), Tally()
    drive(sure, problem, solve(problem, MaxIterations(100)).plan, tally)
    assert (tally.missed, tally.late) == (0, 0)
