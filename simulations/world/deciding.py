"""The simulated desk: the use cases of the product, over the living offer and the fleet at work."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from heapq import nsmallest

from adapters.desk.factory import DeskFactory
from regulation.cases import CareLevel, Case
from regulation.effecteurs import CareCode, Effecteur, EffecteurKind
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import Budget, JourneyRequest, PairingResult, PlannedJourney
from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.places import crow_distance_m
from regulation.kernel.planner import JourneyPlanner
from regulation.proposals import OrientationProposal
from regulation.usecases import Desk, OrientationParameters, propose_orientations
from simulations.draws import Draws
from simulations.figures import Figures
from simulations.policies.choosing import LeveredPricing, Levers, Policy, Recorder, planner_for
from simulations.policies.today import SearchOrder
from simulations.world.fleet import WorkingFleet
from simulations.world.offer import LivingOffer
from simulations.world.under_way import UnderWay
from transport.fleet import FleetView
from transport.pairing import FleetPlanner

UNHURRIED = Budget(wall_s=1e9)
"""The wall clock cuts nothing: the same seed gives the same answers on any machine."""

PRACTICES = frozenset({EffecteurKind.CABINET, EffecteurKind.MSP, EffecteurKind.CDS})
SEATED = frozenset({Mode.TAXI, Mode.VSL})


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One proposal, with the journey behind it (None: nobody moves, or it is handed over)."""

    proposal: OrientationProposal
    planned: PlannedJourney | None

    @property
    def patient_cents(self) -> int:
        """What the person pays to go there and back."""
        legs = self.planned.legs if self.planned else ()
        return sum(leg.price.patient_cents for leg in legs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the desk answers: options in order, and the request behind them."""

    options: tuple[Option, ...]
    request: JourneyRequest | None


@dataclass(slots=True, kw_only=True)
class SimulatedDesk:
    """Answers cases under a policy; every other part is the product's."""

    desks: DeskFactory
    policy: Policy
    levers: Levers
    figures: Figures
    offer: LivingOffer
    fleet: WorkingFleet
    under_way: UnderWay
    draws: Draws
    spent_s: list[float] = field(default_factory=list)
    stopwatch: Callable[[], float] = time.process_time
    _practices: tuple[Effecteur, ...] = ()

    def __post_init__(self) -> None:
        every = self.desks.territory.effecteurs
        self._practices = tuple(
            one for one in every if one.kind in PRACTICES and CareCode.GP in one.care
        )

    def answer(self, case: Case, now: datetime, refused: frozenset[str] = frozenset()) -> Answer:
        """Answer a case without the vehicles that refused it."""
        began = self.stopwatch()
        recorder, desk = self._desk(case, now, refused)
        needs_slot = case.need.care_level is CareLevel.R3
        snapshot = self.offer.snapshot(now) if needs_slot else self.offer.latest(now)
        orientation = propose_orientations(case, snapshot, desk, now)
        if recorder.asked is not None:
            self.spent_s.append(self.stopwatch() - began)
        journeys = _journeys(recorder.told, recorder.asked)
        if recorder.asked is not None and not journeys:
            return Answer(options=(), request=recorder.asked)
        planned: Sequence[PlannedJourney | None] = journeys or [None] * len(orientation.proposals)
        return Answer(
            options=tuple(
                Option(proposal=proposal, planned=journey)
                for proposal, journey in zip(orientation.proposals, planned, strict=True)
            ),
            request=recorder.asked,
        )

    def by_one_mode(
        self, request: JourneyRequest, modes: frozenset[Mode], now: datetime, *, to_ed: bool
    ) -> PlannedJourney | None:
        """Plan for somebody who fends for themselves by these modes; None when it cannot be."""
        stops = [one for one in request.stops if (one.slot_key is None) == to_ed]
        stops.sort(key=lambda one: (one.start, crow_distance_m(one.position, request.origin)))
        needs = replace(request.needs, modes=modes, shared_allowed=False)
        if Mode.AMBULANCE in modes:
            needs = replace(needs, crew=2)
        asked = replace(request, stops=tuple(stops[:PLACES_TRIED]), needs=needs, unlisted=None)
        told = self.planner(now).pair((asked,), now, replace(UNHURRIED, alternatives=1))
        return next(iter(told.journeys.get(request.request_id, ())), None)

    def desk_at(self, now: datetime, refused: frozenset[str] = frozenset()) -> Desk:
        """Return the product's desk over the fleet as it stands."""
        view = self.under_way.view(self.fleet.at(now), now)
        vehicles = tuple(one for one in view.vehicles if one.vehicle_id not in refused)
        return self.desks(now, view.rides, vehicles)

    def planner(self, now: datetime) -> FleetPlanner:
        """Return the product's planner over the fleet as it stands."""
        return _fleet_planner(self.desk_at(now))

    def parameters(self, now: datetime) -> OrientationParameters:
        """Return the figures of the orientation."""
        return self.desks(now, (), ()).parameters

    def replanner(self, now: datetime) -> JourneyPlanner:
        """Return what keeps journeys going: its fleet is told of them apart."""
        planner = self.planner(now)
        return replace(planner, fleet=FleetView(vehicles=self.fleet.at(now)))

    def own_doctor(self, case: Case) -> Identifier | None:
        """Return the practice of the own doctor: one of the nearest, for those who have one."""
        if case.need.code is not CareCode.GP:
            return None
        if not self.draws.chance(self.figures.number("finding", "own_doctor"), "has", case.case_id):
            return None
        among = int(self.figures.number("finding", "own_doctor_among"))
        at = case.patient.position
        near = nsmallest(among, self._practices, key=lambda one: crow_distance_m(one.position, at))
        return self.draws.pick(near, "own doctor", case.case_id).effecteur_id if near else None

    def _desk(self, case: Case, now: datetime, refused: frozenset[str]) -> tuple[Recorder, Desk]:
        is_paired = case.need.care_level is CareLevel.R3
        desk = self.desk_at(now, refused) if is_paired else self.desks(now, (), ())
        pays = self.levers.local_pays
        local = pays is not None and (not pays or self._commune(case) in pays)
        pricing = LeveredPricing(desk.pricing, self.levers, local)
        recorder = Recorder(
            self._planner(case, _fleet_planner(desk)),
            shared=self.levers.shared,
            whole=self.policy is not Policy.JOINT,
        )
        return recorder, replace(desk, planner=recorder, budget=UNHURRIED, pricing=pricing)

    def _commune(self, case: Case) -> str:
        communes = self.desks.territory.communes
        at = case.patient.position
        return str(min(communes, key=lambda one: crow_distance_m(one.position, at)).code)

    def _planner(self, case: Case, planner: FleetPlanner) -> JourneyPlanner:
        figures = self.figures
        order = SearchOrder(
            radius_m=figures.number("finding", "radius_m"),
            enlarged_m=figures.number("finding", "enlarged_m"),
            places_tried=int(figures.number("finding", "places_tried")),
        )
        own = case.preferred_effecteur
        return planner_for(self.policy, planner, order, str(own) if own else None)


def _fleet_planner(desk: Desk) -> FleetPlanner:
    assert isinstance(desk.planner, FleetPlanner)
    return desk.planner


PLACES_TRIED = 12
"""Emergency departments, or slots, looked at by who fends for themselves."""


def _journeys(told: PairingResult | None, asked: JourneyRequest | None) -> Sequence[PlannedJourney]:
    if told is None or asked is None:
        return ()
    return told.journeys.get(asked.request_id, ())


def vehicles_of(planned: PlannedJourney) -> tuple[str, ...]:
    """Return the vehicles of the fleet a journey counts on, in the order it does."""
    legs = (leg for leg in planned.legs if leg.mode in FLEET_MODES)
    return tuple(dict.fromkeys(leg.vehicle_id for leg in legs if leg.vehicle_id))


def wait_of(figures: Figures, table: str, name: str) -> timedelta:
    """Return a figure in minutes as a length of time."""
    return timedelta(minutes=figures.number(table, name))
