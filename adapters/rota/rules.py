"""Rules of recurrence (RFC 5545), judged before they are followed."""

from calendar import isleap
from datetime import MAXYEAR, date, datetime
from functools import lru_cache
from typing import Final

from dateutil.rrule import rrulestr
from icalendar.prop import vRecur

from adapters.kit.defective import Defective

LOOKED_YEARS: Final = 40
"""How far a rule is looked for its first day: the 29th of February falls on every day of the week
within that, even across a year 2100 that is not a leap one."""

CALENDAR_YEARS: Final = 400
"""The calendar repeats itself: same leap years, same days of the week."""

_TOO_OFTEN = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})
_TIMES_OF_DAY = ("BYHOUR", "BYMINUTE", "BYSECOND")
_ENDS = ("UNTIL", "COUNT")
_SHOWN = 80


def require_followable(rule: object) -> None:
    """Raise Defective for a rule that is several, never goes on (following it would never end), or
    comes round within a day."""
    if not isinstance(rule, vRecur):
        raise Defective("rrule", "est là plusieurs fois : laquelle suivre ?")
    if 0 in rule.get("INTERVAL", ()):
        raise Defective("rrule", "a un intervalle nul : elle n'avance jamais")
    several = any(len(rule.get(name, ())) > 1 for name in _TIMES_OF_DAY)
    if several or _TOO_OFTEN & set(map(str, rule.get("FREQ", ()))):
        raise Defective("rrule", "revient plus d'une fois par jour : aucune garde ne le fait")


def require_falling(rule: vRecur, start: datetime) -> None:
    """Raise Defective for a rule that falls on no day, like every 30th of February."""
    endless = vRecur({name: told for name, told in rule.items() if name not in _ENDS})
    written = str(endless.to_ical(), "utf-8")  # type: ignore[no-untyped-call]
    try:
        falls = _falls(written, start.replace(tzinfo=None))
    except (ValueError, TypeError, OverflowError):
        raise Defective("rrule", "n'est pas une règle qui puisse être suivie") from None
    if not falls:
        raise Defective("rrule", f"{written[:_SHOWN]} ne tombe aucun jour en {LOOKED_YEARS} ans")


@lru_cache(maxsize=1024)
def _falls(written: str, start: datetime) -> bool:
    """A rule without a day is followed to the end of time, some 8000 years on: seconds. It is
    followed here from a year like its own, as near to that end as is needed."""
    near_the_end = start.replace(year=_alike(start.year))
    return next(iter(rrulestr(written, dtstart=near_the_end)), None) is not None


def _alike(year: int) -> int:
    """Return a year from which, to the end of time, days fall as they do from this one."""
    latest = MAXYEAR - LOOKED_YEARS
    same_days = (
        other
        for other in range(latest, latest - 28, -1)
        if all(_year(other + n) == _year(year + n) for n in range(LOOKED_YEARS + 1))
    )
    return next(same_days, year + (latest - year) // CALENDAR_YEARS * CALENDAR_YEARS)


def _year(year: int) -> tuple[int, bool]:
    return date(year, 1, 1).weekday(), isleap(year)
