"""The fleet: vehicles with their room, their shifts and the rides already promised with them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.time import TimeWindow, require_aware

EQUIPMENT = frozenset({"OXYGEN", "BARIATRIC", "CHILD_SEAT", "SERVICE_ANIMAL", "WHEELCHAIR_FOLDED"})
"""What a vehicle may carry on top of room; a companion's seat is room, so it is in the load."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """One vehicle with its crew; `shifts` are the windows in which it may drive, depot to depot.

    `capacity` is the room offered to riders (the driver's seat not counted), `crew` the people
    who may help, `notice` how long before the pickup it must be asked, `position` where it was
    last seen (None: never seen, so it is expected at its depot when a shift starts).
    """

    vehicle_id: str
    mode: Mode
    provider: str
    capacity: Load
    equipment: frozenset[str] = frozenset()
    crew: int
    shifts: tuple[TimeWindow, ...]
    depot: Position
    notice: timedelta = timedelta(0)
    position: Observed[Position] | None = None

    def __post_init__(self) -> None:
        if self.mode not in FLEET_MODES:
            raise ValueError(f"vehicle {self.vehicle_id}: {self.mode} is not a mode of the fleet")
        if self.crew < 1:
            raise ValueError(f"vehicle {self.vehicle_id}: a crew of {self.crew} cannot drive")
        if self.notice < timedelta(0):
            raise ValueError(f"vehicle {self.vehicle_id}: negative notice {self.notice}")
        if unknown := self.equipment - EQUIPMENT:
            raise ValueError(f"vehicle {self.vehicle_id}: unknown equipment {sorted(unknown)}")

    def is_on_shift_at(self, instant: datetime) -> bool:
        """Tell whether one of its shifts covers the instant."""
        return any(shift.contains(instant) for shift in self.shifts)

    def can_carry(self, needs: RiderNeeds) -> bool:
        """Tell whether mode, equipment, crew and the room of the empty vehicle suit the rider."""
        return (
            self.mode in needs.modes
            and self.vehicle_id not in needs.not_by
            and needs.equipment <= self.equipment
            and needs.crew <= self.crew
            and fits(needs.load, self.capacity)
        )


def fits(load: Load, room: Load) -> bool:
    """Tell whether the load fits place by place: no place stands in for another."""
    return (
        load.attendants <= room.attendants
        and load.seats <= room.seats
        and load.stretchers <= room.stretchers
        and load.wheelchairs <= room.wheelchairs
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Via:
    """A halt on the way with the rider aboard or waiting for them, such as a pharmacy.

    Service begins within `window` (None: at any time).
    """

    position: Position
    service_s: int
    window: TimeWindow | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PromisedRide:
    """A ride already promised to somebody: neither instant may slip by more than `tolerance`.

    `pickup_at` is when the vehicle is at the door, `dropoff_at` when the rider is handed over,
    which is never after `due_at`, tolerance or not. `boarded_at` is the end of the boarding when
    the vehicle tells it (`is_tracked`); else the rider is taken to be aboard from `pickup_at`.
    `vias` are the halts that are left.
    """

    ride_id: str
    vehicle_id: str
    pickup: Position
    dropoff: Position
    pickup_at: datetime
    dropoff_at: datetime
    tolerance: timedelta
    needs: RiderNeeds
    vias: tuple[Via, ...] = ()
    due_at: datetime | None = None
    is_tracked: bool = False
    boarded_at: datetime | None = None

    def __post_init__(self) -> None:
        require_aware(self.pickup_at, f"ride {self.ride_id}: pickup_at")
        require_aware(self.dropoff_at, f"ride {self.ride_id}: dropoff_at")
        if self.dropoff_at <= self.pickup_at:
            raise ValueError(f"ride {self.ride_id}: dropped off before it is picked up")
        if self.tolerance < timedelta(0):
            raise ValueError(f"ride {self.ride_id}: negative tolerance {self.tolerance}")


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetView:
    """One immutable picture of the fleet: its vehicles and the rides promised with them."""

    vehicles: tuple[Vehicle, ...]
    rides: tuple[PromisedRide, ...] = ()

    def __post_init__(self) -> None:
        _refuse_twice("vehicle", [vehicle.vehicle_id for vehicle in self.vehicles])
        _refuse_twice("ride", [ride.ride_id for ride in self.rides])
        known = {vehicle.vehicle_id for vehicle in self.vehicles}
        for ride in self.rides:
            if ride.vehicle_id not in known:
                raise ValueError(f"ride {ride.ride_id}: no vehicle {ride.vehicle_id} in the fleet")

    def rides_by_vehicle(self) -> dict[str, tuple[PromisedRide, ...]]:
        """Return the rides of each vehicle that has some, by promised pickup."""
        found: dict[str, list[PromisedRide]] = {}
        for ride in sorted(self.rides, key=lambda ride: (ride.pickup_at, ride.ride_id)):
            found.setdefault(ride.vehicle_id, []).append(ride)
        return {vehicle: tuple(rides) for vehicle, rides in found.items()}

    def rides_of(self, vehicle_id: str) -> tuple[PromisedRide, ...]:
        """Return the rides of one vehicle by promised pickup."""
        return self.rides_by_vehicle().get(vehicle_id, ())


def _refuse_twice(what: str, ids: list[str]) -> None:
    twice = [one for one, count in Counter(ids).items() if count > 1]
    if twice:
        raise ValueError(f"the fleet has more than one {what} {twice[0]}")
