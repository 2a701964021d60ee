"""The place de marché at work: members of a community are asked, the first to accept is told so."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from regulation.assessment import assess
from regulation.audit import AuditAction, AuditEntry, AuditOutcome
from regulation.cases import Case, CaseState
from regulation.disclosure import Cause, PatientSought, Withdrawal
from regulation.events import Event, EventKind
from regulation.kernel.ids import Identifier
from regulation.marketplace import CARE_LENGTH, Appeal, Community, Taking, slot_id_of
from regulation.messages import OutgoingMessage
from regulation.usecases import Desk, reasons_for_amu
from services.asking import whom_to_ask
from services.closing import close, to_member
from services.errors import BadInput
from services.keyed import UNKEYED, Keyed
from services.refusals import Conflict, UnknownCase
from services.retrying import retried
from services.runtime import Runtime
from services.security.links import Links
from services.store import Store, Unit

PURPOSE: Final = "prendre"
USUAL_MINUTES: Final = 15
"""Assumption: how long a community is asked before the regulation looks elsewhere."""

LONGEST_DELAY: Final = timedelta(hours=2)
"""In how long one may say to see the patient, at most: so much longer is a link good."""

SOUGHT: Final = frozenset({CaseState.OPEN, CaseState.PROPOSED})
"""States of a case for which somebody may still be asked."""


class Standing(StrEnum):
    """Where a member who was asked stands; AWAITED: they await that the regulation confirms."""

    ASKED = "ASKED"
    AWAITED = "AWAITED"
    CONFIRMED = "CONFIRMED"
    OVER = "OVER"


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

    @property
    def has_accepted(self) -> bool:
        """Tell whether this member is the one who accepted."""
        taken = self.appeal.taken
        return taken is not None and taken.effecteur_id == self.effecteur_id


@dataclass(frozen=True, slots=True, kw_only=True)
class SeekingDesk:
    """Asks communities and takes acceptances. Synchronous: the edge calls it off its event loop."""

    runtime: Runtime
    store: Store
    links: Links

    def seek(
        self,
        case_id: str,
        community_id: Identifier,
        minutes: int,
        who: str,
        key: Keyed[Appeal] = UNKEYED,
    ) -> Appeal:
        """Ask the members who answer the need; asked again meanwhile, or once somebody has
        accepted whose hour is still to come, nothing changes.

        Raise BadInput, UnknownCase, or Conflict when nobody may or need be asked.
        """
        community = self.runtime.communities.get(community_id)
        if community is None:
            raise BadInput("community", f"{community_id} n'est pas une CPTS connue du territoire")
        lasts = timedelta(minutes=minutes)
        return retried(lambda: self._seek(case_id, community, lasts, who, key))

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

    def read_appeals(self, case_id: str, who: str) -> Sequence[Appeal]:
        """Return the appeals made for a case, oldest first; it is noted. Raise UnknownCase."""
        with self.store.unit() as unit:
            if unit.cases.find(case_id) is None:
                raise UnknownCase(case_id)
            _note(unit, self.runtime.clock.now(), who, case_id, AuditAction.READ)
            return unit.marketplace.of_case(case_id)

    def standing(self, member: Member) -> Standing:
        """Tell where a member stands now, by what became of the case since they were asked."""
        now, appeal = self.runtime.clock.now(), member.appeal
        with self.store.reading() as unit:
            case = unit.cases.find(appeal.case_id)
            booking = unit.bookings.find_booking(appeal.case_id)
        if case is None or appeal.closed_at is not None or case.state is CaseState.CLOSED:
            return Standing.OVER
        if not member.has_accepted:
            is_open = appeal.is_open_at(now) and case.state in SOUGHT
            return Standing.ASKED if is_open else Standing.OVER
        if booking is not None and booking.slot_id == slot_id_of(appeal.appeal_id):
            return Standing.CONFIRMED
        waits = appeal.holds_at(now) and case.state in SOUGHT
        return Standing.AWAITED if waits else Standing.OVER

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
        return retried(lambda: self._accept(member, within))

    def _seek(
        self, case_id: str, community: Community, lasts: timedelta, who: str, key: Keyed[Appeal]
    ) -> Appeal:
        now = self.runtime.clock.now()
        snapshot, desk = self.runtime.snapshots.current(), self.runtime.desk(now, (), ())
        with self.store.unit() as unit:
            key.begins(unit)
            case = unit.cases.hold(case_id)  # of two who ask at once, one finds the other's appeal
            if case is None:
                raise UnknownCase(case_id)
            _refuse_unless_sought(case, desk, now)
            earlier = unit.marketplace.of_case(case_id)
            standing = _still_standing(earlier, community, now)
            appeal = standing or Appeal(
                appeal_id=f"{case_id}:cpts-{len(earlier) + 1}",
                case_id=case_id,
                community_id=community.community_id,
                asked=whom_to_ask(community, case, snapshot, desk, now),
                asked_at=now,
                until=now + lasts,
            )
            if standing is None:
                unit.marketplace.put(appeal)
                unit.outbox.put(*self._asking(appeal, case))
                unit.events.record(_sought(appeal, who))
            _note(unit, now, who, case_id)
            key.ends(unit, appeal)
            return appeal

    def _needs(self, case: Case, now: datetime) -> frozenset[str]:
        return frozenset(assess(case.mobility, self.runtime.rules_at(now), now).premises_needs)

    def _asking(self, appeal: Appeal, case: Case) -> Iterator[OutgoingMessage]:
        needs = self._needs(case, appeal.asked_at)
        for member in appeal.asked:
            token = self.links.make(
                f"{appeal.appeal_id} {member}",
                purpose=PURPOSE,
                now=appeal.asked_at,
                good_for=appeal.until - appeal.asked_at + LONGEST_DELAY + CARE_LENGTH,
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
            yield to_member(appeal, member, "sought", body, appeal.asked_at)

    def _accept(self, member: Member, within: timedelta) -> Accepted:
        now = self.runtime.clock.now()
        taking = Taking(effecteur_id=member.effecteur_id, at=now, care_at=now + within)
        with self.store.unit() as unit:
            return _give(unit, member.appeal, taking)


def _give(unit: Unit, asked: Appeal, taking: Taking) -> Accepted:
    """Give the patient to the taker and tell the others, or say what stands in the way.

    The case is held meanwhile: neither a decision nor an acceptance asked of another community
    comes between what is read here and what is written.
    """
    case = unit.cases.hold(asked.case_id)
    is_sought = case is not None and case.state in SOUGHT
    has_it = is_sought and unit.marketplace.take(asked.appeal_id, taking)
    appeal = unit.marketplace.find(asked.appeal_id) or asked
    if not has_it:
        fate = _fate(appeal, taking.effecteur_id)
        vain = AuditOutcome.REPEATED if fate is Fate.REPEATED else AuditOutcome.CONFLICT
        _note(unit, taking.at, str(taking.effecteur_id), appeal.case_id, outcome=vain)
        return Accepted(fate=fate, appeal=appeal)
    for other in appeal.asked:
        if other != taking.effecteur_id:
            body = Withdrawal(what_id=appeal.appeal_id, cause=Cause.TAKEN)
            unit.outbox.put(to_member(appeal, other, "taken", body, taking.at))
    for another in unit.marketplace.of_case(appeal.case_id):
        if another.appeal_id != appeal.appeal_id:
            close(unit, another, Cause.TAKEN, taking.at, besides=taking.effecteur_id)
    unit.events.record(_taken(appeal, taking))
    _note(unit, taking.at, str(taking.effecteur_id), appeal.case_id)
    return Accepted(fate=Fate.TAKEN, appeal=appeal)


def _refuse_unless_sought(case: Case, desk: Desk, now: datetime) -> None:
    if case.state not in SOUGHT:
        raise Conflict("case_id", f"personne à chercher : le dossier est {case.state}")
    if reasons_for_amu(case, desk, now):
        raise Conflict("case_id", "un drapeau rouge est levé : transférer à l'AMU")


def _still_standing(
    earlier: Sequence[Appeal], community: Community, now: datetime
) -> Appeal | None:
    """Return the appeal that makes another vain: accepted, or asked of the same community."""
    accepted = [one for one in earlier if one.holds_at(now)]
    mine = [one for one in earlier if one.community_id == community.community_id]
    return next(iter([*accepted, *(one for one in mine if one.is_open_at(now))]), None)


def _fate(appeal: Appeal, who: Identifier) -> Fate:
    if appeal.taken is None:
        return Fate.OVER
    return Fate.REPEATED if appeal.taken.effecteur_id == who else Fate.LOST


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
    unit: Unit,
    at: datetime,
    who: str,
    case_id: str,
    action: AuditAction = AuditAction.SEEK,
    *,
    outcome: AuditOutcome = AuditOutcome.DONE,
) -> None:
    unit.audit.record(AuditEntry(at=at, who=who, action=action, case_id=case_id, outcome=outcome))
