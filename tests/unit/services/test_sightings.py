"""A vehicle is where the live state last heard it was, and that ages."""

from datetime import timedelta

from adapters.desk.sightings import seen_in
from adapters.memory.live import InMemoryLiveStore
from regulation.kernel.observed import Freshness
from tests.worlds import MINUTE, NOON, TAXI, VSL, at_km
from transport.reports import VehicleSeen


def test_a_vehicle_that_was_heard_of_has_its_position_and_the_others_keep_theirs():
    store = InMemoryLiveStore()
    place = at_km(1, 1)
    seen = VehicleSeen(at=NOON, source="hub", vehicle_id=VSL.vehicle_id, position=place)
    store.put_sightings([seen])
    vsl, taxi = seen_in(store)((VSL, TAXI), NOON + MINUTE)
    assert taxi is TAXI
    assert vsl.position is not None
    assert (vsl.position.value, vsl.position.source) == (place, "hub")
    assert vsl.position.freshness(NOON + MINUTE) is Freshness.FRESH
    assert vsl.position.freshness(NOON + timedelta(minutes=4)) is Freshness.LOST
