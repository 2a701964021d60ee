"""What the first decision would wait for, done before it comes."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from adapters.desk.collecting import collect_seldom
from regulation.kernel.places import Position
from transport.memo import TravelMemo
from transport.solver.warm import load_kernels

WEEK, HALF_HOUR = timedelta(days=7), timedelta(minutes=30)


def warm_up(travel: TravelMemo, places: Iterable[Position], now: datetime) -> None:
    """Remember the ways between these places in every traffic of the week, load the compiled
    kernels, and have the collector of garbage pass over what lives as long as the process, and
    seldom over the rest: to look through it again would stop a decision for a tenth of a second.
    """
    instants: dict[str, datetime] = {}
    for step in range(WEEK // HALF_HOUR):
        at = now + step * HALF_HOUR
        instants.setdefault(travel.profile(at), at)
    travel.settle(list(places), instants)
    load_kernels()
    collect_seldom()
