"""Regulators at work on the API: they open, ask, decide, cancel; what they were told is noted.

A command that got no answer, or a 503, is asked again under the same key, as a console does.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import cycle

import numpy as np

from benchmarks.wire import Answer, Client
from tests.worlds import at_km, call

ACTOR = {"id": "LOCAL:banc", "role": "REGULATING_DOCTOR"}
FRESH_TRIES = 4
GIVEN_BACK = 0.97
"""Share of decisions that are cancelled at once, so that there is always something to fight for."""

TOWN_KM = 4.0
PATIENCE_S, PAUSE_S = 300.0, 0.2
BUSY = frozenset({HTTPStatus.BAD_GATEWAY, HTTPStatus.SERVICE_UNAVAILABLE})


class Unanswered(RuntimeError):  # noqa: N818  a state of the outside
    """A command was not answered, however often it was asked."""


@dataclass(slots=True)
class Ledger:
    """What regulators were told: each decision by its key, the last word on each case."""

    decided: dict[str, str] = field(default_factory=dict)
    state: dict[str, str] = field(default_factory=dict)
    answers: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def noted(self, what: str, status: int, seconds: float) -> None:
        self.answers[f"{what} {status}"] += 1
        if status < HTTPStatus.BAD_REQUEST:
            self.seconds.setdefault(what, []).append(seconds)

    @property
    def asked(self) -> int:
        """Decisions that were asked for and answered: taken, or refused with fresh proposals."""
        return self.answers["decide 200"] + self.answers["decide 409"]

    def failures(self) -> int:
        """Answers that are neither success nor an honest conflict."""
        return sum(n for name, n in self.answers.items() if name.split()[-1][0] == "5")

    def quantiles(self, what: str) -> str:
        taken = self.seconds.get(what, [])
        if not taken:
            return "none"
        p50, p95, p99 = np.percentile(np.array(taken) * 1000, [50, 95, 99])
        return f"p50 {p50:.0f} ms, p95 {p95:.0f} ms, p99 {p99:.0f} ms ({len(taken)})"


@dataclass(slots=True)
class Desk:
    """Asks API processes in turn; `again`: what has failed is asked of another."""

    client: Client
    addresses: Iterator[str]
    ledger: Ledger
    draws: np.random.Generator

    async def ask(self, what: str, path: str, body: object, key: str) -> Answer:
        """Ask until answered by something else than 503."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            began = time.perf_counter()
            try:
                answer = await self.client.post(
                    next(self.addresses) + path, json=body, headers={"Idempotency-Key": key}
                )
            except OSError as fault:
                self.ledger.answers[f"{what} {type(fault).__name__}"] += 1
            else:
                self.ledger.noted(what, answer.status_code, time.perf_counter() - began)
                if answer.status_code not in BUSY and not _is_under_way(answer):
                    return answer
            await asyncio.sleep(PAUSE_S)
        raise Unanswered(f"{what} {path}; so far {dict(self.ledger.answers)}")

    async def one_case(self, case_id: str, *, give_back: bool) -> None:
        """Take a call to its decision; cancel it when told to."""
        document = call(case_id, patient={"age": 47, "position": self._somewhere()})
        await self.ask("open", "/cases", document, f"{case_id}/ouvrir")
        asked = await self.ask(
            "propose", f"/cases/{case_id}/proposals", None, f"{case_id}/proposer"
        )
        orientation = asked.headers.get("orientation-id")
        if not await self._decide(case_id, orientation) or not give_back:
            return
        body = {"actor": ACTOR}
        done = await self.ask("cancel", f"/cases/{case_id}/cancel", body, f"{case_id}/annuler")
        if done.is_success:
            self.ledger.state[case_id] = "CANCELLED"

    def _somewhere(self) -> dict[str, float]:
        """Where the next patient is: anywhere in the town."""
        north, east = self.draws.uniform(-TOWN_KM, TOWN_KM, 2)
        position = at_km(north, east)
        return {"lat": float(position.lat), "lon": float(position.lon)}

    async def _decide(self, case_id: str, orientation: str | None) -> bool:
        for attempt in range(FRESH_TRIES):
            key = f"{case_id}/decider/{attempt}"
            told = {"rank": 1, "motive": "", "actor": ACTOR, "orientation_id": orientation}
            answer = await self.ask("decide", f"/cases/{case_id}/decision", told, key)
            if answer.is_success:
                self.ledger.decided[key] = case_id
                self.ledger.state[case_id] = answer.json()["state"]
                return True
            orientation = answer.json().get("orientation_id")
            if orientation is None:
                return False
        return False


def _is_under_way(answer: Answer) -> bool:
    return answer.status_code == HTTPStatus.CONFLICT and "en cours" in answer.text


def desk(client: Client, addresses: Sequence[str], ledger: Ledger) -> Desk:
    return Desk(client, cycle(addresses), ledger, np.random.default_rng(len(addresses)))


async def warm(addresses: Sequence[str]) -> None:
    """Let every process take a case to its decision, kernels compiled and pages met."""
    async with Client() as client:
        for number, address in enumerate(addresses):
            await desk(client, [address], Ledger()).one_case(f"essai-{number}", give_back=True)


async def fight(
    addresses: Sequence[str],
    regulators: int,
    decisions: int,
    stop: asyncio.Event | None = None,
    *,
    connections_last: bool = True,
) -> Ledger:
    """Let so many regulators work at once until so many decisions were asked, or told to stop."""
    ledger = Ledger()
    draws = np.random.default_rng(1)

    async def work(number: int) -> None:
        done = 0
        while ledger.asked < decisions and not (stop and stop.is_set()):
            case_id = f"appel-{number}-{done}"
            await mine.one_case(case_id, give_back=draws.random() < GIVEN_BACK)
            done += 1

    async with Client(connections_last) as client:
        mine = desk(client, addresses, ledger)
        async with asyncio.TaskGroup() as group:
            for number in range(regulators):
                group.create_task(work(number))
    return ledger


async def arrivals(addresses: Sequence[str], per_s: float, seconds: float, name: str) -> Ledger:
    """Let cases come at a steady pace, whatever becomes of those before."""
    ledger = Ledger()
    async with Client() as client:
        mine = desk(client, addresses, ledger)
        async with asyncio.TaskGroup() as group:
            began, count = time.monotonic(), int(per_s * seconds)
            for number in range(count):
                await asyncio.sleep(max(0.0, began + number / per_s - time.monotonic()))
                group.create_task(mine.one_case(f"appel-{name}-{number}", give_back=True))
    return ledger
