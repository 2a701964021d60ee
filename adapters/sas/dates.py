"""Instants and places of slots, judged on what one was told and never on more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from functools import lru_cache

from adapters.kit.centuries import require_this_century
from adapters.kit.defective import Defective
from adapters.kit.departments import OFFSETS_IN_USE, legal_offsets
from adapters.kit.judgement import Judgement
from adapters.sas.places import ConsultationPlace
from regulation.kernel.time import PARIS, TimeWindow
from regulation.offers import Booking

LONGEST_SLOT = timedelta(hours=24)
"""Longer than a whole-day walk-in range is a mistake of the agenda."""

INTERVALS_KEPT = 20_000
"""More different intervals than one round of all the agendas of a department has."""

WINTER, SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))


def in_paris(instant: datetime) -> datetime:
    """Return the same instant in the legal time of Paris, with a fixed offset (since 1976).

    Two datetimes sharing a ZoneInfo compare and subtract by the wall clock, wrong by an hour
    across a change of hour; fixed offsets compare by instant.
    """
    offset = instant.astimezone(PARIS).utcoffset()
    if offset == instant.utcoffset():
        return instant
    return instant.astimezone(SUMMER if offset == SUMMER.utcoffset(None) else WINTER)


def window_of(start: datetime, end: datetime, judgement: Judgement) -> TimeWindow:
    """Return the interval in Paris time; raise Defective when it is impossible or oddly written."""
    require_this_century(start, "start")
    require_this_century(end, "end")
    if end <= start:
        raise Defective("end", f"{end.isoformat()} n'est pas après le début")
    if end - start > LONGEST_SLOT:
        raise Defective("end", f"dure {end - start}")
    window = TimeWindow(in_paris(start), in_paris(end))
    elsewhere = judgement.area is not None and judgement.area.zone is not PARIS
    if elsewhere or window.start is not start:
        _require_legal_offset("start", start, judgement)
    if elsewhere or window.end is not end:
        _require_legal_offset("end", end, judgement)
    return window


def _require_legal_offset(field: str, instant: datetime, judgement: Judgement) -> None:
    """A wrong offset is a wrong hour: an agenda that forgot the change of hour lies by one."""
    offset = instant.utcoffset()
    if not offset:
        return  # UTC is plain, whatever the place
    legal = OFFSETS_IN_USE
    if judgement.now is not None or judgement.area is not None:
        legal = legal_offsets(instant, judgement.area)
    if offset not in legal:
        where = "là-bas" if judgement.area else "en France"
        raise Defective(
            field, f"{instant.isoformat()}: ce décalage n'est pas en vigueur {where} ce jour-là"
        )


def judge_date(window: TimeWindow, booking: Booking, judgement: Judgement) -> None:
    """Raise Defective for a slot that is over, already begun (unless one may walk in), or was not
    asked for."""
    now, asked = judgement.now, judgement.window
    if now is not None and window.end <= now:
        raise Defective("end", f"{window.end.isoformat()} est passé")
    if now is not None and window.start < now and booking is not Booking.WALKIN:
        raise Defective("start", f"{window.start.isoformat()} est passé")
    if asked is not None and not _was_asked(window, booking, asked):
        raise Defective("start", f"{window.start.isoformat()} est hors de la période demandée")


def _was_asked(window: TimeWindow, booking: Booking, asked: TimeWindow) -> bool:
    if booking is Booking.WALKIN and window.overlaps(asked):
        return True
    return asked.start <= window.start <= asked.end


@dataclass(frozen=True, slots=True)
class Interval:
    """An interval as it is judged; `faults` are those of its date, by how one gets in."""

    window: TimeWindow
    faults: Mapping[Booking, Defective]


class Intervals:
    """Reads each distinct interval once: the agendas of a territory share a few hundred."""

    def __init__(self, judgement: Judgement) -> None:
        self._judgement = judgement
        self._read: dict[tuple[datetime, datetime, tzinfo | None, tzinfo | None], Interval] = {}

    def read(self, start: datetime, end: datetime) -> Interval:
        """Return the interval in Paris time; raise Defective like `window_of`."""
        key = (start, end, start.tzinfo, end.tzinfo)  # equal instants may be written differently
        found = self._read.get(key)
        if found is None:
            window = window_of(start, end, self._judgement)
            if len(self._read) >= INTERVALS_KEPT:
                self._read.clear()
            found = self._read[key] = Interval(window, _date_faults(window, self._judgement))
        return found


@lru_cache(maxsize=1)
def intervals_under(judgement: Judgement) -> Intervals:
    """Return the intervals read so far under a judgement: the bundles of one round share theirs."""
    return Intervals(judgement)


def _date_faults(window: TimeWindow, judgement: Judgement) -> Mapping[Booking, Defective]:
    faults: dict[Booking, Defective] = {}
    for booking in Booking:
        try:
            judge_date(window, booking, judgement)
        except Defective as fault:
            faults[booking] = fault
    return faults


def judge_area(place: ConsultationPlace, judgement: Judgement) -> None:
    """Raise Defective for a place outside the department."""
    judgement.require_area(place.postal_code, "address.postalCode")
