"""An editor to audit: a mock within the process, its agendas given, its time a number."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from adapters.audit.checks import Verdict
from adapters.audit.exchanges import Evidence
from adapters.audit.profiles import CHECKS
from adapters.audit.report import Audit, examine
from adapters.audit.run import Manner, audit_server
from adapters.audit.sas_plan import Flow, Plan
from adapters.kit.clock import FixedClock
from regulation.kernel.ids import Identifier
from regulation.kernel.places import Position
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.sas_editor import SasEditor
from tests.unit.simulations.feeds.agendas import (
    ANNEXE,
    CABINET,
    DOCTOR_A,
    DOCTOR_B,
    NOW,
    GivenAgendas,
    practice,
    slot,
)

POSTE = Identifier.parse("SIRET:99000000000028")
DEADLINE_S = 10.0
ENOUGH_TO_REREAD = 12
"""Slots of each doctor at each place, for half of them to be enough to judge of stability."""
NUMBERS: Mapping[Flow, tuple[Identifier, ...]] = {
    Flow.PS: (DOCTOR_A, DOCTOR_B),
    Flow.CPTS: (DOCTOR_A, DOCTOR_B),
    Flow.SOS: (ANNEXE, POSTE),
}


@dataclass(slots=True)
class Time:
    """Seconds since the audit began; they pass only when somebody waits."""

    passed_s: float = 0.0

    def __call__(self) -> float:
        return self.passed_s

    async def sleep(self, seconds: float) -> None:
        self.passed_s += seconds


class Within(httpx.ASGITransport):
    """A server within the process, given up after the deadline of this time."""

    def __init__(self, editor: SasEditor, time: Time) -> None:
        super().__init__(editor.app())
        self._time = time

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        before = self._time()
        response = await super().handle_async_request(request)
        if self._time() - before > DEADLINE_S:
            self._time.passed_s = before + DEADLINE_S
            raise httpx.ReadTimeout("too late", request=request)
        return response


def agendas(slots_each: int = 3) -> GivenAgendas:
    """A works at two places, B at two others; each has so many slots tomorrow."""
    pairs = [(DOCTOR_A, CABINET), (DOCTOR_A, ANNEXE), (DOCTOR_B, CABINET), (DOCTOR_B, POSTE)]
    slots = [
        slot(*pair, hours_ahead=13 + 1.5 * rank / slots_each + number / 8)
        for number, pair in enumerate(pairs)
        for rank in range(slots_each)
    ]
    phones = {DOCTOR_A: "05 61 00 00 00", DOCTOR_B: None}
    return GivenAgendas(slots, [practice(*pair, phone=phones[pair[0]]) for pair in pairs])


def plan(flow: Flow, bookings: int = 4) -> Plan:
    """What an audit of the flow asks."""
    return Plan(flow=flow, numbers=NUMBERS[flow], now=NOW, bookings=bookings)


def evidence_of(asked: Plan, *faults: Fault, board: FaultBoard | None = None) -> Evidence:
    """Ask the mock editor while it shows these faults, or those of the board."""
    time, clock = Time(), FixedClock(asked.now)
    board = board or FaultBoard(*faults)
    given = agendas(ENOUGH_TO_REREAD if Fault.UNSTABLE in board.shown else 3)
    editor = SasEditor(given, clock, board, sleep=time.sleep)
    manner = Manner(per_s=5.0, deadline_s=DEADLINE_S)
    return asyncio.run(
        audit_server(
            "http://127.0.0.1",
            asked,
            manner,
            clock=clock,
            stopwatch=time,
            sleep=time.sleep,
            transport=Within(editor, time),
        )
    )


def judged(flow: Flow, evidence: Evidence) -> Audit:
    """Judge evidence by every check of the flow; every address is found but those of nowhere."""
    checks = CHECKS[flow](find_address)
    return examine(checks, evidence, profile=flow, target="un éditeur", at=NOW)


def find_address(address: str) -> Position | None:
    """Find the town of the tests, and no other."""
    return Position(lat=43.6, lon=1.44) if address.endswith("31000 Toulouse") else None


def audited(flow: Flow, *faults: Fault) -> Audit:
    """Audit the mock editor while it shows these faults."""
    return judged(flow, evidence_of(plan(flow), *faults))


def failed(audit: Audit) -> list[str]:
    """Names of the checks that failed, in the order of the report."""
    return [one.check.check_id for one in audit.outcomes if one.verdict is Verdict.FAIL]
