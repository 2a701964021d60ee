"""Public holidays of France."""

from datetime import date

import pytest

from adapters.calendar import ALSACE_MOSELLE, FrenchHolidays

NATIONAL_2026 = [
    date(2026, 1, 1),
    date(2026, 4, 6),
    date(2026, 5, 1),
    date(2026, 5, 8),
    date(2026, 5, 14),
    date(2026, 5, 25),
    date(2026, 7, 14),
    date(2026, 8, 15),
    date(2026, 11, 1),
    date(2026, 11, 11),
    date(2026, 12, 25),
]
GOOD_FRIDAY, BOXING_DAY = date(2026, 4, 3), date(2026, 12, 26)


@pytest.mark.parametrize("day", NATIONAL_2026)
def test_the_eleven_national_holidays_are_known(day):
    assert FrenchHolidays().is_public_holiday(day)


@pytest.mark.parametrize("day", [GOOD_FRIDAY, BOXING_DAY])
def test_alsace_and_moselle_have_two_more_that_are_off_by_default(day):
    assert FrenchHolidays(alsace_moselle=True).is_public_holiday(day)
    assert not FrenchHolidays().is_public_holiday(day)


def test_a_year_has_eleven_holidays_and_every_year_its_own():
    calendar = FrenchHolidays()
    days = [date.fromordinal(date(2027, 1, 1).toordinal() + n) for n in range(365)]
    assert sum(map(calendar.is_public_holiday, days)) == 11
    assert calendar.is_public_holiday(date(2027, 3, 29))
    assert not calendar.is_public_holiday(date(2026, 3, 29))


def test_the_departments_of_the_local_law_are_three():
    assert sorted(ALSACE_MOSELLE) == ["57", "67", "68"]
