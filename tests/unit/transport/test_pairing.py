"""Pairing: where, when, by which vehicles and which pharmacy, jointly."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.kernel.journeys import Sparing
from regulation.kernel.modes import Encounter, LegKind, Mode, PharmacyNeed, SolverStatus
from regulation.kernel.objective import Objective
from regulation.kernel.planner import Budget
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.time import TimeWindow
from regulation.parameters import TIMES
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    NOON,
    OBJECTIVE,
    ONE_SEAT,
    StraightRoads,
    call,
    care,
    pair,
    pharmacy,
    place,
    planner,
    promised,
    taxi,
    terms,
)
from transport.ways import Scales


def kinds(journey):
    return [leg.kind for leg in journey.legs]


def test_a_patient_goes_by_taxi_and_comes_home():
    result, (journey,) = pair(call(care("mmg", place(3, 0), 60)), taxi("t1", place(1, 0)))
    assert kinds(journey) == [LegKind.OUTWARD, LegKind.RETURN]
    assert result.status is SolverStatus.OPTIMAL
    assert journey.legs[0].dropoff_at <= journey.stop.start
    assert journey.legs[1].pickup_at >= journey.stop.end
    assert journey.home_at == journey.legs[1].dropoff_at


def test_the_taxi_arrives_as_late_as_the_appointment_allows():
    _, (journey,) = pair(call(care("mmg", place(3, 0), 60)), taxi("t1", place(1, 0)))
    alighting = timedelta(seconds=ONE_SEAT.alighting_s)
    assert journey.legs[0].dropoff_at + alighting == journey.stop.start


def test_the_way_home_passes_by_an_open_pharmacy():
    request = call(
        care("mmg", place(3, 0), 60),
        pharmacies=(pharmacy("officine", place(2, 0)),),
        pharmacy_need=PharmacyNeed.CERTAIN,
        pharmacy_stake=1000,
    )
    _, (journey,) = pair(request, taxi("t1", place(1, 0)))
    assert kinds(journey) == [LegKind.OUTWARD, LegKind.PHARMACY, LegKind.RETURN]
    assert journey.pharmacy is not None
    assert journey.legs[2].pickup_at - journey.legs[1].dropoff_at == timedelta(seconds=300)


@pytest.mark.parametrize(("away_km", "left_km"), [(2, 2), (0, 0)], ids=["on the way", "downstairs"])
def test_the_way_by_a_pharmacy_is_told_in_two_lengths(away_km, left_km):
    request = call(
        care("mmg", place(3, 0), 60),
        pharmacies=(pharmacy("officine", place(away_km, 0)),),
        pharmacy_need=PharmacyNeed.CERTAIN,
        pharmacy_stake=1000,
    )
    _, (journey,) = pair(request, taxi("t1", place(1, 0)))
    there, to_pharmacy, home = (leg.distance_m for leg in journey.legs)
    assert home == pytest.approx(1000 * left_km, abs=20)
    assert to_pharmacy + home == pytest.approx(there, abs=20)


def test_a_closed_pharmacy_is_not_passed_by():
    closed = TimeWindow(NOON - timedelta(hours=5), NOON - timedelta(hours=1))
    request = call(
        care("mmg", place(3, 0), 60),
        pharmacies=(pharmacy("officine", place(2, 0), open_windows=(closed,)),),
        pharmacy_need=PharmacyNeed.CERTAIN,
        pharmacy_stake=1000,
    )
    _, (journey,) = pair(request, taxi("t1", place(1, 0)))
    assert journey.pharmacy is None
    assert journey.terms["missed_pharmacy"] == 1000


def test_without_a_vehicle_that_suits_there_is_no_journey():
    wheelchair = RiderNeeds(load=Load(wheelchairs=1), modes=frozenset({Mode.TAXI_TPMR}))
    _, journeys = pair(call(care("mmg", place(3, 0), 60), needs=wheelchair), taxi("t1", HERE))
    assert journeys == ()


def test_a_visit_at_home_needs_no_leg_of_the_patient():
    visit = care("sos", place(3, 0), 60, encounter=Encounter.TEAM_TRAVELS)
    _, (journey,) = pair(call(visit))
    assert kinds(journey) == [LegKind.CARE_TEAM]
    assert journey.legs[0].dropoff_at == visit.start
    assert journey.home_at is None


def test_a_remote_consultation_has_no_leg():
    remote = care("tele", place(3, 0), 60, encounter=Encounter.REMOTE)
    _, (journey,) = pair(call(remote))
    assert journey.legs == ()


def test_own_car_beats_a_taxi_that_must_be_paid():
    needs = replace(ONE_SEAT, modes=frozenset({Mode.TAXI, Mode.OWN_CAR}))
    _, (journey,) = pair(call(care("mmg", place(3, 0), 60), needs=needs), taxi("t1", HERE))
    assert [leg.mode for leg in journey.legs] == [Mode.OWN_CAR, Mode.OWN_CAR]
    assert all(leg.vehicle_id is None for leg in journey.legs)


def test_a_car_is_neither_left_behind_nor_found_there():
    needs = replace(ONE_SEAT, modes=frozenset({Mode.TAXI, Mode.OWN_CAR}))
    _, journeys = pair(
        call(*(care(f"c{i}", place(i, 1), 40 + 20 * i) for i in range(4)), needs=needs),
        taxi("t1", HERE),
        taxi("t2", place(2, 2)),
    )
    for journey in journeys:
        modes = {leg.mode for leg in journey.legs}
        assert modes in ({Mode.OWN_CAR}, {Mode.TAXI})


def test_a_late_care_stop_ranks_after_one_in_time():
    late = care("tôt mais hors délai", place(1, 0), 60, penalties={"late_min": 5})
    in_time = care("plus loin", place(9, 0), 90)
    _, journeys = pair(call(late, in_time), taxi("t1", HERE))
    assert [journey.stop.stop_id for journey in journeys] == ["plus loin", "tôt mais hors délai"]


def test_alternatives_are_at_other_places():
    stops = [
        care(f"c{i}/{m}", place(i, 0), m, place_id=f"c{i}") for i in (1, 2, 3, 4) for m in (60, 80)
    ]
    _, journeys = pair(call(*stops), taxi("t1", HERE))
    assert [journey.stop.place_id for journey in journeys] == ["c1", "c2", "c3"]


def test_a_promised_ride_is_kept_and_the_other_taxi_comes():
    busy = promised("p", "t1", place(5, 0), place(9, 0), 40, 20)
    stop = care("mmg", place(3, 0), 60)
    _, (journey,) = pair(call(stop), taxi("t1", HERE), taxi("t2", place(0, 4)), rides=(busy,))
    assert journey.legs[0].vehicle_id == "t2"


class RushUntilNoon(StraightRoads):
    """Traffic that has just changed."""

    def profile(self, at):
        return "rush" if at < NOON else "day"


def test_a_promised_ride_may_have_begun_in_the_traffic_of_before():
    begun = promised("p", "t1", place(1, 0), place(2, 0), -3, 8, is_tracked=True)
    request = call(care("mmg", place(3, 0), 60))
    asked = planner(taxi("t1", HERE), rides=(begun,), roads=RushUntilNoon())
    (journey,) = asked.pair((request,), NOON, Budget()).journeys[request.request_id]
    assert journey.legs[0].vehicle_id == "t1"


def test_the_only_taxi_busy_all_along_leaves_no_journey():
    busy = promised("p", "t1", place(5, 0), place(60, 0), 10, 110)
    _, journeys = pair(call(care("mmg", place(3, 0), 60)), taxi("t1", HERE), rides=(busy,))
    assert journeys == ()


def test_one_vehicle_does_both_ways_when_it_is_alone():
    _, (journey,) = pair(call(care("mmg", place(3, 0), 60)), taxi("t1", HERE))
    assert {leg.vehicle_id for leg in journey.legs} == {"t1"}


def test_a_vehicle_asked_too_late_for_its_notice_is_not_sent():
    slow = taxi("social", HERE, notice=timedelta(hours=24))
    _, journeys = pair(call(care("mmg", place(3, 0), 60)), slow)
    assert journeys == ()


def test_a_shift_that_ends_before_the_way_home_is_not_used_for_it():
    ends = taxi("matin", HERE, shifts=(TimeWindow(NOON, NOON + 75 * MINUTE),))
    _, (journey,) = pair(call(care("mmg", place(3, 0), 60)), ends, taxi("soir", place(6, 6)))
    assert journey.legs[1].vehicle_id == "soir"


def test_a_budget_too_small_is_told_with_a_bound():
    stops = [care(f"c{i}", place(i, 0), 60 + i) for i in range(8)]
    far = taxi("t", place(-60, 0))
    result, journeys = pair(call(*stops), far, budget=Budget(deterministic=0.01))
    assert journeys == ()
    assert result.status is SolverStatus.FEASIBLE
    assert result.bound is not None


def test_without_a_vehicle_that_there_is_no_journey_is_proven():
    result, journeys = pair(call(care("mmg", place(3, 0), 60)))
    assert (journeys, result.status) == ((), SolverStatus.OPTIMAL)


def test_no_care_stop_gives_no_journey():
    result, journeys = pair(call())
    assert journeys == ()
    assert result.status is SolverStatus.OPTIMAL


def test_the_same_question_has_the_same_answer():
    stops = [care(f"c{i}", place(i, i % 3), 50 + 7 * i) for i in range(6)]
    vehicles = [taxi(f"t{i}", place(i, -i)) for i in range(4)]
    first, second = (pair(call(*stops), *vehicles)[1] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("missing", ["aboard_s", "fleet_m"])
def test_an_objective_without_a_measured_term_is_refused(missing):
    some = {name: term for name, term in terms().items() if name != missing}
    with pytest.raises(KeyError, match=missing):
        Scales(Objective(terms=some))


@pytest.mark.parametrize(("most", "is_shared"), [(None, True), (10_000, True), (1000, False)])
def test_nobody_is_driven_further_for_somebody_else_than_they_may_be(most, is_shared):
    """Somebody lives three kilometres beside their way, which becomes 1.7 kilometres longer."""
    shares = replace(ONE_SEAT, shared_allowed=True, max_detour_m=most)
    other = promised("r", "T1", place(0, 0), place(10, 0), 60, 40, needs=shares)
    beside = call(
        care("mmg", place(10, 0), 115),
        origin=place(5, 3),
        home=place(5, 3),
        needs=replace(ONE_SEAT, shared_allowed=True),
    )
    _, ranked = pair(beside, taxi("T1", HERE), rides=(other,))
    assert ranked[0].legs[0].shared is is_shared


DIVISOR = 100
SPARING = Sparing(
    objective=Objective(
        terms={
            name: term if name in TIMES else replace(term, weight=DIVISOR * term.weight)
            for name, term in terms().items()
        },
        burden_step=DIVISOR * 2400,
    ),
    gain_cents=300,
)


def spare(*stops, in_hand, over):
    request = call(*stops, in_hand=in_hand, sparing=SPARING)
    result = over.pair((request,), NOON, Budget())
    journeys = result.journeys[request.request_id]
    assert journeys[: len(in_hand)] == in_hand
    return journeys[len(in_hand) :]


def test_a_journey_that_spares_the_person_money_follows_those_in_hand_as_they_are():
    over = planner(taxi("t1", HERE))
    soon, later = care("soon", place(9, 0), 60), care("later", place(3, 0), 300)
    in_hand = over.pair((call(soon),), NOON, Budget()).journeys["appel"]
    (spared,) = spare(soon, later, in_hand=in_hand, over=over)
    assert spared.stop is later
    assert (in_hand[0].patient_cents, spared.patient_cents) == (5600, 3200)
    assert spared.tiers == OBJECTIVE.tiers(spared.terms)


@pytest.mark.parametrize(("metres", "is_spared"), [(740, False), (900, True)])
def test_a_journey_that_spares_less_than_is_felt_is_not_added(metres, is_spared):
    over = planner(taxi("t1", HERE))
    soon, later = care("soon", place(9, 0), 60), care("later", place(9 - metres / 1000, 0), 300)
    in_hand = over.pair((call(soon),), NOON, Budget()).journeys["appel"]
    assert bool(spare(soon, later, in_hand=in_hand, over=over)) is is_spared


def test_to_wait_for_less_to_pay_is_not_to_go_without_the_pharmacy():
    over = planner(taxi("t1", HERE))
    soon, later = care("soon", place(9, 0), 60), care("later", place(8, 0), 600)
    closes = TimeWindow(NOON, NOON + 180 * MINUTE)
    asked = {
        "pharmacies": (pharmacy("p", place(8, 0), open_windows=(closes,)),),
        "pharmacy_need": PharmacyNeed.CERTAIN,
        "pharmacy_stake": 1000,
    }
    in_hand = over.pair((call(soon, **asked),), NOON, Budget()).journeys["appel"]
    request = call(soon, later, in_hand=in_hand, sparing=SPARING, **asked)
    assert over.pair((request,), NOON, Budget()).journeys["appel"] == in_hand
