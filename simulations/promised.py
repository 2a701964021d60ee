"""Rides already promised with the vehicles of a territory, each of which can be kept."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from adapters.territory.territory import Territory
from regulation.effecteurs import Effecteur, EffecteurKind
from regulation.kernel.modes import Mode
from regulation.kernel.observed import Freshness
from regulation.kernel.places import Position, crow_distance_m
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import TravelTimes
from simulations.draws import Draws
from simulations.territories.sites import site_in
from transport.fleet import FleetView, PromisedRide, Vehicle

RIDES_EACH = 3
"""Rides promised with one vehicle at most (assumption)."""

TRAFFIC_STEP, TRAFFIC_STEPS = timedelta(minutes=30), 13
"""Traffic is looked at this often, so many times: six hours."""

LEAST_SHIFT_LEFT = timedelta(hours=1)
TOLERANCE = timedelta(minutes=10)
SLACK_SHARE, SLACK_MIN_S = 0.2, 120
"""Time promised beyond the travel time: a share of it, and a least (assumption)."""

LONGEST_WAIT_S = 2400
"""Longest time between two rides of a vehicle beyond the travel between them (assumption)."""

ABOARD_SHARE = 0.15
"""Share of the vehicles whose first rider is already aboard (assumption)."""

PICKUP_COMMUNES, CARE_PLACES = 12, 25
"""Communes around a depot where people live, places around them where they go (assumption)."""

CARE_KINDS = frozenset(
    {
        EffecteurKind.CABINET,
        EffecteurKind.MSP,
        EffecteurKind.CDS,
        EffecteurKind.IMAGERIE,
        EffecteurKind.ED,
    }
)

SEATED = (180, 120)
WHEELCHAIR = (660, 600)
STRETCHER = (900, 900)
"""Seconds to get aboard and off (domain dossier: 2-3, 10-12 and 15-20 minutes each end)."""


@dataclass(frozen=True, slots=True)
class Trip:
    """From a home to a place of care."""

    pickup: Position
    dropoff: Position


@dataclass(slots=True)
class _Course:
    """What a vehicle has promised so far: where and when it is next free."""

    vehicle: Vehicle
    shift: TimeWindow
    position: Position
    free_at: datetime
    rides: list[PromisedRide] = field(default_factory=list)


def promise_rides(
    territory: Territory,
    vehicles: tuple[Vehicle, ...],
    travel: TravelTimes,
    *,
    now: datetime,
    count: int,
    seed: int,
) -> FleetView:
    """Return the fleet with so many promised rides, every one feasible, some of them under way.

    A vehicle starts from where it was seen when that is fresh, else from its depot, and is back
    at its depot before its shift ends. ValueError when the fleet cannot keep so many.
    """
    draws = Draws(seed)
    courses = _courses(vehicles, now, draws)
    rounds = [
        (course, turn, _trip(territory, course.vehicle, draws, turn))
        for turn in range(RIDES_EACH)
        for course in courses[: max(1, math.ceil(count / (RIDES_EACH - 1)))]
    ]
    roads = _Roads(travel, now, [(course.vehicle, trip) for course, _, trip in rounds], courses)
    rides: list[PromisedRide] = []
    for course, turn, trip in rounds:
        if len(rides) == count:
            break
        ride = _fit(course, trip, roads, draws, turn)
        if ride is not None:
            rides.append(ride)
    if len(rides) < count:
        raise ValueError(f"only {len(rides)} of {count} rides can be promised at {now}")
    return FleetView(vehicles=vehicles, rides=tuple(rides))


class _Roads:
    """Travel times between all the points at stake, in the worst traffic of the hours to come."""

    def __init__(
        self,
        travel: TravelTimes,
        now: datetime,
        trips: Sequence[tuple[Vehicle, Trip]],
        courses: Sequence[_Course],
    ) -> None:
        points = dict.fromkeys(one for _, trip in trips for one in (trip.pickup, trip.dropoff))
        points |= dict.fromkeys(course.position for course in courses)
        points |= dict.fromkeys(course.vehicle.depot for course in courses)
        self._rank = {point: rank for rank, point in enumerate(points)}
        instants = (now + TRAFFIC_STEP * step for step in range(TRAFFIC_STEPS))
        profiles = {travel.profile(instant): instant for instant in instants}
        self._seconds = np.maximum.reduce(
            [
                travel.matrix(tuple(points), tuple(points), at).durations_s
                for at in profiles.values()
            ]
        )

    def time(self, origin: Position, destination: Position) -> timedelta:
        """Return the time to promise: the travel time and some slack."""
        seconds = int(self._seconds[self._rank[origin], self._rank[destination]])
        return timedelta(seconds=seconds + max(SLACK_MIN_S, round(seconds * SLACK_SHARE)))


def _courses(vehicles: Sequence[Vehicle], now: datetime, draws: Draws) -> list[_Course]:
    known = {vehicle.vehicle_id: vehicle for vehicle in vehicles}
    ordered = (known[one] for one in draws.order(known, "promised vehicles"))
    return [
        _Course(vehicle, shift, _start(vehicle, now), now)
        for vehicle in ordered
        for shift in vehicle.shifts
        if shift.contains(now) and shift.end - now >= LEAST_SHIFT_LEFT
    ]


def _start(vehicle: Vehicle, now: datetime) -> Position:
    seen = vehicle.position
    if seen is not None and seen.freshness(now) is Freshness.FRESH:
        return seen.value
    return vehicle.depot


def _fit(
    course: _Course, trip: Trip, roads: _Roads, draws: Draws, turn: int
) -> PromisedRide | None:
    """Append the trip to the course; None when the vehicle would be home after its shift."""
    vehicle = course.vehicle
    needs = _needs(vehicle, draws, turn)
    pickup_at, arrival = _times(course, trip, roads, draws, timedelta(seconds=needs.boarding_s))
    dropoff_at = arrival + timedelta(seconds=needs.alighting_s)
    if dropoff_at + roads.time(trip.dropoff, vehicle.depot) > course.shift.end:
        return None
    course.position, course.free_at = trip.dropoff, dropoff_at
    course.rides.append(
        PromisedRide(
            ride_id=f"{vehicle.vehicle_id}-{turn + 1}",
            vehicle_id=vehicle.vehicle_id,
            pickup=trip.pickup,
            dropoff=trip.dropoff,
            pickup_at=pickup_at,
            dropoff_at=dropoff_at,
            tolerance=TOLERANCE,
            needs=needs,
        )
    )
    return course.rides[-1]


def _times(
    course: _Course, trip: Trip, roads: _Roads, draws: Draws, boarding: timedelta
) -> tuple[datetime, datetime]:
    """Return the pickup and the arrival: of a ride to come, or of a first one under way."""
    name = (course.vehicle.vehicle_id, len(course.rides))
    since = course.free_at - roads.time(trip.pickup, course.position) - boarding
    first = not course.rides and since >= course.shift.start
    if first and draws.chance(ABOARD_SHARE, "aboard", *name):
        return since, course.free_at + roads.time(course.position, trip.dropoff)
    wait = timedelta(seconds=draws.whole(0, LONGEST_WAIT_S, "wait", *name))
    pickup_at = course.free_at + roads.time(course.position, trip.pickup) + wait
    return pickup_at, pickup_at + boarding + roads.time(trip.pickup, trip.dropoff)


def _needs(vehicle: Vehicle, draws: Draws, turn: int) -> RiderNeeds:
    shared = draws.chance(0.5, "shared", vehicle.vehicle_id, turn)
    load, (boarding_s, alighting_s) = _load(vehicle)
    return RiderNeeds(
        load=load,
        modes=frozenset({vehicle.mode}),
        crew=vehicle.crew if vehicle.mode is Mode.AMBULANCE else 1,
        shared_allowed=shared and load.stretchers == 0,
        boarding_s=boarding_s,
        alighting_s=alighting_s,
    )


def _load(vehicle: Vehicle) -> tuple[Load, tuple[int, int]]:
    if vehicle.capacity.stretchers:
        return Load(stretchers=1), STRETCHER
    if vehicle.capacity.wheelchairs:
        return Load(wheelchairs=1), WHEELCHAIR
    return Load(seats=1), SEATED


def _trip(territory: Territory, vehicle: Vehicle, draws: Draws, turn: int) -> Trip:
    name = (vehicle.vehicle_id, turn)
    communes = sorted(
        territory.communes, key=lambda one: crow_distance_m(one.position, vehicle.depot)
    )
    home = draws.pick(communes[:PICKUP_COMMUNES], "home", *name)
    pickup = site_in(home, draws, "pickup", *name).position
    places = sorted(_care(territory), key=lambda one: crow_distance_m(one.position, pickup))
    return Trip(pickup, draws.pick(places[:CARE_PLACES], "care", *name).position)


def _care(territory: Territory) -> Iterator[Effecteur]:
    return (one for one in territory.effecteurs if one.kind in CARE_KINDS)
