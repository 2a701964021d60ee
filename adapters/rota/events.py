"""From the events of a calendar to turns of duty: recurrences, updates, cancellations."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import recurring_ical_events
from icalendar import Calendar, Event
from icalendar.prop import vGeo

from adapters.kit.centuries import require_this_century
from adapters.kit.defective import Defective
from adapters.kit.departments import OFFSETS_IN_USE, legal_offsets
from adapters.kit.judgement import Judgement
from adapters.kit.phones import international
from adapters.kit.quarantine import Defect
from adapters.rota.payloads import (
    Cut,
    RawEvent,
    Told,
    cut_calendar,
    properties,
    require_readable,
    settled_instant,
    text_of,
    told_instant,
    whole_of,
)
from adapters.rota.rules import require_falling, require_followable
from adapters.rota.turns import (
    LONGEST_TURN,
    DutyTurn,
    Over,
    RotaReading,
    judged_place,
    kind_of,
    number_of,
    turn_window,
)
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.places import Position
from regulation.offers import Booking

HORIZON = timedelta(days=56)
"""How far ahead an endless series is told (assumption)."""

LONGEST_SERIES = timedelta(days=5 * 366)
MOST_TURNS = 1_000
"""Turns of one event at most: more is a rule that nobody meant."""

_NUMBERS = (("X-FINESS", IdKind.FINESS), ("X-SIRET", IdKind.SIRET), ("X-EFFECTEUR", IdKind.LOCAL))


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """An event that was read, with its bytes."""

    raw: RawEvent
    event: Event
    uid: str
    sequence: int

    @property
    def key(self) -> tuple[str, str]:
        """What makes two events the same: one series, or one turn of it."""
        return self.uid, text_of(self.event, "RECURRENCE-ID")

    @property
    def rank(self) -> tuple[int, str]:
        """Which of two versions is the later: its sequence, then when it was written."""
        return self.sequence, text_of(self.event, "DTSTAMP")


def read_calendar(raw: bytes, judgement: Judgement) -> RotaReading:
    """Read a calendar; raise UnreadableFile when it is none."""
    cut = cut_calendar(raw)
    reader = _Reader(cut, judgement)
    return RotaReading.of(tuple(reader.read()), reader.aside)


class _Reader:
    """Walks one calendar, series by series."""

    def __init__(self, cut: Cut, judgement: Judgement) -> None:
        self._cut = cut
        self._judgement = judgement
        self._undated = replace(judgement, now=None)
        self.aside: list[tuple[Defect, Defective]] = []

    def read(self) -> Iterator[DutyTurn]:
        series: dict[str, list[Read]] = {}
        for one in self._latest(self._opened()):
            series.setdefault(one.uid, []).append(one)
        for events in series.values():
            yield from self._turns(events)

    def _put_aside(self, raw: RawEvent, fault: Defective) -> None:
        defect = Defect(index=raw.index, field=fault.field, reason=fault.reason, raw=raw.raw)
        self.aside.append((defect, fault))

    def _opened(self) -> Iterator[Read]:
        for raw in self._cut.events:
            try:
                event = self._cut.open(raw)
                self._vet(event)
                uid, sequence = text_of(event, "UID"), whole_of(event, "SEQUENCE")
            except Defective as fault:
                self._put_aside(raw, fault)
            else:
                yield Read(raw=raw, event=event, uid=uid, sequence=sequence)

    def _vet(self, event: Event) -> None:
        """Read all there is to read once, and settle its instants; raise Defective."""
        require_readable(event)
        if not text_of(event, "UID"):
            raise Defective("uid", "manque")
        rule = event.get("RRULE")
        if rule is not None:
            require_followable(rule)
        self._settle(event)
        if rule is not None:
            require_falling(rule, event.DTSTART)
        is_single = rule is None and not text_of(event, "RECURRENCE-ID")
        self._turn_of(event, self._judgement if is_single else self._undated)

    def _settle(self, event: Event) -> None:
        """Give the event its start and its end as instants of a zone."""
        told = told_instant(event, "DTSTART")
        if told is None:
            raise Defective("dtstart", "manque")
        start = self._instant(told, "dtstart")
        until = told_instant(event, "DTEND")
        if until is not None:
            end = self._instant(until, "dtend")
        elif event.get("DURATION") is not None:
            end = start + _duration(event)
        elif isinstance(told, datetime):
            raise Defective("dtend", "manque, et il n'y a pas de durée")
        else:
            end = self._instant(told + timedelta(days=1), "dtend")
        event.pop("DURATION", None)
        event.DTSTART, event.DTEND = start, end

    def _instant(self, told: Told, field: str) -> datetime:
        """A civil day is one of the area's; a time without a zone is of the calendar's, if it
        tells one."""
        require_this_century(told, field)
        if not isinstance(told, datetime):
            return datetime.combine(told, time(tzinfo=self._judgement.zone))
        if told.tzinfo is None:
            told = told.replace(tzinfo=self._default_zone(field))
        self._require_legal(told, field)
        return told

    def _default_zone(self, field: str) -> ZoneInfo:
        name = self._cut.default_zone
        if not name:
            raise Defective(field, "n'a pas de fuseau : l'instant est inconnu")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            raise Defective(field, f"le fuseau {name[:40]!r} est inconnu") from None

    def _require_legal(self, instant: datetime, field: str) -> None:
        dated = self._judgement.now is not None or self._judgement.area is not None
        legal = legal_offsets(instant, self._judgement.area) if dated else OFFSETS_IN_USE
        if instant.utcoffset() not in legal:
            raise Defective(
                field, f"{instant.isoformat()}: aucune heure légale de France n'est celle-ci"
            )

    def _latest(self, found: Iterable[Read]) -> Iterator[Read]:
        """Keep the last version of each event; the others, and those that disagree, are put
        aside."""
        versions: dict[tuple[str, str], list[Read]] = {}
        for one in found:
            versions.setdefault(one.key, []).append(one)
        for same in versions.values():
            best = max(one.rank for one in same)
            last = [one for one in same if one.rank == best]
            agree = len({tuple(properties(one.event)) for one in last}) == 1
            for one in same:
                if one is last[0] and agree:
                    continue
                self._put_aside(one.raw, _superseded(one, last, agree=agree))
            if agree:
                yield last[0]

    def _turns(self, events: list[Read]) -> Iterator[DutyTurn]:
        calendar = Calendar()
        for one in events:
            calendar.add_component(one.event)
        start, end = self._horizon(events)
        try:
            found = recurring_ical_events.of(calendar).between(start, end)[:MOST_TURNS]
        except (ValueError, TypeError, OverflowError):
            for one in events:
                self._put_aside(
                    one.raw, Defective("rrule", "n'est pas une règle qui puisse être suivie")
                )
            return
        turns = [turn for event in found if (turn := self._future(event)) is not None]
        if not turns and not any(_is_endless(one.event) for one in events):
            for one in events:
                self._put_aside(one.raw, Over("dtend", "est passé : aucun tour n'est à venir"))
        yield from turns

    def _horizon(self, events: list[Read]) -> tuple[datetime, datetime]:
        first = min(settled_instant(one.event, "DTSTART") for one in events)
        start = max(first, self._judgement.now or first)
        endless = any(_is_endless(one.event) for one in events)
        return start, start + (HORIZON if endless else LONGEST_SERIES)

    def _future(self, event: Event) -> DutyTurn | None:
        try:
            return self._turn_of(event, self._judgement)
        except Defective:
            return None  # over: the series tells others, or is put aside whole

    def _turn_of(self, event: Event, judgement: Judgement) -> DutyTurn:
        start, end = (settled_instant(event, name) for name in ("DTSTART", "DTEND"))
        status = text_of(event, "STATUS").upper()
        warnings: list[str] = []
        turn = DutyTurn(
            uid=text_of(event, "UID"),
            sequence=whole_of(event, "SEQUENCE"),
            window=turn_window(start, end, "dtend", judgement),
            kind=kind_of(text_of(event, "CATEGORIES") or text_of(event, "X-TYPE"), warnings),
            number=self._number(event, warnings),
            name=text_of(event, "SUMMARY"),
            address=text_of(event, "LOCATION"),
            phone=international(text_of(event, "X-TEL") or text_of(event, "CONTACT")),
            position=_position(event),
            booking=_booking(event, warnings),
            remark=text_of(event, "DESCRIPTION"),
            cancelled=status == "CANCELLED" or self._cut.is_cancelled,
            confirmed=status != "TENTATIVE",
        )
        turn = replace(turn, warnings=tuple(warnings))
        return judged_place(turn, self._judgement)

    def _number(self, event: Event, warnings: list[str]) -> Identifier | None:
        for name, kind in _NUMBERS:
            number = number_of(text_of(event, name), kind, name.lower(), self._judgement, warnings)
            if number is not None:
                return number
        return None


def _superseded(one: Read, last: list[Read], *, agree: bool) -> Defective:
    if one in last and not agree:
        return Defective("uid", "les copies de cet événement se contredisent")
    if one in last:
        return Defective("uid", f"double de l'événement {last[0].raw.index}")
    return Defective("sequence", f"remplacé par la séquence {last[0].sequence}")


def _is_endless(event: Event) -> bool:
    rule: Mapping[str, object] | None = event.get("RRULE")
    return rule is not None and not ({"COUNT", "UNTIL"} & rule.keys())


def _duration(event: Event) -> timedelta:
    told = getattr(event.get("DURATION"), "dt", None)
    if not isinstance(told, timedelta) or told > LONGEST_TURN:
        raise Defective("duration", "n'est pas une durée de quinze jours au plus")
    return told


def _position(event: Event) -> Position | None:
    told = event.get("GEO")
    if told is None:
        return None
    if not isinstance(told, vGeo):
        raise Defective("geo", "n'est pas une latitude et une longitude")
    try:
        return Position(lat=told.latitude, lon=told.longitude)
    except ValueError as error:
        raise Defective("geo", str(error)) from None


def _booking(event: Event, warnings: list[str]) -> Booking | None:
    written = text_of(event, "X-BOOKING").upper()
    if written in Booking.__members__:
        return Booking(written)
    warnings.extend([f"x-booking: {written[:24]!r} est inconnu"] if written else [])
    return None
