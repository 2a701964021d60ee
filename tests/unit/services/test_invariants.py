"""What must hold of everything kept is looked for, and each fault is named."""

from dataclasses import replace

import pytest

from regulation.cases import CaseState
from regulation.kernel.riders import Load
from services.invariants import faults_in
from services.store import InMemoryStore, Store
from tests.contract.samples import BOOKING, CASE, MINUTE, NOON, RIDE
from tests.worlds import vehicle
from transport.fleet import Vehicle

AMBULANCE = replace(
    vehicle("AMB-1", next(iter(RIDE.needs.modes))), capacity=Load(stretchers=1, attendants=1)
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
    return list(faults_in(store, fleet, {}))


def book(store: Store, case_id: str, places: int) -> None:
    with store.unit() as unit:
        unit.bookings.book(replace(BOOKING, case_id=case_id), places)


def promise(store: Store, case_id: str, after_min: int = 0) -> None:
    moved = replace(
        RIDE,
        ride_id=f"{case_id}/return",
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


def test_riders_who_may_not_share_and_fill_more_than_the_room_are_named():
    store = kept("a", "b")
    promise(store, "a")
    promise(store, "b", after_min=5)
    assert [one.split(" ")[0] for one in found(store)] == ["AMB-1", "AMB-1"]


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
