"""A mock editor of agendas: answers the SAS searches and bookings, and misbehaves on demand."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http import HTTPStatus

import msgspec
from starlette.applications import Starlette
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from regulation.kernel.ids import Identifier
from regulation.kernel.time import Clock, TimeWindow
from simulations.agendas import AgendaSlot, SlotNotFree
from simulations.feeds.editor_agendas import EditorAgendas, seen_slots, seen_window
from simulations.feeds.fault_desk import FaultDesk
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.sas_bundles import (
    Json,
    agenda_id,
    entry,
    outcome,
    practitioner_resource,
    role_resource,
    schedule_resource,
    searchset,
    slot_resource,
)
from simulations.feeds.sas_communities import (
    PROFILE,
    community_resources,
    community_slot,
    sos_resources,
    sos_slot,
)
from simulations.feeds.sas_queries import Query, Search, schedule_query, slot_query
from simulations.feeds.spoiling import phantoms, spoil

SLOW_S = 8.0
"""One second more than a consumer waits."""
SILENCE_S = 3_600.0

SKEW = timedelta(minutes=10)
STALE = timedelta(hours=1)
"""How old the picture is that a stale editor shows."""
BACK = timedelta(minutes=2)
"""How far back every other answer goes, out of order."""
MEDIA_TYPE = "application/fhir+json; charset=utf-8"
_STATUSES = {
    Fault.UNAUTHORIZED: HTTPStatus.UNAUTHORIZED,
    Fault.TOO_MANY: HTTPStatus.TOO_MANY_REQUESTS,
    Fault.SERVER_ERROR: HTTPStatus.INTERNAL_SERVER_ERROR,
}


class SasEditor:
    """One editor's server; `slow_s` is how long it hangs when it is slow."""

    def __init__(
        self,
        agendas: EditorAgendas,
        clock: Clock,
        faults: FaultBoard | None = None,
        *,
        slow_s: float = SLOW_S,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._agendas = agendas
        self._clock = clock
        self._faults = faults or FaultBoard()
        self._slow_s = slow_s
        self._sleep = sleep
        self._answers = 0
        self._asked_before: tuple[Identifier, ...] = ()
        self._appointments: dict[str, str] = {}

    def app(self) -> Starlette:
        """Build the application."""
        return Starlette(routes=self.routes())

    def routes(self) -> list[Route]:
        """Return the addresses this server answers, with the desk of its faults."""
        return [
            Route("/Slot", self.search_slots, methods=["GET"]),
            Route("/Schedule", self.search_agendas, methods=["GET"]),
            Route("/Appointment", self.book, methods=["POST"]),
            Route("/Appointment", self.cancel, methods=["PUT"]),
            *FaultDesk(self._faults, Fault).routes(),
        ]

    async def search_slots(self, request: Request) -> Response:
        """Answer a search by practitioner (INT_R01, INT_R04), or show the fault of the moment."""
        return await self._search(request, slot_query)

    async def search_agendas(self, request: Request) -> Response:
        """Answer a search by association (SOS Médecins), or show the fault of the moment."""
        return await self._search(request, schedule_query)

    async def book(self, request: Request) -> Response:
        """Book the slot of an appointment, free of any patient."""
        try:
            appointment = msgspec.json.decode(await request.body(), type=_Appointment)
            slot_id = appointment.slot[0].reference.removeprefix("Slot/")
            number = appointment.identifier[0].value
        except (msgspec.DecodeError, IndexError) as error:
            return self._reply(outcome("error", "invalid", str(error)), HTTPStatus.BAD_REQUEST)
        try:
            self._agendas.book(slot_id, self._clock.now())
        except SlotNotFree as refusal:
            if Fault.DOUBLE_SOLD not in self._faults.shown or not self._is_ours(slot_id):
                told = outcome("error", "conflict", str(refusal))
                return self._reply(told, HTTPStatus.CONFLICT)
        self._appointments[number] = slot_id
        return self._reply({"resourceType": "Appointment", "id": number}, HTTPStatus.CREATED)

    async def cancel(self, request: Request) -> Response:
        """Cancel a booking by its business identifier; the slot is free again."""
        number = request.query_params.get("identifier", "").rpartition("|")[2]
        slot_id = self._appointments.pop(number, None)
        if slot_id is None:
            told = outcome("error", "not-found", "no such appointment")
            return self._reply(told, HTTPStatus.NOT_FOUND)
        self._agendas.release(slot_id)
        return self._reply({"resourceType": "Appointment", "id": number}, HTTPStatus.OK)

    def _is_ours(self, slot_id: str) -> bool:
        return slot_id in self._appointments.values()

    async def _search(self, request: Request, read: Callable[[QueryParams], Query]) -> Response:
        shown = self._faults.shown
        if Fault.SILENT in shown:
            await self._sleep(SILENCE_S)
        if Fault.SLOW in shown:
            await self._sleep(self._slow_s)
        for fault, status in _STATUSES.items():
            if fault in shown:
                return self._reply(outcome("error", "exception", status.phrase), status)
        if Fault.HTML in shown:
            return Response("<html><body>Maintenance</body></html>", media_type="text/html")
        try:
            bundle = self._bundle(request, read(request.query_params), shown)
        except ValueError as error:
            return self._reply(outcome("error", "invalid", str(error)), HTTPStatus.BAD_REQUEST)
        return self._reply(bundle, HTTPStatus.OK)

    def _bundle(self, request: Request, query: Query, shown: frozenset[Fault]) -> Json:
        query = self._understood(query, shown)
        now, seed = self._picture(shown), self._faults.seed
        seen = _Seen(self._agendas, shown, seed, self._answers)
        matched, included, profile = _WRITERS[query.search](seen, query, now)
        base = str(request.base_url).rstrip("/")
        matches = [entry(base, resource, "match") for resource in matched]
        entries = matches + [entry(base, resource, "include") for resource in included]
        ghosts = phantoms(entries, seed) if Fault.PHANTOM in shown else []
        total = len(matches) + (0 if query.search is Search.SOS else len(ghosts))
        bundle = searchset(entries + ghosts, total, str(request.url), now, profile)
        return spoil(bundle, shown, seed)

    def _understood(self, query: Query, shown: frozenset[Fault]) -> Query:
        """Return whom a search is taken to be about: those of the one before may be left over."""
        before, self._asked_before = self._asked_before, query.numbers
        if Fault.LEFTOVERS not in shown:
            return query
        return replace(query, numbers=tuple(dict.fromkeys((*query.numbers, *before))))

    def _picture(self, shown: frozenset[Fault]) -> datetime:
        """Return the instant whose agendas are shown."""
        now = self._clock.now()
        self._answers += 1
        if Fault.STALE in shown:
            return now - STALE
        if Fault.OUT_OF_ORDER in shown and self._answers % 2 == 0:
            return now - BACK
        return now

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


class _Reference(msgspec.Struct):
    reference: str


class _Number(msgspec.Struct):
    value: str


class _Appointment(msgspec.Struct):
    """What is read of an appointment to book."""

    slot: tuple[_Reference, ...]
    identifier: tuple[_Number, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """The agendas as one answer shows them: through the faults of the moment."""

    agendas: EditorAgendas
    shown: frozenset[Fault]
    seed: int
    answer: int

    def free_slots(
        self, rpps: Sequence[Identifier], window: TimeWindow, now: datetime
    ) -> Sequence[AgendaSlot]:
        """Slots shown free, those of the window or not."""
        found = self.agendas.free_slots(rpps, seen_window(window, self.shown, now), now)
        return seen_slots(found, self.shown, self.seed, self.answer)


Written = tuple[list[Json], list[Json], str]
"""Resources matched, resources included, and the profile of the bundle."""


def _practitioners(seen: _Seen, query: Query, now: datetime) -> Written:
    slots = seen.free_slots(query.numbers, query.window, now)
    matched = [slot_resource(slot) for slot in slots]
    included = _agendas_of(seen.agendas, query, slots)
    return matched, included, "http://sas.fr/fhir/StructureDefinition/BundleAgregateur"


def _communities(seen: _Seen, query: Query, now: datetime) -> Written:
    slots = seen.free_slots(query.numbers, query.window, now)
    found = {slot.place_id: seen.agendas.community_of(slot.place_id) for slot in slots}
    matched = [community_slot(slot, found[slot.place_id]) for slot in slots]
    included = _agendas_of(seen.agendas, query, slots)
    for community in dict.fromkeys(one for one in found.values() if one is not None):
        included += community_resources(community)
    return matched, included, f"{PROFILE}sas-cpts-bundle-aggregator"


def _associations(seen: _Seen, query: Query, now: datetime) -> Written:
    """Match the agendas of the places that have slots; the slots come along."""
    practices = [one for number in query.numbers for one in seen.agendas.practices_at(number)]
    doctors = list(dict.fromkeys(one.practitioner for one in practices))
    places = {one.place_id for one in practices}
    free = seen.free_slots(doctors, query.window, now)
    slots = [slot for slot in free if slot.place_id in places]
    busy = {slot.place_id for slot in slots}
    resources = sos_resources([one for one in practices if one.place_id in busy])
    matched = [one for one in resources if one["resourceType"] == "Schedule"]
    included = [one for one in resources if one["resourceType"] != "Schedule"]
    included = [sos_slot(slot) for slot in slots] + included
    return matched, included, f"{PROFILE}sas-sos-bundle-aggregator"


_WRITERS: dict[Search, Callable[[_Seen, Query, datetime], Written]] = {
    Search.PS: _practitioners,
    Search.CPTS: _communities,
    Search.SOS: _associations,
}


def _agendas_of(agendas: EditorAgendas, query: Query, slots: Sequence[AgendaSlot]) -> list[Json]:
    if "Slot:schedule" not in query.includes:
        return []
    wanted = {agenda_id(slot.practitioner, slot.place_id) for slot in slots}
    resources: list[Json] = []
    for number in dict.fromkeys(slot.practitioner for slot in slots):
        practices = [
            one for one in agendas.practices_of(number) if agenda_id(number, one.place_id) in wanted
        ]
        resources += [schedule_resource(one) for one in practices]
        if "Schedule:actor" in query.includes:
            resources.append(practitioner_resource(practices[0]))
            resources += [role_resource(one) for one in practices]
    return resources
