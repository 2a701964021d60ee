"""What decisions hold, in memory: booked slots and promised rides."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from adapters.memory.records import Records
from regulation.bookings import SlotBooking, SlotTaken
from regulation.kernel.ids import Identifier
from transport.fleet import PromisedRide
from transport.promises import VehicleMoved


class InMemorySlotBookings:
    """Bookings among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def book(self, booking: SlotBooking, capacity: int) -> None:
        """Take one of the places of a slot; raise SlotTaken when none is left."""
        taken = sum(other.slot_id == booking.slot_id for other in self._records.bookings)
        if taken >= capacity:
            raise SlotTaken(f"slot {booking.slot_id} has no place left")
        self._records.bookings.append(booking)

    def release(self, case_id: str) -> None:
        """Give back what a case had taken; nothing happens when it had nothing."""
        every = self._records.bookings
        self._records.bookings = [booking for booking in every if booking.case_id != case_id]

    def taken_after(self, instant: datetime, *, besides: str) -> Mapping[str, int]:
        """Count the places taken by slot id, of slots ending later, besides one case's own."""
        return Counter(
            booking.slot_id
            for booking in self._records.bookings
            if booking.window.end > instant and booking.case_id != besides
        )

    def find_booking(self, case_id: str) -> SlotBooking | None:
        """Return what a case has taken, None when it has taken nothing."""
        for booking in self._records.bookings:
            if booking.case_id == case_id:
                return booking
        return None

    def taken_with(self, practitioner: Identifier, start: datetime) -> Sequence[SlotBooking]:
        """Return what cases have taken with somebody at an instant, by case."""
        mine = (one for one in self._records.bookings if one.practitioner == practitioner)
        return sorted(
            (one for one in mine if one.window.start == start), key=lambda one: one.case_id
        )


class InMemoryPromisedRides:
    """Promised rides among the records of one unit of work."""

    def __init__(self, records: Records) -> None:
        self._records = records

    def rides_after(self, instant: datetime, *, besides: str) -> Sequence[PromisedRide]:
        """Return the rides that end after the instant, besides one journey's own, by pickup."""
        return _by_pickup(
            ride
            for journey_id, rides in self._records.rides.items()
            for ride in rides
            if journey_id != besides and ride.dropoff_at > instant
        )

    def rides_of(self, journey_id: str) -> Sequence[PromisedRide]:
        """Return the rides of a journey by pickup."""
        return _by_pickup(self._records.rides.get(journey_id, ()))

    def versions(self) -> Mapping[str, int]:
        """Return how often the rides of each vehicle have changed; absent: never."""
        return dict(self._records.vehicle_versions)

    def replace(
        self, journey_id: str, rides: Sequence[PromisedRide], *, seen: Mapping[str, int]
    ) -> None:
        """Promise these rides instead of whatever the journey had; see the port."""
        versions = self._records.vehicle_versions
        wanted = {ride.vehicle_id for ride in rides}
        for vehicle_id in sorted(wanted):
            if versions.get(vehicle_id, 0) != seen.get(vehicle_id, 0):
                raise VehicleMoved(f"vehicle {vehicle_id} has been promised for other rides since")
        for vehicle_id in wanted | {ride.vehicle_id for ride in self.rides_of(journey_id)}:
            versions[vehicle_id] = versions.get(vehicle_id, 0) + 1
        self._records.rides[journey_id] = tuple(rides)


def _by_pickup(rides: Iterable[PromisedRide]) -> tuple[PromisedRide, ...]:
    return tuple(sorted(rides, key=lambda ride: (ride.pickup_at, ride.ride_id)))
