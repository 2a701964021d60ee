"""The first call that somebody takes waits for nothing to be loaded: one was rehearsed before."""

import logging

from regulation.kernel.places import Position
from services.casework import Casework
from services.console.fields import DEFAULTS
from services.console.form import ToMend, read_form
from services.console.pages import load_templates
from services.console.proposals import shown_answer
from services.console.reading import read_call
from services.runtime import Runtime
from services.store import InMemoryStore

log = logging.getLogger(__name__)

CARRIED = {
    "patient.age": "47",
    "mobility.uses_wheelchair": "true",
    "mobility.stays_in_wheelchair": "true",
}
"""Who is imagined to call: a vehicle is sent for them, so that each part is gone through."""


def rehearse(runtime: Runtime) -> None:
    """Load the templates, then read and answer a call that nobody makes, kept nowhere.

    Where no place of care is known nothing is answered: there is nowhere to call from.
    Whatever goes wrong with it, calls are taken: it is logged.
    """
    load_templates()
    try:
        _go_through(runtime)
    except Exception as error:  # noqa: BLE001  of a call that nobody makes
        log.warning("no call could be rehearsed: %s", type(error).__name__)


def _go_through(runtime: Runtime) -> None:
    now, offer = runtime.clock.now(), runtime.snapshots.current()
    here = next((one.position for one in offer.effecteurs.values()), None)
    if here is None:
        return
    filled = {**DEFAULTS, **CARRIED, "patient.position": _told(here)}
    read_call(filled, runtime.rules_at(now), now)
    try:
        case = read_form(filled, runtime.gazetteer, case_id="repetition", at=now)
    except ToMend:  # nobody calls from there: a fault of that place, not of the calls to come
        return
    answered = Casework(runtime, InMemoryStore()).preview(case)
    shown_answer(answered.orientation, offer, now)


def _told(here: Position) -> str:
    return f"{here.lat:.6f}, {here.lon:.6f}"
