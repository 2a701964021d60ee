"""How far rides have got and where vehicles stand, from what was told, else from the plan."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from regulation.kernel.live import LiveJourney, LiveState, Trouble
from regulation.kernel.modes import LegKind
from regulation.kernel.observed import Freshness
from regulation.kernel.places import Position
from regulation.kernel.rides import LiveRide, RideStatus
from transport.fleet import FleetView, PromisedRide, Vehicle

SECOND = timedelta(seconds=1)


class Stand(NamedTuple):
    """Since when a vehicle has been free to leave a place, and which."""

    since: datetime
    position: Position


def as_it_stands(
    ride: LiveRide, journey: LiveJourney, troubles: Mapping[str, Trouble], now: datetime
) -> LiveRide:
    """Return the ride as it is taken to be: on plan, as long as nothing at all is told of it.

    Nobody is taken to be on the way home who isn't there yet.
    """
    if ride.told_at is not None or not ride.legs or ride.legs[0].pickup_at >= now:
        return ride
    trouble = troubles.get(ride.vehicle_id or "")
    if trouble is not None and (trouble.until is None or trouble.until > ride.legs[0].pickup_at):
        return ride
    there = journey.current(LegKind.OUTWARD)
    if there is None or there is ride:
        return _on_plan(ride, now)
    came = as_it_stands(there, journey, troubles, now).status.is_over
    return _on_plan(ride, now) if came else ride


def _on_plan(ride: LiveRide, now: datetime) -> LiveRide:
    boarded = ride.legs[0].pickup_at + ride.needs.boarding_s * SECOND
    over = ride.legs[-1].dropoff_at + ride.needs.alighting_s * SECOND
    if over <= now:
        status, told_at = RideStatus.HANDED_OVER, over
    else:
        status, told_at = RideStatus.UNDER_WAY, boarded
    return replace(ride, status=status, told_at=told_at, boarded_at=boarded)


def stands_of(fleet: FleetView, live: LiveState, now: datetime) -> dict[str, Stand]:
    """Return where each vehicle stands: the newer of its last position and its last stop.

    A vehicle that is absent has never been seen: it is expected at its depot.
    """
    found: dict[str, list[Stand]] = {
        vehicle_id: [Stand(halted.since, halted.position)]
        for vehicle_id, halted in live.halted.items()
    }
    for vehicle in fleet.vehicles:
        found.setdefault(vehicle.vehicle_id, []).extend(_seen(vehicle, now))
    for promised in fleet.rides:
        found.setdefault(promised.vehicle_id, []).extend(_promised_stops(promised, now))
    for journey in live.journeys.values():
        for ride in journey.rides:
            if ride.vehicle_id is not None and ride.told_at is None:
                taken = as_it_stands(ride, journey, live.troubles, now)
                found.setdefault(ride.vehicle_id, []).extend(stops_made(journey, taken))
    return {vehicle: max(stands, key=_since) for vehicle, stands in found.items() if stands}


def _since(stand: Stand) -> datetime:
    return stand.since


def _seen(vehicle: Vehicle, now: datetime) -> Iterable[Stand]:
    seen = vehicle.position
    known = seen is not None and seen.freshness(now) is not Freshness.LOST
    return [Stand(min(seen.observed_at, now), seen.value)] if seen is not None and known else []


def _promised_stops(ride: PromisedRide, now: datetime) -> Iterator[Stand]:
    """A ride of others, of which nothing is told, is taken to be on time."""
    boarded = ride.boarded_at or ride.pickup_at + ride.needs.boarding_s * SECOND
    if ride.dropoff_at <= now:
        yield Stand(ride.dropoff_at, ride.dropoff)
    elif ride.pickup_at < now and (ride.boarded_at is not None or not ride.is_tracked):
        yield Stand(boarded, ride.pickup)


def stops_made(journey: LiveJourney, ride: LiveRide) -> Iterator[Stand]:
    """Yield where a ride has taken its vehicle last, with the end of the service there."""
    told, boarded = ride.told_at, ride.boarded_at
    if told is None:
        return
    match ride.status:
        case RideStatus.AT_THE_DOOR:
            yield Stand(told, ride.origin)
        case RideStatus.BOARDING | RideStatus.UNDER_WAY:
            yield Stand(boarded or told, ride.origin)
        case RideStatus.AT_THE_PHARMACY | RideStatus.LEAVING_THE_PHARMACY:
            halt = journey.pharmacy.position if journey.pharmacy else ride.origin
            yield Stand(told, halt)
        case RideStatus.ARRIVED:
            yield Stand(told + ride.needs.alighting_s * SECOND, ride.destination)
        case RideStatus.HANDED_OVER:
            yield Stand(told, ride.destination)
        case _:
            pass
