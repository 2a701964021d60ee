"""Step by step, one looks further for a place in time before a late one or an emergency."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.kernel.modes import Encounter
from regulation.snapshots import Snapshot
from simulations.policies.choosing import Policy, Search
from simulations.policies.pages import Directory, Pages, by_distance
from simulations.policies.shown import ShownSlots
from simulations.policies.today import SearchOrder
from simulations.runner.replicating import Task, plot_of
from simulations.world.life import Life
from tests.unit.adapters.territory_folders import MMG
from tests.unit.regulation.worlds import a_case
from tests.unit.simulations.small_land import CALM, FREE_FLEET, LAND, neighbours
from tests.unit.simulations.test_pages import NOW, place, slot
from tests.unit.simulations.tiny_runs import set_in_world, write_scenario


@pytest.fixture(scope="module")
def evening(tmp_path_factory):
    """A call at 19 h; who is seen from afar and who visits are nearer than the MMG."""
    more = FREE_FLEET + CALM + set_in_world(finding__nearest=1)
    path = tmp_path_factory.mktemp("evening")
    told = write_scenario(path, rate=0, more=more, arms=("sequential",), **LAND)
    plot = plot_of(Task(path=told, arm="sequential", replication=0, seed=1))
    calls = tuple(neighbours(Life(plot), plot.counted_from + timedelta(hours=19), 1))
    return replace(plot, calls=calls)


def test_the_duty_doctor_is_found_behind_who_visits_and_who_is_seen_from_afar(evening):
    (row,) = Life(evening).run().rows
    assert (row.outcome, row.effecteur) == ("CONSULTATION", MMG)
    assert row.in_time


@pytest.fixture(scope="module")
def asked(evening):
    """The moment of the call, a search of it, and what is listed for it."""
    desk, case = Life(evening).desk, evening.calls[0]
    now = case.caller.at
    search = Search(
        policy=Policy.SEQUENTIAL,
        planner=desk.planner(now),
        order=SearchOrder(radius_m=0, enlarged_m=0, places_tried=0),
        own_doctor=None,
        deadline=now,
        shared=False,
    )
    return now, search, desk.answer(case, now).request


def slot_there(request, **changes):
    """One slot in time where the person can get to, changed."""
    stop = next(one for one in request.stops if one.encounter is Encounter.PATIENT_TRAVELS)
    begins = request.ready_at + timedelta(hours=1)
    times = {"doors_open": begins, "start": begins, "end": begins + timedelta(minutes=15)}
    there = {"slot_key": "slot", "penalties": {}, **times, **changes}
    return replace(request, stops=(replace(stop, **there),))


def test_a_place_in_time_one_can_get_to_ends_the_search(asked):
    now, search, request = asked
    assert search.is_over(slot_there(request), now, found=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"penalties": {"late_min": 1}},
        {"slot_key": None},
        {"encounter": Encounter.TEAM_TRAVELS},
        {"encounter": Encounter.REMOTE},
    ],
)
def test_nothing_else_ends_it(asked, changes):
    now, search, request = asked
    assert not search.is_over(slot_there(request, **changes), now, found=True)


def test_a_place_one_cannot_reach_before_it_begins_does_not_end_it(asked):
    now, search, request = asked
    begun = {"doors_open": now, "start": request.ready_at + timedelta(seconds=1)}
    assert not search.is_over(slot_there(request, **begun), now, found=True)


def test_a_page_that_widens_holds_those_before_it():
    every = [place(number, 100 * number) for number in range(1, 6)]
    known = {one.effecteur_id: one for one in every}
    case = replace(a_case(), patient=replace(a_case().patient, position=place(0).position))
    shown = ShownSlots({one.effecteur_id: (slot(one, 2),) for one in every})
    pages = Pages(
        directory=Directory(known, NOW, shown),
        rank=by_distance,
        size=1,
        widens=True,
    )
    everything = Snapshot(snapshot_id="tout", taken_at=NOW, effecteurs=known, agendas={})
    told = [[*page.snapshot.effecteurs] for page in pages.of(case, everything, NOW)]
    assert told == [[*known][:count] for count in (1, 2, 4, 8)]
