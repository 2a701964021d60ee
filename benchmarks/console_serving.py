"""Haute-Garonne on a Saturday afternoon in a process of its own, as `serve --demo` has it.

A browser and its driver would share the interpreter with the searches they wait for.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

from adapters.desk.collecting import spare_survivors
from adapters.desk.warming import warm_up
from services.cli.serve import address_of, listen, server_of
from services.console.rehearsal import rehearse
from services.demo import demo_parts, refresh_once, refreshed
from services.warming import fixed_places
from simulations.territories.catalogue import folder_of
from tests.browser.conftest import SATURDAY
from tests.worlds import MovableClock

STARTS_WITHIN_S = 120.0


@contextmanager
def served_apart() -> Iterator[str]:
    """Serve it while the context lasts; yield where it answers."""
    context = get_context("spawn")
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(tells,), daemon=True)
    process.start()
    try:
        if not hears.poll(STARTS_WITHIN_S):
            raise TimeoutError("the console does not start")
        yield str(hears.recv())
    finally:
        process.terminate()
        process.join()


def _serve(tells: Connection) -> None:
    """Serve until told to end; the agendas are asked for again at the pace of a demonstration."""
    clock = MovableClock(SATURDAY)
    with (
        demo_parts(folder_of("haute_garonne"), clock) as (parts, feeds),
        tempfile.TemporaryDirectory() as folder,
    ):
        refresh_once(parts, feeds)
        warm_up(parts.desk.travel, fixed_places(parts), clock.now())
        spare_survivors()
        runtime = parts.runtime(f"sqlite:///{folder}/cases.db")
        rehearse(runtime)
        listener = listen("127.0.0.1", 0)
        with refreshed(parts, feeds):
            tells.send(address_of(listener))
            server_of(runtime).run([listener])
