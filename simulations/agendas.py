"""Living agendas: which slots a practitioner shows free at an instant, and who takes them.

The life of a slot is drawn once, from the seed and the slot's name: it is published, taken as
its time approaches, perhaps cancelled and taken again, perhaps withdrawn. What is free is thus a
function of (seed, practitioner, now), plus what was booked here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from adapters.kit.hours import DAY_MIN, WeeklyHours, span_window, windows_between
from adapters.territory.territory import Practitioner, Territory
from regulation.effecteurs import Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.places import crow_distance_m
from regulation.kernel.time import Calendar, TimeWindow, require_aware
from regulation.offers import Booking, SlotMode, Visibility
from simulations.draws import Draws
from simulations.lives import FreeSpan, Lives, shipped_lives

BOOKING_SITE = "https://agenda.example/rdv/"
"""Where slots are said to be booked: a reserved name that leads nowhere."""

DAYS_KEPT = 20_000
"""Days of practitioners kept in memory at most."""

REASONS = {
    SlotMode.AMB: "Soins non programmés",
    SlotMode.HH: "Visite à domicile",
    SlotMode.VR: "Téléconsultation",
}


IN_COMMUNITIES = frozenset({EffecteurKind.CABINET, EffecteurKind.MSP, EffecteurKind.CDS})
"""Kinds of place whose practitioners share slots with their CPTS (assumption)."""

DRAWS = 6
START_FORMAT = "%Y%m%d%H%M"
SLOT_ID = re.compile(r"(?P<rpps>\d{11})-[A-Za-z0-9._/-]+-(?P<start>\d{12})")


class SlotNotFree(Exception):  # noqa: N818  an ordinary answer of an agenda
    """The slot can't be booked: taken, withdrawn, past or not yet published."""

    def __init__(self, slot_id: str) -> None:
        super().__init__(f"slot {slot_id} is not free")
        self.slot_id = slot_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Practice:
    """A practitioner at one place, as the editor of the agenda knows them (all synthetic).

    `hours` are those the place declares; None: it declares none.
    """

    practitioner: Identifier
    family_name: str
    given_name: str
    place_id: Identifier
    organisation: Identifier
    place_name: str
    address_line: str
    postal_code: str
    city: str
    phone: str | None
    specialties: frozenset[str]
    hours: WeeklyHours | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Community:
    """A CPTS, as the editors of its members' agendas know it."""

    structure: Identifier
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AgendaSlot:
    """A free slot in an agenda, its instants in UTC; a WALKIN slot is a range to come in.

    `reserved`: kept for disabled patients.
    """

    slot_id: str
    practitioner: Identifier
    place_id: Identifier
    start: datetime
    end: datetime
    modes: frozenset[SlotMode]
    booking: Booking
    visibility: frozenset[Visibility]
    specialties: frozenset[str]
    reason: str
    booking_url: str | None
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class LivingSlot:
    """A slot with the spans of lead time in which it is free."""

    slot: AgendaSlot
    free: tuple[FreeSpan, ...]

    def is_free_at(self, now: datetime) -> bool:
        """Tell whether it is free; never once it has started."""
        lead_h = (self.slot.start - now) / timedelta(hours=1)
        return lead_h >= 0 and any(last <= lead_h < first for first, last in self.free)


class Agendas:
    """The agendas of a territory: what is free at an instant, and explicit bookings.

    `lives` tells how their slots live; None: by the figures that ship.
    """

    def __init__(
        self, territory: Territory, calendar: Calendar, seed: int, lives: Lives | None = None
    ) -> None:
        self._territory = territory
        self._lives = shipped_lives() if lives is None else lives
        self._calendar = calendar
        self._draws = Draws(seed)
        self._places = {one.effecteur_id: one for one in territory.effecteurs}
        self._shared: dict[Identifier, dict[Identifier, Practitioner]] = {}
        for one in territory.practitioners:
            if one.booking is not None:
                self._shared.setdefault(one.rpps, {})[one.place] = one
        self._communities = tuple(
            one for one in territory.effecteurs if one.kind is EffecteurKind.CPTS
        )
        self._booked: set[str] = set()
        self._civil_day = lru_cache(maxsize=DAYS_KEPT)(self._civil_day_of)
        self._hours: dict[tuple[str, date], tuple[TimeWindow, ...]] = {}
        self._day = lru_cache(maxsize=DAYS_KEPT)(self._slots_on)

    @property
    def territory(self) -> Territory:
        """The territory whose agendas they are."""
        return self._territory

    def practices(self) -> tuple[Practice, ...]:
        """Return every practice that shares an agenda."""
        return tuple(one for rpps in self._shared for one in self.practices_of(rpps))

    def practices_of(self, rpps: Identifier) -> tuple[Practice, ...]:
        """Return the practices of one practitioner that share an agenda; perhaps none."""
        shared = self._shared.get(rpps, {})
        hours = self._territory.weekly_hours
        return tuple(
            _practice(one, self._places[place], hours.get(place)) for place, one in shared.items()
        )

    def practices_at(self, association: Identifier) -> tuple[Practice, ...]:
        """Return the practices of an association (SOS Médecins) that share an agenda."""
        at = (rpps for rpps, shared in self._shared.items() if association in shared)
        found = (one for rpps in at for one in self.practices_of(rpps))
        return tuple(one for one in found if one.organisation == association)

    def community_of(self, place: Identifier) -> Community | None:
        """Return the CPTS of a place, the nearest; None for those that are in none."""
        effecteur = self._places.get(place)
        if effecteur is None or effecteur.kind not in IN_COMMUNITIES or not self._communities:
            return None
        nearest = min(
            self._communities, key=lambda one: crow_distance_m(one.position, effecteur.position)
        )
        return Community(structure=nearest.effecteur_id, name=nearest.name)

    def free_slots(
        self, rpps: Sequence[Identifier], window: TimeWindow, now: datetime
    ) -> tuple[AgendaSlot, ...]:
        """Return the slots free at `now` that start within the window, in order of time."""
        require_aware(now, "now")
        found = [
            living.slot
            for number in dict.fromkeys(rpps)
            for living in self._living(number, window)
            if window.contains(living.slot.start) and self._is_free(living, now)
        ]
        return tuple(sorted(found, key=lambda slot: (slot.start, slot.slot_id)))

    def living(self, rpps: Sequence[Identifier], window: TimeWindow) -> Iterator[LivingSlot]:
        """Yield every slot that starts within the window and is free at some time."""
        for number in dict.fromkeys(rpps):
            for living in self._living(number, window):
                if window.contains(living.slot.start):
                    yield living

    def book(self, slot_id: str, now: datetime) -> AgendaSlot:
        """Take a free slot, so that nobody is offered it until released; else SlotNotFree."""
        living = self._find(slot_id)
        if living is None or not self._is_free(living, now):
            raise SlotNotFree(slot_id)
        self._booked.add(slot_id)
        return living.slot

    def release(self, slot_id: str) -> None:
        """Give a booked slot back to its agenda; nothing changes when it wasn't booked."""
        self._booked.discard(slot_id)

    def _is_free(self, living: LivingSlot, now: datetime) -> bool:
        return living.slot.slot_id not in self._booked and living.is_free_at(now)

    def _living(self, rpps: Identifier, window: TimeWindow) -> Iterator[LivingSlot]:
        first = window.start.astimezone(self._territory.zone).date()
        last = window.end.astimezone(self._territory.zone).date()
        for place in self._shared.get(rpps, ()):
            for ordinal in range(first.toordinal(), last.toordinal() + 1):
                yield from self._day(rpps, place, date.fromordinal(ordinal))

    def _find(self, slot_id: str) -> LivingSlot | None:
        match = SLOT_ID.fullmatch(slot_id)
        if match is None:
            return None
        rpps = Identifier(IdKind.RPPS, match["rpps"])
        start = datetime.strptime(match["start"], START_FORMAT).replace(tzinfo=UTC)
        day = start.astimezone(self._territory.zone).date()
        of_day = (
            living for place in self._shared.get(rpps, ()) for living in self._day(rpps, place, day)
        )
        return next((living for living in of_day if living.slot.slot_id == slot_id), None)

    def _slots_on(self, rpps: Identifier, place: Identifier, day: date) -> tuple[LivingSlot, ...]:
        """Return the slots of one agenda that start on a civil day and are ever shown."""
        practitioner, effecteur = self._shared[rpps][place], self._places[place]
        if not _has_turn(effecteur, rpps, day):
            return ()
        life = self._lives.of(effecteur.kind, practitioner.booking)
        living = []
        prefix = f"{rpps.value}-{place.value}-"
        for start, end in self._grid(practitioner, day):
            slot_id = prefix + _compact(start)
            if self._draws.unit("offered", slot_id) >= life.offered:
                continue
            spans = life.spans_of(self._draws.units(DRAWS, "life", slot_id))
            if spans:
                slot = _slot(
                    practitioner,
                    slot_id,
                    TimeWindow(start, end),
                    reserved=self._is_reserved(practitioner, effecteur.kind, slot_id),
                )
                living.append(LivingSlot(slot, spans))
        return tuple(living)

    def _is_reserved(self, practitioner: Practitioner, kind: EffecteurKind, slot_id: str) -> bool:
        share = self._lives.reserved.get(kind, 0.0)
        if practitioner.booking is Booking.WALKIN or not share:
            return False
        return self._draws.chance(share, "reserved", slot_id)

    def _grid(self, practitioner: Practitioner, day: date) -> Iterator[tuple[datetime, datetime]]:
        civil_day = self._civil_day(day)
        first, last = civil_day.start, civil_day.end
        step = timedelta(minutes=practitioner.slot_minutes)
        for window in self._windows(practitioner, day):
            start, end = window.start, window.start + step
            while end <= window.end:
                if first <= start < last:
                    yield start, end
                start, end = end, end + step

    def _windows(self, practitioner: Practitioner, day: date) -> tuple[TimeWindow, ...]:
        """Return the windows around a civil day: many practitioners keep the same hours."""
        around = self._civil_day(day)
        if practitioner.hours is None:
            return self._territory.windows_of(practitioner.place, around, self._calendar)
        known = practitioner.hours.text, day
        if known not in self._hours:
            if len(self._hours) >= DAYS_KEPT:
                self._hours.clear()
            self._hours[known] = windows_between(
                practitioner.hours, around, self._territory.zone, self._calendar
            )
        return self._hours[known]

    def _civil_day_of(self, day: date) -> TimeWindow:
        return span_window(day, (0, DAY_MIN), self._territory.zone)


def _compact(start: datetime) -> str:
    """Write an instant in START_FORMAT, several times as fast as `strftime`."""
    day = start.year * 10_000 + start.month * 100 + start.day
    return str(day * 10_000 + start.hour * 100 + start.minute)


def _has_turn(effecteur: Effecteur, rpps: Identifier, day: date) -> bool:
    """In an MMG one doctor is on duty at a time: its practitioners take turns by day."""
    if effecteur.kind is not EffecteurKind.MMG:
        return True
    turns = effecteur.practitioners
    return turns[day.toordinal() % len(turns)] == rpps


def _slot(
    practitioner: Practitioner, slot_id: str, window: TimeWindow, *, reserved: bool
) -> AgendaSlot:
    assert practitioner.booking is not None
    return AgendaSlot(
        slot_id=slot_id,
        practitioner=practitioner.rpps,
        place_id=practitioner.place,
        start=window.start,
        end=window.end,
        modes=practitioner.modes,
        booking=practitioner.booking,
        visibility=practitioner.visibility,
        specialties=practitioner.specialties,
        reason=REASONS[min(practitioner.modes)],
        booking_url=f"{BOOKING_SITE}{slot_id}" if practitioner.booking is Booking.ROUTINE else None,
        reserved=reserved,
    )


def _practice(
    practitioner: Practitioner, effecteur: Effecteur, hours: WeeklyHours | None
) -> Practice:
    line, _, town = effecteur.address.rpartition(", ")
    postal_code, _, city = town.partition(" ")
    return Practice(
        practitioner=practitioner.rpps,
        family_name=practitioner.family_name,
        given_name=practitioner.given_name,
        place_id=practitioner.place,
        organisation=practitioner.place,
        place_name=effecteur.name,
        address_line=line,
        postal_code=postal_code,
        city=city,
        phone=effecteur.phone,
        specialties=practitioner.specialties,
        hours=hours,
    )
