"""Errands put on courses: the most constrained first, as promised if it can be, else late.

What can't be done as promised is done late, and at worst at any time, as far as it may be.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from regulation.kernel.journeys import PharmacyStop
from transport.courses import Course, CourseKey, Item
from transport.errands import Errand, attempts_of, courses_for
from transport.holding import is_drivable
from transport.laid_out import Layer
from transport.limits import Level
from transport.live_fleet import Carried
from transport.ways import Scales
from transport.weighing import Offer, Weighing


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An errand with the vehicle found for it, by which pharmacy, and with whom or alone."""

    errand: Errand
    vehicle: CourseKey
    pharmacy: PharmacyStop | None
    level: Level
    shared: bool


@dataclass(slots=True, kw_only=True)
class Placing:
    """Puts errands on courses, one after the other; `courses` is what has become of them."""

    courses: dict[CourseKey, Course]
    layer: Layer
    scales: Scales
    placed: list[Placed] = field(default_factory=list)

    def place(self, errands: Sequence[Errand]) -> list[Errand]:
        """Place what can be; return the errands for which no vehicle is found."""
        left = sorted(errands, key=lambda one: one.ride.ride_id)
        for level in Level:
            while left:
                done = self._place_one(left, level)
                if done is None:
                    break
                left = [one for one in left if one is not done]
        return left

    def _place_one(self, errands: Sequence[Errand], level: Level) -> Errand | None:
        """Place the errand that the fewest vehicles could do at this level; None: none can be."""
        courses = courses_for(errands, level, self.courses.values(), self.layer)
        if not courses:
            return None
        attempts = [
            attempt
            for errand in errands
            for attempt in attempts_of(errand, level, courses, self.layer)
        ]
        laid = self.layer.lay(courses, [one.wish for one in attempts])
        weighing = Weighing(courses, laid, self.scales)
        offers: dict[str, list[Offer]] = {}
        for attempt in attempts:
            for offer in weighing.offers(attempt):
                offers.setdefault(attempt.errand.ride.ride_id, []).append(offer)
        for name in sorted(offers, key=lambda one: _urgency(offers[one], one)):
            for offer in sorted(offers[name], key=lambda one: one.key):
                if self._accept(offer, weighing, level):
                    return offer.attempt.errand
        return None

    def _accept(self, offer: Offer, weighing: Weighing, level: Level) -> bool:
        """Put the errand on the course; False when the whole route has no schedule after all.

        Insertions are timed in the traffic of when the ride is wished for: the vehicle may meet
        another at the hours found, in which it would be late.
        """
        begins = weighing.schedule(offer)
        if begins is None:
            return False
        course, errand = weighing.courses[offer.course], offer.attempt.errand
        carried = Carried(
            ride_id=errand.ride.ride_id,
            needs=errand.ride.needs,
            halts=offer.attempt.wish.halts,
            max_aboard_s=errand.ride.needs.max_aboard_s,
        )
        nodes = {**weighing.laid.nodes, carried.ride_id: weighing.stops(offer)}
        items = [
            item.timed(nodes[item.carried.ride_id], begins, self.layer.now)
            for item in (*course.items, Item(carried))
        ]
        filled = replace(course, items=tuple(items))
        if not is_drivable(filled, self.layer):
            return False
        self.courses[course.key] = filled
        self.placed.append(
            Placed(
                errand=errand,
                vehicle=course.key,
                pharmacy=offer.attempt.pharmacy,
                level=level,
                shared=offer.shares,
            )
        )
        return True


def _urgency(offers: Sequence[Offer], name: str) -> tuple[int, datetime, str]:
    """How few vehicles could do it, then how soon it must be done."""
    closing = min(one.attempt.limits.pickup[1] for one in offers)
    return len({one.course for one in offers}), closing, name
