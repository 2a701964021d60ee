"""Several people at once: nobody shares a slot or a vehicle they may not, who is left out is."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.kernel.journeys import Budget, JourneyRequest, PharmacyStop
from regulation.kernel.modes import Encounter, Mode, SolverStatus
from regulation.kernel.time import TimeWindow
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    NOON,
    ONE_SEAT,
    call,
    care,
    pair,
    pharmacy,
    place,
    planner,
    taxi,
)
from transport.itinerary import RefusedError
from transport.plan import Rule, Violation

NORTH = place(3, 0)
DRIVES = replace(ONE_SEAT, modes=frozenset({Mode.OWN_CAR}))


def together(*requests: JourneyRequest, taxis: int = 2):
    fleet = [taxi(f"t{number}", HERE) for number in range(taxis)]
    return planner(*fleet).pair(requests, NOON, Budget())


def somebody(name, *stops, **changes):
    return call(*stops, request_id=name, **changes)


def slots_of(result):
    return {name: [one.stop.slot_key for one in found] for name, found in result.journeys.items()}


def test_two_people_never_get_the_same_slot():
    first, second = (care(f"rdv{n}", NORTH, 60 * n, slot_key=f"s{n}") for n in (1, 2))
    drivers = [somebody(name, first, second, needs=DRIVES) for name in "ab"]
    result = together(*drivers)
    assert sorted(slot for found in slots_of(result).values() for slot in found) == ["s1", "s2"]
    assert result.status is SolverStatus.FEASIBLE


def test_who_is_left_without_a_slot_is_left_out_and_the_other_is_served():
    only = care("rdv", NORTH, 60, slot_key="s")
    result = together(somebody("a", only), somebody("b", only))
    assert sorted(len(found) for found in result.journeys.values()) == [0, 1]


def test_somebody_without_any_stop_does_not_keep_the_others_from_theirs():
    result = together(somebody("a"), somebody("b", care("rdv", NORTH, 60)))
    assert [len(found) for found in result.journeys.values()] == [0, 1]


def test_one_taxi_serves_one_of_two_people_wanted_at_the_same_time():
    stops = [care(f"rdv{n}", NORTH, 30, slot_key=f"s{n}") for n in (1, 2)]
    result = together(somebody("a", stops[0]), somebody("b", stops[1]), taxis=1)
    assert sorted(len(found) for found in result.journeys.values()) == [0, 1]


def test_nobody_to_pair_is_no_journey():
    assert together().journeys == {}


def test_plans_begin_at_a_whole_second_and_never_before_now():
    now = NOON + timedelta(microseconds=1)
    fleet = planner(taxi("t", HERE))
    result = fleet.pair((call(care("rdv", NORTH, 60)),), now, Budget())
    (best, *_) = result.journeys["appel"]
    assert all(leg.pickup_at.microsecond == 0 for leg in best.legs)
    assert best.legs[0].pickup_at > now


def test_a_pharmacy_that_opens_too_late_to_be_waited_for_is_gone_without():
    opens = TimeWindow(NOON + timedelta(hours=5), NOON + timedelta(hours=9))
    wanted = call(
        care("rdv", NORTH, 60),
        pharmacies=(pharmacy("pharmacie", place(1, 0), open_windows=(opens,)),),
        pharmacy_stake=1000,
    )
    _, (best, *_) = pair(wanted, taxi("t", HERE), taxi("u", HERE))
    assert best.pharmacy is None


def test_of_many_pharmacies_the_one_on_the_way_is_passed_by():
    many: list[PharmacyStop] = [pharmacy(f"p{n}", place(-2 * n, n)) for n in range(1, 6)]
    near = pharmacy("sur le chemin", place(1, 0))
    wanted = call(care("rdv", NORTH, 60), pharmacies=(*many, near), pharmacy_stake=1000)
    _, (best, *_) = pair(wanted, taxi("t", HERE), taxi("u", HERE))
    assert best.pharmacy == near


def test_a_team_that_could_not_be_there_in_time_is_not_proposed():
    visit = care("visite", place(30, 0), 20, encounter=Encounter.TEAM_TRAVELS)
    assert not pair(call(visit))[1]
    later = replace(visit, start=NOON + 90 * MINUTE, end=NOON + 110 * MINUTE)
    assert pair(call(later))[1]


def test_what_the_judge_refuses_is_told_with_its_numbers():
    broken = Violation(rule=Rule.WINDOW, who="vehicle t", value=70.0, limit=60.0)
    refused = RefusedError([broken])
    assert str(refused) == "service begins within its window: vehicle t 70/60"
    assert refused.violations == (broken,)


@pytest.mark.parametrize("alternatives", [1, 2, 3])
def test_no_more_alternatives_are_told_than_asked_for(alternatives):
    stops = [care(f"rdv{n}", place(n, 0), 60 * n) for n in range(1, 5)]
    fleet = planner(taxi("t", HERE), taxi("u", HERE))
    result = fleet.pair((call(*stops),), NOON, Budget(alternatives=alternatives))
    places = [one.stop.place_id for one in result.journeys["appel"]]
    assert len(places) == len(set(places)) == alternatives
