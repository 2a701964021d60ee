"""The live offer: feeds refreshed, published as one immutable snapshot after another."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from adapters.kit.quarantine import InMemoryQuarantine
from adapters.kit.registry import PlaceSource
from adapters.manual.gateway import ManualBoard
from adapters.manual.mapping import ManualReading
from adapters.rota.gateway import RotaRegistry
from adapters.sas.gateway import SasOffers
from adapters.territory.territory import Territory
from regulation.declarations import (
    Declaration,
    Declarations,
    extras_of,
    shut_agenda,
    shut_effecteur,
)
from regulation.effecteurs import CareCode, Effecteur
from regulation.kernel.ids import Identifier
from regulation.kernel.time import Calendar, Clock, TimeWindow
from regulation.matching import Link
from regulation.offers import Agenda
from regulation.pair_verdicts import Pair, Verdicts
from regulation.picture import Picture
from regulation.review import Doubts, Review, duty_alerts
from regulation.snapshots import FactOrigin, Snapshot, SourceHealth, SourceState
from services.duties import duty_agendas
from services.places import CurrentDirectory, Duties, PlaceBook

SEARCH_DAYS = timedelta(days=3)
"""The SAS platform searches today and the two days after."""

SILENT_AFTER = timedelta(minutes=3)
"""Assumption: six readings of a feed in a row that never came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What sources and feeds said last, before declarations are taken out of it."""

    places: Sequence[Effecteur]
    duties: Duties
    picture: Picture | None
    agendas: Mapping[Identifier, Agenda]


class LiveOffer:
    """Publishes snapshots of a territory: its places, and what its feeds answered last.

    One writer at a time refreshes; readers take `current`, which never changes under them. Any
    thread may `hear` declarations or `judge_pairs`: no source is read for it.
    """

    def __init__(
        self,
        territory: Territory,
        calendar: Calendar,
        clock: Clock,
        manual: ManualBoard | None = None,
    ) -> None:
        self._clock = clock
        self._places = PlaceBook(territory, calendar)
        self._manual = manual or ManualBoard(InMemoryQuarantine())
        self._feeds: tuple[SasOffers, ...] = ()
        self._others: Mapping[Identifier, Agenda] = {}
        self._doubts = Doubts()
        self._verdicts: Verdicts = {}
        self._lock = Lock()
        self._telling = Lock()
        now = clock.now()
        self.directory = CurrentDirectory(self._places.directory(now))
        self._told = self._tell(now)
        self._snapshot = self._make(now)

    def current(self) -> Snapshot:
        """Return the last published snapshot."""
        return self._snapshot

    def health(self) -> tuple[SourceHealth, ...]:
        """Return one line per source, as of now."""
        return self._health(self._clock.now())

    def review(self) -> Review:
        """Return what somebody should look at, as of now."""
        picture = self._told.picture
        return Review(
            doubtful=picture.doubtful if picture else self._open_elsewhere(),
            disagreements=picture.disagreements if picture else (),
            place_of=picture.place_of if picture else self._doubts.place_of,
            alerts=duty_alerts(self._snapshot.effecteurs.values(), self._clock.now()),
        )

    async def refresh(
        self,
        feed: SasOffers,
        needs: frozenset[CareCode] | None = None,
        *,
        numbers: Sequence[Identifier] | None = None,
    ) -> None:
        """Ask a feed for the practitioners who answer these needs (None: all), and publish.

        `numbers`: those to ask for instead (associations of SOS Médecins).
        """
        if feed not in self._feeds:
            self._feeds = (*self._feeds, feed)
        now = self._clock.now()
        asked = numbers or practitioners(self._places.effecteurs(now), needs)
        await feed.refresh(asked, TimeWindow(now, now + SEARCH_DAYS), now)
        self._take_in()

    async def refresh_places(self, source: PlaceSource) -> None:
        """Ask a registry or a rota, and publish the picture it makes with the others."""
        now = self._clock.now()
        await self._places.refresh(source, now)
        self._take_in_places()

    def hear(self, raw: bytes) -> ManualReading:
        """Take declarations made by hand, and publish; raise PayloadRefused."""
        reading = self._manual.hear(raw, self._clock.now())
        self._publish()
        return reading

    def declare(self, declaration: Declaration) -> None:
        """Take one declaration, and publish."""
        self._manual.declare(declaration, self._clock.now())
        self._publish()

    def duties(self) -> Duties:
        """Return when each place is on duty, as it was last told."""
        return self._told.duties

    def hear_others(self, agendas: Mapping[Identifier, Agenda]) -> None:
        """Take what other processes read from their feeds, and publish."""
        self._others = agendas
        self._take_in()

    def judge_pairs(self, verdicts: Verdicts) -> None:
        """Publish the picture that somebody's decisions on records that look alike make."""
        self._verdicts = verdicts
        self._places.judge(verdicts)
        self._take_in_places()

    def agendas(self) -> Mapping[Identifier, Agenda]:
        """Return what feeds said of agendas, before what effecteurs declare shuts any of them."""
        return self._told.agendas

    def declarations(self) -> Declarations:
        """Return the declarations to believe now."""
        return self._manual.valid_at(self._clock.now())

    def doubts(self) -> Doubts | None:
        """Return the pairs in doubt in what this process reads; None: it reads no registry."""
        picture = self._told.picture
        if picture is None:
            return None
        records = {key for one in picture.doubtful for key in (one.first, one.second)}
        place_of = picture.place_of
        return Doubts(
            links=tuple(picture.doubtful),
            place_of={key: place_of[key] for key in records if key in place_of},
        )

    def hear_doubts(self, doubts: Doubts) -> None:
        """Take the pairs in doubt that another process found, to be shown where none is read."""
        self._doubts = doubts

    def _open_elsewhere(self) -> tuple[Link, ...]:
        """What another process doubts, less what somebody has decided since."""
        return tuple(
            one
            for one in self._doubts.links
            if Pair.of(one.first, one.second) not in self._verdicts
        )

    def _take_in(self) -> None:
        with self._telling:  # what is told last was computed last
            self._told = self._tell(self._clock.now())
            self._publish()

    def _take_in_places(self) -> None:
        with self._telling:
            self.directory.turn_to(self._places.directory(self._clock.now()))
        self._take_in()

    def _publish(self) -> None:
        with self._lock:
            self._snapshot = self._make(self._clock.now()).following(self._snapshot)

    def _health(self, now: datetime) -> tuple[SourceHealth, ...]:
        feeds = tuple(feed.health(now) for feed in self._feeds)
        manual = self._manual.health(now)
        heard = (manual,) if manual.last_success else ()
        return (*feeds, *_told_by_others(self._others, now), *self._places.health(now), *heard)

    def _make(self, now: datetime) -> Snapshot:
        told, declared = self._told, self._manual.valid_at(now)
        picture = told.picture
        agendas = {
            name: shut_agenda(agenda, declared.get(name)) for name, agenda in told.agendas.items()
        }
        origins: Mapping[Identifier, tuple[FactOrigin, ...]] = picture.origins if picture else {}
        digest = _digest(agendas, picture.picture_id if picture else "", declared)
        return Snapshot(
            snapshot_id=f"{now:%Y%m%dT%H%M%SZ}-{digest}",
            taken_at=now,
            effecteurs={
                one.effecteur_id: shut_effecteur(one, declared.get(one.effecteur_id))
                for one in told.places
            },
            agendas=agendas,
            sources=self._health(now),
            origins=origins,
            declarations=declared,
            extras=extras_of(declared),
        )

    def _tell(self, now: datetime) -> Told:
        return Told(
            places=self._places.effecteurs(now),
            duties=self._places.duties(now),
            picture=self._places.picture(now),
            agendas=self._agendas(now),
        )

    def _agendas(self, now: datetime) -> dict[Identifier, Agenda]:
        """What feeds of slots said; else the duties in which one comes without an appointment."""
        merged: dict[Identifier, Agenda] = dict(self._others)
        picture = self._places.picture(now)
        if picture is not None:
            for source in self._places.sources:
                if isinstance(source, RotaRegistry):
                    merged |= duty_agendas(source, picture.place_of, now)
        for feed in self._feeds:
            merged |= feed.agendas
        return merged


def _told_by_others(agendas: Mapping[Identifier, Agenda], now: datetime) -> Sequence[SourceHealth]:
    """Health of the sources other processes read, by how long ago they last said something."""
    last: dict[str, datetime] = {}
    for agenda in agendas.values():
        seen = agenda.slots
        last[seen.source] = max(seen.observed_at, last.get(seen.source, seen.observed_at))
    return tuple(
        SourceHealth(
            name=name,
            state=SourceState.OK if now - at <= SILENT_AFTER else SourceState.SILENT,
            last_success=at,
            message="" if now - at <= SILENT_AFTER else "aucune nouvelle du processus qui la lit",
        )
        for name, at in sorted(last.items())
    )


def practitioners(
    effecteurs: Sequence[Effecteur], needs: frozenset[CareCode] | None
) -> tuple[Identifier, ...]:
    """Practitioners whose agendas matter for the needs, once each, in a stable order."""
    wanted = (one for one in effecteurs if needs is None or one.care & needs)
    return tuple(sorted({who for one in wanted for who in one.practitioners}))


def _digest(agendas: Mapping[Identifier, Agenda], places: str, declared: Declarations) -> str:
    """Short digest of every slot and its age, of the places and of what they declare: two
    snapshots alike have one id."""
    digest = hashlib.sha256(places.encode())
    for effecteur_id in sorted(agendas):
        observed = agendas[effecteur_id].slots
        digest.update(f"{effecteur_id}@{observed.observed_at.isoformat()}".encode())
        for slot in observed.value:
            digest.update(slot.slot_id.encode())
    for effecteur_id in sorted(declared):
        digest.update(repr(declared[effecteur_id]).encode())
    return digest.hexdigest()[:10]
