"""Each way of working changes what it says it does, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from regulation.effecteurs import CareCode, EffecteurKind
from simulations.measures.table import FLEET
from simulations.runner.replicating import Task, plot_of, settings_of
from simulations.world.life import Life
from tests.unit.simulations.small_land import CALM, FREE_FLEET, LAND, neighbours
from tests.unit.simulations.tiny_runs import lived, write_scenario

ARMS = (
    "aiguilleur", "shared_rides", "more_supply", "pooled_duty", "reimbursed", "local_pays", "muret",
)  # fmt: skip
MURET = """
[[arm]]
name = "muret"
title = "Muret paie"
policy = "joint"
[[arm.change]]
lever = "local_pays"
value = ["31395"]
"""
FRANCHISES = {0, 400, 800}
"""Cents a leg that health insurance covers leaves to whoever is carried; there and back."""

TOLD = ["case_id", "called_at", "age", "level", "commune", "decile", "need", "care_level"]


@pytest.fixture(scope="module")
def scenario(tmp_path_factory):
    path = tmp_path_factory.mktemp("ways")
    return write_scenario(path, rate=0.0024, more=FREE_FLEET + MURET, arms=ARMS, **LAND)


@pytest.fixture(scope="module")
def settings(scenario):
    return settings_of(scenario)


@pytest.fixture(scope="module")
def rows(scenario, tmp_path_factory):
    """One day of the small land under each."""
    told = lived(scenario, tmp_path_factory.mktemp("lived"))
    return {arm: told[told.arm == arm].reset_index(drop=True) for arm in ARMS}


def added_to(settings, arm):
    """Kinds of places and modes of vehicles that an arm has and the plain one has not."""
    mine, plain = settings[arm].territory, settings["aiguilleur"].territory
    places = [one for one in mine.effecteurs if one not in plain.effecteurs]
    vehicles = [one.mode for one in mine.fleet if one not in plain.fleet]
    assert all(one in mine.effecteurs for one in plain.effecteurs)
    assert mine.communes == plain.communes
    return places, vehicles


@pytest.mark.parametrize("arm", ["shared_rides", "reimbursed", "local_pays", "muret"])
def test_sharing_and_paying_leave_the_offer_as_it_is(settings, arm):
    assert added_to(settings, arm) == ([], [])


@pytest.mark.parametrize("arm", ARMS)
def test_no_way_of_working_touches_the_calls_or_the_assumptions(settings, rows, arm):
    plain = settings["aiguilleur"]
    assert (settings[arm].demand, settings[arm].world) == (plain.demand, plain.world)
    assert rows[arm][TOLD].equals(rows["aiguilleur"][TOLD])


def test_more_supply_is_the_five_things_it_says(settings):
    places, vehicles = added_to(settings, "more_supply")
    assert vehicles == ["TAXI_TPMR"] * 12
    kinds = [one.kind for one in places]
    assert kinds.count(EffecteurKind.SOS) == 6
    assert kinds.count(EffecteurKind.MMG) == 6 + 10  # as an MMG is, nurses are open to all
    line = [one for one in places if one.care == {CareCode.PAEDIATRIC}]
    assert (len(line), {one.kind for one in line}) == (3, {EffecteurKind.TELE})


def test_pooled_duty_opens_a_line_at_the_emergency_department(settings):
    places, vehicles = added_to(settings, "pooled_duty")
    (department,) = settings["pooled_duty"].territory.annual_passages
    known = {one.effecteur_id: one for one in settings["pooled_duty"].territory.effecteurs}
    assert [one.position for one in places] == [known[department].position]
    assert vehicles == []


def test_neighbours_share_the_only_taxi_only_where_they_may(tmp_path):
    arms, shared = ("aiguilleur", "shared_rides"), {}
    told = write_scenario(tmp_path, rate=0, more=FREE_FLEET + CALM, arms=arms)
    for arm in arms:
        plot = plot_of(Task(path=told, arm=arm, replication=0, seed=1))
        evening = plot.counted_from + timedelta(hours=19)
        calls = tuple(neighbours(Life(plot), evening, 3))
        shared[arm] = [row.shared for row in Life(replace(plot, calls=calls)).run().rows]
    assert not any(shared["aiguilleur"])
    assert any(shared["shared_rides"])


@pytest.mark.parametrize(("arm", "family"), [("more_supply", "0123"), ("pooled_duty", "1")])
def test_what_is_added_is_used_and_is_nowhere_else(rows, arm, family):
    added = tuple(f"SIRET:997{one}" for one in family)
    assert rows[arm].effecteur.str.startswith(added).any()
    assert not rows["shared_rides"].effecteur.str.startswith("SIRET:997").any()


def test_what_health_insurance_takes_over_people_no_longer_pay(rows):
    before, after = rows["shared_rides"], rows["reimbursed"]
    assert before.patient_cents.sum() > after.patient_cents.sum()
    assert before.am_cents.sum() < after.am_cents.sum()
    assert (after.local_cents == 0).all()
    per_leg = after[(after.mode_out == "TAXI") & (after.patient_cents > 0)]
    assert (per_leg.am_cents >= 3000).all()


def driven(rows):
    """Those whom a vehicle of the fleet takes there and home."""
    return rows[rows.mode_out.isin(FLEET) & rows.mode_home.isin(FLEET)]


def test_where_the_commune_pays_nobody_pays_a_vehicle(rows):
    paid = rows["local_pays"]
    assert paid.local_cents.sum() > 0
    assert set(driven(paid).patient_cents) <= FRANCHISES
    assert (rows["shared_rides"].local_cents == 0).all()


def test_a_commune_pays_for_its_own_people_only(rows):
    told = rows["muret"]
    theirs, others = told[told.commune == "31395"], told[told.commune != "31395"]
    assert theirs.local_cents.sum() > 0
    assert set(driven(theirs).patient_cents) <= FRANCHISES
    assert (others.local_cents == 0).all()
    assert not set(driven(others).patient_cents) <= FRANCHISES
