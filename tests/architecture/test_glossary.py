"""One word per concept: French nouns of the code are in the glossary, banned words are nowhere."""

from pathlib import Path

import pytest


@pytest.fixture
def page() -> str:
    return (Path(__file__).parents[2] / "docs/glossaire.md").read_text(encoding="utf-8")


def test_every_french_word_of_the_code_is_in_the_glossary(linter, page):
    assert list(linter("glossary").undefined_words(page)) == []


def test_no_banned_word_is_in_the_code(linter):
    assert list(linter("glossary").banned_words()) == []


def test_a_word_that_loses_its_line_is_found(linter, page):
    shortened = "\n".join(line for line in page.splitlines() if not line.startswith("| forfait |"))
    found = list(linter("glossary").undefined_words(shortened))
    assert len(found) == 1
    assert found[0].startswith("forfait ")


def test_names_are_cut_into_words(linter):
    words_of = linter("glossary").words_of
    assert list(words_of("find_commune")) == ["find", "commune"]
    assert list(words_of("SasOffers")) == ["sas", "offers"]
    assert list(words_of("TAXI_TPMR")) == ["taxi", "tpmr"]


def test_names_are_found_where_they_are_defined_and_not_where_they_are_used(linter):
    source = "class Effecteur:\n    def at(self, commune): ...\nsomme = other(tarif)\n"
    found = set(linter("glossary").names_in(source))
    assert found == {"Effecteur", "at", "self", "commune", "somme"}


def test_a_glossary_line_gives_its_identifiers(linter):
    line = "| créneau | un temps libre, voir `autre` | guide | `Slot`, `is_open_at` | FHIR `Slot` |"
    assert linter("glossary").glossary_words(line) == {"slot", "is", "open", "at"}
