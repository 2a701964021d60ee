"""By when a ride on demand must be booked: the rule GOFS-lite and GTFS-Flex write alike."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import IntEnum
from zoneinfo import ZoneInfo

from adapters.kit.defective import Defective

MOST_MINUTES, MOST_DAYS = 30 * 24 * 60, 365
LAST_HOUR = 23


class BookingType(IntEnum):
    """How far ahead one books: at once, some minutes before, or some days before."""

    REAL_TIME = 0
    SAME_DAY = 1
    PRIOR_DAYS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingRule:
    """When one may still book a ride, and how.

    `notice` counts before the ride (SAME_DAY); `last_day` days before at `last_time`, by the clock
    of the service (PRIOR_DAYS). `counts_service_days`: those days are days of service, of which
    nothing here tells; then until when one may book is not known.
    """

    kind: BookingType
    notice: timedelta | None = None
    last_day: int | None = None
    last_time: time | None = None
    counts_service_days: bool = False
    phone: str = ""
    url: str = ""
    message: str = ""

    def closes_at(self, pickup_at: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the last instant at which a ride at `pickup_at` may be booked; None: not known."""
        if self.kind is BookingType.REAL_TIME:
            return pickup_at
        if self.kind is BookingType.SAME_DAY:
            assert self.notice is not None, "judged when it was read"
            return pickup_at - self.notice
        if self.counts_service_days:
            return None
        assert self.last_day is not None, "judged when it was read"
        assert self.last_time is not None, "judged when it was read"
        day = pickup_at.astimezone(zone).date() - timedelta(days=self.last_day)
        return datetime.combine(day, self.last_time, tzinfo=zone)

    def may_book(self, now: datetime, pickup_at: datetime, zone: ZoneInfo) -> bool | None:
        """Tell whether a ride may still be booked; None: not known, hence to be asked by phone."""
        last = self.closes_at(pickup_at, zone)
        return None if last is None else now <= last

    def as_document(self) -> dict[str, object]:
        """Write the rule as `aiguilleur ingest` shows it."""
        return {
            "booking": self.kind.name,
            "notice_min": None if self.notice is None else int(self.notice.total_seconds() // 60),
            "last_day": self.last_day,
            "last_time": None if self.last_time is None else f"{self.last_time:%H:%M}",
            "counts_service_days": self.counts_service_days,
            "phone": self.phone or None,
            "booking_url": self.url or None,
        }


def require_rule(rule: BookingRule) -> BookingRule:
    """Return a rule that says what its kind needs and nothing it forbids; raise Defective."""
    told = {
        "prior_notice_duration_min": rule.notice,
        "prior_notice_last_day": rule.last_day,
        "prior_notice_last_time": rule.last_time,
    }
    needed = {
        BookingType.REAL_TIME: (),
        BookingType.SAME_DAY: ("prior_notice_duration_min",),
        BookingType.PRIOR_DAYS: ("prior_notice_last_day", "prior_notice_last_time"),
    }[rule.kind]
    for name, value in told.items():
        if name in needed and value is None:
            raise Defective(name, f"manque : booking_type {int(rule.kind)} le demande")
        if name not in needed and value is not None:
            raise Defective(name, f"est interdit avec booking_type {int(rule.kind)}")
    return rule


def notice_of(minutes: float | None) -> timedelta | None:
    """Read a notice in minutes; raise Defective."""
    if minutes is None:
        return None
    if not 0 <= minutes <= MOST_MINUTES:
        raise Defective("prior_notice_duration_min", f"{minutes:g} n'est pas un nombre de minutes")
    return timedelta(minutes=minutes)


def day_of(days: float | None) -> int | None:
    """Read a number of days before; raise Defective."""
    if days is None:
        return None
    if not 1 <= days <= MOST_DAYS or int(days) != days:
        raise Defective("prior_notice_last_day", f"{days:g} n'est pas un nombre de jours avant")
    return int(days)


def clock_of(text: str, field: str) -> time | None:
    """Read HH:MM:SS within a day; raise Defective."""
    if not text:
        return None
    parts = text.split(":")
    try:
        hour, minute, second = (int(part) for part in (*parts, "0")[:3])
        return time(hour, minute, second)
    except ValueError:
        raise Defective(field, f"{text[:20]!r} n'est pas une heure du jour") from None


def kind_of(code: float) -> BookingType:
    """Read a booking type; raise Defective."""
    try:
        return BookingType(int(code))
    except ValueError:
        raise Defective("booking_type", f"{code:g} n'est pas parmi 0, 1, 2") from None
