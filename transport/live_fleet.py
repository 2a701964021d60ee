"""The fleet of this instant as parts of a `Problem`: shifts, promised rides, where each stands."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from math import inf

from regulation.kernel.observed import Freshness
from regulation.kernel.places import Position
from regulation.kernel.riders import RiderNeeds
from regulation.kernel.time import TimeWindow
from transport.fleet import FleetView, PromisedRide, Vehicle
from transport.problem import Journey, Node, Option, Ride, Told, VehicleSpec

SECOND = timedelta(seconds=1)
HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Epoch:
    """Turns aware instants into seconds since `start`, and back.

    `past_hour`: seconds from the last full hour of the clock to the epoch.
    """

    start: datetime
    past_hour: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "past_hour", int(self.start.timestamp()) % HOUR_S)

    def seconds(self, at: datetime) -> float:
        """Seconds since the epoch."""
        return (at - self.start) / SECOND

    def instant(self, seconds: float) -> datetime:
        """Return the instant, to the nearest second."""
        return self.start + timedelta(seconds=round(seconds))

    def hour(self, seconds: int) -> int:
        """Number of the clock hour an instant lies in; the epoch's own is 0."""
        return (seconds + self.past_hour) // HOUR_S

    def hour_begins(self, hour: int) -> int:
        """Seconds of the epoch at which a clock hour begins."""
        return hour * HOUR_S - self.past_hour


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """One vehicle on one of its shifts, from where it stands, with the rides promised on it.

    `is_lost`: on its shift it told where it was too long ago; it is counted from its depot, later.
    """

    vehicle: Vehicle
    shift: TimeWindow
    start: Position
    ready_at: datetime
    rides: tuple[PromisedRide, ...]
    is_lost: bool = False

    @property
    def places(self) -> tuple[Position, ...]:
        """Every place the duty will come to."""
        stops = [
            position
            for ride in self.rides
            for position in (ride.pickup, *(via.position for via in ride.vias), ride.dropoff)
        ]
        return (self.vehicle.depot, *stops)


@dataclass(slots=True)
class Carriers:
    """The vehicles that may carry a rider from an instant on, each of their duties made once.

    A vehicle whose position is LOST leaves its depot no sooner than `lost_margin` from then.
    """

    fleet: FleetView
    needs: RiderNeeds
    now: datetime
    lost_margin: timedelta = timedelta(0)
    _able: tuple[tuple[Vehicle, tuple[PromisedRide, ...]], ...] = field(init=False)
    _made: dict[tuple[int, int], Duty] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._able = tuple(self._those_able())

    def is_of(self, fleet: FleetView, needs: RiderNeeds) -> bool:
        """Tell whether these are the vehicles of that very fleet, for the same needs."""
        return self.fleet is fleet and self.needs == needs

    def until(self, end: datetime) -> Iterator[Duty]:
        """Yield the duties that begin before an instant."""
        within, made = TimeWindow(self.now, end), self._made
        for number, (vehicle, due) in enumerate(self._able):
            for which, shift in enumerate(vehicle.shifts):
                if shift.overlaps(within):
                    if (number, which) not in made:
                        made[number, which] = self._duty(vehicle, shift, due)
                    yield made[number, which]

    def _those_able(self) -> Iterator[tuple[Vehicle, tuple[PromisedRide, ...]]]:
        promised = self.fleet.rides_by_vehicle()
        for vehicle in self.fleet.vehicles:
            if not vehicle.can_carry(self.needs):
                continue
            rides = promised.get(vehicle.vehicle_id, ())
            due = tuple(ride for ride in rides if ride.dropoff_at + ride.tolerance > self.now)
            if all(_shift_of(ride, vehicle) is not None for ride in due):
                yield vehicle, due  # one that promised what its shifts do not hold isn't counted on

    def _duty(self, vehicle: Vehicle, shift: TimeWindow, due: tuple[PromisedRide, ...]) -> Duty:
        seen = vehicle.position if shift.start <= self.now else None
        is_lost = seen is not None and seen.freshness(self.now) is Freshness.LOST
        ready_at = max(shift.start, self.now)
        return Duty(
            vehicle=vehicle,
            shift=shift,
            start=vehicle.depot if seen is None or is_lost else seen.value,
            ready_at=ready_at + self.lost_margin if is_lost else ready_at,
            rides=tuple(ride for ride in due if _shift_of(ride, vehicle) == shift),
            is_lost=is_lost,
        )


def _shift_of(ride: PromisedRide, vehicle: Vehicle) -> TimeWindow | None:
    """The shift a promised ride belongs to: the first it overlaps, its tolerance included."""
    span = TimeWindow(ride.pickup_at - ride.tolerance, ride.dropoff_at + ride.tolerance)
    return next((shift for shift in vehicle.shifts if shift.overlaps(span)), None)


Window = tuple[datetime, datetime]
"""Between which instants a service may begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AsTold:
    """The instant somebody knows of a stop, and how much sooner (None: at any time before) or
    later it may be."""

    at: datetime
    early: timedelta | None = None
    late: timedelta


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop whose service begins within the window, and should about `about`."""

    position: Position
    window: Window
    service_s: float
    about: datetime
    told: AsTold | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A ride in a vehicle: the halts left in order; `aboard_since`: the end of its boarding."""

    ride_id: str
    needs: RiderNeeds
    halts: tuple[Halt, ...]
    max_aboard_s: float
    aboard_since: datetime | None = None


Promised = dict[int, tuple[Duty, tuple[Carried, ...]]]
"""Duties by their identity, with what they carry."""


@dataclass(slots=True)
class ProblemParts:
    """Nodes, rides and journeys gathered while a live problem is built.

    `promised` remembers what duties carry, for the next problem of the same instant.
    """

    epoch: Epoch
    location: Callable[[Position], int]
    profile: Callable[[datetime], int]
    nodes: list[Node]
    rides: list[Ride]
    vehicles: list[VehicleSpec]
    journeys: list[Journey]
    promised: Promised = field(default_factory=dict)

    def node(
        self,
        position: Position,
        window: Window,
        service_s: float,
        about: datetime,
    ) -> int:
        """Add a halt whose service begins within the window; return its index.

        `about` is when it should be, which decides the traffic on the way out.
        """
        return self.add(self.halt(position, window, service_s, about))

    def halt(
        self,
        position: Position,
        window: Window,
        service_s: float,
        about: datetime,
    ) -> Node:
        """Make a halt as `node` does, to be added as often as it is made."""
        opening, closing = window
        return Node(
            location=self.location(position),
            open=self.epoch.seconds(opening),
            close=self.epoch.seconds(closing),
            service=float(service_s),
            profile=self.profile(about),
        )

    def add(self, node: Node) -> int:
        """Add a halt; return its index."""
        self.nodes.append(node)
        return len(self.nodes) - 1

    def copy(self) -> "ProblemParts":
        """Return the same parts, to which others may be added."""
        return replace(
            self,
            nodes=[*self.nodes],
            rides=[*self.rides],
            vehicles=[*self.vehicles],
            journeys=[*self.journeys],
        )

    def promise(self, duties: Sequence[Duty]) -> None:
        """Add every duty with its promised rides."""
        for number, duty in enumerate(duties, start=len(self.vehicles)):
            timed: list[tuple[datetime, int]] = []
            for one in self._carried(duty):
                timed += self.carry(one, number)
            self.vehicles.append(self._spec(duty, tuple(node for _, node in sorted(timed))))

    def _carried(self, duty: Duty) -> tuple[Carried, ...]:
        known = self.promised.get(id(duty))
        if known is None or known[0] is not duty:
            carried = tuple(carried_of(ride, self.epoch.start) for ride in duty.rides)
            known = self.promised[id(duty)] = duty, carried
        return known[1]

    def carry(self, one: Carried, number: int) -> list[tuple[datetime, int]]:
        """Add a ride that a vehicle has promised; return its nodes with when they should be."""
        nodes = [self.node(h.position, h.window, h.service_s, h.about) for h in one.halts]
        since = one.aboard_since
        self.rides.append(
            Ride(
                ride_id=f"promised/{one.ride_id}",
                stops=tuple(nodes),
                load=one.needs.load,
                max_aboard=one.max_aboard_s,
                max_detour=longest_detour(one.needs),
                shareable=one.needs.shared_allowed,
                vehicles=frozenset({number}),
                crew=one.needs.crew,
                aboard_since=None if since is None else self.epoch.seconds(since),
                told=tuple(self._told(one.halts, nodes)),
            )
        )
        option = Option(option_id="promised", rides=(len(self.rides) - 1,))
        self.journeys.append(
            Journey(journey_id=f"promised/{one.ride_id}", options=(option,), promised=True)
        )
        return [(halt.about, node) for halt, node in zip(one.halts, nodes, strict=True)]

    def _told(self, halts: Sequence[Halt], nodes: Sequence[int]) -> Iterator[Told]:
        for halt, node in zip(halts, nodes, strict=True):
            if halt.told is not None:
                early = halt.told.early
                yield Told(
                    node=node,
                    at=self.epoch.seconds(halt.told.at),
                    early=inf if early is None else early / SECOND,
                    late=halt.told.late / SECOND,
                )

    def _spec(self, duty: Duty, planned: tuple[int, ...]) -> VehicleSpec:
        vehicle = duty.vehicle
        return VehicleSpec(
            vehicle_id=f"{vehicle.vehicle_id}@{duty.shift.start:%d%H%M}",
            start_location=self.location(duty.start),
            end_location=self.location(vehicle.depot),
            earliest=self.epoch.seconds(duty.ready_at),
            latest=self.epoch.seconds(duty.shift.end),
            capacity=vehicle.capacity,
            substitutes=False,
            crew=vehicle.crew,
            profile=self.profile(duty.ready_at),
            planned=planned,
        )


def longest_detour(needs: RiderNeeds) -> float:
    """Metres that others may add to the way at most."""
    return inf if needs.max_detour_m is None else float(needs.max_detour_m)


def carried_of(ride: PromisedRide, now: datetime) -> Carried:
    """Return the stops left of a promised ride, each within its tolerance."""
    slip, needs = ride.tolerance, ride.needs
    handed_over = ride.dropoff_at - needs.alighting_s * SECOND
    boarded = ride.boarded_at or ride.pickup_at + needs.boarding_s * SECOND
    is_aboard = ride.boarded_at is not None if ride.is_tracked else ride.pickup_at < now
    pickup = Halt(ride.pickup, _within(ride.pickup_at, slip, now), needs.boarding_s, ride.pickup_at)
    latest = ride.due_at and ride.due_at - needs.alighting_s * SECOND
    delivery = Halt(
        ride.dropoff, _within(handed_over, slip, now, latest), needs.alighting_s, handed_over
    )
    vias = [_via(ride, which, now) for which in range(len(ride.vias))]
    return Carried(
        ride_id=ride.ride_id,
        needs=needs,
        halts=(*vias, delivery) if is_aboard else (pickup, *vias, delivery),
        max_aboard_s=max(needs.max_aboard_s, (handed_over - boarded + 2 * slip) / SECOND),
        aboard_since=boarded if is_aboard else None,
    )


def _within(at: datetime, slip: timedelta, now: datetime, latest: datetime | None = None) -> Window:
    """Window around a promised instant, never before now; past, it is closed at once."""
    opening = max(at - slip, now)
    return opening, max(min(at + slip, latest or at + slip), opening)


def _via(ride: PromisedRide, which: int, now: datetime) -> Halt:
    """A halt on the way has no promised instant: anywhere between the two ends."""
    via = ride.vias[which]
    share = (which + 1) / (len(ride.vias) + 1)
    rank = ride.pickup_at + (ride.dropoff_at - ride.pickup_at) * share
    opening, closing = now, ride.dropoff_at + ride.tolerance
    if via.window is not None:
        opening = max(opening, via.window.start)
        closing = min(closing, via.window.end - via.service_s * SECOND)
    return Halt(via.position, (opening, max(opening, closing)), via.service_s, rank)
