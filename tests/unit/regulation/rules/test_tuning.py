"""One figure at another value: only what a territory may set, only what it can be."""

from datetime import UTC, datetime

import pytest

from adapters.rulebook import load_rulebook
from regulation.parameters import orientation_parameters
from regulation.rules import RuleBook
from regulation.rules.tuning import NotTunable, tunable, tuned

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def rules() -> RuleBook:
    return load_rulebook()


def tried(rules: RuleBook, name: str, told: str) -> RuleBook:
    figure = rules.find_parameter(name, NOON)
    assert figure is not None
    return tuned(rules, figure, told, NOON)[0]


def test_a_figure_at_another_value_is_what_the_engine_reads(rules: RuleBook):
    other = tried(rules, "pharmacy_minutes", "12,5")
    length = orientation_parameters(other, NOON).care.pharmacy_length
    assert length.total_seconds() == 750
    assert rules.number("pharmacy_minutes", NOON) == 10
    assert other.version == f"{rules.version}+essai"


def test_a_switch_is_turned(rules: RuleBook):
    assert tried(rules, "protocol.midwife", "oui").parameter("protocol.midwife", NOON) is True


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("pharmacy_minutes", "dix"),
        ("pharmacy_minutes", "-1"),
        ("pharmacy_minutes", "inf"),
        ("protocol.midwife", "1"),
        ("remote_confirmed_needs", "GP"),
        ("driving_age", "16"),
    ],
    ids=["no number", "negative", "endless", "no switch", "a list", "not a territory's"],
)
def test_what_a_figure_cannot_be_is_refused(rules: RuleBook, name: str, told: str):
    with pytest.raises(NotTunable):
        tried(rules, name, told)


def test_the_figures_of_other_departments_are_not_a_territorys(rules: RuleBook):
    scopes = {one.scope for one in tunable(rules, NOON, ("", "31"))}
    assert scopes == {"", "31"}
    assert {one.scope for one in tunable(rules, NOON, ("",))} == {""}
