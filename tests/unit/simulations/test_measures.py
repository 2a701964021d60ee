"""Measures over replications: intervals, paired differences, gaps between groups, the report."""

import math
import re
from dataclasses import asdict, replace

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from services.cli import build
from simulations.measures.comparing import compare, gap_of, gaps_of
from simulations.measures.intervals import Interval, interval
from simulations.measures.published import FIGURES
from simulations.measures.table import BY_NAME, by_group, offered
from simulations.measures.validation import Check, validation
from simulations.report.charts import BARS, LONGEST, bars
from simulations.report.headline import Finding
from simulations.report.writing import changed, percent, period
from simulations.runner.replicating import settings_of
from simulations.runner.tables import read_rows
from simulations.scenarios.reading import read_scenario
from tests.unit.simulations.plain_rows import a_row, table_of
from tests.unit.simulations.tiny_runs import run_of, write_scenario


def test_an_interval_is_that_of_student():
    told = interval([1.0, 2.0, 3.0, math.nan])
    assert told.mean == 2
    assert told.half == pytest.approx(4.302652729 / math.sqrt(3))  # t at 97.5 %, 2 degrees


def test_one_replication_says_nothing_of_its_spread():
    assert interval([5.0]).half is None
    assert not interval([5.0]).is_clear_of_zero


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """The command line on a tiny scenario, three replications."""
    path = tmp_path_factory.mktemp("told")
    scenario = write_scenario(path, rate=0.0006)
    asked = ["simulate", str(scenario), "--replications", "3", "--out", str(path / "out")]
    done = CliRunner().invoke(build(), asked)
    assert done.exit_code == 0, done.output
    return path / "out", done.output


def test_the_command_line_says_how_far_it_is_and_what_was_found(told):
    _, said = told
    assert "9/9" in said
    assert "Aiguilleur contre aujourd'hui, renoncements" in said
    assert "rapport : " in said


def test_the_report_holds_everything_in_one_file(told):
    out, _ = told
    page = (out / "rapport.html").read_text(encoding="utf-8")
    for words in (
        "Ce que l'on peut dire", "Pour qui : équité", "Où : renoncements par commune",
        "Ce qui changerait la conclusion", "Le simulé à côté du publié", "STRESS-DES", "<svg",
        "appels décrochés", "limitation physique à 75 ans et plus", "la simulation ne dit pas",
    ):  # fmt: skip
        assert words in page
    assert "Aujourd&#39;hui → Aiguilleur" in page
    assert "— %" not in page
    assert "<td>sequential</td>" not in page, "a way of working is called by its title"
    assert "src=" not in page
    assert "http" not in page.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("gap", "said"),
    [
        (Interval(mean=0.0, half=0.0), "identique"),
        (Interval(mean=-0.04, half=0.0), "−0,0\u00a0±\u00a00,0"),
        (Interval(mean=2.0, half=None), "+2,0"),
    ],
)
def test_a_way_of_working_that_changes_nothing_is_said_to_be_identical(gap, said):
    assert changed(gap) == said


@pytest.mark.parametrize(
    ("gap", "said"), [(-0.004, "0 %"), (0.31, "+31 %"), (-0.5, "−50 %"), (float("nan"), "—")]
)
def test_a_gap_with_what_is_published_is_told_in_whole_per_cent(gap, said):
    assert percent(gap) == said


@pytest.mark.parametrize(
    ("simulated", "put_in", "is_far"),
    [(74.0, False, True), (80.0, False, False), (50.0, True, False)],
)
def test_only_a_figure_that_was_not_given_to_the_simulation_can_be_far(simulated, put_in, is_far):
    check = Check(
        name="appels décrochés", published=100.0, simulated=simulated, unit="%", source="DREES",
        put_in=put_in,
    )  # fmt: skip
    assert check.is_far is is_far


def test_a_finding_without_enough_people_says_so_and_no_figure():
    found = Finding(
        title="Écart", unit="points", mine="—", theirs="—", gap="—",
        verdict="trop peu de monde pour comparer des groupes",
    )  # fmt: skip
    assert found.sentence("aujourd'hui") == (
        "Aiguilleur contre aujourd'hui, écart : trop peu de monde pour comparer des groupes."
    )
    assert not found.is_clear


def ends_of(drawing):
    """Where the intervals of a drawing end, to the right."""
    return [float(one) for one in re.findall(r'x2="([\d.]+)"', drawing)]


def test_an_interval_of_shares_stops_at_all_of_them_and_leaves_the_others_their_size():
    rows = {"nombreux": {"ici": (20.0, 5.0)}, "trois": {"ici": (50.0, 318.0)}}
    many, few = ends_of(bars(rows, "parts", limit=100))
    assert many - BARS == pytest.approx(LONGEST / 4)
    assert few - BARS == pytest.approx(LONGEST)
    many, few = ends_of(bars(rows, "euros"))
    assert (many - BARS) / (few - BARS) == pytest.approx(25 / 368, rel=0.01)


def test_a_difference_is_paired_replication_by_replication(told):
    out, _ = told
    frame = read_rows((out / "rows").glob("*.parquet"))
    compared = compare(frame, ["today", "aiguilleur"])
    there = compared.differences["aiguilleur", "today", "unmet_need"]
    back = compared.differences["today", "aiguilleur", "unmet_need"]
    assert there.mean == pytest.approx(-back.mean)
    means = compared.means
    gap = means["aiguilleur", "unmet_need"].mean - means["today", "unmet_need"].mean
    assert there.mean == pytest.approx(gap)


def test_there_is_no_gap_where_there_is_one_group_only():
    people = pd.DataFrame(
        {
            "arm": "today", "replication": 0, "care_level": "R3", "outcome": "RENOUNCED",
            "in_time": False, "patient_cents": 0, "level": ["M0"] * 30 + ["M1"] * 29,
        }
    )  # fmt: skip
    gaps = gaps_of(by_group(people, "level"), "level", ["today"])
    assert math.isnan(gaps["level", "today", "unmet_need"].whole)
    more = pd.concat([people, people[people.level == "M1"].assign(outcome="ED")])
    gaps = gaps_of(by_group(more, "level"), "level", ["today"])
    assert gaps["level", "today", "unmet_need"].whole == 50


def test_a_figure_of_one_department_is_left_out_elsewhere(told):
    out, _ = told
    frame = read_rows((out / "rows").glob("*.parquet"))
    here = settings_of(out.parent / "essai.toml")["today"]
    away = replace(here, territory=replace(here.territory, department="48"))
    names = {one.name for one in validation(frame, "today", here)}
    assert names - {one.name for one in validation(frame, "today", away)} == {
        one.name for one in FIGURES if one.department == "31"
    }


def test_another_seed_is_not_mixed_with_what_a_folder_holds(told, tmp_path):
    out, _ = told
    scenario = out.parent / "essai.toml"
    asked = ["simulate", str(scenario), "--seed", "9", "--out", str(out)]
    done = CliRunner().invoke(build(), asked)
    assert done.exit_code != 0
    assert "tient un autre essai" in str(done.exception)


def test_replications_end_when_the_interval_is_narrow_enough(tmp_path):
    more = '[stop]\nmeasure = "answered"\nhalf_width = 1000\nleast = 2'
    scenario = write_scenario(tmp_path, more=more)
    tables = run_of(scenario, tmp_path / "out", replications=9).carry_out(lambda _: None)
    assert len(tables) == 2 * 3


def test_groups_that_do_not_differ_are_rarely_told_apart():
    draw, clear = np.random.default_rng(1), 0
    people = np.full((10, 10), 11.0)  # replications, deciles
    for _ in range(200):
        luck = draw.random((10, 10, 11))
        today, ours = (gap_of((luck < chance).sum(axis=2), people) for chance in (0.1, 0.4))
        clear += ours.less(today).interval.is_clear_of_zero
    assert clear <= 18  # 5 % expected: 10, and 18 at most but once in a hundred


def test_groups_that_differ_are_told_apart():
    draw = np.random.default_rng(1)
    served = draw.random((10, 4, 11)) < np.array([0.1, 0.1, 0.1, 0.5])[None, :, None]
    gap = gap_of(served.sum(axis=2), np.full((10, 4), 11.0)).interval
    assert gap.is_clear_of_zero
    assert gap.mean == pytest.approx(0.4, abs=0.15)


def people(count, renounced, **told):
    """So many people of a group, of whom some renounce."""
    for number in range(count):
        outcome = "RENOUNCED" if number < renounced else "CONSULTATION"
        yield asdict(a_row(outcome=outcome, **told))


def test_a_gap_is_between_groups_that_are_large_over_all_the_replications():
    frame = pd.DataFrame(
        {**row, "arm": arm, "replication": number}
        for number in range(2)
        for arm, renounced in (("today", 6), ("aiguilleur", 3))
        for row in (
            *people(15, 0, decile=1), *people(15, renounced, decile=2), *people(2, 2, decile=3)
        )
    )  # fmt: skip
    compared = compare(frame, ["today", "aiguilleur"])
    assert compared.gaps["decile", "today", "unmet_need"].mean == pytest.approx(40)
    change = compared.gap_changes["decile", "aiguilleur", "today", "unmet_need"]
    assert change.mean == pytest.approx(-20)
    assert change.half == pytest.approx(0)
    assert math.isnan(compared.gaps["density", "today", "unmet_need"].mean)


def test_the_load_is_uneven_when_some_receive_nobody(tmp_path):
    territory = settings_of(write_scenario(tmp_path))["today"].territory
    seen = table_of(
        *(a_row(outcome="CONSULTATION", effecteur=one, provider="SIRET:1") for one in ("a", "b"))
    )
    known = offered(seen, {"today": territory})
    places, carriers = int(known.places[0]), int(known.transporters[0])
    assert BY_NAME["effecteur_gini"].of(seen) == 0  # nobody else is known of
    assert BY_NAME["effecteur_gini"].of(known) == pytest.approx(1 - 2 / places)
    assert BY_NAME["transporter_gini"].of(known) == pytest.approx(1 - 1 / carriers)


def test_the_report_says_when_it_begins_and_how_long_it_lasts(tmp_path):
    scenario = read_scenario(write_scenario(tmp_path))
    assert period(replace(scenario, days=7.0)) == "7 jours à partir du 24/11/2026"
    evening = replace(scenario, days=1 / 3, from_hour=16)
    assert period(evening) == "8 h à partir du 24/11/2026 à 16 h"
