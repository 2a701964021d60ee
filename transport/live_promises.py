"""The rides of journeys under way as promised rides, on which other decisions are planned."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from regulation.kernel.live import LiveJourney, LiveState
from regulation.kernel.modes import LegKind
from regulation.kernel.observed import Observed
from regulation.kernel.rides import LiveRide, RideStatus
from regulation.kernel.time import TimeWindow
from transport.fleet import FleetView, PromisedRide, Vehicle, Via
from transport.limits import FAR
from transport.openings import first_opening
from transport.standing import Stand, stands_of

LAST_STOP = "dernier arrêt"
"""Source of a position known from the last stop a vehicle has made."""


def promised_rides(journey: LiveJourney) -> Iterator[PromisedRide]:
    """Yield the rides of a journey that a vehicle has promised and not ended."""
    for ride in journey.rides:
        if ride.promise is None or ride.vehicle_id is None or ride.status.is_over:
            continue
        reaches_care = ride.kind is LegKind.OUTWARD and not journey.is_admitted
        yield PromisedRide(
            ride_id=ride.ride_id,
            vehicle_id=ride.vehicle_id,
            pickup=ride.origin,
            dropoff=ride.destination,
            pickup_at=ride.promise.pickup_at,
            dropoff_at=ride.promise.dropoff_at,
            tolerance=ride.promise.tolerance,
            needs=ride.needs,
            vias=tuple(_vias(journey, ride)),
            due_at=journey.care.start if reaches_care else None,
            is_tracked=ride.told_at is not None,
            boarded_at=ride.boarded_at,
        )


def _vias(journey: LiveJourney, ride: LiveRide) -> Iterator[Via]:
    pharmacy = journey.pharmacy
    passed = ride.status.rank >= RideStatus.LEAVING_THE_PHARMACY.rank
    if pharmacy is not None and len(ride.legs) > 1 and not passed:
        opening = first_opening(pharmacy, ride.legs[0].dropoff_at)
        yield Via(
            position=pharmacy.position,
            service_s=pharmacy.service_s,
            window=opening.window if opening else None,
        )


def view_of(fleet: FleetView, live: LiveState, now: datetime) -> FleetView:
    """Return the fleet as others may count on it: in service, where it stands, with its rides."""
    stands = stands_of(fleet, live, now)
    vehicles = tuple(_in_service(fleet, live, stands, now))
    known = {vehicle.vehicle_id for vehicle in vehicles}
    ours = {ride.ride_id for journey in live.journeys.values() for ride in journey.rides}
    others = [ride for ride in fleet.rides if ride.ride_id not in ours]
    mine = [ride for journey in live.journeys.values() for ride in promised_rides(journey)]
    rides = tuple(ride for ride in (*others, *mine) if ride.vehicle_id in known)
    return FleetView(vehicles=vehicles, rides=rides)


def _in_service(
    fleet: FleetView, live: LiveState, stands: dict[str, Stand], now: datetime
) -> Iterator[Vehicle]:
    for vehicle in fleet.vehicles:
        trouble, stand = live.troubles.get(vehicle.vehicle_id), stands.get(vehicle.vehicle_id)
        if trouble is not None and trouble.until is None:
            continue
        shifts = vehicle.shifts
        if trouble is not None and trouble.until is not None:
            until = trouble.until
            shifts = tuple(
                TimeWindow(max(shift.start, until), shift.end)
                for shift in vehicle.shifts
                if shift.end > until
            )
        position = vehicle.position
        if stand is not None:
            position = Observed(stand.position, min(stand.since, now), LAST_STOP, FAR)
        if trouble is None and stand is None:  # nearly all of them
            yield vehicle
        else:
            yield replace(vehicle, shifts=shifts, position=position)
