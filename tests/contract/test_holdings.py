"""Slots and vehicles: what one decision holds, no other can."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from regulation.bookings import SlotTaken
from regulation.kernel.ids import Identifier
from regulation.kernel.time import TimeWindow
from regulation.ports import StaleVersion
from services.store import Store
from tests.contract.samples import BOOKING, CASE, HOUR, NOON, RIDE
from transport.fleet import PromisedRide
from transport.promises import VehicleMoved


def keep_cases(store: Store, *case_ids: str) -> None:
    with store.unit() as unit:
        for case_id in case_ids:
            unit.cases.add(replace(CASE, case_id=case_id))


def promise(
    store: Store, journey_id: str, rides: Sequence[PromisedRide], seen: dict[str, int]
) -> None:
    with store.unit() as unit:
        unit.promises.replace(journey_id, rides, seen=seen)


def test_a_slot_is_given_once(store: Store):
    keep_cases(store, "case-1", "case-2")
    with store.unit() as unit:
        unit.bookings.book(BOOKING, 1)
    with pytest.raises(SlotTaken), store.unit() as unit:
        unit.bookings.book(replace(BOOKING, case_id="case-2"), 1)
    with store.unit() as unit:
        assert unit.bookings.find_booking("case-1") == BOOKING
        assert unit.bookings.find_booking("case-2") is None


def test_who_is_to_be_seen_by_somebody_at_an_instant_is_found(store: Store):
    keep_cases(store, "case-1", "case-2", "case-3")
    doctor, start = Identifier.parse("RPPS:19990000002"), BOOKING.window.start
    mine = replace(BOOKING, practitioner=doctor)
    later = replace(mine, slot_id="slot-2", case_id="case-2")
    later = replace(later, window=TimeWindow(BOOKING.window.end, BOOKING.window.end + HOUR))
    with store.unit() as unit:
        unit.bookings.book(mine, 1)
        unit.bookings.book(later, 1)
        unit.bookings.book(replace(BOOKING, slot_id="slot-3", case_id="case-3"), 1)
    with store.unit() as unit:
        assert list(unit.bookings.taken_with(doctor, start)) == [mine]
        assert unit.bookings.find_booking("case-2") == later


def test_a_slot_of_two_places_is_given_twice(store: Store):
    keep_cases(store, "case-1", "case-2", "case-3")
    with store.unit() as unit:
        unit.bookings.book(BOOKING, 2)
        unit.bookings.book(replace(BOOKING, case_id="case-2"), 2)
        assert unit.bookings.taken_after(NOON, besides="case-3") == {"slot-1": 2}
    with pytest.raises(SlotTaken), store.unit() as unit:
        unit.bookings.book(replace(BOOKING, case_id="case-3"), 2)


def test_a_slot_given_back_can_be_taken_again(store: Store):
    keep_cases(store, "case-1", "case-2")
    with store.unit() as unit:
        unit.bookings.book(BOOKING, 1)
        unit.bookings.release("case-1")
        unit.bookings.book(replace(BOOKING, case_id="case-2"), 1)
    with store.unit() as unit:
        assert unit.bookings.find_booking("case-1") is None


def test_taken_slots_are_told_besides_ones_own_and_past_ones(store: Store):
    keep_cases(store, "case-1")
    with store.unit() as unit:
        unit.bookings.book(BOOKING, 1)
        assert unit.bookings.taken_after(NOON, besides="case-2") == {"slot-1": 1}
        assert unit.bookings.taken_after(NOON, besides="case-1") == {}
        assert unit.bookings.taken_after(BOOKING.window.end, besides="case-2") == {}


def test_a_promised_ride_comes_back_whole(store: Store):
    promise(store, "case-1", [RIDE], {})
    with store.unit() as unit:
        assert list(unit.promises.rides_of("case-1")) == [RIDE]
        assert list(unit.promises.rides_after(NOON, besides="case-2")) == [RIDE]
        assert list(unit.promises.rides_after(NOON, besides="case-1")) == []
        assert list(unit.promises.rides_after(NOON + 2 * HOUR, besides="case-2")) == []


def test_rides_come_by_pickup(store: Store):
    earlier = replace(RIDE, ride_id="z", vehicle_id="VSL-1", pickup_at=NOON)
    promise(store, "case-1", [RIDE, earlier], {})
    with store.unit() as unit:
        assert list(unit.promises.rides_of("case-1")) == [earlier, RIDE]
        assert unit.promises.versions() == {"AMB-1": 1, "VSL-1": 1}


def test_a_vehicle_promised_meanwhile_is_refused(store: Store):
    promise(store, "case-1", [RIDE], {})
    other = replace(RIDE, ride_id="other")
    with pytest.raises(VehicleMoved):
        promise(store, "case-2", [other], {})
    promise(store, "case-2", [other], {"AMB-1": 1})
    with pytest.raises(VehicleMoved):
        promise(store, "case-3", [replace(RIDE, ride_id="third")], {"AMB-1": 1})
    with store.unit() as unit:
        assert list(unit.promises.rides_of("case-3")) == []
        assert unit.promises.versions() == {"AMB-1": 2}


def test_new_rides_take_the_place_of_the_old_ones(store: Store):
    promise(store, "case-1", [RIDE], {})
    by_another = replace(RIDE, vehicle_id="AMB-2")
    promise(store, "case-1", [by_another], {})
    with store.unit() as unit:
        assert list(unit.promises.rides_of("case-1")) == [by_another]
        assert unit.promises.versions() == {"AMB-1": 2, "AMB-2": 1}


def test_giving_rides_up_is_seen_by_whoever_counted_on_them(store: Store):
    promise(store, "case-1", [RIDE], {})
    promise(store, "case-1", [], {})
    with store.unit() as unit:
        assert list(unit.promises.rides_after(NOON, besides="")) == []
        assert unit.promises.versions() == {"AMB-1": 2}


RIVALS = 8


def at_once(work: Callable[[int], None]) -> list[Exception | None]:
    """Do the same from several threads at once; return what each ran into."""
    ends: list[Exception | None] = [None] * RIVALS
    gate = threading.Barrier(RIVALS)

    def run(number: int) -> None:
        gate.wait(timeout=10)
        try:
            work(number)
        except (SlotTaken, VehicleMoved, StaleVersion) as refusal:
            ends[number] = refusal

    threads = [threading.Thread(target=run, args=(number,)) for number in range(RIVALS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


@pytest.mark.parametrize("places", [1, 3])
def test_a_slot_fought_over_is_given_to_as_many_as_it_has_places(store: Store, places: int):
    keep_cases(store, *(f"case-{number}" for number in range(RIVALS)))

    def book(number: int) -> None:
        with store.unit() as unit:
            unit.bookings.book(replace(BOOKING, case_id=f"case-{number}"), places)

    ends = at_once(book)
    assert [type(one) for one in ends if one] == [SlotTaken] * (RIVALS - places)
    with store.reading() as unit:
        assert unit.bookings.taken_after(NOON, besides="") == {"slot-1": places}


@pytest.mark.parametrize("before", [0, 1], ids=["never promised", "promised before"])
def test_a_vehicle_fought_over_moves_once_for_what_was_seen(store: Store, before: int):
    for number in range(before):
        promise(store, "case-before", [replace(RIDE, ride_id=f"before-{number}")], {})
    seen = {"AMB-1": before} if before else {}

    def take(number: int) -> None:
        promise(store, f"case-{number}", [replace(RIDE, ride_id=f"ride-{number}")], seen)

    ends = at_once(take)
    assert [type(one) for one in ends if one] == [VehicleMoved] * (RIVALS - 1)
    with store.reading() as unit:
        assert unit.promises.versions() == {"AMB-1": before + 1}


def test_two_who_exchange_their_slots_never_both_lose(store: Store):
    """Each waits for the other's: one at least gets through, the other is told to begin again."""
    keep_cases(store, *(f"case-{number}" for number in range(RIVALS)))
    with store.unit() as unit:
        for number in range(RIVALS):
            mine = replace(BOOKING, slot_id=f"slot-{number}", case_id=f"case-{number}")
            unit.bookings.book(mine, 1)

    def move_on(number: int) -> None:
        neighbour = f"slot-{number ^ 1}"
        with store.unit() as unit:
            unit.bookings.release(f"case-{number}")
            unit.bookings.book(replace(BOOKING, slot_id=neighbour, case_id=f"case-{number}"), 1)

    at_once(move_on)
    with store.reading() as unit:
        held = [unit.bookings.find_booking(f"case-{number}") for number in range(RIVALS)]
        taken = unit.bookings.taken_after(NOON, besides="")
    assert all(held), "nobody loses what they had without getting what they asked"
    assert set(taken.values()) == {1}
