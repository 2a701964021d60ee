"""From a bundle of free slots to canonical offers, each defect put aside with its reason."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.kit.defective import Defective
from adapters.kit.judgement import Judgement
from adapters.kit.quarantine import Defect
from adapters.sas.bundles import Opened, open_bundle
from adapters.sas.dates import intervals_under, judge_area
from adapters.sas.payloads import OperationOutcome, Schedule, Slot
from adapters.sas.places import ConsultationPlace, Flow, communities_of, place_of
from adapters.sas.references import References
from adapters.sas.slots import to_offer_slot
from adapters.sas.terms import TermsReader, read_meta
from regulation import offers
from regulation.kernel.ids import Identifier

_SCHEDULE = "schedule.reference"
_BUNDLE = -1
"""Stands for the index of a fault of the bundle as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A slot with its place as the feed names it, and the CPTS that share it.

    `index` is the place of its entry in the bundle.
    """

    index: int
    slot: offers.Slot
    place: ConsultationPlace
    communities: tuple[Identifier, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What one bundle says.

    `is_whole`: every slot the source counted was read, or its place is known; `doubtful` are the
    places with a slot put aside. Only elsewhere does "no slot" mean that there is none.
    """

    offers: tuple[Offer, ...]
    defects: tuple[Defect, ...]
    is_whole: bool
    doubtful: frozenset[Identifier]
    unknown_codes: Mapping[str, int]
    opened: Opened


def read_bundle(raw: bytes, *, flow: Flow, source: str, judgement: Judgement) -> Reading:
    """Read a search answer; raise PayloadRefused when nothing of it can be used."""
    return _Reader(open_bundle(raw), flow, source, judgement).read()


class _Reader:
    """Walks one bundle; what it gathers becomes a Reading."""

    def __init__(self, opened: Opened, flow: Flow, source: str, judgement: Judgement) -> None:
        self._opened = opened
        self._flow = flow
        self._source = source
        self._judgement = judgement
        self._intervals = intervals_under(judgement)
        self._references = References(opened, judgement.digits)
        self._places: dict[str, ConsultationPlace | Defective] = {}
        self._terms = TermsReader()
        self._faults = self._references.faults
        self._doubtful: set[Identifier] = set()
        self._is_whole = not opened.unread_slots

    def read(self) -> Reading:
        self._heed_outcomes()
        slots = [(i, e.resource) for i, e in self._opened.entries if type(e.resource) is Slot]
        self._heed_total(len(slots))
        self._refuse_shared_numbers({slot.schedule.reference for _, slot in slots})
        found = tuple(self._offers(self._without_copies(slots)))
        return Reading(
            offers=found,
            defects=self._defects(),
            is_whole=self._is_whole,
            doubtful=frozenset(self._doubtful),
            unknown_codes=dict(self._terms.unknown),
            opened=self._opened,
        )

    def _heed_outcomes(self) -> None:
        """A server may answer and say that part of the answer is missing."""
        for index, entry in self._opened.entries:
            if type(entry.resource) is not OperationOutcome:
                continue
            for issue in entry.resource.issue:
                if issue.severity in {"error", "fatal"}:
                    self._is_whole = False
                    reason = f"la source signale : {issue.severity} ({issue.code})"
                    self._faults.append((index, Defective("issue", reason)))

    def _heed_total(self, slots: int) -> None:
        """`total` counts the matches; some servers count every entry, or the schedules (SOS)."""
        opened = self._opened
        total, read = opened.header.total, slots + len(opened.defects)
        if total is None or total <= read or total == opened.size or opened.next_page:
            return
        self._is_whole = False
        reason = f"{total} créneaux sont annoncés et {read} sont dans le lot"
        self._faults.append((_BUNDLE, Defective("total", reason)))

    def _without_copies(self, slots: list[tuple[int, Slot]]) -> list[tuple[int, Slot]]:
        """Keep one slot per id: the one dated last. Undated copies that disagree all go."""
        if len({slot.id for _, slot in slots}) == len(slots):
            return slots
        kept: dict[str, list[tuple[int, Slot]]] = {}
        for index, slot in slots:
            kept.setdefault(slot.id, []).append((index, slot))
        chosen = []
        for copies in kept.values():
            if len(copies) == 1 or not copies[0][1].id:
                chosen.extend(copies)  # a slot without id is refused by its own mapping
            else:
                chosen.extend(self._settle(copies))
        return chosen

    def _settle(self, copies: list[tuple[int, Slot]]) -> list[tuple[int, Slot]]:
        first = copies[0]
        if all(slot == first[1] for _, slot in copies):
            self._set_copies_aside(copies[1:], first[0])
            return [first]
        dates = [_changed_at(slot) for _, slot in copies]
        latest = max((date for date in dates if date), default=None)
        if None in dates or dates.count(latest) > 1:
            for index, slot in copies:
                self._put_aside(
                    index, slot, Defective("id", "les copies de ce créneau se contredisent")
                )
            return []
        winner = copies[dates.index(latest)]
        self._set_copies_aside([copy for copy in copies if copy is not winner], winner[0])
        return [winner]

    def _set_copies_aside(self, copies: list[tuple[int, Slot]], winner: int) -> None:
        for index, _ in copies:
            self._faults.append((index, Defective("id", f"double de la fiche {winner + 1}")))

    def _offers(self, slots: Iterable[tuple[int, Slot]]) -> Iterator[Offer]:
        for index, slot in slots:
            try:
                yield self._map(index, slot)
            except Defective as fault:
                self._put_aside(index, slot, fault)

    def _map(self, index: int, slot: Slot) -> Offer:
        place = self._places[slot.schedule.reference]
        if isinstance(place, Defective):
            raise Defective(place.field, place.reason)
        interval = self._intervals.read(slot.start, slot.end)
        terms = self._terms.read(slot)
        mapped = to_offer_slot(slot, place, interval.window, terms, self._source)
        fault = interval.faults.get(terms.booking)
        if fault is not None:
            raise Defective(fault.field, fault.reason)
        judge_area(place, self._judgement)
        if self._flow is Flow.CPTS:
            communities = communities_of(terms.services, self._references)
            return Offer(index=index, slot=mapped, place=place, communities=communities)
        return Offer(index=index, slot=mapped, place=place)

    def _refuse_shared_numbers(self, references: Iterable[str]) -> None:
        """Places that share one number cannot be told apart: who would know where to send?"""
        towns: defaultdict[Identifier, set[str]] = defaultdict(set)
        for reference in references:
            place = self._places[reference] = self._resolve(reference)
            if isinstance(place, ConsultationPlace):
                towns[place.effecteur_id].add(place.postal_code)
        for reference, place in self._places.items():
            if isinstance(place, ConsultationPlace) and len(towns[place.effecteur_id]) > 1:
                shared = ", ".join(sorted(towns[place.effecteur_id]))
                reason = f"{place.effecteur_id} est le numéro de plusieurs lieux ({shared})"
                self._places[reference] = Defective(_SCHEDULE, reason)

    def _resolve(self, reference: str) -> ConsultationPlace | Defective:
        """Resolve an agenda; one that is at fault is put aside itself, beside its slots."""
        try:
            index, schedule = self._references.get_indexed(reference, Schedule, _SCHEDULE)
        except Defective as fault:
            return fault
        try:
            return place_of(schedule, self._references, self._flow)
        except Defective as fault:
            if not fault.derived:
                self._faults.append((index, fault))
            return Defective(_SCHEDULE, f"son agenda ne peut être situé : {fault.reason}")

    def _put_aside(self, index: int, slot: Slot, fault: Defective) -> None:
        """A slot put aside casts doubt: on its place, or on every place when it is not known."""
        self._faults.append((index, fault))
        place = self._places.get(slot.schedule.reference)
        if isinstance(place, ConsultationPlace):
            self._doubtful.add(place.effecteur_id)
        else:
            self._is_whole = False

    def _defects(self) -> tuple[Defect, ...]:
        if not self._faults:
            return self._opened.defects
        raws = self._opened.raw_entries()
        found = [
            Defect(
                index=None if index == _BUNDLE else index,
                field=fault.field,
                reason=fault.reason,
                raw=self._opened.raw if index == _BUNDLE else raws[index],
            )
            for index, fault in self._faults
        ]
        return tuple(sorted((*self._opened.defects, *found), key=_index))


def _changed_at(slot: Slot) -> datetime | None:
    try:
        return read_meta(slot).last_updated
    except Defective:
        return None


def _index(defect: Defect) -> int:
    return _BUNDLE if defect.index is None else defect.index
