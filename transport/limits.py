"""Between which instants a ride may begin and end: as it was promised, late, or at any time.

A late doctor excuses a way home that leaves later than promised; nothing excuses an early one,
but care that is over: whoever is ready may be met at once.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from regulation.kernel.live import CareStage, LiveJourney
from regulation.kernel.modes import LegKind
from regulation.kernel.rides import LiveRide, RideStatus
from transport.live_fleet import AsTold, Window
from transport.settings import PairingSettings

SECOND = timedelta(seconds=1)
FAR = timedelta(days=3)
"""Later than any plan reaches."""


class Level(IntEnum):
    """What a ride is held to: its promise, then what care and comfort leave, then nothing."""

    PROMISED = 0
    LATE = 1
    AT_ANY_TIME = 2


@dataclass(frozen=True, slots=True)
class Limits:
    """When service may begin at the pickup and at the delivery."""

    pickup: Window
    delivery: Window


def is_excused(journey: LiveJourney, ride: LiveRide) -> bool:
    """Tell whether care ends after the way home was promised to begin."""
    returns = ride.kind is LegKind.RETURN and ride.promise is not None
    return returns and ride.promise is not None and journey.care.end > ride.promise.pickup_at


def as_told(
    journey: LiveJourney, ride: LiveRide, now: datetime, settings: PairingSettings
) -> tuple[AsTold | None, AsTold | None]:
    """What the person knows of the pickup and of the delivery, as far as it can still be kept."""
    limits, promise = _promised(journey, ride, settings), ride.promise
    if limits is None or promise is None:
        return None, None
    ends = promise.dropoff_at - ride.needs.alighting_s * SECOND
    met_early = ride.kind is LegKind.RETURN and journey.stage is CareStage.OVER
    pickup = AsTold(
        at=promise.pickup_at,
        early=None if met_early else promise.tolerance,
        late=limits.pickup[1] - promise.pickup_at,
    )
    delivery = AsTold(at=ends, late=max(promise.tolerance, limits.delivery[1] - ends))
    return _still(pickup, now), _still(delivery, now)


def _still(told: AsTold, now: datetime) -> AsTold | None:
    return told if told.at + told.late >= now else None


def limits_of(
    journey: LiveJourney,
    ride: LiveRide,
    level: Level,
    now: datetime,
    settings: PairingSettings,
) -> Limits | None:
    """Return the limits of a ride at a level; None when it is not held to any such."""
    match level:
        case Level.PROMISED:
            found = _promised(journey, ride, settings)
        case Level.LATE:
            found = _late(journey, ride, now, settings)
        case _:
            found = _any_time(journey, ride, now)
    return None if found is None else _from(found, now)


def _promised(journey: LiveJourney, ride: LiveRide, settings: PairingSettings) -> Limits | None:
    promise = ride.promise
    if promise is None or ride.is_stranded:
        return None
    slip, alighting = promise.tolerance, ride.needs.alighting_s * SECOND
    begins, ends = promise.pickup_at, promise.dropoff_at - alighting
    if ride.kind is LegKind.OUTWARD:
        pickup, latest = (begins - slip, begins + slip), ends + slip
        if not (journey.is_admitted or ride.status.rank >= RideStatus.SETTING_OUT.rank):
            latest = min(latest, _due(journey, ride, ends, settings))
        return Limits(pickup, (min(ends - slip, journey.care.doors_open), latest))
    opening, closing = journey.care.end, begins + slip
    if journey.stage is not CareStage.OVER:
        opening = max(opening, begins - slip)
    excuse = timedelta(0)
    if is_excused(journey, ride):
        closing = max(closing, journey.care.end + settings.live.comfort_wait_s * SECOND)
        excuse = closing - begins - slip
    return Limits((opening, closing), (opening, ends + slip + excuse))


def _due(
    journey: LiveJourney, ride: LiveRide, told: datetime, settings: PairingSettings
) -> datetime:
    """When they must be there: before care, or as late as they were told, while care waits."""
    before = journey.care.start - ride.needs.alighting_s * SECOND
    if not ride.legs:  # a ride looked for anew is not planned late
        return before
    return max(before, min(told, before + settings.live.late_for_care_s * SECOND))


def _late(
    journey: LiveJourney, ride: LiveRide, now: datetime, settings: PairingSettings
) -> Limits | None:
    if ride.kind is LegKind.OUTWARD:
        if journey.is_admitted:
            return None
        late = settings.live.late_for_care_s - ride.needs.alighting_s
        due = journey.care.start + late * SECOND
        return Limits((now, due), (journey.care.doors_open, due))
    ready = now if ride.is_stranded else max(now, journey.care.end)
    latest = ready + settings.max_wait_home_s * SECOND
    return Limits((ready, latest), (ready, latest + ride.needs.max_aboard_s * SECOND))


def _any_time(journey: LiveJourney, ride: LiveRide, now: datetime) -> Limits | None:
    """Whoever must be brought on is, however late; care that is missed is chosen again."""
    if not (ride.kind is LegKind.RETURN or journey.is_admitted or ride.is_stranded):
        return None
    waits = ride.kind is LegKind.RETURN and not ride.is_stranded
    ready = max(now, journey.care.end) if waits else now
    return Limits((ready, ready + FAR), (ready, ready + FAR))


def _from(found: Limits, now: datetime) -> Limits:
    """Nothing begins before now; what should have, must begin at once."""
    opening, closing = (max(at, now) for at in found.pickup)
    first, last = (max(at, now) for at in found.delivery)
    return Limits((opening, max(opening, closing)), (min(first, last), last))


def slip_past(
    journey: LiveJourney, ride: LiveRide, pickup_at: datetime, dropoff_at: datetime
) -> timedelta:
    """By how much the worse of two instants passes the tolerance of what was promised, if any.

    Zero: the promise is kept. Who has boarded has been met; who is brought home early isn't late,
    nor is who is met early on the way home: nobody is met there before they are ready. To be late
    for care, or later than was told, is to be late whatever the tolerance.
    """
    promise = ride.promise
    if promise is None:
        return timedelta(0)
    late = dropoff_at - promise.dropoff_at
    if not ride.status.is_aboard:
        late = max(late, pickup_at - promise.pickup_at)
        if ride.kind is LegKind.OUTWARD:
            late = max(late, promise.pickup_at - pickup_at)
    late -= promise.tolerance
    if ride.kind is LegKind.OUTWARD and not journey.is_admitted:
        late = max(late, dropoff_at - max(journey.care.start, promise.dropoff_at))
    return max(timedelta(0), late)
