"""A few care stops and the vehicles that may serve them, as one `Problem` ready to be scanned."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise, takewhile

import numpy as np

from regulation.kernel.journeys import CareStop, JourneyRequest
from regulation.kernel.places import Position
from transport.live_fleet import SECOND, Duty, Epoch, ProblemParts, Promised, longest_detour
from transport.memo import Block, TravelMemo
from transport.openings import Opening
from transport.problem import Journey, Node, Option, Problem, Ride
from transport.sequencing import sequenced
from transport.settings import PairingSettings
from transport.solver.choice import Part
from transport.solver.insertions import RouteState
from transport.stop_table import Geometry, Profiles


@dataclass(frozen=True, slots=True)
class Task:
    """One part of the journey to a care stop, as a ride of the problem."""

    stop: int
    part: Part
    halt: Opening | None
    ride: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The problem, the routes promised, the duties behind its vehicles, and the tasks of each care
    stop.

    The first task of a stop is the way there; the others are the ways home.
    """

    problem: Problem
    state: RouteState
    duties: tuple[Duty, ...]
    tasks: Mapping[int, tuple[Task, ...]]

    def metres(self, ride: int) -> int:
        """Metres of a ride driven directly through its stops."""
        problem = self.problem
        places = [problem.nodes[node].location for node in problem.rides[ride].stops]
        return round(sum(float(problem.distance[a, b]) for a, b in pairwise(places)))


@dataclass(frozen=True, slots=True)
class _Begun:
    """A problem as far as its first duties, those with promises: most chunks have the same."""

    duties: tuple[Duty, ...]
    places: Mapping[Position, int]
    parts: ProblemParts


@dataclass(frozen=True, slots=True)
class _WayHome:
    """What all the ways home from a care stop have in common, whichever pharmacy they pass by."""

    pickup: Node
    delivery: Node
    on_time: frozenset[int] | None


@dataclass(slots=True, kw_only=True)
class ChunkBuilder:
    """Builds chunks of one request; pure but for the memory of travel times, and of how the last
    chunk began."""

    request: JourneyRequest
    epoch: Epoch
    travel: TravelMemo
    profiles: Profiles
    ways: Geometry
    settings: PairingSettings
    _places: dict[Position, int] = field(default_factory=dict)
    _promised: Promised = field(default_factory=dict)
    _begun: _Begun | None = field(default=None, init=False)

    def metres(self, origin: Position, destination: Position) -> int:
        """Metres of the direct way between two of the fixed places of the request."""
        if not {origin, destination} & {*self.ways.ends}:
            any_traffic = dict([next(iter(self.profiles.instants.items()))])
            way = self.travel.ways([origin], [destination], any_traffic)
            return round(float(way.distance[0, 0]))
        self._places = {end: number for number, end in enumerate(self.ways.ends)}
        start, end = self._location(origin), self._location(destination)
        return round(float(self._block().distance[start, end]))

    def build(
        self, stops: Mapping[int, tuple[CareStop, Sequence[Opening]]], duties: Sequence[Duty]
    ) -> Chunk:
        """Build the problem of these care stops with the halts of their ways home."""
        parts = self._parts(duties)
        notices = Notices(duties)
        tasks = {
            number: self._tasks(parts, number, stop, halts, notices)
            for number, (stop, halts) in stops.items()
        }
        parts.journeys.append(self._journey(tasks))
        block = self._block()
        problem, state = sequenced(
            Problem(
                nodes=tuple(parts.nodes),
                rides=tuple(parts.rides),
                vehicles=tuple(parts.vehicles),
                journeys=tuple(parts.journeys),
                travel=block.travel,
                distance=block.distance,
            )
        )
        return Chunk(problem=problem, state=state, duties=tuple(duties), tasks=tasks)

    def _parts(self, duties: Sequence[Duty]) -> ProblemParts:
        """Parts of a problem with these duties and their promises, and the places they come to."""
        busy = tuple(takewhile(lambda duty: duty.rides, duties))
        begun = self._begun
        if begun is None or not are_same(begun.duties, busy):
            begun = self._begun = self._begin(busy)
        self._places = dict(begun.places)
        parts = begun.parts.copy()
        parts.promise(duties[len(busy) :])
        return parts

    def _begin(self, busy: tuple[Duty, ...]) -> _Begun:
        self._places = {end: number for number, end in enumerate(self.ways.ends)}
        parts = ProblemParts(
            epoch=self.epoch,
            location=self._location,
            profile=self.profiles.number,
            nodes=[],
            rides=[],
            vehicles=[],
            journeys=[],
            promised=self._promised,
        )
        parts.promise(busy)
        return _Begun(busy, self._places, parts)

    def _location(self, position: Position) -> int:
        return self._places.setdefault(position, len(self._places))

    def _block(self) -> Block:
        """Ways between all places met, those from where vehicles were seen asked for just now."""
        places, ends = list(self._places), len(self.ways.ends)
        passing = [n for n, place in enumerate(places) if place not in self.ways.index]
        kept = [n for n, place in enumerate(places) if place in self.ways.index]
        fixed = [places[n] for n in kept[ends:]]
        block = self.ways.block(fixed, self.travel.between(fixed, self.profiles.instants))
        if not passing:
            return block
        leaving = self.travel.leaving([places[n] for n in passing], places, self.epoch.start)
        return with_departures(block, leaving, kept, passing)

    def _tasks(
        self,
        parts: ProblemParts,
        number: int,
        stop: CareStop,
        halts: Sequence[Opening],
        notices: "Notices",
    ) -> tuple[Task, ...]:
        way = self._way_home(parts, stop, notices)
        homeward = [
            Task(number, Part.RETURN, one, self._homeward(parts, stop, one, way))
            for one in (None, *halts)
        ]
        outward = Task(number, Part.OUTWARD, None, self._outward(parts, stop, notices))
        return (outward, *homeward)

    def _outward(self, parts: ProblemParts, stop: CareStop, notices: "Notices") -> int:
        needs, ready = self.request.needs, self.request.ready_at
        handed_over = stop.start - needs.alighting_s * SECOND
        opening = min(max(stop.doors_open, ready), handed_over)
        pickup = parts.node(
            self.request.origin, (ready, max(ready, handed_over)), needs.boarding_s, stop.start
        )
        delivery = parts.node(stop.position, (opening, handed_over), needs.alighting_s, stop.start)
        on_time = notices.kept_by(stop.start - needs.boarding_s * SECOND - self.epoch.start)
        return self._ride(parts, f"{stop.stop_id}/outward", (pickup, delivery), on_time)

    def _way_home(self, parts: ProblemParts, stop: CareStop, notices: "Notices") -> _WayHome:
        needs = self.request.needs
        last = stop.end + self.settings.max_wait_home_s * SECOND
        until = last + 2 * needs.max_aboard_s * SECOND
        pickup = parts.halt(stop.position, (stop.end, last), needs.boarding_s, stop.end)
        home = self.request.home
        delivery = parts.halt(home, (stop.end, until), needs.alighting_s, stop.end)
        return _WayHome(pickup, delivery, notices.kept_by(stop.end - self.epoch.start))

    def _homeward(
        self, parts: ProblemParts, stop: CareStop, halt: Opening | None, way: _WayHome
    ) -> int:
        pickup = parts.add(way.pickup)
        halts = () if halt is None else (self._halt(parts, stop, halt),)
        delivery = parts.add(way.delivery)
        by = halt.name if halt else ""
        return self._ride(
            parts, f"{stop.stop_id}/home/{by}", (pickup, *halts, delivery), way.on_time
        )

    def _halt(self, parts: ProblemParts, stop: CareStop, halt: Opening) -> int:
        service_s = halt.pharmacy.service_s
        opening = max(halt.window.start, stop.end)
        closing = max(opening, halt.window.end - service_s * SECOND)
        return parts.node(halt.pharmacy.position, (opening, closing), service_s, stop.end)

    def _ride(
        self,
        parts: ProblemParts,
        name: str,
        stops: tuple[int, ...],
        on_time: frozenset[int] | None,
    ) -> int:
        needs = self.request.needs
        parts.rides.append(
            Ride(
                ride_id=f"{self.request.request_id}/{name}",
                stops=stops,
                load=needs.load,
                max_aboard=float(needs.max_aboard_s),
                max_detour=longest_detour(needs),
                shareable=needs.shared_allowed,
                vehicles=on_time,
                crew=needs.crew,
            )
        )
        return len(parts.rides) - 1

    def _journey(self, tasks: Mapping[int, tuple[Task, ...]]) -> Journey:
        options = tuple(
            Option(option_id=f"{outward.ride}+{home.ride}", rides=(outward.ride, home.ride))
            for outward, *homeward in tasks.values()
            for home in homeward
        )
        return Journey(journey_id=self.request.request_id, options=options)


class Notices:
    """How long before a ride each of the vehicles must be asked."""

    def __init__(self, duties: Sequence[Duty]) -> None:
        self._each = [duty.vehicle.notice for duty in duties]
        self._steps = sorted(set(self._each))
        self._kept: dict[int, frozenset[int]] = {}

    def kept_by(self, ahead: timedelta) -> frozenset[int] | None:
        """Vehicles that can be asked so long before; None: all of them."""
        steps = bisect_right(self._steps, ahead)
        if steps == len(self._steps):
            return None
        if steps not in self._kept:
            chosen = (number for number, one in enumerate(self._each) if one <= ahead)
            self._kept[steps] = frozenset(chosen)
        return self._kept[steps]


def are_same(some: Sequence[object], others: Sequence[object]) -> bool:
    """Tell whether the very same things are listed in the same order."""
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))


def with_departures(
    block: Block, leaving: Block, kept: Sequence[int], passing: Sequence[int]
) -> Block:
    """Put the ways from where vehicles were seen into a block of all places.

    Each is driven once, in the traffic of now, and nobody drives back there: other traffic and
    other directions repeat it.
    """
    size = len(kept) + len(passing)
    travel, distance = np.empty((len(block.travel), size, size)), np.empty((size, size))
    old = np.ix_(kept, kept)
    for profile, known in zip(travel, block.travel, strict=True):
        profile[old] = known
        profile[:, passing] = leaving.travel[0].T
        profile[passing] = leaving.travel[0]
    distance[old] = block.distance
    distance[:, passing] = leaving.distance.T
    distance[passing] = leaving.distance
    return Block(travel=travel, distance=distance)
