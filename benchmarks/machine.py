"""What every measurement says of the machine it ran on."""

import os
import time
from dataclasses import dataclass, field

import numpy as np

TURNS = 250_000
"""Of a loop that takes 10 to 20 ms: about as long as a quick decision."""


def machine_line() -> str:
    """Cores and load, as printed above measurements."""
    one, five, fifteen = os.getloadavg()
    return f"{os.cpu_count()} cores; load {one:.2f} {five:.2f} {fifteen:.2f} (1, 5, 15 min)"


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A loop of always the same work, timed between measurements: what differs from one time to
    the next is what the machine did beside it. `times_ms` are walls."""

    times_ms: list[float] = field(default_factory=list)

    def lay(self) -> None:
        """Time the loop once more."""
        began, total = time.perf_counter(), 0
        for turn in range(TURNS):
            total += turn * turn
        self.times_ms.append(1000 * (time.perf_counter() - began))

    def told(self) -> str:
        """Say how much longer the same work took now and then."""
        p50, p95, p99 = np.percentile(self.times_ms, (50, 95, 99))
        return (
            f"the same loop timed between them, {len(self.times_ms)} times: p50 {p50:.1f}  "
            f"p95 {p95:.1f}  p99 {p99:.1f} ms, {p99 / p50:.1f} times its median"
        )
