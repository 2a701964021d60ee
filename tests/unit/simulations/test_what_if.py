"""Assumptions moved to their bounds, and a recorded day lived again another way."""

import json
import re

import pytest
from typer.testing import CliRunner

from services.cli import build
from services.errors import BadInput
from simulations.report.writing import weight
from simulations.runner.methods import Method
from simulations.runner.sensitivity import Factor, Question, study
from simulations.scenarios.reading import read_scenario
from tests.unit.simulations.tiny_runs import write_scenario

CASE = {
    "caller": {"at": "2026-11-24T10:05:00+01:00"},
    "patient": {"age": 40, "position": {"insee": "31395"}},
    "need": {"code": "GP", "care_level": "R3"},
    "mobility": {"own_vehicle_available": True, "walking_aid": False},
}


def question(path, factors):
    scenario = write_scenario(path, rate=0.0002)

    class Few(Question):
        def factors(self):
            return super().factors()[:factors]

    told = read_scenario(scenario)
    return Few(path=scenario, scenario=told, seed=1, folder=path, arm="aiguilleur", other="today")


def test_every_bounded_assumption_is_a_factor(tmp_path):
    keys = {one.key for one in question(tmp_path, None).factors()}
    assert {"world.fleet.refusal", "world.unserved.renounces"} <= keys
    assert {"world.agendas.office.offered", "world.agendas.everywhere.taken_least_h"} <= keys


@pytest.mark.parametrize("method", [Method.OAT, Method.MORRIS])
def test_assumptions_are_moved_and_what_came_of_it_is_kept(tmp_path, method):
    heard: list[str] = []
    effects = study(question(tmp_path, 1), method, heard.append)
    (kept,) = json.loads((tmp_path / "sensitivity.json").read_text())["rows"]
    assert kept["key"] == effects[0].key == "world.answering.occupancy"
    assert len(heard) == (2 if method is Method.OAT else 4)
    assert study(question(tmp_path, 1), method, heard.append) == effects


class Formula(Question):
    """A difference that is the value of one of three assumptions."""

    def factors(self):
        return tuple(Factor(key=key, low=0, high=1) for key in ("moves", "idle", "other"))

    def difference(self, name, more):
        return next(float(one["value"]) for one in more if one["set"] == "moves")


def test_a_share_of_variance_is_told_with_its_interval(tmp_path):
    scenario = write_scenario(tmp_path)
    told = read_scenario(scenario)
    asked = Formula(
        path=scenario, scenario=told, seed=1, folder=tmp_path, arm="aiguilleur", other="today"
    )
    heard: list[str] = []
    moves, *others = study(asked, Method.SOBOL, heard.append)
    assert (moves.key, len(heard)) == ("moves", 64 * (3 + 2))
    assert moves.half is not None
    assert abs(moves.weight - 1) <= moves.half < 1
    assert [(one.weight, one.half) for one in others] == [(0, 0), (0, 0)]


@pytest.mark.parametrize(
    ("half", "said"),
    [(None, "0,30"), (0.1, "0,30 ± 0,10"), (0.3, "0,30 ± 0,30 ; indiscernable de zéro")],
)
def test_a_weight_that_may_be_nothing_is_said_to_be(half, said):
    assert weight(0.3, half) == said


def twin(path, lines, *asked):
    scenario = write_scenario(path, rate=0)
    recorded = path / "jour.jsonl"
    recorded.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return CliRunner().invoke(build(), ["twin", str(scenario), str(recorded), *asked])


def test_a_recorded_day_is_lived_again_decision_by_decision(tmp_path):
    lines = [json.dumps({"id": f"C{n}", **CASE}) for n in range(3)]
    same = twin(tmp_path, lines, "--before", "today", "--after", "today")
    assert "0 décisions sur 3 diffèrent" in same.output
    other = twin(tmp_path, lines, "--before", "today", "--after", "aiguilleur")
    assert other.exit_code == 0
    assert "sur 3 diffèrent" in other.output


def test_recorded_calls_of_another_day_are_said_not_to_be_compared(tmp_path):
    elsewhere = {**CASE, "caller": {"at": "2031-01-01T10:00:00+01:00"}}
    done = twin(tmp_path, [json.dumps({"id": "C", **CASE}), json.dumps({"id": "D", **elsewhere})])
    counted = (
        r"1 sur 2 hors de ce que compte essai.toml \(du \S+ à 00:00 au \S+ à 00:00\) : écartés"
    )
    assert re.search(counted, done.output)
    assert "sur 1 diffèrent" in done.output


def test_what_is_no_folder_cannot_hold_a_run(tmp_path):
    scenario = write_scenario(tmp_path)
    done = CliRunner().invoke(build(), ["simulate", str(scenario), "--out", str(scenario)])
    assert str(done.exception) == f"--out: {scenario} : n'est pas un dossier"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "jour.jsonl, ligne 2: document: ce n'est pas un document JSON lisible"),
        (json.dumps({"id": "C", **CASE}), "jour.jsonl, ligne 2: id: celui d'une ligne d'avant"),
        (json.dumps({"id": "X"}), "jour.jsonl, ligne 2: caller: absent"),
    ],
)
def test_a_recorded_case_that_cannot_be_read_is_refused_with_its_line(tmp_path, line, said):
    done = twin(tmp_path, [json.dumps({"id": "C", **CASE}), line])
    assert isinstance(done.exception, BadInput)
    assert str(done.exception) == said


def test_an_arm_that_is_not_there_is_refused(tmp_path):
    done = twin(tmp_path, [json.dumps({"id": "C", **CASE})], "--after", "magic")
    assert str(done.exception) == "--after: 'magic' n'est pas un bras de essai.toml"
