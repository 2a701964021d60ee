"""The pages of the rules say what the rule files say, row by row."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

REPO = Path(__file__).parents[3]

FAMILY = """\
# Un essai, pour voir
# sur deux lignes.
family = "essai"
title = "Une famille d'essai"

# Ceci n'ouvre pas le fichier.
[[rule]]
id = "ESSAI-UN"
statement = "Un enfant en bas âge porté par un proche."
then = { equipment = ["CHILD_SEAT"], companion = true }
source = "Personne"
status = "assumption"
since = 2026-01-01
until = 2026-12-31
[rule.when]
age = { ge = 1, lt = 3 }
any = [{ autonomy = "with_companion" }, { impairments = ["motor", "visual"] }]
not = { oxygen = true }

[[parameter]]
name = "essai.montant"
value = 150
unit = "centimes"
scope = "31"
statement = "Un montant d'essai."
source = "Un arrêté"
status = "law"
since = 2026-02-01
overridable = true
"""


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("rules_docs", REPO / "scripts/rules_docs.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def pages(script, tmp_path) -> dict[str, str]:
    (tmp_path / "essai.toml").write_text(FAMILY, encoding="utf-8")
    return dict(script.every_page(tmp_path))


def test_the_committed_pages_are_those_of_the_rule_files(script):
    assert list(script.stale(dict(script.every_page(script.RULES)))) == []


def test_a_page_that_was_changed_by_hand_is_told(script):
    pages = dict(script.every_page(script.RULES))
    changed = {**pages, "objectif.md": pages["objectif.md"] + "."}
    assert list(script.stale(changed)) == ["docs/regles/objectif.md is out of date (--write)"]


def test_a_page_without_its_rule_file_is_told(script):
    pages = dict(script.every_page(script.RULES))
    del pages["objectif.md"]
    assert list(script.stale(pages)) == [
        "docs/regles/objectif.md has no rule file any more: delete it"
    ]


def test_a_condition_is_told_in_words(pages):
    assert (
        "- Si : âge [age] ≥ 1 et < 3 et (façon de se déplacer [autonomy] = avec un proche ou "
        "déficiences [impairments] parmi déficience motrice, déficience visuelle) et sauf si "
        "(oxygène pendant le trajet [oxygen] = oui)\n"
    ) in pages["essai.md"]


def test_an_effect_a_source_and_a_validity_are_told(pages):
    assert (
        "- Alors : équipement : siège pour enfant ; un accompagnant fait le trajet\n"
        "- Source : Personne (hypothèse, depuis le 01/01/2026, jusqu'au 31/12/2026)\n"
    ) in pages["essai.md"]


def test_a_figure_is_told_with_its_unit_its_scope_and_who_may_set_it(pages):
    assert (
        "| `essai.montant` (31) | 150 centimes | Un montant d'essai. | Un arrêté "
        "| texte ; réglable par territoire | depuis le 01/02/2026 |\n"
    ) in pages["essai.md"]


def test_the_comment_that_opens_the_file_opens_the_page(pages):
    assert "\n\nUn essai, pour voir sur deux lignes.\n\n" in pages["essai.md"]
    assert "Ceci n'ouvre pas" not in pages["essai.md"]


def test_assumptions_are_counted_in_the_index(pages):
    assert "| [Une famille d'essai](essai.md) | 1 | 1 | 1 |\n" in pages["README.md"]
