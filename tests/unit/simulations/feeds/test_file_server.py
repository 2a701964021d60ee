"""A file is made on the day it is asked, and spoilt as its board says."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from adapters.kit.clock import FixedClock
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.file_server import FileServer, half_of_lines, header_alone, twice
from tests.unit.simulations.feeds.agendas import NOW

LINES = [str(rank) for rank in range(40)]


def served(board: FaultBoard) -> list[str]:
    """Lines of a file that begins with the day it was made."""
    server = FileServer(
        "/file",
        lambda now: "\n".join([f"{now:%Y-%m-%d}", *LINES]).encode(),
        FixedClock(NOW),
        board,
        spoilers={
            Fault.SCHEMA_DRIFT: half_of_lines(lambda _: b"x"),
            Fault.DUPLICATE: twice,
            Fault.EMPTY: header_alone,
        },
    )

    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=server.routes()))
        async with httpx.AsyncClient(transport=transport, base_url="http://files") as client:
            return await client.get("/file")

    return asyncio.run(get()).text.splitlines()


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault.EMPTY, ["2026-11-22"]),
        (Fault.STALE, ["2026-10-13", *LINES]),
        (Fault.DUPLICATE, ["2026-11-22", *LINES, *LINES]),
    ],
)
def test_a_fault_empties_the_file_ages_it_or_says_it_twice(fault: Fault, expected: list[str]):
    assert served(FaultBoard(fault)) == expected


def test_the_seed_draws_the_lines_that_a_fault_touches():
    drawn = [served(FaultBoard(Fault.SCHEMA_DRIFT, seed=seed)) for seed in (1, 1, 2)]
    assert drawn[0] == drawn[1] != drawn[2]
    assert [lines.count("x") for lines in drawn] == [20, 20, 20]
