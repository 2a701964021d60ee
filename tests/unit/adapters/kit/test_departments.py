from datetime import UTC, date, datetime, timedelta

import pytest

from adapters.kit.calendar import PublicHolidays
from adapters.kit.departments import OFFSETS_IN_USE, Department, legal_offsets

JULY, JANUARY = datetime(2026, 7, 15, tzinfo=UTC), datetime(2026, 1, 15, tzinfo=UTC)


def hours(*numbers: int) -> set[timedelta]:
    return {timedelta(hours=number) for number in numbers}


@pytest.mark.parametrize("code", ["01", "31", "2A", "2B", "95", "971", "976"])
def test_every_kind_of_department_is_known(code):
    assert Department(code).code == code


@pytest.mark.parametrize("code", ["00", "20", "96", "1", "031", "977", "", "2C", "31 "])
def test_what_is_no_department_is_refused(code):
    with pytest.raises(ValueError, match="n'est pas le code INSEE d'un département"):
        Department(code)


@pytest.mark.parametrize(
    ("code", "postal_code", "inside"),
    [
        ("31", "31000", True),
        ("31", "13000", False),
        ("2A", "20000", True),
        ("971", "97110", True),
        ("971", "97410", False),
    ],
)
def test_a_postal_code_tells_its_department(code, postal_code, inside):
    assert Department(code).has_postal_code(postal_code) is inside


def test_legal_time_follows_the_season():
    assert legal_offsets(JULY, Department("31")) == hours(0, 2)
    assert legal_offsets(JANUARY, Department("31")) == hours(0, 1)


def test_overseas_time_is_its_own():
    assert legal_offsets(JULY, Department("974")) == hours(0, 4)


def test_no_offset_of_another_country_is_in_use():
    assert hours(-4, -3, -2, 0, 1, 2, 3, 4) == OFFSETS_IN_USE


def test_holidays_follow_the_department():
    boxing_day = date(2026, 12, 26)
    assert PublicHolidays("67").is_public_holiday(boxing_day)
    assert not PublicHolidays("31").is_public_holiday(boxing_day)
    assert PublicHolidays("31").is_public_holiday(date(2026, 7, 14))
