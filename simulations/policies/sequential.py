"""The sequential dispatcher: a place, then a vehicle there, then a pharmacy, then a vehicle home.

Each step takes the nearest that will do and is never taken back. Everything else is shared with
the joint decision: the same eligible stops, fleet and promises, the same insertions, the same
`check` and the same objective. Two favours are done to it: at its place it tries slot after slot
until a vehicle can do the way there, and when nobody can pass by the pharmacy it goes straight
home. It neither calls a doctor out nor offers a teleconsultation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import cached_property

import numpy as np

from regulation.kernel.journeys import JourneyRequest, PlannedJourney
from regulation.kernel.modes import OWN_MODES, Encounter, PharmacyNeed
from regulation.kernel.planner import Budget
from regulation.kernel.time import TimeWindow
from transport.chunk import Chunk, ChunkBuilder, Task
from transport.fleet import FleetView
from transport.fleet_ways import Scanned, Scanner, with_ride
from transport.ground import Ground
from transport.itinerary import Itinerary, RefusedError, planned_journey
from transport.live_fleet import SECOND, Duty
from transport.memo import TravelMemo
from transport.own_ways import own_ways
from transport.pairing import FleetPlanner
from transport.pharmacies import Halts, Pharmacies
from transport.same_vehicle import Pair
from transport.search import Terrain, lay_out
from transport.solver.insertions import insert, insertions, route_stops
from transport.timing import time_route
from transport.ways import Scales, Times, Way

NO_VEHICLE = FleetView(vehicles=())


class GaveUp(StrEnum):
    """Where the dispatcher was left without an answer."""

    NO_PLACE = "no place with a free slot"
    NO_WAY_THERE = "no vehicle for the way there"
    NO_WAY_HOME = "no vehicle for the way home"
    REFUSED = "the plan is refused by check"


def dispatch(
    request: JourneyRequest, planner: FleetPlanner, now: datetime
) -> PlannedJourney | GaveUp:
    """Answer a request step by step; tell where it is given up."""
    alone = replace(planner, fleet=NO_VEHICLE)
    by_own_means = _dispatcher(request, alone, now) if request.needs.modes & OWN_MODES else None
    written = by_own_means.goes_alone() if by_own_means else None
    if written is not None:
        return written
    dispatcher = _dispatcher(request, planner, now)
    if dispatcher is None:
        return GaveUp.NO_PLACE
    slots = dispatcher.slots_of_nearest_place()
    if not slots:
        return GaveUp.NO_PLACE
    for number in slots:
        attempt = dispatcher.attempt(number)
        found = attempt.own() or attempt.by_fleet()
        if found is not None:
            return attempt.written(found)
        if attempt.stranded:
            return GaveUp.NO_WAY_HOME
    return GaveUp.NO_WAY_THERE


def _dispatcher(
    request: JourneyRequest, planner: FleetPlanner, now: datetime
) -> "_Dispatcher | None":
    if request.pharmacy_need is not PharmacyNeed.CERTAIN:  # nobody looks for one
        request = replace(request, pharmacies=())
    laid = lay_out(request, terrain_of(planner, now), Budget())
    if laid is None:
        return None
    ground, builder = laid
    return _Dispatcher(ground, builder, planner.travel, Pharmacies(ground, planner.travel))


def terrain_of(planner: FleetPlanner, now: datetime) -> Terrain:
    """Return what a planner would search a request on at an instant."""
    return Terrain(
        fleet=planner.fleet,
        travel=planner.travel,
        scales=Scales(planner.objective),
        settings=planner.settings,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class _Dispatcher:
    ground: Ground
    builder: ChunkBuilder
    travel: TravelMemo
    pharmacies: Pharmacies

    def goes_alone(self) -> PlannedJourney | GaveUp | None:
        """Answer whoever can go to the first slot by their own means: no vehicle is looked for."""
        for number in self.slots_of_nearest_place()[:1]:
            attempt = self.attempt(number)
            found = attempt.own()
            if found is not None:
                return attempt.written(found)
        return None

    def slots_of_nearest_place(self) -> list[int]:
        """Slots of the nearest place that has one by the deadline, or else one at all.

        Places that take whoever comes (emergency departments) come after all the others.
        """
        far = {number: self.ground.there(number).car_s for number in self._reachable()}
        if not far:
            return []
        nearest = min(far, key=lambda number: (*self._last_resort(number), far[number], number))
        resort, place = self._last_resort(nearest), self.ground.stop(nearest).place_id
        slots = [
            number
            for number in far
            if self.ground.stop(number).place_id == place and self._last_resort(number) == resort
        ]
        return sorted(slots, key=lambda number: (float(self.ground.table.start[number]), number))

    def _reachable(self) -> Iterator[int]:
        ground, needs = self.ground, self.ground.request.needs
        for number, stop in enumerate(ground.request.stops):
            if stop.encounter is Encounter.PATIENT_TRAVELS:
                took = ground.there(number).car_s + needs.alighting_s
                if took <= ground.table.start[number]:
                    yield number

    def _last_resort(self, number: int) -> tuple[bool, bool]:
        return self.ground.table.late[number] > 0, self.ground.stop(number).slot_key is None

    def attempt(self, number: int) -> "_Attempt":
        """Look at one slot, with the pharmacy of its way home if one is sure to be needed."""
        return _Attempt(self, number, self._nearest_pharmacy(number))

    def scanner(self, number: int, halts: Halts) -> Scanner:
        """Lay out one slot with the vehicles that might serve it."""
        opened = [self.pharmacies.openings[one] for one in halts.numbers]
        stops = {number: (self.ground.stop(number), opened)}
        chunk = self.builder.build(stops, self._on_shift(number))
        return Scanner.of(self.ground, chunk)

    def _on_shift(self, number: int) -> list[Duty]:
        """Shifts that overlap the journey: the others could do nothing."""
        ground, stop = self.ground, self.ground.stop(number)
        ride = ground.request.needs.max_aboard_s * SECOND
        first = max(stop.doors_open - ride, ground.epoch.start)
        window = TimeWindow(first, stop.end + 3 * ride)
        return [duty for duty in ground.duties if duty.shift.overlaps(window)]

    def _nearest_pharmacy(self, number: int) -> Halts:
        """The nearest pharmacy to the place of care that is open in time, if one is needed."""
        halts = self.pharmacies.halts(number)
        is_wanted = self.ground.request.pharmacy_need is PharmacyNeed.CERTAIN
        nearest = np.argsort(halts.to_s, kind="stable")
        return halts.some(nearest[: int(is_wanted)])

    def nearest_to_the_person(self, duties: Sequence[Duty]) -> Sequence[int]:
        """Vehicles by travel time from where they stand to the person."""
        ground, starts = self.ground, [duty.start for duty in duties]
        block = self.travel.leaving(starts, [ground.request.origin], ground.epoch.start)
        seconds = block.travel[0, :, 0]
        return [int(one) for one in np.argsort(seconds, kind="stable")]

    def nearest_to_the_place(self, number: int, duties: Sequence[Duty]) -> Sequence[int]:
        """Vehicles by travel time from where they stand to the place of care."""
        stop, starts = self.ground.stop(number), [duty.start for duty in duties]
        seconds = self.travel.leaving(starts, [stop.position], stop.end).travel[0, :, 0]
        return [int(one) for one in np.argsort(seconds, kind="stable")]


@dataclass
class _Attempt:
    """One slot with its pharmacy if any, tried once; `scanner`: only who needs a vehicle asks."""

    dispatcher: _Dispatcher
    number: int
    halts: Halts
    stranded: bool = False

    @cached_property
    def scanner(self) -> Scanner:
        """What finds room for the ride among the vehicles that might serve it."""
        return self.dispatcher.scanner(self.number, self.halts)

    @property
    def chunk(self) -> Chunk:
        """The slot laid out with these vehicles."""
        return self.scanner.chunk

    def own(self) -> Pair | None:
        """By the person's own car if there is one, else the quickest of their own ways."""
        ways = own_ways(self.dispatcher.ground, self.dispatcher.pharmacies, self.number, self.halts)
        round_trips = sorted(ways.round_trips, key=lambda two: two[1].halt is None)
        if round_trips:
            return Pair(*round_trips[0])
        homeward = sorted(ways.homeward, key=lambda way: (way.halt is None, _took(way)))
        if not (ways.outward and homeward):
            return None
        return Pair(min(ways.outward, key=_took), homeward[0])

    def by_fleet(self) -> Pair | None:
        """By the nearest vehicle that can, there; then by the nearest that can, home."""
        outward, *homeward = self.chunk.tasks[self.number]
        if not self.chunk.duties:
            return None
        there = self.scanner.scan([outward])
        chosen = _nearest_row(there, self.dispatcher.nearest_to_the_person(self.chunk.duties))
        if chosen is None:
            return None
        for task in reversed(homeward):
            pair = self._home(there, chosen, task)
            if pair is not None:
                return pair
        self.stranded = True
        return None

    def _home(self, there: Scanned, row: int, homeward: Task) -> Pair | None:
        vehicle = int(there.rows["vehicle"][row])
        stops = self.chunk.problem.rides[there.tasks[0].ride].stops
        gaps = [int(gap) for gap in there.rows["gaps"][row][: len(stops)]]
        state = insert(self.scanner.state, there.tasks[0].ride, vehicle, gaps)
        after = replace(self.scanner, state=state)
        home = after.scan([homeward])
        for one in self.dispatcher.nearest_to_the_place(self.number, self.chunk.duties):
            if one == vehicle:
                pair = self._same_vehicle(after, there, row, homeward)
                if pair is not None:
                    return pair
                continue
            back = _nearest_row(home, [one])
            if back is not None:
                return Pair(self.scanner.way(there, row), after.way(home, back))
        return None

    def _same_vehicle(
        self, after: Scanner, there: Scanned, row: int, homeward: Task
    ) -> Pair | None:
        """The vehicle that brought the person also takes them home: both timed together."""
        vehicle, rides = int(there.rows["vehicle"][row]), self.chunk.problem.rides
        out, home = rides[there.tasks[0].ride].stops, rides[homeward.ride].stops
        rows = insertions(after.state, homeward.ride, [vehicle])
        for index in range(len(rows)):
            nodes = with_ride(route_stops(after.state, vehicle), home, rows["gaps"][index])
            begins = time_route(after.state.compiled, vehicle, nodes, late=out)
            if begins is None:
                continue
            record, one = there.rows[row : row + 1], np.zeros(1, dtype=np.int64)
            first = self.scanner.weigh(there.tasks, one, record, self._times(out, begins))
            back = rows[index : index + 1]
            second = after.weigh([homeward], one, back, self._times(home, begins))
            return Pair(self.scanner.way(first, 0), after.way(second, 0))
        return None

    def _times(self, stops: Sequence[int], begins: dict[int, float]) -> Times:
        met, there = (np.array([int(np.ceil(begins[node]))]) for node in (stops[0], stops[-1]))
        return Times(met, met + self.scanner.ground.request.needs.boarding_s, there)

    def written(self, pair: Pair) -> PlannedJourney | GaveUp:
        """Write the journey out, judged as ours is."""
        itinerary = Itinerary(
            ground=self.dispatcher.ground,
            builder=self.dispatcher.builder,
            stop=self.number,
            outward=pair.outward,
            homeward=pair.homeward,
        )
        try:
            return planned_journey(itinerary)
        except RefusedError:
            return GaveUp.REFUSED


def _took(way: Way) -> int:
    return way.there - way.met


def _nearest_row(scanned: Scanned, order: Sequence[int]) -> int | None:
    """The lightest insertion of the first vehicle in the order that has one."""
    for vehicle in order:
        rows = np.flatnonzero(scanned.rows["vehicle"] == vehicle)
        if len(rows):
            return int(min(rows, key=lambda row: (scanned.burden[row], scanned.cost[row])))
    return None
