"""What all searches of one request at one instant have in common: not who else rides, nor which of
its care stops are left."""

from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.places import Position
from regulation.kernel.travel import LegRate
from transport.live_fleet import Carriers
from transport.memo import Block
from transport.openings import OpeningTable
from transport.stop_table import Geometry, Profiles

MOST_KEPT = 100
"""Requests of which something is kept at most: more than are decided at once."""

Asked = tuple[Sequence[Position], int]
"""Places of care, and of how many traffic profiles."""


@dataclass(slots=True)
class Known:
    """What was asked for one request so far, asked no more by the searches that are given it.

    It serves one request, at one instant, on the same roads; its stops, and the rides promised to
    others, may change from one search to the next. `openings` are those of its pharmacies, as far
    ahead as any search looked; `carriers` who of the fleet may carry it, until that changes.
    """

    rates: dict[Hashable, LegRate] = field(default_factory=dict)
    zones: dict[Position, Hashable] = field(default_factory=dict)
    periods: dict[int, Hashable] = field(default_factory=dict)
    profiles: Profiles | None = None
    ways: Geometry | None = None
    openings: OpeningTable | None = None
    to_pharmacies: dict[Asked, Block] = field(default_factory=dict)
    carriers: Carriers | None = None


@dataclass(slots=True)
class KnownRequests:
    """What is known of the requests searched last, by id."""

    _kept: dict[str, tuple[JourneyRequest, datetime, Known]] = field(default_factory=dict)

    @contextmanager
    def lent(self, request: JourneyRequest, now: datetime) -> Iterator[Known]:
        """Lend what is known of a request at an instant; meanwhile it is lent to nobody else."""
        before = self._kept.pop(request.request_id, None)
        suits = before is not None and before[1] == now and _are_alike(before[0], request)
        known = before[2] if before is not None and suits else Known()
        try:
            yield known
        finally:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            self._kept[request.request_id] = request, now, known


def _are_alike(one: JourneyRequest, other: JourneyRequest) -> bool:
    """Tell whether two requests are one, but for its care stops."""
    ends = (one.origin, one.home) == (other.origin, other.home)
    return ends and one.rates is other.rates and one.pharmacies is other.pharmacies
