"""A server as a child of the tests: started, waited for, ended by its own pid."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PATIENCE_S = 90.0
"""How long a server may take to answer: RabbitMQ takes 6 s alone, far more on a busy machine."""


class ServerFailed(RuntimeError):  # noqa: N818  it is a state of the machine
    """The server ended by itself, or never answered; carries the end of what it wrote."""


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def unprivileged_user() -> str | None:
    """Return whom to run as where the tests run as root and the server refuses to; else None."""
    return "nobody" if os.geteuid() == 0 else None


class ServerProcess:
    """One running program and its log."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        *,
        environment: Mapping[str, str] | None = None,
        user: str | None = None,
        ending: signal.Signals = signal.SIGTERM,
    ) -> None:
        self.log = log
        self._ending = ending
        with log.open("ab") as output:
            self._child = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                user=user,
                cwd=log.parent,
                # A group of its own: scripts that start the server end with it, and an
                # interruption at the keyboard reaches the tests alone, which end it in order.
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._child.pid

    def wait_until(self, is_ready: Callable[[], bool]) -> None:
        """Return once the server answers; raise ServerFailed when it dies or stays silent."""
        deadline = time.monotonic() + PATIENCE_S
        while not is_ready():
            if self._child.poll() is not None:
                raise ServerFailed(f"ended with status {self._child.returncode}: {self._tail()}")
            if time.monotonic() > deadline:
                self.kill()
                raise ServerFailed(f"silent for {PATIENCE_S:.0f} s: {self._tail()}")
            time.sleep(0.02)

    def stop(self) -> None:
        """Ask it to end, and insist when it takes too long."""
        self._signal(self._ending)
        try:
            self._child.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it at once, as a power cut would."""
        self._signal(signal.SIGKILL)
        self._child.wait()

    def _signal(self, sent: signal.Signals) -> None:
        """Send to what was started, and to what that started in turn: never to anything else."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, sent)

    def _tail(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace")[-2000:]


def is_listening(port: int) -> bool:
    """Tell whether something accepts connections on this port of loopback."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0
