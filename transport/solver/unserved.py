"""Why a journey is left out: the constraint that binds, with its numbers."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace

from transport.plan import Unserved
from transport.problem import Journey, Problem, Ride, VehicleSpec
from transport.solver.compiled import compile_problem
from transport.solver.kernels.layout import Compiled
from transport.solver.timetable import timed_route

LONG = 1e12
SHOWN = 3
FULL = "every vehicle that could take it is taken at that time"


def unserved_reasons(
    problem: Problem, compiled: Compiled, left_out: Iterable[int]
) -> tuple[Unserved, ...]:
    """Name for each journey what stops it, judged on vehicles that do nothing else."""
    return tuple(
        Unserved(journey=journey, reason=_reason(problem, compiled, problem.journeys[journey]))
        for journey in left_out
    )


def _reason(problem: Problem, compiled: Compiled, journey: Journey) -> str:
    if not journey.options:
        return "it has no option"
    reasons = []
    for option in journey.options:
        bound = [_ride_reason(problem, compiled, ride) for ride in option.rides]
        reasons.append(next((reason for reason in bound if reason is not None), FULL))
    kinds = list(dict.fromkeys(reasons))
    more = f"; and {len(kinds) - SHOWN} more" if len(kinds) > SHOWN else ""
    return "; ".join(kinds[:SHOWN]) + more


def _ride_reason(problem: Problem, compiled: Compiled, index: int) -> str | None:
    """Name what stops one ride; None when some vehicle alone could carry it."""
    ride, fleet = problem.rides[index], list(enumerate(problem.vehicles))
    if ride.vehicles is not None:
        fleet = [(number, spec) for number, spec in fleet if number in ride.vehicles]
    if not fleet:
        return f"ride {ride.ride_id}: no vehicle is allowed"
    fleet = [(number, spec) for number, spec in fleet if spec.crew >= ride.crew]
    if not fleet:
        return f"ride {ride.ride_id}: no vehicle allowed has a crew of {ride.crew}"
    fleet = [(number, spec) for number, spec in fleet if has_room(spec, ride)]
    if not fleet:
        return f"ride {ride.ride_id}: no vehicle allowed has room for {_room_text(ride)}"
    if any(timed_route(problem, compiled, number, ride.stops) for number, _ in fleet):
        return None
    return _timing_reason(problem, ride, [number for number, _ in fleet])


def has_room(spec: VehicleSpec, ride: Ride) -> bool:
    """Tell whether the empty vehicle has room for the ride."""
    load, room = ride.load, spec.capacity
    if load.stretchers > room.stretchers or load.wheelchairs > room.wheelchairs:
        return False
    if not spec.substitutes:
        return load.seats <= room.seats and load.attendants <= room.attendants
    lying_or_seated = load.seats + load.stretchers
    places = room.seats + room.stretchers
    return lying_or_seated <= places and lying_or_seated + load.attendants <= (
        places + room.attendants
    )


def _room_text(ride: Ride) -> str:
    load = ride.load
    parts = {
        "attendant": load.attendants,
        "seat": load.seats,
        "stretcher": load.stretchers,
        "wheelchair": load.wheelchairs,
    }
    return ", ".join(f"{count} {name}(s)" for name, count in parts.items() if count)


def _timing_reason(problem: Problem, ride: Ride, vehicles: Sequence[int]) -> str:
    """Lift one limit after the other; the first that makes a lone ride possible binds."""
    first, last = (problem.nodes[node] for node in (ride.stops[0], ride.stops[-1]))
    windows = f"pickup [{first.open:g}, {first.close:g}], delivery [{last.open:g}, {last.close:g}]"
    fleet = tuple(replace(problem.vehicles[v], planned=(), frozen=0) for v in vehicles)
    patient = replace(ride, max_aboard=math.inf)
    tireless = tuple(replace(spec, max_duration=math.inf) for spec in fleet)
    always = tuple(replace(spec, earliest=-LONG, latest=LONG) for spec in tireless)
    lifted = (
        (f"its limit of {ride.max_aboard:g} aboard", patient, fleet),
        ("the longest route allowed", ride, tireless),
        ("the shifts", ride, always),
    )
    for name, rider, vehicles_then in lifted:
        if _possible(problem, rider, vehicles_then):
            return f"ride {ride.ride_id}: {name} cannot be kept ({windows})"
    return f"ride {ride.ride_id}: no vehicle can keep its windows ({windows})"


def _possible(problem: Problem, ride: Ride, fleet: tuple[VehicleSpec, ...]) -> bool:
    alone = replace(ride, vehicles=None, aboard_since=None)
    simple = replace(problem, rides=(alone,), vehicles=fleet, journeys=(), links=())
    compiled = compile_problem(simple)
    return any(timed_route(simple, compiled, v, ride.stops) for v in range(len(fleet)))
