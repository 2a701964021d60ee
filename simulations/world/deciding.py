"""The simulated desk: the use cases of the product, over the living offer and the fleet at work."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.desk.factory import DeskFactory
from regulation.cases import CareLevel, Case
from regulation.effecteurs import CareCode
from regulation.kernel.ids import Identifier
from regulation.kernel.journeys import CareStop, JourneyRequest, PlannedJourney
from regulation.kernel.modes import FLEET_MODES, Mode
from regulation.kernel.pairings import PairingResult
from regulation.kernel.places import crow_distance_m
from regulation.kernel.planner import Budget, JourneyPlanner
from regulation.proposals import OrientationProposal
from regulation.snapshots import Snapshot
from regulation.usecases import Desk, OrientationParameters, deadline_of, propose_orientations
from simulations.draws import Draws
from simulations.figures import Figures
from simulations.policies.choosing import LeveredPricing, Levers, Policy, Recorder, Search
from simulations.policies.pages import Page, Pages, first_slots
from simulations.policies.today import SearchOrder
from simulations.world.fleet import WorkingFleet
from simulations.world.offer import LivingOffer
from simulations.world.surroundings import Surroundings
from simulations.world.under_way import UnderWay
from transport.fleet import FleetView
from transport.pairing import FleetPlanner

UNHURRIED = Budget(wall_s=1e9)
"""The wall clock cuts nothing: the same seed gives the same answers on any machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One proposal, with the journey behind it (None: nobody moves, or it is handed over)."""

    proposal: OrientationProposal
    planned: PlannedJourney | None = None

    @property
    def patient_cents(self) -> int:
        """What the person pays to go there and back."""
        return self.planned.patient_cents if self.planned else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the desk answers: options in order, and the request behind them.

    `listed` lists the next stops of some places, by name, of the page looked at last, when the
    request holds the first of each place only.
    """

    options: tuple[Option, ...]
    request: JourneyRequest | None = None
    listed: Callable[[frozenset[str]], tuple[CareStop, ...]] | None = None

    def looked_at(self, *, to_ed: bool) -> JourneyRequest | None:
        """Return the request with the stops of the page that somebody looks at who fends for
        themselves: the first ones where whoever comes is received, or the first slots."""
        if self.request is None or self.listed is None:
            return self.request
        first = _first_stops(self.request, self.request.stops, to_ed=to_ed)
        whole = self.listed(frozenset(stop.place_id for stop in first))
        return replace(self.request, stops=_first_stops(self.request, whole, to_ed=to_ed))


def _first_stops(
    request: JourneyRequest, stops: Sequence[CareStop], *, to_ed: bool
) -> tuple[CareStop, ...]:
    """Return those looked at by who fends for themselves: the next ones, the nearest of them."""
    kind = [one for one in stops if (one.slot_key is None) == to_ed]
    kind.sort(key=lambda one: (one.start, crow_distance_m(one.position, request.origin)))
    return tuple(kind[:PLACES_TRIED])


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
    surroundings: Surroundings = field(init=False)
    _empty: Desk | None = None
    _empty_at: datetime | None = None

    def __post_init__(self) -> None:
        self.surroundings = Surroundings(self.desks.territory)

    def answer(self, case: Case, now: datetime, refused: frozenset[str] = frozenset()) -> Answer:
        """Answer a case without the vehicles that refused it."""
        began = self.stopwatch()
        if case.need.care_level is not CareLevel.R3:
            told = propose_orientations(case, self.offer.latest(now), self._parked(now), now)
            return Answer(options=tuple(Option(proposal=one) for one in told.proposals))
        desk = self._desk(case, now, refused)
        search = self._search(case, desk)
        answer = Answer(options=())
        for page in self._pages(case, now, search):
            search.may_turn = not page.is_last
            answer = _answered(case, page.snapshot, desk, search, now)
            if search.is_over(answer.request, now, found=bool(answer.options)):
                break
        if answer.request is not None:
            self.spent_s.append(self.stopwatch() - began)
        return answer

    def by_one_mode(
        self, request: JourneyRequest, modes: frozenset[Mode], now: datetime, *, to_ed: bool
    ) -> PlannedJourney | None:
        """Plan for somebody who fends for themselves by these modes; None when it cannot be."""
        stops = _first_stops(request, request.stops, to_ed=to_ed)
        needs = replace(request.needs, modes=modes, shared_allowed=False)
        if Mode.AMBULANCE in modes:
            needs = replace(needs, crew=2)
        asked = replace(request, stops=stops, needs=needs, unlisted=None)
        told = self.planner(now).pair((asked,), now, replace(UNHURRIED, alternatives=1))
        return next(iter(told.journeys.get(request.request_id, ())), None)

    def desk_at(self, now: datetime, refused: frozenset[str] = frozenset()) -> Desk:
        """Return the product's desk over the fleet as it stands."""
        view = self.under_way.view(self.fleet.at(now), now)
        if refused:
            left = tuple(one for one in view.vehicles if one.vehicle_id not in refused)
            rides = tuple(one for one in view.rides if one.vehicle_id not in refused)
            view = FleetView(vehicles=left, rides=rides)
        parked = self._parked(now)
        return replace(parked, planner=replace(_fleet_planner(parked), fleet=view))

    def planner(self, now: datetime) -> FleetPlanner:
        """Return the product's planner over the fleet as it stands."""
        return _fleet_planner(self.desk_at(now))

    def parameters(self, now: datetime) -> OrientationParameters:
        """Return the figures of the orientation."""
        return self._parked(now).parameters

    def replanner(self, now: datetime) -> JourneyPlanner:
        """Return what keeps journeys going: its fleet is told of them apart."""
        planner, promised = _fleet_planner(self._parked(now)), self.under_way.vehicles
        vehicles = self.fleet.soon(now, but=promised)
        return replace(planner, fleet=FleetView(vehicles=vehicles))

    def own_doctor(self, case: Case) -> Identifier | None:
        """Return the practice of the own doctor: one of the nearest, for those who have one."""
        if case.need.code is not CareCode.GP:
            return None
        if not self.draws.chance(self.figures.number("finding", "own_doctor"), "has", case.case_id):
            return None
        among = int(self.figures.number("finding", "own_doctor_among"))
        near = self.surroundings.practices_around(case.patient.position, among)
        return self.draws.pick(near, "own doctor", case.case_id) if near else None

    def _parked(self, now: datetime) -> Desk:
        """Return a desk without any vehicle; the rules in force are looked up once an hour."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if self._empty is None or hour != self._empty_at:
            self._empty, self._empty_at = self.desks(now, (), ()), hour
        return self._empty

    def _desk(self, case: Case, now: datetime, refused: frozenset[str]) -> Desk:
        by_fleet = self.policy is not Policy.TODAY
        desk = self.desk_at(now, refused) if by_fleet else self._parked(now)
        pays = self.levers.local_pays
        commune = self.surroundings.commune(case.patient.position)
        local = pays is not None and (not pays or str(commune.code) in pays)
        pricing = LeveredPricing(desk.pricing, self.levers, local)
        parameters = desk.parameters
        if self.policy is not Policy.JOINT:  # who searches by hand reads a page to its end
            parameters = replace(parameters, horizons=(), sparing=None)
        return replace(desk, budget=UNHURRIED, pricing=pricing, parameters=parameters)

    def _search(self, case: Case, desk: Desk) -> Search:
        own = case.preferred_effecteur
        return Search(
            policy=self.policy,
            planner=_fleet_planner(desk),
            order=SearchOrder(
                radius_m=self.figures.number("finding", "radius_m"),
                enlarged_m=self.figures.number("finding", "enlarged_m"),
                places_tried=int(self.figures.number("finding", "places_tried")),
                participants=self.surroundings.participants,
            ),
            own_doctor=str(own) if own else None,
            deadline=deadline_of(case, desk.parameters),
            shared=self.levers.shared,
        )

    def _pages(self, case: Case, now: datetime, search: Search) -> Iterator[Page]:
        """Yield what is looked at in turn: a joint decision is made on everything at once."""
        snapshot = self.offer.snapshot(now)
        if search.ranking is None:
            return iter((Page(snapshot, is_last=True),))
        directory = self.surroundings.directory(snapshot.effecteurs, self.offer.shown, now)
        size = int(self.figures.number("finding", search.page))
        pages = Pages(
            directory=directory,
            rank=search.ranking,
            size=size,
            widens=search.widens,
            deadline=search.turned_past,
        )
        return pages.of(case, snapshot, now)


def _answered(case: Case, page: Snapshot, desk: Desk, search: Search, now: datetime) -> Answer:
    if not search.takes_first:
        return _on_page(case, page, desk, search.recorder(), now)
    hasty = _coming_within(AT_ONCE, desk)
    answer = _on_page(case, first_slots(page, now), hasty, search.recorder(), now)

    def listed(places: frozenset[str]) -> tuple[CareStop, ...]:
        """Of each place, as many as will be looked at of all of them."""
        there = {name: one for name, one in page.effecteurs.items() if str(name) in places}
        first = first_slots(replace(page, effecteurs=there), now, PLACES_TRIED)
        patient = _coming_within(PLACES_TRIED * desk.parameters.care.walkin_step, desk)
        asked = _on_page(case, first, patient, search.lister(), now).request
        return () if asked is None else asked.stops

    return replace(answer, listed=listed)


def _coming_within(horizon: timedelta, desk: Desk) -> Desk:
    """The desk for whoever, where one may come at any time, comes within so long."""
    care = desk.parameters.care
    care = replace(care, walkin_horizon=min(care.walkin_horizon, horizon))
    return replace(desk, parameters=replace(desk.parameters, care=care))


def _on_page(case: Case, page: Snapshot, desk: Desk, recorder: Recorder, now: datetime) -> Answer:
    told = propose_orientations(case, page, replace(desk, planner=recorder), now)
    if recorder.asked is None:  # a red flag, whatever the level
        return Answer(options=tuple(Option(proposal=one) for one in told.proposals))
    journeys = _journeys(recorder.told, recorder.asked)
    options = zip(told.proposals, journeys, strict=True) if journeys else ()
    return Answer(
        options=tuple(Option(proposal=one, planned=planned) for one, planned in options),
        request=recorder.asked,
    )


def _fleet_planner(desk: Desk) -> FleetPlanner:
    assert isinstance(desk.planner, FleetPlanner)
    return desk.planner


AT_ONCE = timedelta(seconds=1)
"""Where one may come at any time, whoever takes the first hour there is looks no further."""

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
