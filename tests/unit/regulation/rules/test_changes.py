"""What changed from one rule book to another is named row by row."""

from dataclasses import replace
from datetime import date

from regulation.rules import RuleBook, Validity
from regulation.rules.changes import changed_rows
from tests.unit.regulation.rules.test_rulebook import ALWAYS, RATE, RULE


def book(*rules, figures=(RATE,)) -> RuleBook:
    return RuleBook(version="essai", rules=rules, parameters=tuple(figures))


def test_the_same_rows_in_another_order_or_file_have_not_changed():
    other = replace(RULE, rule_id="R-2", place="")
    moved = replace(RULE, place="essai.toml:12")
    assert changed_rows(book(RULE, other), book(other, moved)) == ()


def test_a_row_added_taken_away_or_written_otherwise_is_named_once():
    said = replace(RULE, statement="Une autre phrase d'essai.")
    added = replace(RULE, rule_id="R-2")
    gone = replace(RATE, name="gone")
    assert changed_rows(book(RULE, figures=(RATE, gone)), book(said, added)) == (
        "R-1",
        "R-2",
        "gone",
    )


def test_a_new_value_from_a_date_is_a_change_of_its_figure_and_scope():
    local = replace(RATE, scope="31")
    later = replace(local, value=120, validity=Validity(since=date(2027, 1, 1)))
    assert changed_rows(book(figures=(local,)), book(figures=(local, later))) == ("rate (31)",)


def test_a_territory_s_own_figure_counts_before_the_one_it_stands_for():
    own = replace(RATE, value=120, family="territoire", validity=ALWAYS)
    assert changed_rows(book(), book(figures=(own, RATE))) == ("rate",)
