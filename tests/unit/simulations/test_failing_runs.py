"""A simulation that can't go on: a sentence for whoever asked, what is finished kept."""

import json

import pytest
from typer.testing import CliRunner

from services.cli import build
from services.errors import BadInput
from simulations.runner.replicating import live
from tests.unit.simulations.test_what_if import CASE
from tests.unit.simulations.tiny_runs import write_scenario


@pytest.fixture
def scenario(tmp_path):
    return write_scenario(tmp_path, rate=0.0002, arms=("today", "aiguilleur"))


@pytest.fixture
def defect(monkeypatch):
    """A defect of the software which the calls of one way of working show."""

    def lives_but_one(task):
        if task.arm == "aiguilleur":
            raise KeyError("a person's name")
        return live(task)

    monkeypatch.setattr("simulations.runner.running.live", lives_but_one)
    return monkeypatch


def simulate(scenario, out):
    return CliRunner().invoke(
        build(), ["simulate", str(scenario), "--out", str(out), "--replications", "1"]
    )


def test_a_replication_that_fails_is_told_in_a_sentence(scenario, tmp_path, defect):
    done = simulate(scenario, tmp_path / "out")
    told = done.stderr.splitlines()[-1]
    assert done.exit_code == 1
    assert told.startswith("aiguilleur: réplication 0 de « aiguilleur » en échec : ")
    assert f"le détail est dans {tmp_path / 'out' / 'echec.txt'}" in told
    assert "Traceback" not in done.output
    assert "person" not in done.output
    assert "KeyError" in (tmp_path / "out" / "echec.txt").read_text(encoding="utf-8")


def test_what_is_finished_when_one_fails_is_not_lived_again(scenario, tmp_path, defect):
    simulate(scenario, tmp_path / "out")
    defect.undo()
    done = simulate(scenario, tmp_path / "out")
    assert done.exit_code == 0
    (told,) = done.stderr.splitlines()
    assert "2/2 aiguilleur-000" in told


def test_a_disk_that_refuses_is_told_without_a_defect(scenario, tmp_path):
    (tmp_path / "out" / "rows" / "today-000.partial").mkdir(parents=True)
    done = simulate(scenario, tmp_path / "out")
    assert done.exit_code == 1
    assert "réplication 0 de « today » en échec : est un dossier" in done.stderr


def test_a_folder_that_no_longer_says_which_run_it_holds_is_left_alone(scenario, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "run.json").write_text('{"scenario": "es', encoding="utf-8")
    done = simulate(scenario, tmp_path / "out")
    assert isinstance(done.exception, BadInput)
    assert "run.json : illisible" in str(done.exception)


def test_a_run_that_is_stopped_says_that_it_can_be_taken_up(scenario, tmp_path, monkeypatch):
    def stop(task):
        raise KeyboardInterrupt

    monkeypatch.setattr("simulations.runner.running.live", stop)
    done = simulate(scenario, tmp_path / "out")
    assert done.exit_code == 1
    assert "aiguilleur: arrêté ; ce qui est fini est gardé" in done.stderr


def test_a_recorded_day_that_cannot_be_lived_quotes_nobody(tmp_path, monkeypatch):
    def fails(*_):
        raise KeyError("a person's name")

    monkeypatch.setattr("simulations.runner.twin.Life", fails)
    recorded = tmp_path / "jour.jsonl"
    recorded.write_text(json.dumps({"id": "C", **CASE}) + "\n", encoding="utf-8")
    scenario = write_scenario(tmp_path, rate=0)
    done = CliRunner().invoke(build(), ["twin", str(scenario), str(recorded)])
    assert done.exit_code == 1
    assert (
        "n'a pu être revécue sous « today » : c'est un défaut du logiciel, KeyError" in done.stderr
    )
    assert "person" not in done.output
