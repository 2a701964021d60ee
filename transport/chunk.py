"""A few care stops and the vehicles that may serve them, as one `Problem` ready to be scanned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise

from regulation.kernel.journeys import CareStop, JourneyRequest, PharmacyStop
from regulation.kernel.places import Position
from regulation.kernel.time import TimeWindow
from transport.live_fleet import Duty, Epoch, ProblemParts
from transport.memo import Block, TravelMemo
from transport.problem import Journey, Option, Problem, Ride
from transport.settings import PairingSettings
from transport.solver.choice import Part
from transport.stop_table import Geometry, Profiles

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Task:
    """One part of the journey to a care stop, as a ride of the problem."""

    stop: int
    part: Part
    pharmacy: PharmacyStop | None
    ride: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The problem, the duties behind its vehicles, and the tasks of each care stop.

    The first task of a stop is the way there; the others are the ways home.
    """

    problem: Problem
    duties: tuple[Duty, ...]
    tasks: Mapping[int, tuple[Task, ...]]

    def metres(self, ride: int) -> int:
        """Metres of a ride driven directly through its stops."""
        problem = self.problem
        places = [problem.nodes[node].location for node in problem.rides[ride].stops]
        return round(sum(float(problem.distance[a, b]) for a, b in pairwise(places)))


@dataclass(slots=True, kw_only=True)
class ChunkBuilder:
    """Builds chunks of one request; pure but for the memory of travel times."""

    request: JourneyRequest
    epoch: Epoch
    travel: TravelMemo
    profiles: Profiles
    ways: Geometry
    settings: PairingSettings
    _places: dict[Position, int] = field(default_factory=dict)

    def build(
        self, stops: Mapping[int, tuple[CareStop, Sequence[PharmacyStop]]], duties: Sequence[Duty]
    ) -> Chunk:
        """Build the problem of these care stops with their candidate pharmacies."""
        self._places = {end: number for number, end in enumerate(self.ways.ends)}
        parts = ProblemParts(
            epoch=self.epoch,
            location=self._location,
            profile=self.profiles.number,
            nodes=[],
            rides=[],
            vehicles=[],
            journeys=[],
        )
        parts.promise(duties)
        tasks = {
            number: self._tasks(parts, number, stop, pharmacies, duties)
            for number, (stop, pharmacies) in stops.items()
        }
        parts.journeys.append(self._journey(tasks))
        block = self._block()
        problem = Problem(
            nodes=tuple(parts.nodes),
            rides=tuple(parts.rides),
            vehicles=tuple(parts.vehicles),
            journeys=tuple(parts.journeys),
            travel=block.travel,
            distance=block.distance,
        )
        return Chunk(problem=problem, duties=tuple(duties), tasks=tasks)

    def _location(self, position: Position) -> int:
        return self._places.setdefault(position, len(self._places))

    def _block(self) -> Block:
        places = list(self._places)[len(self.ways.ends) :]
        fixed = self.travel.between(places, self.profiles.instants)
        return self.ways.block(places, fixed)

    def _tasks(
        self,
        parts: ProblemParts,
        number: int,
        stop: CareStop,
        pharmacies: Sequence[PharmacyStop],
        duties: Sequence[Duty],
    ) -> tuple[Task, ...]:
        homeward = [
            Task(number, Part.RETURN, one, self._homeward(parts, stop, one, duties))
            for one in (None, *pharmacies)
        ]
        outward = Task(number, Part.OUTWARD, None, self._outward(parts, stop, duties))
        return (outward, *homeward)

    def _outward(self, parts: ProblemParts, stop: CareStop, duties: Sequence[Duty]) -> int:
        needs, ready = self.request.needs, self.request.ready_at
        handed_over = stop.start - needs.alighting_s * SECOND
        opening = min(max(stop.doors_open, ready), handed_over)
        pickup = parts.node(
            self.request.origin, (ready, max(ready, handed_over)), needs.boarding_s, stop.start
        )
        delivery = parts.node(stop.position, (opening, handed_over), needs.alighting_s, stop.start)
        called = (stop.start - needs.boarding_s * SECOND, stop.start)
        return self._ride(parts, f"{stop.stop_id}/outward", (pickup, delivery), called[0], duties)

    def _homeward(
        self,
        parts: ProblemParts,
        stop: CareStop,
        pharmacy: PharmacyStop | None,
        duties: Sequence[Duty],
    ) -> int:
        needs = self.request.needs
        last = stop.end + self.settings.max_wait_home_s * SECOND
        pickup = parts.node(stop.position, (stop.end, last), needs.boarding_s, stop.end)
        halts = () if pharmacy is None else (self._halt(parts, stop, pharmacy),)
        until = last + 2 * needs.max_aboard_s * SECOND
        delivery = parts.node(self.request.home, (stop.end, until), needs.alighting_s, stop.end)
        name = f"{stop.stop_id}/home/{pharmacy.stop_id if pharmacy else ''}"
        return self._ride(parts, name, (pickup, *halts, delivery), stop.end, duties)

    def _halt(self, parts: ProblemParts, stop: CareStop, pharmacy: PharmacyStop) -> int:
        window = open_after(pharmacy, stop.end)
        assert window is not None, "only pharmacies that will be open are candidates"
        opening = max(window.start, stop.end)
        closing = max(opening, window.end - pharmacy.service_s * SECOND)
        return parts.node(pharmacy.position, (opening, closing), pharmacy.service_s, stop.end)

    def _ride(
        self,
        parts: ProblemParts,
        name: str,
        stops: tuple[int, ...],
        called_for: datetime,
        duties: Sequence[Duty],
    ) -> int:
        needs, now = self.request.needs, self.epoch.start
        longest = max((duty.vehicle.notice for duty in duties), default=timedelta(0))
        everybody = now + longest <= called_for
        on_time = None if everybody else _asked_in_time(duties, called_for - now)
        parts.rides.append(
            Ride(
                ride_id=f"{self.request.request_id}/{name}",
                stops=stops,
                load=needs.load,
                max_aboard=float(needs.max_aboard_s),
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


def _asked_in_time(duties: Sequence[Duty], ahead: timedelta) -> frozenset[int]:
    return frozenset(n for n, duty in enumerate(duties) if duty.vehicle.notice <= ahead)


def open_after(pharmacy: PharmacyStop, at: datetime) -> TimeWindow | None:
    """Return the first window of the pharmacy in which somebody leaving care could be served."""
    service = pharmacy.service_s * SECOND
    for window in pharmacy.open_windows:
        if window.end - service >= at:
            return window
    return None
