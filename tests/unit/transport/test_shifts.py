"""When each means runs: never said not to run when it does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.kernel.modes import Mode
from regulation.kernel.planner import Budget
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.time import TimeWindow
from tests.unit.transport.brute_force import bounds_of, terrain_of
from tests.unit.transport.pairing_worlds import (
    MINUTE,
    NOON,
    ONE_SEAT,
    OWN,
    SETTINGS,
    call,
    care,
    place,
    planner,
    taxi,
)
from transport.live_fleet import Duty, Epoch
from transport.search import search
from transport.shifts import Shifts, Windows
from transport.ways import NEVER

QUARTER = 900
HOURS = st.integers(0, 60 * 3600)
SUMMER_TIME_ENDS = datetime(2026, 10, 24, 22, tzinfo=UTC)


def duty(begins_s, ends_s, notice_s):
    begins, ends = (NOON + timedelta(seconds=one) for one in (begins_s, ends_s))
    shift, notice = TimeWindow(begins, ends), timedelta(seconds=notice_s)
    vehicle = taxi("t", place(0, 0), shifts=(shift,), notice=notice)
    return Duty(vehicle=vehicle, shift=shift, start=vehicle.depot, ready_at=begins, rides=())


def runs(shifts, first, last, mode=Mode.TAXI):
    return shifts.running(mode, Windows.of(np.array([first]), np.array([last])))[0]


@given(begins=HOURS, lasts=st.integers(1, 30_000), notice=HOURS, first=HOURS, more=HOURS)
def test_a_mode_runs_whenever_a_shift_of_it_meets_the_window_in_time(
    begins, lasts, notice, first, more
):
    last, ends = first + more, begins + lasts
    shifts = Shifts.of_fleet([duty(begins, ends, notice)], Epoch(NOON))
    if begins <= last and ends >= first and notice <= last:
        assert runs(shifts, first, last)
    if begins > last + QUARTER or ends < first - QUARTER or notice > last + QUARTER:
        assert not runs(shifts, first, last)


@given(left=HOURS, took=st.integers(60, 9000), before=HOURS, after=HOURS, epoch=st.integers(0, 1))
def test_public_transport_runs_in_every_window_in_which_somebody_could_take_it(
    left, took, before, after, epoch
):
    start = (NOON, SUMMER_TIME_ENDS)[epoch]
    at = Epoch(start)
    latest = left + took + after
    shifts = Shifts.of_public_transport(OWN, at, latest)
    if OWN.runs(Mode.PUBLIC_TRANSPORT, at.instant(left), at.instant(left + took)):
        assert runs(shifts, left, latest, Mode.PUBLIC_TRANSPORT)
        assert runs(shifts, left - before, left + took, Mode.PUBLIC_TRANSPORT)


@pytest.mark.parametrize(("first_h", "last_h"), [(11, 16), (35, 40)], ids=["tonight", "tomorrow"])
def test_no_public_transport_runs_at_night(first_h, last_h):
    shifts = Shifts.of_public_transport(OWN, Epoch(NOON), 100 * 3600)
    night = (first_h * 3600, last_h * 3600)
    assert not runs(shifts, *night, Mode.PUBLIC_TRANSPORT)
    assert runs(shifts, night[0] - 3600, night[1], Mode.PUBLIC_TRANSPORT)
    assert runs(shifts, night[0], night[1] + 3600, Mode.PUBLIC_TRANSPORT)


@pytest.mark.parametrize(
    ("mode", "fleet"),
    [
        (Mode.TAXI, (taxi("t", place(0, 0), shifts=(TimeWindow(NOON, NOON + 300 * MINUTE),)),)),
        (Mode.PUBLIC_TRANSPORT, ()),
    ],
    ids=["a taxi by day", "public transport"],
)
def test_care_in_the_night_is_out_of_reach_of_what_runs_by_day(mode, fleet):
    by_day, by_night = care("jour", place(2, 0), 120), care("nuit", place(2, 0), 14 * 60)
    needs = RiderNeeds(
        load=Load(seats=1), modes=frozenset({mode}), shared_allowed=False, max_aboard_s=3600
    )
    day, night = bounds_of(call(by_day, by_night, needs=needs), planner(*fleet), NOON)
    assert day < NEVER
    assert night == NEVER


def test_public_transport_that_stops_while_one_waits_for_care_has_led_there():
    """At 22:50 with the last one at 23:00, for care at 23:20; then a taxi leads home."""
    early = replace(SETTINGS, arrive_before_s=1800)
    home = TimeWindow(NOON + 632 * MINUTE, NOON + 800 * MINUTE)
    needs = replace(ONE_SEAT, modes=frozenset({Mode.TAXI, Mode.PUBLIC_TRANSPORT}))
    over = planner(taxi("t", place(2, 0), shifts=(home,)), settings=early)
    request = call(care("rdv", place(2, 0), 620), needs=needs)
    (found,) = search(request, terrain_of(over, NOON), Budget()).found
    assert bounds_of(request, over, NOON)[0] <= found.best[3]


def test_who_is_brought_before_the_shift_ends_and_fetched_after_the_next_begins_is_in_reach():
    before, after = (NOON, NOON + 100 * MINUTE), (NOON + 190 * MINUTE, NOON + 300 * MINUTE)
    fleet = [
        taxi(name, place(0, 0), shifts=(TimeWindow(*shift),))
        for name, shift in (("avant", before), ("après", after))
    ]
    request, over = call(care("rdv", place(2, 0), 120)), planner(*fleet)
    outcome = search(request, terrain_of(over, NOON), Budget())
    assert bounds_of(request, over, NOON)[0] <= outcome.found[0].best[3] < NEVER
