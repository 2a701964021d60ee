"""The place de marché at work: members of a community are asked, the first to accept is told so."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, TypeVar

from regulation.assessment import assess
from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.cases import Case, CaseState
from regulation.declarations import SHUT
from regulation.disclosure import Body, Cause, PatientSought, Withdrawal
from regulation.events import Event, EventKind
from regulation.kernel.ids import Identifier
from regulation.marketplace import Appeal, Community, Taking
from regulation.messages import Channel, OutgoingMessage
from regulation.ports import StaleVersion
from regulation.snapshots import Snapshot
from regulation.usecases import reasons_for_amu
from services.casework import ATTEMPTS
from services.errors import BadInput
from services.refusals import Conflict, UnknownCase
from services.runtime import Runtime
from services.security.links import Links
from services.store import Store, Unit

PURPOSE: Final = "prendre"
USUAL_MINUTES: Final = 15
"""Assumption: how long a community is asked before the regulation looks elsewhere."""

SOUGHT: Final = frozenset({CaseState.OPEN, CaseState.PROPOSED})
"""States of a case for which somebody may still be asked."""

T = TypeVar("T")


class Fate(StrEnum):
    """What became of an acceptance."""

    TAKEN = "TAKEN"
    REPEATED = "REPEATED"
    LOST = "LOST"
    OVER = "OVER"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of an acceptance, and the appeal as it stands now."""

    fate: Fate
    appeal: Appeal


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Whom a link speaks for: one member, asked in one appeal."""

    appeal: Appeal
    effecteur_id: Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class SeekingDesk:
    """Asks communities and takes acceptances. Synchronous: the edge calls it off its event loop."""

    runtime: Runtime
    store: Store
    links: Links

    def seek(self, case_id: str, community_id: Identifier, minutes: int, who: str) -> Appeal:
        """Ask the members who answer the need; asked again meanwhile, nothing changes.

        Raise BadInput, UnknownCase, or Conflict when nobody may or need be asked.
        """
        community = self.runtime.communities.get(community_id)
        if community is None:
            raise BadInput("community", f"{community_id} n'est pas une CPTS connue du territoire")
        return _retried(lambda: self._seek(case_id, community, timedelta(minutes=minutes), who))

    def member_of(self, subject: str) -> Member | None:
        """Return whom the subject of a link speaks for; None when nobody was asked so."""
        appeal_id, _, told = subject.partition(" ")
        with self.store.reading() as unit:
            appeal = unit.marketplace.find(appeal_id)
        found = [one for one in appeal.asked if str(one) == told] if appeal else []
        return Member(appeal=appeal, effecteur_id=found[0]) if appeal and found else None

    def appeals_of(self, case_id: str) -> Sequence[Appeal]:
        """Return the appeals made for a case, oldest first."""
        with self.store.reading() as unit:
            return unit.marketplace.of_case(case_id)

    def still_sought(self, appeal: Appeal) -> bool:
        """Tell whether the case still waits for somebody."""
        with self.store.reading() as unit:
            return _is_sought(unit, appeal)

    def read(self, member: Member) -> tuple[Case, frozenset[str]]:
        """Return whom the member is asked to take, and what premises must allow; it is noted."""
        now = self.runtime.clock.now()
        case_id, who = member.appeal.case_id, str(member.effecteur_id)
        with self.store.unit() as unit:
            case = unit.cases.find(case_id)
            if case is None:
                raise UnknownCase(case_id)
            _note(unit, now, who, case_id, AuditAction.READ)
        return case, self._needs(case, now)

    def accept(self, member: Member, within: timedelta) -> Accepted:
        """Give the patient to this member, who sees them so much later, unless another has them."""
        return _retried(lambda: self._accept(member, within))

    def _seek(self, case_id: str, community: Community, lasts: timedelta, who: str) -> Appeal:
        now = self.runtime.clock.now()
        snapshot, desk = self.runtime.snapshots.current(), self.runtime.desk(now, (), ())
        with self.store.unit() as unit:
            case = unit.cases.find(case_id)
            if case is None:
                raise UnknownCase(case_id)
            if case.state not in SOUGHT:
                raise Conflict("case_id", f"personne à chercher : le dossier est {case.state}")
            if reasons_for_amu(case, desk, now):
                raise Conflict("case_id", "un drapeau rouge est levé : transférer à l'AMU")
            earlier = unit.marketplace.of_case(case_id)
            under_way = [one for one in earlier if one.is_open_at(now)]
            for one in under_way:
                if one.community_id == community.community_id:
                    _note(unit, now, who, case_id)
                    return one
            appeal = Appeal(
                appeal_id=f"{case_id}:cpts-{len(earlier) + 1}",
                case_id=case_id,
                community_id=community.community_id,
                asked=_answering(community, case, snapshot, now),
                asked_at=now,
                until=now + lasts,
            )
            unit.marketplace.put(appeal)
            for message in self._asking(appeal, case):
                unit.outbox.put(message)
            unit.events.record(_sought(appeal, who))
            _note(unit, now, who, case_id)
            return appeal

    def _needs(self, case: Case, now: datetime) -> frozenset[str]:
        return frozenset(assess(case.mobility, self.runtime.rules_at(now), now).premises_needs)

    def _asking(self, appeal: Appeal, case: Case) -> Iterator[OutgoingMessage]:
        needs = self._needs(case, appeal.asked_at)
        for member in appeal.asked:
            token = self.links.make(
                f"{appeal.appeal_id} {member}", purpose=PURPOSE, now=appeal.asked_at
            )
            body = PatientSought(
                appeal_id=appeal.appeal_id,
                community_id=str(appeal.community_id),
                need=case.need.code,
                specialty=case.need.specialty,
                age=case.patient.age,
                sex=case.patient.sex,
                premises_needs=needs,
                communication=case.caller.communication,
                language=case.caller.language,
                until=appeal.until,
                path=f"/prendre/{token}",
            )
            yield _message(appeal, member, "sought", body, appeal.asked_at)

    def _accept(self, member: Member, within: timedelta) -> Accepted:
        now = self.runtime.clock.now()
        taking = Taking(effecteur_id=member.effecteur_id, at=now, care_at=now + within)
        try:
            with self.store.unit() as unit:
                return _give(unit, member.appeal, taking)
        except _NoLongerSought:  # what was taken in the unit is given back
            return Accepted(fate=Fate.OVER, appeal=member.appeal)


class _NoLongerSought(Exception):  # noqa: N818  undoes the unit, told to nobody
    """The case has been settled otherwise."""


def _give(unit: Unit, asked: Appeal, taking: Taking) -> Accepted:
    """Give the patient to the taker and tell the others, or say what stands in the way."""
    taken = unit.marketplace.take(asked.appeal_id, taking)  # first: the row waits for nobody else
    appeal = unit.marketplace.find(asked.appeal_id) or asked
    if not taken:
        return Accepted(fate=_fate(appeal, taking.effecteur_id), appeal=appeal)
    if not _is_sought(unit, appeal):
        raise _NoLongerSought
    for other in appeal.asked:
        if other != taking.effecteur_id:
            body = Withdrawal(what_id=appeal.appeal_id, cause=Cause.TAKEN)
            unit.outbox.put(_message(appeal, other, "taken", body, taking.at))
    unit.events.record(_taken(appeal, taking))
    _note(unit, taking.at, str(taking.effecteur_id), appeal.case_id)
    return Accepted(fate=Fate.TAKEN, appeal=appeal)


def _answering(
    community: Community, case: Case, snapshot: Snapshot, now: datetime
) -> tuple[Identifier, ...]:
    """Members whose care answers the need and who don't say that they take nobody."""
    known = [snapshot.effecteurs.get(one) for one in community.members]
    able = [one.effecteur_id for one in known if one and case.need.code in one.care]
    told = {one: snapshot.declarations.get(one) for one in able}
    free = tuple(
        one for one, said in told.items() if said is None or said.status_at(now) not in SHUT
    )
    if not free:
        reason = f"aucun membre de {community.name} ne répond à ce besoin en ce moment"
        raise Conflict("community", reason)
    return free


def _is_sought(unit: Unit, appeal: Appeal) -> bool:
    case = unit.cases.find(appeal.case_id)
    return case is not None and case.state in SOUGHT


def _fate(appeal: Appeal, who: Identifier) -> Fate:
    if appeal.taken is None:
        return Fate.OVER
    return Fate.REPEATED if appeal.taken.effecteur_id == who else Fate.LOST


def _message(
    appeal: Appeal, member: Identifier, what: str, body: Body, at: datetime
) -> OutgoingMessage:
    about = f"{appeal.appeal_id}/{member}"
    return OutgoingMessage(
        message_id=f"{about}/{what}",
        case_id=appeal.case_id,
        channel=Channel.EFFECTEUR,
        recipient=str(member),
        about=about,
        body=body,
        created_at=at,
        until=appeal.until,
    )


def _sought(appeal: Appeal, who: str) -> Event:
    facts: Mapping[str, str | int] = {
        "who": who,
        "appeal_id": appeal.appeal_id,
        "community_id": str(appeal.community_id),
        "asked": len(appeal.asked),
        "until": appeal.until.isoformat(),
    }
    return Event(
        at=appeal.asked_at, kind=EventKind.PATIENT_SOUGHT, case_id=appeal.case_id, facts=facts
    )


def _taken(appeal: Appeal, taking: Taking) -> Event:
    facts: Mapping[str, str] = {
        "appeal_id": appeal.appeal_id,
        "effecteur_id": str(taking.effecteur_id),
        "care_at": taking.care_at.isoformat(),
    }
    return Event(at=taking.at, kind=EventKind.PATIENT_TAKEN, case_id=appeal.case_id, facts=facts)


def _note(
    unit: Unit, at: datetime, who: str, case_id: str, action: AuditAction = AuditAction.SEEK
) -> None:
    done = AuditOutcome.DONE
    unit.audit.record(AuditEntry(at=at, who=who, action=action, case_id=case_id, outcome=done))


def _retried(work: Callable[[], T]) -> T:
    """Begin again when somebody else was writing at the same time."""
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except StaleVersion:
            continue
    return work()
