"""Which policy, the planner that carries it out, and levers on what people pay or share."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

import numpy as np

from regulation.cases import Case
from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.live import LiveState
from regulation.kernel.modes import FLEET_MODES, Mode, Payer
from regulation.kernel.pairings import PairingResult
from regulation.kernel.places import Position
from regulation.kernel.planner import Budget, JourneyPlanner
from regulation.kernel.replanning import Replanning
from regulation.kernel.travel import Cents, LegPrice, LegRate, LegRates
from regulation.mobility import MobilityVerdict
from regulation.usecases import Pricing
from simulations.policies.pages import Ranking, by_distance
from simulations.policies.stepwise import Stepwise
from simulations.policies.today import NothingFound, SearchOrder, Sought, TodaysSearch
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
        stops = {one.stop_id: one for one in (*listed, *request.stops)}
        self.asked = replace(request, stops=tuple(stops.values()), in_hand=(), sparing=None)
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


@dataclass(slots=True, kw_only=True)
class Search:
    """How one case is looked for under a policy, page after page; `tried`: places that were,
    `may_turn`: there are pages after the one at hand."""

    policy: Policy
    planner: FleetPlanner
    order: SearchOrder
    own_doctor: str | None
    deadline: datetime
    shared: bool
    tried: set[str] = field(default_factory=set)
    may_turn: bool = False
    _stepwise: Stepwise = field(init=False)

    def __post_init__(self) -> None:
        self._stepwise = Stepwise(self.planner)

    @property
    def ranking(self) -> Ranking | None:
        """The order of the pages; None: everything is looked at, at once."""
        match self.policy:
            case Policy.TODAY:
                return Sought(order=self.order, own_doctor=self.own_doctor, deadline=self.deadline)
            case Policy.SEQUENTIAL:
                return by_distance
            case Policy.JOINT:  # pragma: no branch  the last one
                return None

    @property
    def widens(self) -> bool:
        """Tell whether a page holds those before it, so that the last is chosen in among all."""
        return self.policy is Policy.SEQUENTIAL

    @property
    def turned_past(self) -> datetime | None:
        """By when a slot of a page must begin for it to be read; None: every page is."""
        return self.deadline if self.policy is Policy.SEQUENTIAL else None

    @property
    def page(self) -> str:
        """Name the figure that says how many places are looked at together."""
        return "page" if self.policy is Policy.TODAY else "nearest"

    @property
    def takes_first(self) -> bool:
        """Tell whether the first slot of a place is taken, or none there."""
        return self.policy is Policy.TODAY

    def lister(self) -> Recorder:
        """Return what is asked as the policy would be, and proposes nothing."""
        return Recorder(NothingFound(self.planner), shared=self.shared, whole=True)

    def recorder(self) -> Recorder:
        """Return the planner that carries the policy out on one page, with what it was asked."""
        is_joint = self.policy is Policy.JOINT
        return Recorder(self._planner(), shared=self.shared, whole=not is_joint)

    def is_over(self, asked: JourneyRequest | None, now: datetime, *, found: bool) -> bool:
        """Tell whether the page looked at last ends the search.

        Step by step, only a place in time that one can get to does: neither a late slot, a visit,
        a doctor seen from afar nor an emergency department while a wider page may hold one.
        """
        if self.policy is Policy.TODAY:
            return found or len(self.tried) >= self.order.places_tried
        return asked is None or self._stepwise.holds_place_in_time(asked, now)

    def _planner(self) -> JourneyPlanner:
        match self.policy:
            case Policy.TODAY:
                return TodaysSearch(
                    alone=self.planner,
                    order=self.order,
                    own_doctor=self.own_doctor,
                    tried=self.tried,
                )
            case Policy.SEQUENTIAL:
                return replace(self._stepwise, decides_late=not self.may_turn)
            case Policy.JOINT:  # pragma: no branch  the last one
                return self.planner


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

    def least(self, distances_m: Cents) -> tuple[Cents, Cents]:
        """What is left to the patient of the least they would pay; the others pay the rest too."""
        paid, others = self.rate.least(distances_m)
        left = self._left(paid)
        return left, others + paid - left

    def _left(self, paid: Cents) -> Cents:
        return np.zeros_like(paid) if self.local else np.maximum(0, paid - self.reimbursed_cents)
