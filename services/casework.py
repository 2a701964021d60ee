"""What is done with cases: opened, read, answered, decided; each access leaves its line."""

from collections.abc import Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.cases import TRANSITIONS, Case, CaseState
from regulation.decisions import Actor, Decision, DecisionRefused
from regulation.ports import CaseExists, RecordedOrientation, StaleVersion
from regulation.red_flags import Lifting, lift_flags
from services import happenings
from services.answering import Answered, Scene, answered_on, scene_of
from services.basis import Grounds, Scribe, Written
from services.deciding import DecisionAsked, Outcome, Picture, take_decision
from services.holding import Holding
from services.keyed import UNKEYED, CarriedOut, Keyed
from services.refusals import Conflict, OutOfDate, UnknownCase
from services.retrying import retried
from services.runtime import Runtime
from services.store import Store, StoreUnavailable, Unit
from services.undoing import take_back

AGAIN = frozenset(state for state, after in TRANSITIONS.items() if CaseState.PROPOSED in after)
"""States from which a case may be answered, perhaps anew."""

UNDECIDED = frozenset({CaseState.OPEN, CaseState.PROPOSED})
"""States in which what the caller told may still be told otherwise."""


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
    scribe: Scribe = field(default_factory=Scribe)
    holding: Holding = field(init=False)

    def __post_init__(self) -> None:
        holding = Holding(self.runtime.holds, self.runtime.clock)
        object.__setattr__(self, "holding", holding)  # a frozen dataclass sets it no other way

    def open_case(self, case: Case, who: str, key: Keyed[Case] = UNKEYED) -> Case:
        """Keep a new case; the same case again changes nothing, another of its id is refused."""
        with self._noted(AuditAction.OPEN, case.case_id, who), self.store.unit() as unit:
            key.begins(unit)
            kept = unit.cases.find(case.case_id)
            if kept is not None and _as_told(kept) != _as_told(case):
                raise CaseExists(case.case_id)
            if kept is None:
                unit.cases.add(case)
                unit.events.record(happenings.opened(case, self.runtime.clock.now(), who))
            outcome = AuditOutcome.REPEATED if kept else AuditOutcome.DONE
            self._note(unit, AuditAction.OPEN, case.case_id, who, outcome)
            key.ends(unit, kept or case)
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

    def propose(
        self, case_id: str, who: str, key: Keyed[RecordedOrientation] = UNKEYED
    ) -> RecordedOrientation:
        """Answer the case on the current snapshot and keep the answer; raise UnknownCase.

        A decided case is taken up again: what it holds is kept until another decision. `key` is
        told the end alone: a search lasts, that it begins is for whoever asks to keep.
        """
        return self._answered(case_id, who, AGAIN, key)

    def preview(self, case: Case) -> Answered:
        """Answer a call that is still being taken: nothing of it is kept."""
        return self._search(self.scene(case.case_id), case)

    def scene(self, case_id: str) -> Scene:
        """Read what a case is answered on; what it holds itself is as if it were free."""
        watch = self.runtime.watch
        with watch("snapshot"):
            offer = self.runtime.snapshots.current()
        with watch("reading"), self.store.reading() as unit:
            return scene_of(unit, case_id, self.runtime, offer)

    def answer(self, case: Case, who: str, ready: Answered | None = None) -> RecordedOrientation:
        """Keep the call as it is told now with its answer, both or neither; told again, anew.

        `ready`: the answer already given to the call told just so. Raise Conflict once the case
        has been decided.
        """
        assert ready is None or ready.case == case
        with self._noted(AuditAction.PROPOSE, case.case_id, who):
            return retried(lambda: self._answer(case, who, ready))

    def take_back(self, case_id: str, actor: Actor, within: timedelta) -> Case:
        """Take a decision back soon after: what it holds is given back, the case waits again.

        Asked again, nothing changes. Raise Conflict when it is too late, or nothing was decided.
        """
        with self._noted(AuditAction.TAKE_BACK, case_id, actor.actor_id):
            return retried(lambda: self._take_back(case_id, actor, within))

    def lift_flags(self, case_id: str, asked: Lifting, key: Keyed[Case] = UNKEYED) -> Case:
        """Lift red flags of a case that isn't decided; raise what `lift_flags` raises, Conflict."""
        with self._noted(AuditAction.LIFT_FLAG, case_id, asked.actor.actor_id):
            return retried(lambda: self._lift_flags(case_id, asked, key))

    def decide(self, asked: DecisionAsked) -> Outcome:
        """Take a decision whole; raise OutOfDate with fresh proposals when it no longer can be."""
        who = asked.actor.actor_id
        try:
            with self._noted(AuditAction.DECIDE, asked.case_id, who):
                return retried(lambda: self._decide(asked))
        except OutOfDate as refusal:
            fresh = self._answered(asked.case_id, who, frozenset({CaseState.PROPOSED}))
            raise OutOfDate(refusal.field, refusal.reason, fresh) from None

    def _answered(
        self,
        case_id: str,
        who: str,
        states: Container[CaseState],
        key: Keyed[RecordedOrientation] = UNKEYED,
    ) -> RecordedOrientation:
        with self._noted(AuditAction.PROPOSE, case_id, who):
            return retried(lambda: self._propose(case_id, who, states, key))

    def _propose(
        self,
        case_id: str,
        who: str,
        states: Container[CaseState],
        key: Keyed[RecordedOrientation],
    ) -> RecordedOrientation:
        with self.runtime.search:  # the scene too, so that it is of when its turn comes
            answered = self._look(case_id, states)
        written = self._written(answered)
        with self.runtime.watch("keeping"), self.store.unit() as unit:
            recorded = self._keep(unit, answered, written, who)
            key.ends(unit, recorded)
            return recorded

    def _look(self, case_id: str, states: Container[CaseState]) -> Answered:
        watch = self.runtime.watch
        with watch("snapshot"):
            offer = self.runtime.snapshots.current()
        with watch("reading"), self.store.reading() as unit:
            case = unit.cases.find(case_id)
            if case is None:
                raise UnknownCase(case_id)
            _refuse_unless_in(states, case)
            scene = scene_of(unit, case_id, self.runtime, offer)
        return answered_on(scene, case, self.runtime)

    def _answer(self, told: Case, who: str, ready: Answered | None) -> RecordedOrientation:
        offer = self.runtime.snapshots.current()
        with self.store.reading() as unit:
            kept = unit.cases.find(told.case_id)
            if kept is not None:
                _refuse_unless_in(UNDECIDED, kept)
                told = replace(told, state=kept.state, journal=kept.journal, lifted=kept.lifted)
            scene = scene_of(unit, told.case_id, self.runtime, offer)
        answered = replace(ready, case=told) if ready else self._search(scene, told)
        written = self._written(answered)
        with self.store.unit() as unit:
            if kept is None:
                self._add(unit, told, who)
            return self._keep(unit, answered, written, who)

    def _search(self, scene: Scene, case: Case) -> Answered:
        with self.runtime.search:
            return answered_on(scene, case, self.runtime)

    def _add(self, unit: Unit, case: Case, who: str) -> None:
        try:
            unit.cases.add(case)
        except CaseExists:  # kept meanwhile by the same call sent twice
            raise StaleVersion(f"case {case.case_id}") from None
        unit.events.record(happenings.opened(case, self.runtime.clock.now(), who))
        self._note(unit, AuditAction.OPEN, case.case_id, who, AuditOutcome.DONE)

    def _written(self, answered: Answered) -> Written:
        """Write down what an answer rests on, unless it is kept already."""
        match answered.grounds:
            case Grounds() as grounds:
                return self.scribe.write(grounds, self.runtime.travel_label)
            case kept:
                return Written(basis=kept, documents={})

    def _keep(
        self, unit: Unit, answered: Answered, written: Written, who: str
    ) -> RecordedOrientation:
        """Keep an answer with the case as it was told, and what it rests on."""
        now, case = self.runtime.clock.now(), answered.case
        proposed = case.to(CaseState.PROPOSED, at=now, actor=who)
        unit.cases.save(proposed, case.version)
        self._note(unit, AuditAction.PROPOSE, case.case_id, who, AuditOutcome.DONE)
        unit.archive.keep(written.documents)
        recorded = unit.journal.record_orientation(
            answered.orientation,
            at=answered.at,
            vehicle_versions=answered.vehicle_versions,
            basis=written.basis,
        )
        unit.events.record(happenings.proposed(recorded, proposed.version, who))
        return recorded

    def _take_back(self, case_id: str, actor: Actor, within: timedelta) -> Case:
        now, who = self.runtime.clock.now(), actor.actor_id
        with self.store.unit() as unit:
            found = take_back(unit, case_id, actor, now=now, within=within)
            if not found.repeated:
                unit.events.record(happenings.taken_back(found.case, now, who))
            done = AuditOutcome.REPEATED if found.repeated else AuditOutcome.DONE
            self._note(unit, AuditAction.TAKE_BACK, case_id, who, done)
            return found.case

    def _lift_flags(self, case_id: str, asked: Lifting, key: Keyed[Case]) -> Case:
        now, who = self.runtime.clock.now(), asked.actor.actor_id
        with self.store.unit() as unit:
            key.begins(unit)
            case = unit.cases.find(case_id)
            if case is None:
                raise UnknownCase(case_id)
            if case.state not in UNDECIDED:
                raise Conflict(
                    "case_id", f"aucun drapeau rouge à lever : le dossier est {case.state}"
                )
            lifted = lift_flags(case, asked, self.runtime.rules_at(now), now)
            unit.cases.save(lifted, case.version)
            names = [one.rule_id for one in lifted.lifted[len(case.lifted) :]]
            unit.events.record(happenings.flag_lifted(lifted, names, now, who))
            self._note(unit, AuditAction.LIFT_FLAG, case_id, who, AuditOutcome.DONE)
            key.ends(unit, lifted)
            return lifted

    def check_known(self, case_id: str, who: str) -> None:
        """Leave the line of somebody who begins to watch a case; raise UnknownCase."""
        with self._noted(AuditAction.READ, case_id, who), self.store.unit() as unit:
            if unit.cases.find(case_id) is None:
                raise UnknownCase(case_id)
            self._note(unit, AuditAction.READ, case_id, who, AuditOutcome.DONE)

    def _decide(self, asked: DecisionAsked) -> Outcome:
        now = self.runtime.clock.now()
        vehicles = self.runtime.fleet(now)
        picture = Picture(
            now=now,
            snapshot=self.runtime.snapshots.current(),
            desk=self.runtime.desk(now, (), vehicles),
            vehicles={one.vehicle_id: one for one in vehicles},
            tolerance=self.runtime.promise_tolerance,
            answer_within=self.runtime.answer_within,
        )
        holding = self.holding.around(asked.case_id)
        keeping = self.runtime.watch("keeping")
        with keeping, holding as take, self.store.unit() as unit:  # given back once it is kept
            outcome = take_decision(unit, asked, picture, take)
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
        except (StoreUnavailable, CarriedOut):
            raise  # there is nowhere to write the line, or it is there
        except Exception as refusal:
            with self.store.unit() as unit:
                self._note(unit, action, case_id, who, _outcome_of(refusal))
            raise


def _as_told(case: Case) -> Case:
    """The case as the caller told it, without what has become of it since."""
    return replace(case, state=CaseState.OPEN, journal=(), lifted=())


def _refuse_unless_in(states: Container[CaseState], case: Case) -> None:
    if case.state not in states:
        raise Conflict("case_id", f"rien ne peut être proposé : le dossier est {case.state}")


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
