"""From a call to be oriented to a decision: proposals, refusals, slots lost, and what people do
when nothing fits."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import simpy

from regulation.assessment import assess
from regulation.bookings import booking_of
from regulation.cases import Case
from regulation.kernel.journeys import JourneyRequest
from regulation.kernel.modes import Mode
from regulation.kernel.time import fixed
from regulation.mobility import VehicleClass
from regulation.proposals import ProposalKind
from regulation.riding import effective_class
from regulation.usecases import deadline_of
from simulations.demand.incomes import Incomes
from simulations.draws import Draws
from simulations.world.deciding import Answer, Option, SimulatedDesk, vehicles_of, wait_of
from simulations.world.going import Going
from simulations.world.queue import Process
from simulations.world.rows import Outcome, Row

FATES = ("renounces", "calls_back", "ambulance_to_ed", "brought_to_ed", "orders_taxi")
TO_ED = frozenset({"ambulance_to_ed", "brought_to_ed"})
LOOKS = TO_ED | {"orders_taxi"}
"""Fates of who finds a way by themselves."""

LOST_MINUTES = timedelta(minutes=1)
"""A slot that was taken meanwhile is known at once, and another is asked for (assumption)."""


@dataclass(slots=True, kw_only=True)
class Settling:
    """Settles calls, one process each."""

    env: simpy.Environment
    now: Callable[[], datetime]
    desk: SimulatedDesk
    going: Going
    incomes: Incomes
    draws: Draws

    def settle(self, case: Case, row: Row) -> Process:
        """Propose until something holds; then the person goes. Else they fend for themselves."""
        answer: Answer | None = None
        refused: frozenset[str] = frozenset()
        row.deadline_s = self._deadline_s(case)
        for _ in range(int(self.desk.figures.number("fleet", "attempts"))):
            answer = self.desk.answer(case, self.now(), refused)
            request = answer.request
            option = self._acceptable(case, row, answer.options)
            if option is None or request is None:
                break
            if self._is_lost(option):
                row.slots_lost += 1
                yield self.env.timeout(LOST_MINUTES.total_seconds())
                continue
            unwilling = self._unwilling(case, option)
            if unwilling:
                row.refusals += len(unwilling)
                refused |= unwilling
                waited = wait_of(self.desk.figures, "fleet", "refusal_minutes")
                yield self.env.timeout(waited.total_seconds())
                continue
            self._hold(case, row, option, request)
            came = yield from self.going.go(case, row, option, walks=self._sits(case, option))
            if came:
                return
            self._release(row, option)
        yield from self._unserved(case, row, answer)

    def _deadline_s(self, case: Case) -> int:
        deadline = deadline_of(case, self.desk.parameters(self.now()))
        return round((deadline - fixed(case.caller.at)).total_seconds())

    def _acceptable(self, case: Case, row: Row, options: tuple[Option, ...]) -> Option | None:
        """The first option the person is ready to pay for, by what they live on."""
        mean = 100 * self.desk.figures.number("unserved", "pays_up_to_eur")
        mean *= self.incomes.multiple(row.decile)
        most = self.draws.exponential(mean, "pays", case.case_id)
        return next((one for one in options if one.patient_cents <= most), None)

    def _is_lost(self, option: Option) -> bool:
        """Tell whether the slot was taken since it was read; it is shown no more."""
        slot = booking_of(option.proposal, case_id="", booked_at=self.now())
        if slot is None or self.desk.offer.is_free(slot.slot_id, self.now()):
            return False
        self.desk.offer.forget(slot.slot_id)
        return True

    def _unwilling(self, case: Case, option: Option) -> frozenset[str]:
        if option.planned is None:
            return frozenset()
        chance = self.desk.figures.number("fleet", "refusal")
        return frozenset(
            one
            for one in vehicles_of(option.planned)
            if self.draws.chance(chance, "refuses", case.case_id, one)
        )

    def _hold(self, case: Case, row: Row, option: Option, request: JourneyRequest) -> None:
        now = self.now()
        slot = booking_of(option.proposal, case_id=case.case_id, booked_at=now)
        if slot is not None:
            self.desk.offer.book(slot.slot_id)
        facts = option.proposal.effecteur
        place = facts.effecteur.effecteur_id if facts else None
        row.effecteur = str(place) if place else ""
        row.own_doctor = place is not None and place == case.preferred_effecteur
        if option.planned is not None:
            self.desk.under_way.begin(option.planned, request, now)
            names = vehicles_of(option.planned)
            row.provider = self.desk.fleet.provider(names[0]) if names else ""

    def _release(self, row: Row, option: Option) -> None:
        """Give back what nobody will use, once no vehicle can come."""
        now = self.now()
        slot = booking_of(option.proposal, case_id="", booked_at=now)
        if slot is not None:
            self.desk.offer.release(slot.slot_id, now)
        row.effecteur, row.provider, row.own_doctor = "", "", False

    def _sits(self, case: Case, option: Option) -> bool:
        """Tell whether somebody who is taken in an ambulance could sit; it is asked of no other."""
        legs = option.planned.legs if option.planned else ()
        if all(leg.mode is not Mode.AMBULANCE for leg in legs):
            return False
        verdict = assess(case.mobility, self.desk.desks.rulebook, self.now())
        return effective_class(verdict) not in {VehicleClass.AMBULANCE, VehicleClass.SMUR}

    def _unserved(self, case: Case, row: Row, answer: Answer | None) -> Process:
        """Nothing fits: what people do then is an assumption, the same under every policy."""
        fate = self._fate(case, row)
        if fate == "calls_back":
            row.fate = fate
            yield self.env.timeout(3600 * self.desk.figures.number("unserved", "calls_back_hours"))
            yield from self.settle(case, row)
            return
        row.fate = fate
        looks = answer if fate in LOOKS else None
        request = looks.looked_at(to_ed=fate in TO_ED) if looks is not None else None
        option = None if request is None else self._by_themselves(fate, request)
        if option is None or request is None:
            row.outcome = Outcome.RENOUNCED
            row.in_time = False
            return
        self._hold(case, row, option, request)
        came = yield from self.going.go(case, row, option, walks=self._sits(case, option))
        if not came:
            self._release(row, option)
            row.outcome, row.in_time = Outcome.RENOUNCED, False

    def _fate(self, case: Case, row: Row) -> str:
        """Draw what somebody does; who has called back once does something else."""
        shares = {name: self.desk.figures.number("unserved", name) for name in FATES}
        if row.fate:
            shares["calls_back"] = 0.0
        aim = self.draws.unit("fate", case.case_id, row.fate) * sum(shares.values())
        for name, share in shares.items():
            aim -= share
            if aim < 0:
                return name
        return FATES[0]

    def _by_themselves(self, fate: str, request: JourneyRequest) -> Option | None:
        """How they go to an emergency department, or somewhere by a taxi they ordered."""
        ordered = wait_of(self.desk.figures, "finding", "transport_minutes")
        now = self.now()
        match fate:
            case "ambulance_to_ed":
                modes, to_ed, ready = frozenset({Mode.AMBULANCE}), True, now
            case "brought_to_ed":
                modes, to_ed, ready = frozenset({Mode.COMPANION_CAR}), True, now
            case "orders_taxi":
                modes, to_ed, ready = frozenset({Mode.TAXI}), False, now + ordered
            case _:
                return None
        asked = replace(request, ready_at=ready)
        planned = self.desk.by_one_mode(asked, modes, now, to_ed=to_ed)
        if planned is None:
            return None
        kind = ProposalKind.ED if to_ed else ProposalKind.CONSULTATION
        return Option(proposal=self.going.as_proposal(kind, planned), planned=planned)
