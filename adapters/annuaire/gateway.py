"""Structures of a department and who practises there, asked once a day."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.annuaire.client import AnnuaireSearch
from adapters.annuaire.mapping import SECTORS, SOURCE, AnnuaireReading, Structure
from adapters.kit.asking import Asker
from adapters.kit.budget import RateBudget
from adapters.kit.departments import Department
from adapters.kit.http import open_client
from adapters.kit.judgement import Judgement
from adapters.kit.manifest import Feed, load_manifest
from adapters.kit.quarantine import Quarantine
from adapters.kit.registry import Load, Registry
from adapters.kit.retry import Draws, Sleep
from regulation.kernel.ids import CheckDigits
from regulation.kernel.time import TimeWindow
from regulation.records import PlaceRecord
from regulation.snapshots import SourceHealth

WHOLE_EVERY = timedelta(days=7)
"""Only a whole load tells what has left."""


@asynccontextmanager
async def open_annuaire(
    base_url: str,
    *,
    api_key: str,
    area: Department,
    quarantine: Quarantine,
    draws: Draws,
    source: str = SOURCE,
    feed: Feed | None = None,
    sleep: Sleep = asyncio.sleep,
    elapsed_s: Callable[[], float] = time.monotonic,
    digits: CheckDigits = CheckDigits.WARN,
) -> AsyncIterator["AnnuaireRegistry"]:
    """Open the Annuaire for one department, asked as the manifest says; `elapsed_s` paces it."""
    feed = feed or load_manifest("adapters.annuaire").get_feed(SOURCE)
    query = feed.asked
    budget = None
    if query.per_second:
        budget = RateBudget(query.per_second, sleep=sleep, elapsed_s=elapsed_s)
    async with open_client(base_url=base_url, timeout_s=query.timeout_s) as http:
        search = AnnuaireSearch(
            Asker(http, query, draws=draws, sleep=sleep, budget=budget),
            api_key=api_key,
            postal_prefix=area.postal_prefix,
            validity=feed.validity,
            source=source,
        )
        yield AnnuaireRegistry(
            search,
            judgement=Judgement(area=area, digits=digits),
            registry=Registry(source, feed, quarantine),
            period=timedelta(seconds=query.period_s),
        )


class AnnuaireRegistry:
    """The last word of the Annuaire on the structures of a department."""

    def __init__(
        self,
        search: AnnuaireSearch,
        *,
        judgement: Judgement,
        registry: Registry[Structure],
        period: timedelta,
    ) -> None:
        self._search = search
        self._judgement = judgement
        self._registry = registry
        self._whole_at: datetime | None = None
        self.name = registry.source
        self.period = period

    async def refresh(self, now: datetime) -> SourceHealth:
        """Ask for what changed, or for everything when that was long ago."""
        return await self._registry.refresh(lambda: self._load(now), now)

    def records(self, around: TimeWindow) -> tuple[PlaceRecord, ...]:  # noqa: ARG002  no openings
        """Structures in activity."""
        return tuple(
            replace(structure.record, observed_at=said_at)
            for structure, said_at in self._registry.records()
            if structure.active
        )

    def health(self, now: datetime) -> SourceHealth:
        """State of the source at this instant."""
        return self._registry.health(now)

    async def _load(self, now: datetime) -> Load[Structure]:
        is_due = self._whole_at is None or now - self._whole_at >= WHOLE_EVERY
        since = None if is_due else self._registry.confirmed_at
        judgement = replace(self._judgement, now=now)
        pages: list[AnnuaireReading] = []
        for sector in SECTORS:
            pages += await self._search.search(sector, judgement, since)
        if since is None and all(page.opened.is_whole for page in pages):
            self._whole_at = now
        return Load(
            records={one.record.record_id: one for page in pages for one in page.structures},
            batches=tuple((page.opened.raw, page.defects) for page in pages),
            in_doubt=frozenset(name for page in pages for name in page.in_doubt),
            is_increment=since is not None,
        )
