"""Compile every kernel once, at installation, so that no live decision waits for a compiler."""

from multiprocessing import get_context

import numpy as np

from transport.problem import ONE_SEAT as SEAT
from transport.problem import Journey, Node, Option, Problem, Ride, VehicleSpec
from transport.solver.bounds import begin_bounds
from transport.solver.compiled import compile_problem
from transport.solver.effort import new_effort
from transport.solver.insertions import insert, insertions, state_of
from transport.solver.kernels.jit import forget_others
from transport.solver.kernels.pool import keep_only
from transport.solver.kernels.routes import empty_routes, set_route
from transport.solver.kernels.search import iterate, start_from
from transport.solver.solve import solve
from transport.solver.stop import MaxIterations

ROOM = 8
"""Positions of a route: more than the tiny problem can fill."""


def main() -> None:
    """Compile the kernels into their on-disk cache; drop caches of other versions.

    The loop of the search costs the compiler as much as all the others: a process of its own does
    it meanwhile.
    """
    forget_others()
    loop = get_context("spawn").Process(target=compile_loop)
    loop.start()
    load_kernels()
    compile_start()
    loop.join()
    if loop.exitcode:
        raise SystemExit("the kernels of the search cannot be compiled: see above")
    solve(tiny_problem(), MaxIterations(10))  # the few that are left


def compile_loop() -> None:
    """Compile the loop of the search, by no round of it."""
    problem = tiny_problem()
    compiled = compile_problem(problem)
    effort = new_effort(problem, compiled, room=ROOM, seed=0, pool=2)
    iterate(compiled, empty_routes(compiled, ROOM), effort, 0, 0.0, 1.0, 0)


def compile_start() -> None:
    """Compile what a search starts from, and what forgets routes it met."""
    problem = tiny_problem()
    compiled = compile_problem(problem)
    effort = new_effort(problem, compiled, room=ROOM, seed=0, pool=2)
    routes = empty_routes(compiled, ROOM)
    set_route(compiled, routes, effort.work, 0, np.zeros(0, dtype=np.int64))
    start_from(compiled, routes, effort)
    keep_only(effort.pool, np.zeros(0, dtype=np.int64))


def load_kernels() -> None:
    """Load what a live decision runs, compiling what is not in the cache."""
    state = state_of(tiny_problem())
    found = insertions(state, 0)
    vehicle = int(found[0]["vehicle"])
    begin_bounds(state.compiled, vehicle, (0, 1), {})
    insert(state, 0, vehicle, found[0]["gaps"][:2])


def tiny_problem() -> Problem:
    """Two riders, one taxi, one unit between any two of the three places."""
    units = np.ones((3, 3)) - np.eye(3)
    ends = [Node(location=place, open=0.0, close=100.0) for place in (1, 2, 1, 2)]
    options = [Option(option_id=f"o{ride}", rides=(ride,)) for ride in range(2)]
    taxi = VehicleSpec(
        vehicle_id="v0",
        start_location=0,
        end_location=0,
        earliest=0.0,
        latest=100.0,
        capacity=SEAT,
    )
    return Problem(
        nodes=tuple(ends),
        rides=(Ride(ride_id="r0", stops=(0, 1)), Ride(ride_id="r1", stops=(2, 3))),
        vehicles=(taxi,),
        journeys=tuple(Journey(journey_id=o.option_id, options=(o,)) for o in options),
        travel=units[None],
        distance=units,
    )


if __name__ == "__main__":
    main()
