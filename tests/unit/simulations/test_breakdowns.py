"""A vehicle breaks down: another takes over, or the person is looked for anew."""

from dataclasses import replace
from datetime import timedelta

import pytest

from simulations.runner.replicating import Task, plot_of
from simulations.world.fleet import Breakdown
from simulations.world.life import Life
from tests.unit.adapters.territory_folders import FLEET
from tests.unit.simulations.small_land import CALM, FREE_FLEET, neighbours
from tests.unit.simulations.tiny_runs import write_scenario

OTHER = (
    FLEET.splitlines()[1].replace("TAXI-1,TAXI,Taxis d'essai", "TAXI-2,TAXI,Autres taxis") + "\n"
)
ONLY = {"Taxis d'essai": "TAXI-1", "Autres taxis": "TAXI-2"}
"""The one vehicle of each company."""


def evening(path, fleet):
    """One person is taken to the duty doctor; every breakdown is ours."""
    path.mkdir()
    told = write_scenario(
        path, rate=0, more=FREE_FLEET + CALM, arms=("aiguilleur",), fleet__csv=fleet
    )
    plot = plot_of(Task(path=told, arm="aiguilleur", replication=0, seed=1))
    calls = tuple(neighbours(Life(plot), plot.counted_from + timedelta(hours=19), 1))
    life = Life(replace(plot, calls=calls))
    life.desk.fleet.breakdowns = ()
    return life


@pytest.fixture
def undisturbed(tmp_path):
    (row,) = evening(tmp_path / "calm", FLEET).run().rows
    return row


def test_nothing_breaks_down_without_a_breakdown(undisturbed):
    assert (undisturbed.outcome, undisturbed.mode_out) == ("CONSULTATION", "TAXI")
    assert undisturbed.breakdowns == 0


@pytest.mark.parametrize(("fleet", "modes"), [(FLEET, {""}), (FLEET + OTHER, {"TAXI"})])
def test_who_was_to_be_driven_is_taken_over_or_looked_for_anew(tmp_path, undisturbed, fleet, modes):
    (promised,) = evening(tmp_path / "promised", fleet).run().rows
    life = evening(tmp_path / "broken", fleet)
    called = life.plot.calls[0].caller.at
    out = called + timedelta(seconds=undisturbed.decision_s + 120)
    life.desk.fleet.breakdowns = (
        Breakdown(vehicle_id=ONLY[promised.provider], at=out, until=out + timedelta(hours=30)),
    )
    (row,) = life.run().rows
    assert {row.mode_out} == modes
    assert (row.outcome == "CONSULTATION") == (modes == {"TAXI"})
    assert bool(row.breakdowns) == (row.outcome != "CONSULTATION")


def test_whoever_gives_up_after_a_breakdown_counts_for_no_place_nor_transporter(
    tmp_path, undisturbed
):
    life = evening(tmp_path / "broken", FLEET)
    out = life.plot.calls[0].caller.at + timedelta(seconds=undisturbed.decision_s + 120)
    life.desk.fleet.breakdowns = (
        Breakdown(vehicle_id="TAXI-1", at=out, until=out + timedelta(hours=30)),
    )
    (row,) = life.run().rows
    assert undisturbed.effecteur
    assert (row.breakdowns, row.outcome) == (1, "RENOUNCED")
    assert (row.effecteur, row.provider, row.own_doctor) == ("", "", False)


def test_a_slot_given_back_is_free_and_shown_again(tmp_path):
    life = evening(tmp_path / "given back", FLEET)
    offer, now = life.desk.offer, life.plot.calls[0].caller.at
    offer.read(now)
    place, (slot, *_) = next((place, slots) for place, slots in offer.shown.items() if slots)
    before = offer.snapshot(now).agendas[place].slots.value
    offer.book(slot.slot_id)
    assert not offer.is_free(slot.slot_id, now)
    assert slot not in offer.snapshot(now).agendas[place].slots.value
    offer.release(slot.slot_id, now)
    assert offer.is_free(slot.slot_id, now)
    assert offer.snapshot(now).agendas[place].slots.value == before


def test_a_slot_that_has_begun_is_not_given_back(tmp_path):
    life = evening(tmp_path / "begun", FLEET)
    offer, now = life.desk.offer, life.plot.calls[0].caller.at
    offer.read(now)
    slot = next(slots[0] for slots in offer.shown.values() if slots)
    offer.book(slot.slot_id)
    offer.release(slot.slot_id, slot.takeable_until + timedelta(seconds=1))
    assert not offer.is_free(slot.slot_id, slot.takeable_until + timedelta(seconds=1))


def test_a_vehicle_drives_again_once_it_is_repaired(tmp_path, undisturbed):
    life = evening(tmp_path / "mended", FLEET)
    before = life.plot.calls[0].caller.at - timedelta(hours=1)
    life.desk.fleet.breakdowns = (
        Breakdown(vehicle_id="TAXI-1", at=before, until=before + timedelta(minutes=30)),
    )
    (row,) = life.run().rows
    assert row == undisturbed
