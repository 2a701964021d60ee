"""Whether the kernels may count on the triangle inequality."""

from transport.problem import Problem
from transport.solver.kernels.layout import EPS
from transport.solver.kernels.triangle import has_short_cut

SMALL = 500
"""Above so many locations testing costs more than it brings: the road is taken as not metric."""


def is_metric(problem: Problem) -> bool:
    """Tell whether no detour saves time, in one traffic profile, distances included.

    With several profiles a later leg may be driven in another traffic: never metric.
    """
    if len(problem.travel) != 1 or len(problem.distance) > SMALL:
        return False
    return not has_short_cut(problem.travel, EPS) and not has_short_cut(problem.distance[None], EPS)
