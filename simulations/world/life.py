"""One replication: calls come, are answered, people go, are seen and come home (simpy)."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import simpy

from adapters.desk.factory import DeskFactory
from regulation.cases import CareLevel, Case
from regulation.kernel.time import TimeWindow, fixed
from regulation.proposals import ProposalKind
from simulations.agendas import Agendas
from simulations.demand.arrivals import Arrivals, Episode
from simulations.demand.calls import Demand
from simulations.demand.incomes import Incomes
from simulations.draws import Draws
from simulations.figures import Figures
from simulations.lives import lives_of
from simulations.policies.choosing import Levers, Policy
from simulations.world.accounts import Accounts
from simulations.world.consulting import Consulting
from simulations.world.deciding import SimulatedDesk, wait_of
from simulations.world.fleet import Breakdown, WorkingFleet
from simulations.world.going import Going
from simulations.world.offer import LivingOffer
from simulations.world.queue import Process, Served, StaffedQueue
from simulations.world.rows import Outcome, Row
from simulations.world.settling import Settling
from simulations.world.telling import row_of
from simulations.world.under_way import UnderWay

HOUR_S = 3600.0
PRIORITIES: Mapping[CareLevel, int] = {
    CareLevel.R1: 0,
    CareLevel.R2: 1,
    CareLevel.R3: 2,
    CareLevel.R4: 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """What one replication is run on. Calls before `counted_from` fill the world, uncounted;
    `calls` are recorded ones (None: they are drawn)."""

    desks: DeskFactory
    demand: Figures
    world: Figures
    policy: Policy
    levers: Levers
    window: TimeWindow
    counted_from: datetime
    seed: int
    episodes: tuple[Episode, ...] = ()
    calls: tuple[Case, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """What came of a replication; `decision_s` is processor time, which no table holds."""

    rows: tuple[Row, ...]
    decision_s: tuple[float, ...]
    refused_plans: int


class Life:
    """A territory over a period, under one policy and one seed."""

    def __init__(self, plot: Plot) -> None:
        self.plot = plot
        self.env = simpy.Environment()
        self.start = fixed(plot.window.start)
        self.draws = Draws(plot.seed)
        self.rows: list[Row] = []
        territory, calendar = plot.desks.territory, plot.desks.calendar
        self.demand = Demand(territory, plot.demand, calendar, plot.seed, plot.episodes)
        self.incomes = Incomes(plot.demand, self.draws)
        self.offer = self._offer()
        self.desk = self._desk()
        accounts = Accounts(plot.world)
        going = Going(
            env=self.env,
            now=self.now,
            desk=self.desk,
            consulting=Consulting(figures=plot.world, draws=self.draws, zone=territory.zone),
            accounts=accounts,
            draws=self.draws,
        )
        self.going = going
        self.settling = Settling(
            env=self.env,
            now=self.now,
            desk=self.desk,
            going=going,
            incomes=self.incomes,
            draws=self.draws,
        )
        self._hire()

    def _whole(self) -> TimeWindow:
        return TimeWindow(self.start, self.plot.window.end + timedelta(days=1))

    def _offer(self) -> LivingOffer:
        plot, territory = self.plot, self.plot.desks.territory
        offer = LivingOffer(
            territory=territory,
            calendar=plot.desks.calendar,
            figures=plot.world,
            draws=self.draws,
            agendas=Agendas(territory, plot.desks.calendar, plot.seed, lives_of(plot.world)),
        )
        offer.open(self._whole())
        return offer

    def _desk(self) -> SimulatedDesk:
        plot = self.plot
        fleet = WorkingFleet(
            territory=plot.desks.territory,
            calendar=plot.desks.calendar,
            figures=plot.world,
            draws=self.draws,
        )
        fleet.open(self._whole())
        return SimulatedDesk(
            desks=plot.desks,
            policy=plot.policy,
            levers=plot.levers,
            figures=plot.world,
            offer=self.offer,
            fleet=fleet,
            under_way=UnderWay(tolerance=wait_of(plot.world, "fleet", "tolerance_minutes")),
            draws=self.draws,
        )

    def run(self) -> Lived:
        """Live the period until the last of its callers is home."""
        self.offer.read(self.start)
        readings = self.env.process(self._read())
        for one in self.desk.fleet.breakdowns:
            self.env.process(self._break_down(one))
        self.env.process(self.assistants.keep_shifts(HOUR_S))
        self.env.process(self.doctors.keep_shifts(HOUR_S))
        self.env.process(self.operators.keep_shifts(HOUR_S))
        drawn = self.plot.calls
        told = self.demand.calls(self.plot.window) if drawn is None else drawn
        calls = [self.env.process(self._call(case)) for case in told]
        self.env.run(self.env.all_of(calls) if calls else self.env.timeout(self._length_s()))
        assert readings.is_alive
        return Lived(
            rows=tuple(sorted(self.rows, key=lambda one: (one.called_at, one.case_id))),
            decision_s=tuple(self.desk.spent_s),
            refused_plans=self.desk.under_way.refused,
        )

    def now(self) -> datetime:
        """Return the simulated instant, in whole seconds."""
        return self.start + timedelta(seconds=round(self.env.now))

    def _length_s(self) -> float:
        return self.plot.window.length.total_seconds()

    def _read(self) -> Process:
        every_s = 60 * self.plot.world.number("offer", "poll_minutes")
        while True:
            yield self.env.timeout(every_s)
            self.offer.read(self.now())

    def _break_down(self, told: Breakdown) -> Process:
        """A vehicle stops where it is: others take over whom it would have driven, or nobody."""
        yield self.env.timeout(max(0.0, (told.at - self.start).total_seconds()))
        under_way, now = self.desk.under_way, self.now()
        for lost in sorted(under_way.break_down(told.vehicle_id, self.desk.replanner(now), now)):
            self.going.leave(lost)
        yield self.env.timeout((told.until - told.at).total_seconds())
        under_way.repair(told.vehicle_id)

    def _hire(self) -> None:
        """Staff each queue for the load of an ordinary day, at an occupancy."""
        world, levels = self.plot.world, self.plot.demand.shares("levels")
        answering = world.shares("answering")
        ordinary = replace(self.demand.arrivals, episodes=())
        roster = _Roster(ordinary, self.start, answering["occupancy"])
        today_s = 60 * world.number("finding", "today_minutes")
        oriented = levels[CareLevel.R3] / sum(levels.values())
        joint = self.plot.policy is Policy.JOINT
        self.find_s = 60 * world.number("finding", "joint_minutes" if joint else "today_minutes")
        self.assistants = StaffedQueue(self.env, roster.of(60 * answering["assistant_minutes"]))
        self.doctors = StaffedQueue(self.env, roster.of(60 * answering["doctor_minutes"]))
        self.operators = StaffedQueue(self.env, roster.of(today_s, oriented))

    def _call(self, case: Case) -> Process:
        """One call, from its first ring."""
        yield self.env.timeout(max(0.0, (fixed(case.caller.at) - self.start).total_seconds()))
        if case.need.care_level is CareLevel.R3:
            known = case.preferred_effecteur or self.desk.own_doctor(case)
            case = replace(case, preferred_effecteur=known)
        commune = self.desk.surroundings.commune(case.patient.position)
        row = row_of(case, commune, self.incomes.decile(commune.density, case.case_id))
        row.has_doctor = case.preferred_effecteur is not None
        if case.caller.at >= self.plot.counted_from:
            self.rows.append(row)
        answered = yield from self._answered(case, row)
        if not answered:
            return
        doctor = self._took("doctor_minutes", "doctor", case)
        yield from self.doctors.hold(doctor, math.inf, PRIORITIES[case.need.care_level])
        if case.need.care_level is not CareLevel.R3:
            self._without_orientation(case, row)
            return
        seconds = self.find_s * 2 * self.draws.unit("finding", case.case_id)
        yield from self.operators.hold(seconds, math.inf)
        row.decision_s = (self.now() - fixed(case.caller.at)).total_seconds()
        yield from self.settling.settle(case, row)

    def _answered(self, case: Case, row: Row) -> Process:
        """Ring until somebody answers, or until tired; some call again, once."""
        figures = self.plot.world
        for attempt in (1, 2):
            row.calls = attempt
            mean = 60 * figures.number("answering", "patience_minutes")
            patience = self.draws.exponential(mean, "patience", case.case_id, attempt)
            urgent = PRIORITIES[case.need.care_level] == 0
            served: Served = yield from self.assistants.hold(
                self._took("assistant_minutes", "assistant", case),
                math.inf if urgent else patience,
            )
            row.answer_wait_s += served.waited_s
            if served.answered:
                return True
            again = figures.number("answering", "calls_again")
            if not self.draws.chance(again, "calls again", case.case_id):
                return False
            yield self.env.timeout(60 * figures.number("answering", "calls_again_minutes"))
        return False

    def _took(self, figure: str, name: str, case: Case) -> float:
        mean = 60 * self.plot.world.number("answering", figure)
        return self.draws.exponential(mean, name, case.case_id)

    def _without_orientation(self, case: Case, row: Row) -> None:
        """Nobody is looked for: handed over to the AMU, or advised."""
        now = self.now()
        row.decision_s = (now - fixed(case.caller.at)).total_seconds()
        answer = self.desk.answer(case, now)
        kind = answer.options[0].proposal.kind
        row.outcome = Outcome.AMU if kind is ProposalKind.AMU else Outcome.ADVICE


@dataclass(frozen=True, slots=True)
class _Roster:
    """How many people an hour needs on an ordinary day, at an occupancy."""

    arrivals: Arrivals
    start: datetime
    occupancy: float

    def of(self, held_s: float, share: float = 1.0) -> "_Staff":
        return _Staff(self, held_s * share)


@dataclass(slots=True)
class _Staff:
    roster: _Roster
    load_s: float
    _known: dict[int, int] = field(default_factory=dict)

    def __call__(self, at_s: float) -> int:
        hour = int(at_s // HOUR_S)
        if hour not in self._known:
            instant = self.roster.start + timedelta(hours=hour)
            needed = self.roster.arrivals.rate_per_h(instant) * self.load_s / HOUR_S
            self._known[hour] = max(1, math.ceil(needed / self.roster.occupancy))
        return self._known[hour]
