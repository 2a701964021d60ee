"""A chosen journey written out: rebuilt on its own, timed, judged by `check`, told leg by leg."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from regulation.kernel.journeys import CareStop, PlannedJourney, PlannedLeg
from regulation.kernel.modes import Encounter, LegKind, Mode
from regulation.kernel.places import Position
from regulation.kernel.travel import LegPrice
from transport.chunk import Chunk, ChunkBuilder, Task
from transport.fleet_ways import with_ride
from transport.ground import Ground
from transport.live_fleet import SECOND, Duty
from transport.openings import Opening
from transport.plan import Plan, Route, Violation, check
from transport.problem import Journey, Option, Problem
from transport.solver.bounds import Begins
from transport.timing import route_of, time_route
from transport.ways import Way


@dataclass(frozen=True, slots=True, kw_only=True)
class Itinerary:
    """A care stop with the chosen ways; no way when nobody has to move."""

    ground: Ground
    builder: ChunkBuilder
    stop: int
    outward: Way | None = None
    homeward: Way | None = None

    @property
    def care(self) -> CareStop:
        """The care stop."""
        return self.ground.stop(self.stop)


class RefusedError(Exception):
    """`check` found violations in a chosen journey: it is not shown to anybody."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__(
            "; ".join(f"{v.rule}: {v.who} {v.value:g}/{v.limit:g}" for v in violations)
        )
        self.violations = tuple(violations)


def planned_journey(itinerary: Itinerary) -> PlannedJourney:
    """Write the journey out; raise RefusedError when `check` refuses it."""
    ground, care = itinerary.ground, itinerary.care
    quantities = Counter(care.penalties)
    legs: tuple[PlannedLeg, ...]
    home = None
    if itinerary.outward is not None and itinerary.homeward is not None:
        legs = _travel_legs(itinerary, itinerary.outward, itinerary.homeward)
        home = legs[-1].dropoff_at
        quantities.update(itinerary.outward.quantities)
        quantities.update(itinerary.homeward.quantities)
        quantities["away_s"] += round((care.end - care.start) / SECOND)
    else:
        legs = _team_legs(itinerary) if care.encounter is Encounter.TEAM_TRAVELS else ()
    halt = itinerary.homeward.halt if itinerary.homeward else None
    terms = {name: amount for name, amount in quantities.items() if amount}
    return PlannedJourney(
        request_id=ground.request.request_id,
        stop=care,
        pharmacy=halt.pharmacy if halt else None,
        legs=legs,
        home_at=home,
        terms=terms,
        tiers=ground.scales.objective.tiers(terms),
    )


def _team_legs(itinerary: Itinerary) -> tuple[PlannedLeg, ...]:
    """The team comes to the patient, who pays no leg."""
    ground, care = itinerary.ground, itinerary.care
    profile, place = ground.table.start_profile[itinerary.stop], ground.table.place[itinerary.stop]
    seconds = round(ground.ways.back.travel[profile, place, 0])
    metres = round(ground.ways.back.distance[place, 0])
    leaves = care.start - seconds * SECOND
    ends = (care.position, ground.request.origin)
    return (
        PlannedLeg(
            kind=LegKind.CARE_TEAM,
            mode=Mode.CARE_TEAM,
            vehicle_id=None,
            origin=care.position,
            destination=ground.request.origin,
            pickup_at=leaves,
            dropoff_at=care.start,
            distance_m=metres,
            on_board_s=seconds,
            price=ground.request.rates(Mode.CARE_TEAM, leaves, 1, ends).of(metres),
        ),
    )


def _travel_legs(itinerary: Itinerary, outward: Way, homeward: Way) -> tuple[PlannedLeg, ...]:
    ground, care = itinerary.ground, itinerary.care
    first = _leg(ground, outward, LegKind.OUTWARD, (ground.request.origin, care.position))
    halts = _in_vehicles(itinerary, outward, homeward) or homeward.halt_times
    if homeward.halt is None:
        ends = (care.position, ground.request.home)
        return first, _leg(ground, homeward, LegKind.RETURN, ends)
    assert halts is not None, "who goes by their own means knows when they pass by"
    to_m = itinerary.builder.metres(care.position, homeward.halt.pharmacy.position)
    return first, *_by_pharmacy(itinerary, homeward, homeward.halt, halts, to_m)


def _in_vehicles(itinerary: Itinerary, outward: Way, homeward: Way) -> tuple[int, int] | None:
    """Have the routes of the vehicles used judged, if any; return when one of them halts at the
    pharmacy, when it is to be timed on its route."""
    duties = tuple({id(w.duty): w.duty for w in (outward, homeward) if w.duty}.values())
    if not duties:
        return None
    passed = () if homeward.halt is None else (homeward.halt,)
    chunk = itinerary.builder.build({itinerary.stop: (itinerary.care, passed)}, duties)
    there, *_, home = chunk.tasks[itinerary.stop]
    begins = _judged(chunk, duties, [(outward, there), (homeward, home)])
    is_timed = homeward.halt is not None and homeward.halt_times is None
    return _halts(chunk, home, begins) if is_timed else None


def _judged(chunk: Chunk, duties: Sequence[Duty], parts: Sequence[tuple[Way, Task]]) -> Begins:
    """Time the routes of the vehicles used, with the chosen instants, and have them judged."""
    problem, compiled = chunk.problem, chunk.state.compiled
    begins: Begins = {}
    routes = []
    for number, duty in enumerate(duties):
        nodes: list[int] = list(problem.vehicles[number].planned)
        pinned: dict[int, float] = {}
        for way, task in parts:
            if way.duty is duty:
                stops = problem.rides[task.ride].stops
                nodes = with_ride(nodes, stops, way.gaps)
                pinned |= {stops[0]: way.met, stops[-1]: way.there}
        timed = time_route(compiled, number, nodes, pinned=pinned)
        if timed is None:
            raise RefusedError(())  # the order has no schedule: nothing to list
        begins |= timed
        routes.append(route_of(problem, number, nodes, timed))
    violations = check(_plan(chunk, routes), _problem_of(chunk, parts))
    if violations:
        raise RefusedError(violations)
    return begins


def _problem_of(chunk: Chunk, parts: Sequence[tuple[Way, Task]]) -> Problem:
    """The same problem, in which the person's only option is the rides in vehicles."""
    problem = chunk.problem
    rides = tuple(task.ride for way, task in parts if way.duty is not None)
    promised, own = problem.journeys[:-1], problem.journeys[-1]
    chosen = Journey(journey_id=own.journey_id, options=(Option(option_id="chosen", rides=rides),))
    return replace(problem, journeys=(*promised, chosen))


def _plan(chunk: Chunk, routes: Sequence[Route]) -> Plan:
    return Plan(routes=tuple(routes), options=(0,) * len(chunk.problem.journeys))


def _halts(chunk: Chunk, task: Task, begins: Begins) -> tuple[int, int]:
    node = chunk.problem.rides[task.ride].stops[1]
    begin = round(begins[node])
    return begin, begin + round(chunk.problem.nodes[node].service)


def _leg(ground: Ground, way: Way, kind: LegKind, ends: tuple[Position, Position]) -> PlannedLeg:
    return PlannedLeg(
        kind=kind,
        mode=way.mode,
        vehicle_id=way.duty.vehicle.vehicle_id if way.duty else None,
        origin=ends[0],
        destination=ends[1],
        pickup_at=ground.epoch.instant(way.met),
        dropoff_at=ground.epoch.instant(way.there),
        distance_m=way.distance_m,
        on_board_s=way.there - way.boarded,
        price=way.price,
        shared=way.shared,
        position_lost=way.duty is not None and way.duty.is_lost,
    )


def _by_pharmacy(
    itinerary: Itinerary, way: Way, passed: Opening, halts: tuple[int, int], to_m: int
) -> tuple[PlannedLeg, PlannedLeg]:
    """Two legs of one ride: one fare, carried by the leg that ends at home."""
    ground, care = itinerary.ground, itinerary.care
    whole = _leg(ground, way, LegKind.RETURN, (care.position, ground.request.home))
    free = LegPrice(total_cents=0, patient_cents=0, am_cents=0, payer=way.price.payer)
    arrive, leave = (ground.epoch.instant(at) for at in halts)
    to_pharmacy = replace(
        whole,
        kind=LegKind.PHARMACY,
        destination=passed.pharmacy.position,
        dropoff_at=arrive,
        distance_m=to_m,
        on_board_s=halts[0] - way.boarded,
        price=free,
    )
    on_home = replace(
        whole,
        origin=passed.pharmacy.position,
        pickup_at=leave,
        distance_m=way.distance_m - to_m,
        on_board_s=way.there - halts[1],
    )
    return to_pharmacy, on_home
