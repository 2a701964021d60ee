"""The one httpx factory and the one way to ask: time-outs, certificates, proxies, sizes."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path

import httpx

from adapters.kit.failures import FeedFailure

CONNECT_S = 2.0
MAX_BODY_BYTES = 16_000_000
"""A bundle of 1 000 slots weighs about 1 MB: more than this is not an answer."""

LONGEST_PAUSE, LONGEST_DIGITS = timedelta(days=1), 6
"""A source that wants more than a day, or more seconds than six digits hold, is asked tomorrow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """Files of the mTLS identity (IGC-Santé for the SAS); `authorities` None: the usual ones."""

    certificate: Path
    key: Path
    authorities: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: of a search by POST or of a batch, `content` is the body."""

    url: str
    method: str = "GET"
    content: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A whole answer. `date` is the source's own clock, None when it gave none; `etag` names this
    version of a file, empty when the source names none."""

    status: int
    body: bytes
    date: datetime | None
    retry_after: str | None
    etag: str = ""


def open_client(
    *,
    base_url: str = "",
    timeout_s: float,
    headers: Mapping[str, str] | None = None,
    certificate: ClientCertificate | None = None,
    authorities: Path | None = None,
    transport: httpx.AsyncBaseTransport | None = None,
    connections: int = 8,
    proxies: bool = False,
) -> httpx.AsyncClient:
    """Open a client with time-outs, without redirects, and without proxies unless asked.

    Without a certificate, `authorities` are those whose servers are believed (None: the usual).
    """
    return httpx.AsyncClient(
        base_url=base_url,
        headers=headers,
        timeout=httpx.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
        limits=httpx.Limits(max_connections=connections, max_keepalive_connections=connections),
        verify=mutual_context(certificate) if certificate else _plain_context(authorities),
        transport=transport,
        trust_env=proxies,
        follow_redirects=False,
    )


@cache
def _plain_context(authorities: Path | None) -> ssl.SSLContext:
    if authorities is None:
        return httpx.create_ssl_context(trust_env=False)
    return ssl.create_default_context(cafile=str(authorities))


def mutual_context(certificate: ClientCertificate) -> ssl.SSLContext:
    """Build the context of a mutually authenticated connection, TLS 1.2 or later."""
    authorities = None if certificate.authorities is None else str(certificate.authorities)
    context = ssl.create_default_context(cafile=authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context


async def ask(
    client: httpx.AsyncClient,
    question: Question | str,
    *,
    deadline_s: float,
    most_bytes: int = MAX_BODY_BYTES,
) -> Reply:
    """Ask (GET, when told an address) and return the whole answer; FeedFailure on any error.

    The deadline counts from the question to the last byte: a source that drips one byte a second
    never trips a time-out between reads.
    """
    one = Question(url=question) if isinstance(question, str) else question
    sending = client.stream(
        one.method, one.url, content=one.content, headers=dict(one.headers) or None
    )
    try:
        async with asyncio.timeout(deadline_s), sending as response:
            body = await _read_bounded(response, most_bytes)
    except (TimeoutError, httpx.TimeoutException):
        raise FeedFailure(f"pas de réponse entière en {deadline_s:g} s", retryable=True) from None
    except httpx.TransportError as error:
        raise FeedFailure(f"connexion : {type(error).__name__}", retryable=True) from None
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise FeedFailure(f"requête : {type(error).__name__}", retryable=False) from None
    return Reply(
        status=response.status_code,
        body=body,
        date=_http_date(response.headers.get("date")),
        retry_after=response.headers.get("retry-after"),
        etag=response.headers.get("etag", ""),
    )


async def _read_bounded(response: httpx.Response, most_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > most_bytes:
            raise FeedFailure(f"réponse de plus de {most_bytes} octets", retryable=False)
    return bytes(body)


def require_ok(reply: Reply, now: datetime) -> Reply:
    """Return an answer, 200 or 304 (not modified); raise FeedFailure saying what else means."""
    status = reply.status
    if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
        return reply
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise FeedFailure(
            f"HTTP {status}: nos identifiants ou nos droits sont refusés",
            retryable=False,
            refused=True,
        )
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        pause = pause_asked(reply.retry_after, now)
        raise FeedFailure("HTTP 429: demandé trop souvent", retryable=True, retry_after=pause)
    passing = status >= HTTPStatus.INTERNAL_SERVER_ERROR or status == HTTPStatus.REQUEST_TIMEOUT
    pause = pause_asked(reply.retry_after, now) if passing else None
    raise FeedFailure(f"HTTP {status}", retryable=passing, retry_after=pause)


def pause_asked(retry_after: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header, in seconds or as a date, a day at most; None when it is absent or
    unreadable."""
    told = (retry_after or "").strip()
    if told.isdecimal():
        digits = told.lstrip("0")[:LONGEST_DIGITS] or "0"  # int() refuses very long numbers
        return min(timedelta(seconds=int(digits)), LONGEST_PAUSE)
    date = _http_date(told)
    return None if date is None else min(max(timedelta(0), date - now), LONGEST_PAUSE)


def _http_date(text: str | None) -> datetime | None:
    try:
        date = parsedate_to_datetime(text or "")
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)
