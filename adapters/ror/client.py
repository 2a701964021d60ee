"""Asks the ROR: token, headers of the caller's profile, pages, increments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from adapters.kit.asking import Asker
from adapters.kit.failures import FeedFailure
from adapters.kit.http import Question, Reply
from adapters.kit.judgement import Judgement
from adapters.kit.oauth import TokenSource
from adapters.kit.skew import require_same_time
from adapters.ror.mapping import SOURCE, RorReading, Validity, read_page

ACCEPT = "application/fhir+json"
PROFILE_SYSTEM, ROLE_SYSTEM = "1.2.250.1.213.1.6.1.66", "1.2.250.1.213.1.1.4.6"
"""Systems of the user profile and of the role (documentation du ROR, consommation-api, 2026)."""

PAGE_SIZE = 200
MOST_PAGES = 50
"""The ROR cuts a search at 10 000 results: more is asked by `$export`, not here."""

OVERLAP = timedelta(minutes=5)
"""An increment starts this long before the last one: clocks differ, and nothing must be missed."""

_INCLUDES = (
    "_include=HealthcareService:organization",
    "_include=HealthcareService:location",
    "_revinclude=PractitionerRole:service",
    "_include=PractitionerRole:practitioner",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, as the four headers of a read say it."""

    profile: str = "CU22"
    role: str = "AUTOMATE"

    def headers(self) -> dict[str, str]:
        """Write the headers."""
        return {
            "Accept": ACCEPT,
            "Ror-Profil-Utilisateur-Code": self.profile,
            "Ror-Profil-Utilisateur-System": PROFILE_SYSTEM,
            "Ror-Role-Metier-Code": self.role,
            "Ror-Role-Metier-System": ROLE_SYSTEM,
        }


class RorSearch:
    """Searches the offers of one territory, page by page."""

    def __init__(
        self,
        asker: Asker,
        tokens: TokenSource,
        *,
        postal_prefix: str,
        validity: Validity,
        caller: Caller | None = None,
        source: str = SOURCE,
    ) -> None:
        self._asker = asker
        self._tokens = tokens
        self._postal_prefix = postal_prefix
        self._validity = validity
        self._caller = caller or Caller()
        self._source = source

    async def search(self, judgement: Judgement, since: datetime | None) -> tuple[RorReading, ...]:
        """Return the pages of what changed since then (None: everything there is).

        Raises FeedFailure, or PayloadRefused when a page is not a bundle.
        """
        now = judgement.seen_at
        path: str | None = search_path(self._postal_prefix, since)
        pages: list[RorReading] = []
        while path is not None:
            if len(pages) == MOST_PAGES:
                raise FeedFailure(f"plus de {MOST_PAGES} pages", retryable=False)
            reply = await self._get(path, now)
            page = read_page(reply.body, judgement, self._validity, self._source)
            require_same_time(page.opened.made_at, now, "la date du lot")
            pages.append(page)
            path = self._asker.next_page(page.opened.next_page)
        return tuple(pages)

    async def _get(self, path: str, now: datetime) -> Reply:
        """A token may have been revoked since it was given: a refusal is tried once with a new
        one."""
        try:
            return await self._asker.ask(await self._question(path, now), now)
        except FeedFailure as failure:
            if not failure.refused:
                raise
        self._tokens.forget()
        return await self._asker.ask(await self._question(path, now), now)

    async def _question(self, path: str, now: datetime) -> Question:
        headers = self._caller.headers() | await self._tokens.header(now)
        return Question(url=path, headers=headers)


def search_path(postal_prefix: str, since: datetime | None) -> str:
    """Write the search of a department's offers, changed since an instant when one is given."""
    criteria = [f"location.address-postalcode={postal_prefix}"]
    if since is not None:
        instant = (since - OVERLAP).isoformat(timespec="seconds")
        told = f"(_lastUpdated ge {instant} or organization._lastUpdated:above ge {instant})"
        criteria.append(f"_filter={quote(told, safe='():')}")
    return "/HealthcareService?" + "&".join((*criteria, *_INCLUDES, f"_count={PAGE_SIZE}"))
