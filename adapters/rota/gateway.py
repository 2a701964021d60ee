"""Duty rotas at an address or in a file laid down, read again every quarter of an hour."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

from adapters.kit.defective import PayloadRefused
from adapters.kit.departments import Department
from adapters.kit.download import Download, open_download
from adapters.kit.failures import FeedFailure
from adapters.kit.ingest import UnreadableFile
from adapters.kit.judgement import Judgement
from adapters.kit.manifest import Feed, load_manifest
from adapters.kit.quarantine import Quarantine
from adapters.kit.registry import Load, Registry
from adapters.kit.retry import Draws, Sleep
from adapters.kit.system_errors import said
from adapters.rota.files import FORMATS
from adapters.rota.mapping import Telling, places_of, walk_ins
from adapters.rota.turns import DutyTurn
from regulation.kernel.time import TimeWindow
from regulation.records import PlaceRecord
from regulation.snapshots import SourceHealth

READ_AGAIN = timedelta(days=1)


class LaidDown:
    """A rota somebody laid down in a folder; reading it never asks the network."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = b""
        self._fetched = b""

    async def fetch(self, _now: datetime) -> bytes | None:
        """Return the file, None when it has not changed since it was last kept."""
        try:
            self._fetched = await asyncio.to_thread(self._path.read_bytes)
        except OSError as error:
            raise FeedFailure(f"fichier : {said(error)}", retryable=True) from None
        return None if self._fetched == self._kept else self._fetched

    def keep(self) -> None:
        """Remember the file just read."""
        self._kept = self._fetched


@asynccontextmanager
async def open_rota(
    url: str,
    *,
    feed_name: str,
    area: Department,
    quarantine: Quarantine,
    draws: Draws,
    source: str | None = None,
    feed: Feed | None = None,
    sleep: Sleep = asyncio.sleep,
) -> AsyncIterator["RotaRegistry"]:
    """Open a rota at an address, as a calendar (`rota-ics`) or as a table (`rota-csv`)."""
    feed = feed or load_manifest("adapters.rota").get_feed(feed_name)
    async with open_download(url, feed.asked, draws=draws, sleep=sleep) as download:
        yield RotaRegistry(download, feed=feed, area=area, quarantine=quarantine, source=source)


class RotaRegistry:
    """The turns of one rota to come."""

    def __init__(
        self,
        file: Download | LaidDown,
        *,
        feed: Feed,
        area: Department,
        quarantine: Quarantine,
        source: str | None = None,
    ) -> None:
        self._file = file
        self._feed = feed
        self._area = area
        self._registry: Registry[DutyTurn] = Registry(
            source or feed.name,
            feed,
            quarantine,
            least_share=0.0,  # the next rota may well be shorter than this one
        )
        self._raw = b""
        self._read_at: datetime | None = None
        self.name = self._registry.source
        self.period = timedelta(seconds=feed.asked.period_s)

    async def refresh(self, now: datetime) -> SourceHealth:
        """Read the rota if it has changed."""
        return await self._registry.refresh(lambda: self._load(now), now)

    def records(self, around: TimeWindow) -> tuple[PlaceRecord, ...]:
        """Places with the windows in which they are on duty."""
        known = tuple(self._registry.records())
        seen_at = min((said_at for _, said_at in known), default=around.start)
        turns = [turn for turn, _ in known]
        telling = Telling(
            around=around,
            seen_at=seen_at,
            source=self.name,
            feed=self._feed.name,
            validity=self._feed.validity,
        )
        return places_of(turns, telling)

    @property
    def openings_valid_for(self) -> timedelta:
        """How long what the rota says of duties is good."""
        return self._feed.valid_for("openings")

    def walk_ins(self, now: datetime) -> Mapping[str, tuple[tuple[DutyTurn, ...], datetime]]:
        """Turns in which one may come without an appointment, by record of place, with when the
        rota last said so."""
        found: dict[str, tuple[tuple[DutyTurn, ...], datetime]] = {}
        for turn, said_at in self._registry.records():
            for key, one in walk_ins((turn,), now):
                turns, first = found.get(key, ((), said_at))
                found[key] = ((*turns, one), min(first, said_at))
        return found

    def health(self, now: datetime) -> SourceHealth:
        """State of the source at this instant."""
        return self._registry.health(now)

    async def _load(self, now: datetime) -> Load[DutyTurn]:
        """Endless series are told so far ahead only: an unchanged rota is read again each day."""
        raw = await self._file.fetch(now)
        if raw is None and self._read_at and now - self._read_at < READ_AGAIN:
            return Load(is_unchanged=True)
        raw = self._raw if raw is None else raw
        judgement = Judgement(now=now, area=self._area)
        try:
            reading = FORMATS[self._feed.name](raw, judgement)
        except UnreadableFile as error:
            raise PayloadRefused(error.as_defect(raw)) from None
        self._file.keep()
        self._raw, self._read_at = raw, now
        records = {f"{turn.uid}@{turn.window.start:%Y%m%dT%H%M}": turn for turn in reading.turns}
        return Load(records=records, batches=((raw, reading.defects),))
