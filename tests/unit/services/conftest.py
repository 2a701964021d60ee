"""The application of a tiny world, called without a network."""

from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.api.app import create_app
from services.store import InMemoryStore, Store
from tests.worlds import TinyWorld, tiny_world


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
