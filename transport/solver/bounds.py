"""Earliest and latest beginnings of service of a settled order of stops, exactly."""

from collections.abc import Mapping, Sequence

import numpy as np

from transport.solver.kernels.layout import Compiled
from transport.solver.kernels.routes import new_scratch
from transport.solver.kernels.timing import earliest, latest, measure_legs

Begins = dict[int, float]


def begin_bounds(
    compiled: Compiled, vehicle: int, stops: Sequence[int], pinned: Mapping[int, float]
) -> tuple[Begins, Begins] | None:
    """Return the bounds by node, pins and limits aboard respected; None when there's no schedule.

    The earliest beginnings, taken together, are a schedule; so are the latest.
    """
    arrays = _pinned(compiled, pinned)
    last = len(compiled.nodes.role) - 2 * len(compiled.fleet.mode)
    sequence = np.array([last + 2 * vehicle, *stops, last + 2 * vehicle + 1], dtype=np.int64)
    size, work = len(sequence), new_scratch(compiled, len(sequence))
    early, late = np.zeros(size), np.zeros(size)
    measure_legs(arrays, vehicle, sequence, size, work)
    if not earliest(arrays, vehicle, sequence, size, work, early):
        return None
    latest(arrays, vehicle, sequence, size, work, late)
    return _by_node(stops, early), _by_node(stops, late)


def _pinned(compiled: Compiled, pinned: Mapping[int, float]) -> Compiled:
    if not pinned:
        return compiled
    opens, closes = compiled.nodes.opens.copy(), compiled.nodes.closes.copy()
    for node, at in pinned.items():
        opens[node] = closes[node] = at
    return compiled._replace(nodes=compiled.nodes._replace(opens=opens, closes=closes))


def _by_node(stops: Sequence[int], begins: np.ndarray[tuple[int], np.dtype[np.float64]]) -> Begins:
    return {node: float(begins[position]) for position, node in enumerate(stops, start=1)}
