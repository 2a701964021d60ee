"""From a decision to home: the way there, the wait, care, the pharmacy, the way home."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import simpy

from regulation.cases import Case
from regulation.kernel.events import CareEnded, JourneyEvent, PatientAbsent, RideReported
from regulation.kernel.journeys import PlannedJourney, PlannedLeg
from regulation.kernel.modes import FLEET_MODES, LegKind, PharmacyNeed
from regulation.kernel.rides import LiveRide, RideStatus
from regulation.kernel.time import TimeWindow, fixed
from regulation.proposals import OrientationProposal, ProposalKind
from simulations.draws import Draws
from simulations.world.accounts import Accounts
from simulations.world.consulting import Consulting
from simulations.world.deciding import Option, SimulatedDesk
from simulations.world.queue import Process
from simulations.world.rows import Outcome, Row

LOOKED_FOR_EVERY = timedelta(minutes=15)
STRANDED_AFTER = timedelta(hours=4)
"""Who finds no vehicle home for so long goes home otherwise (assumption)."""

HOMEWARD = frozenset({LegKind.PHARMACY, LegKind.RETURN})


@dataclass(slots=True, kw_only=True)
class Going:
    """Takes people there and home, one process each."""

    env: simpy.Environment
    now: Callable[[], datetime]
    desk: SimulatedDesk
    consulting: Consulting
    accounts: Accounts
    draws: Draws
    _left: dict[str, simpy.Event] = field(default_factory=dict)

    def leave(self, journey_id: str) -> None:
        """Tell whoever waits for a vehicle that none can come any more."""
        if journey_id in self._left:
            self._left.pop(journey_id).succeed()

    def go(self, case: Case, row: Row, option: Option, *, walks: bool) -> Process:
        """Live a decided journey to its end; False: no vehicle came, another is to be decided.

        `walks`: the person is taken in an ambulance, and could sit.
        """
        planned, kind = option.planned, option.proposal.kind
        if planned is None:
            row.outcome = str(kind)
            return True
        came = yield from self._there(case, planned)
        if not came:
            row.breakdowns += 1
            self.desk.under_way.end(case.case_id)
            return False
        self.accounts.note_journey(row, option, walks=walks)
        if self._is_absent(case, kind):
            row.outcome, row.in_time = Outcome.NO_SHOW, None
            self._tell(PatientAbsent(at=self.now(), journey_id=case.case_id, ride=LegKind.OUTWARD))
            self.desk.under_way.end(case.case_id)
            return True
        seen, over = self._care(case, option, planned)
        self._note_seen(case, row, option, seen)
        is_ed = kind is ProposalKind.ED
        row.care_s = (over - (planned.stop.start if is_ed else seen)).total_seconds()
        yield from self._until(over)
        yield from self._home(case, row, planned, over)
        self.desk.under_way.end(case.case_id)
        return True

    def _there(self, case: Case, planned: PlannedJourney) -> Process:
        """Wait for care to begin, or for the vehicle that arrives after; False: none comes."""
        alarm = self._left[case.case_id] = self.env.event()
        start = planned.stop.start
        while start > self.now() and not alarm.triggered:
            left = (start - self.now()).total_seconds()
            yield self.env.timeout(left) | alarm
            start = max(start, self._arrival(case, start))
        self._left.pop(case.case_id, None)
        if alarm.triggered:
            return False
        self._tell_ride(case, LegKind.OUTWARD)
        return True

    def _arrival(self, case: Case, otherwise: datetime) -> datetime:
        """When the vehicle now counted on sets the person down."""
        ride = self.desk.under_way.ride(case.case_id, LegKind.OUTWARD)
        return ride.legs[-1].dropoff_at if ride is not None and ride.legs else otherwise

    @staticmethod
    def as_proposal(kind: ProposalKind, planned: PlannedJourney) -> OrientationProposal:
        """What somebody who fends for themselves does, told as a proposal is."""
        return OrientationProposal(
            rank=1,
            kind=kind,
            care=TimeWindow(planned.stop.start, planned.stop.end),
            legs=planned.legs,
            home_at=planned.home_at,
            objective=planned.terms,
            explanation=("sans orientation",),
        )

    def _care(
        self, case: Case, option: Option, planned: PlannedJourney
    ) -> tuple[datetime, datetime]:
        """When the person is seen, and when care is over."""
        start = max(planned.stop.start, self.now())
        if option.proposal.kind is ProposalKind.ED:
            seen = start + self.consulting.ed_wait(case.case_id)
            return seen, start + self.consulting.ed_stay(case.case_id)
        slot = option.proposal.slot
        length = slot.window.length if slot else timedelta(minutes=15)
        late = self.consulting.delay(planned.stop.place_id, start, min(length, LOOKED_FOR_EVERY))
        return start + late, start + late + self.consulting.length(case.case_id)

    def _is_absent(self, case: Case, kind: ProposalKind) -> bool:
        comes = kind in {ProposalKind.CONSULTATION, ProposalKind.ASSISTED_TELECONSULTATION}
        chance = self.desk.figures.number("care", "no_show")
        return comes and self.draws.chance(chance, "absent", case.case_id)

    def _note_seen(self, case: Case, row: Row, option: Option, seen: datetime) -> None:
        kind, planned = option.proposal.kind, option.planned
        assert planned is not None
        row.outcome = str(kind)
        row.seen_s = (seen - fixed(case.caller.at)).total_seconds()
        row.in_time = row.deadline_s is not None and row.seen_s <= row.deadline_s
        there = [leg.dropoff_at for leg in planned.legs if leg.kind is LegKind.OUTWARD]
        if there:
            row.care_wait_s = (seen - there[-1]).total_seconds()
        self.accounts.note_care(row, kind, oriented=not row.fate)

    def _home(self, case: Case, row: Row, planned: PlannedJourney, over: datetime) -> Process:
        legs = [leg for leg in planned.legs if leg.kind in HOMEWARD]
        if not legs:
            row.home_at_s = (over - fixed(case.caller.at)).total_seconds()
            self._note_pharmacy(case, row, planned, None)
            return
        if legs[0].mode in FLEET_MODES:
            yield from self._driven_home(case, row, planned, over)
            return
        leaves = over + max(timedelta(0), legs[0].pickup_at - planned.stop.end)
        home = leaves + (legs[-1].dropoff_at - legs[0].pickup_at)
        row.home_wait_s = (leaves - over).total_seconds()
        yield from self._until(home)
        self._note_home(case, row, planned, leaves, home)

    def _driven_home(
        self, case: Case, row: Row, planned: PlannedJourney, over: datetime
    ) -> Process:
        """The vehicle is called when care is over; another is looked for when it cannot come."""
        self._tell(CareEnded(at=over, journey_id=case.case_id))
        while True:
            now = self.now()
            row.replannings += self.desk.under_way.replan(self.desk.replanner(now), now)
            ride = self._way_home(case)
            if ride is not None:
                yield from self._until(ride.legs[0].pickup_at)
                ride = self._way_home(case)  # it may have broken down meanwhile
            if ride is not None:
                break
            if now - over > STRANDED_AFTER:
                row.stranded = True
                self._note_home(case, row, planned, now, now + self._took(planned))
                return
            yield self.env.timeout(LOOKED_FOR_EVERY.total_seconds())
        legs = ride.legs
        row.home_wait_s = max(0.0, (legs[0].pickup_at - over).total_seconds())
        yield from self._until(legs[-1].dropoff_at)
        self._tell_ride(case, LegKind.RETURN)
        self._note_home(case, row, planned, legs[0].pickup_at, legs[-1].dropoff_at)

    def _way_home(self, case: Case) -> LiveRide | None:
        ride = self.desk.under_way.ride(case.case_id, LegKind.RETURN)
        return ride if ride is not None and ride.legs else None

    @staticmethod
    def _took(planned: PlannedJourney) -> timedelta:
        legs = [leg for leg in planned.legs if leg.kind in HOMEWARD]
        return legs[-1].dropoff_at - legs[0].pickup_at

    def _note_home(
        self, case: Case, row: Row, planned: PlannedJourney, leaves: datetime, home: datetime
    ) -> None:
        row.home_at_s = (home - fixed(case.caller.at)).total_seconds()
        first = next(leg for leg in planned.legs if leg.kind in HOMEWARD)
        reached = leaves + (first.dropoff_at - first.pickup_at)
        self._note_pharmacy(case, row, planned, reached)

    def _note_pharmacy(
        self, case: Case, row: Row, planned: PlannedJourney, reached: datetime | None
    ) -> None:
        """Tell whether the pharmacy of the way home was open when it was reached."""
        if case.pharmacy_stop is PharmacyNeed.NONE:
            return
        if reached is None or planned.pharmacy is None:
            row.pharmacy = "none on the way"
            return
        is_open = any(window.contains(reached) for window in planned.pharmacy.open_windows)
        row.pharmacy = "reached" if is_open else "shut"

    def _until(self, instant: datetime) -> Process:
        left = (instant - self.now()).total_seconds()
        if left > 0:
            yield self.env.timeout(left)

    def _tell(self, event: JourneyEvent) -> None:
        if self.desk.under_way.journey(self._journey_id(event)) is not None:
            self.desk.under_way.told.append(event)

    @staticmethod
    def _journey_id(event: JourneyEvent) -> str:
        return str(getattr(event, "journey_id", ""))

    def _tell_ride(self, case: Case, kind: LegKind) -> None:
        """Have the vehicle tell of a ride that is done, as it happened."""
        ride: LiveRide | None = self.desk.under_way.ride(case.case_id, kind)
        if ride is None or not ride.legs or ride.vehicle_id is None:
            return
        first: PlannedLeg = ride.legs[0]
        boarded = first.pickup_at + timedelta(seconds=ride.needs.boarding_s)
        ended = ride.legs[-1].dropoff_at + timedelta(seconds=ride.needs.alighting_s)
        for at, status in ((boarded, RideStatus.UNDER_WAY), (ended, RideStatus.HANDED_OVER)):
            self._tell(
                RideReported(
                    at=min(at, self.now()),
                    journey_id=case.case_id,
                    ride=kind,
                    vehicle_id=ride.vehicle_id,
                    status=status,
                )
            )
