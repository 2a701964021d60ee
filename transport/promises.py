"""Rides promised to people: made from planned legs, kept behind a port with vehicle versions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Protocol

from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import FLEET_MODES, LegKind
from regulation.kernel.riders import RiderNeeds
from transport.fleet import PromisedRide, Via


class VehicleMoved(ValueError):  # noqa: N818  a refusal, named as one says it
    """Other rides were promised with a vehicle since its rides were read."""


class PromisedRides(Protocol):
    """Keeps the rides promised to people, by journey."""

    def rides_after(self, instant: datetime, *, besides: str) -> Sequence[PromisedRide]:
        """Return the rides that end after the instant, besides one journey's own, by pickup."""
        ...

    def rides_of(self, journey_id: str) -> Sequence[PromisedRide]:
        """Return the rides of a journey by pickup."""
        ...

    def versions(self) -> Mapping[str, int]:
        """Return how often the rides of each vehicle have changed; absent: never."""
        ...

    def replace(
        self, journey_id: str, rides: Sequence[PromisedRide], *, seen: Mapping[str, int]
    ) -> None:
        """Promise these rides instead of whatever the journey had.

        Raise VehicleMoved when the version of a vehicle of these rides is not the one `seen`.
        """
        ...


def rides_of_legs(
    legs: Sequence[PlannedLeg],
    needs: RiderNeeds,
    *,
    tolerance: timedelta,
    prefix: str,
    care_begins: datetime | None = None,
) -> tuple[PromisedRide, ...]:
    """Return the rides to promise for the legs a vehicle of the fleet drives.

    The way home by a pharmacy in one vehicle is one ride that halts on the way. The way there
    ends before care begins, whatever the tolerance. Ids are the prefix and the kind of the last
    leg.
    """
    alighting = timedelta(seconds=needs.alighting_s)
    return tuple(
        PromisedRide(
            ride_id=f"{prefix}/{ride[-1].kind}",
            vehicle_id=ride[0].vehicle_id or "",
            pickup=ride[0].origin,
            dropoff=ride[-1].destination,
            pickup_at=ride[0].pickup_at,
            dropoff_at=ride[-1].dropoff_at + alighting,
            tolerance=tolerance,
            needs=needs,
            due_at=care_begins if ride[-1].kind is LegKind.OUTWARD else None,
            vias=tuple(_halt(before, after) for before, after in pairwise(ride)),
        )
        for ride in _driven(legs)
    )


def _driven(legs: Sequence[PlannedLeg]) -> Iterator[list[PlannedLeg]]:
    """Group the legs of the fleet by ride: a halt at a pharmacy doesn't end one."""
    ride: list[PlannedLeg] = []
    for leg in legs:
        halts = ride and ride[-1].kind is LegKind.PHARMACY
        if ride and not (halts and ride[-1].vehicle_id == leg.vehicle_id):
            yield ride
            ride = []
        if leg.vehicle_id is not None and leg.mode in FLEET_MODES:
            ride.append(leg)
    if ride:
        yield ride


def _halt(before: PlannedLeg, after: PlannedLeg) -> Via:
    """Between two legs of a ride, the vehicle waits for the rider."""
    stay = after.pickup_at - before.dropoff_at
    return Via(position=before.destination, service_s=max(0, int(stay.total_seconds())))
