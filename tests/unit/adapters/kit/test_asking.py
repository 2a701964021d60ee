from datetime import UTC, datetime

import httpx
import numpy as np
import pytest

from adapters.kit.asking import Asker
from adapters.kit.budget import RateBudget
from adapters.kit.failures import FeedFailure
from adapters.kit.http import Question, open_client
from adapters.kit.manifest import Query

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUERY = Query(
    request="GET /",
    timeout_s=1,
    period_s=1,
    batch=1,
    attempts=2,
    first_pause_s=0,
    longest_pause_s=0,
    failures_to_open=2,
    cool_down_s=60,
)


async def no_sleep(_seconds: float) -> None:
    return


class Server:
    """Answers with the statuses given, one after the other, and remembers what was asked."""

    def __init__(self, *statuses: int) -> None:
        self.statuses = list(statuses)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        return httpx.Response(self.statuses.pop(0), headers={"ETag": '"v1"'})

    def asker(self) -> Asker:
        transport = httpx.MockTransport(self)
        http = open_client(base_url="http://feed/api", timeout_s=1, transport=transport)
        return Asker(http, QUERY, draws=np.random.default_rng(1), sleep=no_sleep)


async def test_a_passing_failure_is_asked_again():
    server = Server(500, 200)
    assert (await server.asker().get("/x", NOON)).etag == '"v1"'
    assert len(server.asked) == 2


async def test_a_file_that_has_not_changed_is_an_answer():
    server = Server(304)
    reply = await server.asker().get("/x", NOON, {"If-None-Match": '"v1"'})
    assert (reply.status, server.asked[0].headers["if-none-match"]) == (304, '"v1"')


async def test_a_server_that_keeps_failing_is_left_alone():
    server = Server(500, 500)
    asker = server.asker()
    with pytest.raises(FeedFailure, match="HTTP 500"):
        await asker.get("/x", NOON)
    with pytest.raises(FeedFailure, match="laissée en paix un moment, après : HTTP 500"):
        await asker.get("/x", NOON)
    assert len(server.asked) == 2


async def test_a_body_is_sent_with_its_question():
    server = Server(200)
    await server.asker().ask(Question(url="/batch", method="POST", content=b"a;b"), NOON)
    assert (server.asked[0].method, server.asked[0].content) == ("POST", b"a;b")


@pytest.mark.parametrize("link", ["http://elsewhere/api?page=2", "https://feed/api?page=2"])
def test_a_next_page_on_another_server_is_refused(link):
    with pytest.raises(FeedFailure, match="un autre serveur"):
        Server().asker().next_page(link)


def test_a_next_page_of_the_same_server_is_followed():
    assert Server().asker().next_page("?page=2") == "http://feed/api/?page=2"
    assert Server().asker().next_page(None) is None


async def test_questions_are_spaced_by_the_budget():
    now, slept = 100.0, []

    async def sleep(seconds: float) -> None:
        slept.append(round(seconds, 6))

    budget = RateBudget(17, sleep=sleep, elapsed_s=lambda: now)
    for _ in range(3):
        await budget.wait()
    assert slept == [round(1 / 17, 6), round(2 / 17, 6)]


def test_a_budget_of_nothing_is_refused():
    with pytest.raises(ValueError, match="must be positive"):
        RateBudget(0)
