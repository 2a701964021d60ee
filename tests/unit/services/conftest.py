"""The application of a tiny world, called without a network."""

import logging
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.store import InMemoryStore, Store
from tests.worlds import TinyWorld, tiny_world


@pytest.fixture(autouse=True)
def no_log_left_behind() -> Iterator[None]:
    """A command that is run sets up the log of its process: on a stream closed with its test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers, root.level = handlers, level


@pytest.fixture
def world() -> TinyWorld:
    return tiny_world()


@pytest.fixture
def store() -> Store:
    return InMemoryStore()


@pytest.fixture
def app(world: TinyWorld, store: Store) -> FastAPI:
    return create_app(world.runtime(), store=store, new_case_id=lambda: "appel-page")


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with calling(app) as opened:
        yield opened


def calling(app: FastAPI) -> httpx.AsyncClient:
    """A client of the application, in this process."""
    transport = httpx.ASGITransport(app=app)
    return httpx.AsyncClient(transport=transport, base_url="http://essai")
