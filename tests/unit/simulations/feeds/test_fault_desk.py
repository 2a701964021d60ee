"""The desk beside a mock server changes its faults while it runs, at once or by a script."""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from simulations.feeds.fault_desk import FaultDesk
from simulations.feeds.faults import Fault, FaultBoard


class Waits:
    """Lets a script go on a step when told, and notes how long each wait was asked to be."""

    def __init__(self) -> None:
        self.asked: list[float] = []
        self.go_on = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        await self.go_on.wait()
        self.go_on.clear()

    async def release(self) -> None:
        self.go_on.set()
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
def board() -> FaultBoard:
    return FaultBoard()


@pytest.fixture
async def waits() -> Waits:
    return Waits()


@pytest.fixture
async def desk(board: FaultBoard, waits: Waits):
    app = Starlette(routes=FaultDesk(board, Fault, waits).routes())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
        yield client


async def test_the_faults_there_are_and_those_shown_are_told(desk, board):
    board.show(Fault.SLOW)
    told = (await desk.get("/_faults")).json()
    assert told == {"known": sorted(Fault), "shown": ["slow"], "seed": 1, "playing": False}


async def test_faults_are_shown_at_once_and_replace_the_others(desk, board):
    board.show(Fault.SLOW)
    answer = await desk.put("/_faults", json={"show": ["stale", "429"]})
    assert answer.status_code == 200
    assert board.shown == {Fault.STALE, Fault.TOO_MANY}


async def test_a_script_shows_each_step_at_its_second(desk, board, waits):
    steps = [{"after_s": 0, "show": ["stale"]}, {"after_s": 60, "show": []}]
    assert (await desk.put("/_faults/script", json={"steps": steps})).json()["playing"]
    await waits.release()
    assert board.shown == {Fault.STALE}
    await waits.release()
    assert board.shown == frozenset()
    assert waits.asked == [0, 60]


async def test_a_new_order_ends_the_script(desk, board, waits):
    steps = [{"after_s": 10, "show": ["stale"]}]
    await desk.put("/_faults/script", json={"steps": steps})
    told = (await desk.put("/_faults", json={"show": ["500"]})).json()
    assert not told["playing"]
    await waits.release()
    assert board.shown == {Fault.SERVER_ERROR}


@pytest.mark.parametrize(
    ("path", "order", "named"),
    [
        ("/_faults", b'{"show": ["tired"]}', "tired"),
        ("/_faults", b'{"shown": []}', "shown"),
        ("/_faults", b"{", "truncated"),
        ("/_faults/script", b'{"steps": [{"after_s": -1, "show": []}]}', "steps[0].after_s"),
        (
            "/_faults/script",
            b'{"steps": [{"after_s": 5, "show": []}, {"after_s": 1, "show": []}]}',
            "steps[1].after_s",
        ),
    ],
)
async def test_an_order_that_means_nothing_changes_nothing(desk, board, path, order, named):
    board.show(Fault.SLOW)
    answer = await desk.put(path, content=order)
    assert answer.status_code == 422
    assert named in answer.json()["error"]
    assert board.shown == {Fault.SLOW}
