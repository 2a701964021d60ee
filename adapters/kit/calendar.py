"""Public holidays of France, by department where they differ (Alsace-Moselle, overseas)."""

from datetime import date

import holidays

_ALSACE_MOSELLE = {"57": "57", "67": "6AE", "68": "6AE"}


class PublicHolidays:
    """The legal holidays (code du travail L3133-1), with those of the department's own."""

    def __init__(self, department: str | None = None) -> None:
        subdivisions = holidays.country_holidays("FR").subdivisions
        own = _ALSACE_MOSELLE.get(department or "", department)
        self._days = holidays.country_holidays("FR", subdiv=own if own in subdivisions else None)

    def is_public_holiday(self, day: date) -> bool:
        """Tell whether the day is a public holiday there."""
        return day in self._days
