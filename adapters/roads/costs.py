"""Milliseconds and metres in one whole number, so that the quickest way carries its length.

Sums add both parts; the least is the quickest and, of equally quick ones, the shortest.
Below 37 hours and 67 000 km a cost is also exact as a float.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Costs = NDArray[np.int64]

_METRES_BITS: Final = 26
_METRES: Final = (1 << _METRES_BITS) - 1
NEVER: Final = 1 << 60
"""Larger than any journey on Earth, and three of them still add up without overflow."""


def pack(milliseconds: ArrayLike, metres: ArrayLike) -> Costs:
    """Join durations and lengths, both rounded up: rounding up keeps the triangle inequality."""
    whole_ms = np.ceil(milliseconds).astype(np.int64)
    return np.asarray((whole_ms << _METRES_BITS) + np.ceil(metres).astype(np.int64))


def seconds(costs: Costs) -> NDArray[np.int32]:
    """Return the durations in whole seconds, rounded up."""
    return np.asarray(-(-(costs >> _METRES_BITS) // 1000), dtype=np.int32)


def metres(costs: Costs) -> NDArray[np.int32]:
    """Return the lengths."""
    return np.asarray(costs & _METRES, dtype=np.int32)
