"""The web application: the API, and the console."""

import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    contextmanager,
)
from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

from anyio import to_thread
from fastapi import Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

from adapters.psc.client import ProSanteConnect
from services.api import (
    appeals,
    appointments,
    cases,
    declarations,
    events,
    flags,
    following,
    messages,
    status,
    transporters,
)
from services.api.described import describe_problems
from services.api.envelope import Envelope
from services.api.problems import add_handlers
from services.background import dispatching, sending
from services.casework import Casework
from services.console.routes import add_console
from services.correspondence import Correspondence
from services.declaring import DeclarationDesk, Learns, learning
from services.exchange.agenda import AgendaDesk, NotBookedElsewhere
from services.exchange.transporters import TransporterDesk
from services.managing import ManagingDesk
from services.metrics import Meters
from services.readiness import Readiness
from services.runtime import Runtime
from services.security import login
from services.security.gate import gate
from services.security.wiring import AccessSettings, make_security, open_psc
from services.store import SqlStore, Store, open_store
from services.stream import EventStream

if TYPE_CHECKING:
    from services.tracing import Tracing

ABOUT = """\
Orientation of unscheduled care: where the patient is seen, when, how they get there and home, \
and who pays. Instants carry an offset, money is integer euro cents. Refusals are problem \
documents (RFC 9457) whose `field` names what to mend. Where access is required, people log in by \
Pro Santé Connect and systems sign what they ask; where it is declared, `Actor-Id` is believed."""


INTERPRETER_S = 0.0005
"""How long a search keeps the interpreter while a request waits for it (CPython's own: 5 ms, which
each step of each request would wait, and each statement of a transaction)."""

THREADS = 200
"""Requests under way at once; most wait for a search's turn, and hold up neither a decision nor
whoever asks if this process is ready (the framework's own: 40)."""


@contextmanager
def turns_of(seconds: float) -> Iterator[None]:
    """Let threads take turns on the interpreter so often, while the context lasts."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(seconds)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _new_case_id() -> str:
    return f"appel-{uuid4()}"


def create_app(
    runtime: Runtime,
    *,
    store: Store | None = None,
    new_case_id: Callable[[], str] = _new_case_id,
    access: AccessSettings | None = None,
    tracing: "Tracing | None" = None,
) -> FastAPI:
    """Make the application; without a store, it opens the database of the runtime."""
    opened = None
    runtime = replace(runtime, watch=tracing.watch) if tracing else runtime
    if store is None:
        store = opened = open_store(runtime.database_url)
    access = access or AccessSettings()
    security = make_security(
        access, territory=runtime.gazetteer.name, clock=runtime.clock, store=store
    )
    psc = open_psc(access)
    stream = EventStream(store)
    declaring = DeclarationDesk(store=store, sources=runtime.sources, clock=runtime.clock)
    managing = ManagingDesk(store=store, sources=runtime.sources, clock=runtime.clock)
    app = FastAPI(
        title="Aiguilleur",
        description=ABOUT,
        version="0.1.0",
        docs_url=None,  # its page loads scripts from outside
        redoc_url=None,
        lifespan=_lifespan(
            runtime, store, stream, opened, psc, tracing=tracing, learns=(declaring, managing)
        ),
        dependencies=[Depends(gate)],
    )
    _add_desks(app, runtime, store)
    app.state.declarations, app.state.managing = declaring, managing
    app.state.new_case_id = new_case_id
    app.state.stream = stream
    app.state.meters = meters = Meters()
    meters.watch(app.state.casework.runtime, store)
    app.state.security, app.state.psc = security, psc
    _add_routes(app)
    add_console(app, app.state.casework)
    add_handlers(app)
    describe_problems(app)
    _wrap(app, meters, tracing)
    return app


def _add_desks(app: FastAPI, runtime: Runtime, store: Store) -> None:
    """Give the application what its endpoints work with."""
    free = NotBookedElsewhere(snapshots=runtime.snapshots, store=store, clock=runtime.clock)
    app.state.casework = Casework(replace(runtime, snapshots=free), store)
    app.state.agenda = AgendaDesk(store=store, clock=runtime.clock)
    app.state.transporters = TransporterDesk(
        runtime=runtime,
        store=store,
        quarantine=runtime.quarantine,
        secrets=runtime.secrets,
        seen=runtime.live.put_sightings,
        area=runtime.area,
    )
    app.state.readiness = Readiness(store)
    app.state.correspondence = Correspondence(store, runtime.clock)


def _add_routes(app: FastAPI) -> None:
    for part in (
        *(cases, flags, appeals, following, appointments, transporters, declarations),
        *(events, messages, status, login),
    ):
        app.include_router(part.router)


def _wrap(app: FastAPI, meters: Meters, tracing: "Tracing | None") -> None:
    """Put around the application what every answer goes through, the outermost last."""
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=5)  # never of a stream
    app.add_middleware(Envelope, meters=meters)
    if tracing is not None:
        app.add_middleware(tracing.around)


def _lifespan(
    runtime: Runtime,
    store: Store,
    stream: EventStream,
    opened: SqlStore | None,
    psc: ProSanteConnect | None,
    *,
    tracing: "Tracing | None",
    learns: Sequence[Learns],
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Work in the background while the application serves, if it is the only process."""

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            stack.enter_context(turns_of(INTERPRETER_S))
            to_thread.current_default_thread_limiter().total_tokens = THREADS
            if opened is not None:
                stack.callback(opened.close)
            if psc is not None:
                stack.push_async_callback(psc.http.aclose)
            stack.callback(stream.close)
            if tracing is not None:
                stack.push_async_callback(run_in_threadpool, tracing.close)
            await stack.enter_async_context(learning(*learns))
            if runtime.couriers is not None:
                for work in (sending, dispatching):
                    await stack.enter_async_context(work(runtime, store, runtime.couriers))
            yield

    return lifespan
