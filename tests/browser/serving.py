"""The real application on a port of loopback, for as long as a test needs it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from fastapi import FastAPI

from services.api.app import create_app
from services.cli.serve import listen
from services.runtime import Runtime
from services.security.gate import AccessMode
from services.security.wiring import AccessSettings
from services.store import SqlStore, open_store


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """Where it answers, and where it keeps things."""

    address: str
    store: SqlStore
    app: FastAPI


SUBJECT = "RPPS:10001234567"


def let_in(accounts: Path, territory: str, role: str = "REGULATING_DOCTOR") -> AccessSettings:
    """Let one person alone into a console, once logged in; written again, in this role instead."""
    lines = (f'subject = "{SUBJECT}"', f'role = "{role}"', f'territories = ["{territory}"]')
    accounts.write_text("\n".join(("[[account]]", *lines)), encoding="utf-8")
    return AccessSettings(mode=AccessMode.REQUIRED, accounts=accounts)


@contextmanager
def served(
    runtime: Runtime, folder: Path, access: AccessSettings | None = None
) -> Iterator[Served]:
    """Serve the application on a database file of its own."""
    store = open_store(f"sqlite:///{folder}/cases.db")
    listener = listen("127.0.0.1", 0)
    app = create_app(runtime, store=store, access=access)
    config = uvicorn.Config(
        app,
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    try:
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        yield Served(address=address, store=store, app=app)
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
        store.close()
