"""Asks the API of Acceslibre: pages of a department, or of what changed in the last days."""

from adapters.acceslibre.mapping import AccessReading, Validity, read_batch
from adapters.kit.asking import Asker
from adapters.kit.defective import PayloadRefused
from adapters.kit.failures import FeedFailure
from adapters.kit.ingest import UnreadableFile
from adapters.kit.judgement import Judgement

MOST_PAGES = 500
"""The API gives 50 places a page."""


class AccessSearch:
    """Searches the places of one department."""

    def __init__(
        self, asker: Asker, *, department: str, validity: Validity, source: str, api_key: str = ""
    ) -> None:
        self._asker = asker
        self._department = department
        self._validity = validity
        self._source = source
        self._headers = {"Accept": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Api-Key {api_key}"

    async def search(
        self, judgement: Judgement, days: int | None
    ) -> tuple[tuple[bytes, AccessReading], ...]:
        """Return the pages with their bytes; `days` limits to what changed in so many."""
        path: str | None = f"/api/erps/?code_postal={self._department}&page_size=50"
        if days is not None:
            path = f"{path}&created_or_updated_in_last_days={days}"
        pages: list[tuple[bytes, AccessReading]] = []
        while path is not None:
            if len(pages) == MOST_PAGES:
                raise FeedFailure(f"plus de {MOST_PAGES} pages", retryable=False)
            page = await self._page(path, judgement)
            pages.append(page)
            path = self._asker.next_page(page[1].next_page)
        return tuple(pages)

    async def _page(self, path: str, judgement: Judgement) -> tuple[bytes, AccessReading]:
        reply = await self._asker.get(path, judgement.seen_at, self._headers)
        try:
            reading = read_batch(reply.body, judgement, self._validity, self._source)
        except UnreadableFile as error:
            raise PayloadRefused(error.as_defect(reply.body)) from None
        return reply.body, reading
