"""The demonstration reads every source it serves, and says so."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import pytest

from adapters.kit.clock import FixedClock
from regulation.snapshots import Snapshot, SourceState
from services.bootstrap import Parts
from services.cli import demo_registries
from services.cli.demo_registries import registries_of
from services.demo import consultations_of, demo_parts, refreshed
from simulations.feeds.registry_files import registry_routes
from simulations.territories.catalogue import folder_of

MONDAY = datetime.fromisoformat("2026-11-23T14:45:00+01:00")
LONGEST_S = 60.0
AGENDAS = {"editeur-demo", "sos-demo"}
EVERY = AGENDAS | {"ror", "annuaire", "finess", "acceslibre", "garde-demo", "manual"}


@contextmanager
def demonstration(*, is_up: bool) -> Iterator[Parts]:
    folder = folder_of("lozere")
    with (
        demo_parts(folder, FixedClock(MONDAY), others=registry_routes) as (parts, url),
        refreshed(parts, url, others=registries_of(parts, url, lambda: is_up)),
    ):
        yield parts


def told_by(parts: Parts, count: int) -> Snapshot:
    """Wait for a snapshot in which as many sources are well; return the last one."""
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        found = parts.offer.current()
        if sum(one.state is SourceState.OK for one in found.sources) >= count:
            return found
        time.sleep(0.05)
    return parts.offer.current()


def test_every_source_of_the_demonstration_is_read_and_well(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(demo_registries, "LATER_S", 0.0)
    with demonstration(is_up=True) as parts:
        found = told_by(parts, len(EVERY))
    assert {one.name for one in found.sources} == EVERY
    assert {one.state for one in found.sources} == {SourceState.OK}
    assert {one.quarantined for one in found.sources} == {0}
    assert len(found.extras) == 1


def test_until_the_service_is_up_agendas_alone_are_read_each_by_its_own_flow():
    with demonstration(is_up=False) as parts:
        found = told_by(parts, len(AGENDAS))
        (place,) = consultations_of(parts.territory)
    assert {one.name for one in found.sources} == AGENDAS
    assert found.agendas[place].slots.source == "sos-demo"
    assert found.agendas[place].slots.value
    others = {one.slots.source for name, one in found.agendas.items() if name != place}
    assert others == {"editeur-demo"}
