"""A timed plan told ride by ride: what changed and why, which promises are kept, moved, broken."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from regulation.kernel.journeys import PharmacyStop
from regulation.kernel.live import LiveJourney, LiveState
from regulation.kernel.modes import LegKind
from regulation.kernel.replanning import AlertKind, BrokenPromise, Change, ChangeKind, Reason
from regulation.kernel.rides import LiveRide, Promise
from transport.limits import SECOND, is_excused, slip_past
from transport.notebook import Notebook
from transport.settings import PairingSettings

NOTICED = timedelta(minutes=1)
"""Who is less late than that for care is not late."""


@dataclass(slots=True, kw_only=True)
class Teller:
    """Compares rides as they are now planned with what they were and with what was promised."""

    before: LiveState
    book: Notebook
    settings: PairingSettings
    kept: dict[str, Promise] = field(default_factory=dict)
    broken: list[BrokenPromise] = field(default_factory=list)

    def planned(self, journey_id: str, ride: LiveRide, reason: Reason) -> None:
        """Keep a ride with the legs it now has; tell what changed, and what of its promise."""
        self._tell_change(journey_id, ride, reason)
        journey = self.book.journeys[journey_id]
        pickup_at, dropoff_at = ride.legs[0].pickup_at, _handed_over(ride)
        late = slip_past(journey, self.book.stands(ride), pickup_at, dropoff_at)
        if late or ride.promise is None:
            was, is_forgiven = ride.promise, self._is_forgiven(journey, ride)
            ride = replace(ride, promise=self._promise(ride, pickup_at, dropoff_at))
            if was is not None and not is_forgiven:
                self._break(journey_id, ride, was, reason, late)
        else:
            self.kept[ride.ride_id] = ride.promise
        self.book.put_ride(journey_id, ride)
        self._tell_waits(self.book.journeys[journey_id], ride, reason)

    def _promise(self, ride: LiveRide, pickup_at: datetime, dropoff_at: datetime) -> Promise:
        """What the person is told instead; who is aboard was met as they were told."""
        was, tolerance = ride.promise, self.settings.live.tolerance_s * SECOND
        if was is None:
            return Promise(pickup_at=pickup_at, dropoff_at=dropoff_at, tolerance=tolerance)
        if self.book.has_begun(ride):
            pickup_at = was.pickup_at
        return replace(was, pickup_at=pickup_at, dropoff_at=dropoff_at)

    def without_vehicle(self, journey_id: str, ride: LiveRide, reason: Reason) -> None:
        """Say that nobody can do the ride; it is looked for again each time."""
        was = self.was(ride.ride_id)
        if was is not None and was.legs:
            self.book.changes.append(
                Change(
                    journey_id=journey_id,
                    kind=ChangeKind.VEHICLE_SOUGHT,
                    reason=reason,
                    before=was,
                    after=ride,
                )
            )
            self._break(journey_id, ride, ride.promise, reason, None)
        self.book.alert(journey_id, AlertKind.NO_VEHICLE, reason, ride)

    def missed(self, journey_id: str, ride: LiveRide, reason: Reason) -> None:
        """Nobody can bring them to care in time: the practice is told, another place is chosen."""
        by = self.book.journeys[journey_id].care.start
        self._break(journey_id, ride, ride.promise, reason, None)
        self.book.alert(journey_id, AlertKind.CARE_MISSED, reason, ride, by)
        self.book.reopen(journey_id, reason)

    def was(self, ride_id: str) -> LiveRide | None:
        """Return the ride as it was before, None when it is new."""
        for journey in self.before.journeys.values():
            for ride in journey.rides:
                if ride.ride_id == ride_id:
                    return ride
        return None

    def pharmacy_before(self, journey_id: str) -> PharmacyStop | None:
        """Return the pharmacy there was on the way home."""
        journey = self.before.journeys.get(journey_id)
        return journey.pharmacy if journey else None

    def _tell_change(self, journey_id: str, ride: LiveRide, reason: Reason) -> None:
        was = self.was(ride.ride_id)
        if was is None or not was.legs:
            kind = ChangeKind.RIDE_ADDED
        elif was.vehicle_id != ride.vehicle_id:
            kind = ChangeKind.REASSIGNED
        elif _times(was) != _times(ride):
            kind = ChangeKind.RETIMED
        else:
            return
        self.book.changes.append(
            Change(journey_id=journey_id, kind=kind, reason=reason, before=was, after=ride)
        )

    def _break(
        self,
        journey_id: str,
        ride: LiveRide,
        was: Promise | None,
        reason: Reason,
        late: timedelta | None,
    ) -> None:
        if was is not None:
            self.broken.append(
                BrokenPromise(
                    journey_id=journey_id,
                    ride_id=ride.ride_id,
                    promise=was,
                    reason=reason,
                    instead=ride if ride.legs else None,
                    late=late,
                )
            )

    def _is_forgiven(self, journey: LiveJourney, ride: LiveRide) -> bool:
        """A way home that care itself makes later is no broken promise while the wait is short."""
        comfort = self.settings.live.comfort_wait_s * SECOND
        wait = ride.legs[0].pickup_at - journey.care.end
        return is_excused(journey, ride) and not ride.is_stranded and wait <= comfort

    def _tell_waits(self, journey: LiveJourney, ride: LiveRide, reason: Reason) -> None:
        """Alert when the wait passes the limit of comfort, or when care can't be reached."""
        comfort, care = self.settings.live.comfort_wait_s * SECOND, journey.care
        if journey.is_admitted or journey.journey_id in self.book.undecided:
            return
        if ride.kind is LegKind.RETURN:
            begins = ride.legs[0].pickup_at
            if not self.book.has_begun(ride) and begins - care.end > comfort:
                self.book.alert(journey.journey_id, AlertKind.LONG_WAIT, reason, ride, begins)
            return
        late = _handed_over(ride) - care.start
        kind = None
        if late > self.settings.live.late_for_care_s * SECOND:
            kind = AlertKind.CARE_MISSED
        elif late >= NOTICED:
            kind = AlertKind.LATE_FOR_CARE
        elif -late > comfort:
            kind = AlertKind.LONG_WAIT
        if kind is not None:
            self.book.alert(journey.journey_id, kind, reason, ride, care.start)


def _handed_over(ride: LiveRide) -> datetime:
    return ride.legs[-1].dropoff_at + ride.needs.alighting_s * SECOND


def _times(ride: LiveRide) -> Sequence[datetime]:
    return [at for leg in ride.legs for at in (leg.pickup_at, leg.dropoff_at)]
