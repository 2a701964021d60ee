"""Desks for tests: with the real planner on straight roads, or one that tells what it was asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.kit.calendar import PublicHolidays
from regulation.kernel.events import JourneyEvent
from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.live import LiveState
from regulation.kernel.modes import Mode, SolverStatus
from regulation.kernel.pairings import PairingResult
from regulation.kernel.planner import Budget, JourneyPlanner
from regulation.kernel.replanning import Replanning
from regulation.kernel.riders import Load
from regulation.kernel.time import TimeWindow
from regulation.parameters import objective, orientation_parameters
from regulation.usecases import Desk
from tests.unit.regulation.worlds import HERE, NOON, rules
from tests.unit.transport.pairing_worlds import SETTINGS, StraightRoads, flat_fare
from transport.fleet import FleetView, Vehicle
from transport.memo import TravelMemo
from transport.pairing import FleetPlanner

EVERYTHING = Load(seats=3, stretchers=1, wheelchairs=1, attendants=1)


@dataclass(slots=True)
class NobodyGoes:
    """Finds no journey for anybody, and remembers what it was asked."""

    asked: list[JourneyRequest] = field(default_factory=list)

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        self.asked += requests
        return PairingResult(
            journeys={}, status=SolverStatus.OPTIMAL, wall_ms=0.0, bound=None, shares={}
        )

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        raise AssertionError("nobody goes: there is nothing to replan")


@dataclass(slots=True)
class Counted:
    """Pairs as another planner does, and remembers the budgets it was given; says how long it took
    each time, and that the wall clock cut the search of one number."""

    planner: JourneyPlanner
    takes_ms: float = 0.0
    cut: int = 0
    budgets: list[Budget] = field(default_factory=list)

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        self.budgets.append(budget)
        told = replace(self.planner.pair(requests, now, budget), wall_ms=self.takes_ms)
        is_cut = len(self.budgets) == self.cut
        return replace(told, status=SolverStatus.TRUNCATED) if is_cut else told

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        return self.planner.replan(live, events, requests, now, budget)


class MustNotBeAsked:
    """A planner that no test may reach."""

    def pair(
        self, requests: Sequence[JourneyRequest], now: datetime, budget: Budget
    ) -> PairingResult:
        raise AssertionError("the planner was asked")

    def replan(
        self,
        live: LiveState,
        events: Sequence[JourneyEvent],
        requests: Mapping[str, JourneyRequest],
        now: datetime,
        budget: Budget,
    ) -> Replanning:
        raise AssertionError("the planner was asked")


def a_vehicle(name: str, mode: Mode, crew: int = 1) -> Vehicle:
    """A vehicle with room for anybody, on duty for two days, beside HERE."""
    return Vehicle(
        vehicle_id=name,
        mode=mode,
        provider="Transports d'essai",
        capacity=EVERYTHING,
        equipment=frozenset({"OXYGEN", "BARIATRIC", "CHILD_SEAT"}),
        crew=crew,
        shifts=(TimeWindow(NOON - timedelta(hours=1), NOON + timedelta(hours=60)),),
        depot=HERE,
    )


FLEET = (
    a_vehicle("taxi", Mode.TAXI),
    a_vehicle("taxi-2", Mode.TAXI),
    a_vehicle("tpmr", Mode.TAXI_TPMR),
    a_vehicle("ambulance", Mode.AMBULANCE, crew=2),
)


def fleet_planner(*vehicles: Vehicle) -> FleetPlanner:
    """The real planner over these vehicles, under the objective in force."""
    return FleetPlanner(
        fleet=FleetView(vehicles=vehicles),
        travel=TravelMemo(StraightRoads()),
        objective=objective(rules(), NOON),
        settings=SETTINGS,
        stopwatch=lambda: 0.0,
    )


def a_desk(planner: JourneyPlanner | None = None, **changes) -> Desk:
    """A desk under the rules in force, with a flat fare."""
    parts = {
        "rulebook": rules(),
        "planner": planner or fleet_planner(*FLEET),
        "parameters": orientation_parameters(rules(), NOON),
        "pricing": lambda case, verdict, at: flat_fare,
        "calendar": PublicHolidays(),
    }
    return Desk(**{**parts, **changes})
