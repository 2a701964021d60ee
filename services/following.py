"""What is done with journeys under way: seen together, called home, closed, cancelled, handed over
to the next shift; each access leaves its line."""

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.cases import Case, CaseState
from regulation.decisions import Actor, Decision
from regulation.declarations import Declaration
from regulation.drafts import CaseDraft
from regulation.events import Event, EventKind, NumberedEvent
from regulation.kernel.ids import Identifier
from regulation.measures import clock
from regulation.notes import Note
from regulation.ports import RecordedOrientation
from regulation.proposals import OrientationProposal
from services import happenings
from services.closing import call_off, fall_silent
from services.keyed import UNKEYED, Keyed
from services.refusals import Conflict, TooEarly, UnknownCase
from services.runtime import Runtime
from services.store import Store, Unit
from services.told import everything_told
from transport.fleet import PromisedRide

UNDER_WAY = frozenset({CaseState.DECIDED, CaseState.UNDER_WAY})
WAITING = frozenset({CaseState.OPEN, CaseState.PROPOSED})
CANCELLABLE = frozenset({CaseState.DECIDED, *WAITING})
MOST_JOURNEYS, MOST_WAITING, MOST_NOTES = 200, 30, 20
BOARD = "board"
"""Stands for all cases at once in the audit trail."""
SEEN_EARLY = timedelta(minutes=15)
"""Assumption: how much sooner than planned somebody may have been seen, and be ready to go home."""
LONGEST_ID = 64
"""Characters of the id of a case; that of a draft, which another software gives, may have more:
its line has the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A decided case: the decision that holds, its rides, and what was told of it since."""

    case: Case
    decision: Decision
    rides: Sequence[PromisedRide]
    events: Sequence[NumberedEvent]

    @property
    def told(self) -> Sequence[Event]:
        """What was told since the decision that holds, in order, whatever clocks said."""
        events = [one.event for one in self.events]
        decided = [n for n, one in enumerate(events) if one.kind is EventKind.CASE_DECIDED]
        return events[decided[-1] + 1 :] if decided else events


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Everything under way at one instant, what effecteurs declare of themselves, what waits."""

    now: datetime
    followed: Sequence[Followed]
    declared: Mapping[Identifier, Declaration]
    waiting: Sequence[Case]
    drafts: Sequence[CaseDraft]
    notes: Sequence[Note]


@dataclass(frozen=True, slots=True)
class Following:
    """The commands on journeys under way. Synchronous, like those on cases."""

    runtime: Runtime
    store: Store

    def picture(self) -> Picture:
        """Read everything under way."""
        now = self.runtime.clock.now()
        with self.store.reading() as unit:
            cases = unit.cases.latest(UNDER_WAY, MOST_JOURNEYS)
            return Picture(
                now=now,
                followed=tuple(followed_in(unit, case) for case in cases),
                declared={one.effecteur_id: one for one in unit.declarations.valid_at(now)},
                waiting=unit.cases.latest(WAITING, MOST_WAITING),
                drafts=unit.drafts.latest(MOST_WAITING),
                notes=unit.notes.latest(MOST_NOTES),
            )

    def look_through(self, limit: int, who: str) -> Sequence[Case]:
        """Return the cases that moved last, whatever their state, to somebody who looks for one."""
        with self.store.unit() as unit:
            self._note(unit, AuditAction.SEARCH, BOARD, who)
            return unit.cases.latest(frozenset(CaseState), limit)

    def answers(self, wanted: Sequence[str]) -> Mapping[str, RecordedOrientation]:
        """Read answers by their ids; what was decided is in one of them."""
        with self.store.reading() as unit:
            return {one: unit.journal.get_orientation(one) for one in wanted}

    def watched(self, who: str) -> None:
        """Leave the line of somebody who begins to watch what is under way."""
        with self.store.unit() as unit:
            self._note(unit, AuditAction.FOLLOW, BOARD, who)

    def want_return(self, case_id: str, actor: Actor, key: Keyed[Case] = UNKEYED) -> Case:
        """Say that the patient is ready to go home; said again, nothing changes."""
        return self._carried_out(AuditAction.WANT_RETURN, _want_return, case_id, actor, key)

    def close(self, case_id: str, actor: Actor, key: Keyed[Case] = UNKEYED) -> Case:
        """Say that the patient is home: nothing more is followed."""
        return self._carried_out(AuditAction.CLOSE, _close, case_id, actor, key)

    def cancel(self, case_id: str, actor: Actor, key: Keyed[Case] = UNKEYED) -> Case:
        """Give back what a case holds and tell whoever was told; the patient no longer comes."""
        return self._carried_out(AuditAction.CANCEL, _cancel, case_id, actor, key)

    def leave_note(self, text: str, actor: Actor, case_id: str | None = None) -> None:
        """Leave a note to the other regulators and the next shift; raise ValueError when empty."""
        now = self.runtime.clock.now()
        with self.store.unit() as unit:
            if case_id is not None:
                _known(unit, case_id)
            unit.notes.add(Note(at=now, who=actor.actor_id, text=text.strip(), case_id=case_id))
            self._note(unit, AuditAction.LEAVE_NOTE, case_id or BOARD, actor.actor_id)
            left = EventKind.NOTE_LEFT
            unit.events.record(happenings.happened(left, case_id, now, actor.actor_id))

    def read_draft(self, draft_id: str, who: str) -> CaseDraft | None:
        """Return a case that somebody else began to tell, None when there's none of this id."""
        with self.store.unit() as unit:
            draft = unit.drafts.find(draft_id)
            outcome = AuditOutcome.NOT_FOUND if draft is None else AuditOutcome.DONE
            self._note(unit, AuditAction.READ, draft_id[:LONGEST_ID], who, outcome)
            return draft

    def _carried_out(
        self, action: AuditAction, gesture: "Gesture", case_id: str, actor: Actor, key: Keyed[Case]
    ) -> Case:
        """Make a gesture on a case and return it after; the line left says whether it was made."""
        try:
            with self.store.unit() as unit:
                key.begins(unit)
                case = gesture(unit, _held(unit, case_id), actor, self.runtime.clock.now())
                self._note(unit, action, case_id, actor.actor_id)
                key.ends(unit, case)
                return case
        except (UnknownCase, Conflict) as refusal:
            unknown = isinstance(refusal, UnknownCase)
            outcome = AuditOutcome.NOT_FOUND if unknown else AuditOutcome.CONFLICT
            with self.store.unit() as unit:
                self._note(unit, action, case_id, actor.actor_id, outcome)
            raise

    def _note(
        self,
        unit: Unit,
        action: AuditAction,
        case_id: str,
        who: str,
        outcome: AuditOutcome = AuditOutcome.DONE,
    ) -> None:
        now = self.runtime.clock.now()
        unit.audit.record(
            AuditEntry(at=now, who=who, action=action, case_id=case_id, outcome=outcome)
        )


Gesture = Callable[[Unit, Case, Actor, datetime], Case]
"""Changes a case within a unit; returns it as it is then."""


def wanted_home_at(followed: Followed) -> datetime | None:
    """Return when the patient was first told to be ready to go home, None when nobody said so since
    it was decided where they go."""
    wanted = (one.at for one in followed.told if one.kind is EventKind.RETURN_WANTED)
    return next(wanted, None)


def _want_return(unit: Unit, case: Case, actor: Actor, now: datetime) -> Case:
    _refuse_unless(case, UNDER_WAY)
    followed = followed_in(unit, case)
    care = chosen_in(unit, followed.decision).care
    if care is not None and now < care.start - SEEN_EARLY:
        raise TooEarly(f"le soin est à {clock(care.start)}, le retour se demande ensuite")
    if wanted_home_at(followed) is None:
        wanted = EventKind.RETURN_WANTED
        unit.events.record(happenings.happened(wanted, case.case_id, now, actor.actor_id))
    return case


def _close(unit: Unit, case: Case, actor: Actor, now: datetime) -> Case:
    if case.state is CaseState.CLOSED:
        return case
    _refuse_unless(case, UNDER_WAY)
    fall_silent(unit, case.case_id)
    closed = EventKind.CASE_CLOSED
    unit.events.record(happenings.happened(closed, case.case_id, now, actor.actor_id))
    return _ended(unit, case, CaseState.CLOSED, actor, now)


def _cancel(unit: Unit, case: Case, actor: Actor, now: datetime) -> Case:
    if case.state is CaseState.CANCELLED:
        return case
    _refuse_unless(case, CANCELLABLE)
    case_id = case.case_id
    call_off(unit, case_id, f"{case_id}:{case.version}/cancelled", now)
    cancelled = _ended(unit, case, CaseState.CANCELLED, actor, now)
    said = EventKind.CASE_CANCELLED
    unit.events.record(happenings.happened(said, case_id, now, actor.actor_id))
    return cancelled


def _ended(unit: Unit, case: Case, state: CaseState, actor: Actor, now: datetime) -> Case:
    ended = case.to(state, at=now, actor=actor.actor_id)
    unit.cases.save(ended, case.version)
    return ended


def _known(unit: Unit, case_id: str) -> Case:
    case = unit.cases.find(case_id)
    if case is None:
        raise UnknownCase(case_id)
    return case


def _held(unit: Unit, case_id: str) -> Case:
    """Return the case as nobody else moves it meanwhile, its rides included."""
    case = unit.cases.hold(case_id)
    if case is None:
        raise UnknownCase(case_id)
    return case


def chosen_in(unit: Unit, decision: Decision) -> OrientationProposal:
    """Read the proposal that was decided on."""
    answer = unit.journal.get_orientation(decision.orientation_id).orientation
    return answer.at_rank(decision.rank)


def followed_in(unit: Unit, case: Case) -> Followed:
    """Read what holds of a decided case, and what was told of it."""
    decision = unit.journal.decisions_of(case.case_id)[-1]
    return Followed(
        case=case,
        decision=decision,
        rides=unit.promises.rides_of(case.case_id),
        events=list(everything_told(unit, case.case_id)),
    )


def _refuse_unless(case: Case, states: Container[CaseState]) -> None:
    if case.state not in states:
        raise Conflict("case_id", f"cela ne peut se faire : le dossier est {case.state}")
