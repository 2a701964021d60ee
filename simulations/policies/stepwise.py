"""The sequential dispatcher as a planner: what it gives up on is left unserved."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import Budget, JourneyRequest, PairingResult
from regulation.kernel.live import LiveState
from regulation.kernel.modes import SolverStatus
from regulation.kernel.replanning import Replanning
from simulations.policies.sequential import GaveUp, dispatch
from simulations.policies.today import nothing_found
from transport.pairing import FleetPlanner


@dataclass(frozen=True, slots=True)
class Stepwise:
    """The nearest place, then the nearest vehicle that can, then a pharmacy, then a way home."""

    planner: FleetPlanner

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Answer step by step; the budget is not used up."""
        del budget
        (request,) = requests
        found = dispatch(request, self.planner, now)
        if isinstance(found, GaveUp):
            return nothing_found(request)
        return PairingResult(
            journeys={request.request_id: (found,)},
            status=SolverStatus.FEASIBLE,
            wall_ms=0.0,
            bound=None,
            shares={},
        )

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        """Keep decided journeys going as the planner does."""
        return self.planner.replan(live, events, requests, now, budget)
