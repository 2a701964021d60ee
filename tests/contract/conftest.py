"""The stores that must behave alike. A server's joins by one more line in OPENERS."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.store import InMemoryStore, SqlStore, Store, open_store


def _memory(_folder: Path) -> Store:
    return InMemoryStore()


def _sqlite(folder: Path) -> Store:
    return open_store(f"sqlite:///{folder}/store.db")


OPENERS: dict[str, Callable[[Path], Store]] = {"memory": _memory, "sqlite": _sqlite}


@pytest.fixture(params=sorted(OPENERS))
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    opened = OPENERS[request.param](tmp_path)
    yield opened
    if isinstance(opened, SqlStore):
        opened.close()
