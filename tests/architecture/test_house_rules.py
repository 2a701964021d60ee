"""The two rules of the house that no public linter knows, and proof that they bite."""

from pathlib import Path

import pytest

from adapters.rulebook import RuleFileError, load_rulebook
from regulation.rules.model import Parameter, Rule

UNSOURCED = """
family = "essai"
title = "Essai"
[[rule]]
id = "ESSAI-UN"
statement = "Une règle sans source."
status = "law"
since = 2026-01-01
"""


def test_nothing_below_services_ends_a_transaction(linter):
    assert linter("commits").main() == 0


@pytest.mark.parametrize("verb", ["commit", "rollback"])
def test_a_repository_that_ends_a_transaction_is_found(linter, verb):
    source = f"class Cases:\n    def add(self, case):\n        self._session.{verb}()\n"
    assert list(linter("commits").committing_lines(source)) == [3]


def test_talking_of_a_commit_is_no_commit(linter):
    assert list(linter("commits").committing_lines('"""Never commit()."""\ncommit = 1\n')) == []


def test_everything_told_to_a_regulator_has_a_source(linter):
    assert linter("sources").main() == 0


@pytest.mark.parametrize(
    "call",
    [
        "Fired(rule_id='A', reason='b')",
        "Fired(rule_id='A', reason='b', source='')",
        "Fired(rule_id='A', reason='b', source=None)",
    ],
)
def test_a_rule_that_fires_without_a_source_is_found(linter, call):
    source = f"from regulation.rules import Fired\nspoken = {call}\n"
    assert list(linter("sources").unsourced_calls(source)) == [(2, "Fired")]


def test_a_source_given_by_name_is_enough(linter):
    source = "from regulation.rules import Fired\nspoken = Fired(source=rule.source)\n"
    assert list(linter("sources").unsourced_calls(source)) == []


def test_what_a_plan_can_break_needs_no_source(linter):
    source = "from transport.plan import Rule\nbroken = Rule('aboard')\n"
    assert list(linter("sources").unsourced_calls(source)) == []


def test_a_row_of_a_rule_file_without_a_source_is_refused(tmp_path: Path):
    (tmp_path / "essai.toml").write_text(UNSOURCED, encoding="utf-8")
    with pytest.raises(RuleFileError, match="règle ESSAI-UN : source : absent"):
        load_rulebook(tmp_path)


@pytest.mark.parametrize("kind", [Rule, Parameter])
def test_a_rule_and_a_figure_cannot_be_built_without_a_source(kind):
    with pytest.raises(TypeError, match="source"):
        kind()
