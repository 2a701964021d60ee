"""The arrays kernels work on: a problem laid out flat, and the routes of a solution.

Nodes keep their index in the problem; vehicle `v` adds its start as node `N + 2v` and its end as
`N + 2v + 1`. Location -1 is nowhere: an open end, reached at once.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

EPS = 1e-9
NOWHERE = -1
ENDS, PICKUP, HALT, DELIVERY, VISIT = 0, 1, 2, 3, 4
"""Role of a node: an end of the day; first stop; between; last stop; the only stop of a visit."""
MAX_STOPS = 4
"""Most stops of one ride the kernels know: a pickup, two halts, a delivery."""

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]


class Road(NamedTuple):
    """Durations [profile, a, b] and lengths [a, b]; `metric`: no detour is a short cut."""

    travel: Floats
    distance: Floats
    metric: bool


class NodeArrays(NamedTuple):
    """By node; `service` and `stay` by mode of the vehicle, then by node.

    `pickup` is the pickup of a delivery (-1 for other nodes and for riders aboard from before),
    `stay` the longest lag between the beginnings of service at the two.
    """

    location: Ints
    profile: Ints
    opens: Floats
    closes: Floats
    service: Floats
    role: Ints
    ride: Ints
    pickup: Ints
    stay: Floats


class RideArrays(NamedTuple):
    """By ride. `stops[first[r]:first[r + 1]]` are its nodes; `aboard_in` -1: not aboard yet;
    `farthest`: most distance driven with the rider aboard, finite for some ride: `is_far_bound`."""

    first: Ints
    stops: Ints
    demand: Floats
    limit: Floats
    shareable: Flags
    clashes: Flags
    clash: Flags
    aboard_in: Ints
    farthest: Floats
    is_far_bound: bool


class FleetArrays(NamedTuple):
    """By vehicle; `allowed` by ride, then by vehicle; two vehicles of one `kind` are alike;
    `carrying`: somebody is aboard from the start."""

    allowed: Flags
    capacity: Floats
    max_duration: Floats
    mode: Ints
    frozen: Ints
    kind: Ints
    carrying: Flags


class Compiled(NamedTuple):
    """A problem laid out flat. `weights`: distance, time aboard, vehicle used."""

    road: Road
    nodes: NodeArrays
    rides: RideArrays
    fleet: FleetArrays
    weights: Floats


class Routes(NamedTuple):
    """Routes under change, by vehicle then position; position 0 is the start.

    `early` and `late` bound the beginning of service: exactly on a metric road; elsewhere `early`
    comes from the forward pass alone, which holds whatever is inserted further on, and `late` is
    of the route as it stands. `load`, `aboard` (riders) and `alone` (those who may not share) are
    after the stop. `at` is the
    position of a node (-1: on no route), `vehicle` the vehicle of a ride (-1: none).
    """

    stops: Ints
    size: Ints
    early: Floats
    late: Floats
    load: Floats
    aboard: Ints
    alone: Ints
    cost: Floats
    mark: Words
    at: Ints
    vehicle: Ints


class Scratch(NamedTuple):
    """Room for one candidate route and its times; nothing in it outlives a call."""

    stops: Ints
    early: Floats
    late: Floats
    leg: Floats
    at: Ints
