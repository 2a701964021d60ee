"""Where the vehicles of the fleet are, as the live state last heard."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.kit.live import LiveStore, LiveUnavailable
from regulation.kernel.observed import Observed
from transport.fleet import Vehicle

log = logging.getLogger(__name__)

POSITION_VALID = timedelta(seconds=60)
"""A vehicle moves: past this its position is STALE, past three times this LOST (interop.md §9)."""


def seen_in(store: LiveStore) -> Callable[[Sequence[Vehicle], datetime], tuple[Vehicle, ...]]:
    """Return what gives vehicles the positions heard of; the others keep theirs. That nothing can
    be heard is logged once, and that it can again."""
    is_lost = False

    def seen_at(vehicles: Sequence[Vehicle], _now: datetime) -> tuple[Vehicle, ...]:
        nonlocal is_lost
        try:
            heard = store.sightings_of([one.vehicle_id for one in vehicles])
        except LiveUnavailable as fault:
            if not is_lost:
                log.warning("positions are lost (%s): each vehicle keeps its own", fault)
            is_lost = True
            return tuple(vehicles)
        if is_lost:
            log.warning("positions are back")
            is_lost = False
        return tuple(
            replace(
                one,
                position=Observed(
                    heard[one.vehicle_id].position,
                    heard[one.vehicle_id].at,
                    heard[one.vehicle_id].source,
                    POSITION_VALID,
                ),
            )
            if one.vehicle_id in heard
            else one
            for one in vehicles
        )

    return seen_at
