"""`aiguilleur territory check` and `describe`."""

import json

import pytest
from typer.testing import CliRunner

from services.cli import build
from services.errors import BadInput
from tests.unit.adapters.territory_folders import FLEET, write_folder
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused
from tests.unit.simulations.test_founding import AS_EXCEL_SAVES, COMMUNES, EMERGENCIES


def run(*arguments):
    return CliRunner().invoke(build(), ["territory", *arguments])


def test_a_sound_folder_is_valid(tmp_path):
    result = run("check", str(write_folder(tmp_path)))
    assert (result.exit_code, result.output) == (0, f"{tmp_path} : rien à redire\n")


def test_a_folder_at_fault_says_where_and_ends_in_three(tmp_path):
    write_folder(tmp_path, fleet__csv=FLEET.replace("19:00-31:00", "19:00-07:00"))
    result = run("check", str(tmp_path))
    assert result.exit_code == 3
    fault, last = result.output.splitlines()
    assert fault.startswith("fleet.csv, ligne 2, shifts: '19:00-07:00' finit avant de commencer")
    assert last == f"{tmp_path} : 1 faute"


def test_faults_are_told_as_json(tmp_path):
    write_folder(tmp_path, fleet__csv=FLEET.replace(",3,0,0,0,", ",-3,0,0,0,"))
    result = run("check", str(tmp_path), "--format", "json")
    assert result.exit_code == 3
    told = json.loads(result.output)
    assert told["valid"] is False
    assert told["faults"] == [
        {
            "file": "fleet.csv",
            "line": 2,
            "field": "seats",
            "reason": "-3 n'est pas entre 0 et 20",
        }
    ]


def test_the_territory_of_the_program_is_valid_by_its_name():
    result = run("check", "haute_garonne", "--format", "json")
    assert result.exit_code == 0
    assert json.loads(result.output)["valid"] is True


@pytest.mark.parametrize("command", ["check", "describe"])
def test_a_territory_that_does_not_exist_is_bad_input(command):
    result = run(command, "atlantis")
    assert isinstance(result.exception, BadInput)
    assert "aucun territoire 'atlantis'" in str(result.exception)


def test_a_territory_is_described_with_its_assumptions(tmp_path):
    result = run("describe", str(write_folder(tmp_path)), "--format", "json")
    assert result.exit_code == 0
    told = json.loads(result.output)
    assert (told["communes"], told["population"]) == (2, 35_800)
    assert told["effecteurs"] == {"CABINET": 1, "MMG": 1, "PHARMACIE": 1}
    assert (told["accessibility_known"], told["hours_known"]) == (1, 3)
    assert told["parameters"]["speed"]["assumption"] is True


def test_a_territory_is_described_in_words(tmp_path):
    result = run("describe", str(write_folder(tmp_path)))
    assert result.exit_code == 0
    assert "Petit-Pays (31), Europe/Paris" in result.output
    assert "speed = 50 (km/h; assumption)" in result.output


def test_a_folder_at_fault_is_not_described(tmp_path):
    (write_folder(tmp_path) / "duty.csv").unlink()
    result = run("describe", str(tmp_path))
    assert result.exit_code == 3
    assert "duty.csv, file: ne peut être lu" in result.output


def found(aiguilleur: CommandLine, communes: str):
    (aiguilleur.folder / "urgences.csv").write_text(EMERGENCIES, encoding="utf-8")
    (aiguilleur.folder / "communes.csv").write_text(communes, encoding="utf-8")
    return aiguilleur.run(
        *("territory", "new", str(aiguilleur.folder / "pays"), "--department", "48"),
        *("--name", "Lozère", "--communes", str(aiguilleur.folder / "communes.csv")),
        *("--emergencies", str(aiguilleur.folder / "urgences.csv")),
    )


def test_a_territory_is_not_founded_on_a_population_nobody_wrote(aiguilleur: CommandLine):
    said = found(aiguilleur, COMMUNES.replace(",1600,", ",,"))
    assert is_refused(said, f"{aiguilleur.folder / 'communes.csv'}, ligne 3, population")
    assert not (aiguilleur.folder / "pays").exists()


def test_how_a_table_was_read_is_said_when_it_is_not_as_published(aiguilleur: CommandLine):
    said = found(aiguilleur, AS_EXCEL_SAVES)
    how, written = said.out.splitlines()
    assert how.endswith("colonnes séparées par des points-virgules, virgules décimales")
    assert (said.status, written.split(" : ")[1][:5]) == (0, "écrit")


__all__ = ["aiguilleur"]
