"""What was told of a case, in order, and which of its missions are carried out by what was told."""

from collections.abc import Iterator
from typing import Final

from regulation.events import EventKind, NumberedEvent
from regulation.kernel.rides import RideStatus
from services.store import Unit

MOST_AT_ONCE: Final = 500
OVER: Final = frozenset(status for status in RideStatus if status.is_over)


def everything_told(unit: Unit, case_id: str) -> Iterator[NumberedEvent]:
    """Yield the events of a case in order, however many they are."""
    page = unit.events.after(0, case_id=case_id, limit=MOST_AT_ONCE)
    while page:
        yield from page
        if len(page) < MOST_AT_ONCE:
            return
        page = unit.events.after(page[-1].number, case_id=case_id, limit=MOST_AT_ONCE)


def carried_out(unit: Unit, case_id: str) -> frozenset[str]:
    """Return the missions of a case whose rider has arrived: there is nothing left to call off."""
    told = (one.event for one in everything_told(unit, case_id))
    done = (one for one in told if one.kind is EventKind.RIDE_STATUS)
    return frozenset(
        str(one.facts["mission_id"]) for one in done if one.facts.get("status") in OVER
    )
