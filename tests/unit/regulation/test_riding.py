"""What carrying a person takes: never below the class, never alone under age, nothing guessed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.kernel.modes import FLEET_MODES, OWN_MODES, Mode
from regulation.kernel.riders import Load
from regulation.mobility import UNKNOWN, HomeAnswers
from regulation.parameters import orientation_parameters
from regulation.riding import rider_needs
from tests.unit.regulation.worlds import NOON, a_case, no_need, rules, upstairs, verdict_of

RIDING = orientation_parameters(rules(), NOON).riding
HELPED: dict[str, Any] = {"walking_aid": True, "autonomy": "with_professional"}
IN_CHAIR: dict[str, Any] = {
    "stays_in_wheelchair": True,
    "uses_wheelchair": True,
    "autonomy": "with_professional",
}

ACCOMPANIED = {Mode.COMPANION_CAR, Mode.PUBLIC_TRANSPORT}


def needs(**answers):
    given_ = no_need(**answers)
    return rider_needs(a_case(given_), verdict_of(given_), RIDING)


@pytest.mark.parametrize(
    ("answers", "load"),
    [
        ({}, Load(seats=1)),
        (HELPED, Load(seats=1)),
        (IN_CHAIR, Load(wheelchairs=1)),
        ({"lying_or_semi_sitting": True}, Load(stretchers=1)),
        ({"autonomy": "with_companion", "companion_available": True}, Load(seats=2)),
        ({**IN_CHAIR, "age": 12, "companion_available": True}, Load(wheelchairs=1, seats=1)),
        (
            {"oxygen": True, "age": 12, "companion_available": True},
            Load(stretchers=1, attendants=1),
        ),
    ],
)
def test_each_class_takes_its_own_room_and_a_companion_takes_some(answers, load):
    assert needs(**answers).load == load


@pytest.mark.parametrize("companion", [True, False, UNKNOWN, None])
def test_a_seat_is_kept_beside_a_minor_whoever_is_found_to_come(companion):
    assert needs(age=12, companion_available=companion).load == Load(seats=2)


@pytest.mark.parametrize(
    ("answers", "fleet"),
    [
        ({}, {Mode.TAXI}),
        (HELPED, {Mode.TAXI, Mode.VSL, Mode.TAXI_TPMR, Mode.VSL_TPMR}),
        (IN_CHAIR, {Mode.TAXI_TPMR, Mode.VSL_TPMR}),
        ({"oxygen": True}, {Mode.AMBULANCE}),
        ({"smur_team_needed": True}, set()),
        ({"home": upstairs()}, {Mode.AMBULANCE}),
    ],
)
def test_nobody_rides_below_their_class(answers, fleet):
    assert needs(**answers).modes & (FLEET_MODES - {Mode.SOCIAL}) == fleet


@pytest.mark.parametrize("answers", [{"oxygen": True}, {"smur_team_needed": True}])
def test_social_transport_carries_nobody_who_needs_an_ambulance(answers):
    assert Mode.SOCIAL not in needs(**answers).modes


def test_somebody_whose_class_is_open_rides_at_least_as_is_certain():
    open_class = needs(**HELPED, oxygen=UNKNOWN)
    assert Mode.TAXI in open_class.modes
    assert open_class.load == Load(seats=1)


@pytest.mark.parametrize(
    ("answers", "own"),
    [
        ({}, {Mode.OWN_CAR, Mode.ON_FOOT, Mode.PUBLIC_TRANSPORT}),
        ({"companion_available": True}, {*OWN_MODES}),
        ({"own_vehicle_available": False}, {Mode.ON_FOOT, Mode.PUBLIC_TRANSPORT}),
        ({"own_vehicle_available": UNKNOWN}, {Mode.ON_FOOT, Mode.PUBLIC_TRANSPORT}),
        ({"public_transport_possible": UNKNOWN}, {Mode.OWN_CAR, Mode.ON_FOOT}),
        ({"walking_aid": True}, {Mode.OWN_CAR, Mode.PUBLIC_TRANSPORT}),
        ({"age": 12}, set()),
        ({"age": 12, "companion_available": True}, ACCOMPANIED | {Mode.ON_FOOT}),
        ({"age": 9.5, "companion_available": True}, ACCOMPANIED),
        (
            {"age": 17, "companion_available": True, "autonomy": "with_companion"},
            ACCOMPANIED,
        ),
        ({**HELPED, "companion_available": True}, {Mode.COMPANION_CAR, Mode.PUBLIC_TRANSPORT}),
        (HELPED, {Mode.PUBLIC_TRANSPORT}),
        (IN_CHAIR, set()),
        ({"oxygen": True}, set()),
    ],
)
def test_own_means_are_those_the_answers_allow_for_certain(answers, own):
    assert needs(**answers).modes & OWN_MODES == own


@pytest.mark.parametrize("age", [12, 47])
@pytest.mark.parametrize(
    "doubt",
    [
        {"walking_aid": True},
        {"walking_aid": UNKNOWN},
        {"uses_wheelchair": UNKNOWN},
        {"lying_or_semi_sitting": UNKNOWN},
        {"stretcher_or_carrying": UNKNOWN},
        {"oxygen": UNKNOWN},
        {"smur_team_needed": UNKNOWN},
        {"autonomy": "with_companion"},
        {"autonomy": UNKNOWN},
        {"home": HomeAnswers(floor=0, can_use_stairs=False)},
        {"home": HomeAnswers(floor=0, can_use_stairs=UNKNOWN)},
    ],
)
def test_nobody_is_sent_on_foot_whom_something_hinders_or_may(age, doubt):
    assert Mode.ON_FOOT in needs(age=age, companion_available=True).modes
    assert Mode.ON_FOOT not in needs(age=age, companion_available=True, **doubt).modes


@given(
    st.sampled_from(
        ["own_vehicle_available", "public_transport_possible", "companion_available", "walking_aid"]
    ),
    st.sampled_from([5, 12, 47]),
    st.booleans(),
)
def test_an_unknown_answer_never_adds_a_means(name, age, companion):
    base = {"age": age, "companion_available": companion}
    unknown = needs(**{**base, name: UNKNOWN}).modes & OWN_MODES
    either = needs(**{**base, name: True}).modes | needs(**{**base, name: False}).modes
    assert unknown <= either


def test_equipment_is_what_a_vehicle_carries_beyond_its_room():
    equipped = needs(
        oxygen=True, bariatric=True, service_animal=True, age=8, companion_available=True
    )
    assert equipped.equipment == {"OXYGEN", "BARIATRIC", "CHILD_SEAT"}


def test_crew_and_boarding_follow_the_class():
    assert (needs().crew, needs(oxygen=True).crew) == (1, 2)
    assert needs(oxygen=True).boarding_s > needs(**HELPED).boarding_s > needs().boarding_s


def test_sharing_is_what_the_verdict_allows():
    assert needs(**HELPED).shared_allowed
    assert not needs(**HELPED, sharing_excluded=True).shared_allowed


def test_who_may_share_is_driven_ten_kilometres_more_for_others_at_most():
    assert needs(**HELPED).max_detour_m == 10_000
    assert needs(**HELPED, sharing_excluded=True).max_detour_m is None


def test_social_transport_takes_the_aged_who_walk_and_no_younger_walker():
    assert Mode.SOCIAL in needs(age=82).modes
    assert Mode.SOCIAL not in needs(age=30).modes


def test_the_driving_age_is_a_parameter():
    answers = no_need(age=17.5, companion_available=False)
    verdict = replace(verdict_of(answers), companion_needed=False)
    young = replace(RIDING, driving_age=17)
    assert Mode.OWN_CAR in rider_needs(a_case(answers), verdict, young).modes
    assert Mode.OWN_CAR not in rider_needs(a_case(answers), verdict, RIDING).modes
