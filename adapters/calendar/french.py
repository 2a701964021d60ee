"""The legal holidays (code du travail L3133-1), a year at a time."""

from datetime import date

import holidays

ALSACE_MOSELLE = frozenset({"57", "67", "68"})
"""Departments with two holidays more (code du travail L3134-13)."""


class FrenchHolidays:
    """Holidays of metropolitan France; each year is worked out once."""

    def __init__(self, *, alsace_moselle: bool = False) -> None:
        self._subdivision = "6AE" if alsace_moselle else None
        self._years: dict[int, frozenset[date]] = {}

    def is_public_holiday(self, day: date) -> bool:
        """Tell whether the day is a public holiday there."""
        days = self._years.get(day.year)
        if days is None:
            found = holidays.country_holidays("FR", subdiv=self._subdivision, years=day.year)
            days = self._years[day.year] = frozenset(found)
        return day in days
