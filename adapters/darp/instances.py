"""One published instance, whatever its family, as a `Problem`.

Node indices are those of the file: the depot is 0, pickups 1..n, deliveries n+1..2n. Distances are
Euclidean and equal travel times, unrounded; time and length are in the units of the file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from adapters.darp.errors import InstanceError
from regulation.kernel.riders import Load
from transport.faults import ProblemError
from transport.problem import Journey, Node, Option, Problem, Ride, VehicleSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One line of a file: a depot, a pickup (positive load) or a delivery."""

    number: int
    x: float
    y: float
    service: float
    open: float
    close: float
    load: Load = Load()  # noqa: RUF009  immutable
    max_aboard: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Car:
    """One vehicle of a file: its room and how long its route may last."""

    capacity: Load
    max_duration: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """A problem as published.

    `end_node` is the file's number of the depot a route ends at; `counts_seats` tells whether
    loads are one number or four; `releases`, when riders call while vehicles drive, are the
    instants at which each becomes known.
    """

    name: str
    problem: Problem
    end_node: int
    counts_seats: bool
    releases: tuple[float, ...] | None = None


def assemble(
    path: Path,
    places: Sequence[Place],
    cars: Sequence[Car],
    *,
    counts_seats: bool,
    releases: tuple[float, ...] | None = None,
) -> Instance:
    """Build the instance of a depot, n pickups, n deliveries and perhaps the depot again."""
    riders = (len(places) - 1) // 2
    if [place.number for place in places] != list(range(len(places))):
        raise InstanceError(path, "les nœuds ne sont pas numérotés depuis 0 dans l'ordre")
    if not cars or riders < 1:
        raise InstanceError(path, f"{len(cars)} véhicules et {riders} passagers")
    end_node = len(places) - 1 if len(places) == 2 * riders + 2 else 0
    spots = np.array([(place.x, place.y) for place in places])
    lengths = np.hypot(*np.moveaxis(spots[:, None] - spots[None, :], 2, 0))
    try:
        problem = Problem(
            nodes=tuple(_node(place) for place in places),
            rides=tuple(_ride(place, riders) for place in places[1 : riders + 1]),
            vehicles=tuple(
                _vehicle(number, car, places[0], end_node) for number, car in enumerate(cars)
            ),
            journeys=tuple(_journey(rider) for rider in range(riders)),
            travel=lengths[None],
            distance=lengths,
        )
    except ProblemError as error:
        raise InstanceError(path, str(error)) from error
    return Instance(
        name=path.stem,
        problem=problem,
        end_node=end_node,
        counts_seats=counts_seats,
        releases=releases,
    )


def _node(place: Place) -> Node:
    return Node(location=place.number, open=place.open, close=place.close, service=place.service)


def _ride(pickup: Place, riders: int) -> Ride:
    stops = (pickup.number, pickup.number + riders)
    name = str(pickup.number)
    return Ride(ride_id=name, stops=stops, load=pickup.load, max_aboard=pickup.max_aboard)


def _journey(rider: int) -> Journey:
    name = str(rider + 1)
    return Journey(journey_id=name, options=(Option(option_id=name, rides=(rider,)),))


def _vehicle(number: int, car: Car, depot: Place, end_node: int) -> VehicleSpec:
    return VehicleSpec(
        vehicle_id=str(number),
        start_location=0,
        end_location=end_node,
        earliest=depot.open,
        latest=depot.close,
        capacity=car.capacity,
        max_duration=car.max_duration,
    )
