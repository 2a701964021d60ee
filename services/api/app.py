"""The web application: the API, and the first page."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from uuid import uuid4

from fastapi import FastAPI

from services.api import cases, events, status
from services.api.described import describe_problems
from services.api.envelope import Envelope
from services.api.problems import add_handlers
from services.casework import Casework
from services.console import page
from services.runtime import Runtime
from services.store import SqlStore, Store, open_store
from services.stream import EventStream

ABOUT = """\
Orientation of unscheduled care: where the patient is seen, when, how they get there and home, \
and who pays. Instants carry an offset, money is integer euro cents. Refusals are problem \
documents (RFC 9457) whose `field` names what to mend. Access is not authenticated yet: \
`Actor-Id` is taken as declared."""


def _new_case_id() -> str:
    return f"appel-{uuid4()}"


def create_app(
    runtime: Runtime,
    *,
    store: Store | None = None,
    new_case_id: Callable[[], str] = _new_case_id,
) -> FastAPI:
    """Make the application; without a store, it opens the database of the runtime."""
    opened = None
    if store is None:
        store = opened = open_store(runtime.database_url)
    stream = EventStream(store)
    app = FastAPI(
        title="Aiguilleur",
        description=ABOUT,
        version="0.1.0",
        docs_url=None,  # its page loads scripts from outside
        redoc_url=None,
        lifespan=_closing(stream, opened),
    )
    app.state.casework = Casework(runtime, store)
    app.state.new_case_id = new_case_id
    app.state.stream = stream
    app.include_router(cases.router)
    app.include_router(events.router)
    app.include_router(status.router)
    app.include_router(page.router)
    app.mount("/static", page.static)
    add_handlers(app)
    describe_problems(app)
    app.add_middleware(Envelope)
    return app


def _closing(
    stream: EventStream, opened: SqlStore | None
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        stream.close()
        if opened is not None:
            opened.close()

    return lifespan
