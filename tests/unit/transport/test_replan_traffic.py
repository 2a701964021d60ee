"""Rides planned anew that a vehicle reaches in other traffic than when it was wished for."""

from dataclasses import replace

from regulation.kernel.events import RideRefused
from tests.unit.transport.live_worlds import THERE, LiveWorld, at, kinds
from tests.unit.transport.pairing_worlds import HERE, StraightRoads, call, care, place, taxi
from transport.memo import TravelMemo

RUSH_BEGINS = at(50)


class JammedSoon(StraightRoads):
    """Three times slower from ten to one on."""

    def profile(self, at):
        return "jam" if at >= RUSH_BEGINS else "day"

    def matrix(self, origins, destinations, depart_at):
        plain = super().matrix(origins, destinations, depart_at)
        slower = 3 if self.profile(depart_at) == "jam" else 1
        return replace(plain, durations_s=slower * plain.durations_s)


def test_a_vehicle_that_would_meet_a_jam_on_coming_is_not_taken_for_one_in_time():
    far = taxi("t2", place(-27.6, 0))
    live = LiveWorld(taxi("t1", HERE), far)
    live.planner = replace(live.planner, travel=TravelMemo(JammedSoon()))
    live.decide(call(care("rdv-13", place(5, 0), 60), request_id="a"))
    assert live.vehicle("a", THERE) == "t1"
    assert live.ride("a", THERE).legs[0].pickup_at < RUSH_BEGINS

    done = live.after(RideRefused(at=at(5), journey_id="a", ride=THERE, vehicle_id="t1"))

    assert "REASSIGNED" not in kinds(done)
    assert [one.ride_id for one in done.broken] == ["a/outward"]
