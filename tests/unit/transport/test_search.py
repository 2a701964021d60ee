"""What the search leaves out and what it must not: pharmacies, stops beyond its budget."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from regulation.kernel.modes import Encounter, Mode, Payer, SolverStatus, Tier
from regulation.kernel.planner import Budget
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import LegPrice
from tests.unit.transport.brute_force import terrain_of
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    NOON,
    ONE_SEAT,
    SETTINGS,
    RushHour,
    by_others,
    call,
    care,
    flat_fare,
    pair,
    pharmacy,
    place,
    planner,
    taxi,
)
from tests.worlds import by_leg
from transport import pairing
from transport.arrays import ints
from transport.frontier import Frontier
from transport.itinerary import Itinerary, RefusedError, planned_journey
from transport.plan import Rule
from transport.scout import BARREN, FIRST_BATCH
from transport.search import lay_out, search

NORTH = place(3, 0)
DRIVES = replace(ONE_SEAT, modes=frozenset({Mode.OWN_CAR}))
ONE = Budget(alternatives=1)
TAXIS = (taxi("t", HERE), taxi("u", HERE))


def opening(after_min, until_min):
    return (TimeWindow(NOON + after_min * MINUTE, NOON + until_min * MINUTE),)


def test_a_pharmacy_that_closes_before_the_car_is_there_is_gone_without():
    closing = pharmacy("p", place(-9, 0), open_windows=opening(0, 86))
    wanted = call(care("rdv", NORTH, 60), pharmacies=(closing,), pharmacy_stake=1000, needs=DRIVES)
    _, (best, *_) = pair(wanted)
    assert (best.pharmacy, best.terms["missed_pharmacy"]) == (None, 1000)


def test_near_pharmacies_that_open_late_do_not_hide_one_that_is_open():
    late = [pharmacy(f"p{n}", place(n / 10, 0), open_windows=opening(135, 400)) for n in range(5)]
    now_open = pharmacy("ouverte", place(3.5, 0))
    wanted = call(
        care("rdv", NORTH, 60),
        pharmacies=(*late, now_open),
        pharmacy_stake=100_000,
        needs=DRIVES,
    )
    result, (best, *_) = pair(wanted)
    assert best.pharmacy == now_open
    assert result.status is SolverStatus.OPTIMAL


@pytest.mark.parametrize(
    ("other", "status", "bounded"),
    [(4, SolverStatus.OPTIMAL, False), (3.05, SolverStatus.FEASIBLE, True)],
    ids=["further for sure", "could be better"],
)
def test_a_stop_beyond_the_budget_takes_the_proof_away_only_if_it_could_be_better(
    other, status, bounded
):
    left = care("laissé", place(other, 0), 60)
    wanted = call(care("vu", NORTH, 60), left)
    tight = planner(*TAXIS).pair((wanted,), NOON, Budget(deterministic=1 / 400, alternatives=1))
    whole = planner(*TAXIS).pair((wanted,), NOON, Budget(alternatives=1))
    burden = pair(call(left), *TAXIS)[1][0].tiers[Tier.BURDEN]
    assert tight.bound is None or tight.bound <= burden
    assert (tight.status, tight.bound is not None) == (status, bounded)
    assert (whole.status, whole.bound) == (SolverStatus.OPTIMAL, None)


def test_without_a_journey_in_hand_a_budget_too_small_proves_nothing():
    too_soon = care("trop tôt", place(3, 0), 30)
    later = care("plus tard", place(3, 0), 300)
    fleet = planner(taxi("t", place(-60, 0)))
    result = fleet.pair((call(too_soon, later),), NOON, Budget(deterministic=1 / 400))
    assert result.journeys["appel"] == ()
    assert result.status is SolverStatus.FEASIBLE
    assert result.bound is not None
    assert result.bound > 0


def test_a_stop_felt_alike_that_can_only_cost_others_more_is_left_out():
    """A few of different places are looked at first, so that there is something to beat."""

    @by_others
    @by_leg
    def dear(mode, distance_m, depart_at, riders, between):
        return LegPrice(
            total_cents=10 * distance_m, patient_cents=0, am_cents=0, payer=Payer.PATIENT
        )

    stops = [care(f"rdv{n}", place(1 + n / 10, 0), 60) for n in range(6)]
    outcome = search(call(*stops, rates=dear), terrain_of(planner(*TAXIS), NOON), ONE)
    assert outcome.looked == FIRST_BATCH
    assert outcome.best is not None


def searched(*stops):
    outcome = search(call(*stops), terrain_of(planner(*TAXIS), NOON), Budget())
    assert outcome.ground is not None
    assert outcome.builder is not None
    found = outcome.found[0]
    outward = found.outward[0]
    homeward = next(way for way in found.homeward if way.duty is not outward.duty)
    return Itinerary(
        ground=outcome.ground,
        builder=outcome.builder,
        stop=found.stop,
        outward=outward,
        homeward=homeward,
    )


def test_a_chosen_journey_is_written_out_leg_by_leg():
    journey = planned_journey(searched(care("rdv", NORTH, 60)))
    assert [leg.vehicle_id for leg in journey.legs] != [None, None]
    assert journey.home_at == journey.legs[-1].dropoff_at


@pytest.mark.parametrize("seconds", [3600, 30_000])
def test_a_journey_whose_times_cannot_be_kept_is_refused_by_the_judge(seconds):
    itinerary = searched(care("rdv", NORTH, 60))
    assert itinerary.outward is not None
    late = replace(itinerary.outward, met=itinerary.outward.met + seconds)
    with pytest.raises(RefusedError):
        planned_journey(replace(itinerary, outward=late))


def test_a_journey_that_breaks_a_rule_is_refused_with_the_rule_it_breaks():
    itinerary = searched(care("rdv", NORTH, 60))
    two = replace(itinerary.builder.request, needs=replace(ONE_SEAT, crew=2))
    with pytest.raises(RefusedError) as refusal:
        planned_journey(replace(itinerary, builder=replace(itinerary.builder, request=two)))
    assert {one.rule for one in refusal.value.violations} == {Rule.CREW}


def test_a_remote_consultation_looked_at_last_may_still_be_the_best():
    near = care("cabinet", place(1, 0), 30)
    other = care("plus loin", place(1.2, 0), 31)
    remote = care("écran", place(2, 0), 75, encounter=Encounter.REMOTE)
    one_by_one = planner(*TAXIS, settings=replace(SETTINGS, chunk=1))
    result = one_by_one.pair((call(near, other, remote),), NOON, Budget(alternatives=1))
    (best,) = result.journeys["appel"]
    assert best.stop.stop_id == "écran"
    assert result.status is SolverStatus.OPTIMAL


def test_a_journey_the_judge_refuses_is_shown_to_nobody(monkeypatch: pytest.MonkeyPatch):
    def refuse(itinerary: Itinerary) -> None:
        raise RefusedError(())

    monkeypatch.setattr(pairing, "planned_journey", refuse)
    result, journeys = pair(call(care("rdv", NORTH, 60)), *TAXIS)
    assert journeys == ()
    assert result.status is SolverStatus.FEASIBLE


def test_a_fare_that_falls_within_the_wait_is_not_missed():
    @by_leg
    def dear_until_one(mode, distance_m, depart_at, riders, between):
        plain = flat_fare(mode, depart_at, riders, between).of(distance_m)
        factor = 10 if depart_at < NOON + timedelta(hours=1) else 1
        paid = factor * plain.total_cents
        return replace(plain, total_cents=paid, patient_cents=paid)

    stops = [care(f"rdv{n}", place(n, 0), 50 + 20 * n) for n in range(1, 4)]
    result, (best, *_) = pair(call(*stops, rates=dear_until_one), *TAXIS)
    assert result.status is SolverStatus.OPTIMAL
    assert best.legs[0].pickup_at >= NOON + timedelta(minutes=55)


def test_when_time_is_up_the_best_so_far_is_told_as_truncated():
    """The clock jumps past the guard after the first stop; the other might be as good."""
    readings = iter([0.0])
    wanted = call(care("vu", NORTH, 60), care("laissé", place(3.05, 0), 60))
    one_by_one = planner(*TAXIS, settings=replace(SETTINGS, chunk=1))
    late = replace(one_by_one, stopwatch=lambda: next(readings, 10.0))
    cut, whole = (
        fleet.pair((wanted,), NOON, Budget(alternatives=1, wall_s=5.0))
        for fleet in (late, one_by_one)
    )
    assert cut.journeys == whole.journeys
    assert (cut.status, whole.status) == (SolverStatus.TRUNCATED, SolverStatus.OPTIMAL)
    assert cut.bound is not None


@pytest.mark.parametrize(
    ("delay_min", "unsettled"),
    [(500, False), (320, True), (1, True)],
    ids=["too late to matter", "could be second", "could be first"],
)
def test_what_is_not_listed_is_asked_for_when_it_could_matter(delay_min, unsettled):
    stops = [care(f"c{n}", place(n, 0), 60 * n) for n in (1, 2)]
    unlisted = {"delay_s": 60 * delay_min}
    fleet = planner(*TAXIS)
    request = call(*stops, unlisted=unlisted)
    result = fleet.pair((request,), NOON, Budget(alternatives=2))
    assert (result.unsettled == {"appel"}) is unsettled
    assert result.status is SolverStatus.OPTIMAL, "of what is listed"


def test_without_a_stop_listed_what_is_not_listed_is_asked_for():
    result = planner(*TAXIS).pair((call(unlisted={"delay_s": 60}),), NOON, Budget())
    assert (result.journeys["appel"], result.unsettled) == ((), {"appel"})


def test_a_journey_in_hand_is_ranked_with_what_is_found():
    """Each place keeps its better journey, and what is no better than those in hand is left."""
    near = (care("a", place(1, 0), 60), care("b", place(2, 0), 60))
    later = (care("a", place(1, 0), 90), care("c", place(3, 0), 90), care("d", place(4, 0), 300))
    fleet, asked = planner(*TAXIS), Budget(alternatives=3)
    at_once = fleet.pair((call(*near, *later),), NOON, asked)
    first = fleet.pair((call(*near),), NOON, asked)
    known = replace(call(*later), in_hand=first.journeys["appel"])
    then = fleet.pair((known,), NOON, asked)
    assert then.journeys == at_once.journeys
    assert [one.stop.place_id for one in then.journeys["appel"]] == ["a", "b", "c"]


@pytest.mark.parametrize("later", [(), (60,)], ids=["alone", "beside another"])
def test_nobody_is_taken_to_care_that_began_before_now(later):
    stops = [care(f"rdv{n}", NORTH, n) for n in (-70, -5, *later)]
    result, journeys = pair(call(*stops), *TAXIS)
    assert [one.stop.stop_id for one in journeys] == [f"rdv{n}" for n in later]
    assert result.status is SolverStatus.OPTIMAL


def test_a_shift_that_begins_in_a_traffic_no_care_meets_is_looked_at_all_the_same():
    soon = care("mmg", place(1, 0), 10, end=NOON + 14 * MINUTE)
    later = taxi("soir", place(1, 0), shifts=opening(45, 300))
    roads = planner(taxi("t", HERE), later, roads=RushHour())
    result = roads.pair((call(soon),), NOON, Budget())
    assert [journey.stop.stop_id for journey in result.journeys["appel"]] == ["mmg"]


def readings(*stops, alternatives):
    """How often the time is looked at while care stops are."""
    times = count()
    watched = replace(planner(*TAXIS), stopwatch=lambda: 0.0 * next(times))
    watched.pair((call(*stops),), NOON, Budget(alternatives=alternatives))
    return next(times)


def test_a_search_of_many_care_stops_looks_at_the_time_before_each_of_them():
    """As far as each other, each at a place of its own."""
    near = [care(f"rdv-{n}", place(3 + n / 1000, 0), 60) for n in range(20)]
    assert readings(*near, alternatives=20) - readings(*near[:4], alternatives=4) >= 16


def test_later_slots_of_a_place_wait_until_a_few_places_have_been_looked_at():
    slots = [care("proche", place(1, 0), 60 + 30 * n) for n in range(12)]
    others = [care(f"loin-{n}", place(9 + n, 0), 60) for n in range(FIRST_BATCH - 1)]
    alone = readings(slots[0], *others, alternatives=3)
    assert readings(*slots, *others, alternatives=3) == alone


def test_a_slot_that_waits_unseen_is_not_looked_at_once_no_more_may_be_and_is_still_beyond():
    slots = [care("proche", place(1, 0), 60 + 30 * n) for n in range(3)]
    laid = lay_out(call(*slots), terrain_of(planner(*TAXIS), NOON), Budget())
    assert laid is not None
    frontier = Frontier(laid[0], ints([20, 10, 30]), alternatives=3)
    least = frontier.beyond()
    assert frontier.pop(may_open=True, besides={"proche"}) is None
    frontier.recall()
    assert frontier.pop(may_open=False) is None
    assert frontier.beyond() == least
    popped = [frontier.pop(may_open=True) for _ in slots]
    assert [one and one[1] for one in popped] == [1, 0, 2]


WIDE = replace(SETTINGS, chunk=16)


def batches(stops, after_min, alternatives=3):
    """In how many batches so many care stops are looked at, that begin so long after noon: the only
    taxi needs two hours to get there."""
    laid_out, over = count(), planner(taxi("t", place(-60, 0)), settings=WIDE)
    terrain = replace(terrain_of(over, NOON), is_over=lambda: next(laid_out) < 0)
    near = [care(f"rdv-{n}", place(3 + n / 10, 0), after_min) for n in range(stops)]
    search(call(*near), terrain, Budget(alternatives=alternatives))
    return next(laid_out)


def test_where_a_few_at_a_time_find_nothing_many_are_looked_at():
    assert batches(40, 30) == BARREN + 2
    assert batches(40, 300) == 2


def test_as_long_as_a_few_at_a_time_find_something_no_more_are_looked_at():
    assert batches(40, 300, alternatives=40) == 40 / FIRST_BATCH
