"""A mock site of open data: files made on the day they are asked, and spoilt on demand."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from regulation.kernel.time import Clock
from simulations.feeds.boards import victims
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.misbehaving import SLOW_S, Answer, Responder

Maker = Callable[[datetime], bytes]
"""Writes a file as it is on that day."""

Spoiler = Callable[[bytes, int], bytes]
"""Spoils a file as one fault does, the lines it touches drawn by a seed."""

OLD: Final = timedelta(days=40)
"""How old the file is that a stale site shows: older than any of them is worth."""


class FileServer:
    """Serves one file at one address.

    `says_empty`, settable while it runs: the file keeps its first line only.
    """

    says_empty = False

    def __init__(
        self,
        path: str,
        make: Maker,
        clock: Clock,
        faults: FaultBoard | None = None,
        *,
        media_type: str = "text/csv",
        spoilers: Mapping[Fault, Spoiler] | None = None,
        slow_s: float = SLOW_S,
    ) -> None:
        self._path = path
        self._make = make
        self._clock = clock
        self._media_type = media_type
        self._spoilers = spoilers or {}
        self._responder = Responder(clock, faults, slow_s=slow_s)

    def routes(self) -> list[Route]:
        """The address of the file."""
        return [Route(self._path, self.serve, methods=["GET"])]

    async def serve(self, request: Request) -> Response:
        """Send the file, or show the fault of the moment."""
        return await self._responder.answer(request, self._file)

    def _file(self) -> Answer:
        shown, now = self._responder.shown, self._clock.now()
        content = self._make(now - OLD if Fault.STALE in shown else now)
        if self.says_empty:
            content = header_alone(content, self._responder.seed)
        for fault in sorted(shown & self._spoilers.keys()):
            content = self._spoilers[fault](content, self._responder.seed)
        return Answer(content, self._media_type)


def header_alone(content: bytes, _: int) -> bytes:
    """Leave the first line of a table, and no other."""
    return content.split(b"\n", 1)[0] + b"\n"


def nothing(_content: bytes, _: int) -> bytes:
    """Leave nothing of a file that is no table."""
    return b""


def half_of_lines(change: Callable[[bytes], bytes]) -> Spoiler:
    """Spoil half of the lines after the first."""

    def spoil(content: bytes, seed: int) -> bytes:
        first, *lines = content.splitlines()
        ranks = set(victims(range(len(lines)), "lines", seed, str))
        spoilt = [change(line) if rank in ranks else line for rank, line in enumerate(lines)]
        return b"\n".join([first, *spoilt]) + b"\n"

    return spoil


def twice(content: bytes, _: int) -> bytes:
    """Every line after the first, twice."""
    first, *lines = content.splitlines()
    return b"\n".join([first, *lines, *lines]) + b"\n"
