"""Pages that are turned unread change nothing of what is chosen step by step: the search is held
against one that reads every page, and against one to whom everything is shown at once."""

from dataclasses import replace
from datetime import timedelta
from itertools import compress, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulation.cases import CareLevel
from regulation.effecteurs import CareCode
from regulation.kernel.places import Position
from regulation.offers import Booking, SlotMode
from simulations.policies.choosing import Search
from simulations.runner.replicating import Task, plot_of
from simulations.world.life import Life
from tests.unit.adapters.territory_folders import CABINET, MMG
from tests.unit.simulations.small_land import CALM, ED, FREE_FLEET, LAND, SOS, TELE, neighbours
from tests.unit.simulations.test_shortcuts_of_today import SLOTS, offer_of
from tests.unit.simulations.tiny_runs import set_in_world, write_scenario

IN_MURET = Position(lat=43.459, lon=1.329)
NEAREST_FIRST = CABINET, MMG, SOS, TELE
"""From there, by road as by flight: each further than the one before."""

IN_TIME, LATE = 36, 96
"""When a slot begins, in steps of five minutes: three hours, then eight; six are left."""

EVERY_SUBSET = list(product((True, False), repeat=len(NEAREST_FIRST)))


@pytest.fixture(scope="module")
def land(tmp_path_factory):
    """Somebody who looks step by step, at ten, one place then two more at a time; the people."""
    path = tmp_path_factory.mktemp("pages")
    more = FREE_FLEET + CALM + set_in_world(finding__nearest=1)
    told = write_scenario(path, rate=0, more=more, arms=("sequential",), **LAND)
    plot = plot_of(Task(path=told, arm="sequential", replication=0, seed=1))
    life = Life(plot)
    return life, plot.counted_from + timedelta(hours=10)


def reading_every_page(desk, case, now):
    """Answer as the desk does, no page being turned unread."""
    with pytest.MonkeyPatch.context() as without:
        without.setattr(Search, "turned_past", None)
        return desk.answer(case, now)


def shown_everything(desk, case, now):
    """Answer as the desk does, on one page that holds every place."""
    whole = desk.figures.having("finding", "nearest", 1_000, "assumption: tout d'un coup")
    return replace(desk, figures=whole).answer(case, now)


def chosen(answer):
    """What is decided: the place, the slot and every leg there and home."""
    return [(one.proposal.kind, one.proposal.slot, one.planned) for one in answer.options]


@settings(max_examples=15, deadline=None)
@given(drawn=SLOTS, who=st.integers(0, 500), hours=st.integers(1, 33))
def test_reading_every_page_chooses_nothing_else(land, drawn, who, hours):
    life, now = land
    case = life.demand.people.case(f"quelqu'un-{who}", now)
    wanted = {"care_level": CareLevel.R3, "deadline": timedelta(hours=hours)}
    case = replace(case, need=replace(case.need, code=CareCode.GP, **wanted))
    desk = replace(life.desk, offer=offer_of(life.desk, drawn, now))
    told, every = desk.answer(case, now), reading_every_page(desk, case, now)
    assert chosen(told) == chosen(every)
    assert told.request.stops == every.request.stops  # what who fends for themselves looks at


@pytest.mark.parametrize("in_time", EVERY_SUBSET)
def test_page_by_page_one_is_sent_where_a_look_at_everything_sends_them(land, in_time):
    life, now = land
    (case,) = neighbours(life, now, 1)
    case = replace(
        case,
        patient=replace(case.patient, position=IN_MURET),
        need=replace(case.need, deadline=timedelta(hours=6)),
    )
    drawn = [
        (number, IN_TIME if told else LATE, 3, SlotMode.AMB, Booking.ROUTINE, False)
        for number, told in enumerate(in_time)
    ]
    desk = replace(life.desk, offer=offer_of(life.desk, drawn, now))
    told = desk.answer(case, now)
    assert chosen(told) == chosen(shown_everything(desk, case, now))
    (option,) = told.options
    nearest = next(compress(NEAREST_FIRST, in_time), ED)  # whoever comes is received there
    assert str(option.proposal.effecteur.effecteur.effecteur_id) == str(nearest)
