"""The rule book: what holds on which day, and what a review finds wrong with it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

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
from regulation.rules.consistency import TOO_MANY
from regulation.rules.review import review
from regulation.rules.words import Family, Shape, Vocabulary

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
YES_NO = frozenset({True, False})
SAID = frozenset({"class", "inform", "weight"})
CROWD = {f"{name}-{n}": [f"{k}" for k in range(9)] for name in "ab" for n in range(9)}
"""A condition on so many facts that it can't be compared with its contrary case by case."""

KNOWN = Vocabulary(
    facts={"oxygen": YES_NO, "walks": YES_NO, **dict.fromkeys(("age", "town", *CROWD))},
    effects={"class": frozenset({"TAP", "AMBULANCE"})},
    ranks={"class": ("TAP", "AMBULANCE")},
    figures={"state": frozenset({"a", "b"})},
    shapes={
        "price": Shape.WHOLE,
        "weight": Shape.WHOLE,
        "cuts": Shape.LIST,
        "steps": Shape.PAIRS,
        "pace": Shape.NUMBER,
        "stride": Shape.COUNT,
    },
    may_end={"rate.base": "rate.base", "rate.night": "rate.base"},
    families={
        "essai": Family(effects=SAID),
        "muette": Family(facts=frozenset({"oxygen"})),
        "classe": Family(effects=SAID, needed=frozenset({"class"})),
        "suite": Family(effects=SAID, first_only=True, whole=True),
    },
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


def test_what_is_worked_out_of_the_rules_is_kept_for_the_last_days_alone():
    rules, worked = book(RULE), list[datetime]()
    instants = [NOON + timedelta(days=day) for day in (0, 1, 2, 3, 3, 2, 0)]
    for at in instants:
        rules.worked_out("essai", at, partial(worked.append, at))
    assert worked == [*instants[:4], instants[0]]


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
    with pytest.raises(UnknownParameterError, match=r"rate \(09\) n'a pas de valeur au 28/11/2026"):
        here.number("rate", NOON, "09")
    with pytest.raises(UnknownParameterError, match="rate n'a pas de valeur au 01/01/2024"):
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
        ([], "R-1 : price : aucun chiffre ne s'appelle rate"),
        ([replace(RATE, scope="31")], "R-1 : price : aucun chiffre ne s'appelle rate"),
        (
            [replace(RATE, value="cher")],
            "R-1 : price : le chiffre rate vaut 'cher', ce n'est",
        ),
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


def rule(rule_id="R-1", family="essai", when=None, then=None, **dates):
    """A rule of a family, always in force unless dated."""
    validity = Validity(**dates) if dates else ALWAYS
    return replace(
        RULE,
        rule_id=rule_id,
        family=family,
        when={"oxygen": True} if when is None else when,
        then={"class": "AMBULANCE"} if then is None else then,
        validity=validity,
    )


A_DAY = date(2026, 6, 30)
HIDDEN = "une règle écrite avant elle parle toujours à sa place"
FAULTS: dict[str, tuple[list[Rule | Parameter], list[str]]] = {
    "a family": ([rule(family="esai")], ["R-1 : famille inconnue : esai"]),
    "a fact": ([rule(when={"oxigen": True})], ["R-1 : fait inconnu : oxigen"]),
    "a fact the family is not given": (
        [rule(family="muette", when={"walks": True}, then={})],
        ["R-1 : fait inconnu : walks"],
    ),
    "an effect": ([rule(then={"colour": "red"})], ["R-1 : effet inconnu : colour"]),
    "an effect where none may be": ([rule(family="muette")], ["R-1 : effet inconnu : class"]),
    "an effect left out": (
        [rule(family="classe", then={"inform": "à dire"})],
        ["R-1 : effet absent : class"],
    ),
    "a class": (
        [rule(then={"class": "TAXI"})],
        ["R-1 : effet class : la valeur 'TAXI' n'existe pas"],
    ),
    "one class of two": (
        [rule(then={"class": ("TAP", "VSL")})],
        ["R-1 : effet class : la valeur 'VSL' n'existe pas"],
    ),
    "a number for a yes": (
        [rule(when={"oxygen": 1})],
        ["R-1 : fait oxygen : la valeur 1 n'existe pas"],
    ),
    "a value inside": (
        [rule(when={"any": [{"not": {"oxygen": [True, "oui"]}}]})],
        ["R-1 : fait oxygen : la valeur 'oui' n'existe pas"],
    ),
    "a thing and its contrary": (
        [rule(when={"oxygen": True, "not": {"oxygen": True}})],
        ["R-1 : aucune réponse ne peut la rendre vraie"],
    ),
    "a thing and its contrary, further down": (
        [rule(when={"oxygen": True, "any": [{"oxygen": False}, {"not": {"oxygen": [True]}}]})],
        ["R-1 : aucune réponse ne peut la rendre vraie"],
    ),
    "bounds that touch": (
        [rule(when={"age": {"ge": 10, "lt": 10}})],
        ["R-1 : aucune réponse ne peut la rendre vraie"],
    ),
    "bounds crossed by a figure": (
        [rule(when={"age": {"gt": "rate", "le": 9}}), RATE],
        ["R-1 : aucune réponse ne peut la rendre vraie"],
    ),
    "true of everybody": (
        [rule(when={"any": [{"oxygen": True}, {"not": {"oxygen": True}}]})],
        ["R-1 : elle est vraie quelles que soient les réponses : sa condition ne dit rien"],
    ),
    "denied": (
        [rule(), rule("R-2", then={"class": "TAP", "inform": "à dire"})],
        ["R-2 : class n'est pas ce que R-1 dit du même cas"],
    ),
    "denied in other words": (
        [
            rule(),
            rule("R-2", when={"not": {"oxygen": False}}, then={"class": "TAP", "inform": "b"}),
        ],
        ["R-2 : class n'est pas ce que R-1 dit du même cas"],
    ),
    "repeated": ([rule(), rule("R-2")], ["R-2 : ne dit rien que R-1 ne dise déjà"]),
    "repeated for fewer": (
        [rule("R-2", when={"oxygen": True, "walks": True}), rule()],
        ["R-2 : ne dit rien que R-1 ne dise déjà"],
    ),
    "a lighter class of fewer": (
        [rule(), rule("R-2", when={"oxygen": True, "age": {"lt": 9}}, then={"class": "TAP"})],
        ["R-2 : ne dit rien que R-1 ne dise déjà"],
    ),
    "some of what is told already": (
        [rule(then={"inform": ("a", "b")}), rule("R-2", then={"inform": ("b",)})],
        ["R-2 : ne dit rien que R-1 ne dise déjà"],
    ),
    "hidden by those before it": (
        [
            rule(family="suite", when={"town": ["A", "B"]}),
            rule("R-2", "suite", {"not": {"town": "A"}}),
            rule("R-3", "suite", {"town": "C"}),
        ],
        [f"R-3 : {HIDDEN}"],
    ),
    "a case nobody speaks of": (
        [rule(family="suite", when={"oxygen": True, "age": {"ge": 10}})],
        [
            "famille suite : au 01/01/2000, aucune règle ne parle quand age = 9.0",
        ],
    ),
    "a figure to come": (
        [
            rule(when={"age": {"lt": "rate"}}),
            replace(RATE, validity=Validity(since=date(2026, 1, 1))),
        ],
        ["R-1 : le chiffre rate n'a pas de valeur au 01/01/2000"],
    ),
    "a figure to come in a suite": (
        [
            rule(family="suite", when={"age": {"lt": "rate"}}),
            rule("R-2", "suite", {}, since=date(2026, 1, 1)),
            replace(RATE, validity=Validity(since=date(2026, 1, 1))),
        ],
        ["R-1 : le chiffre rate n'a pas de valeur au 01/01/2000"],
    ),
    "a figure that ends before its rule": (
        [
            rule(when={"age": {"lt": "rate"}}),
            replace(RATE, validity=Validity(since=date(2000, 1, 1), until=date(2026, 6, 30))),
        ],
        [
            "R-1 : le chiffre rate n'a pas de valeur au 01/07/2026",
            "rate : aucune valeur après le 30/06/2026 : écrire la suite",
        ],
    ),
    "a figure that the code reads and nobody wrote the end of": (
        [replace(RATE, validity=Validity(since=date(2000, 1, 1), until=date(2026, 6, 30)))],
        ["rate : aucune valeur après le 30/06/2026 : écrire la suite"],
    ),
    "a figure of one department that ends": (
        [replace(RATE, scope="31", validity=Validity(since=date(2000, 1, 1), until=A_DAY)), RATE],
        ["rate (31) : aucune valeur après le 30/06/2026 : écrire la suite"],
    ),
    "a figure that ends while the one it goes with goes on": (
        [
            replace(
                RATE, name="rate.night", validity=Validity(since=date(2000, 1, 1), until=A_DAY)
            ),
            replace(RATE, name="rate.base"),
        ],
        ["rate.night : aucune valeur après le 30/06/2026 : écrire la suite"],
    ),
    "a bound that a figure crosses one day": (
        [
            rule(when={"age": {"gt": "rate", "le": 200}}),
            replace(RATE, validity=Validity(since=date(2000, 1, 1), until=A_DAY)),
            replace(RATE, value=300, validity=Validity(since=date(2026, 7, 1))),
        ],
        ["R-1 : aucune réponse ne peut la rendre vraie"],
    ),
    "two rules that deny each other once a figure has changed": (
        [
            rule(when={"age": {"lt": "rate"}}),
            rule("R-2", when={"age": {"lt": 300}}, then={"class": "TAP", "inform": "à dire"}),
            replace(RATE, validity=Validity(since=date(2000, 1, 1), until=A_DAY)),
            replace(RATE, value=300, validity=Validity(since=date(2026, 7, 1))),
        ],
        ["R-2 : class n'est pas ce que R-1 dit du même cas"],
    ),
    "a case nobody speaks of once a rule has ended": (
        [
            rule(family="suite", since=date(2000, 1, 1), until=A_DAY),
            rule("R-2", "suite", {"oxygen": False}),
        ],
        ["famille suite : au 01/07/2026, aucune règle ne parle quand oxygen = true"],
    ),
    "a suite that ends": (
        [rule(family="suite", when={}, since=date(2000, 1, 1), until=A_DAY)],
        ["famille suite : au 01/07/2026, aucune règle ne parle"],
    ),
    "more cases than can be tried": (
        [rule(when={**CROWD, "not": CROWD})],
        [f"R-1 : {TOO_MANY}"],
    ),
    "more cases of two rules than can be tried": (
        [rule(when=CROWD), rule("R-2", when={"not": {"not": CROWD}})],
        [
            f"R-1 : avec R-2, {TOO_MANY}",
            f"R-2 : avec R-1, {TOO_MANY}",
        ],
    ),
    "more cases of a suite than can be tried": (
        [rule(family="suite", when=CROWD), rule("R-2", "suite", {"not": CROWD})],
        [f"famille suite : au 01/01/2000, {TOO_MANY}"],
    ),
    "a figure that cannot be": (
        [replace(RATE, name="state", value="z")],
        ["state : la valeur 'z' n'existe pas"],
    ),
    "a figure of another kind than the one it replaces": (
        [
            replace(RATE, value="cher", validity=Validity(since=date(2026, 1, 1))),
            replace(RATE, validity=Validity(since=date(2020, 1, 1), until=date(2025, 12, 31))),
        ],
        ["rate : un mot au lieu de : un nombre"],
    ),
    "half a cent": (
        [replace(RATE, name="price", value=112.5)],
        ["price : 112.5 : attendu : un nombre entier, au moins 0"],
    ),
    "a price below zero": (
        [replace(RATE, name="price", value=-1)],
        ["price : -1 : attendu : un nombre entier, au moins 0"],
    ),
    "a word for a number": (
        [replace(RATE, name="pace", value="vite")],
        ["pace : 'vite' : attendu : un nombre, au moins 0"],
    ),
    "nothing where one is the least": (
        [replace(RATE, name="stride", value=0)],
        ["stride : 0 : attendu : un nombre entier, au moins 1"],
    ),
    "several prices for one": (
        [replace(RATE, name="price", value=(1, 2))],
        ["price : (1, 2) : attendu : un nombre entier, au moins 0"],
    ),
    "a yes among whole numbers": (
        [replace(RATE, name="cuts", value=(23, True))],
        ["cuts : (23, True) : attendu : des nombres entiers, au moins 0"],
    ),
    "a step without its price": (
        [replace(RATE, name="steps", value=(5, 975, 10))],
        ["steps : (5, 975, 10) : attendu : des paires de nombres entiers, au moins 0"],
    ),
    "a weight that would be cut": (
        [rule(then={"weight": 1.5})],
        ["R-1 : effet weight : 1.5 : attendu : un nombre entier, au moins 0"],
    ),
    "a list for a yes": (
        [replace(RATE, value=("a",), scope="31"), replace(RATE, value=True)],
        ["rate (31) : une liste au lieu de : true ou false"],
    ),
    "days without a figure": (
        [
            replace(RATE, validity=Validity(since=date(2025, 1, 1), until=date(2025, 6, 30))),
            replace(RATE, validity=Validity(since=date(2025, 7, 2))),
        ],
        ["rate : rien n'est écrit entre le 30/06/2025 et le 02/07/2025"],
    ),
    "days without a rule": (
        [
            rule(since=date(2025, 1, 1), until=date(2025, 6, 30)),
            rule(since=date(2025, 8, 1)),
        ],
        ["R-1 : rien n'est écrit entre le 30/06/2025 et le 01/08/2025"],
    ),
}
FINE: dict[str, list[Rule | Parameter]] = {
    "another condition": [rule(), rule("R-2", when={"oxygen": False})],
    "another effect": [rule(), rule("R-2", then={"inform": "à dire"})],
    "a heavier class of fewer": [
        rule(then={"class": "TAP"}),
        rule("R-2", when={"oxygen": True, "age": {"lt": 9}}),
    ],
    "more to tell of fewer": [
        rule(then={"inform": ("a",)}),
        rule("R-2", when={"oxygen": True, "walks": True}, then={"inform": ("a", "b")}),
    ],
    "a word of its own": [rule(then={"inform": "a"}), rule("R-2", then={"inform": "b"})],
    "bounds of one number": [rule(when={"age": {"ge": 10, "le": 10}, "walks": [True]})],
    "no contrary": [rule(when={"walks": True, "not": {"oxygen": False}})],
    "one after the other": [
        rule(since=date(2020, 1, 1), until=date(2020, 12, 31)),
        rule("R-2", since=date(2021, 1, 1)),
    ],
    "a rule that goes on": [
        rule(since=date(2020, 1, 1), until=date(2020, 12, 31)),
        rule(since=date(2021, 1, 1), then={"class": "TAP"}),
    ],
    "a figure of its list": [replace(RATE, name="state", value="b")],
    "no gap": [
        replace(RATE, validity=Validity(since=date(2025, 1, 1), until=date(2025, 6, 30))),
        replace(RATE, value=2, validity=Validity(since=date(2025, 7, 1))),
    ],
    "whole numbers where they are due": [
        replace(RATE, name="price", value=0),
        replace(RATE, name="pace", value=4.5),
        replace(RATE, name="stride", value=1),
        replace(RATE, name="cuts", value=23),
        replace(RATE, name="steps", value=(5, 975, 10, 753)),
        rule(then={"weight": 2}),
    ],
    "another scope": [RATE, replace(RATE, scope="31", validity=Validity(since=date(2027, 1, 1)))],
    "a suite that speaks of every case": [
        rule(family="suite"),
        rule("R-2", "suite", {"walks": True}),
        rule("R-3", "suite", {}),
    ],
    "many cases, most of which cannot matter": [
        rule(when={"town": [str(n) for n in range(200)], "age": {"ge": n}, "walks": True})
        if n == 0
        else rule(f"R-{n + 1}", when={"town": [f"{n}-{k}" for k in range(200)], "age": {"ge": n}})
        for n in range(3)
    ],
    "a figure that ends with the one it goes with": [
        replace(RATE, name="rate.night", validity=Validity(since=date(2000, 1, 1), until=A_DAY)),
        replace(RATE, name="rate.base", validity=Validity(since=date(2000, 1, 1), until=A_DAY)),
    ],
    "a figure without an end in sight": [
        replace(RATE, validity=Validity(since=date(2000, 1, 1), until=date.max)),
    ],
    "the same for a while, then no longer": [
        rule(when={"age": {"lt": "rate"}}),
        rule("R-2", when={"age": {"lt": 113}}),
        replace(RATE, validity=Validity(since=date(2000, 1, 1), until=A_DAY)),
        replace(RATE, value=100, validity=Validity(since=date(2026, 7, 1))),
    ],
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_review_names_what_is_wrong(name: str):
    rows, faults = FAULTS[name]
    assert list(review(book(*rows), KNOWN)) == faults


@pytest.mark.parametrize("name", FINE)
def test_the_review_finds_nothing_where_nothing_is_wrong(name: str):
    assert not list(review(book(*FINE[name]), KNOWN))


def test_a_row_says_where_it_is_written():
    there = replace(rule(when={"oxigen": True}), place="essai.toml:7")
    assert list(review(book(there), KNOWN)) == ["essai.toml:7: règle R-1 : fait inconnu : oxigen"]
    scoped = replace(RATE, scope="31", place="essai.toml:9")
    assert scoped.label == "essai.toml:9: chiffre rate (31)"
    assert (RULE.label, RATE.label) == ("R-1", "rate")


def test_a_validity_ends_after_it_begins():
    with pytest.raises(ValueError, match="until: 2019-12-31 comes before since: 2020-01-01"):
        Validity(since=date(2020, 1, 1), until=date(2019, 12, 31))
