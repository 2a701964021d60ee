"""The page on changing a rule: its commands answer what it says."""

import re
import shutil
import tomllib
from pathlib import Path

import pytest

from simulations.territories.catalogue import folder_of
from tests.unit.services.command_line import aiguilleur

__all__ = ["aiguilleur"]
REPO = Path(__file__).parents[3]
PAGE = (REPO / "docs/changer-une-regle.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"```\n\$ aiguilleur ([^\n]+)\n(.*?)```", PAGE, flags=re.DOTALL)
WRITTEN = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
CHANGES = REPO / "examples/regles/regles.toml"
CALL = str(REPO / "examples/alitee-visite-a-domicile.json")
HOUSE = "SIRET:99900619000014"


def test_the_page_shows_four_commands():
    assert len(SHOWN) == 4


@pytest.mark.parametrize(("command", "answer"), SHOWN)
def test_a_command_of_the_page_answers_what_it_says(aiguilleur, monkeypatch, command, answer):
    monkeypatch.chdir(REPO)
    assert aiguilleur.run(*command.split()).out == answer


def test_the_page_writes_what_the_example_holds():
    held = tomllib.loads(CHANGES.read_text(encoding="utf-8"))
    parameter, rule = map(tomllib.loads, WRITTEN)
    assert parameter["parameter"] == held["parameter"]
    assert rule["rule"] == held["rule"]


def test_a_source_left_out_is_named_as_the_page_says(aiguilleur):
    line = 'source = "Courrier de la maison médicale, exemple inventé"\n'
    text = CHANGES.read_text(encoding="utf-8").replace(line, "")
    broken = aiguilleur.folder / "regles.toml"
    broken.write_text(text, encoding="utf-8")
    fault = aiguilleur.run("rules", "check", "--overrides", str(broken)).out.strip()
    assert f"`{fault}`" in PAGE


@pytest.mark.slow
def test_the_same_call_is_replayed_without_and_with_the_refusal(aiguilleur):
    territory = aiguilleur.folder / "haute_garonne"
    shutil.copytree(folder_of("haute_garonne"), territory)
    arguments = ("orient", CALL, "--territory", str(territory), "--format", "json")
    before = aiguilleur.run(*arguments).document
    shutil.copy(CHANGES, territory)
    after = aiguilleur.run(*arguments).document
    assert HOUSE not in {one["effecteur_id"] for one in before["excluded"]}
    rule = {one["effecteur_id"]: one["rule_id"] for one in after["excluded"]}
    assert rule[HOUSE] == "TER-31-MMG-01-BRANCARD"
    assert before["rules_version"] != after["rules_version"]
