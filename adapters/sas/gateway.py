"""Agendas of effecteurs, refreshed from one editor and published as one immutable mapping."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from adapters.kit.defective import PayloadRefused
from adapters.kit.directory import Directory
from adapters.kit.failures import FeedFailure
from adapters.kit.health import HealthTracker
from adapters.kit.http import ClientCertificate
from adapters.kit.manifest import Feed, load_manifest
from adapters.kit.quarantine import Defect, Payload, Quarantine
from adapters.kit.retry import Draws, Sleep
from adapters.sas.client import Search, SlotSearch, batches, open_editor
from adapters.sas.mapping import Reading
from adapters.sas.notebook import Notebook
from adapters.sas.places import Flow
from regulation.kernel.ids import CheckDigits, Identifier
from regulation.kernel.observed import LOST_AFTER_VALIDITIES
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda
from regulation.snapshots import SourceHealth

TOLERATED_SHARE = 0.1
"""Above this share of entries put aside, a source that answers is DEGRADED all the same."""

AT_ONCE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceReport:
    """What one refresh brought.

    `asked` and `answered` count practitioners (associations for SOS Médecins); `failures` say why
    batches failed, each reason once; `unknown_codes` count codes that nobody defined;
    `quarantined` also counts the slots of places that are not of the territory.
    """

    source: str
    asked_at: datetime
    asked: int
    answered: int
    slots: int
    quarantined: int
    failures: tuple[str, ...]
    unknown_codes: Mapping[str, int]
    health: SourceHealth


@dataclass(frozen=True, slots=True, kw_only=True)
class _Batch:
    """What became of one batch: its pages, or why there are none."""

    numbers: tuple[Identifier, ...]
    pages: tuple[Reading, ...] = ()
    defects: tuple[Defect, ...] = ()
    failure: str | None = None


@asynccontextmanager
async def open_offers(
    base_url: str,
    *,
    source: str,
    directory: Directory,
    quarantine: Quarantine,
    draws: Draws,
    flow: Flow = Flow.PS,
    feed: Feed | None = None,
    sleep: Sleep = asyncio.sleep,
    digits: CheckDigits = CheckDigits.WARN,
    certificate: ClientCertificate | None = None,
) -> AsyncIterator["SasOffers"]:
    """Open one editor's offers, asked as the manifest says unless another feed is given."""
    feed = feed or load_manifest("adapters.sas").get_feed(flow.value)
    async with open_editor(base_url, feed.asked, certificate=certificate) as http:
        search = SlotSearch(
            http,
            source=source,
            flow=flow,
            query=feed.asked,
            draws=draws,
            sleep=sleep,
            digits=digits,
        )
        yield SasOffers(
            search, source=source, feed=feed, directory=directory, quarantine=quarantine
        )


class SasOffers:
    """Slots of one editor's agendas, by effecteur.

    An effecteur whose practitioners were asked and have no slot gets an empty Agenda. When the
    source fails, its last Agenda stays and ages to STALE, then LOST: it is never made fresh, and
    never emptied. Ask an editor only for the practitioners whose agenda it keeps.
    """

    def __init__(
        self,
        search: SlotSearch,
        *,
        source: str,
        feed: Feed,
        directory: Directory,
        quarantine: Quarantine,
        at_once: int = AT_ONCE,
    ) -> None:
        valid_for = feed.valid_for("slots")
        self._search = search
        self._source = source
        self._feed = feed.name
        self._batch_size = feed.asked.batch
        self._quarantine = quarantine
        self._notebook = Notebook(directory, source=source, valid_for=valid_for)
        self._health = HealthTracker(source, silent_after=LOST_AFTER_VALIDITIES * valid_for)
        self._at_once = at_once
        self._refreshing = asyncio.Lock()
        self._agendas: Mapping[Identifier, Agenda] = MappingProxyType({})

    @property
    def agendas(self) -> Mapping[Identifier, Agenda]:
        """Agendas by effecteur as of the last refresh; a mapping that never changes."""
        return self._agendas

    def health(self, now: datetime) -> SourceHealth:
        """State of the source at this instant."""
        return self._health.at(now, self._quarantine.count(self._source))

    async def refresh(
        self, numbers: Sequence[Identifier], window: TimeWindow, now: datetime
    ) -> SourceReport:
        """Ask for these practitioners (RPPS) or associations (SIRET, SOS); publish what is known.

        Facts are dated `now`, when the question left. A failure of the source never raises. Numbers
        the flow cannot ask by are not asked: of their places nobody says that they have no slot.
        """
        async with self._refreshing:
            self._notebook.expect(numbers)
            askable = [number for number in numbers if self._search.can_ask(number)]
            asked = batches(askable, self._batch_size)
            turns = asyncio.Semaphore(self._at_once)
            searches = (Search(numbers=batch, window=window, now=now) for batch in asked)
            done = await asyncio.gather(*(self._ask(search, turns) for search in searches))
            strays = [stray for batch in done for stray in self._note(batch, window, now)]
            self._agendas = MappingProxyType(self._notebook.agendas(now))
            return self._report(done, len(strays), now)

    async def _ask(self, search: Search, turns: asyncio.Semaphore) -> _Batch:
        try:
            async with turns:
                pages = await self._search.search(search)
        except FeedFailure as failure:
            return _Batch(numbers=search.numbers, failure=failure.reason)
        except PayloadRefused as refused:
            defect = refused.defect
            reason = f"réponse inutilisable ({defect.field}: {defect.reason})"
            return _Batch(numbers=search.numbers, defects=(defect,), failure=reason)
        defects = tuple(defect for page in pages for defect in page.defects)
        return _Batch(numbers=search.numbers, pages=pages, defects=defects)

    def _note(self, batch: _Batch, window: TimeWindow, now: datetime) -> tuple[Defect, ...]:
        """Return the slots that are well formed but of places or people it was not about."""
        strays: tuple[Defect, ...] = ()
        if batch.failure is None:
            strays = self._notebook.write(batch.numbers, batch.pages, window, now)
        for page in batch.pages:
            payload = Payload(feed=self._feed, raw=page.opened.raw, judged_at=now)
            self._quarantine.put(self._source, now, page.defects, payload)
        refused = batch.defects if batch.failure is not None else ()
        self._quarantine.put(self._source, now, (*refused, *strays))
        return strays

    def _report(self, done: Sequence[_Batch], strays: int, now: datetime) -> SourceReport:
        answered = [batch for batch in done if batch.failure is None]
        pages = [page for batch in answered for page in batch.pages]
        unknown: Counter[str] = Counter()
        for page in pages:
            unknown.update(page.unknown_codes)
        defects = sum(len(batch.defects) for batch in done)
        health = self._record(done, defects, sum(page.opened.size for page in pages), now)
        return SourceReport(
            source=self._source,
            asked_at=now,
            asked=sum(len(batch.numbers) for batch in done),
            answered=sum(len(batch.numbers) for batch in answered),
            slots=sum(len(page.offers) for page in pages),
            quarantined=defects + strays,
            failures=tuple(dict.fromkeys(batch.failure for batch in done if batch.failure)),
            unknown_codes=dict(unknown),
            health=health,
        )

    def _record(
        self, done: Sequence[_Batch], defects: int, entries: int, now: datetime
    ) -> SourceHealth:
        failures = [batch.failure for batch in done if batch.failure]
        if not done:
            return self._health.at(now)
        if len(failures) == len(done):
            return self._health.record_failure(now, failures[0])
        if failures:
            complaint = f"{len(failures)} lots sur {len(done)} ont échoué : {failures[0]}"
        elif defects > TOLERATED_SHARE * entries:
            complaint = f"{defects} entrées sur {entries} écartées"
        else:
            complaint = ""
        return self._health.record_success(now, complaint)
