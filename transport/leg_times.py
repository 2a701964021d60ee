"""Legs of a ride, written from the instants its stops begin, and again when those move."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from regulation.kernel.journeys import PharmacyStop, PlannedLeg
from regulation.kernel.modes import LegKind
from regulation.kernel.rides import LiveRide, RideStatus
from regulation.kernel.travel import LegPrice
from transport.fleet import Vehicle

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fare:
    """What a ride just placed measures and costs; `metres`: from its pickup to each later stop."""

    vehicle: Vehicle
    price: LegPrice
    metres: tuple[int, ...]
    will_call: bool


def written(
    ride: LiveRide, begins: Sequence[datetime], pharmacy: PharmacyStop | None, fare: Fare
) -> tuple[PlannedLeg, ...]:
    """Return the legs of a ride just placed; the one that ends the ride carries the fare."""
    whole = PlannedLeg(
        kind=ride.kind,
        mode=fare.vehicle.mode,
        vehicle_id=fare.vehicle.vehicle_id,
        origin=ride.origin,
        destination=ride.destination,
        pickup_at=begins[0],
        dropoff_at=begins[-1],
        distance_m=fare.metres[-1],
        on_board_s=0,
        price=fare.price,
        will_call=fare.will_call,
    )
    legs = (whole,) if pharmacy is None else by_pharmacy(whole, pharmacy, fare.metres[0])
    return retimed(replace(ride, legs=legs), begins, pharmacy)


def by_pharmacy(
    whole: PlannedLeg, pharmacy: PharmacyStop, metres: int
) -> tuple[PlannedLeg, PlannedLeg]:
    """Cut a leg home in two at a pharmacy, so many metres from its beginning."""
    free = LegPrice(total_cents=0, patient_cents=0, am_cents=0, payer=whole.price.payer)
    first = replace(
        whole,
        kind=LegKind.PHARMACY,
        destination=pharmacy.position,
        distance_m=metres,
        price=free,
    )
    rest = whole.distance_m - metres
    return first, replace(whole, origin=pharmacy.position, distance_m=rest)


def retimed(
    ride: LiveRide, begins: Sequence[datetime], pharmacy: PharmacyStop | None
) -> tuple[PlannedLeg, ...]:
    """Return the legs of a ride whose stops, as far as they are left, begin at these instants."""
    legs, left = list(ride.legs), list(begins)
    legs[-1] = replace(legs[-1], dropoff_at=left.pop())
    if not ride.status.is_aboard:
        legs[0] = replace(legs[0], pickup_at=left.pop(0))
    if left and pharmacy is not None:
        served, told_at = pharmacy.service_s * SECOND, ride.told_at
        if ride.status is RideStatus.AT_THE_PHARMACY and told_at is not None:
            leaves = max(left[0], told_at + served)
        else:
            legs[0] = replace(legs[0], dropoff_at=left[0])
            leaves = left[0] + served
        legs[-1] = replace(legs[-1], pickup_at=leaves)
    first, *others = legs
    boarded = ride.boarded_at or first.pickup_at + ride.needs.boarding_s * SECOND
    return (_measured(first, boarded), *(_measured(leg, leg.pickup_at) for leg in others))


def _measured(leg: PlannedLeg, since: datetime) -> PlannedLeg:
    return replace(leg, on_board_s=max(0, round((leg.dropoff_at - since) / SECOND)))
