"""Dates of our time: others are slips, or say « for ever », and adding a day to one may fail."""

from datetime import date

from adapters.kit.defective import Defective

FIRST_YEAR, LAST_YEAR = 2000, 2099


def require_this_century(told: date, field: str) -> None:
    """Raise Defective when a day or an instant is of another century."""
    if not FIRST_YEAR <= told.year <= LAST_YEAR:
        raise Defective(field, f"{told.isoformat()} est d'un autre siècle")
