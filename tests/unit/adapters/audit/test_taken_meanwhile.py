"""A slot that a patient takes while the audit runs accuses nobody."""

import asyncio
from collections.abc import Callable, Mapping

import httpx
import pytest

from adapters.audit.checks import Verdict
from adapters.audit.exchanges import Purpose
from adapters.audit.run import Manner, audit_server
from adapters.audit.sas_plan import Flow
from adapters.kit.clock import FixedClock
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.sas_editor import SasEditor
from tests.unit.adapters.audit.worlds import Time, agendas, judged, plan
from tests.unit.simulations.feeds.agendas import NOW

NARROW = 3
"""The third question is of a minute: after the whole period, and the same again."""
OF_A_SEARCH = {
    Flow.PS: {"filtre-periode", "filtre-praticien"},
    Flow.SOS: {"filtre-periode", "filtre-association"},
}


class Meanwhile(httpx.ASGITransport):
    """The mock editor; something happens before each question, told by its rank."""

    def __init__(self, editor: SasEditor, happens: Callable[[int], None]) -> None:
        super().__init__(editor.app())
        self._happens = happens
        self._asked = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self._asked += 1
        self._happens(self._asked)
        return await super().handle_async_request(request)


def verdicts(flow: Flow, happens: Callable[[int, FaultBoard], None]) -> Mapping[str, Verdict]:
    time, board = Time(), FaultBoard()
    editor = SasEditor(agendas(), FixedClock(NOW), board, sleep=time.sleep)
    evidence = asyncio.run(
        audit_server(
            "http://127.0.0.1",
            plan(flow, bookings=0),
            Manner(per_s=1e6),
            clock=FixedClock(NOW),
            stopwatch=time,
            sleep=time.sleep,
            transport=Meanwhile(editor, lambda rank: happens(rank, board)),
        )
    )
    assert evidence.of(Purpose.AGAIN)
    return {one.check.check_id: one.verdict for one in judged(flow, evidence).outcomes}


@pytest.mark.parametrize("flow", OF_A_SEARCH)
def test_what_is_gone_from_the_whole_period_too_is_not_a_fault(flow: Flow):
    def all_are_taken(rank: int, board: FaultBoard) -> None:
        board.show(*([Fault.EMPTY] if rank >= NARROW else []))

    found = verdicts(flow, all_are_taken)
    assert {found[one] for one in OF_A_SEARCH[flow]} <= {Verdict.NOT_PROVABLE, Verdict.PASS}
    assert found["filtre-periode"] is Verdict.NOT_PROVABLE


@pytest.mark.parametrize("flow", OF_A_SEARCH)
def test_what_is_still_in_the_whole_period_is_a_fault(flow: Flow):
    def only_the_narrow_search_is_empty(rank: int, board: FaultBoard) -> None:
        board.show(*([Fault.EMPTY] if rank == NARROW else []))

    assert verdicts(flow, only_the_narrow_search_is_empty)["filtre-periode"] is Verdict.FAIL


def test_few_slots_reread_say_nothing_of_stability():
    def one_in_two_is_taken(rank: int, board: FaultBoard) -> None:
        board.show(*([Fault.UNSTABLE] if rank > 1 else []))

    found = verdicts(Flow.SOS, one_in_two_is_taken)
    assert found["stabilite"] is Verdict.NOT_PROVABLE
