"""From the tables of GTFS-Flex to booking rules and the windows in which one is taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from adapters.kit.booking_rules import (
    BookingRule,
    clock_of,
    day_of,
    kind_of,
    notice_of,
    require_rule,
)
from adapters.kit.defective import Defective

WHEELCHAIR: Final[Mapping[str, str]] = {"1": "OK", "2": "NO"}
"""`wheelchair_accessible` of trips.txt; 0 or empty: nobody said."""
PHONE_AGENCY: Final = "2"
"""`pickup_type`, `drop_off_type`: one must book with the agency."""
CLOCK_PARTS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FlexWindow:
    """Within these hours after midnight of a day of service one is taken, or set down, there.

    `pickup_rule` and `drop_off_rule` name booking rules, None when one need not book.
    """

    trip_id: str
    place_id: str
    opens: timedelta
    closes: timedelta
    pickup_rule: str | None
    drop_off_rule: str | None
    wheelchair: str


def rule_of(cells: Mapping[str, str]) -> BookingRule:
    """Read a row of booking_rules.txt; raise Defective."""
    code = _number(cells, "booking_type")
    if code is None:
        raise Defective("booking_type", "est vide")
    rule = BookingRule(
        kind=kind_of(code),
        notice=notice_of(_number(cells, "prior_notice_duration_min")),
        last_day=day_of(_number(cells, "prior_notice_last_day")),
        last_time=clock_of(cells.get("prior_notice_last_time", ""), "prior_notice_last_time"),
        counts_service_days=bool(cells.get("prior_notice_service_id")),
        phone=cells.get("phone_number", ""),
        url=cells.get("booking_url", ""),
        message=cells.get("message", ""),
    )
    return require_rule(rule)


def window_of(cells: Mapping[str, str], wheelchair: Mapping[str, str]) -> FlexWindow | None:
    """Read a row of stop_times.txt, None when it has no window: an ordinary stop. Else Defective.

    `wheelchair` is what trips.txt says, by trip.
    """
    opens, closes = (cells.get(f"{end}_pickup_drop_off_window", "") for end in ("start", "end"))
    if not opens and not closes:
        return None
    place = cells.get("location_group_id") or cells.get("location_id") or ""
    if not place:
        raise Defective("location_id", "manque : une plage porte sur un lieu ou un groupe")
    if not cells.get("trip_id"):
        raise Defective("trip_id", "est vide")
    start = _hours(opens, "start_pickup_drop_off_window")
    end = _hours(closes, "end_pickup_drop_off_window")
    if end <= start:
        raise Defective("end_pickup_drop_off_window", "n'est pas après le début de la plage")
    return FlexWindow(
        trip_id=cells["trip_id"],
        place_id=place,
        opens=start,
        closes=end,
        pickup_rule=_rule(cells, "pickup"),
        drop_off_rule=_rule(cells, "drop_off"),
        wheelchair=WHEELCHAIR.get(wheelchair.get(cells["trip_id"], ""), "UNKNOWN"),
    )


def _rule(cells: Mapping[str, str], side: str) -> str | None:
    named = cells.get(f"{side}_booking_rule_id") or None
    if cells.get(f"{side}_type") == PHONE_AGENCY and named is None:
        raise Defective(f"{side}_booking_rule_id", "est vide, alors qu'il faut réserver")
    return named


def _number(cells: Mapping[str, str], name: str) -> float | None:
    text = cells.get(name, "")
    if not text:
        return None
    try:
        return float(text)
    except ValueError:
        raise Defective(name, f"{text[:20]!r} n'est pas un nombre") from None


def _hours(text: str, field: str) -> timedelta:
    """Read HH:MM:SS, which may be past 24:00:00."""
    parts = text.split(":")
    if len(parts) != CLOCK_PARTS or not all(part.isdecimal() for part in parts):
        raise Defective(field, f"{text[:20]!r} n'est pas une heure d'un jour de service")
    hours, minutes, seconds = (int(part) for part in parts)
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)
