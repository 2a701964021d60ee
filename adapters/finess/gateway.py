"""Establishments of a department, from the FINESS file fetched once a day."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.finess.mapping import SOURCE, FinessPlace, read_file
from adapters.kit.defective import PayloadRefused
from adapters.kit.departments import Department
from adapters.kit.download import Download, open_download
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

_OVERSEAS = {"971": "9A", "972": "9B", "973": "9C", "974": "9D", "975": "9E", "976": "9F"}


@asynccontextmanager
async def open_finess(
    url: str,
    *,
    area: Department,
    quarantine: Quarantine,
    draws: Draws,
    source: str = SOURCE,
    feed: Feed | None = None,
    sleep: Sleep = asyncio.sleep,
    digits: CheckDigits = CheckDigits.WARN,
) -> AsyncIterator["FinessRegistry"]:
    """Open the file at its address for one department."""
    feed = feed or load_manifest("adapters.finess").get_feed("finess")
    async with open_download(url, feed.asked, draws=draws, sleep=sleep) as download:
        yield FinessRegistry(
            download,
            feed=feed,
            area=area,
            registry=Registry(source, feed, quarantine),
            judgement=Judgement(digits=digits),
        )


class FinessRegistry:
    """The last word of FINESS on the establishments of a department."""

    def __init__(
        self,
        download: Download,
        *,
        feed: Feed,
        area: Department,
        registry: Registry[FinessPlace],
        judgement: Judgement,
    ) -> None:
        self._download = download
        self._feed = feed
        self._departments = frozenset({_OVERSEAS.get(area.code, area.code)})
        self._registry = registry
        self._judgement = judgement
        self.name = registry.source
        self.period = timedelta(seconds=feed.asked.period_s)

    async def refresh(self, now: datetime) -> SourceHealth:
        """Fetch the file if it has changed."""
        return await self._registry.refresh(lambda: self._load(now), now)

    def records(self, around: TimeWindow) -> tuple[PlaceRecord, ...]:  # noqa: ARG002  no openings
        """Establishments; FINESS tells no openings."""
        return tuple(
            replace(place.record, observed_at=said_at)
            for place, said_at in self._registry.records()
        )

    def health(self, now: datetime) -> SourceHealth:
        """State of the source at this instant."""
        return self._registry.health(now)

    async def _load(self, now: datetime) -> Load[FinessPlace]:
        raw = await self._download.fetch(now)
        if raw is None:
            return Load(is_unchanged=True)
        try:
            reading = read_file(
                raw,
                replace(self._judgement, now=now),
                self._feed.validity,
                self.name,
                self._departments,
            )
        except UnreadableFile as error:
            raise PayloadRefused(error.as_defect(raw)) from None
        self._download.keep()
        return Load(
            records={one.record.record_id: one for one in reading.places},
            batches=((raw, reading.defects),),
            in_doubt=reading.in_doubt,
        )
