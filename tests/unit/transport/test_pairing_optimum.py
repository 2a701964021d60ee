"""The pairing's optimum is the optimum of the unpruned problem."""

from dataclasses import replace

import numpy as np
import pytest

from regulation.kernel.modes import Encounter, Mode, Payer, PharmacyNeed, SolverStatus
from regulation.kernel.observed import Observed
from regulation.kernel.planner import Budget
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import LegPrice
from tests.unit.transport.brute_force import best_key, bounds_of, keys_by_stop, terrain_of
from tests.unit.transport.pairing_worlds import (
    MINUTE,
    NOON,
    OBJECTIVE,
    ONE_SEAT,
    RushHour,
    by_others,
    call,
    care,
    dear_hours,
    pharmacy,
    place,
    planner,
    promised,
    short_trips,
    taxi,
)
from tests.worlds import by_leg
from transport.floors import Floors
from transport.pharmacies import Pharmacies
from transport.search import search

OWN = (Mode.ON_FOOT, Mode.PUBLIC_TRANSPORT, Mode.OWN_CAR, Mode.COMPANION_CAR)
DETOURS = (None, None, 1500)


def random_call(rng):
    stops = [
        care(
            f"c{i}",
            place(*rng.uniform(-4, 4, 2)),
            int(rng.integers(15, 150)),
            encounter=Encounter.TEAM_TRAVELS if rng.random() < 0.1 else Encounter.PATIENT_TRAVELS,
        )
        for i in range(int(rng.integers(1, 5)))
    ]
    modes = {Mode.TAXI, *(mode for mode in OWN if rng.random() < 0.12)}
    needs = RiderNeeds(
        load=Load(seats=int(rng.integers(1, 3))),
        modes=frozenset(modes),
        shared_allowed=bool(rng.random() < 0.5),
        max_aboard_s=int(rng.integers(1200, 4000)),
        max_detour_m=DETOURS[rng.integers(len(DETOURS))],
    )
    pharmacies = tuple(random_pharmacy(rng, i) for i in range(int(rng.integers(0, 4))))
    need = PharmacyNeed.CERTAIN if pharmacies else PharmacyNeed.NONE
    stake = int(rng.integers(200, 3000)) if pharmacies else 0
    return call(
        *stops, needs=needs, pharmacies=pharmacies, pharmacy_need=need, pharmacy_stake=stake
    )


def random_pharmacy(rng, number):
    opening = NOON + int(rng.integers(-60, 90)) * MINUTE
    window = TimeWindow(opening, opening + int(rng.integers(30, 300)) * MINUTE)
    penalties = {"unknown_access": 1} if rng.random() < 0.3 else {}
    return pharmacy(
        f"p{number}", place(*rng.uniform(-4, 4, 2)), open_windows=(window,), penalties=penalties
    )


def random_fleet(rng):
    vehicles, rides = [], []
    for i in range(int(rng.integers(0, 4))):
        opening = NOON + int(rng.integers(-60, 60)) * MINUTE
        shift = TimeWindow(opening, opening + int(rng.integers(90, 400)) * MINUTE)
        vehicles.append(taxi(f"t{i}", place(*rng.uniform(-5, 5, 2)), shifts=(shift,)))
        at = int(rng.integers(30, 120))
        if rng.random() < 0.6 and shift.contains(NOON + at * MINUTE):
            shared = replace(
                ONE_SEAT,
                shared_allowed=bool(rng.random() < 0.6),
                max_detour_m=DETOURS[rng.integers(len(DETOURS))],
            )
            rides.append(
                promised(
                    f"r{i}",
                    f"t{i}",
                    place(*rng.uniform(-4, 4, 2)),
                    place(*rng.uniform(-4, 4, 2)),
                    at,
                    int(rng.integers(20, 40)),
                    needs=shared,
                )
            )
    return vehicles, tuple(rides)


def assert_optimal(request, over, alternatives=3):
    result = over.pair((request,), NOON, Budget(alternatives=alternatives))
    expected = best_key(request, over, NOON)
    journeys = result.journeys[request.request_id]
    found = OBJECTIVE.rank_key(journeys[0].tiers) if journeys else None
    assert found == expected
    assert result.status is SolverStatus.OPTIMAL


@pytest.mark.parametrize("seed", range(200))
def test_the_optimum_equals_brute_force_on_the_unpruned_problem(seed):
    rng = np.random.default_rng(seed)
    request = random_call(rng)
    vehicles, rides = random_fleet(rng)
    assert_optimal(request, planner(*vehicles, rides=rides))


def harder_call(rng):
    """Pharmacies that close for lunch, fares and traffic that change with the hour, a VSL."""
    request = random_call(rng)
    pharmacies = tuple(
        replace(one, open_windows=(*one.open_windows, after_lunch(rng, one.open_windows[0])))
        for one in request.pharmacies
    )
    modes = request.needs.modes | {Mode.VSL}
    return replace(
        request,
        needs=replace(request.needs, modes=modes),
        pharmacies=pharmacies,
        rates=dear_hours,
    )


def after_lunch(rng, morning):
    opening = morning.end + int(rng.integers(1, 60)) * MINUTE
    return TimeWindow(opening, opening + int(rng.integers(10, 200)) * MINUTE)


def larger_fleet(rng):
    """Idle vehicles of two modes, some asked for long before or seen on the road, and busy ones."""
    vehicles, rides = random_fleet(rng)
    for i in range(int(rng.integers(0, 6))):
        opening = NOON + int(rng.integers(-60, 40)) * MINUTE
        where = place(*rng.uniform(-5, 5, 2))
        seen = Observed(place(*rng.uniform(-5, 5, 2)), NOON, "gps", 10 * MINUTE)
        vehicles.append(
            taxi(
                f"v{i}",
                where,
                mode=Mode.VSL if rng.random() < 0.5 else Mode.TAXI,
                shifts=(TimeWindow(opening, opening + int(rng.integers(60, 400)) * MINUTE),),
                notice=int(rng.integers(0, 60)) * MINUTE * int(rng.random() < 0.3),
                position=seen if rng.random() < 0.5 else None,
            )
        )
    return vehicles, rides


CHEAPER_LATER = 1302
"""Seed of a vehicle that brings somebody there and home: only both together leave late enough for
the lower fare."""


@pytest.mark.parametrize("seed", [*range(150), CHEAPER_LATER])
def test_the_optimum_equals_brute_force_where_hours_matter_and_vehicles_abound(seed):
    rng = np.random.default_rng(10_000 + seed)
    request = harder_call(rng)
    vehicles, rides = larger_fleet(rng)
    assert_optimal(request, planner(*vehicles, rides=rides, roads=RushHour()))


@pytest.mark.parametrize("rates", [dear_hours, short_trips], ids=["by the hour", "that fall"])
@pytest.mark.parametrize("seed", range(60))
def test_the_optimum_equals_brute_force_where_others_pay_and_stops_are_felt_alike(seed, rates):
    rng = np.random.default_rng(20_000 + seed)
    start = int(rng.integers(60, 90))
    where = [place(*rng.uniform(-4, 4, 2)) for _ in range(5)]
    stops = tuple(care(f"c{i}", one, start + i % 2) for i, one in enumerate(where))
    request = replace(harder_call(rng), stops=stops, rates=by_others(rates))
    vehicles, rides = larger_fleet(rng)
    over = planner(*vehicles, rides=rides, roads=RushHour())
    assert_optimal(request, over, alternatives=1)


@pytest.mark.parametrize("rates", [dear_hours, short_trips], ids=["by the hour", "that fall"])
@pytest.mark.parametrize("seed", range(20))
def test_no_vehicle_costs_others_less_than_the_floor(seed, rates):
    rng = np.random.default_rng(30_000 + seed)
    request = replace(harder_call(rng), rates=by_others(rates))
    vehicles, rides = larger_fleet(rng)
    over = planner(*vehicles, rides=rides, roads=RushHour())
    terrain = terrain_of(over, NOON)
    outcome = search(request, terrain, Budget(alternatives=9))
    if outcome.ground is None:
        return
    pharmacies = Pharmacies(outcome.ground, terrain.travel)
    floors = Floors(outcome.ground, pharmacies)
    for found in outcome.found:
        there, home = floors.costs(found.stop, pharmacies.halts(found.stop))
        assert all(way.cost >= there for way in found.outward if way.duty)
        assert all(way.cost >= home for way in found.homeward if way.duty)


@pytest.mark.parametrize("seed", range(60))
def test_no_journey_weighs_less_than_the_bound_of_its_care_stop(seed):
    rng = np.random.default_rng(40_000 + seed)
    request = harder_call(rng)
    vehicles, rides = larger_fleet(rng)
    over = planner(*vehicles, rides=rides, roads=RushHour())
    bounds, keys = bounds_of(request, over, NOON), list(keys_by_stop(request, over, NOON))
    assert len(bounds) == len(keys)
    for bound, journeys in zip(bounds, keys, strict=True):
        assert all(bound <= burden for *_, burden in journeys)


def test_the_floor_of_the_way_home_counts_every_hour_one_may_wait_for_it():
    @by_leg
    def cheap_from_three(mode, distance_m, depart_at, riders, between):
        total = 100 if depart_at >= NOON + 180 * MINUTE else 5000
        return LegPrice(total_cents=total, patient_cents=0, am_cents=total, payer=Payer.CPAM)

    over = planner(taxi("t", place(0, 0)))
    terrain = terrain_of(over, NOON)
    request = call(care("rdv", place(2, 0), 120), rates=cheap_from_three)
    ground = search(request, terrain, Budget()).ground
    assert ground is not None
    pharmacies = Pharmacies(ground, terrain.travel)
    there, home = Floors(ground, pharmacies).costs(0, pharmacies.halts(0))
    weight = terrain.scales.public
    assert (there, home) == (5000 * weight, 100 * weight)


@pytest.mark.parametrize("extra_min", range(0, 20, 10))
def test_a_pharmacy_past_the_end_of_an_add_on_is_not_left_out(extra_min):
    """The three nearest are within ten kilometres, where the fare is dearer than just beyond."""
    near = [
        pharmacy(f"p{n}", place(-0.5 - n / 100, 0), penalties={"unknown_access": 1})
        for n in range(3)
    ]
    stop = care("rdv", place(5, 0), 60 + extra_min)
    request = call(
        stop,
        needs=RiderNeeds(load=Load(seats=1), modes=frozenset({Mode.VSL})),
        pharmacies=(*near, pharmacy("plus loin", place(-2.51, 0))),
        pharmacy_stake=1000,
        rates=short_trips,
    )
    fleet = [taxi(f"v{n}", place(5, n / 10), mode=Mode.VSL) for n in range(2)]
    assert_optimal(request, planner(*fleet))
