"""Vehicles on their shifts with the rides they carry: what must stay there, what could be moved."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from math import inf

from regulation.kernel.live import LiveJourney, LiveState, Trouble
from regulation.kernel.rides import LiveRide, RideStatus
from regulation.kernel.time import TimeWindow
from transport.fleet import FleetView, Vehicle
from transport.limits import FAR, SECOND, Level, Limits, as_told, limits_of
from transport.live_fleet import AsTold, Carried, Halt, carried_of
from transport.openings import Opening, first_opening
from transport.overdue import COMMITTED
from transport.settings import PairingSettings
from transport.standing import Stand, as_it_stands, stands_of

CourseKey = tuple[str, datetime]
"""A vehicle and the beginning of its shift."""


@dataclass(frozen=True, slots=True)
class Item:
    """A ride on a course. `is_driven_to`: the vehicle is on its way to the pickup, or there;
    `is_ours`: it belongs to a journey under way, and may be looked after."""

    carried: Carried
    is_driven_to: bool = False
    is_ours: bool = True

    @property
    def is_aboard(self) -> bool:
        """Tell whether the rider is in the vehicle."""
        return self.carried.aboard_since is not None

    @property
    def is_fixed(self) -> bool:
        """Tell whether it stays with its vehicle whatever happens to the others."""
        return self.is_aboard or self.is_driven_to or not self.is_ours

    def timed(self, nodes: Sequence[int], begins: Mapping[int, float], now: datetime) -> "Item":
        """Return the ride with its stops about when a schedule says, in seconds since now."""
        halts = tuple(
            replace(halt, about=now + begins[node] * SECOND)
            for halt, node in zip(self.carried.halts, nodes, strict=True)
        )
        return replace(self, carried=replace(self.carried, halts=halts))

    def closing(self, slack: timedelta) -> "Item":
        """Return the ride no stop of which begins later than so long after it should."""
        halts = tuple(
            replace(one, window=(min(one.window[0], one.about), one.about + slack))
            for one in self.carried.halts
        )
        return replace(self, carried=replace(self.carried, halts=halts))

    def at_any_time(self, now: datetime) -> "Item":
        """Return it without any end to its limits: what is late is still done."""
        halts = tuple(
            replace(one, window=(one.window[0], now + FAR), told=None) for one in self.carried.halts
        )
        needs = replace(self.carried.needs, max_detour_m=None)
        late = replace(self.carried, needs=needs, halts=halts, max_aboard_s=inf)
        return replace(self, carried=late)


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One vehicle on one shift: where it stands, from when it may leave, what it carries.

    `stand` None: at its depot. `is_held`: it cannot leave yet. `overtime`: its shift may last.
    """

    vehicle: Vehicle
    shift: TimeWindow
    stand: Stand | None
    free_at: datetime
    is_held: bool = False
    overtime: bool = False
    items: tuple[Item, ...] = ()

    @property
    def key(self) -> CourseKey:
        """Name of the course."""
        return self.vehicle.vehicle_id, self.shift.start

    def without(self, ride_ids: frozenset[str]) -> "Course":
        """Return the course less some rides."""
        left = tuple(one for one in self.items if one.carried.ride_id not in ride_ids)
        return replace(self, items=left)

    def late(self, now: datetime) -> "Course":
        """Return the course as it is driven when nothing on it can be on time."""
        items = tuple(one.at_any_time(now) for one in self.items)
        return replace(self, items=items, overtime=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """Makes courses of a fleet and a live state at an instant."""

    fleet: FleetView
    live: LiveState
    now: datetime
    settings: PairingSettings

    def courses(self) -> dict[CourseKey, Course]:
        """Return every vehicle in service on each of its shifts to come, with what it carries."""
        items, stands = self._items(), stands_of(self.fleet, self.live, self.now)
        found: dict[CourseKey, Course] = {}
        for vehicle in self.fleet.vehicles:
            trouble = self.live.troubles.get(vehicle.vehicle_id)
            if trouble is None or trouble.until is not None:
                mine = items.get(vehicle.vehicle_id, [])
                for course in self._of(vehicle, stands.get(vehicle.vehicle_id), trouble, mine):
                    found[course.key] = course
        return found

    def _of(
        self,
        vehicle: Vehicle,
        stand: Stand | None,
        trouble: Trouble | None,
        items: Sequence[Item],
    ) -> Iterator[Course]:
        until = trouble.until if trouble and trouble.until else self.now
        for shift, mine in self._by_shift(vehicle, items):
            started = shift.start <= self.now
            yield Course(
                vehicle=vehicle,
                shift=shift,
                stand=stand if started else None,
                free_at=max(shift.start, self.now, until),
                is_held=until > self.now,
                items=tuple(mine),
            )

    def _by_shift(
        self, vehicle: Vehicle, items: Sequence[Item]
    ) -> Iterable[tuple[TimeWindow, Sequence[Item]]]:
        """Return the shifts to come, and those of the rides, each with its rides."""
        to_come = [shift for shift in vehicle.shifts if shift.end > self.now]
        if not items:  # nearly all of them
            return [(shift, ()) for shift in to_come]
        shifts: dict[TimeWindow, list[Item]] = {shift: [] for shift in to_come}
        for item in items:
            shift = _shift_of(item.carried, vehicle, self.now)
            shifts.setdefault(shift, []).append(item)
        return shifts.items()

    def _items(self) -> dict[str, list[Item]]:
        """Rides by vehicle; those of nobody under way are kept as they were promised."""
        found: dict[str, list[Item]] = {}
        ours: set[str] = set()
        for journey in self.live.journeys.values():
            for ride in journey.rides:
                ours.add(ride.ride_id)
                item = self.item(journey, ride) if ride.legs else None
                if item is not None and ride.vehicle_id is not None:
                    found.setdefault(ride.vehicle_id, []).append(item)
        for promised in self.fleet.rides:
            over = promised.dropoff_at + promised.tolerance <= self.now
            if promised.ride_id not in ours and not over:
                item = Item(carried_of(promised, self.now), is_ours=False)
                found.setdefault(promised.vehicle_id, []).append(item)
        return found

    def item(self, journey: LiveJourney, ride: LiveRide) -> Item | None:
        """Return a ride as its vehicle carries it; None when it is over, or taken to be."""
        ride = as_it_stands(ride, journey, self.live.troubles, self.now)
        if ride.status.is_over:
            return None
        limits = limits_of(journey, ride, Level.PROMISED, self.now, self.settings)
        if limits is None:  # it is being brought somewhere without having been promised when
            limits = Limits(*[(self.now, self.now + FAR)] * 2)
        told = as_told(journey, ride, self.now, self.settings)
        carried = carried_by(journey, ride, limits, told, self.now)
        return Item(carried, is_driven_to=ride.status in COMMITTED)


def _shift_of(carried: Carried, vehicle: Vehicle, now: datetime) -> TimeWindow:
    """The shift a ride is driven on: the first that overlaps it, else the last one begun."""
    first = carried.aboard_since or carried.halts[0].about
    last = max(first, carried.halts[-1].about) + SECOND
    span = TimeWindow(first, last)
    overlapping = [shift for shift in vehicle.shifts if shift.overlaps(span)]
    begun = [shift for shift in vehicle.shifts if shift.start <= first]
    if overlapping or begun:
        return min(overlapping, key=_start) if overlapping else max(begun, key=_start)
    return min(vehicle.shifts, key=_start, default=TimeWindow(now, now + FAR))


def _start(shift: TimeWindow) -> datetime:
    return shift.start


def carried_by(
    journey: LiveJourney,
    ride: LiveRide,
    limits: Limits,
    told: tuple[AsTold | None, AsTold | None],
    now: datetime,
) -> Carried:
    """Return the stops left of a ride that has its legs, within its limits."""
    needs, (first, *_), last = ride.needs, ride.legs, ride.legs[-1]
    since = ride.boarded_at if ride.status.is_aboard else None
    pickup = Halt(ride.origin, limits.pickup, needs.boarding_s, first.pickup_at, told[0])
    delivery = Halt(ride.destination, limits.delivery, needs.alighting_s, last.dropoff_at, told[1])
    on_the_way = tuple(_halts(journey, ride, limits, now))
    aboard = (last.dropoff_at - (since or first.pickup_at)) / SECOND
    slack = 2 * ride.promise.tolerance / SECOND if ride.promise else inf
    left = (*on_the_way, delivery) if since else (pickup, *on_the_way, delivery)
    return Carried(
        ride_id=ride.ride_id,
        needs=needs,
        halts=tuple(_in_order(left)),
        max_aboard_s=max(needs.max_aboard_s, aboard + slack),
        aboard_since=since,
    )


def _in_order(halts: Sequence[Halt]) -> Iterator[Halt]:
    """Yield the halts so that none should be before the one it follows."""
    about = halts[0].about
    for halt in halts:
        about = max(about, halt.about)
        yield replace(halt, about=about)


def _halts(journey: LiveJourney, ride: LiveRide, limits: Limits, now: datetime) -> Iterator[Halt]:
    """The pharmacy on the way home, while it is still to be passed by."""
    left = ride.status.rank < RideStatus.LEAVING_THE_PHARMACY.rank
    if journey.pharmacy is None or len(ride.legs) == 1 or not left:
        return
    service_s = journey.pharmacy.service_s
    if ride.status is RideStatus.AT_THE_PHARMACY and ride.told_at is not None:
        done_s = (now - ride.told_at) / SECOND
        yield Halt(journey.pharmacy.position, (now, now + FAR), max(0, service_s - done_s), now)
        return
    about = ride.legs[0].dropoff_at
    ready = now if ride.status.is_aboard else max(now, limits.pickup[0])
    opening = first_opening(journey.pharmacy, max(ready, about)) or first_opening(
        journey.pharmacy, ready
    )
    window = opening.window if opening else TimeWindow(ready, ready + SECOND)
    yield pharmacy_halt(Opening(journey.pharmacy, window), ready, about)


def pharmacy_halt(at: Opening, ready: datetime, about: datetime) -> Halt:
    """The halt at a pharmacy, in one of the windows in which it is open."""
    service_s = at.pharmacy.service_s
    opening, closing = max(at.window.start, ready), at.window.end - service_s * SECOND
    return Halt(at.pharmacy.position, (opening, max(opening, closing)), service_s, about)
