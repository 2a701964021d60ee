"""Arrays by what they hold."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def ints(values: Sequence[int] | Sequence[tuple[int, ...]]) -> Ints:
    """Return whole numbers, or rows of them, as an array of those even if there are none."""
    return np.array(values, dtype=np.int64)
