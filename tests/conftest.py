"""What every test may ask for: a Redis, a PostgreSQL, a RabbitMQ, each real and started once."""

import gc
from collections.abc import Iterator

import pytest

from tests.servers.postgres_server import PostgresServer, running_postgres
from tests.servers.rabbitmq_server import RabbitServer, given_virtual_host, own_rabbitmq
from tests.servers.redis_server import empty, running_redis

SLOW_TO_START = "rabbitmq_broker"


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, seldom, and never again among what they import.

    Nearly a fifth of their time went into looking through the same modules over and over.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let one worker have every test that needs the broker: it takes seconds to start."""
    for item in items:
        if SLOW_TO_START in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group(SLOW_TO_START))


@pytest.fixture(scope="session")
def redis_server() -> Iterator[str]:
    with running_redis() as url:
        yield url


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """The address of a Redis that holds nothing yet."""
    empty(redis_server)
    return redis_server


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer, worker_id: str) -> Iterator[str]:
    """The name of a database with every migration applied."""
    with postgres_server.migrated(f"aiguilleur_{worker_id}") as name:
        yield name


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The address of a database of this test's own, every migration applied."""
    with postgres_server.clone(postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a database of this test's own without any table."""
    with postgres_server.clone("template0") as url:
        yield url


@pytest.fixture(scope="session")
def rabbitmq_broker() -> Iterator[RabbitServer]:
    """A broker of the tests' own, which a test may kill if it starts it again."""
    with own_rabbitmq() as server:
        yield server


@pytest.fixture
def rabbitmq_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a virtual host of this test's own."""
    with given_virtual_host() as given:
        if given is not None:
            yield given
            return
    broker: RabbitServer = request.getfixturevalue(SLOW_TO_START)
    with broker.virtual_host() as url:
        yield url
