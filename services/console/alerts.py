"""What is known of the rides of a journey under way, and what asks for a gesture.

What happens is only known by what transporters tell; where nobody tells, it is said to be unknown.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from regulation.declarations import Declaration, Openness
from regulation.events import EventKind
from regulation.kernel.modes import LegKind
from regulation.kernel.rides import RideStatus
from regulation.measures import clock, lasting
from regulation.offers import Booking
from regulation.proposals import OrientationProposal
from services.following import Followed
from services.troubles import SAID, Why, expected_in, has_failed, is_refused, unserved_in
from services.under_way import ride_kind, status_of, told_of
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
    """What is known of one ride. `given_at`: when it was given to its vehicle, None: when it was
    decided; `is_refused`: by its company, whatever it said before; `unserved`: why another vehicle
    was sought and none found, None: none is missing; `has_failed`: whether there is one is unknown,
    the search failed; `expected_at`: when the vehicle was last said
    to be expected; `waits_long`: the patient, ready, is fetched home later than is comfortable;
    `told_at`: when its company last said something of it."""

    ride: PromisedRide
    status: RideStatus = RideStatus.PLANNED
    is_refused: bool = False
    given_at: datetime | None = None
    unserved: Why | None = None
    has_failed: bool = False
    expected_at: datetime | None = None
    waits_long: bool = False
    told_at: datetime | None = None

    @property
    def is_outward(self) -> bool:
        """Tell whether it brings the patient to care."""
        return ride_kind(self.ride) is LegKind.OUTWARD

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
    told = list(told_of(ride, followed.told))
    missing = unserved_in(told)
    return RideNews(
        ride=ride,
        status=status_of(ride, followed.told),
        given_at=next((one.at for one in told if one.kind in GIVEN), None),
        is_refused=is_refused(told),
        unserved=Why(str(missing.facts["why"])) if missing else None,
        has_failed=missing is not None and has_failed(missing),
        expected_at=expected_in(told),
        waits_long=any(one.facts.get("waits_long") is True for one in told),
        told_at=max((one.at for one in told if one.kind in SAID), default=None),
    )


GIVEN = frozenset({EventKind.RIDE_REASSIGNED, EventKind.RIDE_RETIMED})


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
        text = (
            f"un rendez-vous de {clock(care.start)} est annulé ou déplacé par l'agenda : vérifier"
        )
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
    if not news.is_refused and news.unserved not in NOBODY_ELSE:
        return None
    urgency = Urgency.CARE_MISSED if news.is_outward else Urgency.STRANDED
    what = "l'aller" if news.is_outward else "le retour"
    says = "refuse" if news.is_refused else NOBODY_ELSE[news.unserved or Why.SILENT]
    if not news.is_refused:
        says += ", " + ("recherche en échec pour" if news.has_failed else "personne d'autre pour")
    text = f"{news.ride.vehicle_id} {says} {what} de {clock(news.ride.pickup_at)}"
    return Alert(urgency=urgency, text=text, gesture=Gesture.REDECIDE)


NOBODY_ELSE: Mapping[Why | None, str] = {
    Why.GONE: "hors service",
    Why.SILENT: "sans réponse",
}


def _uncalled(news: RideNews, watch: Watch) -> Alert | None:
    """The patient is ready, and nobody was found to fetch them."""
    if news.unserved is not Why.CALLED or watch.wanted is None:
        return None
    found = "recherche en échec : appeler" if news.has_failed else "aucun véhicule trouvé"
    text = f"retour demandé à {clock(watch.wanted)}, {found}"
    return Alert(urgency=Urgency.STRANDED, text=text, gesture=Gesture.REDECIDE)


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
    text = f"{news.ride.vehicle_id} en retard {what}, {lasting(late)}"
    return Alert(urgency=_lateness(news), text=text, gesture=Gesture.REDECIDE)


def _expected(news: RideNews, _watch: Watch) -> Alert | None:
    if news.expected_at is None or news.status.rank >= RideStatus.AT_THE_DOOR.rank:
        return None
    if news.expected_at <= news.ride.pickup_at + news.ride.tolerance:
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
    wanted = None if news.is_outward else watch.wanted
    asked = max(one for one in (news.given_at, wanted, watch.decided_at) if one is not None)
    since = watch.moment.now - asked
    if news.told_at is not None or since <= watch.moment.answer_within:
        return None
    urgency = Urgency.UNANSWERED if news.is_outward else Urgency.RETURN_UNANSWERED
    text = f"{news.ride.vehicle_id} sans réponse depuis {lasting(since)}"
    return Alert(urgency=urgency, text=text, gesture=Gesture.REDECIDE)


def _long_wait(news: RideNews, watch: Watch) -> Alert | None:
    if watch.wanted is None or not (news.waits_long and news.is_silent):
        return None
    pickup_at = news.ride.pickup_at
    text = f"attend son retour {lasting(pickup_at - watch.wanted)}, reprise à {clock(pickup_at)}"
    return Alert(urgency=Urgency.LONG_WAIT, text=text, gesture=Gesture.REDECIDE)


JUDGES: tuple[Callable[[RideNews, Watch], Alert | None], ...] = (
    *(_given_up, _uncalled, _late, _expected, _silent, _unanswered, _long_wait),
)
"""What may be wrong with a ride: the first that is, is told."""
