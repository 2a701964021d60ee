"""Going by one's own means: on foot not too far, by public transport not at night."""

from datetime import timedelta

import numpy as np
import pytest

from regulation.kernel.modes import Mode
from tests.unit.transport.pairing_worlds import HERE, NOON, OWN, call, care, pair, pharmacy, place
from transport.fleet import Via
from transport.live_fleet import Epoch

AT_22, AT_23, AT_4 = (NOON + timedelta(hours=hours) for hours in (9.9, 11, 15.5))
DAY = timedelta(days=1)
LATER = NOON + DAY


def took(mode, car_s, metres):
    return OWN.durations_s(mode, np.array([car_s]), np.array([metres]))[0]


@pytest.mark.parametrize("mode", [Mode.OWN_CAR, Mode.COMPANION_CAR, Mode.TAXI])
def test_whatever_drives_takes_as_long_as_a_car(mode):
    assert took(mode, 600, 5000) == 600


@pytest.mark.parametrize(("metres", "seconds"), [(600, 500), (1000, 833), (1001, np.inf)])
def test_one_walks_at_ones_pace_and_not_too_far(metres, seconds):
    assert took(Mode.ON_FOOT, 60, metres) == seconds


def test_public_transport_takes_twice_a_car_and_an_approach():
    assert took(Mode.PUBLIC_TRANSPORT, 600, 5000) == 1800


@pytest.mark.parametrize(
    ("first", "last", "runs"),
    [(NOON, AT_22, True), (AT_22, AT_23, False), (AT_4, NOON + DAY, False), (AT_22, LATER, False)],
    ids=["by day", "past the last", "before the first", "till tomorrow"],
)
def test_public_transport_sleeps_at_night(first, last, runs):
    assert OWN.runs(Mode.PUBLIC_TRANSPORT, first, last) is runs
    assert OWN.runs(Mode.ON_FOOT, first, last)


def by(*modes, **changes):
    needs = call().needs
    return {"needs": type(needs)(load=needs.load, modes=frozenset(modes)), **changes}


def test_one_walks_there_and_home():
    _, (best, *_) = pair(call(care("rdv", place(0.8, 0), 60), **by(Mode.ON_FOOT)))
    assert [leg.mode for leg in best.legs] == [Mode.ON_FOOT, Mode.ON_FOOT]
    assert {leg.price.total_cents for leg in best.legs} == {0}


def test_an_appointment_too_soon_to_be_walked_to_is_not_proposed():
    _, journeys = pair(call(care("rdv", place(0.8, 0), 10), **by(Mode.ON_FOOT)))
    assert not journeys


def test_a_car_that_comes_too_late_is_not_proposed():
    _, journeys = pair(call(care("rdv", place(9, 0), 10), **by(Mode.OWN_CAR)))
    assert not journeys


def test_too_far_to_walk_and_too_late_for_the_bus_leaves_no_journey():
    stop = care("rdv", place(8, 0), 690)
    assert not pair(call(stop, **by(Mode.ON_FOOT, Mode.PUBLIC_TRANSPORT)))[1]


def test_the_bus_brings_somebody_home_by_the_pharmacy():
    wanted = call(
        care("rdv", place(4, 0), 60),
        pharmacies=(pharmacy("pharmacie", place(2, 0)),),
        pharmacy_stake=1000,
        **by(Mode.PUBLIC_TRANSPORT),
    )
    _, (best, *_) = pair(wanted)
    assert [leg.mode for leg in best.legs] == [Mode.PUBLIC_TRANSPORT] * 3
    assert best.legs[1].dropoff_at + timedelta(seconds=300) == best.legs[2].pickup_at
    assert best.legs[2].destination == HERE


def test_a_pharmacy_one_cannot_walk_to_in_time_is_gone_without():
    closing = pharmacy("pharmacie", place(0.5, 0)).open_windows[0]
    soon = type(closing)(closing.start, NOON + timedelta(minutes=86))
    wanted = call(
        care("rdv", place(0.9, 0), 60),
        pharmacies=(pharmacy("pharmacie", place(0.1, 0), open_windows=(soon,)),),
        pharmacy_stake=1000,
        **by(Mode.ON_FOOT),
    )
    _, (best, *_) = pair(wanted)
    assert best.pharmacy is None
    assert best.terms["missed_pharmacy"] == 1000


def test_seconds_since_the_epoch_are_turned_back_to_the_nearest():
    epoch = Epoch(NOON)
    assert epoch.seconds(NOON + timedelta(minutes=1)) == 60
    assert epoch.instant(59.6) == NOON + timedelta(minutes=1)
    assert Via(position=HERE, service_s=300).service_s == 300
