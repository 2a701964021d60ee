"""Changes what a mock server shows while it runs: an address beside its own, for test scripts.

`GET /_faults` tells the faults there are and those shown; `PUT /_faults` shows others;
`PUT /_faults/script` plays a scenario, each step at its second from now. Both orders take a
`seed`, which draws the records that a fault touches: the same seed touches the same ones again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from enum import StrEnum
from http import HTTPStatus
from typing import Generic, TypeVar

import msgspec
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulations.feeds.boards import Board

LONGEST_SCRIPT_S = 86_400.0
MOST_STEPS = 1_000
MOST_BODY = 100_000


class Shown(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Faults to show from now on; without a seed, the one there was."""

    show: tuple[str, ...]
    seed: int | None = None


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Faults to show from this second of the script on."""

    after_s: float
    show: tuple[str, ...]


class Script(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Steps in the order of their seconds, all of one seed."""

    steps: tuple[Step, ...]
    seed: int | None = None


Named = TypeVar("Named", bound=StrEnum)


class FaultDesk(Generic[Named]):
    """The desk of one board, of `known` faults; a new order ends the script that is playing."""

    def __init__(
        self,
        board: Board[Named],
        known: type[Named],
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._board = board
        self._known = known
        self._sleep = sleep
        self._playing: asyncio.Task[None] | None = None

    def routes(self) -> list[Route]:
        """Return the routes to add to the mock server's."""
        return [
            Route("/_faults", self.tell, methods=["GET"]),
            Route("/_faults", self.show, methods=["PUT"]),
            Route("/_faults/script", self.play, methods=["PUT"]),
        ]

    async def tell(self, _: Request) -> Response:
        """Tell the faults there are, those shown, their seed, and whether a script is playing."""
        playing = self._playing is not None and not self._playing.done()
        known, shown = sorted(self._known), sorted(self._board.shown)
        told = {"known": known, "shown": shown, "seed": self._board.seed, "playing": playing}
        return JSONResponse(told)

    async def show(self, request: Request) -> Response:
        """Show these faults and no other."""
        try:
            order = msgspec.json.decode(await _body(request), type=Shown)
            shown = self._named(order.show)
        except (msgspec.DecodeError, ValueError) as error:
            return _refused(error)
        self._stop()
        self._board.show(*shown, seed=order.seed)
        return await self.tell(request)

    async def play(self, request: Request) -> Response:
        """Play a scenario from now on."""
        try:
            script = msgspec.json.decode(await _body(request), type=Script)
            _require_order(step.after_s for step in script.steps)
            steps = [(step.after_s, self._named(step.show)) for step in script.steps]
        except (msgspec.DecodeError, ValueError) as error:
            return _refused(error)
        self._stop()
        self._playing = asyncio.create_task(self._play(steps, script.seed))
        return await self.tell(request)

    async def _play(self, steps: Sequence[tuple[float, Sequence[Named]]], seed: int | None) -> None:
        elapsed = 0.0
        for after_s, shown in steps:
            await self._sleep(after_s - elapsed)
            elapsed = after_s
            self._board.show(*shown, seed=seed)

    def _named(self, names: Iterable[str]) -> list[Named]:
        """Find faults by their names; raise ValueError naming those there are."""
        try:
            return [self._known(name) for name in names]
        except ValueError as error:
            known = ", ".join(self._known)
            raise ValueError(f"show: {error}; known: {known}") from None

    def _stop(self) -> None:
        if self._playing is not None:
            self._playing.cancel()
            self._playing = None


def _require_order(seconds: Iterable[float]) -> None:
    last = 0.0
    for rank, second in enumerate(seconds):
        if rank == MOST_STEPS:
            raise ValueError(f"steps: more than {MOST_STEPS}")
        if not last <= second <= LONGEST_SCRIPT_S:
            raise ValueError(f"steps[{rank}].after_s: {second:g} is not from {last:g} to a day")
        last = second


async def _body(request: Request) -> bytes:
    body = await request.body()
    if len(body) > MOST_BODY:
        raise ValueError(f"larger than {MOST_BODY} bytes")
    return body


def _refused(error: Exception) -> Response:
    return JSONResponse({"error": str(error)}, HTTPStatus.UNPROCESSABLE_ENTITY)
