"""Promised rides in the database, with a version of each vehicle that is compared and set."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, select, update
from sqlmodel import Session

from adapters.db.documents import from_document, to_document
from adapters.db.reading import Line, read
from adapters.db.rows import PromisedRideRow, VehicleVersionRow
from adapters.db.writing import Values, add, add_unless_there, change, table_of
from transport.fleet import PromisedRide
from transport.promises import VehicleMoved

RIDES, VERSIONS = table_of(PromisedRideRow), table_of(VehicleVersionRow)
DROPPED = delete(RIDES).where(RIDES.c.journey_id == bindparam("of")).returning(RIDES.c.vehicle_id)
OF_VEHICLE = VERSIONS.c.vehicle_id == bindparam("named")
MOVED = update(VERSIONS).where(OF_VEHICLE, VERSIONS.c.version == bindparam("seen"))
COUNTS = select(VERSIONS.c.vehicle_id, VERSIONS.c.version)
BY_PICKUP = select(RIDES.c.ride).order_by(RIDES.c.pickup_at, RIDES.c.ride_id)
LATER = BY_PICKUP.where(
    RIDES.c.dropoff_at > bindparam("instant"), RIDES.c.journey_id != bindparam("besides")
)
OF_JOURNEY = BY_PICKUP.where(RIDES.c.journey_id == bindparam("of"))
TOUCHED = update(VERSIONS).where(OF_VEHICLE).values(version=VERSIONS.c.version + 1)


class SqlPromisedRides:
    """Promised rides within one session, which the edge commits."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rides_after(self, instant: datetime, *, besides: str) -> Sequence[PromisedRide]:
        """Return the rides that end after the instant, besides one journey's own, by pickup."""
        rows = read(self._session, LATER, instant=instant, besides=besides)
        return tuple(map(_ride, rows))

    def rides_of(self, journey_id: str) -> Sequence[PromisedRide]:
        """Return the rides of a journey by pickup."""
        return tuple(map(_ride, read(self._session, OF_JOURNEY, of=journey_id)))

    def versions(self) -> Mapping[str, int]:
        """Return how often the rides of each vehicle have changed; absent: never."""
        return {row.vehicle_id: row.version for row in read(self._session, COUNTS)}

    def replace(
        self, journey_id: str, rides: Sequence[PromisedRide], *, seen: Mapping[str, int]
    ) -> None:
        """Promise these rides instead of whatever the journey had; see the port."""
        wanted = {ride.vehicle_id for ride in rides}
        for vehicle_id in sorted(wanted):  # in one order, so that two decisions never deadlock
            self._move(vehicle_id, seen.get(vehicle_id, 0))
        before = set(self._session.connection().execute(DROPPED, {"of": journey_id}).scalars())
        for vehicle_id in sorted(before - wanted):
            change(self._session, TOUCHED, named=vehicle_id)
        add(self._session, PromisedRideRow, *(_row(journey_id, ride) for ride in rides))

    def _move(self, vehicle_id: str, seen: int) -> None:
        if seen == 0:
            self._first(vehicle_id)
            return
        if not change(self._session, MOVED, named=vehicle_id, seen=seen, version=seen + 1):
            raise _moved(vehicle_id)

    def _first(self, vehicle_id: str) -> None:
        row = {"vehicle_id": vehicle_id, "version": 1}
        if not add_unless_there(self._session, VehicleVersionRow, row):
            raise _moved(vehicle_id)


def _moved(vehicle_id: str) -> VehicleMoved:
    return VehicleMoved(f"vehicle {vehicle_id} has been promised for other rides since")


def _ride(row: Line) -> PromisedRide:
    return from_document(row.ride, PromisedRide)


def _row(journey_id: str, ride: PromisedRide) -> Values:
    return {
        "ride_id": ride.ride_id,
        "journey_id": journey_id,
        "vehicle_id": ride.vehicle_id,
        "pickup_at": ride.pickup_at,
        "dropoff_at": ride.dropoff_at,
        "ride": to_document(ride),
    }
