"""The live state on Redis under load: a territory of France's size, fed and asked at once.

`python -m benchmarks.live --seconds 600` is the whole measurement; `make bench` runs 30 s of it.
On a machine that others use: `--nice 10`. The figures come every half minute, as lines of JSON in
`--record FILE` too: a measurement cut short is still one, of so many seconds.
One process feeds (positions, changes of slots), this one follows, publishes and answers queries.
The lag of a change runs from the instant it is told to the publication of a snapshot that has it.
"""

import argparse
import gc
import json
import multiprocessing
import os
import resource
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import numpy as np
from redis import Redis

from adapters.desk.collecting import OLDEST, collect_seldom, spare_survivors
from adapters.kit.live import Changes
from adapters.kit.packing import unpack_agenda, unpack_seen
from adapters.live.store import RedisLiveStore
from regulation.kernel.ids import Identifier, IdKind
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from regulation.offers import Agenda, Booking, Slot, SlotMode, Visibility
from services.live_view import LiveView
from tests.servers.redis_server import running_redis
from transport.reports import VehicleSeen

EFFECTEURS, VEHICLES = 100_000, 60_000
POSITIONS_PER_S, CHANGES_PER_S, QUERIES_PER_S = 1_000, 500, 50
TARGET_LAG_S = 2.0
TICK_S, PUBLISH_EVERY_S, TELL_EVERY_S = 0.05, 0.1, 30.0
RADIUS_M, NEAREST = 10_000, 50
SLOTS = 4
IN_TOWN = 0.5
"""Mean number of free slots of an effecteur."""

TERRITORY = "banc"
MINUTE = timedelta(minutes=1)


def now() -> datetime:
    return datetime.fromtimestamp(time.time(), UTC)


def effecteur(number: int) -> Identifier:
    return Identifier(IdKind.LOCAL, f"effecteur-{number}")


def positions(draws: np.random.Generator, count: int) -> list[Position]:
    """Anywhere in a box of France; a share of them around a hundred towns."""
    towns = np.column_stack((draws.uniform(42.5, 50.5, 100), draws.uniform(-4.0, 7.5, 100)))
    near = towns[draws.integers(0, 100, count)] + draws.normal(0, 0.05, (count, 2))
    far = np.column_stack((draws.uniform(42.5, 50.5, count), draws.uniform(-4.0, 7.5, count)))
    chosen = np.where(draws.random((count, 1)) < IN_TOWN, near, far)
    return [Position(lat=float(lat), lon=float(lon)) for lat, lon in chosen]


def agenda(draws: np.random.Generator, number: int, at: datetime) -> Agenda:
    owner = effecteur(number)
    starts = sorted(int(one) for one in draws.integers(10, 2 * 24 * 60, draws.poisson(SLOTS)))
    slots = tuple(
        Slot(
            slot_id=f"LOCAL:banc/{number}-{start}",
            effecteur_id=owner,
            practitioner=Identifier(IdKind.RPPS, f"{10_000_000_000 + number}"),
            window=TimeWindow(at + start * MINUTE, at + (start + 15) * MINUTE),
            modes=frozenset({SlotMode.AMB}),
            booking=Booking.ROUTINE,
            visibility=frozenset({Visibility.SNP}),
            specialties=frozenset({"SM54"}),
            booking_url="https://agenda.example/rdv",
        )
        for start in starts
    )
    observed = Observed(slots, at, "banc", MINUTE)
    return Agenda(effecteur_id=owner, slots=observed, asked=TimeWindow(at, at + 2880 * MINUTE))


def sighting(number: int, position: Position, at: datetime) -> VehicleSeen:
    return VehicleSeen(
        at=at, source="banc", vehicle_id=f"vehicule-{number}", position=position, is_free=True
    )


def load(store: RedisLiveStore) -> None:
    """Fill the territory once."""
    began = time.monotonic()
    draws, at = np.random.default_rng(1), now()
    places = positions(draws, EFFECTEURS)
    store.put_places({effecteur(number): one for number, one in enumerate(places)})
    for first in range(0, EFFECTEURS, 1000):
        store.put_agendas([agenda(draws, number, at) for number in range(first, first + 1000)])
    seen = positions(draws, VEHICLES)
    store.put_sightings([sighting(number, one, at) for number, one in enumerate(seen)])
    put_s = time.monotonic() - began
    print(f"live: {EFFECTEURS} effecteurs and {VEHICLES} vehicles put in {put_s:.1f} s", flush=True)


@dataclass(slots=True)
class Fed:
    """What a feeder did."""

    positions: int = 0
    changes: int = 0
    late_s: float = 0.0
    lasted_s: float = 0.0


def feed(url: str, seconds: float, done: "multiprocessing.Queue[Fed]", go: Event) -> None:
    """Tell of positions and changes at the rates wanted, in small batches as they would come."""
    draws = np.random.default_rng(2)
    store = RedisLiveStore(Redis.from_url(url), TERRITORY)
    go.wait()
    fed, began = Fed(), time.monotonic()
    for tick in range(int(seconds / TICK_S)):
        due = began + tick * TICK_S
        time.sleep(max(0.0, due - time.monotonic()))
        fed.late_s = max(fed.late_s, time.monotonic() - due)
        moved = draws.integers(0, VEHICLES, int(POSITIONS_PER_S * TICK_S))
        changed = draws.integers(0, EFFECTEURS, int(CHANGES_PER_S * TICK_S))
        where = positions(draws, len(moved))
        at = now()
        fed.positions += store.put_sightings(
            [sighting(int(one), place, at) for one, place in zip(moved, where, strict=True)]
        )
        fed.changes += store.put_agendas([agenda(draws, int(one), at) for one in changed])
    fed.lasted_s = time.monotonic() - began
    done.put(fed)


class Follower(threading.Thread):
    """Follows and publishes; notes how old each change is when it is seen."""

    def __init__(self, view: LiveView, store: "Listening") -> None:
        super().__init__(daemon=True)
        self.view, self.store = view, store
        self.stopping = threading.Event()
        self.lags_s: list[float] = []
        self.published = 0
        self.began = time.monotonic()

    def run(self) -> None:
        while not self.stopping.is_set():
            began = time.monotonic()
            self.view.follow(now(), wait=timedelta(seconds=PUBLISH_EVERY_S))
            self.published += 1
            self.note(now())
            self.stopping.wait(max(0.0, PUBLISH_EVERY_S - (time.monotonic() - began)))

    def note(self, at: datetime) -> None:
        for changes in self.store.take_heard():
            told = [unpack_agenda(one.packed).slots.observed_at for one in changes.agendas]
            told += [unpack_seen(one.packed).at for one in changes.vehicles]
            self.lags_s += [(at - one).total_seconds() for one in told]


class Listening(RedisLiveStore):
    """The store as the view reads it, with an ear on what it is told."""

    def __init__(self, client: Redis, territory: str) -> None:
        super().__init__(client, territory)
        self._heard: list[Changes] = []

    def changes_after(self, cursor: str, *, wait: timedelta = timedelta(0)) -> Changes:
        changes = super().changes_after(cursor, wait=wait)
        self._heard.append(changes)
        return changes

    def take_heard(self) -> list[Changes]:
        heard, self._heard = self._heard, []
        return heard


class Stops:
    """How long passes of the collector of garbage stopped this process."""

    def __init__(self) -> None:
        self.spent_s: list[float] = []
        self._began = 0.0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        if phase == "start":
            self._began = time.perf_counter()
        elif info["generation"] == OLDEST:
            self.spent_s.append(time.perf_counter() - self._began)


class Teller:
    """Tells how it goes, as it goes."""

    def __init__(self, follower: Follower, record: Path | None) -> None:
        self.follower, self.record = follower, record
        self.told_at = time.monotonic()

    def tell(self, spent: list[float], *, last: bool = False) -> None:
        """Say and write what was measured so far, when it is time to."""
        if not last and time.monotonic() - self.told_at < TELL_EVERY_S:
            return
        self.told_at = time.monotonic()
        figures = so_far(self.follower, spent)
        print(f"live: {' '.join(f'{name}={value}' for name, value in figures.items())}", flush=True)
        if self.record is not None:
            with self.record.open("a", encoding="utf-8") as lines:
                lines.write(json.dumps(figures) + "\n")


def so_far(follower: Follower, spent: list[float]) -> dict[str, float]:
    elapsed, lags = time.monotonic() - follower.began, follower.lags_s[:] or [0.0]
    p50, p99 = np.percentile(lags, [50, 99])
    return {
        "elapsed_s": round(elapsed, 1),
        "changes_seen": len(follower.lags_s),
        "snapshots_per_s": round(follower.published / elapsed, 2),
        "lag_p50_s": round(float(p50), 3),
        "lag_p99_s": round(float(p99), 3),
        "lag_worst_s": round(max(lags), 3),
        "queries": len(spent),
        "query_p99_ms": round(1000 * float(np.percentile(spent, 99)), 1),
        "resident_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def ask(
    view: LiveView, store: RedisLiveStore, seconds: float, teller: Teller
) -> tuple[list[float], int]:
    """Look for free slots around random places at the rate wanted; return times and slots."""
    draws, found = np.random.default_rng(3), 0
    spent: list[float] = []
    began = time.monotonic()
    for number, place in enumerate(positions(draws, int(seconds * QUERIES_PER_S))):
        due = began + number / QUERIES_PER_S
        time.sleep(max(0.0, due - time.monotonic()))
        start = time.monotonic()
        found += len(free_near(view, store, place))
        spent.append(time.monotonic() - start)
        teller.tell(spent)
    teller.tell(spent, last=True)
    spent_all_s = time.monotonic() - began
    print(f"live: {len(spent) / spent_all_s:.0f} slot queries/s")
    return spent, found


def free_near(view: LiveView, store: RedisLiveStore, place: Position) -> list[Slot]:
    snapshot, at = view.current(), now()
    assert snapshot is not None
    near = store.places_near(place, RADIUS_M, NEAREST)
    agendas = (snapshot.agendas.get(Identifier.parse(one.thing)) for one in near)
    return [slot for one in agendas if one is not None for slot in one.takeable_at(at)]


def measure(url: str, seconds: float, record: Path | None) -> None:
    context = multiprocessing.get_context("spawn")
    loader = context.Process(target=load_into, args=(url,))
    loader.start()
    loader.join()
    listening = Listening(Redis.from_url(url), TERRITORY)
    view = LiveView(listening)
    began = time.monotonic()
    view.follow(now())
    print(f"live: a new process sees it all in {time.monotonic() - began:.1f} s")
    listening.take_heard()
    collect_seldom()  # as the server does at its start
    spare_survivors()
    stops = Stops()
    gc.callbacks.append(stops)

    done, go = context.Queue(), context.Event()
    feeder = context.Process(target=feed, args=(url, seconds, done, go), daemon=True)
    feeder.start()
    follower = Follower(view, listening)
    follower.start()
    go.set()
    store = RedisLiveStore(Redis.from_url(url), TERRITORY)
    spent, found = ask(view, store, seconds, Teller(follower, record))
    fed = done.get(timeout=60 + seconds)
    feeder.join()
    time.sleep(4 * PUBLISH_EVERY_S)
    follower.stopping.set()
    follower.join()
    report_rates(fed, follower)
    report_queries(spent, found, seconds)
    report_memory(url, stops)


def report_memory(url: str, stops: Stops) -> None:
    print(
        f"live: {len(stops.spent_s)} full passes of the collector of garbage, "
        f"{sum(stops.spent_s):.1f} s in all, the longest {max(stops.spent_s, default=0.0):.2f} s"
    )
    memory: Any = Redis.from_url(url).info("memory")
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"live: Redis {memory['used_memory'] / 2**20:.0f} MB; this process {resident:.0f} MB")


def load_into(url: str) -> None:
    load(RedisLiveStore(Redis.from_url(url), TERRITORY))


def report_rates(fed: Fed, follower: Follower) -> None:
    lasted = fed.lasted_s
    print(
        f"live: {lasted:.0f} s: {fed.positions / lasted:.0f} positions/s, "
        f"{fed.changes / lasted:.0f} slot changes/s, "
        f"{follower.published / lasted:.1f} snapshots/s; feeder late by {fed.late_s:.2f} s at most"
    )
    p50, p99 = np.percentile(follower.lags_s, [50, 99])
    verdict = "reached" if p99 < TARGET_LAG_S else "MISSED"
    print(
        f"live: feed-to-snapshot lag p50 {p50:.3f} s, p99 {p99:.3f} s, worst "
        f"{max(follower.lags_s):.3f} s over {len(follower.lags_s)} changes "
        f"(p99 < {TARGET_LAG_S:g} s: {verdict})"
    )


def report_queries(spent: list[float], found: int, seconds: float) -> None:
    q50, q99 = np.percentile(spent, [50, 99])
    print(
        f"live: {len(spent)} slot queries wanted in {seconds:.0f} s: p50 {q50 * 1000:.1f} ms, "
        f"p99 {q99 * 1000:.1f} ms, {found / len(spent):.0f} free slots each"
    )


def main(seconds: float = 30.0, record: Path | None = None) -> None:
    """Measure for so long, on a Redis of its own."""
    with running_redis() as url:
        measure(url, seconds, record)


def from_arguments() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--nice", type=int, default=0, help="give way to others: 0 to 19")
    parser.add_argument("--record", type=Path, help="a file that gets a line of JSON every 30 s")
    given = parser.parse_args()
    os.nice(given.nice)  # Redis and the feeder inherit it
    main(given.seconds, given.record)


if __name__ == "__main__":
    from_arguments()
