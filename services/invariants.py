"""What must hold of everything kept, whatever has failed: looked for in the database itself."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from regulation.cases import Case, CaseState
from services.store import Store, Unit
from transport.fleet import PromisedRide, Vehicle

EVERY = 1_000_000
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
HOLDING = frozenset({CaseState.DECIDED, CaseState.UNDER_WAY, CaseState.CLOSED, CaseState.PROPOSED})
"""States of a case that may hold a slot or rides: one taken up again keeps what it held."""


CanKeep = Callable[[Vehicle, Sequence[PromisedRide]], bool]
"""Whether a vehicle can do all these rides, each within its tolerance; the hours told of several
may overlap (ADR 0042)."""


def faults_in(
    store: Store, fleet: Sequence[Vehicle], places: Mapping[str, int], can_keep: CanKeep
) -> Iterator[str]:
    """Yield each fault, naming what it is about by its number.

    `places`: how many a slot may receive (absent: one). The fleet: as large as it may be.
    """
    with store.reading() as unit:
        cases = unit.cases.latest(frozenset(CaseState), EVERY)
        rides = unit.promises.rides_after(EPOCH, besides="")
        yield from _slots(unit, cases, places)
        yield from _decisions(unit, cases)
        yield from _vehicles(rides, {one.vehicle_id: one for one in fleet}, can_keep)


def _slots(unit: Unit, cases: Sequence[Case], places: Mapping[str, int]) -> Iterator[str]:
    taken: Counter[str] = Counter()
    for case in cases:
        booking = unit.bookings.find_booking(case.case_id)
        if booking is None:
            continue
        taken[booking.slot_id] += 1
        if case.state not in HOLDING:
            yield f"case {case.case_id} is {case.state} and still holds {booking.slot_id}"
    for slot_id, count in taken.items():
        if count > places.get(slot_id, 1):
            yield f"slot {slot_id} is booked {count} times"


def _decisions(unit: Unit, cases: Sequence[Case]) -> Iterator[str]:
    for case in cases:
        rides = unit.promises.rides_of(case.case_id)
        if case.state is CaseState.DECIDED and not unit.journal.decisions_of(case.case_id):
            yield f"case {case.case_id} is decided and no decision is kept"
        if rides and case.state not in HOLDING:
            yield f"case {case.case_id} is {case.state} and still holds rides"
        if rides and case.state is CaseState.DECIDED and not unit.outbox.of_case(case.case_id):
            yield f"case {case.case_id} is driven and nobody was to be told"


def _vehicles(
    rides: Sequence[PromisedRide], fleet: Mapping[str, Vehicle], can_keep: CanKeep
) -> Iterator[str]:
    by_vehicle: dict[str, list[PromisedRide]] = defaultdict(list)
    for ride in rides:
        by_vehicle[ride.vehicle_id].append(ride)
    for vehicle_id, mine in by_vehicle.items():
        vehicle = fleet.get(vehicle_id)
        if vehicle is None:
            yield f"rides are promised with {vehicle_id}, which is no vehicle of the fleet"
        elif not can_keep(vehicle, mine):
            yield f"{vehicle_id} cannot keep all of {', '.join(ride.ride_id for ride in mine)}"
