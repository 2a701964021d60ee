"""iCalendar text cut into its events, so that one at fault never spoils the others (RFC 5545)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from icalendar import Calendar, Event
from icalendar.prop import vBroken

from adapters.kit.defective import Defective
from adapters.kit.ingest import UnreadableFile
from adapters.kit.texts import decode

Told = datetime | date


_END = "END:VCALENDAR"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawEvent:
    """One event: its place in the file, its lines; `is_cut` when its end is missing."""

    index: int
    lines: tuple[str, ...]
    is_cut: bool

    @property
    def raw(self) -> bytes:
        """Its bytes."""
        return "\r\n".join(self.lines).encode()


@dataclass(slots=True)
class Cut:
    """A calendar cut apart: what stands around its events, and them."""

    around: list[str] = field(default_factory=list)
    events: list[RawEvent] = field(default_factory=list)

    def open(self, raw: RawEvent) -> Event:
        """Read one event beside the time zones of its calendar; raise Defective."""
        if raw.is_cut:
            raise Defective("document", "est coupé : l'événement n'a pas de fin")
        text = "\r\n".join([*self.around[:-1], *raw.lines, self.around[-1]])
        try:
            calendar = Calendar.from_ical(text)
            (event,) = (one for one in calendar.walk("VEVENT") if isinstance(one, Event))
        except (ValueError, IndexError, KeyError):
            raise Defective("document", "n'est pas un événement lisible") from None
        return event

    @property
    def default_zone(self) -> str:
        """Zone of times written without any, as `X-WR-TIMEZONE` tells; empty when not told."""
        return self._property("X-WR-TIMEZONE")

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the whole calendar takes back what was announced (METHOD:CANCEL)."""
        return self._property("METHOD").upper() == "CANCEL"

    def _property(self, name: str) -> str:
        start = f"{name}:"
        told = (line for line in self.around if line.upper().startswith(start))
        return next(told, start)[len(start) :].strip()


def cut_calendar(raw: bytes) -> Cut:
    """Cut a calendar; raise UnreadableFile when it is none."""
    lines = _unfolded(decode(raw))
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise UnreadableFile("n'est pas un calendrier : il ne commence pas par BEGIN:VCALENDAR")
    cut = Cut()
    event: list[str] | None = None
    for line in lines:
        mark = line.strip().upper()
        if mark == "BEGIN:VEVENT":
            event = [line]
        elif event is None:
            cut.around.append(line)
        else:
            event.append(line)
            if mark == "END:VEVENT":
                cut.events.append(_raw(len(cut.events), event, is_cut=False))
                event = None
    if event is not None:
        cut.events.append(_raw(len(cut.events), event, is_cut=True))
    cut.around = _one_calendar(cut.around)
    return cut


def _one_calendar(around: list[str]) -> list[str]:
    """What stands around the events of the first calendar; raise UnreadableFile when others of the
    same file are not to be read as it is."""
    marks = [line.strip().upper() for line in around]
    first = marks.index(_END) if _END in marks else len(marks)
    after = marks[first + 1 :]
    if after and _said_of_all(marks[:first]) != _said_of_all(after):
        raise UnreadableFile("tient plusieurs calendriers, qui ne se lisent pas de même")
    return [*around[:first], _END]


def _said_of_all(lines: list[str]) -> set[str]:
    return {line for line in lines if line.startswith(("METHOD:", "X-WR-TIMEZONE:"))}


def _raw(index: int, lines: list[str], *, is_cut: bool) -> RawEvent:
    return RawEvent(index=index, lines=tuple(lines), is_cut=is_cut)


def _unfolded(text: str) -> list[str]:
    """Join the lines that were folded; blank ones are none."""
    lines: list[str] = []
    for line in text.splitlines():
        if line[:1] in {" ", "\t"} and lines:
            lines[-1] += line[1:]
        elif line.strip():
            lines.append(line)
    return lines


def text_of(event: Event, name: str) -> str:
    """Text of a property, of the first when it is repeated; empty when there is none."""
    told = event.get(name)
    if isinstance(told, list):
        told = told[0]
    if told is None:
        return ""
    categories = getattr(told, "cats", None)
    if categories is not None:
        return str(categories[0]) if categories else ""
    return str(told).strip()


def whole_of(event: Event, name: str) -> int:
    """Whole number of a property, 0 when there is none; raise Defective."""
    written = text_of(event, name)
    if not written:
        return 0
    try:
        return int(written)
    except ValueError:
        raise Defective(name.lower(), "n'est pas un nombre entier") from None


def told_instant(event: Event, name: str) -> Told | None:
    """Date or instant of a property, None when there is none; raise Defective."""
    prop = event.get(name)
    if prop is None:
        return None
    told = getattr(prop, "dt", None)
    if not isinstance(told, date):
        raise Defective(name.lower(), "n'est pas un instant")
    zone = prop.params.get("TZID")
    if isinstance(told, datetime) and told.tzinfo is None and zone:
        raise Defective(name.lower(), f"le fuseau {str(zone)[:40]!r} est inconnu")
    return told


def require_readable(event: Event) -> None:
    """Raise Defective for a property that is not of its kind; the library keeps it as it is."""
    for name, told in event.items():
        values = told if isinstance(told, list) else [told]
        if any(isinstance(value, vBroken) for value in values):
            raise Defective(str(name).lower(), "n'a pas la forme de cette propriété")


def settled_instant(event: Event, name: str) -> datetime:
    """Instant, in UTC, of an event whose bounds have been settled."""
    told = told_instant(event, name)
    assert isinstance(told, datetime)
    return told.astimezone(UTC)


def properties(event: Event) -> Iterator[tuple[str, str]]:
    """Every property as text, to tell two copies of an event apart."""
    return ((name, str(value)) for name, value in sorted(event.items()))
