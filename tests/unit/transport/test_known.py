"""What is asked for a request is not asked again when it is searched again."""

from dataclasses import dataclass, field, replace

import pytest

from regulation.kernel.planner import Budget
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    NOON,
    StraightRoads,
    call,
    care,
    pharmacy,
    place,
    planner,
    taxi,
)
from transport.known import MOST_KEPT, KnownRequests
from transport.memo import TravelMemo

NORTH, SOUTH, EAST = place(3, 0), place(-2, 0), place(0, 4)
EARLY, LATE = care("rdv", NORTH, 60), care("plus tard", SOUTH, 300)


@dataclass
class Counted(StraightRoads):
    """Straight roads that count the ways asked."""

    asked: int = 0
    label: str = field(default="lignes droites (essai)", init=False)

    def matrix(self, origins, destinations, depart_at):
        self.asked += len(origins) * len(destinations)
        return super().matrix(origins, destinations, depart_at)


def on(roads):
    return replace(planner(taxi("t", HERE), taxi("u", EAST)), travel=TravelMemo(roads))


def test_a_request_paired_again_asks_the_roads_for_nothing():
    roads = Counted()
    fleet, request = on(roads), call(EARLY, LATE)
    first = fleet.pair((request,), NOON, Budget())
    asked = roads.asked
    again = fleet.pair((request,), NOON, Budget())
    assert again.journeys == first.journeys
    assert roads.asked == asked


def test_care_stops_listed_later_are_found_as_if_nothing_were_known():
    request = call(EARLY, pharmacies=(pharmacy("officine", EAST),))
    later = replace(request, stops=(LATE,))
    fleet = on(StraightRoads())
    fleet.pair((request,), NOON, Budget())
    found = fleet.pair((later,), NOON, Budget())
    anew = on(StraightRoads()).pair((later,), NOON, Budget())
    assert found.journeys == anew.journeys


def vehicles_of(fleet, request):
    (best, *_) = fleet.pair((request,), NOON, Budget()).journeys[request.request_id]
    return {leg.vehicle_id for leg in best.legs}


def test_the_vehicles_known_of_a_request_are_those_of_the_fleet_it_is_paired_with_now():
    before, request = on(StraightRoads()), call(EARLY)
    nobody_by = replace(before, fleet=planner(taxi("u", EAST)).fleet)
    other_needs = replace(request, needs=replace(request.needs, not_by=frozenset({"t"})))
    assert vehicles_of(before, request) == {"t"}
    assert vehicles_of(nobody_by, request) == {"u"}
    assert vehicles_of(before, other_needs) == {"u"}
    assert vehicles_of(before, request) == {"t"}


@pytest.mark.parametrize(
    ("changes", "after"),
    [
        ({"home": SOUTH}, 0),
        ({"origin": SOUTH}, 0),
        ({"pharmacies": (pharmacy("officine", EAST),)}, 0),
        ({}, 1),
    ],
)
def test_nothing_is_known_of_another_request_of_the_same_name_nor_at_another_instant(
    changes, after
):
    request, kept = call(EARLY), KnownRequests()
    with kept.lent(request, NOON) as before:
        pass
    with kept.lent(replace(request, **changes), NOON + after * MINUTE) as known:
        assert known is not before


def test_what_is_lent_is_lent_to_nobody_else_until_it_is_given_back():
    request, kept = call(EARLY), KnownRequests()
    with kept.lent(request, NOON) as mine, kept.lent(request, NOON) as theirs:
        assert mine is not theirs
    with kept.lent(request, NOON) as again:
        assert again is mine


def test_no_more_is_kept_than_of_a_hundred_requests():
    first, kept = call(EARLY), KnownRequests()
    with kept.lent(first, NOON) as before:
        pass
    for number in range(MOST_KEPT):
        with kept.lent(replace(first, request_id=f"appel-{number}"), NOON):
            pass
    with kept.lent(first, NOON) as known:
        assert known is not before
