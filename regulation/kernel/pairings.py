"""What pairing answers: ranked journeys, and what is proven of them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from regulation.kernel.journeys import PlannedJourney
from regulation.kernel.modes import SolverStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PairingResult:
    """Ranked journeys by request, best first, what is proven of them and where the time went.

    `status` speaks of the stops that are listed; `bound` (None: nothing was left out) is below the
    burden, in points, of those that were not looked at; of several requests none is told.
    `unsettled` are the requests of which a stop not listed could still be among the journeys
    asked for.
    """

    journeys: Mapping[str, tuple[PlannedJourney, ...]]
    status: SolverStatus
    wall_ms: float
    bound: float | None
    shares: Mapping[str, float]
    unsettled: frozenset[str] = frozenset()

    def after(self, earlier: "PairingResult") -> "PairingResult":
        """Add what an earlier search, among stops not listed again, proved and spent."""
        bounds = [one for one in (earlier.bound, self.bound) if one is not None]
        names = [*self.shares, *(earlier.shares.keys() - self.shares.keys())]
        return replace(
            self,
            status=self.status.with_(earlier.status),
            wall_ms=earlier.wall_ms + self.wall_ms,
            bound=min(bounds, default=None),
            shares={n: earlier.shares.get(n, 0.0) + self.shares.get(n, 0.0) for n in names},
        )
