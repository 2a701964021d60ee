"""The one model of a journey problem: places, rides, vehicles, alternatives. Immutable, no units.

Live problems count seconds since the problem's epoch and metres; published instance files keep
their own units. Indices refer to positions in the tuples of the `Problem`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.riders import Load
from transport.faults import (
    DuplicateError,
    NegativeError,
    NotANumberError,
    ShapeError,
    TriangleError,
    UnknownReferenceError,
    refuse_empty,
    refuse_negative,
    refuse_repeats,
)

MATRIX_AXES, TRAVEL_AXES = 2, 3
ONE_SEAT = Load(seats=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One halt: service *begins* within [open, close]; the way out is driven in `profile`."""

    location: int
    open: float
    close: float
    service: float = 0.0
    profile: int = 0

    def __post_init__(self) -> None:
        if not (self.open <= self.close and 0 <= self.service < math.inf):  # thousands are made
            refuse_empty(f"node at location {self.location}", self.open, self.close)
            refuse_negative(f"service at location {self.location}", self.service)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """When somebody was told that a stop would be, and how much sooner or later it may be."""

    node: int
    at: float
    early: float = math.inf
    late: float = math.inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Ride:
    """One person in one vehicle: pickup, halts on the way in order, delivery.

    `max_aboard` runs from the end of the pickup's service to the beginning of the delivery's.
    A ride of one stop is a visit or a driver's break: nobody boards. A rider already on board
    has `aboard_since` (end of the boarding), one vehicle, and only the stops that are left.
    `vehicles` None: any; `extra_service` is added at both ends, by mode of the vehicle;
    `incompatible` names rides that may not be aboard at the same time, said on either side.
    `told` is what `check` holds the beginnings of service to, whatever the windows of the nodes.
    `max_detour` is how much longer than the direct way it may be made by others.
    """

    ride_id: str
    stops: tuple[int, ...]
    load: Load = ONE_SEAT
    max_aboard: float = math.inf
    shareable: bool = True
    vehicles: frozenset[int] | None = None
    incompatible: frozenset[str] = frozenset()
    crew: int = 1
    extra_service: tuple[float, ...] = ()
    aboard_since: float | None = None
    told: tuple[Told, ...] = ()
    max_detour: float = math.inf

    def __post_init__(self) -> None:
        if not self.stops:
            raise UnknownReferenceError(f"ride {self.ride_id} has no stop")
        if len(set(self.stops)) < len(self.stops):
            raise DuplicateError(f"ride {self.ride_id} stops twice at one node: {self.stops}")
        if not (self.max_aboard >= 0 and self.max_detour >= 0):
            refuse_negative(f"ride {self.ride_id}: max_aboard", self.max_aboard, finite=False)
            refuse_negative(f"ride {self.ride_id}: max_detour", self.max_detour, finite=False)
        for told in self.told:
            if told.node not in self.stops:
                raise UnknownReferenceError(f"ride {self.ride_id}: it doesn't stop at {told.node}")
        for extra in self.extra_service:
            refuse_negative(f"ride {self.ride_id}: extra service", extra)
        if self.aboard_since is not None and len(self.vehicles or ()) != 1:
            raise UnknownReferenceError(f"ride {self.ride_id} is aboard, but not of one vehicle")

    @property
    def boards(self) -> bool:
        """Tell whether its first stop is a pickup (not a visit, not already aboard)."""
        return self.aboard_since is None and len(self.stops) > 1

    def extra_at(self, node: int, mode: int) -> float:
        """Service a vehicle of the mode adds at one of the stops; none at halts on the way."""
        is_end = node == self.stops[-1] or (node == self.stops[0] and self.aboard_since is None)
        return self.extra_service[mode] if is_end and mode < len(self.extra_service) else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleSpec:
    """One shift of one vehicle. A second shift is a second spec, a break a ride of one stop.

    `end_location` None: it stays where its last stop is. `substitutes`: an attendant may take a
    patient's seat or the stretcher, a seated patient the stretcher (Parragh 2011); else place by
    place. `planned` are the nodes already promised, in order, of which the first `frozen` come
    first whatever happens; `profile` is the traffic when leaving the start.
    """

    vehicle_id: str
    start_location: int
    end_location: int | None
    earliest: float
    latest: float
    capacity: Load
    substitutes: bool = True
    crew: int = 1
    max_duration: float = math.inf
    mode: int = 0
    profile: int = 0
    planned: tuple[int, ...] = ()
    frozen: int = 0

    def __post_init__(self) -> None:
        if not (self.earliest <= self.latest and self.max_duration >= 0):
            refuse_empty(f"vehicle {self.vehicle_id}", self.earliest, self.latest)
            name = f"vehicle {self.vehicle_id}: max_duration"
            refuse_negative(name, self.max_duration, finite=False)
        if not 0 <= self.frozen <= len(self.planned):
            raise UnknownReferenceError(
                f"vehicle {self.vehicle_id}: {self.frozen} stops frozen of {len(self.planned)}"
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One alternative of a journey: the rides it needs, its own cost, the care stop it takes."""

    option_id: str
    rides: tuple[int, ...]
    cost: float = 0.0
    care: int | None = None

    def __post_init__(self) -> None:
        if not math.isfinite(self.cost):
            raise NotANumberError(f"option {self.option_id}: cost {self.cost}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """One person's alternatives, of which one is chosen; a promised journey may not be dropped."""

    journey_id: str
    options: tuple[Option, ...]
    promised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Chained legs: from the end of `after_ride` (service included) to the beginning of service
    at the first stop of `before_ride`, the lag lies within [min_lag, max_lag]."""

    after_ride: int
    before_ride: int
    min_lag: float = 0.0
    max_lag: float = math.inf

    def __post_init__(self) -> None:
        refuse_empty(f"link {self.after_ride}→{self.before_ride}", self.min_lag, self.max_lag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """What a solver minimises: weighted distance driven, plus time aboard while the vehicle
    drives or serves (waits aboard are the schedule's part), plus a fixed cost per vehicle used,
    plus the costs of the options chosen, plus `unserved` per journey left out."""

    distance: float = 1.0
    aboard: float = 0.0
    vehicle: float = 0.0
    unserved: float = 1e6

    def __post_init__(self) -> None:
        for name in ("distance", "aboard", "vehicle", "unserved"):
            refuse_negative(f"objective: {name}", getattr(self, name))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Problem:
    """Everything a solver and `check` may know.

    `travel[profile, a, b]` are durations, `distance[a, b]` lengths between locations;
    `care_capacity[c]` is how many chosen options may name care stop `c`.
    """

    nodes: tuple[Node, ...]
    rides: tuple[Ride, ...]
    vehicles: tuple[VehicleSpec, ...]
    journeys: tuple[Journey, ...]
    travel: NDArray[np.float64]
    distance: NDArray[np.float64]
    links: tuple[Link, ...] = ()
    care_capacity: tuple[int, ...] = ()
    objective: Objective = field(default_factory=Objective)

    def __post_init__(self) -> None:
        object.__setattr__(self, "travel", _matrix("travel", self.travel, TRAVEL_AXES))
        object.__setattr__(self, "distance", _matrix("distance", self.distance, MATRIX_AXES))
        if self.travel.shape[1:] != self.distance.shape:
            raise ShapeError(f"travel is {self.travel.shape}, distance {self.distance.shape}")
        refuse_repeats("ride", [ride.ride_id for ride in self.rides])
        refuse_repeats("vehicle", [vehicle.vehicle_id for vehicle in self.vehicles])
        refuse_repeats("journey", [journey.journey_id for journey in self.journeys])
        refuse_repeats("ride stop at node", [n for ride in self.rides for n in ride.stops])
        refuse_repeats("ride of an option", sorted(_rides_of(self.journeys)))
        for what, owner, index, size in _references(self):
            if not 0 <= index < size:
                raise UnknownReferenceError(f"{what} {owner}: {index} is not in 0..{size - 1}")

    def duration(self, profile: int, origin: int, destination: int) -> float:
        """Travel time from one location to another in a traffic profile."""
        return float(self.travel[profile, origin, destination])


def triangle_violations(
    problem: Problem, tolerance: float = 1e-6
) -> Iterator[tuple[int, int, int, int, float]]:
    """Yield (profile, a, via, b, time gained) wherever a detour is shorter than the way."""
    for profile, durations in enumerate(problem.travel):
        for via in range(len(durations)):
            gain = durations - (durations[:, via, None] + durations[None, via, :])
            for a, b in np.argwhere(gain > tolerance):
                yield profile, int(a), via, int(b), float(gain[a, b])


def require_triangle(problem: Problem, tolerance: float = 1e-6) -> None:
    """Raise TriangleError naming the first detour shorter than the way."""
    for profile, a, via, b, gain in triangle_violations(problem, tolerance):
        raise TriangleError(f"profile {profile}: {a}→{via}→{b} is {gain:g} shorter than {a}→{b}")


def _matrix(name: str, values: NDArray[np.float64], axes: int) -> NDArray[np.float64]:
    matrix = np.ascontiguousarray(values, dtype=np.float64)
    if matrix.ndim != axes or matrix.shape[-1] != matrix.shape[-2]:
        raise ShapeError(f"{name} has shape {matrix.shape}, a square of {axes} axes is needed")
    if not np.isfinite(matrix).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(matrix))[0])
        raise NotANumberError(f"{name}{list(where)} is {matrix[where]}")
    if matrix.size and matrix.min() < 0:
        where = tuple(int(i) for i in np.argwhere(matrix < 0)[0])
        raise NegativeError(f"{name}{list(where)} is {matrix[where]}")
    if matrix is values:
        matrix = matrix.view()  # the caller's array keeps its own flags
    matrix.flags.writeable = False
    return matrix


def _rides_of(journeys: Sequence[Journey]) -> Iterator[int]:
    for journey in journeys:
        yield from {ride for option in journey.options for ride in option.rides}


def _references(problem: Problem) -> Iterator[tuple[str, object, int, int]]:
    profiles, locations = problem.travel.shape[:2]
    for number, node in enumerate(problem.nodes):
        yield "location of node", number, node.location, locations
        yield "profile of node", number, node.profile, profiles
    for spec in problem.vehicles:
        yield "start of vehicle", spec.vehicle_id, spec.start_location, locations
        yield "profile of vehicle", spec.vehicle_id, spec.profile, profiles
        if spec.end_location is not None:
            yield "end of vehicle", spec.vehicle_id, spec.end_location, locations
        for node_index in spec.planned:
            yield "planned node of vehicle", spec.vehicle_id, node_index, len(problem.nodes)
    for ride in problem.rides:
        for stop in ride.stops:
            yield "stop of ride", ride.ride_id, stop, len(problem.nodes)
        for vehicle in {min(ride.vehicles), max(ride.vehicles)} if ride.vehicles else ():
            yield "vehicle of ride", ride.ride_id, vehicle, len(problem.vehicles)
    yield from _choice_references(problem)


def _choice_references(problem: Problem) -> Iterator[tuple[str, object, int, int]]:
    for journey in problem.journeys:
        for option in journey.options:
            for ride in option.rides:
                yield "ride of option", option.option_id, ride, len(problem.rides)
            if option.care is not None:
                yield "care of option", option.option_id, option.care, len(problem.care_capacity)
    for number, link in enumerate(problem.links):
        yield "first ride of link", number, link.after_ride, len(problem.rides)
        yield "second ride of link", number, link.before_ride, len(problem.rides)
