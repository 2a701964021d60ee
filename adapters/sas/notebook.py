"""What each practitioner last said of each of their places, and the agendas it adds up to."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.kit.directory import Directory
from adapters.kit.quarantine import Defect
from adapters.sas.mapping import Offer, Reading
from regulation.kernel.ids import Identifier
from regulation.kernel.observed import Freshness, Observed
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda, Slot

Said = dict[Identifier, dict[Identifier, dict[str, Slot]]]
"""Slots by number asked, by effecteur, by slot id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Page:
    """One practitioner's last word on one place."""

    slots: Observed[tuple[Slot, ...]]
    asked: TimeWindow


class Notebook:
    """Remembers answers one by one, so that one that is missing never passes for "no slot"."""

    def __init__(self, directory: Directory, *, source: str, valid_for: timedelta) -> None:
        self._directory = directory
        self._source = source
        self._valid_for = valid_for
        self._pages: defaultdict[Identifier, dict[Identifier, _Page | None]] = defaultdict(dict)
        self._places: defaultdict[Identifier, set[Identifier]] = defaultdict(set)

    def expect(self, numbers: Sequence[Identifier]) -> None:
        """Note that these are asked, before anything is known of the answer."""
        for number in numbers:
            self._places[number] |= self._directory.practices_of(number)
            for effecteur_id in self._places[number]:
                self._pages[effecteur_id].setdefault(number, None)

    def write(
        self,
        numbers: Sequence[Identifier],
        readings: Sequence[Reading],
        window: TimeWindow,
        now: datetime,
    ) -> tuple[Defect, ...]:
        """Note the answer to an expected batch; return the slots it was not about, put aside.

        "No slot" is noted only where nothing was put aside that could have been one.
        """
        said, strays = self._sort(frozenset(numbers), readings)
        is_whole = all(reading.is_whole for reading in readings)
        doubtful = {
            self._directory.find_effecteur(place)
            for reading in readings
            for place in reading.doubtful
        }
        for number in numbers:
            spoken = said.get(number, {})
            self._places[number] |= spoken.keys()
            for effecteur_id in self._places[number]:
                slots = tuple(spoken.get(effecteur_id, {}).values())
                if slots or (is_whole and effecteur_id not in doubtful):
                    observed = Observed(slots, now, self._source, self._valid_for)
                    self._pages[effecteur_id][number] = _Page(slots=observed, asked=window)
        return tuple(strays)

    def agendas(self, now: datetime) -> dict[Identifier, Agenda]:
        """Add the answers up by effecteur; one of which nothing is known has no agenda."""
        found = {}
        for effecteur_id, pages in self._pages.items():
            agenda = _agenda(effecteur_id, tuple(pages.values()), now)
            if agenda is not None:
                found[effecteur_id] = agenda
        return found

    def _sort(
        self, numbers: frozenset[Identifier], readings: Sequence[Reading]
    ) -> tuple[Said, list[Defect]]:
        said: Said = {}
        strays: list[Defect] = []
        for reading in readings:
            for offer in reading.offers:
                number = offer.place.practitioner or offer.place.organization
                effecteur_id = self._directory.find_effecteur(offer.place.effecteur_id)
                if number not in numbers:
                    strays.append(_stray(reading, offer, "schedule.actor", f"{number} pas demandé"))
                elif effecteur_id is None:
                    reason = f"aucun effecteur du territoire n'est {offer.place.effecteur_id}"
                    strays.append(_stray(reading, offer, "organization.identifier", reason))
                else:
                    slot = _of_effecteur(offer.slot, effecteur_id)
                    said.setdefault(number, {}).setdefault(effecteur_id, {})[slot.slot_id] = slot
        return said, strays


def _agenda(
    effecteur_id: Identifier, pages: tuple[_Page | None, ...], now: datetime
) -> Agenda | None:
    """The oldest answer that still counts dates the whole.

    Answers too old to count are left out, unless what is left would read "no slot" while
    somebody's agenda is unknown: then the old answer stays, and reads UNKNOWN by its age.
    """
    heard = [page for page in pages if page is not None]
    alive = [page for page in heard if page.slots.freshness(now) is not Freshness.LOST]
    has_slot = any(slot.window.end > now for page in alive for slot in page.slots.value)
    chosen = alive if has_slot or len(alive) == len(pages) else heard
    if not chosen or (len(heard) < len(pages) and not has_slot):
        return None
    oldest = min(chosen, key=lambda page: page.slots.observed_at)
    slots = tuple(slot for page in chosen for slot in page.slots.value)
    return Agenda(
        effecteur_id=effecteur_id,
        slots=oldest.slots.map(lambda _: slots),
        asked=oldest.asked,
    )


def _of_effecteur(slot: Slot, effecteur_id: Identifier) -> Slot:
    if slot.effecteur_id == effecteur_id:
        return slot
    return replace(slot, effecteur_id=effecteur_id)


def _stray(reading: Reading, offer: Offer, field: str, reason: str) -> Defect:
    raw = reading.opened.raw_entries()[offer.index]
    return Defect(index=offer.index, field=field, reason=reason, raw=raw)
