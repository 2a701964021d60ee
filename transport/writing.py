"""A timetable written into the journeys: legs, fares, pharmacies; the rest is told by `telling`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from regulation.kernel.live import CareStage, LiveJourney
from regulation.kernel.modes import PharmacyNeed
from regulation.kernel.replanning import AlertKind, ChangeKind, Reason
from regulation.kernel.rides import LiveRide
from transport.courses import Course, Item
from transport.leg_times import Fare, retimed, written
from transport.notebook import Notebook
from transport.placing import Placed
from transport.telling import Teller
from transport.timetabling import Timetable
from transport.ways import SHARED_RIDERS


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes rides as the timetable has them; `late` are those that nothing could keep on time."""

    book: Notebook
    teller: Teller
    table: Timetable
    placed: Mapping[str, Placed]
    late: frozenset[str]

    def write(self, courses: Sequence[Course]) -> None:
        """Write every ride of the courses, in the order they are numbered in the problem."""
        epoch = self.table.laid.epoch
        for course, route in zip(courses, self.table.plan.routes, strict=True):
            for item in course.items:
                if item.is_ours:
                    self._write(course, item)
            if route.end > epoch.seconds(course.shift.end):
                self._overtime(course)

    def _write(self, course: Course, item: Item) -> None:
        ride_id = item.carried.ride_id
        journey, ride = self.book.find(ride_id)
        begins, placed = self.table.begins(ride_id), self.placed.get(ride_id)
        if placed is None:
            legs = retimed(self.book.stands(ride), begins, journey.pharmacy)
            reason = self._why(journey, ride)
        else:
            self._pharmacy(journey, placed)
            was = self.teller.was(ride_id)
            legs = written(ride, begins, placed.pharmacy, self._fare(course, placed, was))
            reason = placed.errand.reason
            if was is not None and was.vehicle_id == course.vehicle.vehicle_id:
                ride = replace(ride, status=self.book.left_at[ride_id])
            else:
                ride = replace(ride, given_at=self.book.now)
        shared = self.table.shares(ride_id)
        legs = tuple(replace(leg, shared=shared) for leg in legs)
        self.teller.planned(journey.journey_id, replace(ride, legs=legs), reason)

    def _why(self, journey: LiveJourney, ride: LiveRide) -> Reason:
        """Why a ride that stays where it was might be at other instants."""
        ride_id = ride.ride_id
        if ride_id in self.late:
            return Reason.VEHICLE_LATE
        if self.book.has_begun(ride):
            return Reason.ON_THE_ROAD
        return self.book.moved.get(journey.journey_id, Reason.MADE_ROOM)

    def _fare(self, course: Course, placed: Placed, was: LiveRide | None) -> Fare:
        errand, ride_id = placed.errand, placed.errand.ride.ride_id
        metres = self.table.metres(ride_id)
        riders = SHARED_RIDERS if self.table.shares(ride_id) else 1
        ends = (errand.ride.origin, errand.ride.destination)
        met = self.table.begins(ride_id)[0]
        called_for = was is not None and any(leg.will_call for leg in was.legs)
        return Fare(
            vehicle=course.vehicle,
            price=errand.request.rates(course.vehicle.mode, met, riders, ends).of(metres[-1]),
            metres=tuple(metres),
            will_call=called_for and errand.journey.stage is not CareStage.OVER,
        )

    def _pharmacy(self, journey: LiveJourney, placed: Placed) -> None:
        """Say that the pharmacy is another, or that the medicines must come some other way."""
        errand, chosen = placed.errand, placed.pharmacy
        if not errand.goes_home:
            return
        self.book.put(replace(journey, pharmacy=chosen))
        if chosen != self.teller.pharmacy_before(journey.journey_id):
            reason = errand.reason
            self.book.told(journey.journey_id, ChangeKind.PHARMACY_CHANGED, reason, errand.ride)
        missed = errand.request.pharmacy_need is PharmacyNeed.CERTAIN or errand.was_by_pharmacy
        if chosen is None and missed:
            self.book.alert(journey.journey_id, AlertKind.MEDICATION, errand.reason, errand.ride)

    def _overtime(self, course: Course) -> None:
        for item in course.items:
            if item.is_ours and item.is_aboard:
                journey, ride = self.book.find(item.carried.ride_id)
                reason = Reason.VEHICLE_LATE
                self.book.alert(journey.journey_id, AlertKind.OVERTIME, reason, ride)
