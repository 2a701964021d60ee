"""Conditions: three values, against a brute-force reading of Kleene's tables."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from regulation.rules.conditions import (
    ConditionError,
    compile_condition,
    compile_waiting,
    facts_of,
)

NAMES = ("a", "b", "c")
values = st.sampled_from([None, True, False, 0, 1, 5, "x", "y"])
facts = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, values))
literals = st.sampled_from([True, False, 0, 1, 5, "x", "y"])
limits = st.dictionaries(
    st.sampled_from(["lt", "le", "gt", "ge"]), st.integers(0, 5), min_size=1, max_size=2
)
leaves = st.one_of(literals, st.lists(literals, min_size=1, max_size=3), limits)
tables = st.recursive(
    st.dictionaries(st.sampled_from(NAMES), leaves, max_size=3),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "a": leaves,
            "any": st.lists(inner, min_size=1, max_size=3),
            "not": inner,
        },
    ),
    max_leaves=6,
)


def kleene(table, known):
    """The same condition read slowly: the least of a conjunction, the greatest of an any."""
    rank = {False: 0, None: 1, True: 2}
    found = [_entry(key, wanted, known) for key, wanted in table.items()]
    return min(found, key=rank.__getitem__, default=True)


def _entry(key, wanted, known):
    rank = {False: 0, None: 1, True: 2}
    if key == "any":
        return max((kleene(one, known) for one in wanted), key=rank.__getitem__)
    if key == "not":
        return {True: False, False: True, None: None}[kleene(wanted, known)]
    value = known.get(key)
    if value is None:
        return None
    if isinstance(wanted, dict):
        return _compared(value, wanted)
    return value in wanted if isinstance(wanted, list) else value == wanted


def _compared(value, wanted):
    if not isinstance(value, int):
        return None
    signs = {
        "lt": value.__lt__,
        "le": value.__le__,
        "gt": value.__gt__,
        "ge": value.__ge__,
    }
    return all(signs[name](limit) for name, limit in wanted.items())


@given(tables, facts)
def test_a_condition_is_true_false_or_open_as_in_the_table_of_kleene(table, known):
    assert compile_condition(table, "R")(known) is kleene(table, known)


@given(tables, facts, st.sampled_from(NAMES), literals)
def test_what_is_settled_stays_so_whatever_is_learned(table, known, name, learned):
    if known.get(name) is not None:
        return
    before = compile_condition(table, "R")(known)
    after = compile_condition(table, "R")({**known, name: learned})
    assert before is None or after is before


@given(tables, facts, st.dictionaries(st.sampled_from(NAMES), literals))
def test_what_an_open_condition_does_not_wait_for_changes_nothing(table, known, learned):
    condition, waits = compile_condition(table, "R"), compile_waiting(table, "R")(known)
    assume(condition(known) is None)
    assert all(known.get(name) is None for name in waits)
    others = {n: v for n, v in learned.items() if n not in waits and known.get(n) is None}
    assert condition({**known, **others}) is None


def test_a_fact_that_no_longer_matters_is_not_waited_for():
    helped = {"autonomy": "helped", "any": [{"aid": True}, {"chair": True}]}
    waits = compile_waiting(helped, "R")
    assert waits({}) == {"autonomy", "aid", "chair"}
    assert waits({"aid": True}) == {"autonomy"}
    assert waits({"aid": False}) == {"autonomy", "chair"}
    assert compile_waiting({"not": helped}, "R")({"aid": True}) == {"autonomy"}


@given(tables, facts)
def test_only_the_facts_a_condition_names_matter_to_it(table, known):
    named = {name: value for name, value in known.items() if name in facts_of(table)}
    condition = compile_condition(table, "R")
    assert condition(named) is condition(known)


def test_an_empty_condition_always_holds():
    assert compile_condition({}, "R")({}) is True


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"any": []}, "R-1 : any : une liste de conditions"),
        ({"any": "x"}, "R-1 : any : une liste de conditions"),
        ({"any": {"a": True}}, "R-1 : any : une liste de conditions"),
        ({"any": [{"a": True}, 3]}, "R-1 : any : une liste de conditions"),
        ({"not": [True]}, "R-1 : not : une condition"),
        ({"age": {"less": 3}}, "R-1 : age : less 3 n'est pas une comparaison"),
        ({"age": {"lt": "x"}}, "R-1 : age : aucun chiffre ne s'appelle x"),
        ({"age": {"lt": True}}, "R-1 : age : lt True n'est pas une comp"),
        ({"any": [{"age": {"between": 3}}]}, "R-1 : age : between 3"),
    ],
)
def test_a_condition_that_means_nothing_names_the_rule_and_the_key(when, said):
    with pytest.raises(ConditionError, match=said):
        compile_condition(when, "R-1")


def test_the_facts_of_a_condition_are_found_at_every_depth():
    when = {"a": True, "any": [{"b": 1}, {"not": {"c": {"lt": 3}}}], "not": {"d": False}}
    assert facts_of(when) == {"a", "b", "c", "d"}
