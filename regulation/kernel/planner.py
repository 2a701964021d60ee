"""The port of transport: pair people with care and vehicles, and keep decided journeys going."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.live import LiveState
from regulation.kernel.pairings import PairingResult
from regulation.kernel.replanning import Replanning


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """How long to look: deterministic work units decide, the wall clock guards."""

    deterministic: float = 1.0
    wall_s: float = 5.0
    alternatives: int = 3


class JourneyPlanner(Protocol):
    """Plans over one picture of the fleet and of the rides promised with it."""

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Pair each request with a care stop, vehicles and a pharmacy, jointly.

        Return the best journeys found within the budget, each of them checked.
        """
        ...

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        """Carry events, and what the clock alone brings, into the journeys under way.

        The rides the planner's fleet has promised are those of nobody in `live`: they are kept.
        `requests` says by journey what a person needs, what a ride costs them and what else could
        be offered; it is read for the journeys that change, and may compute on demand. Pure: the
        same arguments give the same answer; the same events on the answer change nothing more.
        """
        ...
