"""The rule book: what holds on which day, and what a review finds wrong with it."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regulation.rules import (
    Parameter,
    Rule,
    RuleBook,
    Status,
    UnknownParameterError,
    Validity,
    fired,
)
from regulation.rules.conditions import ConditionError
from regulation.rules.review import Vocabulary, review

NOON = datetime(2026, 11, 28, 12, tzinfo=UTC)
ALWAYS = Validity(since=date(2000, 1, 1))
RULE = Rule(
    rule_id="R-1",
    family="essai",
    statement="Une règle d'essai.",
    when={"oxygen": True},
    then={"class": "AMBULANCE"},
    source="Texte d'essai",
    status=Status.LAW,
    validity=ALWAYS,
)
RATE = Parameter(
    name="rate",
    family="essai",
    value=113,
    unit="centimes",
    statement="Prix du kilomètre.",
    source="Texte d'essai",
    status=Status.CONVENTION,
    validity=ALWAYS,
)
KNOWN = Vocabulary(
    facts={"oxygen": frozenset({True, False}), "age": None},
    effects={"class": frozenset({"TAP", "AMBULANCE"})},
)
days = st.dates(date(2000, 1, 1), date(2030, 1, 1))


def book(*rows: Rule | Parameter) -> RuleBook:
    return RuleBook(
        version="essai",
        rules=tuple(one for one in rows if isinstance(one, Rule)),
        parameters=tuple(one for one in rows if isinstance(one, Parameter)),
    )


@pytest.mark.parametrize(
    ("at", "holds"),
    [
        (datetime(2026, 1, 31, 22, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 31, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 21, 59, tzinfo=UTC), True),
        (datetime(2026, 3, 31, 22, 0, tzinfo=UTC), False),
    ],
    ids=["last minute of January in Paris", "February begins", "last of March", "April begins"],
)
def test_a_rule_holds_from_its_first_to_its_last_day_in_paris(at, holds):
    spring = replace(RULE, validity=Validity(since=date(2026, 2, 1), until=date(2026, 3, 31)))
    assert [one.rule for one in book(spring).family("essai", at)] == [spring] * holds


def test_a_rule_without_an_end_still_holds():
    assert ALWAYS.holds_at(datetime(2999, 1, 1, tzinfo=UTC))


@given(days, days, days, days)
def test_two_validities_overlap_when_some_day_is_in_both(a: date, b: date, c: date, d: date):
    one, two = (
        Validity(since=min(a, b), until=max(a, b)),
        Validity(since=min(c, d), until=max(c, d)),
    )
    first = max(one.since, two.since)
    noon = datetime(first.year, first.month, first.day, 12, tzinfo=UTC)
    assert one.overlaps(two) is (one.holds_at(noon) and two.holds_at(noon))


def test_a_family_comes_in_the_order_of_its_file():
    second = replace(RULE, rule_id="R-0")
    found = book(RULE, second).family("essai", NOON)
    assert [one.rule.rule_id for one in found] == ["R-1", "R-0"]


def test_an_unknown_family_has_no_rule():
    assert not book(RULE).family("autre", NOON)


def test_a_figure_is_the_one_of_its_day():
    old = replace(RATE, validity=Validity(since=date(2020, 1, 1), until=date(2025, 12, 31)))
    new = replace(RATE, value=120, validity=Validity(since=date(2026, 1, 1)))
    both = book(old, new)
    assert both.number("rate", datetime(2025, 12, 31, 12, tzinfo=UTC)) == 113
    assert both.number("rate", NOON) == 120


def test_a_figure_not_known_that_day_or_for_that_scope_is_named():
    here = book(replace(RATE, scope="31", validity=Validity(since=date(2025, 1, 1))))
    assert here.number("rate", NOON, "31") == 113
    with pytest.raises(UnknownParameterError, match="no rate for 09 is known on 2026-11-28"):
        here.number("rate", NOON, "09")
    with pytest.raises(UnknownParameterError, match="no rate is known on 2024-01-01"):
        here.parameter("rate", datetime(2024, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize("value", [True, "113", (113,)])
def test_a_value_that_is_not_a_number_is_not_read_as_one(value):
    with pytest.raises(TypeError, match="rate"):
        book(replace(RATE, value=value)).number("rate", NOON)


def test_a_condition_compares_with_the_figure_of_the_day():
    old = replace(RATE, validity=Validity(since=date(2020, 1, 1), until=date(2025, 12, 31)))
    new = replace(RATE, value=120, validity=Validity(since=date(2026, 1, 1)))
    dear = replace(RULE, when={"any": [{"not": {"price": {"le": "rate"}}}]})
    both = book(dear, old, new)
    facts = {"price": 115}
    (before,) = both.family("essai", datetime(2025, 12, 31, 12, tzinfo=UTC))
    (after,) = both.family("essai", NOON)
    assert (before.holds(facts), after.holds(facts)) == (True, False)


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([], "R-1: price: no figure is named rate"),
        ([replace(RATE, scope="31")], "R-1: price: no figure is named rate"),
        ([replace(RATE, value="cher")], "R-1: price: parameter rate is 'cher', not a number"),
    ],
    ids=["unknown", "of another scope", "not a number"],
)
def test_a_condition_on_something_that_is_no_figure_is_refused_at_once(rows, said):
    with pytest.raises(ConditionError, match=said):
        book(replace(RULE, when={"price": {"lt": "rate"}}), *rows)


def test_a_rule_is_found_by_its_id():
    assert book(RULE).find_rule("R-1") is RULE
    assert book(RULE).find_rule("R-2") is None


def test_a_rule_that_spoke_shows_its_reason_and_its_source():
    told = fired(RULE)
    assert (told.rule_id, told.reason, told.source) == ("R-1", RULE.statement, RULE.source)


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        ([replace(RULE, when={"oxigen": True})], "R-1: unknown fact oxigen"),
        (
            [replace(RULE, family="classe_arrete", then={"colour": "red"})],
            "R-1: unknown effect colour",
        ),
        (
            [replace(RULE, family="exclusions")],
            "R-1: unknown effect class",
        ),
        (
            [replace(RULE, when={"oxygen": True, "not": {"oxygen": True}})],
            "R-1: can never apply, it asks for a thing and its contrary",
        ),
        ([replace(RULE, when={"oxygen": 1})], "R-1: fact oxygen: no such value 1"),
        (
            [replace(RULE, when={"any": [{"not": {"oxygen": [True, "oui"]}}]})],
            "R-1: fact oxygen: no such value 'oui'",
        ),
        ([replace(RULE, then={"class": "TAXI"})], "R-1: effect class: no such value 'TAXI'"),
        (
            [replace(RULE, then={"class": ("TAP", "VSL")})],
            "R-1: effect class: no such value 'VSL'",
        ),
        (
            [replace(RULE, when={"age": {"ge": 10, "lt": 10}})],
            "R-1: fact age: no number is within these bounds",
        ),
        (
            [replace(RULE, when={"not": {"age": {"gt": 10, "le": 9}}})],
            "R-1: fact age: no number is within these bounds",
        ),
        (
            [RULE, replace(RULE, rule_id="R-2", then={"class": "TAP"})],
            "R-2: class is not what R-1 says of the same case",
        ),
        ([RULE, replace(RULE, rule_id="R-2")], "R-2: says again what R-1 says"),
        (
            [
                replace(RULE, when={"oxygen": {"lt": "rate"}}),
                replace(RATE, validity=Validity(since=date(2026, 1, 1))),
            ],
            "R-1: figure rate has no value on 2000-01-01",
        ),
        (
            [
                replace(RATE, validity=Validity(since=date(2025, 1, 1), until=date(2025, 6, 30))),
                replace(RATE, validity=Validity(since=date(2025, 7, 2))),
            ],
            "rate: no value between 2025-06-30 and 2025-07-02",
        ),
    ],
    ids=[
        "fact",
        "effect",
        "effect where none may be",
        "contrary",
        "a number for a yes",
        "a value inside",
        "a class",
        "one class of two",
        "bounds that touch",
        "bounds crossed",
        "denied",
        "repeated",
        "figure to come",
        "gap",
    ],
)
def test_the_review_names_what_is_wrong(rows: list[Rule | Parameter], fault: str):
    assert list(review(book(*rows), KNOWN)) == [fault]


@pytest.mark.parametrize(
    "rows",
    [
        [RULE, replace(RULE, rule_id="R-2", when={"oxygen": False})],
        [RULE, replace(RULE, rule_id="R-2", then={"inform": "à dire"})],
        [replace(RULE, when={"age": {"ge": 10, "le": 10}, "oxygen": [True, False]})],
        [replace(RULE, when={"oxygen": True, "not": {"oxygen": False}})],
        [
            replace(RULE, validity=Validity(since=date(2020, 1, 1), until=date(2020, 12, 31))),
            replace(RULE, rule_id="R-2", validity=Validity(since=date(2021, 1, 1))),
        ],
        [
            replace(RATE, validity=Validity(since=date(2025, 1, 1), until=date(2025, 6, 30))),
            replace(RATE, value=2, validity=Validity(since=date(2025, 7, 1))),
        ],
        [RATE, replace(RATE, scope="31", validity=Validity(since=date(2027, 1, 1)))],
    ],
    ids=[
        "another condition",
        "another effect",
        "bounds of one number",
        "no contrary",
        "one after the other",
        "no gap",
        "another scope",
    ],
)
def test_the_review_finds_nothing_where_nothing_is_wrong(rows: list[Rule | Parameter]):
    assert not list(review(book(*rows), KNOWN))
