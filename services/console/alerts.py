"""What is known of the rides of a journey under way, and what asks for a gesture.

What happens is only known by what transporters tell; where nobody tells, it is said to be unknown.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from regulation.declarations import Declaration, Openness
from regulation.events import Event, EventKind
from regulation.kernel.modes import LegKind
from regulation.kernel.rides import RideStatus
from regulation.offers import Booking
from regulation.proposals import OrientationProposal
from services.console.words import clock, minutes
from services.following import Followed
from services.troubles import Why, refuses
from services.under_way import status_of, told_of
from transport.fleet import PromisedRide

LATE_AFTER = timedelta(minutes=5)
"""Assumption: how long after the promised instant a vehicle is late, or its silence is told."""


class Urgency(IntEnum):
    """Alerts by what happens if nobody acts, the worst first."""

    STRANDED = 0
    CARE_MISSED = 1
    LATE_TO_CARE = 2
    SILENT = 3
    LATE_HOME = 4
    LONG_WAIT = 5
    RETURN_UNANSWERED = 6
    UNANSWERED = 7


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
    """What is known of one ride. `is_refused`: by its company, whatever it said before;
    `is_gone`: its vehicle is out of service and nobody else can come; `expected_at`: the soonest a
    late vehicle can be at the door; `waits_long`: the patient, ready, is fetched home later than is
    comfortable."""

    ride: PromisedRide
    status: RideStatus = RideStatus.PLANNED
    is_refused: bool = False
    is_gone: bool = False
    expected_at: datetime | None = None
    waits_long: bool = False
    told_at: datetime | None = None

    @property
    def is_outward(self) -> bool:
        """Tell whether it brings the patient to care."""
        return self.ride.ride_id.rpartition("/")[2] == LegKind.OUTWARD

    @property
    def is_over(self) -> bool:
        """Tell whether the patient has arrived."""
        return self.status.is_over

    @property
    def is_silent(self) -> bool:
        """Tell whether nothing was told of where the vehicle has got to."""
        return self.status.rank <= RideStatus.ASKED.rank


def news_of(ride: PromisedRide, followed: Followed) -> RideNews:
    """Return what is known of one ride of a case."""
    events = followed.told
    told = list(told_of(ride, events))
    answers = [said for said in map(refuses, told) if said is not None]
    return RideNews(
        ride=ride,
        status=status_of(ride, events),
        is_refused=bool(answers) and answers[-1],
        is_gone=any(_says_gone(one) for one in told),
        expected_at=_expected_at(told),
        waits_long=any(one.facts.get("waits_long") is True for one in told),
        told_at=told[-1].at if told else None,
    )


def _says_gone(event: Event) -> bool:
    return event.kind is EventKind.RIDE_UNSERVED and event.facts.get("why") == Why.GONE


def _expected_at(told: Sequence[Event]) -> datetime | None:
    late = [one.facts["expected_at"] for one in told if one.kind is EventKind.RIDE_LATE]
    return datetime.fromisoformat(str(late[-1])) if late else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When one looks; `answer_within`: how long a company has to answer, `declared`: what the place
    where the patient is to be seen says of itself, None: nothing."""

    now: datetime
    answer_within: timedelta
    declared: Declaration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What rides are judged by; `wanted`: when the patient was told to be ready to go home."""

    moment: Moment
    decided_at: datetime
    wanted: datetime | None


def alerts_of(rides: Sequence[RideNews], watch: Watch) -> list[Alert]:
    """Return the worst alert of each ride, the worst first."""
    found = [_worst(one, watch) for one in rides if not one.is_over]
    return sorted((one for one in found if one is not None), key=lambda one: one.urgency)


def _worst(news: RideNews, watch: Watch) -> Alert | None:
    return next((found for judge in JUDGES if (found := judge(news, watch)) is not None), None)


def place_alert(followed: Followed, chosen: OrientationProposal, moment: Moment) -> Alert | None:
    """Return what is wrong with where the patient is to be seen, None when nothing is known."""
    care, declared = chosen.care, moment.declared
    if care is None or chosen.effecteur is None or care.end < moment.now:
        return None
    name = chosen.effecteur.effecteur.name
    if any(one.kind is EventKind.SLOT_WITHDRAWN for one in followed.told):
        text = f"rendez-vous de {clock(care.start)} annulé par son agenda"
    elif declared is not None and _is_shut(declared, chosen, care.start):
        text = f"{name} n'accueille plus jusqu'à {clock(declared.valid_until)}"
    else:
        return None
    return Alert(urgency=Urgency.CARE_MISSED, text=text, gesture=Gesture.REDECIDE)


def _is_shut(declared: Declaration, chosen: OrientationProposal, at: datetime) -> bool:
    """Tell whether the place says it takes nobody then; full, it still takes who has a time."""
    comes_without = chosen.slot is None or chosen.slot.booking is Booking.WALKIN
    said = declared.status_at(at)
    return said is Openness.CLOSED or (said is Openness.SATURATED and comes_without)


def _given_up(news: RideNews, _watch: Watch) -> Alert | None:
    if not (news.is_refused or news.is_gone):
        return None
    urgency = Urgency.CARE_MISSED if news.is_outward else Urgency.STRANDED
    what = "l'aller" if news.is_outward else "le retour"
    says = "refuse" if news.is_refused else "hors service, personne d'autre pour"
    text = f"{news.ride.vehicle_id} {says} {what} de {clock(news.ride.pickup_at)}"
    return Alert(urgency=urgency, text=text, gesture=Gesture.REDECIDE)


def _late(news: RideNews, watch: Watch) -> Alert | None:
    """A vehicle known to be on its way is late; a silent one is not, it is unknown."""
    if news.is_silent:
        return None
    aboard = news.status.rank >= RideStatus.BOARDING.rank
    due = news.ride.dropoff_at if aboard else news.ride.pickup_at
    arrived = news.status.rank >= RideStatus.AT_THE_DOOR.rank and not aboard
    late = watch.moment.now - due
    if late <= LATE_AFTER or arrived:
        return None
    what = "à l'aller" if news.is_outward else "au retour"
    text = f"{news.ride.vehicle_id} en retard {what}, {minutes(late)}"
    return Alert(urgency=_lateness(news), text=text, gesture=Gesture.REDECIDE)


def _expected(news: RideNews, _watch: Watch) -> Alert | None:
    if news.expected_at is None or news.status.rank >= RideStatus.AT_THE_DOOR.rank:
        return None
    hours = f"attendu vers {clock(news.expected_at)}, promis à {clock(news.ride.pickup_at)}"
    text = f"{news.ride.vehicle_id} {hours} : prévenir"
    return Alert(urgency=_lateness(news), text=text, gesture=Gesture.REDECIDE)


def _lateness(news: RideNews) -> Urgency:
    return Urgency.LATE_TO_CARE if news.is_outward else Urgency.LATE_HOME


def _silent(news: RideNews, watch: Watch) -> Alert | None:
    if not (news.is_silent and watch.moment.now - news.ride.pickup_at > LATE_AFTER):
        return None
    text = f"{news.ride.vehicle_id} sans nouvelles depuis {clock(news.ride.pickup_at)}"
    return Alert(urgency=Urgency.SILENT, text=text, gesture=Gesture.REDECIDE)


def _unanswered(news: RideNews, watch: Watch) -> Alert | None:
    asked = watch.decided_at if news.is_outward else watch.wanted or watch.decided_at
    since = watch.moment.now - asked
    if news.told_at is not None or since <= watch.moment.answer_within:
        return None
    urgency = Urgency.UNANSWERED if news.is_outward else Urgency.RETURN_UNANSWERED
    text = f"{news.ride.vehicle_id} sans réponse depuis {minutes(since)}"
    return Alert(urgency=urgency, text=text, gesture=Gesture.REDECIDE)


def _long_wait(news: RideNews, watch: Watch) -> Alert | None:
    if watch.wanted is None or not (news.waits_long and news.is_silent):
        return None
    pickup_at = news.ride.pickup_at
    text = f"attend son retour {minutes(pickup_at - watch.wanted)}, reprise à {clock(pickup_at)}"
    return Alert(urgency=Urgency.LONG_WAIT, text=text, gesture=Gesture.REDECIDE)


JUDGES: tuple[Callable[[RideNews, Watch], Alert | None], ...] = (
    *(_given_up, _late, _expected, _silent, _unanswered, _long_wait),
)
"""What may be wrong with a ride: the first that is, is told."""
