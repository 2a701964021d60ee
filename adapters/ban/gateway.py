"""Addresses placed once and remembered; without an address of the service, nothing is asked."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from adapters.ban.client import Geocoding
from adapters.ban.mapping import Placed, Precision, question_of
from adapters.kit.asking import Asker
from adapters.kit.budget import RateBudget
from adapters.kit.failures import FeedFailure
from adapters.kit.health import HealthTracker
from adapters.kit.http import open_client
from adapters.kit.manifest import Feed, load_manifest
from adapters.kit.retry import Draws, Sleep
from regulation.kernel.observed import LOST_AFTER_VALIDITIES
from regulation.kernel.places import CommuneCode, Position
from regulation.records import PostalAddress
from regulation.snapshots import SourceHealth

SOURCE = "ban"


class AddressCache:
    """What was found, and what was not, by address; kept in a file when one is given."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known: dict[str, Placed | None] = {}
        if path is not None and path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                key, told = json.loads(line)
                self._known[key] = _placed(told)

    def __contains__(self, address: PostalAddress) -> bool:
        return question_of(address) in self._known

    def find(self, address: PostalAddress) -> Placed | None:
        """Return where an address is; None when it is not known, or was not found."""
        return self._known.get(question_of(address))

    def keep(self, found: Mapping[PostalAddress, Placed | None]) -> None:
        """Remember answers."""
        self._known |= {question_of(one): placed for one, placed in found.items()}
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            for one, placed in found.items():
                line = [question_of(one), _told(placed)]
                file.write(json.dumps(line, ensure_ascii=False) + "\n")


@asynccontextmanager
async def open_geocoder(
    base_url: str,
    *,
    draws: Draws,
    cache: AddressCache | None = None,
    feed: Feed | None = None,
    sleep: Sleep = asyncio.sleep,
) -> AsyncIterator["Geocoder"]:
    """Open the geocoder at this address."""
    feed = feed or load_manifest("adapters.ban").get_feed(SOURCE)
    query = feed.asked
    budget = RateBudget(query.per_second, sleep=sleep) if query.per_second else None
    async with open_client(base_url=base_url, timeout_s=query.timeout_s) as http:
        asker = Asker(http, query, draws=draws, sleep=sleep, budget=budget)
        yield Geocoder(Geocoding(asker), feed=feed, cache=cache)


class Geocoder:
    """Places addresses of places. A failure of it places nobody, and is no failure of ours."""

    def __init__(
        self, geocoding: Geocoding, *, feed: Feed, cache: AddressCache | None = None
    ) -> None:
        self._geocoding = geocoding
        self._batch = feed.asked.batch
        self._cache = cache or AddressCache()
        silent_after = LOST_AFTER_VALIDITIES * feed.valid_for("position")
        self._health = HealthTracker(SOURCE, silent_after=silent_after)

    def health(self, now: datetime) -> SourceHealth:
        """State of the service at this instant."""
        return self._health.at(now)

    async def locate(
        self, addresses: Iterable[PostalAddress], now: datetime
    ) -> Mapping[PostalAddress, Placed]:
        """Place these addresses, those not known yet in batches; what is not found is left out."""
        wanted = list(dict.fromkeys(addresses))
        unknown = [one for one in wanted if one not in self._cache]
        for at in range(0, len(unknown), self._batch):
            if not await self._ask(unknown[at : at + self._batch], now):
                break
        found = ((one, self._cache.find(one)) for one in wanted)
        return {one: placed for one, placed in found if placed is not None}

    async def _ask(self, batch: list[PostalAddress], now: datetime) -> bool:
        try:
            if len(batch) == 1:
                answer = {batch[0]: await self._geocoding.find(batch[0], now)}
            else:
                by_index = await self._geocoding.find_all(batch, now)
                answer = {one: by_index.get(at) for at, one in enumerate(batch)}
        except FeedFailure as failure:
            self._health.record_failure(now, failure.reason)
            return False
        self._cache.keep(answer)
        self._health.record_success(now)
        return True


def _told(placed: Placed | None) -> list[object] | None:
    if placed is None:
        return None
    position = placed.position
    return [position.lat, position.lon, placed.precision.value, placed.commune]


def _placed(told: list[object] | None) -> Placed | None:
    if told is None:
        return None
    lat, lon, precision, commune = told
    return Placed(
        position=Position(lat=float(str(lat)), lon=float(str(lon))),
        precision=Precision(str(precision)),
        commune=CommuneCode(str(commune)) if commune else None,
    )
