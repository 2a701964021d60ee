"""Windows of pharmacies in which somebody can be served, one by one."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.kernel.modes import Mode, PharmacyNeed, SolverStatus
from regulation.kernel.planner import Budget
from regulation.kernel.time import TimeWindow
from tests.unit.transport.pairing_worlds import (
    HERE,
    MINUTE,
    NOON,
    ONE_SEAT,
    SETTINGS,
    call,
    care,
    pair,
    pharmacy,
    place,
    planner,
    taxi,
)
from transport.openings import Opening, OpeningTable, first_opening, openings

NORTH = place(3, 0)
SECOND = timedelta(seconds=1)
TODAY = TimeWindow(NOON, NOON + timedelta(hours=9))


def window(after_min, until_min):
    return TimeWindow(NOON + after_min * MINUTE, NOON + until_min * MINUTE)


def windows_of(*known):
    one = pharmacy("p", NORTH, open_windows=known)
    return [opening.window for opening in openings([one], TODAY)]


def test_each_window_long_enough_to_serve_somebody_is_an_opening():
    short, morning, afternoon = window(0, 3), window(10, 60), window(120, 400)
    assert windows_of(short, morning, afternoon) == [morning, afternoon]


def test_a_window_as_long_as_it_takes_to_serve_somebody_is_an_opening():
    just, too_short = window(10, 15), TimeWindow(NOON + 20 * MINUTE, NOON + 25 * MINUTE - SECOND)
    assert windows_of(just, too_short) == [just]


def test_who_is_ready_with_just_the_time_to_be_served_need_not_wait_for_the_next_window():
    shop = pharmacy("p", NORTH, open_windows=(window(0, 60), window(100, 200)))
    latest = NOON + 55 * MINUTE
    assert first_opening(shop, latest) == Opening(shop, window(0, 60))
    assert first_opening(shop, latest + SECOND) == Opening(shop, window(100, 200))


def test_an_opening_of_days_is_told_in_whole_seconds_within_it():
    days = TimeWindow(NOON + timedelta(days=1, seconds=0.5), NOON + timedelta(days=3, seconds=9.5))
    table = OpeningTable.of([pharmacy("p", NORTH, open_windows=(days,))], NOON, 2 * 86_400)
    assert table.opens.tolist() == [86_401]
    assert table.closes.tolist() == [3 * 86_400 + 9]


def test_a_window_that_is_over_or_has_not_come_is_none():
    assert windows_of(window(-60, 0), window(600, 700)) == []


def test_a_window_that_goes_on_after_the_time_looked_at_is_an_opening_to_its_end():
    late = window(500, 700)
    assert windows_of(late) == [late]


def test_what_is_known_as_far_as_one_search_looked_serves_another_that_looks_less_far():
    shops = [
        pharmacy("a", NORTH, open_windows=(window(-60, 60), window(100, 200), window(300, 400))),
        pharmacy("b", NORTH, open_windows=(window(50, 250),)),
    ]
    known = OpeningTable.of(shops, NOON, 400 * 60)
    for until_min in (400, 301, 300, 60, 1):
        some, alone = known.before(until_min * 60), OpeningTable.of(shops, NOON, until_min * 60)
        assert list(some.each) == list(alone.each)
        assert some.whose.tolist() == alone.whose.tolist()
        assert some.opens.tolist() == alone.opens.tolist()
        assert some.closes.tolist() == alone.closes.tolist()
    assert [len(known.before(one * 60).each) for one in (400, 300, 60)] == [4, 3, 2]


DRIVES = replace(ONE_SEAT, modes=frozenset({Mode.OWN_CAR}))


@pytest.mark.parametrize("needs", [ONE_SEAT, DRIVES], ids=["by taxi", "by car"])
def test_a_pharmacy_that_closes_for_lunch_serves_after_lunch(needs):
    """Care ends at 80 minutes; the shop, 10 minutes away, closes at 85 and opens again at 110."""
    lunch = (window(-60, 85), window(110, 400))
    shop = pharmacy("p", place(-3, 0), open_windows=lunch)
    request = call(
        care("rdv", NORTH, 60),
        needs=needs,
        pharmacies=(shop,),
        pharmacy_need=PharmacyNeed.CERTAIN,
        pharmacy_stake=50_000,
    )
    result, (best, *_) = pair(request, taxi("t", HERE))
    assert result.status is SolverStatus.OPTIMAL
    assert best.pharmacy == shop
    assert best.legs[1].dropoff_at >= lunch[1].start


def test_whoever_waits_for_a_pharmacy_to_open_waits_at_the_place_of_care_not_aboard():
    opens = window(120, 400)
    request = call(
        care("rdv", NORTH, 60),
        pharmacies=(pharmacy("p", place(-3, 0), open_windows=(opens,)),),
        pharmacy_need=PharmacyNeed.CERTAIN,
        pharmacy_stake=50_000,
    )
    _, (best, *_) = pair(request, taxi("t", HERE))
    assert best.legs[1].dropoff_at == opens.start
    assert best.terms["aboard_s"] == sum(leg.on_board_s for leg in best.legs)
    assert best.legs[1].on_board_s <= 601
    assert best.legs[1].pickup_at >= best.stop.end + 25 * MINUTE


def then_by(shops, after_min):
    """A call for care so long after noon, then for one of the pharmacies."""
    return call(
        care("rdv", NORTH, after_min),
        pharmacies=shops,
        pharmacy_need=PharmacyNeed.CERTAIN,
        pharmacy_stake=50_000,
    )


def test_who_waits_as_long_as_one_may_is_served_by_a_pharmacy_that_opens_then():
    ends = 60 + 20
    opens = window(ends + SETTINGS.max_wait_home_s // 60, 400)
    shop = pharmacy("p", place(-3, 0), open_windows=(opens,))
    _, (best, *_) = pair(then_by((shop,), 60), taxi("t", HERE))
    assert best.pharmacy == shop


def test_a_search_that_looks_further_than_the_one_before_finds_what_opens_later():
    shops = (pharmacy("p", place(-3, 0), open_windows=(window(400, 600),)),)
    over = planner(taxi("t", HERE))
    found = [over.pair((then_by(shops, one),), NOON, Budget()) for one in (60, 400)]
    (early, *_), (later, *_) = (one.journeys["appel"] for one in found)
    assert (early.pharmacy, later.pharmacy) == (None, shops[0])
