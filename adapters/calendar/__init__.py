"""Public holidays of France, from the `holidays` library."""

from adapters.calendar.french import ALSACE_MOSELLE, FrenchHolidays

__all__ = ["ALSACE_MOSELLE", "FrenchHolidays"]
