"""What must hold of everything kept is looked for, and each fault is named."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from regulation.cases import CaseState
from regulation.kernel.time import TimeWindow
from services.invariants import faults_in
from services.store import InMemoryStore, Store
from tests.contract.samples import BOOKING, CASE, HOUR, MINUTE, NOON, RIDE
from tests.worlds import PAIRING, StraightRoads, at_km, vehicle
from transport import keeping
from transport.fleet import PromisedRide, Vehicle
from transport.memo import TravelMemo

AMBULANCE = replace(
    vehicle("AMB-1", next(iter(RIDE.needs.modes))),
    capacity=RIDE.needs.load,
    crew=RIDE.needs.crew,
    depot=RIDE.pickup,
    shifts=(TimeWindow(NOON, NOON + 12 * HOUR),),
)


def kept(*case_ids: str, state: CaseState = CaseState.PROPOSED) -> Store:
    store = InMemoryStore()
    with store.unit() as unit:
        for case_id in case_ids:
            case = replace(CASE, case_id=case_id, state=CaseState.OPEN, journal=())
            unit.cases.add(case)
            if state is not CaseState.OPEN:
                unit.cases.save(case.to(state, at=NOON, actor="x"), 0)
    return store


def found(store: Store, fleet: tuple[Vehicle, ...] = (AMBULANCE,)) -> list[str]:
    return list(faults_in(store, fleet, {}, can_keep))


def can_keep(vehicle: Vehicle, rides: Sequence[PromisedRide]) -> bool:
    return keeping.can_keep(vehicle, rides, TravelMemo(StraightRoads()), PAIRING)


def book(store: Store, case_id: str, places: int) -> None:
    with store.unit() as unit:
        unit.bookings.book(replace(BOOKING, case_id=case_id), places)


def promise(store: Store, case_id: str, after_min: int = 0) -> None:
    moved = replace(
        RIDE,
        ride_id=f"{case_id}/return",
        dropoff=at_km(20, 0),
        vias=(),
        pickup_at=RIDE.pickup_at + after_min * MINUTE,
        dropoff_at=RIDE.dropoff_at + after_min * MINUTE,
    )
    with store.unit() as unit:
        unit.promises.replace(case_id, [moved], seen=unit.promises.versions())


def test_nothing_is_said_of_what_holds():
    store = kept("a", "b")
    book(store, "a", 1)
    promise(store, "a")
    promise(store, "b", after_min=120)
    assert found(store) == []


def test_a_slot_booked_twice_is_named():
    store = kept("a", "b")
    book(store, "a", 2)
    book(store, "b", 2)
    assert found(store) == ["slot slot-1 is booked 2 times"]


def test_rides_that_their_vehicle_cannot_do_all_within_their_tolerance_are_named():
    store = kept("a", "b")
    promise(store, "a")
    promise(store, "b", after_min=5)
    assert found(store) == ["AMB-1 cannot keep all of a/return, b/return"]


def test_a_vehicle_nobody_knows_is_named():
    store = kept("a")
    promise(store, "a")
    assert found(store, ()) == ["rides are promised with AMB-1, which is no vehicle of the fleet"]


@pytest.mark.parametrize("state", [CaseState.CANCELLED, CaseState.HANDED_TO_AMU])
def test_a_case_that_is_over_and_still_holds_is_named(state: CaseState):
    store = kept("a", state=state)
    book(store, "a", 1)
    promise(store, "a")
    assert found(store) == [
        f"case a is {state} and still holds slot-1",
        f"case a is {state} and still holds rides",
    ]
