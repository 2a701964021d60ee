"""What is done with cases: opened, read, answered, decided; each access leaves its line."""

from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.bookings import without_taken
from regulation.cases import TRANSITIONS, Case, CaseState
from regulation.decisions import Decision, DecisionRefused
from regulation.kernel.time import PARIS
from regulation.ports import CaseExists, RecordedOrientation, StaleVersion
from regulation.usecases import propose_orientations
from services import happenings
from services.deciding import DecisionAsked, Outcome, Picture, take_decision
from services.refusals import Conflict, OutOfDate, UnknownCase
from services.runtime import Runtime
from services.store import Store, StoreUnavailable, Unit

ATTEMPTS = 3
"""How often a command is tried when others keep changing the same case meanwhile."""

AGAIN = frozenset(state for state, after in TRANSITIONS.items() if CaseState.PROPOSED in after)
"""States from which a case may be answered, perhaps anew."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """A case with the last answer given to it and the decisions taken, oldest first."""

    case: Case
    answer: RecordedOrientation | None
    decisions: Sequence[Decision]


@dataclass(frozen=True, slots=True)
class Casework:
    """The commands on cases. Synchronous: the edge calls them off its event loop."""

    runtime: Runtime
    store: Store

    def open_case(self, case: Case, who: str) -> Case:
        """Keep a new case; the same case again changes nothing, another of its id is refused."""
        with self._noted(AuditAction.OPEN, case.case_id, who), self.store.unit() as unit:
            kept = unit.cases.find(case.case_id)
            if kept is not None and _as_told(kept) != _as_told(case):
                raise CaseExists(case.case_id)
            if kept is None:
                unit.cases.add(case)
                unit.events.record(happenings.opened(case, self.runtime.clock.now(), who))
            outcome = AuditOutcome.REPEATED if kept else AuditOutcome.DONE
            self._note(unit, AuditAction.OPEN, case.case_id, who, outcome)
            return kept or case

    def read_case(self, case_id: str, who: str) -> Dossier:
        """Return what is kept of a case; raise UnknownCase."""
        with self._noted(AuditAction.READ, case_id, who), self.store.unit() as unit:
            case = unit.cases.find(case_id)
            if case is None:
                raise UnknownCase(case_id)
            self._note(unit, AuditAction.READ, case_id, who, AuditOutcome.DONE)
            return Dossier(
                case=case,
                answer=unit.journal.find_orientation(case_id),
                decisions=unit.journal.decisions_of(case_id),
            )

    def propose(self, case_id: str, who: str) -> RecordedOrientation:
        """Answer the case on the current snapshot and keep the answer; raise UnknownCase.

        A decided case is taken up again: what it holds is kept until another decision.
        """
        return self._answered(case_id, who, AGAIN)

    def decide(self, asked: DecisionAsked) -> Outcome:
        """Take a decision whole; raise OutOfDate with fresh proposals when it no longer can be."""
        who = asked.actor.actor_id
        try:
            with self._noted(AuditAction.DECIDE, asked.case_id, who):
                return _retried(lambda: self._decide(asked))
        except OutOfDate as refusal:
            fresh = self._answered(asked.case_id, who, frozenset({CaseState.PROPOSED}))
            raise OutOfDate(refusal.field, refusal.reason, fresh) from None

    def _answered(
        self, case_id: str, who: str, states: Container[CaseState]
    ) -> RecordedOrientation:
        with self._noted(AuditAction.PROPOSE, case_id, who):
            return _retried(lambda: self._propose(case_id, who, states))

    def _propose(self, case_id: str, who: str, states: Container[CaseState]) -> RecordedOrientation:
        now = self.runtime.clock.now()
        with self.store.reading() as unit:
            case = unit.cases.find(case_id)
            if case is None:
                raise UnknownCase(case_id)
            if case.state not in states:
                raise Conflict("case_id", f"nothing can be proposed to a case {case.state}")
            versions = unit.promises.versions()  # before the rides: never newer than they are
            promised = unit.promises.rides_after(now, besides=case_id)
            taken = unit.bookings.taken_after(now, besides=case_id)
            recent = unit.journal.oriented_since(_midnight(now))
        proposed = case.to(CaseState.PROPOSED, at=now, actor=who)
        snapshot = without_taken(self.runtime.snapshots.current(), taken)
        desk = replace(self.runtime.desk(now, promised), recent=recent)
        orientation = propose_orientations(case, snapshot, desk, now)
        legs = (leg for proposal in orientation.proposals for leg in proposal.legs)
        vehicles = sorted({leg.vehicle_id for leg in legs if leg.vehicle_id is not None})
        with self.store.unit() as unit:
            unit.cases.save(proposed, case.version)
            self._note(unit, AuditAction.PROPOSE, case_id, who, AuditOutcome.DONE)
            recorded = unit.journal.record_orientation(
                orientation,
                at=now,
                vehicle_versions={one: versions.get(one, 0) for one in vehicles},
            )
            unit.events.record(happenings.proposed(recorded, proposed.version, who))
            return recorded

    def check_known(self, case_id: str, who: str) -> None:
        """Leave the line of somebody who begins to watch a case; raise UnknownCase."""
        with self._noted(AuditAction.READ, case_id, who), self.store.unit() as unit:
            if unit.cases.find(case_id) is None:
                raise UnknownCase(case_id)
            self._note(unit, AuditAction.READ, case_id, who, AuditOutcome.DONE)

    def _decide(self, asked: DecisionAsked) -> Outcome:
        now = self.runtime.clock.now()
        picture = Picture(
            now=now,
            snapshot=self.runtime.snapshots.current(),
            desk=self.runtime.desk(now, ()),
            vehicles={one.vehicle_id: one for one in self.runtime.fleet(now)},
            tolerance=self.runtime.promise_tolerance,
            answer_within=self.runtime.answer_within,
        )
        with self.store.unit() as unit:
            outcome = take_decision(unit, asked, picture)
            if not outcome.repeated:
                unit.events.record(happenings.decided(outcome))
            done = AuditOutcome.REPEATED if outcome.repeated else AuditOutcome.DONE
            self._note(unit, AuditAction.DECIDE, asked.case_id, asked.actor.actor_id, done)
            return outcome

    def _note(
        self, unit: Unit, action: AuditAction, case_id: str, who: str, outcome: AuditOutcome
    ) -> None:
        now = self.runtime.clock.now()
        unit.audit.record(
            AuditEntry(at=now, who=who, action=action, case_id=case_id, outcome=outcome)
        )

    @contextmanager
    def _noted(self, action: AuditAction, case_id: str, who: str) -> Iterator[None]:
        """Leave a line, in a unit of its own, when the access ends in a refusal or a fault."""
        try:
            yield
        except StoreUnavailable:
            raise  # there is nowhere to write the line
        except Exception as refusal:
            with self.store.unit() as unit:
                self._note(unit, action, case_id, who, _outcome_of(refusal))
            raise


def _retried(work: Callable[[], T]) -> T:
    """Begin again when the case moved on meanwhile; what is read then is up to date."""
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except StaleVersion:
            continue
    return work()


def _as_told(case: Case) -> Case:
    """The case as the caller told it, without what has become of it since."""
    return replace(case, state=CaseState.OPEN, journal=())


def _midnight(now: datetime) -> datetime:
    return now.astimezone(PARIS).replace(hour=0, minute=0, second=0, microsecond=0)


def _outcome_of(refusal: Exception) -> AuditOutcome:
    match refusal:
        case UnknownCase():
            return AuditOutcome.NOT_FOUND
        case DecisionRefused():
            return AuditOutcome.REFUSED
        case Conflict() | CaseExists() | StaleVersion():
            return AuditOutcome.CONFLICT
        case _:
            return AuditOutcome.FAILED
