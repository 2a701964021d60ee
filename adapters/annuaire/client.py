"""Asks the Annuaire: one key, a budget of questions a second, pages, increments."""

from datetime import datetime, timedelta
from urllib.parse import quote

from adapters.annuaire.mapping import AnnuaireReading, Validity, read_page
from adapters.kit.asking import Asker
from adapters.kit.failures import FeedFailure
from adapters.kit.judgement import Judgement
from adapters.kit.skew import require_same_time

KEY_HEADER = "ESANTE-API-KEY"
SECTOR_SYSTEM = (
    "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite"
)
PAGE_SIZE = 200
MOST_PAGES = 100
OVERLAP = timedelta(minutes=5)

_REVINCLUDES = (
    "_revinclude=PractitionerRole:organization",
    "_include:iterate=PractitionerRole:practitioner",
)


class AnnuaireSearch:
    """Searches the structures of one department, sector by sector."""

    def __init__(
        self, asker: Asker, *, api_key: str, postal_prefix: str, validity: Validity, source: str
    ) -> None:
        self._asker = asker
        self._headers = {"Accept": "application/fhir+json", KEY_HEADER: api_key}
        self._postal_prefix = postal_prefix
        self._validity = validity
        self._source = source

    async def search(
        self, sector: str, judgement: Judgement, since: datetime | None
    ) -> tuple[AnnuaireReading, ...]:
        """Return the pages of one sector: everything, or what changed since an instant."""
        path: str | None = search_path(sector, self._postal_prefix, since)
        pages: list[AnnuaireReading] = []
        while path is not None:
            if len(pages) == MOST_PAGES:
                raise FeedFailure(f"plus de {MOST_PAGES} pages", retryable=False)
            reply = await self._asker.get(path, judgement.seen_at, self._headers)
            page = read_page(reply.body, judgement, self._validity, self._source)
            require_same_time(page.opened.made_at, judgement.seen_at, "la date du lot")
            pages.append(page)
            path = self._asker.next_page(page.opened.next_page)
        return tuple(pages)


def search_path(sector: str, postal_prefix: str, since: datetime | None) -> str:
    """Write the search of a department's structures of one sector."""
    criteria = [
        f"type={quote(f'{SECTOR_SYSTEM}|{sector}', safe='')}",
        f"address-postalcode={postal_prefix}",
        *_REVINCLUDES,
        f"_count={PAGE_SIZE}",
    ]
    if since is not None:
        criteria.append(f"_lastUpdated=ge{quote((since - OVERLAP).isoformat(timespec='seconds'))}")
    return "/Organization?" + "&".join(criteria)
