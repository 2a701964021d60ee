"""What somebody who searches by hand looks at: pages of places in the order of the search.

The directory of the SAS shows practitioners by batches of 25 (`SAS-moteur-recherche`); the first
places of the first page are tried, and one turns the page only when too few of it would do. Only
what is on the page is judged, by the rules of the product. Around each place the pharmacies
nearest to it that are open when somebody may come out of it are on the page too.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from regulation.cases import Case
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.eligibility import takes_reserved
from regulation.kernel.ids import Identifier
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.places import Position
from regulation.offers import Agenda, Slot, SlotMode
from regulation.snapshots import Snapshot
from simulations.nearness import Metres, Nearness
from simulations.policies.shown import NEVER, FirstSlots, Ints, ShownSlots, ticks

HOUR = timedelta(hours=1)
HOURS_AHEAD = 96
"""Slots are looked for three days ahead; a pharmacy may be passed by after that."""

PHARMACIES, DEPARTMENTS = 8, 3
"""Pharmacies open at an hour around one place, and emergency departments, that are on a page."""

WITHOUT_AGENDA = frozenset({EffecteurKind.ED, EffecteurKind.PHARMACIE})

Ranks = Mapping[int, None]
"""Some of the pharmacies of a directory, each once, in an order."""


def union(some: Iterable[Ranks]) -> Ranks:
    """Return all of them, each where it was met first."""
    found: dict[int, None] = {}
    for ranks in some:
        found.update(ranks)
    return found


@dataclass(frozen=True, slots=True)
class Offering:
    """Effecteurs with an agenda that answer a need, where they are and what they show first."""

    places: tuple[Effecteur, ...]
    near: Nearness
    firsts: FirstSlots


@dataclass(frozen=True, slots=True)
class PharmaciesAround:
    """The pharmacies of a directory around one position, nearest first; `open_at`: by hour."""

    order: NDArray[np.intp]
    open_at: NDArray[np.bool_]
    _known: dict[int, Ranks] = field(default_factory=dict)

    def open(self, hour: int) -> Ranks:
        """Return the ranks of the nearest that are open at this hour or the next."""
        hour = min(max(0, hour), HOURS_AHEAD - 1)
        if hour not in self._known:
            is_open = self.open_at[hour, self.order] | self.open_at[hour + 1, self.order]
            self._known[hour] = dict.fromkeys(self.order[is_open][:PHARMACIES].tolist())
        return self._known[hour]


class AfterCare(NamedTuple):
    """The slots of a place, the hours at which they end, the pharmacies around it then."""

    slots: Sequence[Slot]
    hours: set[int]
    pharmacies: Ranks


@dataclass(slots=True)
class Directory:
    """The effecteurs of some hours, by what they are asked for, with what is near them."""

    effecteurs: Mapping[Identifier, Effecteur]
    since: datetime
    shown: ShownSlots
    pharmacies: tuple[Effecteur, ...] = field(init=False)
    departments: tuple[Effecteur, ...] = field(init=False)
    _near_pharmacies: Nearness = field(init=False)
    _near_departments: Nearness = field(init=False)
    _open: NDArray[np.bool_] = field(init=False)
    _for_care: dict[tuple[CareCode, bool], Offering] = field(default_factory=dict)
    _around: dict[Position, "PharmaciesAround"] = field(default_factory=dict)
    _after: dict[Identifier, AfterCare] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.since = self.since.replace(minute=0, second=0, microsecond=0)
        every = self.effecteurs.values()
        self.pharmacies = tuple(one for one in every if one.kind is EffecteurKind.PHARMACIE)
        self.departments = tuple(one for one in every if one.kind is EffecteurKind.ED)
        self._near_pharmacies = Nearness(tuple(one.position for one in self.pharmacies))
        self._near_departments = Nearness(tuple(one.position for one in self.departments))
        self._open = np.zeros((HOURS_AHEAD + 1, len(self.pharmacies)), dtype=np.bool_)
        for rank, one in enumerate(self.pharmacies):
            for window in one.open_windows:
                first = max(0, self.hour(window.start))
                self._open[first : max(0, self.hour(window.end)) + 1, rank] = True

    def hour(self, instant: datetime) -> int:
        """Number the hour of an instant, from the first of the directory."""
        return (instant - self.since) // HOUR

    def offering(self, code: CareCode, *, reserved: bool = False) -> Offering:
        """Return the effecteurs with an agenda that answer a need, for whom slots kept for disabled
        patients are meant or not."""
        asked = code, reserved
        if asked not in self._for_care:
            found = tuple(
                one
                for one in self.effecteurs.values()
                if code in one.care and one.kind not in WITHOUT_AGENDA
            )
            near = Nearness(tuple(one.position for one in found))
            firsts = FirstSlots([one.effecteur_id for one in found], self.shown, reserved)
            self._for_care[asked] = Offering(found, near, firsts)
        return self._for_care[asked]

    def departments_around(self, position: Position) -> Iterator[Effecteur]:
        """Yield the nearest emergency departments."""
        for rank in self._near_departments.some(position, DEPARTMENTS):
            yield self.departments[rank]

    def pharmacies_around(self, position: Position) -> PharmaciesAround:
        """Return the pharmacies around a position where somebody may come out of care."""
        known = self._around.get(position)
        if known is None:
            known = self._around[position] = self.pharmacies_near(position)
        return known

    def after_care(self, place: Effecteur) -> AfterCare:
        """Return what is around a place when its slots end, kept as long as it shows the same."""
        slots, known = self.shown[place.effecteur_id], self._after.get(place.effecteur_id)
        if known is None or known.slots is not slots:
            ends = {self.hour(slot.window.end) for slot in slots}
            around = self.pharmacies_around(place.position)
            ranks = union(around.open(hour) for hour in ends)
            known = self._after[place.effecteur_id] = AfterCare(slots, ends, ranks)
        return known

    def pharmacies_near(self, position: Position) -> PharmaciesAround:
        """Return the pharmacies around a position, which is not remembered."""
        away = self._near_pharmacies.metres(position)
        return PharmaciesAround(np.argsort(away, kind="stable"), self._open)


def first_slots(page: Snapshot, now: datetime, count: int = 1) -> Snapshot:
    """Return a page with the first slots of each kind of every place, and ranges begun before.

    Whoever looks at the first slots of a place is answered as on the whole page.
    """
    agendas = {
        place: Agenda(
            effecteur_id=place,
            slots=agenda.slots.map(lambda slots: _firsts(slots, now, count)),
            asked=agenda.asked,
        )
        for place, one in page.effecteurs.items()
        if one.kind not in WITHOUT_AGENDA and (agenda := page.agendas.get(place)) is not None
    }
    return replace(page, agendas=agendas)


def _firsts(slots: Sequence[Slot], now: datetime, count: int) -> tuple[Slot, ...]:
    """Slots in order of time; those that begin together are told apart by their names."""
    left: dict[tuple[frozenset[SlotMode], bool], int] = {}
    kept = []
    for slot in slots:
        if slot.is_takeable_at(now):
            kind = slot.modes, slot.reserved
            more = left.setdefault(kind, count)
            if more:
                kept.append(slot)
            if more and not slot.is_range:
                left[kind] = more - 1
    return tuple(kept)


Ranking = Callable[[FirstSlots, Metres], Sequence[NDArray[Any]]]
"""Ranks places by the first slots they show and how many metres away each is: what counts first,
then what counts among equals."""


def by_distance(_: FirstSlots, away_m: Metres) -> Sequence[NDArray[Any]]:
    """Rank the nearest first."""
    return (away_m,)


class Page(NamedTuple):
    """What is looked at together, and whether there is nothing else to look at."""

    snapshot: Snapshot
    is_last: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pages:
    """Cuts a snapshot into pages for one case, in the order of a search.

    `widens`: each page holds the one before and as many more places as it did. `deadline`: a page
    of which no slot begins by then is turned unread, but for the last.
    """

    directory: Directory
    rank: Ranking
    size: int
    widens: bool = False
    deadline: datetime | None = None

    def of(self, case: Case, snapshot: Snapshot, now: datetime) -> Iterator[Page]:
        """Yield pages; the last may hold no place at all, when nobody shows a slot."""
        listed, begins = self._listed(case, now)
        first, last = 0, self.size
        while True:
            is_last = last >= len(listed)
            if is_last or not self._is_late(begins[first:last]):
                yield Page(self._page(case, snapshot, listed[first:last], now), is_last)
            if is_last:
                return
            first, last = (0, 2 * last) if self.widens else (last, last + self.size)

    def _is_late(self, begins: Ints) -> bool:
        return self.deadline is not None and bool(begins.min() > ticks(self.deadline))

    def _listed(self, case: Case, now: datetime) -> tuple[Sequence[Effecteur], Ints]:
        """Places that show a slot, in the order of the search, and when the first one begins."""
        reserved = takes_reserved(case.mobility)
        offering = self.directory.offering(case.need.code, reserved=reserved)
        offering.firsts.move_to(now)
        columns = self.rank(offering.firsts, offering.near.metres(case.patient.position))
        order = np.lexsort(columns[::-1])  # of equals, the first
        begins = offering.firsts.begins[order]
        shows = begins < NEVER
        return [offering.places[number] for number in order[shows].tolist()], begins[shows]

    def _page(
        self, case: Case, snapshot: Snapshot, shown: Sequence[Effecteur], now: datetime
    ) -> Snapshot:
        every = [*shown, *self.directory.departments_around(case.patient.position)]
        if case.pharmacy_stop is not PharmacyNeed.NONE or case.need.code is CareCode.PHARMACY:
            ranks = union(self._pharmacies(case, shown, now))
            every.extend(self.directory.pharmacies[rank] for rank in ranks)
        return replace(snapshot, effecteurs={one.effecteur_id: one for one in every})

    def _pharmacies(self, case: Case, shown: Sequence[Effecteur], now: datetime) -> Iterator[Ranks]:
        """Pharmacies around each place when its slots end, and around home when one is back."""
        directory, hours = self.directory, {self.directory.hour(now)}
        for one in shown:
            after = directory.after_care(one)
            yield after.pharmacies
            hours |= after.hours
        home = directory.pharmacies_near(case.home)
        for hour in sorted(hours):
            yield home.open(hour)
