"""Asks politely: so many questions a second, none in a hurry after a 429, and every answer kept."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

from adapters.audit.exchanges import Exchange, Purpose
from adapters.kit.http import pause_asked
from regulation.kernel.time import Clock

Sleep = Callable[[float], Awaitable[None]]
Stopwatch = Callable[[], float]

LONGEST_PAUSE = timedelta(seconds=30)
"""A server that asks for a longer pause is left alone: the audit stops."""
MOST_SILENCES = 3
TOO_OFTEN = "le serveur refuse d'être interrogé davantage (429)"
MOST_BODY = 16_000_000


class Stopped(Exception):  # noqa: N818  the audit breaks off, nothing went wrong in it
    """The server can't or won't be asked further; the message, in French, is for the report."""


@dataclass(slots=True, kw_only=True)
class Asker:
    """One audited server. `per_s` is the most questions a second, `deadline_s` the patience."""

    http: httpx.AsyncClient
    clock: Clock
    stopwatch: Stopwatch
    per_s: float
    deadline_s: float
    sleep: Sleep = asyncio.sleep
    kept: list[Exchange] = field(default_factory=list)
    _last: float | None = None
    _silences: int = 0
    _pause_s: float = 0.0

    async def ask(self, question: Exchange) -> Exchange:
        """Ask, keep what came and return it; raise Stopped when one should go no further."""
        answer = await self._once(question)
        if answer.is_throttled:
            pause = _pause(answer)
            if pause > LONGEST_PAUSE:
                self.kept.append(answer)
                raise Stopped(f"le serveur demande d'attendre {pause.total_seconds():.0f} s (429)")
            answer = await self._once(question)
        self.kept.append(answer)
        if answer.is_throttled:
            raise Stopped(TOO_OFTEN)
        self._silences = self._silences + 1 if answer.status is None else 0
        if self._silences == MOST_SILENCES:
            raise Stopped(f"{MOST_SILENCES} questions de suite sans réponse : serveur muet")
        return answer

    async def try_once(self, question: Exchange) -> Exchange:
        """Ask what may well be refused, and once: neither patience nor silence is counted.

        After a 429 the next question, whichever it is, waits as long as was asked.
        """
        answer = await self._once(question)
        self.kept.append(answer)
        return answer

    async def _once(self, question: Exchange) -> Exchange:
        await self._keep_pace()
        at, begun = self.clock.now(), self.stopwatch()
        try:
            async with asyncio.timeout(self.deadline_s):
                reply = await self.http.request(
                    question.method,
                    question.url,
                    content=question.sent or None,
                    headers={"Content-Type": "application/fhir+json"} if question.sent else None,
                )
        except (TimeoutError, httpx.TimeoutException):
            failure = f"pas de réponse complète en {self.deadline_s:g} s"
            return replace(question, at=at, failure=failure, elapsed_s=self.stopwatch() - begun)
        except httpx.HTTPError as error:
            failure = f"connexion : {type(error).__name__}"
            return replace(question, at=at, failure=failure, elapsed_s=self.stopwatch() - begun)
        answer = replace(
            question,
            at=at,
            status=reply.status_code,
            body=reply.content[:MOST_BODY],
            content_type=reply.headers.get("content-type", ""),
            elapsed_s=self.stopwatch() - begun,
            clock=_date(reply.headers.get("date")),
            retry_after=reply.headers.get("retry-after"),
        )
        if answer.is_throttled:
            self._pause_s = min(_pause(answer), LONGEST_PAUSE).total_seconds()
        return answer

    async def _keep_pace(self) -> None:
        if self._pause_s:
            await self.sleep(self._pause_s)
            self._pause_s = 0.0
        if self._last is not None:
            wait = self._last + 1 / self.per_s - self.stopwatch()
            if wait > 0:
                await self.sleep(wait)
        self._last = self.stopwatch()


def _pause(answer: Exchange) -> timedelta:
    """Return the pause that a 429 asks for."""
    return pause_asked(answer.retry_after, answer.at) or timedelta(seconds=1)


def question(purpose: Purpose, url: str, at: datetime, **about: object) -> Exchange:
    """Make a GET about to be asked."""
    return replace(Exchange(purpose=purpose, method="GET", url=url, at=at), **about)  # type: ignore[arg-type]


def _date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else None
