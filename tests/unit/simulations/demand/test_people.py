"""The same id gives the same caller; what they say hangs together."""

import pytest

from regulation.cases import CareLevel, Case
from regulation.effecteurs import CareCode
from simulations.demand.calls import Demand
from simulations.demand.parameters import read_demand
from simulations.demand.people import MINOR, SOON
from tests.unit.simulations.demand.test_arrivals import OneHoliday, at
from tests.unit.simulations.demonstration import haute_garonne

NOW = at("2026-11-24T10:00")


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    demand = Demand(haute_garonne(), read_demand(), OneHoliday(), seed=1)
    return [demand.people.case(f"appel-{number}", NOW) for number in range(600)]


def test_the_same_id_gives_the_same_call(cases: list[Case]):
    again = Demand(haute_garonne(), read_demand(), OneHoliday(), seed=1)
    assert again.people.case("appel-7", NOW) == cases[7]
    assert len({case.patient.position for case in cases}) > 500


def test_a_paediatrician_is_asked_for_children_alone(cases: list[Case]):
    asked = [case for case in cases if case.need.code is CareCode.PAEDIATRIC]
    assert asked
    assert all(case.patient.age < MINOR for case in asked)


def test_a_child_is_never_alone(cases: list[Case]):
    children = [case for case in cases if case.patient.age < MINOR]
    assert all(case.mobility.companion_available for case in children)


def test_only_what_can_wait_is_given_a_deadline(cases: list[Case]):
    soon = [case for case in cases if case.need.deadline is not None]
    assert {case.need.deadline for case in soon} == {SOON}
    assert {case.need.care_level for case in soon} == {CareLevel.R3}


def test_who_stays_in_a_wheelchair_takes_neither_stairs_nor_the_bus(cases: list[Case]):
    seated = [case.mobility for case in cases if case.mobility.stays_in_wheelchair]
    assert seated
    assert not any(one.home.can_use_stairs or one.public_transport_possible for one in seated)


def test_age_is_told_once_and_the_same(cases: list[Case]):
    assert all(case.mobility.age == case.patient.age for case in cases)
