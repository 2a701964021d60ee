"""Which organisation answers at an instant: continuity of care (PDSA) or the day."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.kernel.time import PARIS, Calendar
from regulation.rules import Fired, RuleBook, fired

FAMILY = "regimes"
BRIDGE_DAYS = "pdsa.bridge_days"
FACTS = frozenset(
    {
        "hour",
        "weekday",
        "holiday",
        "holiday_tomorrow",
        "holiday_yesterday",
        "holiday_two_days_ago",
        BRIDGE_DAYS,
    }
)


class Regime(StrEnum):
    """Who answers for unscheduled care."""

    PDSA_NUIT = "PDSA_NUIT"
    PDSA_JOUR_FERIE = "PDSA_JOUR_FERIE"
    PDSA_SAMEDI = "PDSA_SAMEDI"
    PDSA_PONT = "PDSA_PONT"
    JOURNEE = "JOURNEE"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeFound:
    """The regime of an instant, its usual part of the night if any, and the rule that says so."""

    regime: Regime
    part: str
    rule: Fired


def regime_at(at: datetime, rulebook: RuleBook, calendar: Calendar) -> RegimeFound:
    """Return the regime: the first rule that holds; raise LookupError when none does."""
    local = at.astimezone(PARIS)
    day, one_day = local.date(), timedelta(days=1)
    facts = {
        "hour": local.hour,
        "weekday": local.isoweekday(),
        "holiday": calendar.is_public_holiday(day),
        "holiday_tomorrow": calendar.is_public_holiday(day + one_day),
        "holiday_yesterday": calendar.is_public_holiday(day - one_day),
        "holiday_two_days_ago": calendar.is_public_holiday(day - 2 * one_day),
        BRIDGE_DAYS: rulebook.parameter(BRIDGE_DAYS, at),
    }
    for one in rulebook.family(FAMILY, at):
        if one.holds(facts):
            return RegimeFound(
                regime=Regime(str(one.rule.then["regime"])),
                part=str(one.rule.then.get("part", "")),
                rule=fired(one.rule),
            )
    raise LookupError(f"aucun régime n'est connu au {at:%d/%m/%Y}")
