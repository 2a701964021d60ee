"""Insertions of errands into courses, found by the one generator, timed and weighed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import pairwise

from regulation.kernel.travel import LegPrice
from transport.courses import Course
from transport.errands import Attempt, target_of
from transport.fleet_ways import with_ride
from transport.laid_out import LaidOut
from transport.limits import SECOND, Level, slip_past
from transport.retiming import nearest_schedule
from transport.solver.insertions import insertions
from transport.ways import SHARED_RIDERS, Scales, quantities_of

MINUTE = timedelta(minutes=1)
WEIGHED_EACH = 3
"""Insertions weighed in one course: those nearest to when it should be."""

NEVER_S = 10**6
"""Disturbance of an insertion whose route has no schedule after all."""

Key = tuple[int, bool, int, bool, int, int, str]
"""Minutes late, a pharmacy missed, felt burden, another vehicle than before, cost, exact burden;
then the vehicle's name, so that no two offers tie."""


NOT_WEIGHED: Key = (0, False, 0, False, 0, 0, "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One insertion: into which course, after which stops, met and there at which second."""

    attempt: Attempt
    course: int
    gaps: tuple[int, ...]
    met: float
    there: float
    shares: bool
    key: Key = NOT_WEIGHED


@dataclass(frozen=True, slots=True)
class Weighing:
    """Weighs the insertions of attempts into courses laid out together."""

    courses: Sequence[Course]
    laid: LaidOut
    scales: Scales

    def offers(self, attempt: Attempt) -> Iterator[Offer]:
        """Yield the few insertions into each course that come nearest to when it should be."""
        target = self.laid.epoch.seconds(target_of(attempt.errand, attempt.limits))
        by_course: dict[int, list[tuple[Offer, float]]] = {}
        for offer, metres in self._insertions(attempt):
            by_course.setdefault(offer.course, []).append((offer, metres))
        for found in by_course.values():
            found.sort(key=lambda one: (abs(one[0].met - target), one[0].there, one[1]))
            for offer, metres in found[:WEIGHED_EACH]:
                yield self._weighed(offer, metres)

    def schedule(self, offer: Offer) -> Mapping[int, float] | None:
        """Return when each stop of the course would begin, near what people know of it."""
        seconds = self.laid.epoch.seconds
        stops, halts = self.stops(offer), offer.attempt.wish.halts
        targets = {node: seconds(halt.about) for node, halt in zip(stops, halts, strict=True)}
        targets = {**self.laid.targets, **targets, stops[0]: offer.met, stops[-1]: offer.there}
        compiled = self.laid.state.compiled
        return nearest_schedule(compiled, offer.course, self._route(offer), targets)

    def stops(self, offer: Offer) -> tuple[int, ...]:
        """Nodes of the errand done this way."""
        return self.laid.problem.rides[self.laid.wishes[offer.attempt.wish.name]].stops

    def _insertions(self, attempt: Attempt) -> Iterator[tuple[Offer, float]]:
        """Yield each insertion that can be asked for in time, with the metres it adds."""
        ride, problem = self.laid.wishes[attempt.wish.name], self.laid.problem
        target = self.laid.epoch.seconds(target_of(attempt.errand, attempt.limits))
        last = len(problem.rides[ride].stops) - 1
        for row in insertions(self.laid.state, ride, sorted(attempt.wish.courses)):
            course, early, late = int(row["vehicle"]), row["earliest"], row["latest"]
            asked = self._notice_s(attempt, course)
            met = max(min(max(target, float(early[0])), float(late[0])), asked)
            if met <= float(late[0]):
                there = min(float(early[last]) + met - float(early[0]), float(late[last]))
                offer = Offer(
                    attempt=attempt,
                    course=course,
                    gaps=tuple(int(gap) for gap in row["gaps"][: last + 1]),
                    met=met,
                    there=there,
                    shares=bool(row["shares"]),
                )
                yield offer, max(0.0, float(row["distance"]))

    def _notice_s(self, attempt: Attempt, course: int) -> float:
        """How long ahead the vehicle must be asked, unless it has the ride already."""
        vehicle = self.courses[course].vehicle
        known = attempt.errand.last_by == vehicle.vehicle_id
        return 0.0 if known else vehicle.notice / SECOND

    def _route(self, offer: Offer) -> list[int]:
        planned = self.laid.problem.vehicles[offer.course].planned
        return with_ride(planned, self.stops(offer), offer.gaps)

    def metres(self, offer: Offer) -> int:
        """Metres aboard, through the stops of those who share the vehicle."""
        problem, own, route = self.laid.problem, self.stops(offer), self._route(offer)
        aboard = route[route.index(own[0]) : route.index(own[-1]) + 1]
        places = [problem.nodes[node].location for node in aboard]
        return round(sum(float(problem.distance[a, b]) for a, b in pairwise(places)))

    def price(self, offer: Offer) -> LegPrice:
        """What the ride would cost."""
        ride, vehicle = offer.attempt.errand.ride, self.courses[offer.course].vehicle
        riders = SHARED_RIDERS if offer.shares else 1
        at = self.laid.epoch.instant(offer.met)
        ends = (ride.origin, ride.destination)
        rate = offer.attempt.errand.request.rates(vehicle.mode, at, riders, ends)
        return rate.of(self.metres(offer))

    def _weighed(self, offer: Offer, added_m: float) -> Offer:
        errand, vehicle = offer.attempt.errand, self.courses[offer.course].vehicle
        burden, cost = self.scales.weigh(self._quantities(offer, added_m))
        burden += self.scales.waiting * self._disturbance_s(offer)
        key = (
            self._minutes_late(offer),
            errand.wants_pharmacy and offer.attempt.pharmacy is None,
            -(-burden // self.scales.objective.burden_step),
            errand.last_by is not None and vehicle.vehicle_id != errand.last_by,
            cost,
            burden,
            vehicle.vehicle_id,
        )
        return replace(offer, key=key)

    def _quantities(self, offer: Offer, added_m: float) -> dict[str, int]:
        """The terms of the objective this ride bears on."""
        errand, pharmacy = offer.attempt.errand, offer.attempt.pharmacy
        needs, epoch, care = errand.ride.needs, self.laid.epoch, errand.journey.care
        start, end = epoch.seconds(care.start), epoch.seconds(care.end)
        if errand.goes_home:
            waiting, away = offer.met - end, offer.there - end
        else:
            waiting, away = start - needs.alighting_s - offer.there, start - offer.met
        halt_s = pharmacy.service_s if pharmacy else 0
        measured = quantities_of(
            aboard_s=offer.there - offer.met - needs.boarding_s - halt_s,
            waiting_s=max(0.0, waiting),
            away_s=max(0.0, away),
            price=self.price(offer),
            fleet_m=added_m,
        )
        missed = errand.request.pharmacy_stake if errand.wants_pharmacy else 0
        return measured | (dict(pharmacy.penalties) if pharmacy else {"missed_pharmacy": missed})

    def _disturbance_s(self, offer: Offer) -> int:
        """Seconds by which the stops of the others on the course move; more than all: it can't."""
        if not self.courses[offer.course].items:
            return 0
        begins = self.schedule(offer)
        if begins is None:
            return NEVER_S
        known = self.laid.targets
        return round(sum(abs(begins[node] - known[node]) for node in begins if node in known))

    def _minutes_late(self, offer: Offer) -> int:
        """Whole minutes past the promise, if there is one that isn't kept, or excused."""
        errand, instant = offer.attempt.errand, self.laid.epoch.instant
        if offer.attempt.level is Level.PROMISED:
            return 0
        handed_over = instant(offer.there + errand.ride.needs.alighting_s)
        late = slip_past(errand.journey, errand.ride, instant(offer.met), handed_over)
        return -(-late // MINUTE)
