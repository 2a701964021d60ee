"""The servers and processes of a bench, each a child that is started, killed, started again."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from adapters.db.engine import make_engine
from adapters.db.schema import upgrade
from adapters.kit.clock import SystemClock
from tests.servers.postgres_server import OwnPostgres
from tests.servers.process import ServerProcess, free_port
from tests.servers.redis_server import OwnRedis

ROOT = Path(__file__).parents[1]


def end_in_order() -> None:
    """Let a SIGTERM end the bench as an interruption does: what it started is ended first."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


class Process:
    """One process of ours, with what it takes to start it again."""

    def __init__(self, name: str, arguments: list[str], folder: Path, port: int) -> None:
        self.name, self.port = name, port
        self._command = [sys.executable, "-m", *arguments]
        self._folder = folder
        self._process: ServerProcess | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Begin; `wait` says when it is ready."""
        paths = os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))
        self._process = ServerProcess(
            self._command, self._folder / f"{self.name}.log", environment={"PYTHONPATH": paths}
        )

    def wait(self) -> None:
        """Return once it is ready."""
        assert self._process is not None
        self._process.wait_until(self._is_ready)

    def stop(self) -> None:
        """Ask it to end, and wait: it sees through what it has."""
        if self._process is not None:
            self._process.stop()
            self._process = None

    def kill(self) -> None:
        """End it at once."""
        if self._process is not None:
            self._process.kill()
            self._process = None

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.address}/ready", timeout=2, trust_env=False).is_success
        except httpx.TransportError:
            return False


@dataclass(slots=True, kw_only=True)
class Farm:
    """A database, a Redis (None: one process alone), API processes."""

    folder: Path
    began: datetime
    database_url: str
    postgres: OwnPostgres | None = None
    redis: OwnRedis | None = None
    api: list[Process] = field(default_factory=list)

    @property
    def redis_url(self) -> str:
        return self.redis.url if self.redis else ""

    @property
    def addresses(self) -> list[str]:
        return [one.address for one in self.api]

    def process(self, name: str, module: str, *more: str) -> Process:
        """Make a process of the scene, with a port of its own; it is not started."""
        port = free_port()
        arguments = [module, "--port", str(port), "--began", self.began.isoformat()]
        arguments += ["--database", self.database_url, "--redis", self.redis_url, *more]
        return Process(name, arguments, self.folder, port)

    def open_api(self, count: int, *more: str) -> None:
        """Start so many API processes and wait for them."""
        self.api = [
            self.process(f"api-{number}", "benchmarks.serving", *more) for number in range(count)
        ]
        for one in self.api:
            one.start()
        for one in self.api:
            one.wait()

    def close(self) -> None:
        """End everything that was started."""
        for one in self.api:
            one.kill()
        for server in (self.redis, self.postgres):
            if server is not None:
                server.kill()


@contextmanager
def servers(*, embedded: bool = False) -> Iterator[Farm]:
    """Start the servers of a bench (embedded: SQLite alone), each empty, with its tables."""
    with TemporaryDirectory(prefix="aiguilleur-banc-") as name:
        folder, began = Path(name), SystemClock().now()
        if embedded:
            farm = Farm(folder=folder, began=began, database_url=f"sqlite:///{folder}/banc.db")
        else:
            farm = _with_servers(folder, began)
        try:
            _migrate(farm.database_url)
            yield farm
        finally:
            farm.close()


def _with_servers(folder: Path, began: datetime) -> Farm:
    folder.chmod(0o755)  # PostgreSQL runs as somebody else
    apart = folder / "postgres"
    apart.mkdir()
    postgres, redis = OwnPostgres(apart), OwnRedis(folder)
    postgres.start()
    redis.start()
    return Farm(
        folder=folder, began=began, database_url=postgres.url, postgres=postgres, redis=redis
    )


def _migrate(url: str) -> None:
    engine = make_engine(url)
    try:
        upgrade(engine)
    finally:
        engine.dispose()
