"""Each department lies somewhere, and a position far from it is seen to be."""

import pytest

from adapters.kit.departments import Department
from adapters.kit.ground import service_area
from regulation.kernel.places import Position

TOULOUSE = Position(lat=43.6, lon=1.44)
CODES = ["01", "2A", "2B", "31", "75", "95", "971", "972", "973", "974", "976"]


@pytest.mark.parametrize("code", CODES)
def test_each_department_has_a_place_on_the_map(code):
    assert service_area(Department(code)).contains(TOULOUSE) is (code == "31")


def test_a_vehicle_may_be_a_little_outside_its_department_and_not_far_away():
    area = service_area(Department("31"))
    assert area.contains(Position(lat=43.65, lon=0.59))  # Auch
    assert not area.contains(Position(lat=9.464944, lon=1.097341))
