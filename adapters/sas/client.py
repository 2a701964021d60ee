"""Asks one editor: pages, retries, breaker, clocks. It knows nothing of what slots mean."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx

from adapters.kit.asking import Asker
from adapters.kit.failures import FeedFailure
from adapters.kit.http import ClientCertificate, open_client
from adapters.kit.judgement import Judgement
from adapters.kit.manifest import Query
from adapters.kit.retry import Draws, Sleep
from adapters.kit.skew import require_same_time
from adapters.sas.mapping import Reading, read_bundle
from adapters.sas.places import Flow
from adapters.sas.queries import ACCEPT, can_ask, search_path
from regulation.kernel.ids import CheckDigits, Identifier
from regulation.kernel.time import TimeWindow

MOST_PAGES = 20
"""The guide specifies no paging; an editor that pages all the same is followed this far."""


def open_editor(
    base_url: str,
    query: Query,
    *,
    certificate: ClientCertificate | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
) -> httpx.AsyncClient:
    """Open the HTTP client of one editor; the caller closes it."""
    return open_client(
        base_url=base_url,
        timeout_s=query.timeout_s,
        headers={"Accept": ACCEPT, "Accept-Charset": "utf-8"},
        certificate=certificate,
        transport=transport,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What is asked in one batch."""

    numbers: tuple[Identifier, ...]
    window: TimeWindow
    now: datetime


class SlotSearch:
    """Searches one editor's free slots; its breaker is the editor's own."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        *,
        source: str,
        flow: Flow,
        query: Query,
        draws: Draws,
        sleep: Sleep = asyncio.sleep,
        digits: CheckDigits = CheckDigits.WARN,
    ) -> None:
        self._asker = Asker(http, query, draws=draws, sleep=sleep)
        self._source = source
        self._flow = flow
        self._digits = digits

    def can_ask(self, number: Identifier) -> bool:
        """Tell whether the flow searches by numbers of this kind."""
        return can_ask(self._flow, number)

    async def search(self, search: Search) -> tuple[Reading, ...]:
        """Return the pages of the answer; raise FeedFailure, or PayloadRefused when a page is not
        a bundle."""
        path: str | None = search_path(self._flow, search.numbers, search.window)
        judgement = Judgement(now=search.now, window=search.window, digits=self._digits)
        pages: list[Reading] = []
        while path is not None:
            if len(pages) == MOST_PAGES:
                raise FeedFailure(f"plus de {MOST_PAGES} pages", retryable=False)
            reply = await self._asker.get(path, search.now)
            page = read_bundle(
                reply.body, flow=self._flow, source=self._source, judgement=judgement
            )
            made_at = page.opened.header.meta.last_updated
            require_same_time(made_at, search.now, "la date du lot")
            pages.append(page)
            path = self._asker.next_page(page.opened.next_page)
        return tuple(pages)


def batches(numbers: Sequence[Identifier], size: int) -> list[tuple[Identifier, ...]]:
    """Cut the distinct numbers into batches, in order."""
    distinct = list(dict.fromkeys(numbers))
    return [tuple(distinct[at : at + size]) for at in range(0, len(distinct), size)]
