"""Which care stops are worth a look when journeys are in hand already."""

from dataclasses import replace

import pytest

from regulation.kernel.modes import Encounter
from regulation.kernel.planner import Budget
from tests.unit.transport.pairing_worlds import (
    HERE,
    NOON,
    OBJECTIVE,
    call,
    care,
    place,
    planner,
    taxi,
)
from transport.live_fleet import Epoch
from transport.sieve import worth_a_look
from transport.ways import Scales

TWO = Budget(alternatives=2)
FIRST = (care("a", place(1, 0), 60), care("b", place(2, 0), 90))


class ClosedRoads:
    """Roads of which nothing may be asked."""

    label = "closed"

    def profile(self, at):
        raise AssertionError(f"asked of the traffic at {at}")

    def matrix(self, origins, destinations, depart_at):
        raise AssertionError(f"asked of {len(origins)} by {len(destinations)} ways at {depart_at}")


def in_hand(*stops):
    return planner(taxi("t", HERE)).pair((call(*stops),), NOON, TWO).journeys["appel"]


def looked_at(stop, known):
    request = replace(call(stop), in_hand=known)
    return list(worth_a_look(request, Scales(OBJECTIVE), Epoch(NOON), TWO.alternatives))


def test_stops_that_begin_too_late_by_themselves_ask_nothing_of_the_roads():
    late = [care(f"c{n}", place(n, 0), 600 + n) for n in range(3)]
    request = replace(call(*late), in_hand=in_hand(*FIRST), unlisted={"delay_s": 48 * 3600})
    told = planner(roads=ClosedRoads()).pair((request,), NOON, TWO)
    assert [one.stop.place_id for one in told.journeys["appel"]] == ["a", "b"]
    assert told.unsettled == frozenset()


def test_a_stop_may_better_the_last_of_the_places_asked_for_but_not_the_journey_to_its_own():
    known = in_hand(*FIRST)
    too_late = next(n for n in range(60, 900) if not looked_at(care("a", HERE, n), known))
    assert looked_at(care("b", HERE, too_late), known)
    assert looked_at(care("c", HERE, too_late), known)
    assert not looked_at(care("c", HERE, too_late + 120), known), "past the last place asked for"


def test_with_fewer_places_in_hand_than_asked_for_any_other_is_looked_at():
    far = care("c", place(9, 0), 900)
    assert looked_at(far, in_hand(*FIRST[:1]))
    assert looked_at(far, ())


@pytest.mark.parametrize("encounter", [Encounter.PATIENT_TRAVELS, Encounter.TEAM_TRAVELS])
def test_time_spent_at_the_place_of_care_is_counted_for_whoever_goes_there(encounter):
    (known,) = in_hand(FIRST[0])
    there = replace(care("a", HERE, 60), encounter=encounter)
    own_way = {**known.terms, "aboard_s": 0, "waiting_s": 0, "own_pay_cents": 0, "fleet_m": 0}
    own_way["away_s"] = int((there.end - there.start).total_seconds())
    just = replace(known, terms=own_way, tiers=OBJECTIVE.tiers(own_way))
    request = replace(call(there), in_hand=(just,))
    kept = list(worth_a_look(request, Scales(OBJECTIVE), Epoch(NOON), 1))
    assert bool(kept) is (encounter is Encounter.TEAM_TRAVELS), "no better than what is in hand"
