"""A journey under way as one line of the board: how it stands, what comes next, what it asks for.

What happens is only known by what transporters tell; where nobody tells, it is said to be unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from regulation.events import Event, EventKind
from regulation.kernel.modes import LegKind
from regulation.kernel.rides import RideStatus
from regulation.proposals import OrientationProposal
from services.console.words import KINDS, clock, minutes
from services.following import Followed
from transport.fleet import PromisedRide
from transport.reports import Answer

LATE_AFTER = timedelta(minutes=5)
"""Assumption: how long after the promised instant a vehicle is late, or its silence is told."""

OUTWARD, RETURN, PHARMACY = LegKind.OUTWARD, LegKind.RETURN, LegKind.PHARMACY


class Standing(StrEnum):
    """How a journey stands; the names are those of the marks of the page."""

    OK = "ok"
    RISK = "risk"
    LATE = "late"
    UNKNOWN = "unknown"
    UNFOLLOWED = "plain"


class Urgency(IntEnum):
    """Alerts by what happens if nobody acts, the worst first."""

    STRANDED = 0
    CARE_MISSED = 1
    LATE_TO_CARE = 2
    SILENT = 3
    LATE_HOME = 4
    RETURN_UNANSWERED = 5
    UNANSWERED = 6


class Gesture(StrEnum):
    """What is usually done about an alert, and its key."""

    REDECIDE = "g"
    CALL_HOME = "r"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """Something that asks for a gesture."""

    urgency: Urgency
    text: str
    gesture: Gesture


@dataclass(frozen=True, slots=True, kw_only=True)
class RideNews:
    """What is known of one ride."""

    ride: PromisedRide
    status: RideStatus = RideStatus.PLANNED
    answer: Answer | None = None
    told_at: datetime | None = None

    @property
    def is_outward(self) -> bool:
        """Tell whether it brings the patient to care."""
        return self.ride.ride_id.rpartition("/")[2] == OUTWARD

    @property
    def is_over(self) -> bool:
        """Tell whether the patient has arrived."""
        return self.status.is_over

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing was told of where the vehicle has got to."""
        return self.status.rank <= RideStatus.ASKED.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One journey under way; `next_at` empty: nothing more is expected."""

    case_id: str
    place: str
    vehicles: str
    standing: Standing
    standing_text: str
    next_at: str
    next_what: str
    due: datetime
    alert: Alert | None
    may_call_home: bool
    is_over: bool
    found_by: str = field(default="", repr=False)


def course_of(
    followed: Followed,
    chosen: OrientationProposal,
    now: datetime,
    answer_within: timedelta,
    home: str,
) -> Course:
    """Tell how a journey stands."""
    rides = [_news(ride, followed) for ride in followed.rides]
    wanted = _wanted_at(followed)
    alerts = sorted(
        _alerts(rides, followed, now, answer_within, wanted), key=lambda one: one.urgency
    )
    standing, text = _standing(rides, alerts)
    next_at, next_what = _next(chosen, rides, now, wanted)
    place = chosen.effecteur.effecteur.name if chosen.effecteur else KINDS[chosen.kind]
    vehicles = dict.fromkeys(one.ride.vehicle_id for one in rides)
    return Course(
        case_id=followed.case.case_id,
        place=_path(chosen, home, place),
        vehicles=", ".join(vehicles) or _unaided(chosen),
        standing=standing,
        standing_text=text,
        next_at=clock(next_at) if next_at else "",
        next_what=next_what,
        due=next_at or now,
        alert=alerts[0] if alerts else None,
        may_call_home=wanted is None and _waits_for_call(chosen, rides, now),
        is_over=_is_over(chosen, rides, now),
        found_by=_found_by(followed, place, home, vehicles),
    )


def _path(chosen: OrientationProposal, home: str, place: str) -> str:
    """From where to where: the patient goes, or somebody comes, or nobody moves."""
    if _team_comes(chosen):
        return f"{place} → {home}"
    return f"{home} → {place}" if chosen.legs else f"{home} · {place}"


def _unaided(chosen: OrientationProposal) -> str:
    """By what means, when no vehicle of the territory carries anybody."""
    if _team_comes(chosen):
        return "équipe"
    return "moyens propres" if chosen.legs else "sans trajet"


def _team_comes(chosen: OrientationProposal) -> bool:
    return any(leg.kind is LegKind.CARE_TEAM for leg in chosen.legs)


def by_urgency(courses: Sequence[Course]) -> tuple[Course, ...]:
    """Those that ask for a gesture first, the worst first; then by what comes next."""
    return tuple(
        sorted(
            courses,
            key=lambda one: (
                one.alert is None,
                one.alert.urgency if one.alert else 0,
                one.is_over,
                one.due,
                one.case_id,
            ),
        )
    )


def _news(ride: PromisedRide, followed: Followed) -> RideNews:
    status, answer, told_at = RideStatus.PLANNED, None, None
    for event in _about(ride, followed):
        told_at = event.at
        match event.kind:
            case EventKind.RIDE_ANSWERED:
                answer = Answer(str(event.facts["answer"]))
            case EventKind.RIDE_STATUS:
                status = _further(status, str(event.facts["status"]))
            case _:
                pass
    return RideNews(ride=ride, status=status, answer=answer, told_at=told_at)


def _about(ride: PromisedRide, followed: Followed) -> Iterator[Event]:
    for one in followed.events:
        if one.event.facts.get("mission_id") == ride.ride_id:
            yield one.event


def _further(known: RideStatus, told: str) -> RideStatus:
    """Codes of the exchange that are no step of ours change nothing."""
    if told not in set(RideStatus):
        return known
    return max(known, RideStatus(told), key=lambda one: one.rank)


def _wanted_at(followed: Followed) -> datetime | None:
    wanted = [one.event.at for one in followed.events if one.event.kind is EventKind.RETURN_WANTED]
    return wanted[-1] if wanted else None


def _alerts(
    rides: Sequence[RideNews],
    followed: Followed,
    now: datetime,
    answer_within: timedelta,
    wanted: datetime | None,
) -> Iterator[Alert]:
    for news in rides:
        if news.is_over:
            continue
        asked = followed.decision.at if news.is_outward or wanted is None else wanted
        if news.answer is Answer.REFUSED:
            yield _refused(news)
        elif _late_by(news, now):
            yield _late(news, now)
        elif news.is_silent and now - news.ride.pickup_at > LATE_AFTER:
            yield _silent(news)
        elif news.told_at is None and now - asked > answer_within:
            yield _unanswered(news, now - asked)


def _refused(news: RideNews) -> Alert:
    urgency = Urgency.CARE_MISSED if news.is_outward else Urgency.STRANDED
    what = "l'aller" if news.is_outward else "le retour"
    text = f"{news.ride.vehicle_id} refuse {what} de {clock(news.ride.pickup_at)}"
    return Alert(urgency=urgency, text=text, gesture=Gesture.REDECIDE)


def _late_by(news: RideNews, now: datetime) -> timedelta | None:
    """How late a vehicle known to be on its way is; a silent one is not late, it is unknown."""
    if news.is_silent:
        return None
    aboard = news.status.rank >= RideStatus.BOARDING.rank
    due = news.ride.dropoff_at if aboard else news.ride.pickup_at
    arrived = news.status.rank >= RideStatus.AT_THE_DOOR.rank and not aboard
    late = now - due
    return late if late > LATE_AFTER and not arrived else None


def _late(news: RideNews, now: datetime) -> Alert:
    late = _late_by(news, now) or timedelta(0)
    urgency = Urgency.LATE_TO_CARE if news.is_outward else Urgency.LATE_HOME
    what = "à l'aller" if news.is_outward else "au retour"
    text = f"{news.ride.vehicle_id} en retard {what}, {minutes(late)}"
    return Alert(urgency=urgency, text=text, gesture=Gesture.REDECIDE)


def _silent(news: RideNews) -> Alert:
    text = f"{news.ride.vehicle_id} sans nouvelles depuis {clock(news.ride.pickup_at)}"
    return Alert(urgency=Urgency.SILENT, text=text, gesture=Gesture.REDECIDE)


def _unanswered(news: RideNews, since: timedelta) -> Alert:
    urgency = Urgency.UNANSWERED if news.is_outward else Urgency.RETURN_UNANSWERED
    text = f"{news.ride.vehicle_id} sans réponse depuis {minutes(since)}"
    return Alert(urgency=urgency, text=text, gesture=Gesture.REDECIDE)


def _standing(rides: Sequence[RideNews], alerts: Sequence[Alert]) -> tuple[Standing, str]:
    if alerts:
        return STANDING_OF.get(alerts[0].urgency, Standing.LATE), alerts[0].text
    if not rides:
        return Standing.UNFOLLOWED, "non suivi"
    if any(one.told_at is None and not one.is_over for one in rides):
        return Standing.UNKNOWN, "transport non confirmé"
    return Standing.OK, "à l'heure"


STANDING_OF = {
    Urgency.SILENT: Standing.UNKNOWN,
    Urgency.RETURN_UNANSWERED: Standing.RISK,
    Urgency.UNANSWERED: Standing.RISK,
}
"""How a journey stands by its worst alert; late, otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Something expected. `ride`: which ride tells of it (None: the clock alone), by `reached`."""

    at: datetime
    what: str
    ride: LegKind | None = None
    reached: RideStatus = RideStatus.ARRIVED

    def is_past(self, told: RideStatus | None, now: datetime) -> bool:
        """Tell whether it has happened, as far as is known; of a silent ride, by the clock."""
        if told is not None and told is not RideStatus.PLANNED:
            return told.rank >= self.reached.rank
        return self.at < now


def _next(
    chosen: OrientationProposal,
    rides: Sequence[RideNews],
    now: datetime,
    wanted: datetime | None,
) -> tuple[datetime | None, str]:
    known = {OUTWARD if one.is_outward else RETURN: one.status for one in rides}
    for one in _milestones(chosen):
        if not one.is_past(known.get(one.ride) if one.ride else None, now):
            called = f", demandée à {clock(wanted)}" if wanted and one.ride is RETURN else ""
            return one.at, one.what + called
    return None, "fini" if chosen.legs else "sans trajet"


def _milestones(chosen: OrientationProposal) -> Iterator[Milestone]:
    legs = {leg.kind: leg for leg in chosen.legs}
    outward, back, pharmacy = legs.get(OUTWARD), legs.get(RETURN), legs.get(PHARMACY)
    if outward is not None:
        ride = OUTWARD if outward.vehicle_id else None
        boards = RideStatus.BOARDING
        leaves = "prise en charge" if ride else "départ"
        yield Milestone(at=outward.pickup_at, what=leaves, ride=ride, reached=boards)
        yield Milestone(at=outward.dropoff_at, what="arrivée au soin", ride=ride)
    if chosen.care is not None:
        yield Milestone(at=chosen.care.start, what="soin")
        yield Milestone(at=chosen.care.end, what="fin du soin")
    if pharmacy is not None:
        yield Milestone(at=pharmacy.dropoff_at, what="pharmacie")
    if back is not None:
        ride = RETURN if back.vehicle_id else None
        boards = RideStatus.BOARDING
        leaves = "reprise en charge" if ride else "retour"
        yield Milestone(at=back.pickup_at, what=leaves, ride=ride, reached=boards)
        yield Milestone(at=back.dropoff_at, what="retour au domicile", ride=ride)


def _waits_for_call(chosen: OrientationProposal, rides: Sequence[RideNews], now: datetime) -> bool:
    """Tell whether the way home awaits a call: care has begun, and nobody is on the way back."""
    back = next((leg for leg in chosen.legs if leg.kind in {PHARMACY, RETURN}), None)
    if back is None or back.vehicle_id is None or chosen.care is None:
        return False
    started = any(one.status.rank > RideStatus.ASKED.rank for one in rides if not one.is_outward)
    return now >= chosen.care.start and not started


def _is_over(chosen: OrientationProposal, rides: Sequence[RideNews], now: datetime) -> bool:
    last = [one for one in rides if not one.is_outward] or list(rides)
    if last:
        return all(one.is_over for one in last)
    ends = chosen.home_at or (chosen.care.end if chosen.care else None)
    return ends is not None and ends < now


def _found_by(followed: Followed, place: str, home: str, vehicles: Mapping[str, None]) -> str:
    """What a search may find the journey by."""
    case = followed.case
    told = (case.case_id, place, home, *vehicles, f"{case.patient.age:g} ans")
    return " ".join((*told, case.caller.phone or "")).casefold()
