"""A rule file at fault stops whatever would decide by it, with file, line and reason."""

import shutil
from pathlib import Path

import pytest

from adapters.rulebook.reader import RULES_FOLDER
from simulations.territories.catalogue import folder_of
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused

__all__ = ["aiguilleur"]
REPO = Path(__file__).parents[3]
CALL = str(REPO / "examples/alitee-visite-a-domicile.json")
OWN = """territory = "haute_garonne"

[[rule]]
id = "TER-ESSAI"
statement = "Une règle écrite pour un essai."
when = { oxigen = true }
then = { refuse = true }
source = "Texte d'essai"
status = "convention"
since = 2026-01-01
"""
WHY = "regles.toml:3: règle TER-ESSAI : fait inconnu : oxigen"


@pytest.fixture
def broken(aiguilleur: CommandLine) -> str:
    """A territory whose own rule speaks of something that nobody tells."""
    territory = aiguilleur.folder / "haute_garonne"
    shutil.copytree(folder_of("haute_garonne"), territory)
    (territory / "regles.toml").write_text(OWN, encoding="utf-8")
    return str(territory)


@pytest.mark.parametrize(
    "command",
    [
        ("orient", CALL),
        ("serve", "--port", "0"),
        ("serve", "--demo", "--port", "0"),
        ("worker",),
    ],
    ids=" ".join,
)
def test_nothing_starts_on_a_rule_file_at_fault(aiguilleur, monkeypatch, broken, command):
    database = f"sqlite:///{aiguilleur.folder}/store.db"
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", database)
    said = aiguilleur.run(*command, "--territory", broken)
    assert is_refused(said, "rules")
    assert WHY in said.err
    assert not (aiguilleur.folder / "store.db").exists()


@pytest.mark.parametrize(
    ("file", "before", "after", "fault"),
    [
        (
            "tarifs.toml",
            "value = 1300\n",
            "value = 1312.5\n",
            "chiffre taxi.forfait : 1312.5 : attendu : un nombre entier, au moins 0",
        ),
        (
            "tarifs.toml",
            "value = 1300\n",
            "value = [1300, 1400]\n",
            "chiffre taxi.forfait : (1300, 1400) : attendu : un nombre entier, au moins 0",
        ),
        (
            "tarifs.toml",
            "value = [5, 975, 10,",
            "value = [5, 975.5, 10,",
            "(5, 975.5, 10, 753, 15, 547, 19, 342) : attendu : des paires de nombres entiers",
        ),
        (
            "tarifs.toml",
            "value = [5, 975, 10,",
            "value = [975, 10,",
            "(975, 10, 753, 15, 547, 19, 342) : attendu : des paires de nombres entiers",
        ),
        (
            "prise_en_charge.toml",
            "value = 400\n",
            "value = -400\n",
            "chiffre franchise.trip : -400 : attendu : un nombre entier, au moins 0",
        ),
        ("objectif.toml", "weight = 1 ", "weight = 1.5 ", "effet weight : 1.5 : attendu : un"),
        (
            "tarifs.toml",
            "value = 4\n",
            "value = 4\nuntil = 2026-12-31\n",
            "chiffre taxi.included : aucune valeur après",
        ),
    ],
)
def test_a_figure_that_would_be_cut_or_missed_in_a_call_is_refused_with_its_line(
    aiguilleur, file, before, after, fault
):
    folder = aiguilleur.folder / "rules"
    shutil.copytree(RULES_FOLDER, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert before in text
    (folder / file).write_text(text.replace(before, after, 1), encoding="utf-8")
    said = aiguilleur.run("rules", "check", "--folder", str(folder))
    row = text.rindex("[[", 0, text.index(before))
    assert said.status == 3
    assert said.out.startswith(f"{file}:{1 + text[:row].count(chr(10))}: ")
    assert fault in said.out
