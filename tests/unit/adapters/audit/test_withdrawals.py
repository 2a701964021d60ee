"""Nobody drives for an audit: every mission is withdrawn, whatever happens meanwhile."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.audit.checks import Verdict
from adapters.audit.exchanges import Evidence, Purpose
from adapters.audit.report import Conclusion, examine
from adapters.audit.transporter import checks
from adapters.audit.webhook_journal import Company
from adapters.audit.webhook_probe import Orders, Postman, Webhook, audit_company
from adapters.kit.clock import FixedClock
from tests.unit.simulations.feeds.agendas import NOW

MISSIONS = {"audit-1/0/outward", "audit-1/1/outward", "audit-1-faux/0/outward"}


@dataclass(slots=True)
class Taker:
    """A company that takes whatever is sent; `answers` say how it answers withdrawals, then 200."""

    answers: list[int] = field(default_factory=list)
    running: set[str] = field(default_factory=set)
    slow: bool = False

    async def take(self, request: httpx.Request) -> httpx.Response:
        letter: dict[str, Any] = json.loads(request.content)
        if letter["kind"] == "MissionOrder":
            self.running.add(letter["about"])
            return httpx.Response(200)
        if self.slow:
            await asyncio.sleep(0.01)
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.running.discard(letter["about"])
        return httpx.Response(status)


async def at_once(_seconds: float) -> None:
    """Wait for nothing."""


Sleep = Callable[[float], Awaitable[None]]


async def ask(taker: Taker, sleep: Sleep = at_once) -> Evidence:
    """Audit this company: two missions, a forged one, a minute of listening."""
    clock, company = FixedClock(NOW), Company(name="Essai", secret=b"partage")
    orders = Orders(
        mark="audit-1", vehicle_id="VSL-1", count=2, answer_within=timedelta(seconds=60)
    )
    async with httpx.AsyncClient(transport=httpx.MockTransport(taker.take)) as http:
        postman = Postman(http=http, url="http://company/missions", company=company, clock=clock)
        return await audit_company(
            postman, Webhook(company=company, clock=clock), orders, 60, sleep
        )


def test_every_mission_is_withdrawn_and_each_withdrawal_is_kept():
    taker = Taker()
    evidence = asyncio.run(ask(taker))
    assert taker.running == set()
    withdrawn = [json.loads(one.sent)["about"] for one in evidence.of(Purpose.WITHDRAWAL)]
    assert sorted(withdrawn) == sorted(MISSIONS)
    assert evidence.stopped is None


@pytest.mark.parametrize("times", [1, 3])
def test_an_audit_interrupted_while_it_listens_withdraws_its_missions(times: int):
    """As often as it is interrupted, while it withdraws too."""
    taker = Taker(slow=True)

    async def interrupted() -> Evidence:
        listening = asyncio.Event()

        async def listen(seconds: float) -> None:
            if seconds == 60:
                listening.set()
                await asyncio.sleep(seconds)

        audit = asyncio.ensure_future(ask(taker, listen))
        await listening.wait()
        for _ in range(times):
            assert taker.running
            audit.cancel()
            await asyncio.sleep(0.005)
        return await audit

    evidence = asyncio.run(interrupted())
    assert taker.running == set()
    assert evidence.stopped == "interrompu"
    audit = examine(checks(None), evidence, profile="transporter", target="x", at=NOW)
    (answer,) = [one for one in audit.outcomes if one.check.check_id == "reponse"]
    assert answer.verdict is Verdict.NOT_RUN  # it might have come


def test_a_withdrawal_answered_by_an_error_is_tried_again():
    taker = Taker(answers=[500, 503])
    evidence = asyncio.run(ask(taker))
    assert taker.running == set()
    assert [one.status for one in evidence.of(Purpose.WITHDRAWAL)] == [500, 503, 200, 200, 200]
    assert evidence.stopped is None


def test_a_mission_that_cannot_be_withdrawn_is_named_to_be_withdrawn_by_hand():
    taker = Taker(answers=[500] * 3)
    evidence = asyncio.run(ask(taker))
    assert taker.running == {"audit-1/0/outward"}
    assert evidence.stopped == "à retirer à la main : audit-1/0/outward"


def test_missions_whose_answer_was_interrupted_are_withdrawn_too():
    class Broken(Taker):
        async def take(self, request: httpx.Request) -> httpx.Response:
            answer = await Taker.take(self, request)
            if json.loads(request.content)["kind"] == "MissionOrder":
                raise asyncio.CancelledError
            return answer

    taker = Broken()
    evidence = asyncio.run(ask(taker))
    assert taker.running == set()
    assert len(evidence.of(Purpose.WITHDRAWAL)) == 1


@pytest.mark.parametrize("status", [401, 403])
def test_a_company_that_lets_nobody_in_is_not_accused(status: int):
    """Not of refusing missions; nor cleared of taking forged ones."""

    class Shut(Taker):
        async def take(self, request: httpx.Request) -> httpx.Response:
            return httpx.Response(status)

    audit = examine(
        checks(None), asyncio.run(ask(Shut())), profile="transporter", target="x", at=NOW
    )
    found = {one.check.check_id: one.verdict for one in audit.outcomes}
    assert found["mission-prise"] is found["mission-forgee"] is Verdict.NOT_PROVABLE
    assert audit.conclusion is Conclusion.UNDETERMINED
