"""Bookings prove what they can, stop at the first 429, and leave nothing booked behind."""

import asyncio
import json
from collections.abc import Callable, Mapping

import httpx
import pytest

from adapters.audit.checks import Outcome, Verdict
from adapters.audit.exchanges import Evidence, Purpose
from adapters.audit.report import Conclusion
from adapters.audit.run import Manner, audit_server
from adapters.audit.sas_plan import Flow
from adapters.kit.clock import FixedClock
from simulations.feeds.sas_editor import SasEditor
from tests.unit.adapters.audit.worlds import Time, agendas, judged, plan
from tests.unit.simulations.feeds.agendas import NOW, GivenAgendas

Refuses = Callable[[httpx.Request], bool]


class Refusing(httpx.ASGITransport):
    """The mock editor, which answers some of what is written to it with another status."""

    def __init__(self, given: GivenAgendas, status: int, refuses: Refuses) -> None:
        super().__init__(SasEditor(given, FixedClock(NOW)).app())
        self._status = status
        self._refuses = refuses

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET" and self._refuses(request):
            return httpx.Response(self._status, headers={"Retry-After": "7"})
        return await super().handle_async_request(request)


def booked(status: int, refuses: Refuses, given: GivenAgendas, time: Time) -> Evidence:
    """Audit, four slots to book, an editor that refuses some of it."""
    return asyncio.run(
        audit_server(
            "http://127.0.0.1",
            plan(Flow.PS, bookings=4),
            Manner(per_s=1e6),
            clock=FixedClock(NOW),
            stopwatch=time,
            sleep=time.sleep,
            transport=Refusing(given, status, refuses),
        )
    )


def outcomes(evidence: Evidence) -> Mapping[str, Outcome]:
    return {one.check.check_id: one for one in judged(Flow.PS, evidence).outcomes}


def of_a_first_booking(request: httpx.Request) -> bool:
    return request.method == "POST" and "-2" not in number(request)


def of_a_second_booking(request: httpx.Request) -> bool:
    return request.method == "POST" and "-2" in number(request)


def of_a_cancelling(request: httpx.Request) -> bool:
    return request.method == "PUT"


def number(request: httpx.Request) -> str:
    """The business identifier of the appointment, without the slot it is made of."""
    value = json.loads(request.content)["identifier"][0]["value"]
    return str(value)[-2:]


@pytest.mark.parametrize("status", [401, 403, 500, 503])
def test_a_booking_refused_for_another_reason_tells_of_no_phantom(status: int):
    found = outcomes(booked(status, of_a_first_booking, agendas(), Time()))
    assert found["fantomes"].verdict is Verdict.NOT_PROVABLE
    assert f"HTTP {status}" in found["fantomes"].note


@pytest.mark.parametrize("status", [404, 422])
def test_a_server_that_takes_no_booking_at_all_is_not_said_to_show_phantoms(status: int):
    found = outcomes(booked(status, of_a_first_booking, agendas(), Time()))
    assert found["fantomes"].verdict is Verdict.NOT_PROVABLE


@pytest.mark.parametrize("status", [404, 422])
def test_a_booking_refused_where_another_is_taken_tells_of_a_phantom(status: int):
    refused: list[bool] = []

    def of_the_first(request: httpx.Request) -> bool:
        refused.append(request.method == "POST" and not any(refused))
        return refused[-1]

    found = outcomes(booked(status, of_the_first, agendas(), Time()))
    assert found["fantomes"].verdict is Verdict.FAIL
    assert found["fantomes"].note == "1 créneau(x) fantôme(s) sur 4 réservés"


def test_a_booking_says_who_takes_part_as_fhir_wants():
    evidence = booked(409, of_a_first_booking, agendas(), Time())
    for one in evidence.of(Purpose.BOOKING):
        (part,) = json.loads(one.sent)["participant"]
        assert part.get("type") or part.get("actor")


@pytest.mark.parametrize("status", [409, 410])
def test_a_booking_refused_because_of_the_slot_tells_of_a_phantom(status: int):
    found = outcomes(booked(status, of_a_first_booking, agendas(), Time()))
    assert found["fantomes"].verdict is Verdict.FAIL
    assert found["fantomes"].note == "4 créneau(x) fantôme(s) sur 4 réservés"


def test_who_is_asked_too_often_is_booked_no_further_and_nothing_is_proved():
    evidence = booked(429, of_a_first_booking, agendas(), Time())
    assert len(evidence.of(Purpose.BOOKING)) == 1
    assert evidence.stopped == "le serveur refuse d'être interrogé davantage (429)"
    assert outcomes(evidence)["fantomes"].verdict is Verdict.NOT_RUN
    assert judged(Flow.PS, evidence).conclusion is Conclusion.UNDETERMINED


def test_what_was_booked_before_a_429_is_given_back_after_the_pause_asked_for():
    given, time = agendas(), Time()
    evidence = booked(429, of_a_second_booking, given, time)
    assert [one.status for one in evidence.of(Purpose.CANCELLING)] == [200]
    assert given.booked == set()
    assert time() >= 7
    assert len(evidence.of(Purpose.BOOKING)) == 1


def test_a_second_booking_refused_for_another_reason_proves_nothing_of_double_sales():
    found = outcomes(booked(500, of_a_second_booking, agendas(), Time()))
    assert found["double-vente"].verdict is Verdict.NOT_PROVABLE


def test_what_cannot_be_given_back_is_named_and_nothing_more_is_booked():
    evidence = booked(500, of_a_cancelling, agendas(), Time())
    assert len(evidence.of(Purpose.BOOKING)) == 1
    assert evidence.stopped is not None
    assert evidence.stopped.startswith("à annuler à la main, l'annulation est refusée : audit-")


class Interrupting(httpx.ASGITransport):
    """The mock editor; whoever audits is interrupted once the first booking is made."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        if request.method == "POST":
            raise asyncio.CancelledError
        return answer


def test_an_audit_interrupted_while_it_books_gives_back_what_it_had_booked():
    given, time = agendas(), Time()
    evidence = asyncio.run(
        audit_server(
            "http://127.0.0.1",
            plan(Flow.PS, bookings=4),
            Manner(per_s=1e6),
            clock=FixedClock(NOW),
            stopwatch=time,
            sleep=time.sleep,
            transport=Interrupting(SasEditor(given, FixedClock(NOW)).app()),
        )
    )
    assert evidence.stopped == "interrompu"
    assert [one.status for one in evidence.of(Purpose.CANCELLING)] == [200]
    assert given.booked == set()


def test_a_booking_answered_by_an_error_may_have_been_made_and_is_cancelled():
    evidence = booked(500, of_a_first_booking, agendas(), Time())
    assert len(evidence.of(Purpose.CANCELLING)) == len(evidence.of(Purpose.BOOKING)) == 4
    assert evidence.stopped is None
