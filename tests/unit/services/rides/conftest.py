"""Rides planned anew, kept in memory and in a database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.replanning import Replanner
from services.store import InMemoryStore, Store, open_store
from tests.unit.services.rides.company import Company
from tests.worlds import (
    TinyWorld,
)


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """What is compared is what was read: a database gives it back in its own way."""
    if request.param == "memory":
        yield InMemoryStore()
        return
    opened = open_store(f"sqlite:///{tmp_path}/essai.db")
    yield opened
    opened.close()


@pytest.fixture
def replanner(world: TinyWorld, store: Store) -> Replanner:
    return Replanner(world.runtime(), store)


@pytest.fixture
def company(world: TinyWorld, store: Store) -> Company:
    return Company(world, store)
