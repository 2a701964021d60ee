"""What is known of premises: the whole file once a month, what changed by the API every day."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from math import ceil

from adapters.acceslibre.client import AccessSearch
from adapters.acceslibre.mapping import SOURCE, AccessReading, Premises, read_batch
from adapters.kit.asking import Asker
from adapters.kit.defective import PayloadRefused
from adapters.kit.departments import Department
from adapters.kit.download import Download, open_download
from adapters.kit.http import open_client
from adapters.kit.ingest import UnreadableFile
from adapters.kit.judgement import Judgement
from adapters.kit.manifest import Feed, load_manifest
from adapters.kit.quarantine import Quarantine
from adapters.kit.registry import Load, Registry
from adapters.kit.retry import Draws, Sleep
from regulation.kernel.ids import CheckDigits
from regulation.kernel.time import TimeWindow
from regulation.records import PlaceRecord
from regulation.snapshots import SourceHealth

WHOLE_EVERY = timedelta(days=30)
"""Only the whole file tells what has been taken out."""


@asynccontextmanager
async def open_acceslibre(
    file_url: str,
    *,
    area: Department,
    quarantine: Quarantine,
    draws: Draws,
    api_url: str | None = None,
    api_key: str = "",
    source: str = SOURCE,
    feed: Feed | None = None,
    sleep: Sleep = asyncio.sleep,
    digits: CheckDigits = CheckDigits.WARN,
) -> AsyncIterator["AccessRegistry"]:
    """Open the file for one department and, when its address is given, the API for increments."""
    feed = feed or load_manifest("adapters.acceslibre").get_feed("acceslibre")
    async with AsyncExitStack() as stack:
        download = await stack.enter_async_context(
            open_download(file_url, feed.asked, draws=draws, sleep=sleep)
        )
        search = None
        if api_url is not None:
            http = await stack.enter_async_context(
                open_client(base_url=api_url, timeout_s=feed.asked.timeout_s)
            )
            search = AccessSearch(
                Asker(http, feed.asked, draws=draws, sleep=sleep),
                department=area.code,
                validity=feed.validity,
                source=source,
                api_key=api_key,
            )
        yield AccessRegistry(
            download,
            search,
            feed=feed,
            area=area,
            registry=Registry(source, feed, quarantine),
            judgement=Judgement(digits=digits),
        )


class AccessRegistry:
    """The last word of Acceslibre on the places of a department."""

    def __init__(
        self,
        download: Download,
        search: AccessSearch | None,
        *,
        feed: Feed,
        area: Department,
        registry: Registry[Premises],
        judgement: Judgement,
    ) -> None:
        self._download = download
        self._search = search
        self._feed = feed
        self._area = area
        self._registry = registry
        self._judgement = judgement
        self._whole_at: datetime | None = None
        self.name = registry.source
        self.period = timedelta(seconds=feed.asked.period_s)

    async def refresh(self, now: datetime) -> SourceHealth:
        """Ask for what changed, or fetch the file when that was long ago."""
        return await self._registry.refresh(lambda: self._load(now), now)

    def records(self, around: TimeWindow) -> tuple[PlaceRecord, ...]:  # noqa: ARG002  no openings
        """Places; an answer is as old as its last change, when that is told."""
        return tuple(
            replace(place.record, observed_at=min(said_at, place.record.changed_at or said_at))
            for place, said_at in self._registry.records()
        )

    def health(self, now: datetime) -> SourceHealth:
        """State of the source at this instant."""
        return self._registry.health(now)

    async def _load(self, now: datetime) -> Load[Premises]:
        judgement = replace(self._judgement, now=now)
        is_due = self._whole_at is None or now - self._whole_at >= WHOLE_EVERY
        if self._search is None or is_due:
            return await self._whole(judgement, now)
        since = self._registry.confirmed_at or now
        days = max(1, ceil((now - since) / timedelta(days=1)))
        pages = await self._search.search(judgement, days)
        return self._load_of(pages, is_increment=True)

    async def _whole(self, judgement: Judgement, now: datetime) -> Load[Premises]:
        raw = await self._download.fetch(now)
        if raw is None:
            return Load(is_unchanged=True)
        try:
            reading = read_batch(raw, judgement, self._feed.validity, self.name)
        except UnreadableFile as error:
            raise PayloadRefused(error.as_defect(raw)) from None
        self._download.keep()
        self._whole_at = now
        return self._load_of(((raw, reading),), is_increment=False)

    def _load_of(
        self, pages: tuple[tuple[bytes, AccessReading], ...], *, is_increment: bool
    ) -> Load[Premises]:
        """The file is of all France: places elsewhere are passed over, not put aside."""
        places = [place for _, page in pages for place in page.places if self._is_ours(place)]
        return Load(
            records={one.record.record_id: one for one in places},
            batches=tuple((raw, page.defects) for raw, page in pages),
            in_doubt=frozenset(name for _, page in pages for name in page.in_doubt),
            is_increment=is_increment,
        )

    def _is_ours(self, place: Premises) -> bool:
        address = place.record.address
        return address is not None and self._area.has_postal_code(address.postal_code)
