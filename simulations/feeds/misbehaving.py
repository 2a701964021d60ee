"""A mock server's way of answering: well, or with the fault of the moment."""

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import format_datetime
from http import HTTPStatus

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from regulation.kernel.time import Clock
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.spoilt_records import Json

SLOW_S = 8.0
"""One second more than a consumer of slots waits."""
SILENCE_S = 3_600.0

SKEW = timedelta(minutes=10)
FHIR_JSON = "application/fhir+json; charset=utf-8"
_STATUSES = {
    Fault.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    Fault.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a well-behaved server would send."""

    body: bytes
    media_type: str
    status: HTTPStatus = HTTPStatus.OK


class Responder:
    """Sends answers from a server's own clock; `slow_s` is how long it hangs when it is slow."""

    def __init__(
        self, clock: Clock, faults: FaultBoard | None = None, *, slow_s: float = SLOW_S
    ) -> None:
        self._clock = clock
        self._faults = faults or FaultBoard()
        self._slow_s = slow_s

    @property
    def shown(self) -> frozenset[Fault]:
        """Faults shown now."""
        return self._faults.shown

    @property
    def seed(self) -> int:
        """Seed of the records they touch."""
        return self._faults.seed

    async def answer(self, request: Request, make: Callable[[], Answer]) -> Response:
        """Send what `make` gives, a 400 for its ValueError, or the fault of the moment.

        A file is named by its content, so that a client may ask whether it has changed.
        """
        if Fault.SILENT in self.shown:
            await asyncio.sleep(SILENCE_S)
        if Fault.SLOW in self.shown:
            await asyncio.sleep(self._slow_s)
        for fault, status in _STATUSES.items():
            if fault in self.shown:
                return self.send(outcome_answer("exception", status.phrase, status))
        if Fault.HTML in self.shown:
            return Response("<html><body>Maintenance</body></html>", media_type="text/html")
        try:
            found = make()
        except ValueError as error:
            return self.send(outcome_answer("invalid", str(error), HTTPStatus.BAD_REQUEST))
        etag = f'"{hashlib.sha256(found.body).hexdigest()[:16]}"'
        if request.headers.get("if-none-match") == etag and Fault.TRUNCATED not in self.shown:
            return self.send(Answer(b"", found.media_type, HTTPStatus.NOT_MODIFIED), etag)
        return self.send(found, etag)

    def send(self, answer: Answer, etag: str = "") -> Response:
        """Send an answer, cut short when that is the fault of the moment."""
        body = answer.body
        if Fault.TRUNCATED in self.shown:
            body = body[: len(body) * 2 // 3]
        date = self._clock.now() + (SKEW if Fault.CLOCK_SKEW in self.shown else timedelta(0))
        headers = {"Date": format_datetime(date.astimezone(UTC), usegmt=True)}
        if etag:
            headers["ETag"] = etag
        if answer.status is HTTPStatus.TOO_MANY_REQUESTS:
            headers["Retry-After"] = "1"
        return Response(body, answer.status, headers, answer.media_type)


def fhir_answer(document: Json, status: HTTPStatus = HTTPStatus.OK) -> Answer:
    """Write a FHIR document."""
    return Answer(msgspec.json.encode(document), FHIR_JSON, status)


def outcome_answer(code: str, text: str, status: HTTPStatus) -> Answer:
    """Write an OperationOutcome."""
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return fhir_answer({"resourceType": "OperationOutcome", "issue": [issue]}, status)
