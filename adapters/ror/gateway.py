"""Places of the ROR with their hours: everything once a day, what changed in between."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from adapters.kit.asking import Asker
from adapters.kit.departments import Department
from adapters.kit.http import ClientCertificate, open_client
from adapters.kit.judgement import Judgement
from adapters.kit.manifest import Feed, load_manifest
from adapters.kit.oauth import ClientCredentials, TokenSource
from adapters.kit.opening import openings
from adapters.kit.quarantine import Quarantine
from adapters.kit.registry import Load, Registry
from adapters.kit.retry import Draws, Sleep
from adapters.ror.client import RorSearch
from adapters.ror.mapping import SOURCE, RorPlace, RorReading
from regulation.kernel.ids import CheckDigits
from regulation.kernel.time import Calendar, TimeWindow
from regulation.records import PlaceRecord
from regulation.snapshots import SourceHealth

WHOLE_EVERY = timedelta(days=1)
"""Only a whole load tells what has left."""


@asynccontextmanager
async def open_ror(
    base_url: str,
    *,
    token_url: str,
    credentials: ClientCredentials,
    area: Department,
    calendar: Calendar,
    quarantine: Quarantine,
    draws: Draws,
    source: str = SOURCE,
    feed: Feed | None = None,
    sleep: Sleep = asyncio.sleep,
    digits: CheckDigits = CheckDigits.WARN,
    certificate: ClientCertificate | None = None,
) -> AsyncIterator["RorRegistry"]:
    """Open the ROR for one department, asked as the manifest says unless another feed is given."""
    feed = feed or load_manifest("adapters.ror").get_feed("ror")
    query = feed.asked
    async with (
        open_client(base_url=base_url, timeout_s=query.timeout_s, certificate=certificate) as http,
        open_client(timeout_s=query.timeout_s, certificate=certificate) as authority,
    ):
        granting = Asker(authority, query, draws=draws, sleep=sleep)
        search = RorSearch(
            Asker(http, query, draws=draws, sleep=sleep),
            TokenSource(granting, token_url, credentials),
            postal_prefix=area.postal_prefix,
            validity=feed.validity,
            source=source,
        )
        judgement = Judgement(area=area, digits=digits)
        yield RorRegistry(
            search,
            judgement=judgement,
            calendar=calendar,
            registry=Registry(source, feed, quarantine),
            period=timedelta(seconds=query.period_s),
        )


class RorRegistry:
    """The last word of the ROR on the places of a department."""

    def __init__(
        self,
        search: RorSearch,
        *,
        judgement: Judgement,
        calendar: Calendar,
        registry: Registry[RorPlace],
        period: timedelta,
    ) -> None:
        self._search = search
        self._judgement = judgement
        self._calendar = calendar
        self._registry = registry
        self._whole_at: datetime | None = None
        self.name = registry.source
        self.period = period

    async def refresh(self, now: datetime) -> SourceHealth:
        """Ask for what changed, or for everything when that was long ago."""
        return await self._registry.refresh(lambda: self._load(now), now)

    def records(self, around: TimeWindow) -> tuple[PlaceRecord, ...]:
        """Places that may be shown, with their openings over the window."""
        zone = self._judgement.zone
        return tuple(
            self._told(place, said_at, around, zone)
            for place, said_at in self._registry.records()
            if not place.sensitive
        )

    def health(self, now: datetime) -> SourceHealth:
        """State of the source at this instant."""
        return self._registry.health(now)

    def _told(
        self, place: RorPlace, said_at: datetime, around: TimeWindow, zone: ZoneInfo
    ) -> PlaceRecord:
        told = (
            openings(place.rows, place.closures, around, zone, self._calendar)
            if place.rows or place.closures
            else None
        )
        return replace(place.record, observed_at=said_at, openings=told)

    async def _load(self, now: datetime) -> Load[RorPlace]:
        is_due = self._whole_at is None or now - self._whole_at >= WHOLE_EVERY
        since = None if is_due else self._registry.confirmed_at
        pages = await self._search.search(replace(self._judgement, now=now), since)
        if since is None and all(page.opened.is_whole for page in pages):
            self._whole_at = now
        return _load_of(pages, is_increment=since is not None)


def _load_of(pages: tuple[RorReading, ...], *, is_increment: bool) -> Load[RorPlace]:
    records = {place.record.record_id: place for page in pages for place in page.places}
    return Load(
        records=records,
        batches=tuple((page.opened.raw, page.defects) for page in pages),
        in_doubt=frozenset(name for page in pages for name in page.in_doubt),
        is_increment=is_increment,
    )
