import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from adapters.kit.failures import FeedFailure
from adapters.kit.http import MAX_BODY_BYTES, Reply, ask, open_client, pause_asked, require_ok
from adapters.kit.skew import require_same_time

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def reply(status: int, retry_after: str | None = None) -> Reply:
    return Reply(status=status, body=b"{}", date=None, retry_after=retry_after)


def failure_of(status: int, retry_after: str | None = None) -> FeedFailure:
    with pytest.raises(FeedFailure) as caught:
        require_ok(reply(status, retry_after), NOON)
    return caught.value


async def ask_handler(handler, deadline_s: float = 1.0) -> Reply:
    transport = httpx.MockTransport(handler)
    async with open_client(base_url="http://feed", timeout_s=1.0, transport=transport) as client:
        return await ask(client, "/Slot", deadline_s=deadline_s)


async def test_the_whole_answer_comes_back_with_the_clock_of_its_source():
    def handler(request: httpx.Request) -> httpx.Response:
        headers = {"Date": "Sun, 22 Nov 2026 12:00:00 GMT", "Retry-After": "2"}
        return httpx.Response(200, content=b"body", headers=headers)

    found = await ask_handler(handler)
    assert found == Reply(status=200, body=b"body", date=NOON, retry_after="2")


async def test_a_source_without_a_clock_gives_no_date():
    assert (await ask_handler(lambda request: httpx.Response(200))).date is None


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("x"), httpx.ReadError("x"), httpx.RemoteProtocolError("x")]
)
async def test_a_broken_connection_may_be_tried_again(error):
    def handler(request: httpx.Request) -> httpx.Response:
        raise error

    with pytest.raises(FeedFailure) as caught:
        await ask_handler(handler)
    assert caught.value.retryable


async def test_the_deadline_counts_to_the_last_byte():
    async def drip():
        while True:
            yield b" "
            await asyncio.sleep(0.01)

    with pytest.raises(FeedFailure, match=r"pas de réponse entière en 0\.05 s"):
        await ask_handler(lambda request: httpx.Response(200, content=drip()), deadline_s=0.05)


async def test_an_endless_answer_is_cut():
    async def flood():
        while True:
            yield b" " * 1_000_000

    with pytest.raises(FeedFailure, match=f"plus de {MAX_BODY_BYTES}"):
        await ask_handler(lambda request: httpx.Response(200, content=flood()), deadline_s=5)


async def test_redirects_are_not_followed():
    redirect = httpx.Response(302, headers={"Location": "http://elsewhere/"})
    assert (await ask_handler(lambda request: redirect)).status == 302


async def test_a_proxy_of_the_environment_is_ignored(monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with open_client(timeout_s=1.0) as client:
        assert client.trust_env is False


@pytest.mark.parametrize(
    ("status", "retryable"),
    [
        (302, False),
        (400, False),
        (401, False),
        (403, False),
        (404, False),
        (408, True),
        (429, True),
        (500, True),
        (502, True),
        (503, True),
    ],
)
def test_only_what_passes_is_asked_again(status, retryable):
    assert failure_of(status).retryable is retryable


def test_a_refusal_says_whose_rights_are_refused():
    assert "nos identifiants ou nos droits" in failure_of(401).reason


def test_a_429_carries_the_pause_it_asks_for():
    assert failure_of(429, "3").retry_after == timedelta(seconds=3)


def test_a_pause_may_be_asked_as_a_date():
    assert pause_asked("Sun, 22 Nov 2026 12:00:05 GMT", NOON) == timedelta(seconds=5)


def test_a_pause_until_a_past_date_is_no_pause():
    assert pause_asked("Sun, 22 Nov 2026 11:00:00 GMT", NOON) == timedelta(0)


@pytest.mark.parametrize("text", ["999999", "9" * 5000, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_no_pause_is_longer_than_a_day(text):
    assert pause_asked(text, NOON) == timedelta(days=1)


@pytest.mark.parametrize("text", [None, "soon", "-3", ""])
def test_an_unreadable_pause_is_no_pause(text):
    assert pause_asked(text, NOON) is None


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_clock_more_than_five_minutes_off_is_refused(minutes):
    with pytest.raises(FeedFailure, match=f"{abs(minutes)} min de la nôtre"):
        require_same_time(NOON + timedelta(minutes=minutes), NOON, "son horloge")


@pytest.mark.parametrize(
    ("off", "is_refused"),
    [
        (timedelta(minutes=-5), False),
        (timedelta(0), False),
        (timedelta(minutes=5), False),
        (timedelta(minutes=5, seconds=1), True),
    ],
)
def test_a_clock_is_refused_past_five_minutes_and_no_sooner(off, is_refused):
    assert is_same_time_refused(NOON + off) is is_refused


def test_no_clock_is_no_evidence():
    assert not is_same_time_refused(None)


def is_same_time_refused(told):
    try:
        require_same_time(told, NOON, "son horloge")
    except FeedFailure:
        return True
    return False
