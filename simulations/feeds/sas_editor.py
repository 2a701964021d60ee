"""A mock editor of agendas: answers INT_R01 from living agendas, and misbehaves on demand."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus
from typing import Protocol

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.time import Clock, TimeWindow
from simulations.agendas import AgendaSlot, Practice
from simulations.feeds.faults import Fault, FaultBoard, spoil
from simulations.feeds.sas_bundles import (
    IDNPS,
    Json,
    agenda_id,
    entry,
    outcome,
    period_of,
    practitioner_resource,
    role_resource,
    schedule_resource,
    searchset,
    slot_resource,
)

MOST_PRACTITIONERS = 25
SLOW_S = 8.0
"""One second more than a consumer waits."""

SKEW = timedelta(minutes=10)
MEDIA_TYPE = "application/fhir+json; charset=utf-8"
_STATUSES = {
    Fault.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    Fault.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}
_KNOWN = {"_include", "_include:iterate", "start", "status", "_count"}
_BY_PRACTITIONER = "schedule.actor:Practitioner.identifier"


class EditorAgendas(Protocol):
    """What the editor keeps; `simulations.agendas.Agendas` does."""

    def practices_of(self, rpps: Identifier) -> Sequence[Practice]:
        """Places where a practitioner shares an agenda."""
        ...

    def free_slots(
        self, rpps: Sequence[Identifier], window: TimeWindow, now: datetime
    ) -> Sequence[AgendaSlot]:
        """Slots free at `now` that start within the window."""
        ...


class SasEditor:
    """One editor's server; `slow_s` is how long it hangs when it is slow."""

    def __init__(
        self,
        agendas: EditorAgendas,
        clock: Clock,
        faults: FaultBoard | None = None,
        *,
        slow_s: float = SLOW_S,
    ) -> None:
        self._agendas = agendas
        self._clock = clock
        self._faults = faults or FaultBoard()
        self._slow_s = slow_s

    def app(self) -> Starlette:
        """Build the application."""
        return Starlette(routes=[Route("/Slot", self.search, methods=["GET"])])

    async def search(self, request: Request) -> Response:
        """Answer one search, or show the fault of the moment."""
        shown = self._faults.shown
        if Fault.SLOW in shown:
            await asyncio.sleep(self._slow_s)
        for fault, status in _STATUSES.items():
            if fault in shown:
                return self._reply(outcome("error", "exception", status.phrase), status)
        if Fault.HTML in shown:
            return Response("<html><body>Maintenance</body></html>", media_type="text/html")
        try:
            bundle = self._bundle(request, shown)
        except ValueError as error:
            return self._reply(outcome("error", "invalid", str(error)), HTTPStatus.BAD_REQUEST)
        return self._reply(bundle, HTTPStatus.OK)

    def _bundle(self, request: Request, shown: frozenset[Fault]) -> Json:
        query = request.query_params
        stranger = next((name for name in query if name not in {*_KNOWN, _BY_PRACTITIONER}), None)
        if stranger is not None:
            raise ValueError(f"{stranger}: this parameter is not supported")
        if query.getlist("status") != ["free"]:
            raise ValueError("status: only free is searched")
        start, end = period_of(query.getlist("start"))
        numbers = _practitioners(query.getlist(_BY_PRACTITIONER))
        now = self._clock.now()
        slots = self._agendas.free_slots(numbers, TimeWindow(start, end), now)
        base = str(request.base_url).rstrip("/")
        entries = [entry(base, slot_resource(slot), "match") for slot in slots]
        if "Slot:schedule" in query.getlist("_include"):
            with_actors = "Schedule:actor" in query.getlist("_include:iterate")
            entries += self._included(base, slots, with_actors)
        return searchset(spoil(entries, shown), len(slots), str(request.url), now)

    def _included(self, base: str, slots: Sequence[AgendaSlot], with_actors: bool) -> list[Json]:  # noqa: FBT001
        wanted = {agenda_id(slot.practitioner, slot.place_id) for slot in slots}
        numbers = dict.fromkeys(slot.practitioner for slot in slots)
        resources: list[Json] = []
        for number in numbers:
            practices = [
                one
                for one in self._agendas.practices_of(number)
                if agenda_id(number, one.place_id) in wanted
            ]
            resources += [schedule_resource(one) for one in practices]
            if with_actors:
                resources.append(practitioner_resource(practices[0]))
                resources += [role_resource(one) for one in practices]
        return [entry(base, resource, "include") for resource in resources]

    def _reply(self, document: Json, status: HTTPStatus) -> Response:
        body = msgspec.json.encode(document)
        shown = self._faults.shown
        if Fault.TRUNCATED in shown:
            body = body[: len(body) * 2 // 3]
        date = self._clock.now() + (SKEW if Fault.CLOCK_SKEW in shown else timedelta(0))
        headers = {"Date": format_datetime(date.astimezone(UTC), usegmt=True)}
        if status is HTTPStatus.TOO_MANY_REQUESTS:
            headers["Retry-After"] = "1"
        return Response(body, status, headers, MEDIA_TYPE)


def _practitioners(lists: Sequence[str]) -> tuple[Identifier, ...]:
    if len(lists) != 1:
        raise ValueError(f"{_BY_PRACTITIONER}: one list of 1 to {MOST_PRACTITIONERS} is required")
    tokens = lists[0].split(",")
    if len(tokens) > MOST_PRACTITIONERS:
        raise ValueError(f"{_BY_PRACTITIONER}: {len(tokens)} of them, {MOST_PRACTITIONERS} at most")
    return tuple(_practitioner(token.strip()) for token in tokens)


def _practitioner(token: str) -> Identifier:
    system, bar, value = token.partition("|")
    if not bar or system != IDNPS or not value.startswith("8"):
        raise ValueError(f"{_BY_PRACTITIONER}: {token[:64]!r} is not {IDNPS}|8 + RPPS")
    return Identifier(IdKind.RPPS, value[1:])
