"""What the first call would wait for, done before it comes."""

import gc
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from regulation.kernel.places import Position
from services.bootstrap import Parts
from transport.memo import TravelMemo
from transport.solver.warm import load_kernels

WEEK, HALF_HOUR = timedelta(days=7), timedelta(minutes=30)


def fixed_places(parts: Parts) -> Sequence[Position]:
    """Return the places of a territory that stay where they are: of care, pharmacies, depots."""
    effecteurs = parts.offer.current().effecteurs.values()
    depots = (vehicle.depot for vehicle in parts.desk.vehicles(parts.clock.now()))
    return tuple(dict.fromkeys((*(one.position for one in effecteurs), *depots)))


def warm_up(travel: TravelMemo, places: Iterable[Position], now: datetime) -> None:
    """Remember the ways between these places in every traffic of the week, load the compiled
    kernels, and have the collector of garbage pass over what lives as long as the process: to
    look through it again would stop a decision for a tenth of a second."""
    instants: dict[str, datetime] = {}
    for step in range(WEEK // HALF_HOUR):
        at = now + step * HALF_HOUR
        instants.setdefault(travel.profile(at), at)
    travel.remember(list(places), instants)
    load_kernels()
    gc.collect()
    gc.freeze()
