"""One editor asked over a transport that records and answers as told."""

import asyncio
from datetime import timedelta
from urllib.parse import parse_qsl

import httpx
import msgspec
import pytest

from adapters.kit.defective import PayloadRefused
from adapters.kit.failures import FeedFailure
from adapters.sas.client import Search, SlotSearch, batches, open_editor
from adapters.sas.mapping import Reading
from adapters.sas.places import Flow
from adapters.sas.queries import search_path, search_window
from regulation.kernel.ids import Identifier
from regulation.kernel.time import PARIS
from tests.unit.adapters.sas.worlds import (
    ANNEXE,
    CABINET,
    DOCTOR_A,
    DOCTOR_B,
    NOW,
    WINDOW,
    accepted,
    fixture,
    query,
)

QUICK = msgspec.structs.replace(query(), timeout_s=0.2, failures_to_open=5, cool_down_s=30.0)
ASKED = Search(numbers=(DOCTOR_A, DOCTOR_B), window=WINDOW, now=NOW)


class Zeros:
    def random(self) -> float:
        return 0.0


class Editor:
    """Answers each request with the next answer, the last one for ever; keeps the requests."""

    def __init__(self, *answers: httpx.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []
        self.pauses: list[float] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def search(self) -> tuple[Reading, ...]:
        """Ask it as the adapter does; return the pages."""
        async with self.opened() as http:
            return await self.searching(http).search(ASKED)

    def opened(self) -> httpx.AsyncClient:
        return open_editor("http://editor/fhir", QUICK, transport=httpx.MockTransport(self))

    def searching(self, http: httpx.AsyncClient) -> SlotSearch:
        return SlotSearch(
            http, source="editor", flow=Flow.PS, query=QUICK, draws=Zeros(), sleep=self.sleep
        )


def ok(name: str = "ps_good.json", **headers: str) -> httpx.Response:
    return httpx.Response(200, content=fixture(name), headers=headers)


@pytest.mark.requirement(
    "agg-psindiv@4",
    "agg-psindiv@26",
    "agg-psindiv@27",
    "agg-psindiv@28",
    "agg-psindiv@29",
    "agg-psindiv@30",
)
async def test_the_query_is_the_guide_s_own():
    editor = Editor(ok())
    await editor.search()
    request = editor.requests[0]
    assert request.url.path == "/fhir/Slot"
    assert parse_qsl(request.url.query.decode()) == [
        ("_include", "Slot:schedule"),
        ("_include:iterate", "Schedule:actor"),
        ("start", "ge2026-11-22T19:40:00.000+01:00"),
        ("start", "le2026-11-24T23:59:59.000+01:00"),
        (
            "schedule.actor:Practitioner.identifier",
            "urn:oid:1.2.250.1.71.4.2.1|819990000002,urn:oid:1.2.250.1.71.4.2.1|819990000010",
        ),
        ("status", "free"),
        ("_count", "1000"),
    ]
    assert request.headers["Accept"] == "application/json+fhir"


@pytest.mark.requirement("sas-cpts-bundle-aggregator")
def test_the_cpts_query_asks_for_the_communities_too():
    parameters = parse_qsl(search_path(Flow.CPTS, [DOCTOR_A], WINDOW).partition("?")[2])
    assert ("_include", "Slot:service-type-reference") in parameters
    assert ("_include:iterate", "HealthcareService:organization") in parameters


@pytest.mark.requirement("ig-sas@sos-recherche", "ig-sas@sos-recherche#organization.identifier")
def test_the_sos_query_asks_by_structure():
    path = search_path(Flow.SOS, [ANNEXE, CABINET], WINDOW)
    assert path.startswith("/Schedule?_revinclude=Slot:schedule&")
    assert dict(parse_qsl(path.partition("?")[2]))["actor:Location.organization.identifier"] == (
        "urn:oid:1.2.250.1.71.4.2.2|399000000000010,urn:oid:1.2.250.1.71.4.2.2|1990000010"
    )


@pytest.mark.parametrize(
    ("flow", "number"), [(Flow.PS, "FINESS:990000010"), (Flow.SOS, "RPPS:19990000002")]
)
def test_a_number_the_flow_cannot_ask_by_is_refused(flow, number):
    with pytest.raises(ValueError, match=number):
        search_path(flow, [Identifier.parse(number)], WINDOW)


@pytest.mark.requirement("agg-psindiv@6", "ig-sas@sos-recherche#start")
def test_the_window_goes_to_the_end_of_the_second_next_day_in_paris():
    late = NOW.replace(hour=23, minute=30) - timedelta(hours=1)
    assert search_window(late).end.astimezone(PARIS).isoformat() == "2026-11-24T23:59:59+01:00"


def test_batches_hold_distinct_numbers_up_to_their_size():
    numbers = [Identifier.parse(f"RPPS:{19990000000 + n}") for n in range(60)]
    assert [len(batch) for batch in batches(numbers + numbers, 25)] == [25, 25, 10]


async def test_a_good_answer_is_read():
    (page,) = await Editor(ok()).search()
    assert len(accepted(page)) == 5


@pytest.mark.parametrize(
    "failure",
    [httpx.Response(503), httpx.Response(429), httpx.Response(500), httpx.ConnectError("x")],
)
async def test_a_passing_failure_is_asked_again(failure):
    editor = Editor(failure, ok())
    (page,) = await editor.search()
    assert (len(editor.requests), len(accepted(page))) == (2, 5)


async def test_the_pause_a_429_asks_for_is_waited():
    editor = Editor(httpx.Response(429, headers={"Retry-After": "2"}), ok())
    await editor.search()
    assert editor.pauses == [2.0]


async def test_a_429_that_asks_for_a_long_pause_ends_the_search():
    editor = Editor(httpx.Response(429, headers={"Retry-After": "120"}))
    with pytest.raises(FeedFailure, match="demandé trop souvent"):
        await editor.search()
    assert len(editor.requests) == 1


@pytest.mark.requirement("ig-sas@erreurs")
@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_a_refusal_is_asked_once(status):
    editor = Editor(httpx.Response(status))
    with pytest.raises(FeedFailure, match=str(status)):
        await editor.search()
    assert len(editor.requests) == 1


@pytest.mark.requirement("ig-sas@annexes:7s", "test-kit@performance")
@pytest.mark.parametrize("failure", [httpx.Response(500), httpx.ReadTimeout("x")])
async def test_a_lasting_failure_ends_after_the_attempts(failure):
    editor = Editor(failure)
    with pytest.raises(FeedFailure):
        await editor.search()
    assert len(editor.requests) == QUICK.attempts


@pytest.mark.requirement("agg-psindiv@13")
@pytest.mark.parametrize("body", [b"", b"<html></html>", b"[]", fixture("ps_truncated.json")])
async def test_an_answer_that_is_no_bundle_is_not_asked_again(body):
    editor = Editor(httpx.Response(200, content=body))
    with pytest.raises(PayloadRefused):
        await editor.search()
    assert len(editor.requests) == 1


async def test_a_source_that_keeps_failing_is_left_alone():
    editor = Editor(httpx.Response(500))
    later = Search(numbers=ASKED.numbers, window=WINDOW, now=NOW + timedelta(seconds=31))
    failures = []
    async with editor.opened() as http:
        search = editor.searching(http)
        for one in (ASKED, ASKED, ASKED, later):
            with pytest.raises(FeedFailure) as caught:
                await search.search(one)
            failures.append(caught.value.reason)
    assert failures[2] == "laissée en paix un moment, après : HTTP 500"
    assert len(editor.requests) == 6  # three, two until it opens, none, one trial


@pytest.mark.parametrize("date", ["Sun, 22 Nov 2026 18:50:00 GMT", "Sun, 22 Nov 2026 18:30:00 GMT"])
async def test_a_source_whose_clock_is_off_is_not_believed(date):
    with pytest.raises(FeedFailure, match="10 min de la nôtre"):
        await Editor(ok(Date=date)).search()


async def test_an_answer_made_long_ago_is_not_believed():
    stale = fixture("ps_good.json").replace(
        b'"type": "searchset"',
        b'"type": "searchset", "meta": {"lastUpdated": "2026-11-22T18:40:00+01:00"}',
        1,
    )
    with pytest.raises(FeedFailure, match="date du lot"):
        await Editor(httpx.Response(200, content=stale)).search()


def page(name: str, link: str) -> httpx.Response:
    bundle = msgspec.json.decode(fixture(name))
    bundle["link"].append({"relation": "next", "url": link})
    return httpx.Response(200, json=bundle)


async def test_further_pages_are_followed():
    editor = Editor(page("ps_good.json", "http://editor/fhir?page=2"), ok("ps_empty.json"))
    pages = await editor.search()
    assert [len(accepted(one)) for one in pages] == [5, 0]
    assert str(editor.requests[1].url) == "http://editor/fhir?page=2"


async def test_a_page_on_another_server_is_not_followed():
    editor = Editor(page("ps_good.json", "http://elsewhere/fhir?page=2"))
    with pytest.raises(FeedFailure, match="un autre serveur"):
        await editor.search()
    assert len(editor.requests) == 1


async def test_pages_without_end_are_given_up():
    editor = Editor(page("ps_empty.json", "http://editor/fhir?page=again"))
    with pytest.raises(FeedFailure, match="plus de 20 pages"):
        await editor.search()


async def test_a_cancelled_trial_leaves_the_circuit_able_to_try_again():
    class Hanging(httpx.AsyncBaseTransport):
        async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(60)
            raise AssertionError

    asked = msgspec.structs.replace(QUICK, failures_to_open=1, timeout_s=30.0, cool_down_s=0.001)
    async with open_editor("http://editor", asked, transport=Hanging()) as http:
        search = SlotSearch(http, source="e", flow=Flow.PS, query=asked, draws=Zeros())
        for seconds in (0, 1, 2):
            later = NOW + timedelta(seconds=seconds)
            task = asyncio.create_task(
                search.search(Search(numbers=(DOCTOR_A,), window=WINDOW, now=later))
            )
            await asyncio.sleep(0.01)
            assert not task.done()  # it was allowed to ask
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
