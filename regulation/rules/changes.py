"""What changed from one rule book to another, row by row."""

from collections.abc import Mapping

from regulation.rules.model import Parameter, Rule
from regulation.rules.rulebook import RuleBook

Key = tuple[str, str, str]
"""A row goes by its id, its scope and its first day: several rows of one name follow in time."""


def changed_rows(before: RuleBook, after: RuleBook) -> tuple[str, ...]:
    """Names of the rules and figures added, taken away or written otherwise, in order."""
    was, now = _rows(before), _rows(after)
    differing = {key for key in was.keys() | now.keys() if was.get(key) != now.get(key)}
    return tuple(dict.fromkeys(_named(key) for key in sorted(differing)))


def _rows(rulebook: RuleBook) -> Mapping[Key, Rule | Parameter]:
    """Rows by key; a territory's own figure, written first, is the one in force."""
    rules: dict[Key, Rule | Parameter] = {
        (one.rule_id, "", one.validity.since.isoformat()): one for one in rulebook.rules
    }
    for one in reversed(rulebook.parameters):
        rules[one.name, one.scope, one.validity.since.isoformat()] = one
    return rules


def _named(key: Key) -> str:
    name, scope, _ = key
    return f"{name} ({scope})" if scope else name
