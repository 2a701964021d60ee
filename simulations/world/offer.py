"""The living offer as the desk sees it: agendas read now and then, slots that others take.

What is free is known to the agendas themselves (`is_free`); what the desk is shown is what it last
read, an editor at a time. A slot taken in between is lost when it is asked for.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter, itemgetter

from adapters.territory.territory import Territory
from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Observed
from regulation.kernel.time import Calendar, TimeWindow
from regulation.offers import Agenda, Booking, Slot
from regulation.snapshots import Snapshot
from simulations.agendas import Agendas, AgendaSlot
from simulations.draws import Draws
from simulations.figures import Figures
from simulations.policies.shown import ShownSlots, ticks

AHEAD = timedelta(days=3)
"""The SAS platform searches today and the two days after."""

HOURS_KEPT = timedelta(hours=6)
SOURCE = "agendas simulés"


@dataclass(slots=True, eq=False)
class _Shelf:
    """The free slots of one place, by id, as its agenda knows them; `editor` tells of them."""

    place: Identifier
    editor: int
    free: dict[str, Slot] = field(default_factory=dict)


Change = tuple[int, int, Slot, _Shelf]
"""When, in microseconds, a slot begins (1) or ceases (0) to be free, and where it is put."""

_WHEN = itemgetter(0)
_IN_ORDER = itemgetter(0, 1)
_OF_A_DAY = attrgetter("begins", "slot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAgendas(Mapping[Identifier, Agenda]):
    """Agendas as they were read, each made when somebody looks at it: most are not looked at."""

    shown: Mapping[Identifier, tuple[Slot, ...]]
    asked: Mapping[int, TimeWindow]
    editors: Mapping[Identifier, int]
    valid: timedelta
    _made: dict[Identifier, Agenda] = field(default_factory=dict)

    def __getitem__(self, place: Identifier) -> Agenda:
        """Return the agenda of a place; KeyError when it shares none."""
        made = self._made.get(place)
        if made is None:
            slots, asked = self.shown[place], self.asked[self.editors[place]]
            observed = Observed(slots, asked.start, SOURCE, self.valid)
            made = Agenda(effecteur_id=place, slots=observed, asked=asked)
            self._made[place] = made
        return made

    def __iter__(self) -> Iterator[Identifier]:
        """Yield the places that share an agenda."""
        return iter(self.shown)

    def __len__(self) -> int:
        """Count them."""
        return len(self.shown)

    def without(self, place: Identifier, slots: tuple[Slot, ...]) -> "ShownAgendas":
        """Return the same with one agenda changed."""
        others = {name: one for name, one in self._made.items() if name != place}
        return replace(self, shown={**self.shown, place: slots}, _made=others)


@dataclass(slots=True, kw_only=True)
class LivingOffer:
    """The offer of a territory over a period, read at whole steps of time."""

    territory: Territory
    calendar: Calendar
    figures: Figures
    draws: Draws
    agendas: Agendas
    _known: dict[str, Slot] = field(default_factory=dict)
    _changes: list[Change] = field(default_factory=list)
    _done: int = 0
    _shelves: dict[Identifier, _Shelf] = field(default_factory=dict)
    _booked: set[str] = field(default_factory=set)
    _changed: set[_Shelf] = field(default_factory=set)
    _shown: ShownSlots = field(default_factory=ShownSlots)
    _editors: dict[Identifier, int] = field(default_factory=dict)
    _every_editor: frozenset[int] = frozenset()
    _read_at: dict[int, datetime] = field(default_factory=dict)
    _effecteurs: Mapping[Identifier, Effecteur] = field(default_factory=dict)
    _hours_until: datetime | None = None
    _snapshot: Snapshot | None = None
    _last: Snapshot | None = None

    def open(self, window: TimeWindow) -> None:
        """Learn every slot that may be free during a period."""
        whole = TimeWindow(window.start, window.end + AHEAD)
        last = int(self.figures.number("offer", "editors")) - 1
        for place in {one.place for one in self.territory.practitioners if one.booking}:
            editor = self.draws.whole(0, last, "editor of", place)
            self._shelves[place] = _Shelf(place, editor)
            self._shown.put(place, ())
            self._editors[place] = editor
        self._every_editor = frozenset(self._editors.values())
        for slot, spans in self._living(whole):
            self._known[slot.slot_id] = slot
            shelf = self._shelves[slot.effecteur_id]
            for begins, ends in spans:
                shown = max(begins, slot.window.start - AHEAD)
                if shown < ends:
                    self._changes.append((ticks(shown), 1, slot, shelf))
                    self._changes.append((ticks(ends), 0, slot, shelf))
        self._changes.sort(key=_IN_ORDER)

    def read(self, now: datetime) -> None:
        """Ask every editor; those in trouble do not answer, and what they said before stands."""
        self._move_to(now)
        silent = self._silent(now) if self._read_at else frozenset()
        answered = self._every_editor - silent
        self._read_at |= dict.fromkeys(answered, now)
        for shelf in [one for one in self._changed if one.editor in answered]:
            self._changed.discard(shelf)
            self._shown.put(shelf.place, _ordered(shelf.free))
        self._snapshot = None

    def latest(self, now: datetime) -> Snapshot:
        """Return what was shown last, for whoever needs no slot."""
        return self._last or self.snapshot(now)

    def snapshot(self, now: datetime) -> Snapshot:
        """Return what the desk is shown."""
        if self._hours_until is None or now >= self._hours_until:
            found = self.territory.effecteurs_at(now, self.calendar)
            self._effecteurs = {one.effecteur_id: one for one in found}
            self._hours_until = now + HOURS_KEPT
            self._snapshot = None
        if self._snapshot is None:
            self._snapshot = Snapshot(
                snapshot_id=f"{now:%Y%m%dT%H%M%S}",
                taken_at=now,
                effecteurs=self._effecteurs,
                agendas=self._agendas(),
            )
            if self._last is not None:
                self._snapshot.following(self._last)
            self._last = self._snapshot
        return self._snapshot

    @property
    def shown(self) -> ShownSlots:
        """The slots last read of each place, in order of time."""
        return self._shown

    def _agendas(self) -> ShownAgendas:
        return ShownAgendas(
            shown=self._shown.copy(),
            asked={one: TimeWindow(at, at + AHEAD) for one, at in self._read_at.items()},
            editors=self._editors,
            valid=timedelta(minutes=self.figures.number("offer", "valid_minutes")),
        )

    def is_free(self, slot_id: str, now: datetime) -> bool:
        """Tell whether a slot that was shown is still free."""
        self._move_to(now)
        slot = self._known[slot_id]
        return slot_id in self._shelves[slot.effecteur_id].free

    def book(self, slot_id: str) -> None:
        """Take a slot: nobody is shown it any more."""
        self._booked.add(slot_id)
        self._shelves[self._known[slot_id].effecteur_id].free.pop(slot_id, None)
        self.forget(slot_id)

    def release(self, slot_id: str, now: datetime) -> None:
        """Give back a slot that was taken: it is free, and shown, as long as one can take it."""
        self._move_to(now)
        slot = self._known[slot_id]
        self._booked.discard(slot_id)
        if slot.is_takeable_at(now):
            self._shelves[slot.effecteur_id].free[slot_id] = slot
            known = {one.slot_id: one for one in self._shown[slot.effecteur_id]}
            self._show(slot.effecteur_id, _ordered({**known, slot_id: slot}))

    def forget(self, slot_id: str) -> None:
        """Show the agenda of a slot as it is without it."""
        place = self._known[slot_id].effecteur_id
        self._show(place, tuple(one for one in self._shown[place] if one.slot_id != slot_id))

    def _show(self, place: Identifier, left: tuple[Slot, ...]) -> None:
        self._shown.put(place, left)
        if self._snapshot is not None:
            agendas = self._snapshot.agendas
            assert isinstance(agendas, ShownAgendas)
            changed = replace(self._snapshot, agendas=agendas.without(place, left))
            self._snapshot = changed.following(self._snapshot)

    def _move_to(self, now: datetime) -> None:
        first, changed = self._done, self._changed
        self._done = bisect_right(self._changes, ticks(now), lo=first, key=_WHEN)
        for _, begins, slot, shelf in self._changes[first : self._done]:
            changed.add(shelf)
            if begins and slot.slot_id not in self._booked:
                shelf.free[slot.slot_id] = slot
            else:
                shelf.free.pop(slot.slot_id, None)

    def _silent(self, now: datetime) -> frozenset[int]:
        chance = self.figures.number("offer", "poll_failure")
        editors = range(int(self.figures.number("offer", "editors")))
        return frozenset(
            one for one in editors if self.draws.chance(chance, "silent", one, now.isoformat())
        )

    def _living(
        self, window: TimeWindow
    ) -> Iterator[tuple[Slot, tuple[tuple[datetime, datetime], ...]]]:
        rpps = sorted({one.rpps for one in self.territory.practitioners if one.booking})
        for living in self.agendas.living(rpps, window):
            last = _last(living.slot)
            spans = tuple(
                (
                    living.slot.start - timedelta(hours=first),
                    min(last, living.slot.start - timedelta(hours=until)) if until else last,
                )
                for first, until in living.free
            )
            yield _offered(living.slot), spans


def _last(slot: AgendaSlot) -> datetime:
    return slot.end if slot.booking is Booking.WALKIN else slot.start


def _ordered(slots: Mapping[str, Slot]) -> tuple[Slot, ...]:
    return tuple(sorted(slots.values(), key=_OF_A_DAY))


def _offered(slot: AgendaSlot) -> Slot:
    return Slot(
        slot_id=slot.slot_id,
        effecteur_id=slot.place_id,
        practitioner=slot.practitioner,
        window=TimeWindow(slot.start, slot.end),
        modes=slot.modes,
        booking=slot.booking,
        visibility=slot.visibility,
        specialties=slot.specialties,
        reason=slot.reason,
        booking_url=slot.booking_url,
        reserved=slot.reserved,
    )
