"""The schedule of a settled order that stays as close as it can to the instants people know."""

from collections.abc import Mapping, Sequence

from transport.solver.bounds import Begins, begin_bounds
from transport.solver.kernels.layout import Compiled


def nearest_schedule(
    compiled: Compiled, vehicle: int, nodes: Sequence[int], targets: Mapping[int, float]
) -> Begins | None:
    """Begin each stop as near its target as those before it leave; None: there's no schedule.

    Whole seconds wherever the bounds allow. A stop without a target is served as early as can be.
    """
    pins: dict[int, float] = {}
    for node in nodes:
        bounds = begin_bounds(compiled, vehicle, nodes, pins)
        if bounds is None:
            return None
        early, late = bounds[0][node], bounds[1][node]
        whole = -(-early // 1)
        early = whole if whole <= late else early
        pins[node] = min(max(targets.get(node, early), early), late)
    return pins
