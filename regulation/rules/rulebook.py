"""The rule book: every rule and figure in force, by family, with the version that names them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from regulation.rules.conditions import Facts, Truth, compile_condition
from regulation.rules.model import Parameter, Rule, Value


class UnknownParameterError(LookupError):
    """No value of this parameter is known for the instant, or for this scope."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its condition compiled."""

    rule: Rule
    holds: Callable[[Facts], Truth]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Immutable. `version` is the digest of every rule and figure: a decision stores it."""

    version: str
    rules: tuple[Rule, ...]
    parameters: tuple[Parameter, ...]
    _families: Mapping[str, tuple[CompiledRule, ...]] = field(init=False, repr=False)
    _values: Mapping[tuple[str, str], tuple[Parameter, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        families: dict[str, list[CompiledRule]] = {}
        for rule in self.rules:
            compiled = CompiledRule(rule, compile_condition(rule.when, rule.rule_id))
            families.setdefault(rule.family, []).append(compiled)
        values: dict[tuple[str, str], list[Parameter]] = {}
        for parameter in self.parameters:
            values.setdefault((parameter.name, parameter.scope), []).append(parameter)
        object.__setattr__(self, "_families", {n: tuple(found) for n, found in families.items()})
        object.__setattr__(self, "_values", {n: tuple(found) for n, found in values.items()})

    def family(self, name: str, at: datetime) -> Sequence[CompiledRule]:
        """Rules of a family in force at the instant, in the order of their file."""
        known = self._families.get(name, ())
        return [one for one in known if one.rule.validity.holds_at(at)]

    def find_parameter(self, name: str, at: datetime, scope: str = "") -> Parameter | None:
        """Return the parameter in force, None when there is none."""
        for parameter in self._values.get((name, scope), ()):
            if parameter.validity.holds_at(at):
                return parameter
        return None

    def parameter(self, name: str, at: datetime, scope: str = "") -> Value:
        """Return a value in force; raise UnknownParameterError naming what is missing."""
        found = self.find_parameter(name, at, scope)
        if found is None:
            where = f" for {scope}" if scope else ""
            raise UnknownParameterError(f"no {name}{where} is known on {at:%Y-%m-%d}")
        return found.value

    def number(self, name: str, at: datetime, scope: str = "") -> float:
        """Return a number in force; raise UnknownParameterError or TypeError."""
        value = self.parameter(name, at, scope)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise TypeError(f"parameter {name} is {value!r}, not a number")
        return value

    def find_rule(self, rule_id: str) -> Rule | None:
        """Return the rule of this id, None when there is none."""
        return next((rule for rule in self.rules if rule.rule_id == rule_id), None)
