"""Slots and vehicles: what one decision holds, no other can."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from regulation.bookings import SlotTaken
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
