"""A file fetched again and again: whole when it changed, not at all when it did not."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus

from adapters.kit.asking import Asker
from adapters.kit.http import open_client
from adapters.kit.manifest import Query
from adapters.kit.retry import Draws, Sleep


class Download:
    """One file at one address, remembered by the name its server gives its version."""

    def __init__(self, asker: Asker, url: str) -> None:
        self._asker = asker
        self._url = url
        self._kept = self._fetched = ""

    async def fetch(self, now: datetime) -> bytes | None:
        """Return the file, None when it has not changed since it was last kept; FeedFailure."""
        headers = {"If-None-Match": self._kept} if self._kept else {}
        reply = await self._asker.get(self._url, now, headers)
        if reply.status == HTTPStatus.NOT_MODIFIED:
            return None
        self._fetched = reply.etag
        return reply.body

    def keep(self) -> None:
        """Remember the version just fetched: it has been read whole."""
        self._kept = self._fetched


@asynccontextmanager
async def open_download(
    url: str, query: Query, *, draws: Draws, sleep: Sleep = asyncio.sleep
) -> AsyncIterator[Download]:
    """Open one file; the caller fetches it as often as it likes."""
    async with open_client(timeout_s=query.timeout_s) as http:
        yield Download(Asker(http, query, draws=draws, sleep=sleep), url)
