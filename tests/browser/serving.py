"""The real application on a port of loopback, for as long as a test needs it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from services.api.app import create_app
from services.runtime import Runtime
from services.store import SqlStore, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where it answers, and where it keeps things."""

    address: str
    store: SqlStore


@contextmanager
def served(runtime: Runtime, folder: Path) -> Iterator[Served]:
    """Serve the application on a database file of its own."""
    store = open_store(f"sqlite:///{folder}/cases.db")
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        create_app(runtime, store=store),
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        yield Served(address=f"http://127.0.0.1:{listener.getsockname()[1]}", store=store)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        store.close()
