"""Rides that look for a vehicle, and the ways each could be done at a level of its limits."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from regulation.kernel.journeys import JourneyRequest, PharmacyStop
from regulation.kernel.live import CareStage, LiveJourney
from regulation.kernel.modes import LegKind, PharmacyNeed
from regulation.kernel.places import Position, crow_distance_m
from regulation.kernel.replanning import Reason
from regulation.kernel.rides import LiveRide
from regulation.kernel.time import TimeWindow
from transport.courses import Course, pharmacy_halt
from transport.laid_out import Layer, Wish
from transport.limits import SECOND, Level, Limits, limits_of
from transport.live_fleet import Halt, Window
from transport.openings import Opening, openings
from transport.settings import PairingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """A ride without a vehicle.

    `last_by`: the vehicle it was given before; `only`: no other may do it, since it is on its
    way; `closed`: places found closed.
    """

    journey: LiveJourney
    ride: LiveRide
    reason: Reason
    request: JourneyRequest
    last_by: str | None = None
    only: str | None = None
    was_by_pharmacy: bool = False
    closed: frozenset[str] = frozenset()

    @property
    def goes_home(self) -> bool:
        """Tell whether it is the way home."""
        return self.ride.kind is LegKind.RETURN

    @property
    def must_be_done(self) -> bool:
        """Tell whether they must be brought on however late; else care is chosen anew."""
        return self.goes_home or self.journey.is_admitted or self.ride.is_stranded

    @property
    def wants_pharmacy(self) -> bool:
        """Tell whether the way home should pass by a pharmacy."""
        return self.goes_home and self.request.pharmacy_need is not PharmacyNeed.NONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way to do an errand, by a pharmacy or by none, within the limits of a level."""

    errand: Errand
    level: Level
    pharmacy: PharmacyStop | None
    limits: Limits
    wish: Wish


def attempts_of(
    errand: Errand,
    level: Level,
    courses: Sequence[Course],
    layer: Layer,
) -> Iterator[Attempt]:
    """Yield the ways an errand may be done at a level, if it is held to any limits there."""
    limits = limits_of(errand.journey, errand.ride, level, layer.now, layer.settings)
    if limits is None:
        return
    allowed = frozenset(
        number for number, course in enumerate(courses) if _may_do(course, errand, limits)
    )
    for number, at in enumerate((None, *_pharmacies(errand, limits, layer.settings))):
        wish = Wish(
            name=f"{errand.ride.ride_id} way {number}",
            needs=errand.ride.needs,
            halts=tuple(_halts(errand, at, limits)),
            courses=allowed,
        )
        pharmacy = at.pharmacy if at else None
        yield Attempt(errand=errand, level=level, pharmacy=pharmacy, limits=limits, wish=wish)


def courses_for(
    errands: Sequence[Errand], level: Level, courses: Iterable[Course], layer: Layer
) -> list[Course]:
    """Return the courses that might do one of the errands at a level; no other is worth laying
    out."""
    held = [
        (errand, limits)
        for errand in errands
        if (limits := limits_of(errand.journey, errand.ride, level, layer.now, layer.settings))
    ]
    return [one for one in courses if any(_may_do(one, *each) for each in held)]


def _may_do(course: Course, errand: Errand, limits: Limits) -> bool:
    """Tell whether nothing rules the course out before any road is looked at.

    An empty vehicle leaves when its shift begins; one that carries somebody may have left before.
    """
    opening, closing = limits.pickup
    return (
        course.shift.end > opening
        and (course.free_at <= closing or bool(course.items))
        and course.vehicle.can_carry(errand.ride.needs)
        and errand.only in {None, course.vehicle.vehicle_id}
    )


def target_of(errand: Errand, limits: Limits) -> datetime:
    """When the vehicle should be at the door: as promised while that helps, else at once."""
    promise = errand.ride.promise
    ready = errand.journey.stage is CareStage.OVER and errand.goes_home
    if promise is None or ready or errand.ride.is_stranded:
        return limits.pickup[0]
    return max(promise.pickup_at, limits.pickup[0])


def _halts(errand: Errand, at: Opening | None, limits: Limits) -> Iterator[Halt]:
    ride, target = errand.ride, target_of(errand, limits)
    yield Halt(ride.origin, limits.pickup, ride.needs.boarding_s, target)
    if at is not None:
        yield pharmacy_halt(at, limits.pickup[0], target)
    yield Halt(ride.destination, limits.delivery, ride.needs.alighting_s, target)


def _pharmacies(errand: Errand, limits: Limits, settings: PairingSettings) -> Sequence[Opening]:
    """The pharmacy that was chosen, else the nearest of those open, on duty or not, by then."""
    ends = (errand.ride.origin, errand.ride.destination)
    if errand.journey.pharmacy is not None and errand.goes_home:
        return nearest_open([errand.journey.pharmacy], ends, limits.pickup)
    if not errand.wants_pharmacy:
        return ()
    known = [one for one in errand.request.pharmacies if one.stop_id not in errand.closed]
    return nearest_open(known, ends, limits.pickup)[: settings.pharmacies]


def nearest_open(
    pharmacies: Sequence[PharmacyStop], ends: tuple[Position, Position], ready: Window
) -> Sequence[Opening]:
    """Return when each opens before one gives up waiting, the least out of the way first."""

    def detour_m(one: Opening) -> float:
        where = one.pharmacy.position
        return crow_distance_m(ends[0], where) + crow_distance_m(where, ends[1])

    first, last = ready
    soon = openings(pharmacies, TimeWindow(first, max(last, first + SECOND)))
    useful = (one for one in soon if one.window.start <= last)
    return sorted(useful, key=lambda one: (detour_m(one), one.window.start))
