"""`FleetPlanner`: pairs each request with a care stop, vehicles and a pharmacy, jointly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import JourneyRequest, PlannedJourney, Sparing
from regulation.kernel.live import LiveState
from regulation.kernel.modes import SolverStatus
from regulation.kernel.objective import Objective
from regulation.kernel.pairings import PairingResult
from regulation.kernel.planner import Budget
from regulation.kernel.replanning import Replanning
from regulation.kernel.watching import Watch, unwatched
from transport.fleet import FleetView, PromisedRide
from transport.itinerary import RefusedError, planned_journey
from transport.known import Known, KnownRequests
from transport.memo import TravelMemo
from transport.menu import Menu
from transport.replan import LiveGround, replan
from transport.search import Outcome, Terrain, search
from transport.settings import PairingSettings
from transport.solver.choice import Choice, CutShortError, InfeasibleError, Selection
from transport.together import Together
from transport.ways import Scales
from transport.wishes import Weighed, Wishes

TRIES = 5
"""Changes of the rides of several requests tried per unit of budget."""

A_GLANCE = 0.014
"""Part of the budget in which a cheaper journey is looked for: the vehicles of four care stops.
Counted by hand (no command is kept): of 101 searches, as many found one with six as within the
whole budget, where two took a quarter of a second; of 343, as many with four as with six, and one
of those found was dearer."""

Stopwatch = Callable[[], float]
"""Seconds of a monotonic clock: measures, and guards the wall; never decides what is best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlanner:
    """Plans over one immutable picture of the fleet and the journeys already promised.

    `known`: what is known of requests from pairing them before.
    """

    fleet: FleetView
    travel: TravelMemo
    objective: Objective
    settings: PairingSettings
    stopwatch: Stopwatch
    watch: Watch = unwatched
    known: KnownRequests = field(default_factory=KnownRequests, repr=False, compare=False)

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Rank the best journeys of one request; of several, choose one each, together."""
        if len(requests) == 1:
            return self.rank(requests[0], now, budget)
        started = self.stopwatch()
        told = self.together(requests, now, budget).decide(int(budget.deterministic * TRIES))
        return replace(told, wall_ms=1000 * (self.stopwatch() - started))

    def together(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> Together:
        """Lay several requests out, to be decided at once."""
        started, by_name = self.stopwatch(), {one.request_id: one for one in requests}

        def on_top(rides: Sequence[PromisedRide]) -> FleetPlanner:
            return replace(self, fleet=replace(self.fleet, rides=(*self.fleet.rides, *rides)))

        def left(places: int) -> Budget:
            left_s = max(0.0, budget.wall_s - (self.stopwatch() - started))
            return replace(budget, alternatives=places, wall_s=left_s)

        return Together(
            pair_one=lambda request, rides: on_top(rides).rank(request, now, left(1)),
            wishes=Wishes(
                requests=by_name,
                weigh_one=lambda request, rides, places: on_top(rides).weigh(
                    request, now, left(places)
                ),
                objective=self.objective,
                now=now,
            ),
            requests=by_name,
            objective=self.objective,
            tolerance=timedelta(seconds=self.settings.live.tolerance_s),
            deterministic=budget.deterministic,
            is_over=lambda: self.stopwatch() - started > budget.wall_s,
        )

    def rank(self, request: JourneyRequest, now: datetime, budget: Budget) -> PairingResult:
        """Rank the best journeys of one request; or spare the person what those in hand cost."""
        if request.sparing is not None:
            return self._spare(request, request.sparing, now, budget)
        with self.known.lent(request, now) as known:
            return self._rank(request, self.terrain(now, budget, known), budget)

    def _spare(
        self, request: JourneyRequest, sparing: Sparing, now: datetime, budget: Budget
    ) -> PairingResult:
        """Follow the journeys in hand by the best one in the eyes of another objective, if it
        costs the person so much less than each of them.

        To be found, it must outdo them as if each had cost so much less: what cannot is pruned.
        """
        sure = filter(sparing.is_sure, request.in_hand)
        hurdles = tuple(_cheaper(one, sparing) for one in sure)
        stops = tuple(one for one in request.stops if not sparing.unsure & one.penalties.keys())
        asked = replace(request, sparing=None, in_hand=hurdles, stops=stops, unlisted=None)
        thrifty = replace(self, objective=sparing.objective)
        brief = replace(budget, alternatives=1, deterministic=A_GLANCE * budget.deterministic)
        found = thrifty.rank(asked, now, brief)
        enough = sparing.least_cents(request.in_hand) - sparing.gain_cents
        spared = [
            replace(one, tiers=self.objective.tiers(one.terms))
            for one in found.journeys[request.request_id]
            if one not in hurdles and sparing.is_sure(one) and one.patient_cents <= enough
        ]
        journeys = {request.request_id: (*request.in_hand, *spared)}
        return replace(found, journeys=journeys)

    def _rank(self, request: JourneyRequest, terrain: Terrain, budget: Budget) -> PairingResult:
        started = self.stopwatch()
        with self.watch("pruning"):
            outcome = search(request, terrain, budget)
        searched = self.stopwatch()
        menu = Menu.of(outcome)
        with self.watch("solver"):
            answers = list(_answers(menu, self.objective.burden_step, budget))
        solved = self.stopwatch()
        with self.watch("itinerary"):
            written, refused = _written(menu, outcome, answers)
        ranked = self._ranked((*request.in_hand, *written), budget)
        ended = self.stopwatch()
        return PairingResult(
            journeys={request.request_id: ranked},
            status=SolverStatus.FEASIBLE if refused else _status(outcome, answers),
            wall_ms=1000 * (ended - started),
            bound=None if outcome.beyond is None else float(outcome.beyond[3]),
            shares={
                "search": searched - started,
                "choice": solved - searched,
                "itinerary": ended - solved,
            },
            unsettled=frozenset() if outcome.is_settled else frozenset({request.request_id}),
        )

    def weigh(self, request: JourneyRequest, now: datetime, budget: Budget) -> Weighed:
        """Weigh the journeys to the care stops looked at, without writing any out."""
        with self.known.lent(request, now) as known:
            outcome = search(request, self.terrain(now, budget, known), budget)
        ground = outcome.ground
        return [(ground.stop(one.stop), one.best) for one in outcome.found] if ground else []

    def terrain(self, now: datetime, budget: Budget, known: Known | None = None) -> Terrain:
        """What a request is searched on, with what is known of it; its clock runs from now on."""
        began = self.stopwatch()
        return Terrain(
            fleet=self.fleet,
            travel=self.travel,
            scales=Scales(self.objective),
            settings=self.settings,
            now=_whole_second(now),
            is_over=lambda: self.stopwatch() - began > budget.wall_s,
            look_up=self.stopwatch,
            watch=self.watch,
            known=Known() if known is None else known,
        )

    def _ranked(
        self, journeys: Sequence[PlannedJourney], budget: Budget
    ) -> tuple[PlannedJourney, ...]:
        """Keep the best journey to each of the best places, best first."""
        best: dict[str, PlannedJourney] = {}
        for one in sorted(journeys, key=lambda one: self.objective.rank_key(one.tiers)):
            best.setdefault(one.stop.place_id, one)
        return tuple(best.values())[: budget.alternatives]

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        """Carry events into journeys under way; pair those who are then undecided, jointly."""
        now = _whole_second(now)
        ground = LiveGround(
            fleet=self.fleet,
            travel=self.travel,
            scales=Scales(self.objective),
            settings=self.settings,
        )
        done = replan(ground, live, events, requests, now)
        others = replace(self, fleet=done.fleet)
        return Replanning(
            live=done.live,
            changes=done.changes,
            alerts=done.alerts,
            broken=done.broken,
            kept=done.kept,
            pairing=others.pair(done.requests, now, budget) if done.requests else None,
        )


def _cheaper(journey: PlannedJourney, sparing: Sparing) -> PlannedJourney:
    """Weigh a journey as if it cost the person so much less."""
    cents = max(0, journey.patient_cents - sparing.gain_cents)
    terms = {**journey.terms, "own_pay_cents": cents}
    return replace(journey, terms=terms, tiers=sparing.objective.tiers(terms))


def _whole_second(now: datetime) -> datetime:
    """The next whole second: plans are made in seconds, and never begin before now."""
    return now.replace(microsecond=0) + (timedelta(seconds=1) if now.microsecond else timedelta(0))


def _answers(menu: Menu, burden_step: int, budget: Budget) -> Iterator[Selection]:
    """Yield the choice, then the best at another place, again and again."""
    if not menu.stops:
        return
    choice = Choice(menu.stops, menu.columns, burden_step)
    for _ in range(budget.alternatives):
        try:
            selection = choice.solve(budget.deterministic, budget.wall_s)
        except InfeasibleError:
            return
        except CutShortError:
            yield from choice.by_hand()
            return
        yield selection
        choice.forbid_place(menu.stops[selection.stop].place)


def _written(
    menu: Menu, outcome: Outcome, answers: Sequence[Selection]
) -> tuple[list[PlannedJourney], int]:
    """Write the chosen journeys out; count those `check` refused, which are not shown."""
    written, refused = [], 0
    for answer in answers:
        try:
            written.append(planned_journey(menu.itinerary(answer, outcome)))
        except RefusedError:
            refused += 1
    return written, refused


def _status(outcome: Outcome, answers: Sequence[Selection]) -> SolverStatus:
    """OPTIMAL: the first answer is proven, and nothing left out could better it."""
    best = outcome.best
    if outcome.beyond is not None and (best is None or outcome.beyond < best):
        return SolverStatus.TRUNCATED if outcome.is_cut else SolverStatus.FEASIBLE
    return answers[0].status if answers else SolverStatus.OPTIMAL
