"""A journey under way as one line of the board: how it stands, what comes next, what it asks for.

What happens is only known by what transporters tell; where nobody tells, it is said to be unknown.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from regulation.explanations import KINDS_IN_FRENCH
from regulation.kernel.journeys import PlannedLeg
from regulation.kernel.modes import LegKind
from regulation.kernel.rides import RideStatus
from regulation.measures import clock
from regulation.proposals import OrientationProposal
from services.console.alerts import (
    Alert,
    Moment,
    RideNews,
    Urgency,
    Watch,
    alerts_of,
    news_of,
    place_alert,
)
from services.console.words import day_from
from services.following import SEEN_EARLY, Followed, wanted_home_at

OUTWARD, RETURN, PHARMACY = LegKind.OUTWARD, LegKind.RETURN, LegKind.PHARMACY


class Standing(StrEnum):
    """How a journey stands; the names are those of the marks of the page."""

    OK = "ok"
    RISK = "risk"
    LATE = "late"
    UNKNOWN = "unknown"
    UNFOLLOWED = "plain"


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


def course_of(
    followed: Followed,
    chosen: OrientationProposal,
    moment: Moment,
    home: str,
) -> Course:
    """Tell how a journey stands."""
    now = moment.now
    rides = [news_of(ride, followed) for ride in followed.rides]
    wanted = wanted_home_at(followed)
    watch = Watch(moment=moment, decided_at=followed.decision.at, wanted=wanted)
    here = place_alert(followed, chosen, moment)
    alerts = [*([here] if here else ()), *alerts_of(rides, watch)]
    standing, text = _standing(rides, alerts)
    next_at, next_what = _next(chosen, rides, now, wanted)
    place = chosen.effecteur.effecteur.name if chosen.effecteur else KINDS_IN_FRENCH[chosen.kind]
    vehicles = dict.fromkeys(one.ride.vehicle_id for one in rides)
    return Course(
        case_id=followed.case.case_id,
        place=_path(chosen, home, place),
        vehicles=", ".join(vehicles) or _unaided(chosen),
        standing=standing,
        standing_text=text,
        next_at=clock(next_at) if next_at else "",
        next_what=_on_its_day(next_what, next_at, now),
        due=next_at or now,
        alert=alerts[0] if alerts else None,
        may_call_home=wanted is None and _waits_for_call(chosen, rides, now),
        is_over=_is_over(chosen, rides, now),
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
    Urgency.LONG_WAIT: Standing.RISK,
    Urgency.RETURN_UNANSWERED: Standing.RISK,
    Urgency.UNANSWERED: Standing.RISK,
}
"""How a journey stands by its worst alert; late, otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Milestone:
    """Something expected. `ride`: which ride tells of it (None: the clock alone), by `reached`;
    `is_care`: over once the patient is told to be ready to go home."""

    at: datetime
    what: str
    is_care: bool = False
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
    for one in _milestones(chosen, rides):
        told = known.get(one.ride) if one.ride else None
        if not (one.is_care and wanted) and not one.is_past(told, now):
            called = f", demandée à {clock(wanted)}" if wanted and one.ride is RETURN else ""
            return one.at, one.what + called
    return None, "fini" if chosen.legs else "sans trajet"


def _on_its_day(what: str, at: datetime | None, now: datetime) -> str:
    """Name the day of what comes next when it is not today."""
    named = day_from(at, now) if at else ""
    return f"{named}, {what}" if named else what


def _milestones(chosen: OrientationProposal, rides: Sequence[RideNews]) -> Iterator[Milestone]:
    """What was decided, at the hours that rides have now."""
    legs = dict(_at_hours_of(rides, {leg.kind: leg for leg in chosen.legs}))
    outward, back, pharmacy = legs.get(OUTWARD), legs.get(RETURN), legs.get(PHARMACY)
    if outward is not None:
        ride = OUTWARD if outward.vehicle_id else None
        boards = RideStatus.BOARDING
        leaves = "prise en charge" if ride else "départ"
        yield Milestone(at=outward.pickup_at, what=leaves, ride=ride, reached=boards)
        yield Milestone(at=outward.dropoff_at, what="arrivée au soin", ride=ride)
    if chosen.care is not None:
        yield Milestone(at=chosen.care.start, what="soin", is_care=True)
        yield Milestone(at=chosen.care.end, what="fin du soin", is_care=True)
    if pharmacy is not None:
        yield Milestone(at=pharmacy.dropoff_at, what="pharmacie")
    if back is not None:
        ride = RETURN if back.vehicle_id else None
        boards = RideStatus.BOARDING
        leaves = "reprise en charge" if ride else "retour"
        yield Milestone(at=back.pickup_at, what=leaves, ride=ride, reached=boards)
        yield Milestone(at=back.dropoff_at, what="retour au domicile", ride=ride)


def _at_hours_of(
    rides: Sequence[RideNews], legs: Mapping[LegKind, PlannedLeg]
) -> Iterator[tuple[LegKind, PlannedLeg]]:
    """Each leg as much sooner or later as its ride was moved since it was decided."""
    driven = {kind: leg for kind, leg in legs.items() if leg.vehicle_id is not None}
    for kind, leg in legs.items():
        first = driven.get(OUTWARD if kind is OUTWARD else PHARMACY, driven.get(kind))
        mine = [one.ride for one in rides if one.is_outward == (kind is OUTWARD)]
        moved = kind in driven and first is not None and mine
        slip = mine[0].pickup_at - first.pickup_at if moved and first else timedelta(0)
        times = (leg.pickup_at + slip, leg.dropoff_at + slip)
        yield kind, replace(leg, pickup_at=times[0], dropoff_at=times[1])


def _waits_for_call(chosen: OrientationProposal, rides: Sequence[RideNews], now: datetime) -> bool:
    """Tell whether the way home awaits a call: care has begun, and nobody is on the way back."""
    back = next((leg for leg in chosen.legs if leg.kind in {PHARMACY, RETURN}), None)
    if back is None or back.vehicle_id is None or chosen.care is None:
        return False
    started = any(one.status.rank > RideStatus.ASKED.rank for one in rides if not one.is_outward)
    return now >= chosen.care.start - SEEN_EARLY and not started


def _is_over(chosen: OrientationProposal, rides: Sequence[RideNews], now: datetime) -> bool:
    last = [one for one in rides if not one.is_outward] or list(rides)
    if last:
        return all(one.is_over for one in last)
    ends = chosen.home_at or (chosen.care.end if chosen.care else None)
    return ends is not None and ends < now
