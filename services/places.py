"""The places of a territory: its own tables, and what registries and rotas say of them."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from adapters.kit.directory import PlaceDirectory
from adapters.kit.registry import PlaceSource
from adapters.territory.territory import HOURS_AFTER, HOURS_BEFORE, Territory
from regulation.effecteurs import Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position
from regulation.kernel.time import Calendar, TimeWindow
from regulation.kernel.windows import merge
from regulation.pair_verdicts import Verdicts
from regulation.picture import Picture, compose
from regulation.records import Openings, PlaceRecord, PostalAddress
from regulation.snapshots import SourceHealth
from regulation.trust import TERRITORY

STANDING = timedelta(days=1)
"""Validity of what the territory's own tables say: they are read again with every picture."""

Duties = Mapping[Identifier, tuple[TimeWindow, ...]]
"""When each place is on duty; a place without duty is not there."""

FACTS = (
    *("name", "kind", "address", "commune", "position", "phones"),
    *("specialties", "care", "min_age", "openings"),
)


class PlaceBook:
    """Makes the picture of the places, anew when a source has spoken or the hour has turned.

    Without any source, the territory's tables are the picture.
    """

    def __init__(self, territory: Territory, calendar: Calendar) -> None:
        self._territory = territory
        self._calendar = calendar
        self._sources: tuple[PlaceSource, ...] = ()
        self._verdicts: Verdicts = {}
        self._heard = 0
        self._made: tuple[tuple[datetime, Verdicts, int], Picture] | None = None
        self._laid_down = LaidDownHours(territory, calendar)

    @property
    def sources(self) -> tuple[PlaceSource, ...]:
        """The sources that have been asked."""
        return self._sources

    def health(self, now: datetime) -> tuple[SourceHealth, ...]:
        """State of each source at this instant."""
        return tuple(source.health(now) for source in self._sources)

    async def refresh(self, source: PlaceSource, now: datetime) -> None:
        """Ask a source; the next picture is made of what it said."""
        if source not in self._sources:
            self._sources = (*self._sources, source)
        await source.refresh(now)
        self._heard += 1

    def judge(self, verdicts: Verdicts) -> None:
        """Make the next picture under what somebody decided of records that look alike."""
        self._verdicts = verdicts

    def picture(self, now: datetime) -> Picture | None:
        """Return the picture of this hour; None when no source has been asked."""
        if not self._sources:
            return None
        around = around_hour_of(now)
        made_for = around.start, self._verdicts, self._heard
        made = self._made  # another thread may judge while this one reads
        if made is None or made[0] != made_for:
            records = [*self._own(around, now)]
            for source in self._sources:
                records += source.records(around)
            located = self._located(records)
            picture = compose(records, around, now, located, verdicts=made_for[1])
            self._made = made = made_for, picture
        return made[1]

    def effecteurs(self, now: datetime) -> Sequence[Effecteur]:
        """Return the places, with their windows around an instant."""
        picture = self.picture(now)
        if picture is None:
            return self._territory.effecteurs_at(now, self._calendar)
        return tuple(picture.effecteurs.values())

    def duties(self, now: datetime) -> Duties:
        """Return when each place is on duty, whoever says so, around an instant."""
        around = around_hour_of(now)
        found = self._laid_down.duties(around)
        picture = self.picture(now)
        if picture is None:
            return found
        merged = {picture.aliases.get(place, place): windows for place, windows in found.items()}
        for source in self._sources:
            for record in source.records(around):
                if record.openings is not None and record.openings.duty:
                    place = picture.place_of[record.key]
                    merged[place] = merge((*merged.get(place, ()), *record.openings.duty))
        return merged

    def directory(self, now: datetime) -> PlaceDirectory:
        """Return which number leads to which place."""
        picture = self.picture(now)
        if picture is None:
            return PlaceDirectory.of(self._territory.effecteurs)
        return PlaceDirectory.of(picture.effecteurs.values(), picture.aliases)

    def _own(self, around: TimeWindow, now: datetime) -> Iterator[PlaceRecord]:
        """What the territory's tables say; answers on premises are as old as their own date."""
        openings = self._laid_down.openings(around)
        for one in self._territory.effecteurs:
            told = openings.get(one.effecteur_id)
            yield PlaceRecord(
                source=TERRITORY,
                feed=TERRITORY,
                record_id=str(one.effecteur_id),
                observed_at=now,
                numbers=frozenset({one.effecteur_id}),
                kind=one.kind,
                name=one.name,
                address=address_of(one),
                commune=one.commune,
                position=one.position,
                phones=(one.phone,) if one.phone else (),
                practitioners=frozenset(one.practitioners),
                specialties=one.specialties,
                care=one.care,
                min_age=one.min_age,
                openings=told,
                synthetic=one.synthetic,
                validity=dict.fromkeys(FACTS, STANDING),
            )
            if one.accessibility is not None:
                yield PlaceRecord(
                    source=TERRITORY,
                    feed=TERRITORY,
                    record_id=f"{one.effecteur_id}/locaux",
                    observed_at=one.accessibility.observed_at,
                    numbers=frozenset({one.effecteur_id}),
                    accessibility=one.accessibility.value,
                    validity={"accessibility": one.accessibility.valid_for},
                )

    def _located(self, records: Sequence[PlaceRecord]) -> Mapping[PostalAddress, Position]:
        """Addresses that no source places, at the centre of their commune."""
        wanted = {one.address for one in records if one.address and one.position is None}
        found = ((one, self._territory.find_address(str(one))) for one in wanted)
        return {one: place.position for one, place in found if place is not None}


class LaidDownHours:
    """The hours and duties of a territory's own tables, worked out once an hour."""

    def __init__(self, territory: Territory, calendar: Calendar) -> None:
        self._territory = territory
        self._calendar = calendar
        self._openings: tuple[TimeWindow, Mapping[Identifier, Openings]] | None = None
        self._duties: tuple[TimeWindow, Duties] | None = None

    def openings(self, around: TimeWindow) -> Mapping[Identifier, Openings]:
        """Return opening hours, duties and dated closures, by effecteur."""
        if self._openings is None or self._openings[0] != around:
            self._openings = around, self._territory.openings(around, self._calendar)
        return self._openings[1]

    def duties(self, around: TimeWindow) -> Duties:
        """Return the duties alone, of the places that have some."""
        if self._duties is None or self._duties[0] != around:
            self._duties = around, self._territory.duties_on(around, self._calendar)
        return self._duties[1]


def around_hour_of(now: datetime) -> TimeWindow:
    """Return what is told around the hour an instant is in."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    return TimeWindow(hour - HOURS_BEFORE, hour + HOURS_AFTER)


class CurrentDirectory:
    """The directory of a place book, as of now: feeds keep it while the places change."""

    def __init__(self, directory: PlaceDirectory) -> None:
        self._directory = directory

    def turn_to(self, directory: PlaceDirectory) -> None:
        """Look things up in this one from now on."""
        self._directory = directory

    def find_effecteur(self, number: Identifier) -> Identifier | None:
        """Return the effecteur of that number; None when nobody knows it."""
        return self._directory.find_effecteur(number)

    def practices_of(self, practitioner: Identifier) -> frozenset[Identifier]:
        """Effecteurs where that practitioner receives; empty when unknown."""
        return self._directory.practices_of(practitioner)


def address_of(effecteur: Effecteur) -> PostalAddress | None:
    """Cut the address of a place of the territory; None when it has none."""
    line, comma, town = effecteur.address.rpartition(", ")
    postal_code, _, name = town.partition(" ")
    return PostalAddress(line=line, postal_code=postal_code, town=name) if comma else None
