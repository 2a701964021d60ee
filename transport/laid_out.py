"""Courses, and wishes of rides that look for one, laid out as one `Problem`.

The stop being driven to comes first whatever happens; so do the stops before somebody aboard who
is about to arrive: nobody is diverted late.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from regulation.kernel.places import Position
from regulation.kernel.riders import Load, RiderNeeds
from transport.chunk import are_same, with_departures
from transport.courses import Course, Item
from transport.limits import SECOND
from transport.live_fleet import Epoch, Halt, ProblemParts, longest_detour
from transport.memo import Block, TravelMemo
from transport.problem import Journey, Option, Problem, Ride, VehicleSpec
from transport.sequencing import sequenced
from transport.settings import PairingSettings
from transport.solver.insertions import RouteState
from transport.stop_table import Profiles

OVERTIME_S = 86_400.0
"""How long a shift may last beyond its end when somebody aboard must still be brought home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """One way to do a ride that looks for a vehicle, and the courses (numbers) that may."""

    name: str
    needs: RiderNeeds
    halts: tuple[Halt, ...]
    courses: frozenset[int]


@dataclass(frozen=True, kw_only=True)
class LaidOut:
    """The problem, the routes of the present plan, the nodes of each carried ride, when each should
    be, the ride of each wish."""

    problem: Problem
    state: RouteState
    epoch: Epoch
    nodes: Mapping[str, tuple[int, ...]]
    targets: Mapping[int, float]
    wishes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Planned:
    """A stop of the present plan."""

    about: datetime
    node: int
    item: Item
    is_last: bool


@dataclass(slots=True, kw_only=True)
class Layer:
    """Lays courses out; pure but for the memory of travel times."""

    travel: TravelMemo
    settings: PairingSettings
    now: datetime
    _places: dict[Position, int] = field(default_factory=dict)
    _stops: set[Position] = field(default_factory=set)
    _last: tuple[tuple[Course, ...], LaidOut] | None = None

    def lay(self, courses: Sequence[Course], wishes: Sequence[Wish] = ()) -> LaidOut:
        """Build the problem; its vehicles are numbered as the courses."""
        if self._last is not None and not wishes and are_same(courses, self._last[0]):
            return self._last[1]
        laid = self._lay(courses, wishes)
        if not wishes:
            self._last = tuple(courses), laid
        return laid

    def _lay(self, courses: Sequence[Course], wishes: Sequence[Wish]) -> LaidOut:
        self._places = {}
        profiles = Profiles(self.travel, self.now)
        parts = ProblemParts(
            Epoch(self.now), self._location, profiles.number, [], [], [], []
        )  # fmt: skip
        planned = [self._carry(parts, course, number) for number, course in enumerate(courses)]
        named = {wish.name: _wish(parts, wish) for wish in wishes}
        for course in courses:
            self._location(course.vehicle.depot)
            profiles.number(course.free_at)
        self._stops = set(self._places)
        for course in courses:
            self._location(_start(course))
        block = self._block([_start(course) for course in courses], profiles.instants)
        specs = [
            self._spec(parts, course, stops, block)
            for course, stops in zip(courses, planned, strict=True)
        ]
        problem, state = sequenced(
            Problem(
                nodes=tuple(parts.nodes),
                rides=tuple(parts.rides),
                vehicles=tuple(specs),
                journeys=tuple(parts.journeys),
                travel=block.travel,
                distance=block.distance,
            )
        )
        stops = [stop for course in planned for stop in course]
        return LaidOut(
            problem=problem,
            state=state,
            epoch=parts.epoch,
            nodes={ride.ride_id.removeprefix("promised/"): ride.stops for ride in parts.rides},
            targets={
                stop.node: parts.epoch.seconds(stop.about)
                for stop in stops
                if not stop.item.is_aboard  # nobody aboard is kept waiting
            },
            wishes=named,
        )

    def metres(self, origin: Position, destination: Position) -> int:
        """Metres by road between two places."""
        at = {self.travel.profile(self.now): self.now}
        return round(float(self.travel.between([origin, destination], at).distance[0, 1]))

    def _block(self, stands: Sequence[Position], instants: Mapping[str, datetime]) -> Block:
        """Ways between all places; those from where vehicles stand are asked for just now."""
        places, seen = list(self._places), set(stands)
        passing = [n for n, place in enumerate(places) if place in seen - self._stops]
        kept = [n for n in range(len(places)) if n not in set(passing)]
        block = self.travel.between([places[n] for n in kept], instants)
        if not passing:
            return block
        leaving = self.travel.leaving([places[n] for n in passing], places, self.now)
        return with_departures(block, leaving, kept, passing)

    def _location(self, position: Position) -> int:
        return self._places.setdefault(position, len(self._places))

    def _carry(self, parts: ProblemParts, course: Course, number: int) -> list[_Planned]:
        """Add what the course carries; return its stops in the order of the plan."""
        together = sum(item.is_aboard for item in course.items) > 1
        stops: list[_Planned] = []
        for item in course.items:
            carried = item.carried
            if together and item.is_aboard:  # they share it already: that is a fact, not a choice
                carried = replace(carried, needs=replace(carried.needs, shared_allowed=True))
            timed = parts.carry(carried, number)
            last = timed[-1][1]
            stops += [_Planned(about, node, item, node == last) for about, node in timed]
        return sorted(stops, key=lambda stop: (stop.about, stop.node))

    def _spec(
        self, parts: ProblemParts, course: Course, stops: Sequence[_Planned], block: Block
    ) -> VehicleSpec:
        epoch, vehicle = parts.epoch, course.vehicle
        aboard = [item for item in course.items if item.is_aboard]
        leaves, driving = self._leaves(parts, course, stops, block)
        latest = epoch.seconds(course.shift.end)
        if course.overtime:
            latest = max(latest, epoch.seconds(leaves)) + OVERTIME_S
        earliest = min(epoch.seconds(leaves), latest)  # a shift that is over leaves no time at all
        return VehicleSpec(
            vehicle_id=f"{vehicle.vehicle_id}@{course.shift.start:%d%H%M}",
            start_location=self._location(_start(course)),
            end_location=self._location(vehicle.depot),
            earliest=earliest,
            latest=latest,
            capacity=_room(course),
            substitutes=False,
            crew=max([vehicle.crew, *(item.carried.needs.crew for item in aboard)]),
            profile=parts.profile(course.free_at),
            planned=tuple(stop.node for stop in stops),
            frozen=max(self._frozen(course, stops), int(driving)),
        )

    def _leaves(
        self, parts: ProblemParts, course: Course, stops: Sequence[_Planned], block: Block
    ) -> tuple[datetime, bool]:
        """When the vehicle leaves, or has left, where it stands; whether it is on its way."""
        if not stops:
            return course.free_at, False
        if course.is_held:  # it goes on to where it was going once it can
            return course.free_at, stops[0].item.is_aboard or stops[0].item.is_driven_to
        first, start = stops[0], self._location(_start(course))
        place = parts.nodes[first.node].location
        drive = float(block.travel[parts.profile(course.free_at), start, place])
        departure = first.about - drive * SECOND
        driving = first.item.is_aboard or first.item.is_driven_to or departure <= self.now
        if not driving:
            return course.free_at, False
        since = course.stand.since if course.stand else min(course.shift.start, self.now)
        if first.item.is_aboard and course.stand is not None:
            return since, True
        return max(since, min(departure, course.free_at)), True

    def _frozen(self, course: Course, stops: Sequence[_Planned]) -> int:
        """Stops up to the last arrival of somebody aboard who is nearly there."""
        soon = self.now + self.settings.live.no_diversion_s * SECOND
        crowded = not all(
            item.carried.needs.shared_allowed for item in course.items if item.is_aboard
        )
        return max(
            (
                rank
                for rank, stop in enumerate(stops, start=1)
                if stop.is_last and stop.item.is_aboard and (crowded or stop.about <= soon)
            ),
            default=0,
        )


def _start(course: Course) -> Position:
    return course.stand.position if course.stand else course.vehicle.depot


def _room(course: Course) -> Load:
    """Room of the vehicle, or what is aboard already when that is more."""
    aboard = [item.carried.needs.load for item in course.items if item.is_aboard]
    room = course.vehicle.capacity
    if not aboard:
        return room
    return Load(
        **{
            one.name: max(getattr(room, one.name), sum(getattr(load, one.name) for load in aboard))
            for one in fields(Load)
        }
    )


def _wish(parts: ProblemParts, wish: Wish) -> int:
    """Add a ride that looks for a vehicle; return its number."""
    nodes = [parts.node(one.position, one.window, one.service_s, one.about) for one in wish.halts]
    parts.rides.append(
        Ride(
            ride_id=wish.name,
            stops=tuple(nodes),
            load=wish.needs.load,
            max_aboard=float(wish.needs.max_aboard_s),
            max_detour=longest_detour(wish.needs),
            shareable=wish.needs.shared_allowed,
            vehicles=wish.courses,
            crew=wish.needs.crew,
        )
    )
    number = len(parts.rides) - 1
    parts.journeys.append(
        Journey(journey_id=wish.name, options=(Option(option_id="wish", rides=(number,)),))
    )
    return number
