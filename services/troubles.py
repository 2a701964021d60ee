"""What goes wrong with promised rides, or is asked of them, and nobody has dealt with yet."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

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


class Why(StrEnum):
    """Why a ride is planned anew."""

    REFUSED = "REFUSED"
    SILENT = "SILENT"
    GONE = "GONE"
    LATE = "LATE"
    CALLED = "CALLED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A ride to plan anew, with what is kept of its case; `chosen` is what was decided.

    `at` is when it was learned; `expected_at`, of a vehicle that is late, the soonest it can be at
    the door.
    """

    followed: Followed
    chosen: OrientationProposal
    ride: PromisedRide
    order: OutgoingMessage
    why: Why
    at: datetime
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
        told = [one.event for one in self.followed.events]
        return status_of(self.ride, told).rank >= RideStatus.SETTING_OUT.rank


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
        if not followed.rides:
            return
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
                expected_at=seen.expected_at,
            )

    def _of(self, ride: PromisedRide, order: Delivery, followed: Followed) -> "_Seen | None":
        """What is to be dealt with of a ride: the first that is, and was not already."""
        events = [one.event for one in followed.events]
        if status_of(ride, events).rank >= RideStatus.AT_THE_DOOR.rank:
            return None
        told = list(told_of(ride, events))
        seen = (self._called(ride, followed), self._given_up(ride, order, told), self._late(ride))
        return next((one for one in seen if one and not _is_dealt_with(one, told)), None)

    def _called(self, ride: PromisedRide, followed: Followed) -> "_Seen | None":
        """The patient is ready to go home, told after the ride was last given."""
        wanted = wanted_home_at(followed)
        if wanted is None or ride_kind(ride) is not LegKind.RETURN:
            return None
        dealt = (
            one.event.kind is EventKind.RIDE_RETIMED and one.event.at >= wanted
            for one in followed.events
        )
        return None if any(dealt) else _Seen(why=Why.CALLED, at=wanted)

    def _given_up(
        self, ride: PromisedRide, order: Delivery, told: Sequence[Event]
    ) -> "_Seen | None":
        """The vehicle will not come: refused, cancelled, out of service, or never answered for."""
        if ride.pickup_at <= self.now:
            return None
        refused = _refused_at(told)
        if refused is not None:
            return _Seen(why=Why.REFUSED, at=refused)
        if ride.vehicle_id not in self.vehicles:
            return _Seen(why=Why.GONE, at=self.now)
        body = order.message.body
        assert isinstance(body, MissionOrder)
        spoke = {one.kind for one in told} & SAID
        asked = self.counts_silence and order.state is not DeliveryState.DEAD  # else by telephone
        if asked and not spoke and self.now > body.answer_by:
            return _Seen(why=Why.SILENT, at=body.answer_by)
        return None

    def _late(self, ride: PromisedRide) -> "_Seen | None":
        """The vehicle, from where it was just seen, cannot be at the door as promised.

        By the straight way, whatever it has to do before: it can't be there sooner.
        """
        vehicle = self.vehicles.get(ride.vehicle_id)
        if vehicle is None or vehicle.position is None or ride.pickup_at - self.now > LOOK_AHEAD:
            return None
        if vehicle.position.freshness(self.now) is not Freshness.FRESH:
            return None
        way = self.travel.matrix([vehicle.position.value], [ride.pickup], self.now)
        soonest = self.now + timedelta(seconds=int(way.durations_s[0, 0]))
        if soonest <= ride.pickup_at + ride.tolerance:
            return None
        return _Seen(why=Why.LATE, at=self.now, expected_at=soonest)


SAID = frozenset({EventKind.RIDE_ANSWERED, EventKind.RIDE_ENGAGED, EventKind.RIDE_STATUS})
"""What a company says of a ride."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What is wrong with a ride, and since when that is known."""

    why: Why
    at: datetime
    expected_at: datetime | None = None


def refuses(event: Event) -> bool | None:
    """Tell whether a company says that it will not do a ride, or will; None: it says neither."""
    if event.kind is EventKind.RIDE_ANSWERED:
        return event.facts.get("answer") == Answer.REFUSED
    if event.kind is EventKind.RIDE_STATUS:
        return event.facts.get("status") == MissionStatus.CANCELLED
    return None


def _refused_at(told: Sequence[Event]) -> datetime | None:
    said = [one for one in told if refuses(one) is not None]
    return said[-1].at if said and refuses(said[-1]) else None


def _is_dealt_with(found: _Seen, told: Sequence[Event]) -> bool:
    """Tell whether it was said already, of this ride, that nobody does better."""
    for event in told:
        if event.kind is EventKind.RIDE_UNSERVED and event.facts.get("why") == found.why:
            return found.why is not Why.REFUSED or event.at >= found.at
        if event.kind is EventKind.RIDE_LATE and found.why is Why.LATE:
            said = datetime.fromisoformat(str(event.facts["expected_at"]))
            if found.expected_at is not None and abs(found.expected_at - said) <= SAME_INSTANT:
                return True
    return False


def _is_order(delivery: Delivery) -> bool:
    message = delivery.message
    return message.channel is Channel.TRANSPORTER and isinstance(message.body, MissionOrder)
