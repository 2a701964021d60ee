"""Random numbers inside kernels: one 64-bit word of state, the same sequence on any machine."""

import numpy as np

from transport.solver.kernels.jit import kernel
from transport.solver.kernels.layout import Words

STAR = np.uint64(0x2545F4914F6CDD1D)
FRACTION = 1.0 / (1 << 53)
SHIFTS = (np.uint64(12), np.uint64(25), np.uint64(27), np.uint64(11))


def seeded(seed: int) -> Words:
    """Return the state of a seed; any integer will do."""
    return np.random.SeedSequence(abs(seed)).generate_state(1, np.uint64) | np.uint64(1)


@kernel
def uniform(state: Words) -> float:
    """Draw from [0, 1)  (xorshift64*, Vigna 2016)."""
    word = state[0]
    word ^= word >> SHIFTS[0]
    word ^= word << SHIFTS[1]
    word ^= word >> SHIFTS[2]
    state[0] = word
    return float((word * STAR) >> SHIFTS[3]) * FRACTION


@kernel
def below(state: Words, count: int) -> int:
    """Draw a whole number from 0 to count - 1."""
    return int(uniform(state) * count)
