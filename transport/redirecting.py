"""Somebody is on the way home to a pharmacy that is closed: to another one, or straight home."""

from dataclasses import replace
from datetime import timedelta

from regulation.kernel.journeys import JourneyRequest, PharmacyStop
from regulation.kernel.modes import LegKind
from regulation.kernel.replanning import AlertKind, ChangeKind, Reason
from regulation.kernel.rides import LiveRide
from transport.courses import Roster
from transport.errands import nearest_open
from transport.holding import is_drivable
from transport.laid_out import Layer
from transport.leg_times import by_pharmacy
from transport.notebook import Notebook


def redirect(
    book: Notebook, roster: Roster, layer: Layer, ride_id: str, request: JourneyRequest
) -> None:
    """Give the ride the nearest open pharmacy that keeps what was promised, else none."""
    journey, ride = book.find(ride_id)
    wait = timedelta(seconds=layer.settings.max_wait_home_s)
    known = [one for one in request.pharmacies if one.stop_id not in book.closed]
    here = book.last_seen(ride.vehicle_id or "") or ride.origin
    found = nearest_open(known, (here, ride.destination), (book.now, book.now + wait))
    nearest = dict.fromkeys(one.pharmacy.stop_id for one in found)
    by_id = {one.stop_id: one for one in known}
    chosen = [by_id[name] for name in nearest][: layer.settings.pharmacies]
    for pharmacy in (*chosen, None):
        book.put(replace(journey, pharmacy=pharmacy))
        book.put_ride(journey.journey_id, _by(ride, pharmacy, layer))
        if pharmacy is None or _is_kept(book, roster, layer, ride_id):
            break
    reason = Reason.PHARMACY_CLOSED
    book.told(journey.journey_id, ChangeKind.PHARMACY_CHANGED, reason, ride)
    if book.journeys[journey.journey_id].pharmacy is None:
        book.alert(journey.journey_id, AlertKind.MEDICATION, reason, ride)


def _is_kept(book: Notebook, roster: Roster, layer: Layer, ride_id: str) -> bool:
    courses = replace(roster, live=book.live).courses().values()
    mine = [one for one in courses if any(i.carried.ride_id == ride_id for i in one.items)]
    return all(is_drivable(course, layer) for course in mine)


def _by(ride: LiveRide, pharmacy: PharmacyStop | None, layer: Layer) -> LiveRide:
    """Write the legs again, by this pharmacy or by none; the fare agreed on stays."""
    first, last = ride.legs[0], ride.legs[-1]
    whole = replace(
        last,
        kind=LegKind.RETURN,
        origin=ride.origin,
        pickup_at=first.pickup_at,
        distance_m=layer.metres(ride.origin, ride.destination),
    )
    if pharmacy is None:
        return replace(ride, legs=(whole,))
    to, on = (
        layer.metres(ride.origin, pharmacy.position),
        layer.metres(pharmacy.position, ride.destination),
    )
    halts_at = max(layer.now, first.dropoff_at)
    there, home = by_pharmacy(replace(whole, distance_m=to + on), pharmacy, to)
    done = halts_at + timedelta(seconds=pharmacy.service_s)
    legs = (replace(there, dropoff_at=halts_at), replace(home, pickup_at=done))
    return replace(ride, legs=legs)
