"""Does any detour save time? Then bounds learnt from a route do not outlive an insertion."""

from transport.solver.kernels.jit import kernel_called
from transport.solver.kernels.layout import Floats


@kernel_called
def has_short_cut(travel: Floats, tolerance: float) -> bool:
    """Tell whether some way over a third place is shorter than the direct one."""
    places = travel.shape[1]
    for profile in range(travel.shape[0]):
        for via in range(places):
            for a in range(places):
                reach = travel[profile, a, via] + tolerance
                for b in range(places):
                    if reach + travel[profile, via, b] < travel[profile, a, b]:
                        return True
    return False
