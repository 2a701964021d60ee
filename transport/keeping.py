"""Whether a vehicle can keep what it promised: a schedule that `check` accepts."""

from collections.abc import Sequence

from regulation.kernel.live import LiveState
from regulation.kernel.time import TimeWindow
from transport.courses import Roster
from transport.fleet import FleetView, PromisedRide, Vehicle
from transport.itinerary import RefusedError
from transport.laid_out import Layer
from transport.memo import TravelMemo
from transport.settings import PairingSettings
from transport.timetabling import timetable


def can_keep(
    vehicle: Vehicle,
    rides: Sequence[PromisedRide],
    travel: TravelMemo,
    settings: PairingSettings,
) -> bool:
    """Tell whether the vehicle, leaving its depot as its first shift begins, can do all these
    rides, each within its tolerance."""
    if not all(_is_on_a_shift(ride, vehicle) for ride in rides):
        return False
    began = min(shift.start for shift in vehicle.shifts)
    fleet = FleetView(vehicles=(vehicle,), rides=tuple(rides))
    roster = Roster(fleet=fleet, live=LiveState(), now=began, settings=settings)
    layer = Layer(travel=travel, settings=settings, now=began)
    try:
        timetable(list(roster.courses().values()), layer)
    except RefusedError:
        return False
    return True


def _is_on_a_shift(ride: PromisedRide, vehicle: Vehicle) -> bool:
    span = TimeWindow(ride.pickup_at - ride.tolerance, ride.dropoff_at + ride.tolerance)
    return any(shift.overlaps(span) for shift in vehicle.shifts)
