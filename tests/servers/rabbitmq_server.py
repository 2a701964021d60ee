"""A RabbitMQ for the tests: one broker a session, one virtual host a test, killed when asked."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests.servers.finding import ServerMissing, address, in_folders, on_path
from tests.servers.process import ServerProcess, free_port, is_listening

VARIABLE = "AIGUILLEUR_TEST_RABBITMQ_URL"
MANAGEMENT = "AIGUILLEUR_TEST_RABBITMQ_MANAGEMENT_URL"
ADVICE = (
    f"no RabbitMQ for the tests: give the address of one in {VARIABLE} (amqp://…) and of its "
    f"management API in {MANAGEMENT}, or run `make install-test` as root on a Debian, "
    "or `apt-get install rabbitmq-server`"
)


def find_rabbitmq() -> Path:
    """Return the server's own script; raise ServerMissing.

    Not the wrapper that Debian puts on PATH: it runs as the system's broker or not at all.
    """
    found = in_folders("rabbitmq/bin/rabbitmq-server") or on_path("rabbitmq-server")
    if found is None or not (shutil.which("epmd") and shutil.which("erl")):
        raise ServerMissing(ADVICE)
    return found.resolve()


class RabbitServer:
    """A broker whose folder outlives it, so that it can be killed and come back."""

    def __init__(self, folder: Path) -> None:
        self._program = find_rabbitmq()
        self._folder = folder
        self._amqp, self._management, self._distribution = free_port(), free_port(), free_port()
        self._names = free_port()
        self._broker: ServerProcess | None = None
        self._directory: ServerProcess | None = None
        self._hosts = count()
        self._write_settings()

    def start(self) -> None:
        """Start the broker and the directory of names that Erlang needs; wait for an answer."""
        environment = self._environment()
        if self._directory is None:
            # Erlang would leave one behind, listening everywhere: this one is ours to end.
            command = ["epmd", "-port", str(self._names), "-address", "127.0.0.1"]
            self._directory = ServerProcess(command, self._folder / "epmd.log")
            self._directory.wait_until(lambda: is_listening(self._names))
        self._broker = ServerProcess(
            [self._program], self._folder / "broker.log", environment=environment
        )
        self._broker.wait_until(self._answers)

    def kill(self) -> None:
        """End the broker at once; what it has on disk stays there."""
        if self._broker is not None:
            self._broker.kill()
            self._broker = None

    def close(self) -> None:
        """End everything that was started, at once: its folder goes too."""
        self.kill()
        if self._directory is not None:
            self._directory.kill()
            self._directory = None

    @contextmanager
    def virtual_host(self) -> Iterator[str]:
        """Give the address of a virtual host with nothing in it, forgotten at the end."""
        with _virtual_host(
            f"http://guest:guest@127.0.0.1:{self._management}",
            f"amqp://guest:guest@127.0.0.1:{self._amqp}",
            f"test{next(self._hosts)}",
        ) as url:
            yield url

    def _answers(self) -> bool:
        try:
            url = f"http://127.0.0.1:{self._management}/api/overview"
            answer = httpx.get(url, auth=("guest", "guest"), timeout=5, trust_env=False)
        except httpx.TransportError:
            return False
        return answer.is_success and is_listening(self._amqp)

    def _write_settings(self) -> None:
        (self._folder / "plugins").write_text("[rabbitmq_management].\n", encoding="ascii")
        lines = [
            f"listeners.tcp.1 = 127.0.0.1:{self._amqp}",
            "management.tcp.ip = 127.0.0.1",
            f"management.tcp.port = {self._management}",
            "management_agent.disable_metrics_collector = true",
            "log.console = true",
            "log.file = false",
            "vm_memory_high_watermark.absolute = 512MB",
            "disk_free_limit.absolute = 50MB",
        ]
        (self._folder / "rabbitmq.conf").write_text("\n".join(lines) + "\n", encoding="ascii")

    def _environment(self) -> dict[str, str]:
        folder = str(self._folder)
        loopback = "-kernel inet_dist_use_interface {127,0,0,1}"
        return {
            "HOME": folder,  # where Erlang keeps its cookie
            "RABBITMQ_NODENAME": f"test{self._amqp}@localhost",
            "RABBITMQ_DIST_PORT": str(self._distribution),
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq.conf",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/plugins",
            "RABBITMQ_CONF_ENV_FILE": f"{folder}/none",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": loopback,
            "RABBITMQ_SERVER_START_ARGS": "",
            "ERL_EPMD_PORT": str(self._names),
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }


@contextmanager
def own_rabbitmq() -> Iterator[RabbitServer]:
    """Give a broker that the tests started, and may kill."""
    with tempfile.TemporaryDirectory(prefix="aiguilleur-amqp-") as folder:
        server = RabbitServer(Path(folder))
        try:
            server.start()
            yield server
        finally:
            server.close()


@contextmanager
def given_virtual_host() -> Iterator[str | None]:
    """Give the address of a virtual host on the broker of the environment; None without one."""
    amqp, management = address(VARIABLE), address(MANAGEMENT)
    if amqp is None:
        yield None
        return
    if management is None:
        raise ServerMissing(f"{VARIABLE} is given without {MANAGEMENT}")
    name = f"test-{os.getpid()}-{os.urandom(4).hex()}"
    with _virtual_host(management, amqp.rstrip("/"), name) as url:
        yield url


@contextmanager
def _virtual_host(management: str, amqp: str, name: str) -> Iterator[str]:
    user = urlsplit(amqp).username or "guest"
    rights = {"configure": ".*", "write": ".*", "read": ".*"}
    with httpx.Client(base_url=management, timeout=30, trust_env=False) as client:
        client.put(f"/api/vhosts/{name}").raise_for_status()
        client.put(f"/api/permissions/{name}/{user}", json=rights).raise_for_status()
        try:
            yield f"{amqp}/{name}"
        finally:
            client.delete(f"/api/vhosts/{name}").raise_for_status()
