"""Several people at once: nobody shares a slot or a vehicle they may not, who is left out is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.kernel.journeys import JourneyRequest, PharmacyStop, PlannedJourney, PlannedLeg
from regulation.kernel.modes import Encounter, Mode, SolverStatus
from regulation.kernel.planner import Budget
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
from transport.promises import rides_of_legs
from transport.together import Together

NORTH = place(3, 0)
DRIVES = replace(ONE_SEAT, modes=frozenset({Mode.OWN_CAR}))
SHARES = replace(ONE_SEAT, shared_allowed=True)


def together(*requests: JourneyRequest, taxis: int = 2):
    fleet = [taxi(f"t{number}", HERE) for number in range(taxis)]
    return planner(*fleet).pair(requests, NOON, Budget())


def somebody(name, *stops, **changes):
    return call(*stops, request_id=name, **changes)


def overlap(one: PlannedLeg, other: PlannedLeg) -> bool:
    """Tell whether both may be aboard at once: either may slip by ten minutes."""
    slip = 10 * MINUTE
    return one.pickup_at < other.dropoff_at + slip and other.pickup_at < one.dropoff_at + slip


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


@pytest.mark.parametrize(("may_share", "served"), [(False, [0, 1]), (True, [1, 1])])
def test_two_people_wanted_at_the_same_time_have_one_taxi_if_they_may_share_it(may_share, served):
    needs = replace(ONE_SEAT, shared_allowed=may_share)
    far = place(12, 0)  # no time for two trips
    stops = [care(f"rdv{n}", far, 30, slot_key=f"s{n}") for n in (1, 2)]
    people = [somebody(name, stop, needs=needs) for name, stop in zip("ab", stops, strict=True)]
    result = together(*people, taxis=1)
    assert sorted(len(found) for found in result.journeys.values()) == served


def test_whoever_came_first_gives_their_slot_to_whom_it_spares_more():
    """Alone, both would take the early slot; only `a` lives near the late one."""
    early = care("tôt", NORTH, 60, slot_key="s1")
    late = care("tard", place(-30, 0), 61, slot_key="s2")
    first = somebody("a", early, late, origin=place(-12, 0), home=place(-12, 0), needs=DRIVES)
    second = somebody("b", early, late, origin=place(2, 0), home=place(2, 0), needs=DRIVES)
    alone = [together(one) for one in (first, second)]
    assert [one.journeys[n][0].stop.slot_key for n, one in zip("ab", alone, strict=True)] == [
        "s1",
        "s1",
    ]
    assert slots_of(together(first, second)) == {"a": ["s2"], "b": ["s1"]}


def decided(people: Sequence[JourneyRequest], taxis: int, tries: int = 10) -> Together:
    """What comes of so many tries."""
    fleet = planner(*(taxi(f"t{number}", HERE) for number in range(taxis)))
    made: Together = fleet.together(people, NOON, Budget())
    made.decide(tries)
    return made


def one_by_one(people: Sequence[JourneyRequest], taxis: int) -> dict[str, PlannedJourney | None]:
    """What each has when it is decided before the next one comes."""
    made = planner(*(taxi(f"t{number}", HERE) for number in range(taxis)))
    found: dict[str, PlannedJourney | None] = {}
    for one in people:
        taken = {other.stop.slot_key for other in found.values() if other}
        left = tuple(stop for stop in one.stops if stop.slot_key not in taken)
        told = made.pair([replace(one, stops=left)], NOON, Budget(alternatives=1))
        journey = found[one.request_id] = next(iter(told.journeys[one.request_id]), None)
        rides = rides_of_legs(
            journey.legs if journey else (),
            one.needs,
            tolerance=timedelta(minutes=10),
            prefix=one.request_id,
            care_begins=journey.stop.start if journey else None,
        )
        made = replace(made, fleet=replace(made.fleet, rides=(*made.fleet.rides, *rides)))
    return found


def test_whoever_rides_with_another_is_not_left_with_half_a_fare():
    """The one who lost their slot does not take it back from a ride that a third one shares."""
    first = [care(name, place(3, 0), at, slot_key=name) for name, at in (("E", 30), ("E2", 31))]
    far = care("F", place(12, 0), 90, slot_key="F")
    third = care("G", place(12, 0.3), 90, slot_key="G")
    people = [
        somebody("h", *first, needs=DRIVES),
        somebody("l", first[0], far, needs=SHARES),
        somebody("c", third, needs=SHARES),
    ]
    journeys = [found[0] for found in together(*people, taxis=1).journeys.values() if found]
    driven = [leg for one in journeys for leg in one.legs if leg.vehicle_id is not None]
    for leg in driven:
        beside = [one for one in driven if one is not leg and overlap(one, leg)]
        assert beside or not leg.shared


def test_when_time_is_up_everybody_has_what_was_found_first():
    wanted = [somebody(name, care("rdv", NORTH, 60)) for name in "ab"]
    late = replace(planner(taxi("t", HERE)), stopwatch=count().__next__)
    result = late.pair(wanted, NOON, Budget(wall_s=0.0))
    assert result.status is SolverStatus.TRUNCATED
    assert any(result.journeys.values())


def test_stops_not_listed_are_asked_for_by_everybody_they_could_matter_to():
    wanted = [somebody(name, unlisted={"delay_s": 60}) for name in "ab"]
    assert together(*wanted).unsettled == {"a", "b"}


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=4),
    st.integers(1, 2),
    st.sampled_from([DRIVES, SHARES, replace(ONE_SEAT, shared_allowed=False)]),
)
@settings(max_examples=15, deadline=None)
def test_all_together_are_never_worse_off_than_one_by_one_as_they_came(where, taxis, needs):
    stops = [care(f"rdv{n}", place(n, 1), 40 + 10 * n, slot_key=f"s{n}") for n in range(3)]
    people = [
        somebody(name, *stops, origin=place(-at, 0), home=place(-at, 0), needs=needs)
        for name, at in zip("abcd", where, strict=False)
    ]
    made = decided(people, taxis)
    assert made.total(made.held) <= made.total(one_by_one(people, taxis))
    slots = [one.stop.slot_key for one in made.held.values() if one]
    assert len(slots) == len(set(slots))


def test_the_first_of_two_who_share_a_ride_shares_the_fare():
    stops = [care(f"rdv{n}", place(12, 0), 30, slot_key=f"s{n}") for n in (1, 2)]
    people = [somebody(name, one, needs=SHARES) for name, one in zip("ab", stops, strict=True)]
    before, after = (decided(people, 1, tries) for tries in (0, 10))
    shared = [
        [[leg.shared for leg in one.legs] for one in made.held.values() if one]
        for made in (before, after)
    ]
    assert shared == [[[False, False], [True, True]], [[True, True], [True, True]]]
    assert after.total(after.held) < before.total(before.held)


def test_whoever_came_first_leaves_their_vehicle_to_whom_it_spares_more():
    """The only taxi is wanted twice at once; only `a` may go by bus, at little more burden."""
    apart = replace(ONE_SEAT, shared_allowed=False)
    by_bus = replace(apart, modes=frozenset({Mode.TAXI, Mode.PUBLIC_TRANSPORT}))
    people = [
        somebody("a", care("rdv1", NORTH, 30), needs=by_bus),
        somebody("b", care("rdv2", NORTH, 30), needs=apart),
    ]
    modes = [{leg.mode for leg in one.legs} for one in decided(people, 1).held.values() if one]
    assert modes == [{Mode.PUBLIC_TRANSPORT}, {Mode.TAXI}]


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
