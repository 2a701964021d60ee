"""Which policy, the planner that carries it out, and levers on what people pay or share."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import numpy as np

from regulation.cases import Case
from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import Budget, JourneyRequest, PairingResult
from regulation.kernel.live import LiveState
from regulation.kernel.modes import FLEET_MODES, Mode, Payer
from regulation.kernel.places import Position
from regulation.kernel.planner import JourneyPlanner
from regulation.kernel.replanning import Replanning
from regulation.kernel.travel import Cents, LegPrice, LegRate, LegRates
from regulation.mobility import MobilityVerdict
from regulation.usecases import Pricing
from simulations.policies.stepwise import Stepwise
from simulations.policies.today import SearchOrder, TodaysSearch
from transport.fleet import FleetView
from transport.pairing import FleetPlanner


class Policy(StrEnum):
    """How a place, an hour and a way there are chosen."""

    TODAY = "today"
    SEQUENTIAL = "sequential"
    JOINT = "joint"


@dataclass(frozen=True, slots=True, kw_only=True)
class Levers:
    """What a scenario changes of sharing and paying.

    `reimbursed_cents` is what health insurance pays of one leg nobody pays for today; `local_pays`
    the communes whose authority pays what is left (None: none; empty: all).
    """

    shared: bool = False
    reimbursed_cents: int = 0
    local_pays: frozenset[str] | None = None


def planner_for(
    policy: Policy, planner: FleetPlanner, order: SearchOrder, own_doctor: str | None
) -> JourneyPlanner:
    """Return the planner that carries a policy out over a fleet."""
    match policy:
        case Policy.TODAY:
            alone = replace(planner, fleet=FleetView(vehicles=()))
            return TodaysSearch(alone=alone, order=order, own_doctor=own_doctor)
        case Policy.SEQUENTIAL:
            return Stepwise(planner)
        case Policy.JOINT:  # pragma: no branch  the last one
            return planner


@dataclass(slots=True)
class Recorder:
    """Passes a request on to a planner, shared or not; remembers it with its answer, and every
    stop that was listed for it in turn.

    `whole`: the planner does not rank, so it is asked among all that was listed, each time.
    """

    planner: JourneyPlanner
    shared: bool
    whole: bool
    asked: JourneyRequest | None = None
    told: PairingResult | None = None
    spent: list[float] = field(default_factory=list)

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Pair as the planner does."""
        (request,) = requests
        if not self.shared:
            request = replace(request, needs=replace(request.needs, shared_allowed=False))
        listed = () if self.asked is None else self.asked.stops
        self.asked = replace(request, stops=(*listed, *request.stops), in_hand=())
        self.told = self.planner.pair((self.asked if self.whole else request,), now, budget)
        return self.told

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        """Replan as the planner does."""
        return self.planner.replan(live, events, requests, now, budget)


@dataclass(frozen=True, slots=True)
class LeveredPricing:
    """Prices legs under the rules in force, then under the levers of a scenario."""

    pricing: Pricing
    levers: Levers
    local: bool

    def __call__(self, case: Case, verdict: MobilityVerdict, at: datetime) -> LegRates:
        """Return the rates of the legs of the case."""
        return _Levered(self.pricing(case, verdict, at), self.levers.reimbursed_cents, self.local)


@dataclass(frozen=True, slots=True)
class _Levered:
    rates: LegRates
    reimbursed_cents: int
    local: bool

    def __call__(
        self, mode: Mode, depart_at: datetime, riders: int, between: tuple[Position, Position]
    ) -> LegRate:
        """Find the rate of a leg, of which what the patient would pay is taken over in turn."""
        rate = self.rates(mode, depart_at, riders, between)
        if mode not in FLEET_MODES or rate.of(0).payer is Payer.CPAM:
            return rate
        return _LeveredRate(rate, self.reimbursed_cents, self.local)

    def zone(self, position: Position) -> Hashable:
        """Name the tariff zone of a position, as the rules in force do."""
        return self.rates.zone(position)

    def period(self, at: datetime) -> Hashable:
        """Name the tariff period of an instant, as the rules in force do."""
        return self.rates.period(at)


@dataclass(frozen=True, slots=True)
class _LeveredRate:
    rate: LegRate
    reimbursed_cents: int
    local: bool

    def of(self, distance_m: int) -> LegPrice:
        """Price one length."""
        told = self.rate.of(distance_m)
        if not told.patient_cents:
            return told
        taken = min(self.reimbursed_cents, told.patient_cents)
        left = told.patient_cents - taken
        if self.local and left:
            return replace(
                told, patient_cents=0, am_cents=told.am_cents + taken, payer=Payer.COLLECTIVITE
            )
        payer = Payer.CPAM if taken else told.payer
        return replace(told, patient_cents=left, am_cents=told.am_cents + taken, payer=payer)

    def cents(self, distances_m: Cents) -> tuple[Cents, Cents]:
        """Price many lengths."""
        paid, total = self.rate.cents(distances_m)
        return self._left(paid), total

    def least(self, distances_m: Cents) -> Cents:
        """What is left to the patient of the least they would pay."""
        return self._left(self.rate.least(distances_m))

    def _left(self, paid: Cents) -> Cents:
        return np.zeros_like(paid) if self.local else np.maximum(0, paid - self.reimbursed_cents)
