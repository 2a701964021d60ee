"""Published figures beside the simulated ones: each of its own people, none of nobody."""

import math

import pytest

from simulations.measures.validation import validation
from simulations.runner.replicating import settings_of
from simulations.world.rows import Outcome
from tests.unit.simulations.plain_rows import a_row, table_of
from tests.unit.simulations.tiny_runs import write_scenario

NIGHT = "2026-11-24T23:00:00+01:00"
DENSE = {"density": "DENSE", "car": False}
ED, NO_SHOW, RENOUNCED = map(str, (Outcome.ED, Outcome.NO_SHOW, Outcome.RENOUNCED))
SEEN_AT_ONCE = {"outcome": str(Outcome.CONSULTATION), "seen_s": 3600.0}
YVELINES = "parmi les patients à orienter de jour"


@pytest.fixture(scope="module")
def setting(tmp_path_factory):
    return settings_of(write_scenario(tmp_path_factory.mktemp("figures")))["today"]


def told(setting, *rows):
    """Each figure by its name."""
    return {one.name: one.simulated for one in validation(table_of(*rows), "today", setting)}


@pytest.mark.parametrize(
    "rows",
    [
        (),
        (a_row(),),
        (a_row(**SEEN_AT_ONCE, care_s=900.0), a_row(outcome=ED, seen_s=7200.0, care_s=9000.0)),
        (a_row(care_level="R1", outcome="AMU"), a_row(care_level="R4", outcome="ADVICE")),
        (a_row(**DENSE), a_row(density="SPARSE", car=True)),
    ],
    ids=["nobody", "nobody answered", "two seen", "nobody to orient", "all with a car"],
)
def test_every_figure_is_told_of_few_people_or_nobody(setting, rows):
    figures = told(setting, *rows)
    assert all(isinstance(one, float) for one in figures.values())


def test_nothing_is_divided_by_those_without_a_car_where_all_have_one(setting):
    figures = told(setting, a_row(**DENSE), a_row(density="SPARSE", car=True))
    assert math.isnan(figures["sans voiture, communes denses, fois les peu denses"])


def test_whoever_has_not_come_was_not_seen_by_their_own_doctor(setting):
    figures = told(
        setting,
        a_row(**SEEN_AT_ONCE, own_doctor=True),
        a_row(outcome=NO_SHOW, own_doctor=True),
        a_row(outcome=RENOUNCED, own_doctor=True),
        a_row(**SEEN_AT_ONCE),
    )
    assert figures[f"vus par leur médecin traitant, {YVELINES}"] == 25
    assert figures[f"vus ailleurs en ville le jour même, {YVELINES}"] == 25


def test_a_study_of_daytime_calls_is_held_against_daytime_calls(setting):
    at_night = a_row(called_at=NIGHT, outcome=ED, seen_s=60.0)
    figures = told(setting, a_row(outcome=ED, seen_s=60.0), a_row(**SEEN_AT_ONCE), at_night)
    assert figures[f"aux urgences, {YVELINES}"] == 50


def test_a_passage_by_the_emergency_department_is_no_appointment(setting):
    later = {"outcome": str(Outcome.CONSULTATION), "seen_s": 40 * 3600.0}
    figures = told(
        setting,
        a_row(outcome=ED, seen_s=60.0),
        a_row(**SEEN_AT_ONCE),
        a_row(**later),
        a_row(**later),
    )
    among = "parmi les vus hors urgences"
    assert figures[f"vus le jour même ou le lendemain, {among}"] == pytest.approx(100 / 3)
    assert figures["vus en 48 h au plus hors urgences, parmi les patients à orienter"] == 75


def test_some_hours_tell_nothing_of_a_day_nor_of_a_year(setting):
    rows = table_of(a_row(), a_row(called_at=NIGHT))
    names = ("appels par habitant et par an", "18 à 21 h, fois 3 à 6 h")

    def simulated(*, whole_days):
        checks = validation(rows, "today", setting, whole_days=whole_days)
        return [one.simulated for one in checks if one.name in names]

    assert not any(math.isnan(one) for one in simulated(whole_days=True))
    assert all(math.isnan(one) for one in simulated(whole_days=False))
