"""Small random and hand-made problems, built by code."""

from dataclasses import replace

import numpy as np

from regulation.kernel.riders import Load
from transport.problem import Journey, Node, Option, Problem, Ride, VehicleSpec


def line_problem(**changes):
    """Three places 10 apart on a line, one taxi at place 0, one rider from 1 to 2."""
    places = np.array([0.0, 10.0, 20.0])
    lengths = np.abs(places[:, None] - places[None, :])
    parts = {
        "nodes": (
            Node(location=1, open=0, close=100, service=2),
            Node(location=2, open=0, close=200, service=2),
        ),
        "rides": (Ride(ride_id="r0", stops=(0, 1), max_aboard=30),),
        "vehicles": (taxi(0),),
        "journeys": (only(0),),
        "travel": lengths[None],
        "distance": lengths,
    }
    return Problem(**{**parts, **changes})


def taxi(number, **changes):
    """A three-seat taxi that starts and ends at place 0."""
    spec = VehicleSpec(
        vehicle_id=f"v{number}",
        start_location=0,
        end_location=0,
        earliest=0,
        latest=500,
        capacity=Load(seats=3),
    )
    return replace(spec, **changes)


def only(ride, **changes):
    """The journey of a person whose one option is this ride."""
    option = Option(option_id=f"o{ride}", rides=(ride,))
    return Journey(journey_id=f"j{ride}", options=(option,), **changes)


def random_problem(seed, riders=5, vehicles=2, *, metric=True, rich=True):
    """A random problem; `rich` adds halts, visits, loads, crews, incompatibilities, modes."""
    rng = np.random.default_rng(seed)
    places = 2 * riders + 3
    spots = rng.uniform(0, 20, (places, 2))
    lengths = np.hypot(*np.moveaxis(spots[:, None] - spots[None], 2, 0))
    travel = lengths[None] if metric else lengths[None] * rng.uniform(0.6, 1.4, (2, places, places))
    nodes: list[Node] = []
    rides: list[Ride] = []
    for index in range(riders):
        count = int(rng.choice([2, 2, 2, 3, 1])) if rich else 2
        first = len(nodes)
        due = rng.uniform(20, 160)
        for stop in range(count):
            centre = due + 25 * stop
            nodes.append(
                Node(
                    location=int(rng.integers(places)),
                    open=centre - rng.uniform(5, 40),
                    close=centre + rng.uniform(5, 40),
                    service=float(rng.choice([0, 2, 5])),
                    profile=int(rng.integers(len(travel))),
                )
            )
        rides.append(_random_ride(rng, index, tuple(range(first, len(nodes))), rich=rich))
    return Problem(
        nodes=tuple(nodes),
        rides=tuple(rides),
        vehicles=tuple(_random_vehicle(rng, v, places, rich=rich) for v in range(vehicles)),
        journeys=tuple(only(ride) for ride in range(riders)),
        travel=travel,
        distance=lengths,
    )


def _random_ride(rng, index, stops, *, rich):
    ride = Ride(ride_id=f"r{index}", stops=stops, max_aboard=float(rng.uniform(30, 90)))
    if not rich:
        return ride
    loads = [Load(seats=1), Load(seats=1), Load(stretchers=1), Load(attendants=1, seats=1)]
    return replace(
        ride,
        load=loads[rng.integers(len(loads))],
        shareable=bool(rng.random() < 0.8),
        incompatible=frozenset({f"r{rng.integers(5)}"} - {f"r{index}"})
        if rng.random() < 0.2
        else frozenset(),
        crew=int(rng.choice([1, 1, 1, 2])),
        extra_service=(0.0, 3.0) if rng.random() < 0.3 else (),
    )


def _random_vehicle(rng, number, places, *, rich):
    spec = taxi(number, start_location=int(rng.integers(places)), latest=400)
    if not rich:
        return spec
    return replace(
        spec,
        end_location=None if rng.random() < 0.3 else int(rng.integers(places)),
        earliest=float(rng.uniform(0, 30)),
        capacity=Load(attendants=1, seats=2, stretchers=int(rng.integers(2))),
        substitutes=bool(rng.random() < 0.5),
        crew=int(rng.choice([1, 2])),
        max_duration=float(rng.uniform(150, 400)),
        mode=int(rng.integers(2)),
    )
