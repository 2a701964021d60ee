"""`FleetPlanner`: pairs each request with a care stop, vehicles and a pharmacy, jointly."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import Budget, JourneyRequest, PairingResult, PlannedJourney
from regulation.kernel.live import LiveState
from regulation.kernel.modes import SolverStatus
from regulation.kernel.objective import Objective
from regulation.kernel.replanning import Replanning
from transport.fleet import FleetView
from transport.itinerary import RefusedError, planned_journey
from transport.memo import TravelMemo
from transport.menu import Menu
from transport.replan import LiveGround, replan
from transport.search import Outcome, Terrain, search
from transport.settings import PairingSettings
from transport.solver.choice import Choice, CutShortError, InfeasibleError, Selection
from transport.ways import Scales

Stopwatch = Callable[[], float]
"""Seconds of a monotonic clock: measures, and guards the wall; never decides what is best."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetPlanner:
    """Plans over one immutable picture of the fleet and the journeys already promised."""

    fleet: FleetView
    travel: TravelMemo
    objective: Objective
    settings: PairingSettings
    stopwatch: Stopwatch

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        """Rank the best journeys of one request; of several, choose one each, jointly."""
        started = self.stopwatch()
        terrain = Terrain(
            fleet=self.fleet,
            travel=self.travel,
            scales=Scales(self.objective),
            settings=self.settings,
            now=_whole_second(now),
            requests=len(requests),
            is_over=lambda: self.stopwatch() - started > budget.wall_s,
        )
        outcomes = [search(request, terrain, budget) for request in requests]
        searched = self.stopwatch()
        menu = Menu.of(outcomes)
        answers = list(_answers(menu, len(requests), self.objective.burden_step, budget))
        solved = self.stopwatch()
        written, refused = _written(menu, requests, outcomes, answers)
        journeys = {
            one.request_id: self._ranked((*one.in_hand, *written[one.request_id]), budget)
            for one in requests
        }
        ended = self.stopwatch()
        return PairingResult(
            journeys=journeys,
            status=SolverStatus.FEASIBLE if refused else _status(outcomes, answers),
            wall_ms=1000 * (ended - started),
            bound=None if all(outcome.beyond is None for outcome in outcomes) else _bound(outcomes),
            shares={
                "search": searched - started,
                "choice": solved - searched,
                "itinerary": ended - solved,
            },
            unsettled=frozenset(
                request.request_id
                for request, outcome in zip(requests, outcomes, strict=True)
                if not outcome.is_settled
            ),
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


def _whole_second(now: datetime) -> datetime:
    """The next whole second: plans are made in seconds, and never begin before now."""
    return now.replace(microsecond=0) + (timedelta(seconds=1) if now.microsecond else timedelta(0))


def _answers(menu: Menu, requests: int, burden_step: int, budget: Budget) -> Iterator[Selection]:
    """Yield the choice, then for one request the best at another place, again and again."""
    if not menu.stops:
        return
    choice = Choice(menu.stops, menu.columns, burden_step)
    for _ in range(budget.alternatives if requests == 1 else 1):
        try:
            selection = choice.solve(budget.deterministic, budget.wall_s)
        except InfeasibleError:
            return
        except CutShortError:
            yield from choice.by_hand() if requests == 1 else ()
            return
        yield selection
        if requests == 1 and selection.stops[0] is not None:
            choice.forbid_place(0, menu.stops[selection.stops[0]].place)


def _written(
    menu: Menu,
    requests: Sequence[JourneyRequest],
    outcomes: Sequence[Outcome],
    answers: Sequence[Selection],
) -> tuple[dict[str, tuple[PlannedJourney, ...]], int]:
    """Write the chosen journeys out; count those `check` refused, which are not shown."""
    journeys: dict[str, tuple[PlannedJourney, ...]] = {}
    refused = 0
    for number, (request, outcome) in enumerate(zip(requests, outcomes, strict=True)):
        written = []
        for answer in answers:
            itinerary = menu.itinerary(answer, number, outcome)
            if itinerary is None:
                continue
            try:
                written.append(planned_journey(itinerary))
            except RefusedError:
                refused += 1
        journeys[request.request_id] = tuple(written)
    return journeys, refused


def _status(outcomes: Sequence[Outcome], answers: Sequence[Selection]) -> SolverStatus:
    """OPTIMAL: the first answer is proven, and nothing left out could better it."""
    if not outcomes:
        return SolverStatus.OPTIMAL
    if len(outcomes) > 1:
        return SolverStatus.FEASIBLE  # ways were kept for one request at a time
    (outcome,) = outcomes
    best = outcome.best
    if outcome.beyond is not None and (best is None or outcome.beyond < best):
        return SolverStatus.TRUNCATED if outcome.is_cut else SolverStatus.FEASIBLE
    return answers[0].status if answers else SolverStatus.OPTIMAL


def _bound(outcomes: Sequence[Outcome]) -> float:
    """Least burden that something left out might have, in points."""
    return float(min(outcome.beyond[3] for outcome in outcomes if outcome.beyond is not None))
