"""The auditor is polite: batches, pace, pauses asked for, and it stops when told to."""

import asyncio
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from adapters.audit.exchanges import Evidence, Purpose
from adapters.audit.run import Manner, audit_server
from adapters.audit.sas_plan import MOST_NUMBERS, Flow, Plan
from adapters.kit.clock import FixedClock
from regulation.kernel.ids import Identifier, IdKind
from simulations.feeds.faults import Fault
from tests.unit.adapters.audit.worlds import Time, evidence_of, plan
from tests.unit.simulations.feeds.agendas import NOW

EMPTY = {"resourceType": "Bundle", "type": "searchset", "total": 0}
BY_PRACTITIONER = "schedule.actor:Practitioner.identifier"


def asked_of(server: httpx.MockTransport, time: Time, numbers: int, per_s: float) -> Evidence:
    """Audit a server about so many practitioners."""
    people = tuple(Identifier(IdKind.RPPS, f"1999{rank:07}") for rank in range(numbers))
    return asyncio.run(
        audit_server(
            "http://127.0.0.1",
            Plan(flow=Flow.PS, numbers=people, now=NOW),
            Manner(per_s=per_s),
            clock=FixedClock(NOW),
            stopwatch=time,
            sleep=time.sleep,
            transport=server,
        )
    )


def test_no_question_is_about_more_than_twenty_five_practitioners():
    server = httpx.MockTransport(lambda _: httpx.Response(200, json=EMPTY))
    evidence = asked_of(server, Time(), numbers=500, per_s=5.0)
    queries = [parse_qs(urlsplit(one.url).query) for one in evidence.exchanges]
    counts = [len(query[BY_PRACTITIONER][0].split(",")) for query in queries]
    assert max(counts) == MOST_NUMBERS
    assert len(evidence.of(Purpose.SEARCH)) == 20


def test_five_hundred_practitioners_are_audited_within_a_minute_at_the_usual_pace():
    time = Time()
    server = httpx.MockTransport(lambda _: httpx.Response(200, json=EMPTY))
    evidence = asked_of(server, time, numbers=500, per_s=5.0)
    assert evidence.stopped is None
    assert time() < 60


def test_questions_keep_the_pace_that_was_set():
    time = Time()
    moments: list[float] = []

    def answer(_: httpx.Request) -> httpx.Response:
        moments.append(time())
        return httpx.Response(200, json=EMPTY)

    asked_of(httpx.MockTransport(answer), time, numbers=100, per_s=2.0)
    gaps = {round(later - earlier, 6) for earlier, later in pairwise(moments)}
    assert gaps == {0.5}


def test_a_pause_asked_for_is_kept_and_the_question_asked_again():
    time = Time()
    answers = iter([httpx.Response(429, headers={"Retry-After": "7"})])
    server = httpx.MockTransport(lambda _: next(answers, httpx.Response(200, json=EMPTY)))
    evidence = asked_of(server, time, numbers=1, per_s=100.0)
    assert evidence.stopped is None
    assert time() >= 7


@pytest.mark.parametrize(
    ("pause", "questions", "why"),
    [
        ("1", 2, "le serveur refuse d'être interrogé davantage (429)"),
        ("3600", 1, "le serveur demande d'attendre 3600 s (429)"),
    ],
)
def test_who_is_told_to_stop_stops(pause: str, questions: int, why: str):
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(429, headers={"Retry-After": pause})

    evidence = asked_of(httpx.MockTransport(answer), Time(), numbers=100, per_s=5.0)
    assert len(seen) == questions
    assert evidence.stopped == why


def test_a_server_that_never_answers_is_left_alone():
    evidence = evidence_of(plan(Flow.PS), Fault.SILENT)
    assert len(evidence.exchanges) == 3
    assert evidence.stopped == "3 questions de suite sans réponse : serveur muet"


def test_a_server_nobody_reaches_is_said_to_be_so():
    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    evidence = asked_of(httpx.MockTransport(refuse), Time(), numbers=1, per_s=5.0)
    assert {one.failure for one in evidence.exchanges} == {"connexion : ConnectError"}


def test_nothing_is_written_unless_asked():
    reading = evidence_of(plan(Flow.PS, bookings=0))
    assert {one.method for one in reading.exchanges} == {"GET"}


def test_what_was_booked_is_free_again_at_the_end():
    evidence = evidence_of(plan(Flow.PS, bookings=2))
    assert [one.status for one in evidence.of(Purpose.BOOKING)] == [201, 201]
    assert [one.status for one in evidence.of(Purpose.BOOKING_AGAIN)] == [409, 409]
    assert [one.status for one in evidence.of(Purpose.CANCELLING)] == [200, 200]
