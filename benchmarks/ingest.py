"""Slots read, judged and mapped per second and per core; the whole territory over HTTP.

`python -m benchmarks.ingest` prints the figures. With the `bench` dependency group installed, the
same bundles are also parsed by fhir.resources, in the same run.
"""

import asyncio
import gc
import json
import statistics
import time
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec

import msgspec
import numpy as np

from adapters.kit.calendar import PublicHolidays
from adapters.kit.clock import FixedClock
from adapters.kit.directory import PlaceDirectory
from adapters.kit.judgement import Judgement
from adapters.kit.manifest import load_manifest
from adapters.kit.quarantine import InMemoryQuarantine
from adapters.sas.client import open_editor
from adapters.sas.gateway import open_offers
from adapters.sas.mapping import read_bundle
from adapters.sas.places import Flow
from adapters.sas.queries import search_path, search_window
from adapters.territory.folder import read_territory
from regulation.kernel.time import TimeWindow
from simulations.agendas import Agendas
from simulations.feeds.sas_bundles import (
    entry,
    practitioner_resource,
    role_resource,
    schedule_resource,
    searchset,
    slot_resource,
)
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from simulations.territories.catalogue import folder_of

NOW = datetime.fromisoformat("2026-11-23T08:00:00+01:00")
DAYS = 60
"""Window of the slots read: long enough for bundles of hundreds of slots, as big editors send."""
ROUNDS = 5
TARGET_PER_S, TARGET_TIMES = 25_000, 15
BASE = "http://agenda.example"


def agendas_of_the_demonstration() -> Agendas:
    territory = read_territory(folder_of("haute_garonne"))
    return Agendas(territory, PublicHolidays(territory.department), seed=1)


def bundles(agendas: Agendas) -> list[bytes]:
    """Living slots of the territory, one bundle per batch of 25 practitioners."""
    numbers = sorted({practice.practitioner for practice in agendas.practices()})
    window = TimeWindow(NOW, NOW + timedelta(days=DAYS))
    found: list[bytes] = []
    for at in range(0, len(numbers), 25):
        batch = numbers[at : at + 25]
        slots = agendas.free_slots(batch, window, NOW)
        if not slots:
            continue
        entries = [entry(BASE, slot_resource(slot), "match") for slot in slots]
        for number in dict.fromkeys(slot.practitioner for slot in slots):
            practices = agendas.practices_of(number)
            included = [practitioner_resource(practices[0])]
            included += [schedule_resource(one) for one in practices]
            included += [role_resource(one) for one in practices]
            entries += [entry(BASE, resource, "include") for resource in included]
        found.append(msgspec.json.encode(searchset(entries, len(slots), BASE, NOW)))
    return found


def slots_in(payloads: Iterable[bytes]) -> int:
    return sum(json.loads(raw)["total"] for raw in payloads)


def spent_on(work: Callable[[], object]) -> float:
    """Processor seconds: what one core spends, whoever shares the machine."""
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def read_all(payloads: list[bytes]) -> int:
    judgement = Judgement(now=NOW, window=TimeWindow(NOW, NOW + timedelta(days=DAYS)))
    found = 0
    for raw in payloads:
        reading = read_bundle(raw, flow=Flow.PS, source="bench", judgement=judgement)
        assert not reading.defects
        found += len(reading.offers)
    return found


def measure_reading() -> None:
    payloads = bundles(agendas_of_the_demonstration())
    slots, weight = slots_in(payloads), sum(len(raw) for raw in payloads)
    assert read_all(payloads) == slots
    if find_spec("fhir") is None:
        ours = [spent_on(lambda: read_all(payloads)) for _ in range(ROUNDS)]
        theirs: list[float] = []
    else:
        ours, theirs = race(payloads)
    print(
        f"SAS bundles: {slots} slots in {len(payloads)} bundles, {weight / 1e6:.1f} MB; "
        f"{slots / statistics.median(ours):,.0f} slots/s per core parsed, judged and mapped "
        f"(best of {ROUNDS} rounds {slots / min(ours):,.0f}; target {TARGET_PER_S:,})"
    )
    if not theirs:
        print("fhir.resources: not installed (dependency group `bench`), not compared")
        return
    times = [one / other for one, other in zip(theirs, ours, strict=True)]
    per_s = slots / statistics.median(theirs)
    print(
        f"fhir.resources, parse only, of the same bundles: {per_s:,.0f} slots/s; "
        f"ours is {statistics.median(times):.1f} times as fast "
        f"({min(times):.1f} to {max(times):.1f} by round; target {TARGET_TIMES})"
    )


def race(payloads: list[bytes]) -> tuple[list[float], list[float]]:
    """Seconds by round that we take, and fhir.resources, which neither judges nor maps.

    In turn, one bundle in eight for them and then all for us, scaled: what else the machine does
    slows both.
    """
    bundle = import_module("fhir.resources.R4B.bundle").Bundle  # an optional comparison
    few = payloads[::8]
    share = slots_in(payloads) / slots_in(few)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(share * spent_on(lambda: [bundle.model_validate_json(raw) for raw in few]))
        ours.append(spent_on(lambda: read_all(payloads)))
    return ours, theirs


async def refresh_territory(url: str, agendas: Agendas, rounds: int) -> list[float]:
    feed = load_manifest("adapters.sas").get_feed("sas-ps")
    assert feed.query is not None
    numbers = sorted({practice.practitioner for practice in agendas.practices()})
    directory = PlaceDirectory.of(read_territory(folder_of("haute_garonne")).effecteurs)
    spent, slots = [], 0
    async with open_offers(
        url,
        source="bench",
        directory=directory,
        quarantine=InMemoryQuarantine(),
        draws=np.random.default_rng(1),
    ) as offers:
        for _ in range(rounds):
            began = time.perf_counter()
            report = await offers.refresh(numbers, search_window(NOW), NOW)
            spent.append(time.perf_counter() - began)
            slots = report.slots
            assert (report.answered, report.quarantined) == (len(numbers), 0)
    print(
        f"Haute-Garonne over HTTP: {len(numbers)} practitioners in "
        f"{-(-len(numbers) // feed.query.batch)} batches, {slots} slots, "
        f"{len(offers.agendas)} agendas: first {spent[0]:.2f} s, then "
        f"{statistics.median(spent[1:]):.2f} s (server and adapter in one process)"
    )
    return spent


async def time_one_batch(url: str, agendas: Agendas) -> None:
    feed = load_manifest("adapters.sas").get_feed("sas-ps")
    assert feed.query is not None
    numbers = sorted({practice.practitioner for practice in agendas.practices()})[:25]
    path = search_path(Flow.PS, numbers, search_window(NOW))
    spent = []
    async with open_editor(url, feed.query) as http:
        for _ in range(50):
            began = time.perf_counter()
            (await http.get(path)).raise_for_status()
            spent.append((time.perf_counter() - began) * 1000)
    print(
        f"Mock editor: 25 practitioners in {statistics.median(spent):.1f} ms (median), "
        f"{max(spent):.1f} ms (longest of 50)"
    )


def measure_http() -> None:
    agendas = agendas_of_the_demonstration()
    with serve_in_thread(SasEditor(agendas, FixedClock(NOW)).app()) as url:
        asyncio.run(refresh_territory(url, agendas, rounds=4))
        asyncio.run(time_one_batch(url, agendas))


def main() -> None:
    measure_reading()
    measure_http()


if __name__ == "__main__":
    main()
