"""What the desk is shown changes slot by slot; what was worked out of the rest is kept."""

from datetime import datetime, timedelta

import pytest

from adapters.territory.folder import read_territory
from regulation.kernel.time import TimeWindow
from simulations.agendas import Agendas
from simulations.draws import Draws
from simulations.lives import lives_of
from simulations.world.offer import LivingOffer
from simulations.world_figures import read_world
from tests.unit.adapters.territory_folders import NO_HOLIDAY, PARIS, write_folder

MORNING = datetime(2026, 11, 24, 7, tzinfo=PARIS)
READ_AGAIN = MORNING + timedelta(minutes=5)


@pytest.fixture
def offer(tmp_path):
    """The offer of the tiny territory, all of it shown, read once."""
    figures = read_world().having("agendas.office", "offered", 1, "assumption: essai")
    territory = read_territory(write_folder(tmp_path))
    told = LivingOffer(
        territory=territory,
        calendar=NO_HOLIDAY,
        figures=figures,
        draws=Draws(1),
        agendas=Agendas(territory, NO_HOLIDAY, 1, lives_of(figures)),
    )
    told.open(TimeWindow(MORNING, MORNING + timedelta(days=1)))
    told.read(MORNING)
    return told


def first_slot(offer):
    return next(slot for slots in offer.shown.values() for slot in slots)


def test_a_slot_taken_is_shown_no_more_and_the_rest_is_not_worked_out_again(offer):
    before, slot = offer.snapshot(MORNING), first_slot(offer)
    offer.book(slot.slot_id)
    after = offer.snapshot(MORNING)
    assert slot in before.agendas[slot.effecteur_id].slots.value
    assert slot not in after.agendas[slot.effecteur_id].slots.value
    assert after.worked_out is before.worked_out


def test_the_next_reading_keeps_what_was_worked_out_of_the_one_before(offer):
    before = offer.snapshot(MORNING)
    offer.read(READ_AGAIN)
    after = offer.snapshot(READ_AGAIN)
    assert after is not before
    assert after.worked_out is before.worked_out
