"""Asking one server as its manifest says: budget, breaker, retries, clocks."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial

import httpx

from adapters.kit.budget import RateBudget
from adapters.kit.circuit import CircuitBreaker
from adapters.kit.failures import FeedFailure
from adapters.kit.http import Question, Reply, ask, require_ok
from adapters.kit.manifest import Query
from adapters.kit.retry import Draws, Sleep, with_retries
from adapters.kit.skew import require_same_time


class Asker:
    """Asks one server; its breaker is the server's own. Only for questions that change nothing."""

    def __init__(
        self,
        http: httpx.AsyncClient,
        query: Query,
        *,
        draws: Draws,
        sleep: Sleep = asyncio.sleep,
        budget: RateBudget | None = None,
    ) -> None:
        self._http = http
        self._query = query
        self._draws = draws
        self._sleep = sleep
        self._budget = budget
        self._breaker = CircuitBreaker(
            failures_to_open=query.failures_to_open,
            cool_down=timedelta(seconds=query.cool_down_s),
        )
        self._last_failure = ""

    async def get(self, url: str, now: datetime, headers: Mapping[str, str] | None = None) -> Reply:
        """Return the whole answer, 200 or 304; raise FeedFailure."""
        return await self.ask(Question(url=url, headers=headers or {}), now)

    async def ask(self, question: Question, now: datetime) -> Reply:
        """Return the whole answer, 200 or 304; raise FeedFailure."""
        attempt = partial(self._attempt, question, now)
        return await with_retries(attempt, self._query.retries, self._draws, self._sleep)

    def next_page(self, link: str | None) -> str | None:
        """Follow only links that stay with the server: a page elsewhere is not its answer."""
        if link is None:
            return None
        here, there = self._http.base_url, self._http.base_url.join(link)
        if (here.scheme, here.host, here.port) != (there.scheme, there.host, there.port):
            raise FeedFailure("la page suivante mène à un autre serveur", retryable=False)
        return str(there)

    async def _attempt(self, question: Question, now: datetime) -> Reply:
        if not self._breaker.allows(now):
            reason = f"laissée en paix un moment, après : {self._last_failure}"
            raise FeedFailure(reason, retryable=False)
        try:
            if self._budget is not None:
                await self._budget.wait()
            reply = require_ok(await self._send(question), now)
            require_same_time(reply.date, now, "l'horloge de la source")
        except FeedFailure as failure:
            self._last_failure = failure.reason
            self._breaker.record_failure(now)
            raise
        except asyncio.CancelledError:
            self._breaker.record_failure(now)  # else a cancelled trial would keep it open for ever
            raise
        self._breaker.record_success()
        return reply

    async def _send(self, question: Question) -> Reply:
        query = self._query
        return await ask(
            self._http, question, deadline_s=query.timeout_s, most_bytes=query.most_bytes
        )
