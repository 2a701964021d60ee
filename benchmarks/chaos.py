"""`make chaos`: kill -9 at random moments while regulators decide, then look at what is kept.

    python -m benchmarks.chaos               # 2 kills of each, 1 to 2 minutes
    python -m benchmarks.chaos --kills 40 --within 1800    # the full size, 30 minutes at most

API processes, workers, Redis and PostgreSQL are killed and started again, each kind at its own
pace, so that several may be away at once; the broker is killed under its own reception of messages
(`benchmarks.broker`). Whatever was acknowledged must be kept, every message delivered, its effect
once. Exits with status 1 otherwise.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.broker import killed
from benchmarks.farm import Farm, Process, end_in_order, servers
from benchmarks.load import judge, opened
from benchmarks.regulators import Ledger, fight
from regulation.messages import DeliveryState
from services.store import open_store
from simulations.feeds.recipient import Recipient
from simulations.feeds.serving import serve_in_thread
from tests.servers.process import ServerFailed

EVERYBODY = ("transporter", "effecteur", "pharmacy", "patient", "regulation")
LONGEST_PAUSE_S, LONGEST_OUTAGE_S = 2.5, 1.5
DELIVERED_WITHIN_S = 120.0
STARTS = 20


@dataclass(frozen=True, slots=True)
class Target:
    """Something that may be killed, and what starts it again and waits for it."""

    name: str
    kill: Callable[[], None]
    start: Callable[[], None]


def targets(farm: Farm, workers: Sequence[Process]) -> Iterator[Target]:
    for one in (*farm.api, *workers):
        yield Target(one.name, one.kill, lambda one=one: _start(one))  # type: ignore[misc]
    assert farm.redis is not None
    assert farm.postgres is not None
    yield Target("redis", farm.redis.kill, farm.redis.start)
    yield Target("postgres", farm.postgres.kill, lambda: _insist(farm.postgres.start))  # type: ignore[union-attr]


def _start(one: Process) -> None:
    def once() -> None:
        one.start()
        one.wait()

    _insist(once)  # its database may be away just then


def _insist(start: Callable[[], None]) -> None:
    """Start again what does not begin at once: what it left behind is not all gone yet."""
    for _ in range(STARTS):
        try:
            start()
        except ServerFailed:
            time.sleep(0.3)
        else:
            return
    start()


async def killing(
    every: Sequence[Target], kills: int, within_s: float, stop: asyncio.Event
) -> Counter[str]:
    """Kill each kind so many times, as long as there is time; then say stop.

    The kinds do not wait for one another: one may be killed while another is away.
    """
    done, began = Counter[str](), time.monotonic()

    async def killing_one(number: int, kind: str) -> None:
        draws = np.random.default_rng([7, number])
        alike = [one for one in every if _kind(one) == kind]
        while done[kind] < kills and time.monotonic() - began < within_s:
            await asyncio.sleep(draws.uniform(0.3, LONGEST_PAUSE_S))
            chosen = alike[int(draws.integers(len(alike)))]
            await asyncio.to_thread(chosen.kill)
            await asyncio.sleep(draws.uniform(0.0, LONGEST_OUTAGE_S))
            await asyncio.to_thread(chosen.start)
            done[kind] += 1
            since = time.monotonic() - began
            print(f"  {since:5.0f} s: kill {done.total()}, {chosen.name}", flush=True)

    async with asyncio.TaskGroup() as group:
        for number, kind in enumerate(sorted({_kind(one) for one in every})):
            group.create_task(killing_one(number, kind))
    stop.set()
    return done


def _kind(target: Target) -> str:
    return target.name.partition("-")[0]


async def under_fire(
    farm: Farm, workers: Sequence[Process], given: argparse.Namespace
) -> tuple[Ledger, Counter[str]]:
    stop = asyncio.Event()
    every = list(targets(farm, workers))
    deciding = asyncio.create_task(fight(farm.addresses, given.regulators, 10**9, stop))
    done = await killing(every, given.kills, given.within, stop)
    return await deciding, done


def delivered(farm: Farm, recipient: Recipient) -> Iterator[str]:
    """Yield the messages that did not reach whoever they are for, after a while."""
    store = open_store(farm.database_url)
    deadline = time.monotonic() + DELIVERED_WITHIN_S
    while _count(store, DeliveryState.WAITING) and time.monotonic() < deadline:
        time.sleep(0.5)
    with store.reading() as unit:
        for state in (DeliveryState.WAITING, DeliveryState.DEAD):
            for one in unit.outbox.in_state(state, limit=10**6):
                yield f"message {one.message.message_id} is {state}: {one.last_error}"
        for one in unit.outbox.in_state(DeliveryState.SENT, limit=10**6):
            if one.message.message_id not in recipient.effects:
                yield f"message {one.message.message_id} is said to be sent and never came"
    store.close()


def _count(store: object, state: DeliveryState) -> int:
    with store.reading() as unit:  # type: ignore[attr-defined]
        return sum(n for (_, found), n in unit.outbox.counts().items() if found is state)


def measure(given: argparse.Namespace) -> bool:
    recipient = Recipient()
    with serve_in_thread(recipient.app()) as elsewhere, servers() as farm:
        opened(farm, given.api)
        book = _address_book(farm.folder, elsewhere)
        workers = [
            farm.process(f"worker-{number}", "benchmarks.working", "--recipients", str(book))
            for number in range(given.workers)
        ]
        try:
            for one in workers:
                _start(one)
            began = time.monotonic()
            ledger, done = asyncio.run(under_fire(farm, workers, given))
            kills = ", ".join(f"{name} {count}" for name, count in sorted(done.items()))
            print(f"{done.total()} kills in {time.monotonic() - began:.0f} s: {kills}")
            print(f"  {len(ledger.decided)} decisions acknowledged meanwhile")
            missed = list(delivered(farm, recipient))
            well = judge(farm, ledger) and not missed
        finally:
            for one in workers:
                one.kill()
    sent, twice = recipient.received.total(), recipient.received.total() - len(recipient.effects)
    print(
        f"  messages undelivered {len(missed)}; {sent} came, {twice} of them again, each once felt"
    )
    for fault in missed[:10]:
        print(f"    {fault}")
    return well


def broker_killed(kills: int) -> bool:
    """Kill the broker under its own stream, on a database of its own."""
    with servers() as farm:
        return killed(kills, farm.database_url)


def _address_book(folder: Path, url: str) -> Path:
    book = folder / "destinataires.toml"
    lines = [f'[{channel}."*"]\nurl = "{url}/{channel}"\n' for channel in EVERYBODY]
    book.write_text("".join(lines), encoding="utf-8")
    return book


def run() -> None:
    end_in_order()
    asked = argparse.ArgumentParser()
    asked.add_argument("--kills", type=int, default=2, help="of each kind")
    asked.add_argument("--within", type=float, default=3600, help="seconds, then no kill begins")
    asked.add_argument("--regulators", type=int, default=6)
    asked.add_argument("--api", type=int, default=2)
    asked.add_argument("--workers", type=int, default=2)
    given = asked.parse_args()
    well = measure(given)
    sys.exit(0 if broker_killed(given.kills) and well else 1)


if __name__ == "__main__":
    run()
