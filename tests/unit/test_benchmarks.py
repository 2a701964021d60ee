"""The benchmark of the decision runs, and its sequential dispatcher plays by the same rules."""

from collections import Counter
from itertools import pairwise

import pytest

from benchmarks.decision import Bench, print_again, print_gains, print_shares, print_times
from benchmarks.machine import Yardstick
from benchmarks.population import draw_cases
from benchmarks.scenes import SCARCE, opened
from regulation.kernel.journeys import PlannedJourney
from regulation.kernel.modes import FLEET_MODES
from simulations.policies.sequential import GaveUp

MINOR = 18
pytestmark = pytest.mark.slow  # the demonstration territory is put together


@pytest.fixture(scope="module")
def scene():
    with opened(SCARCE) as scene:
        yield scene


@pytest.fixture(scope="module")
def driven(scene):
    """Three calls of people who have no way of their own."""
    cases = draw_cases(scene.territory, SCARCE.now, 200, seed=5)
    carless = [
        case
        for case in cases
        if not case.mobility.own_vehicle_available and not case.mobility.public_transport_possible
    ]
    bench = Bench(scene)
    bench.decisions = [bench.decide(case) for case in carless[:3]]
    return bench


def test_the_scarce_scene_keeps_what_it_says(scene):
    kinds = Counter(str(one.kind) for one in scene.snapshot.effecteurs.values())
    fleet = scene.desks.vehicles(SCARCE.now)
    assert kinds["MMG"] == SCARCE.mmg
    assert len(fleet) == SCARCE.on_shift_only
    assert all(vehicle.is_on_shift_at(SCARCE.now) for vehicle in fleet)
    assert {ride.vehicle_id for ride in scene.rides} <= {one.vehicle_id for one in fleet}


def test_a_sequential_journey_is_told_and_weighed_like_ours(driven):
    served = [one.baseline for one in driven.decisions if isinstance(one.baseline, PlannedJourney)]
    assert any(leg.mode in FLEET_MODES for journey in served for leg in journey.legs)
    for journey in served:
        assert journey.legs[0].pickup_at >= SCARCE.now
        assert journey.legs[0].dropoff_at <= journey.stop.start
        assert journey.legs[1].pickup_at >= journey.stop.end
        assert journey.home_at == journey.legs[-1].dropoff_at
        assert all(one.dropoff_at <= two.pickup_at for one, two in pairwise(journey.legs))
        assert journey.tiers == driven.objective.tiers(journey.terms)


def test_check_refuses_no_plan_of_the_sequential_dispatcher(driven):
    assert all(one.baseline is not GaveUp.REFUSED for one in driven.decisions)


def test_no_sequential_journey_ranks_before_a_proven_optimum(driven):
    rank = driven.objective.rank_key
    compared = [
        (one.ours, one.baseline)
        for one in driven.decisions
        if one.is_optimal and one.ours and isinstance(one.baseline, PlannedJourney)
    ]
    assert compared
    for ours, baseline in compared:
        assert rank(ours.tiers) <= rank(baseline.tiers)


def test_the_parts_of_a_decision_add_up_to_its_time(driven):
    for one in driven.decisions:
        assert sum(one.parts.values()) == pytest.approx(one.wall_ms, rel=0.02)


def test_three_calls_are_measured_and_told(scene, capsys):
    bench = Bench(scene)
    bench.run(3, warm_up=0)
    print_times(bench.decisions)
    print_shares(bench.decisions)
    print_again(bench, 1)
    print_gains(bench.decisions, bench.objective)
    told = capsys.readouterr().out
    assert len(bench.decisions) == len(bench.yardstick.times_ms) == 3
    for words in (
        "p95",
        "least of 2 times",
        "OPTIMAL",
        "CP-SAT",
        "left unserved of 3",
        "LATENESS",
        "BURDEN",
        "COST",
    ):
        assert words in told


def test_the_first_calls_are_the_same_whatever_the_count(scene):
    few = draw_cases(scene.territory, SCARCE.now, 5, seed=1)
    assert draw_cases(scene.territory, SCARCE.now, 9, seed=1)[:5] == few


def test_callers_live_in_the_territory_and_minors_have_somebody(scene):
    for case in draw_cases(scene.territory, SCARCE.now, 100, seed=2):
        assert scene.territory.contains(case.patient.position)
        assert case.patient.age >= MINOR or case.mobility.companion_available is True


def test_the_older_move_less_easily(scene):
    cases = draw_cases(scene.territory, SCARCE.now, 3000, seed=3)
    aided = {True: [0, 0], False: [0, 0]}
    for case in cases:
        count = aided[case.patient.age >= 85]
        count[0] += case.mobility.autonomy == "alone" and case.mobility.walking_aid is False
        count[1] += 1
    assert aided[True][0] / aided[True][1] == pytest.approx(0.25, abs=0.08)
    assert aided[False][0] / aided[False][1] > 0.85


def test_the_yardstick_says_how_much_longer_the_same_work_took_now_and_then():
    yardstick = Yardstick([20.0] * 98 + [80.0] * 2)
    yardstick.lay()
    assert yardstick.times_ms[-1] > 0
    assert Yardstick([20.0] * 98 + [80.0] * 2).told() == (
        "the same loop timed between them, 100 times: p50 20.0  p95 20.0  p99 80.0 ms,"
        " 4.0 times its median"
    )
