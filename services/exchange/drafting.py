"""From what another software said of a call to a draft; from a draft that is whole to a case."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from pydantic import ValidationError

from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.cases import TRANSITIONS, CareLevel, Case, CaseState, Priority
from regulation.disclosure import Cause
from regulation.drafts import CaseDraft, Said
from regulation.events import Event, EventKind
from regulation.messages import Channel
from regulation.ports import CaseExists
from regulation.usecases import Desk, reasons_for_amu
from services import happenings
from services.closing import close_appeals
from services.errors import BadInput
from services.outgoing import withdrawals_of
from services.runtime import Runtime
from services.schemas.case import CaseIn
from services.store import Unit
from services.told import carried_out

SHARED_BY_PATIENTS = ("caller.", "patient.position.", "need.motif", "need.priority")
"""What one says of a case, and so of a patient who joins it later."""


class AlreadyShared(Exception):  # noqa: N818  a refusal, named as one says it
    """Another case was shared under the same number."""


class NeverShared(Exception):  # noqa: N818  a refusal, named as one says it
    """No case was shared under this number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Somebody's words about one case: what is said by draft, and whether they still work on it."""

    source: str
    sender: str
    case_ref: str
    by_draft: Mapping[str, Mapping[str, Said]]
    is_closed: bool | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Drafting:
    """Keeps drafts, opens the cases that are whole, hands over those that have become grave."""

    runtime: Runtime

    def share(self, unit: Unit, telling: Telling) -> tuple[CaseDraft, ...]:
        """Keep a case shared for the first time; the same again changes nothing.

        Raise AlreadyShared when something else is kept under its number.
        """
        drafts = []
        for draft_id, said in telling.by_draft.items():
            kept = unit.drafts.find(draft_id)
            if kept is not None and not said.items() <= kept.said.items():
                raise AlreadyShared(draft_id)
            drafts.append(kept or self._begin(unit, telling, draft_id, said))
        return tuple(drafts)

    def update(self, unit: Unit, telling: Telling) -> tuple[CaseDraft, ...]:
        """Bring a shared case up to date; raise NeverShared when it was not."""
        kept = {one.draft_id: one for one in unit.drafts.of_case(telling.case_ref)}
        if not kept:
            raise NeverShared(telling.case_ref)
        named = dict(telling.by_draft)
        common = named.pop(telling.case_ref, {}) if telling.case_ref not in kept else {}
        for draft_id in named.keys() - kept.keys():
            joined = next(iter(kept.values()))
            said = {**_shared(joined.said), **named[draft_id]}
            kept[draft_id] = self._begin(unit, telling, draft_id, said)
        return tuple(
            self._change(unit, telling, draft, {**common, **named.get(draft.draft_id, {})})
            for draft in kept.values()
        )

    def _begin(
        self, unit: Unit, telling: Telling, draft_id: str, said: Mapping[str, Said]
    ) -> CaseDraft:
        draft = CaseDraft(
            draft_id=draft_id,
            case_ref=telling.case_ref,
            source=telling.source,
            sender=telling.sender,
            told_at=telling.at,
            said=said,
            is_closed=bool(telling.is_closed),
        )
        unit.drafts.save(draft)
        unit.events.record(_drafted(draft, telling.at))
        self._open(unit, draft, telling.at)
        return draft

    def _change(
        self, unit: Unit, telling: Telling, draft: CaseDraft, said: Mapping[str, Said]
    ) -> CaseDraft:
        changed = draft.told(said, at=telling.at, is_closed=telling.is_closed)
        if changed is draft:
            return draft
        unit.drafts.save(changed)
        unit.events.record(_drafted(changed, telling.at))
        case = unit.cases.find(changed.draft_id)
        if case is None:
            self._open(unit, changed, telling.at)
        else:
            self._rate_again(unit, case, changed, telling)
        return changed

    def _open(self, unit: Unit, draft: CaseDraft, now: datetime) -> None:
        """Open the case of a draft that lacks nothing; otherwise a person completes it."""
        if draft.missing or draft.is_closed:
            return
        try:
            told = CaseIn.model_validate(draft.as_document())
            case = told.to_case(self.runtime.gazetteer)
        except (ValidationError, BadInput):
            return  # out of the territory, or out of bounds: the draft shows what was said
        try:
            unit.cases.add(case)
        except CaseExists:
            return
        unit.events.record(happenings.opened(case, now, draft.sender))
        _note(unit, AuditAction.OPEN, case.case_id, draft.sender, now)

    def _rate_again(self, unit: Unit, case: Case, draft: CaseDraft, telling: Telling) -> None:
        """Follow the regulation's own rating; a case that has become grave is handed over."""
        rated = _rated(case, draft)
        if rated.need == case.need or not TRANSITIONS[case.state]:
            return
        unit.cases.save(rated, case.version)
        desk = self.runtime.desk(telling.at, ())
        if reasons_for_amu(rated, desk, telling.at):
            hand_over(unit, rated, desk, telling.sender, telling.at)


def hand_over(unit: Unit, case: Case, desk: Desk, who: str, now: datetime) -> None:
    """Hand a case over to the AMU: what it held is given back, whoever was told is told again."""
    if CaseState.HANDED_TO_AMU not in TRANSITIONS[case.state]:
        return
    reasons = ", ".join(one.rule_id for one in reasons_for_amu(case, desk, now))
    moved = case.to(CaseState.HANDED_TO_AMU, at=now, actor=who, reason=reasons)
    unit.cases.save(moved, case.version)
    unit.bookings.release(case.case_id)
    unit.promises.replace(case.case_id, (), seen=unit.promises.versions())
    unit.outbox.withdraw(case.case_id, Channel.PATIENT)  # nobody waits for a taxi any more
    earlier = unit.outbox.of_case(case.case_id)
    decided, done = f"amu-{moved.version}", carried_out(unit, case.case_id)
    unit.outbox.put(*withdrawals_of(earlier, decided, Cause.CANCELLED, now, done=done))
    close_appeals(unit, case.case_id, Cause.CANCELLED, now)
    unit.events.record(
        Event(
            at=now,
            kind=EventKind.CASE_HANDED_TO_AMU,
            case_id=case.case_id,
            facts={"who": who, "rules": reasons, "version": moved.version},
        )
    )
    _note(unit, AuditAction.DECIDE, case.case_id, who, now)


def _rated(case: Case, draft: CaseDraft) -> Case:
    level, priority = draft.said.get("need.care_level"), draft.said.get("need.priority")
    need = replace(
        case.need,
        care_level=case.need.care_level if level is None else CareLevel(str(level)),
        priority=case.need.priority if priority is None else Priority(str(priority)),
    )
    return replace(case, need=need)


def _shared(said: Mapping[str, Said]) -> Mapping[str, Said]:
    return {name: value for name, value in said.items() if name.startswith(SHARED_BY_PATIENTS)}


def _drafted(draft: CaseDraft, now: datetime) -> Event:
    return Event(
        at=now,
        kind=EventKind.CASE_DRAFTED,
        case_id=None,
        facts={
            "draft_id": draft.draft_id,
            "source": draft.source,
            "sender": draft.sender,
            "revision": draft.revision,
            "missing": len(draft.missing),
            "is_closed": draft.is_closed,
        },
    )


def _note(unit: Unit, action: AuditAction, case_id: str, who: str, now: datetime) -> None:
    unit.audit.record(
        AuditEntry(at=now, who=who, action=action, case_id=case_id, outcome=AuditOutcome.DONE)
    )
