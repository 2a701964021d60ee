"""Social transport takes whom a rule accepts and none refuses; the AMU keeps its vehicles."""

from dataclasses import replace
from typing import Any

import pytest

from regulation.kernel.modes import Mode
from regulation.mobility import VehicleClass
from regulation.parameters import orientation_parameters
from regulation.riding import rider_needs
from regulation.rules import RuleBook
from regulation.social import DUTY_FAMILY, FAMILY, reserved_vehicles, social_rules
from tests.unit.regulation.planning import a_desk, a_vehicle, fleet_planner
from tests.unit.regulation.test_indications import MMG, NO_CAR, told_with
from tests.unit.regulation.worlds import (
    NOON,
    a_case,
    free,
    no_need,
    rules,
    rules_without,
    verdict_of,
)

TAKEN: dict[str, tuple[VehicleClass, float]] = {
    "SOC-AGE": (VehicleClass.INDIVIDUEL, 70),
    "SOC-AIDE": (VehicleClass.TAP, 40),
    "SOC-FAUTEUIL": (VehicleClass.TAP_TPMR, 40),
}
REFUSED: dict[str, tuple[dict[str, Any], bool | None]] = {
    "SOC-PAS-DE-SOINS": ({"social.takes_care_trips": False}, False),
    "SOC-PRIS-EN-CHARGE": ({}, True),
}


def with_figures(book: RuleBook, **values: Any) -> RuleBook:
    """The same rules where a territory sets these figures."""
    changed = tuple(
        replace(one, value=values[one.name]) if one.name in values else one
        for one in book.parameters
    )
    return replace(book, parameters=changed)


def test_no_rule_on_social_transport_is_without_a_test():
    assert {one.rule_id for one in rules().rules if one.family == FAMILY} == {*TAKEN, *REFUSED}


@pytest.mark.parametrize("rule_id", TAKEN)
def test_a_person_is_taken_by_the_rule_and_by_no_other(rule_id):
    vehicle_class, age = TAKEN[rule_id]
    with_it, without = (
        social_rules(book, NOON).take(vehicle_class, age, covered=False)
        for book in (rules(), rules_without(rule_id))
    )
    assert (with_it, without) == (True, False)


@pytest.mark.parametrize("rule_id", REFUSED)
def test_a_ride_is_refused_by_the_rule_and_by_no_other(rule_id):
    figures, covered = REFUSED[rule_id]
    with_it, without = (
        social_rules(with_figures(book, **figures), NOON).take(
            VehicleClass.TAP, 40, covered=covered
        )
        for book in (rules(), rules_without(rule_id))
    )
    assert (with_it, without) == (False, True)


def test_a_cover_not_known_refuses_nobody():
    assert social_rules(rules(), NOON).take(VehicleClass.TAP, 40, covered=None)


def test_a_territory_may_take_rides_that_are_paid_for_otherwise():
    open_to_all = with_figures(rules(), **{"social.takes_covered_trips": True})
    assert social_rules(open_to_all, NOON).take(VehicleClass.TAP, 40, covered=True)


@pytest.mark.parametrize(("motive", "taken"), [("none", True), ("work_accident", False)])
def test_who_is_paid_a_taxi_is_not_carried_by_social_transport(motive, taken):
    answers = no_need(walking_aid=True, autonomy="with_professional", motive=frozenset({motive}))
    needs = rider_needs(
        a_case(answers), verdict_of(answers), orientation_parameters(rules(), NOON).riding
    )
    assert (Mode.SOCIAL in needs.modes) is taken


RESERVED = with_figures(rules(), **{"garde.reserved_vehicles": ("ambulance",)})


def test_a_vehicle_kept_for_the_amu_carries_nobody_else_by_its_rule():
    assert [one.rule_id for one in rules().rules if one.family == DUTY_FAMILY] == [
        "GARDE-HORS-QUOTA"
    ]
    assert reserved_vehicles(rules(), NOON) == frozenset()
    assert reserved_vehicles(RESERVED, NOON) == {"ambulance"}
    less = replace(RESERVED, rules=rules_without("GARDE-HORS-QUOTA").rules)
    assert reserved_vehicles(less, NOON) == frozenset()


def test_another_ambulance_comes_when_one_is_kept_for_the_amu():
    lying = a_case(no_need(lying_or_semi_sitting=True))
    fleet = [a_vehicle(name, Mode.AMBULANCE, crew=2) for name in ("ambulance", "autre")]
    desk = {
        "planner": fleet_planner(*fleet),
        "parameters": orientation_parameters(RESERVED, NOON),
    }
    one = told_with(free(MMG, 60), case=lying, **desk)
    assert {leg.vehicle_id for leg in one.legs} == {"autre"}


def test_a_social_ride_is_to_be_confirmed():
    desk = a_desk(fleet_planner(a_vehicle("ccas", Mode.SOCIAL)))
    aged = a_case(replace(NO_CAR, age=82))
    one = told_with(free(MMG, 60), case=aged, planner=desk.planner)
    assert {leg.mode for leg in one.legs} == {Mode.SOCIAL}
    assert any("IND-SOCIAL" in text for text in one.warnings)
