"""What goes wrong with promised rides, or is asked of them, and nobody has dealt with yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from adapters.roads.errors import PositionOffRoads
from regulation.cases import Case
from regulation.disclosure import MissionOrder
from regulation.events import Event, EventKind
from regulation.kernel.modes import LegKind
from regulation.kernel.observed import Freshness
from regulation.kernel.rides import RideStatus
from regulation.kernel.travel import TravelTimes
from regulation.messages import Channel, Delivery, DeliveryState, OutgoingMessage
from regulation.proposals import OrientationProposal
from services.following import Followed, chosen_in, wanted_home_at
from services.store import Unit
from services.under_way import ride_kind, status_of, told_of
from transport.fleet import PromisedRide, Vehicle
from transport.reports import Answer, MissionStatus

LOOK_AHEAD = timedelta(minutes=45)
"""How long before a pickup it is first asked whether the vehicle can still be there."""

SAME_INSTANT = timedelta(minutes=5)
"""A vehicle expected so much sooner or later than was told is not told of again."""


TRY_AGAIN = timedelta(minutes=5)
"""How long after nobody else was found it is tried again, a pickup near at hand; or after a search
that failed, whenever the pickup is, and twice as long each time it fails again."""

SPARINGLY = 8
"""Of the time left until a pickup that is far, one such part is waited until it is tried again."""


class Why(StrEnum):
    """Why a ride is planned anew."""

    REFUSED = "REFUSED"
    SILENT = "SILENT"
    GONE = "GONE"
    LATE = "LATE"
    ON_TIME = "ON_TIME"
    CALLED = "CALLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A ride to plan anew, with what is kept of its case; `chosen` is what was decided.

    `at` is when it was learned; `is_given_up`: its vehicle will not come; `expected_at`, of a
    vehicle that is late, or was said to be, the soonest it can be at the door.
    """

    followed: Followed
    chosen: OrientationProposal
    ride: PromisedRide
    order: OutgoingMessage
    why: Why
    at: datetime
    is_given_up: bool = False
    expected_at: datetime | None = None

    @property
    def case(self) -> Case:
        """The case as it was read."""
        return self.followed.case

    @property
    def rides(self) -> Sequence[PromisedRide]:
        """Every ride of the case."""
        return self.followed.rides

    @property
    def is_underway(self) -> bool:
        """Tell whether the vehicle drives to the pickup: it is not called off."""
        return status_of(self.ride, self.followed.told).rank >= RideStatus.SETTING_OUT.rank


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One look at what is under way. `counts_silence`: companies are really asked, so that who
    says nothing is heard saying nothing."""

    now: datetime
    vehicles: Mapping[str, Vehicle]
    travel: TravelTimes
    counts_silence: bool = True

    def troubles(self, unit: Unit, followed: Followed) -> Iterator[Trouble]:
        """Yield what is to be dealt with in one decided case."""
        asked = {one.message.about: one for one in unit.outbox.of_case(followed.case.case_id)}
        found = [
            (ride, asked[ride.ride_id].message, seen)
            for ride in followed.rides
            if ride_kind(ride) and ride.ride_id in asked and _is_order(asked[ride.ride_id])
            for seen in [self._of(ride, asked[ride.ride_id], followed)]
            if seen is not None
        ]
        if not found:
            return
        chosen = chosen_in(unit, followed.decision)
        for ride, order, seen in found:
            yield Trouble(
                followed=followed,
                chosen=chosen,
                ride=ride,
                order=order,
                why=seen.why,
                at=seen.at,
                is_given_up=seen.is_given_up,
                expected_at=seen.expected_at,
            )

    def _of(self, ride: PromisedRide, order: Delivery, followed: Followed) -> "_Seen | None":
        """What is to be dealt with of a ride: the first that is, and was not already."""
        status = status_of(ride, followed.told)
        if status.rank >= RideStatus.AT_THE_DOOR.rank:
            return None
        told = list(told_of(ride, followed.told))
        gone = self._given_up(ride, order, told)
        other = gone if gone is not None and ride.pickup_at > self.now else None
        if gone is None:
            other = self._expected(ride, status, told)
        seen = (self._called(ride, followed, gone), other)
        return next((one for one in seen if one and not self._is_dealt_with(one, ride)), None)

    def _is_dealt_with(self, seen: "_Seen", ride: PromisedRide) -> bool:
        """Tell whether it was said already that it comes then, or lately that nobody else does."""
        if seen.expected_at is not None:
            said = expected_in(seen.since)
            return said is not None and abs(seen.expected_at - said) <= SAME_INSTANT
        sparingly = max(TRY_AGAIN, (ride.pickup_at - self.now) / SPARINGLY)
        tries = [
            one
            for one in seen.since
            if one.kind is EventKind.RIDE_UNSERVED and one.facts.get("why") == seen.why
        ]
        failed = sum(map(has_failed, tries))
        soon = min(sparingly, TRY_AGAIN * 2 ** max(0, failed - 1))
        return any(self.now - one.at < (soon if has_failed(one) else sparingly) for one in tries)

    def _called(
        self, ride: PromisedRide, followed: Followed, gone: "_Seen | None"
    ) -> "_Seen | None":
        """The patient is ready to go home, and no vehicle is known to come for that."""
        wanted = wanted_home_at(followed)
        if wanted is None or ride_kind(ride) is not LegKind.RETURN:
            return None
        kinds = [one.kind for one in followed.told]
        since = list(told_of(ride, followed.told[kinds.index(EventKind.RETURN_WANTED) :]))
        if gone is None and any(one.kind is EventKind.RIDE_RETIMED for one in since):
            return None
        return _Seen(why=Why.CALLED, at=wanted, since=since, is_given_up=gone is not None)

    def _given_up(
        self, ride: PromisedRide, order: Delivery, told: Sequence[Event]
    ) -> "_Seen | None":
        """The vehicle will not come: refused, cancelled, out of service, or never answered for."""
        if is_refused(told):
            answers = [number for number, one in enumerate(told) if refuses(one) is not None]
            since = told[answers[-1] :]
            return _Seen(why=Why.REFUSED, at=since[0].at, since=since, is_given_up=True)
        if ride.vehicle_id not in self.vehicles:
            since = _after(told, EventKind.RIDE_EXPECTED)
            return _Seen(why=Why.GONE, at=self.now, since=since, is_given_up=True)
        body = order.message.body
        assert isinstance(body, MissionOrder)
        spoke = {one.kind for one in told} & SAID
        asked = self.counts_silence and order.state is not DeliveryState.DEAD  # else by telephone
        if asked and not spoke and self.now > body.answer_by:
            return _Seen(why=Why.SILENT, at=body.answer_by, since=told, is_given_up=True)
        return None

    def _expected(
        self, ride: PromisedRide, status: RideStatus, told: Sequence[Event]
    ) -> "_Seen | None":
        """The vehicle, from where it was just seen, cannot be at the door as promised; or can
        again, after it was said that it could not.

        By the straight way, whatever it has to do before: it can't be there sooner. Past the
        promised instant, a vehicle that doesn't say it drives there is unknown, not late.
        """
        left = ride.pickup_at - self.now
        drives_there = status is RideStatus.SETTING_OUT and -left <= LOOK_AHEAD
        soonest = self._soonest(ride) if left <= LOOK_AHEAD else None
        if soonest is None or (left <= timedelta(0) and not drives_there):
            return None
        if soonest > ride.pickup_at + ride.tolerance:
            return _Seen(why=Why.LATE, at=self.now, since=told, expected_at=soonest)
        surely = soonest <= ride.pickup_at + ride.tolerance - SAME_INSTANT
        if not (surely and is_in_doubt(told, ride)):
            return None
        since = _after(told, EventKind.RIDE_UNSERVED)
        return _Seen(why=Why.ON_TIME, at=self.now, since=since, expected_at=ride.pickup_at)

    def _soonest(self, ride: PromisedRide) -> datetime | None:
        """When its vehicle can be at the door, from where it was just seen; None: not known."""
        vehicle = self.vehicles.get(ride.vehicle_id)
        if vehicle is None or vehicle.position is None:
            return None
        if vehicle.position.freshness(self.now) is not Freshness.FRESH:
            return None
        try:
            way = self.travel.matrix([vehicle.position.value], [ride.pickup], self.now)
        except PositionOffRoads:
            return None
        return self.now + timedelta(seconds=int(way.durations_s[0, 0]))


SAID = frozenset({EventKind.RIDE_ANSWERED, EventKind.RIDE_ENGAGED, EventKind.RIDE_STATUS})
"""What a company says of a ride."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is wrong with a ride, and when that was learned; `since`: what was told of it since."""

    why: Why
    at: datetime
    since: Sequence[Event]
    is_given_up: bool = False
    expected_at: datetime | None = None


def _after(told: Sequence[Event], kind: EventKind) -> Sequence[Event]:
    """Return what was told after the last news of a kind; everything when there was none."""
    numbers = [number for number, one in enumerate(told) if one.kind is kind]
    return told[numbers[-1] + 1 :] if numbers else told


def refuses(event: Event) -> bool | None:
    """Tell whether a company says that it will not do a ride, or will; None: it says neither, as
    by a vehicle that goes back to base, which it does after a ride or instead of one."""
    if event.kind is EventKind.RIDE_ANSWERED:
        return event.facts.get("answer") == Answer.REFUSED
    status = event.facts.get("status") if event.kind is EventKind.RIDE_STATUS else None
    if status == MissionStatus.CANCELLED:
        return True
    return False if status in set(RideStatus) else None


def is_refused(told: Sequence[Event]) -> bool:
    """Tell whether the last answer of the company to a ride is that it will not do it."""
    answers = [said for said in map(refuses, told) if said is not None]
    return bool(answers) and answers[-1]


def expected_in(told: Sequence[Event]) -> datetime | None:
    """Return when a vehicle was last said to be expected, None when it is as promised."""
    said = [one.facts["expected_at"] for one in told if one.kind is EventKind.RIDE_EXPECTED]
    return datetime.fromisoformat(str(said[-1])) if said else None


def unserved_in(told: Sequence[Event]) -> Event | None:
    """Return the news that nobody else can do a ride, None when something better came after."""
    for event in reversed(told):
        if event.kind is EventKind.RIDE_UNSERVED:
            return event
        if refuses(event) is False or event.kind is EventKind.RIDE_EXPECTED:
            return None
    return None


def has_failed(unserved: Event) -> bool:
    """Tell whether nobody knows if somebody else can do the ride: the search failed."""
    return unserved.facts.get("failed") is True


def is_in_doubt(told: Sequence[Event], ride: PromisedRide) -> bool:
    """Tell whether it was last said of a vehicle that it comes late, or not at all."""
    expected = expected_in(told)
    late = expected is not None and expected > ride.pickup_at + ride.tolerance
    gone = unserved_in(told)
    return late or (gone is not None and gone.facts.get("why") == Why.GONE)


def _is_order(delivery: Delivery) -> bool:
    message = delivery.message
    return message.channel is Channel.TRANSPORTER and isinstance(message.body, MissionOrder)
