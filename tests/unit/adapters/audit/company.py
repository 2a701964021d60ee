"""A transport company to audit: a mock within the process, its seconds counted by hand."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import httpx

from adapters.audit.exchanges import Evidence
from adapters.audit.report import Audit, examine
from adapters.audit.transporter import NAME, checks
from adapters.audit.webhook_journal import Company
from adapters.audit.webhook_probe import HEADER, Orders, Postman, Webhook, audit_company
from regulation.kernel.places import Position
from simulations.feeds.boards import Board
from simulations.feeds.transporter_company import MockTransporter, TransporterFault
from tests.unit.simulations.feeds.agendas import NOW

COMPANY = "Ambulances d'essai"
SECRET = b"partage"
PATIENCE_S = 240
BASE = Position(lat=43.6, lon=1.44)


@dataclass(slots=True)
class Hands:
    """A clock that goes on a second at a time."""

    passed_s: int = 0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed_s)


def evidence_of(
    *faults: TransporterFault,
    count: int = 2,
    company: MockTransporter | None = None,
    patience_s: float = PATIENCE_S,
) -> Evidence:
    """Order missions of a mock company, one that shows these faults, and hear it out."""
    clock = Hands()
    company = company or MockTransporter(COMPANY, SECRET, BASE, Board(*faults))
    webhook = Webhook(company=Company(name=COMPANY, secret=SECRET), clock=clock)
    orders = Orders(
        mark="audit-1", vehicle_id="VSL-1", count=count, answer_within=timedelta(seconds=60)
    )

    def taken(request: httpx.Request) -> httpx.Response:
        signature = request.headers.get(HEADER, "")
        return httpx.Response(company.take(request.content, signature, clock.now()))

    async def ask() -> Evidence:
        async with httpx.AsyncClient(transport=httpx.MockTransport(taken)) as http:
            postman = Postman(
                http=http, url="http://company/missions", company=webhook.company, clock=clock
            )
            return await audit_company(postman, webhook, orders, patience_s, sleep=hear_out)

    async def hear_out(seconds: float) -> None:
        for _ in _seconds(clock, int(seconds)):
            for one in company.due(clock.now()):
                status = webhook.take(one.raw, company.signature(one.raw, clock.now()))
                company.answered(one, status, clock.now())

    return asyncio.run(ask())


def _seconds(clock: Hands, count: int) -> Iterator[int]:
    for second in range(count):
        yield second
        clock.passed_s += 1


def audited(*faults: TransporterFault, count: int = 2) -> Audit:
    """Audit the mock company while it shows these faults."""
    return examine(
        checks(None), evidence_of(*faults, count=count), profile=NAME, target=COMPANY, at=NOW
    )
