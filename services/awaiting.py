"""What the person who waits for a vehicle is told of it, after what was told when it was decided.

It is read off what is known of the ride and what they may believe by now: what comes again, or out
of order, is told once. An SMS that has not left makes way for the one that holds.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from regulation.cases import CaseState
from regulation.disclosure import (
    Body,
    ComingNotice,
    LateNotice,
    MissionOrder,
    PatientNotice,
    RideNotice,
    UnsureNotice,
)
from regulation.events import Event, EventKind
from regulation.kernel.modes import LegKind, Mode
from regulation.kernel.rides import RideStatus
from regulation.messages import Channel, Delivery, DeliveryState, OutgoingMessage
from services.following import UNDER_WAY, Followed, followed_in, wanted_home_at
from services.outgoing import SOON_TOLD, told_to_patient
from services.store import Unit
from services.troubles import expected_in, is_refused, refuses, unserved_in
from services.under_way import ride_kind, status_of, told_of
from transport.fleet import PromisedRide
from transport.reports import Answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A ride the person waits for: what was told of it, which company was asked for what, and the
    SMS that was written `to` them before. `is_due`: at an hour; else, when they call. `is_mended`:
    were it given up, another vehicle would be looked for."""

    ride: PromisedRide
    way: LegKind
    told: Sequence[Event]
    company: str
    mode: Mode
    to: OutgoingMessage
    language: str | None
    is_due: bool
    is_mended: bool

    @property
    def is_given_up(self) -> bool:
        """Tell whether its company will not do it, or nobody can."""
        return is_refused(self.told) or unserved_in(self.told) is not None

    @property
    def is_over(self) -> bool:
        """Tell whether the vehicle is at the door, or the person aboard: nobody waits any more."""
        return status_of(self.ride, self.told).rank >= RideStatus.AT_THE_DOOR.rank

    def notice_id(self, what: str) -> str:
        """Name one kind of notice of this ride."""
        return f"{self.ride.ride_id}/patient/{what}"


Since = ComingNotice | UnsureNotice | LateNotice
"""What is told of a ride by what its company says of it, or where its vehicle is seen."""


AWAITED = UNDER_WAY | {CaseState.PROPOSED}
"""States in which somebody may wait: of a call taken up again, what it holds is kept meanwhile."""


def tell_those_who_wait(unit: Unit, events: Iterable[Event], now: datetime) -> None:
    """Tell the people of some cases what these events of the unit change for them.

    Cases are held one after the other in their order, so that two units never wait for each other.
    """
    news = list(events)
    for case_id in sorted({one.case_id for one in news if one.case_id is not None}):
        case = unit.cases.hold(case_id)
        if case is not None and case.state in AWAITED and unit.journal.decisions_of(case_id):
            for wait in _waits(unit, followed_in(unit, case), news, now):
                _bring_up_to_date(unit, wait, now)


def _waits(unit: Unit, followed: Followed, news: Sequence[Event], now: datetime) -> Iterator[Wait]:
    """Yield the rides of a case that somebody who was sent an SMS waits for; `news` may not be read
    back before the unit ends."""
    case_id, before = followed.case.case_id, _told_when_decided(unit, followed)
    if before is None:
        return
    first, notice = before
    mine = [one for one in news if one.case_id == case_id and one not in followed.told]
    asked = {one.message.about: one.message for one in unit.outbox.of_case(case_id)}
    is_wanted_home = wanted_home_at(followed) is not None
    calls = notice.calls_home and not is_wanted_home
    is_looked_at = followed.case.state is CaseState.DECIDED
    for ride in followed.rides:
        way, order = ride_kind(ride), asked.get(ride.ride_id)
        if way is not None and order is not None and isinstance(order.body, MissionOrder):
            yield Wait(
                ride=ride,
                way=way,
                told=tuple(told_of(ride, (*followed.told, *mine))),
                company=order.recipient,
                mode=order.body.mode,
                to=first,
                language=notice.language,
                is_due=way is LegKind.OUTWARD or not calls,
                is_mended=is_looked_at
                and (ride.pickup_at > now or (way is LegKind.RETURN and is_wanted_home)),
            )


def _told_when_decided(
    unit: Unit, followed: Followed
) -> tuple[OutgoingMessage, PatientNotice] | None:
    for one in sms_of(unit, followed.case.case_id, told_to_patient(followed.decision)):
        if isinstance(one.message.body, PatientNotice):
            return one.message, one.message.body
    return None


def sms_of(unit: Unit, case_id: str, about: str) -> Sequence[Delivery]:
    """Return the SMS of one decision, oldest first."""
    return [
        one
        for one in unit.outbox.of_case(case_id)
        if (one.message.channel, one.message.about) == (Channel.PATIENT, about)
    ]


def withdraw_of_ride(unit: Unit, case_id: str, ride_id: str) -> None:
    """What did not leave yet of who does a ride is not to be told any more."""
    stale = {
        one.message.message_id
        for one in unit.outbox.of_case(case_id)
        if _is_since(one.message.body, ride_id)
    }
    unit.outbox.withdraw(case_id, Channel.PATIENT, only=stale)


def is_counted_on(unit: Unit, case_id: str, ride_id: str) -> bool:
    """Tell whether the person may have been told more of a ride than what was decided, and nothing
    that takes it back. Of a way home that was taken back, nothing else would tell who comes."""
    known = [
        one.message.body
        for one in unit.outbox.of_case(case_id)
        if one.may_be_known and _is_since(one.message.body, ride_id)
    ]
    last = known[-1] if known else None
    is_taken_back = isinstance(last, UnsureNotice) and last.way is LegKind.OUTWARD
    return last is not None and not is_taken_back


def _is_since(body: Body, ride_id: str) -> bool:
    return isinstance(body, Since) and body.notice_id.startswith(f"{ride_id}/")


def _bring_up_to_date(unit: Unit, wait: Wait, now: datetime) -> None:
    if wait.is_over:
        withdraw_of_ride(unit, wait.to.case_id, wait.ride.ride_id)
        return
    if wait.is_given_up:  # before anything else: nobody comes late any more
        _tell(unit, wait, GIVEN_UP, now)
    if wait.way is LegKind.OUTWARD:
        _tell(unit, wait, WHO_COMES, now)
    if not wait.is_given_up:
        _tell(unit, wait, LATENESS, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the person was told last, or will be; else, not `is_sure`, it may have left."""

    body: Body
    is_sure: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What may be told of a ride: by which `kinds` of SMS, which others bear on it (`is_of`), and
    the one `wanted` after what is known; None: nothing more."""

    kinds: tuple[type[Since], ...]
    is_of: Callable[[Wait, Body], bool]
    wanted: Callable[[Wait, Known | None], Since | None]


def _tell(unit: Unit, wait: Wait, subject: Subject, now: datetime) -> None:
    """Tell what is wanted, in place of what did not leave yet."""
    case_id = wait.to.case_id
    every = sms_of(unit, case_id, wait.to.about)
    sms = [one for one in every if subject.is_of(wait, one.message.body)]
    if subject.wanted(wait, _known(sms)) is None:
        return
    stale = {one.message.message_id for one in sms if isinstance(one.message.body, subject.kinds)}
    unit.outbox.withdraw(case_id, Channel.PATIENT, only=stale)
    body = subject.wanted(wait, _known(sms, besides=stale))
    if body is not None and now < (until := _until(wait, body)):
        number = 1 + sum(one.message.message_id.startswith(body.notice_id) for one in sms)
        message_id = f"{body.notice_id}/{number}"
        unit.outbox.put(
            replace(wait.to, message_id=message_id, body=body, created_at=now, until=until)
        )


TOLD = frozenset({DeliveryState.SENT, DeliveryState.DEAD})
"""What nobody took is told by phone."""


def _known(sms: Sequence[Delivery], besides: Collection[str] = ()) -> Known | None:
    """What the person was told last; of what waits, that is what leaves, but for `besides`."""
    for one in reversed(sms):
        waits = one.state is DeliveryState.WAITING and one.message.message_id not in besides
        if waits or one.may_be_known:
            return Known(body=one.message.body, is_sure=waits or one.state in TOLD)
    return None


def _until(wait: Wait, body: Since) -> datetime:
    """Until when it is of use; somebody who waits for nobody is better told late than not."""
    if isinstance(body, LateNotice):
        return body.expected_at
    if isinstance(body, ComingNotice):
        return body.pickup_at
    return max(body.pickup_at, expected_in(wait.told) or body.pickup_at) + SOON_TOLD


def _of_lateness(wait: Wait, known: Known | None) -> Since | None:
    """When the vehicle is expected, to who was told of an hour that is not this one any more."""
    expected_at, told_at = expected_in(wait.told), wait.ride.pickup_at
    if expected_at is None or not wait.is_due:
        return None
    if known is not None:
        last = known.body
        told_at = last.expected_at if isinstance(last, LateNotice) else told_at
        told_at = last.pickup_at if isinstance(last, ComingNotice) else told_at
    is_doubtful = known is not None and isinstance(known.body, LateNotice) and not known.is_sure
    if abs(expected_at - told_at) <= wait.ride.tolerance and not is_doubtful:
        return None
    return LateNotice(
        notice_id=wait.notice_id("late"),
        way=wait.way,
        promised_at=wait.ride.pickup_at,
        expected_at=expected_at,
        language=wait.language,
    )


def _is_of_who_comes(_wait: Wait, body: Body) -> bool:
    is_change = isinstance(body, RideNotice) and body.way is LegKind.OUTWARD
    return is_change or isinstance(body, ComingNotice | UnsureNotice)


def _of_who_comes(wait: Wait, known: Known | None) -> Since | None:
    """Who agreed to come, unless that was told; that nobody does any more, to who was told so."""
    coming, last = _coming(wait), known.body if known else None
    if coming is not None:
        return None if known and known.is_sure and _is_same(coming, last) else coming
    return _unsure(wait) if isinstance(last, ComingNotice) else None


def _of_given_up(wait: Wait, known: Known | None) -> Since | None:
    """That nobody comes any more, to who was told last when the vehicle comes."""
    return _unsure(wait) if known and isinstance(known.body, LateNotice) else None


def _unsure(wait: Wait) -> UnsureNotice:
    sought = True if wait.is_mended else None
    return UnsureNotice(
        notice_id=wait.notice_id("unsure"),
        pickup_at=wait.ride.pickup_at,
        is_sought=sought if wait.is_given_up else False,
        language=wait.language,
        way=wait.way,
    )


def _is_same(coming: ComingNotice, last: Body | None) -> bool:
    """Tell whether it says nothing else, though it be of another ride by the same company."""
    return isinstance(last, ComingNotice) and coming == replace(last, notice_id=coming.notice_id)


def _coming(wait: Wait) -> ComingNotice | None:
    """What the company agreed to; None when it did not, or does no more."""
    said = _agreement(wait.told)
    if said is None or unserved_in(wait.told) is not None:
        return None
    ride, comes_by = wait.ride, _waits_until(said)
    is_later = comes_by is not None and comes_by > ride.pickup_at + ride.tolerance
    return ComingNotice(
        notice_id=wait.notice_id("coming"),
        company=wait.company,
        mode=wait.mode if said.facts.get("vehicle_id") in {None, ride.vehicle_id} else None,
        pickup_at=comes_by if comes_by is not None and is_later else ride.pickup_at,
        is_later=is_later,
        language=wait.language,
    )


def _agreement(told: Sequence[Event]) -> Event | None:
    """The answer by which a company does a ride, else the news that its vehicle sets out; None when
    the last it said, or the last to come, is anything else."""
    words = [(one, said) for one in told if (said := agrees(one)) is not None]
    if not words or not words[-1][1]:
        return None
    by_date = sorted(words, key=lambda word: word[0].at)
    if not by_date[-1][1]:
        return None
    agreed = [one for one, said in words if said]
    answers = [one for one in agreed if one.kind is EventKind.RIDE_ANSWERED]
    return (answers or agreed)[-1]


def _waits_until(answer: Event) -> datetime | None:
    """When a company comes at the latest by its answer; None: at the hour it was asked for."""
    within_s = answer.facts.get("within_s")
    return None if within_s is None else answer.at + timedelta(seconds=int(within_s))


def agrees(event: Event) -> bool | None:
    """Tell whether a company surely does a ride by what it says; None: it says nothing of that.

    An answer in part, or put off, agrees to nothing; who sets out does."""
    if event.kind is EventKind.RIDE_ANSWERED:
        return event.facts.get("answer") == Answer.ACCEPTED
    if event.kind is EventKind.RIDE_STATUS:
        return True if _sets_out(event) else False if refuses(event) else None
    return None


def _sets_out(event: Event) -> bool:
    """Tell whether the vehicle drives to the person, or further; not that it goes back to base."""
    status = event.facts.get("status")
    return status in set(RideStatus) and RideStatus(str(status)).rank >= RideStatus.SETTING_OUT.rank


def _is_of_ride(wait: Wait, body: Body) -> bool:
    return _is_since(body, wait.ride.ride_id)


def _is_of_when(wait: Wait, body: Body) -> bool:
    """Of a way home, which nobody is told the company of, what took it back counts as well."""
    is_of = wait.way is LegKind.RETURN or not isinstance(body, UnsureNotice)
    return is_of and _is_of_ride(wait, body)


WHO_COMES = Subject(
    kinds=(ComingNotice, UnsureNotice), is_of=_is_of_who_comes, wanted=_of_who_comes
)
GIVEN_UP = Subject(kinds=(LateNotice, UnsureNotice), is_of=_is_of_ride, wanted=_of_given_up)
LATENESS = Subject(kinds=(LateNotice,), is_of=_is_of_when, wanted=_of_lateness)
