"""The rule book: every rule and figure in force, by family, with the version that names them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar, cast

from regulation.kernel.time import PARIS
from regulation.rules.conditions import Facts, Truth, compile_condition, compile_waiting
from regulation.rules.model import Parameter, Rule, Value

T = TypeVar("T")

DAYS_KEPT = 3
"""Days of which what was worked out is kept: yesterday's calls are read again, last week's not."""


class UnknownParameterError(LookupError):
    """No value of this parameter is known for the instant, or for this scope."""


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule with its condition compiled; `waits` names the facts it waits for when not known."""

    rule: Rule
    holds: Callable[[Facts], Truth]
    waits: Callable[[Facts], frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleBook:
    """Immutable. `version` is the digest of every rule and figure: a decision stores it."""

    version: str
    rules: tuple[Rule, ...]
    parameters: tuple[Parameter, ...]
    _families: Mapping[str, tuple[Rule, ...]] = field(init=False, repr=False)
    _in_force: dict[tuple[str, date], tuple[CompiledRule, ...]] = field(init=False, repr=False)
    _values: Mapping[tuple[str, str], tuple[Parameter, ...]] = field(init=False, repr=False)
    _worked_out: dict[tuple[str, date], object] = field(init=False, repr=False, compare=False)
    _last_day: list[tuple[datetime | None, date]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        families: dict[str, list[Rule]] = {}
        for rule in self.rules:
            families.setdefault(rule.family, []).append(rule)
        values: dict[tuple[str, str], list[Parameter]] = {}
        for parameter in self.parameters:
            values.setdefault((parameter.name, parameter.scope), []).append(parameter)
        object.__setattr__(self, "_families", {n: tuple(found) for n, found in families.items()})
        object.__setattr__(self, "_in_force", {})
        object.__setattr__(self, "_worked_out", {})
        object.__setattr__(self, "_last_day", [(None, date.min)])
        object.__setattr__(self, "_values", {n: tuple(found) for n, found in values.items()})
        for rule in self.rules:
            compile_condition(rule.when, rule.label, self._any_value)  # refused at once

    def _any_value(self, name: str) -> float:
        """Value of a figure on some day: enough to tell that it is one."""
        for one in self._values.get((name, ""), ()):
            return _number(one)
        raise UnknownParameterError(name)

    def family(self, name: str, at: datetime) -> Sequence[CompiledRule]:
        """Rules of a family in force at the instant, in the order of their file."""
        key = (name, self._day_of(at))
        found = self._in_force.get(key)
        if found is None:
            found = self._in_force[key] = tuple(
                self.compiled(rule, at)
                for rule in self._families.get(name, ())
                if rule.validity.holds_at(at)
            )
        return found

    def worked_out(self, what: str, at: datetime, work: Callable[[], T]) -> T:
        """Return what is worked out from the rules of the day, once for the whole day."""
        key = (what, self._day_of(at))
        known = self._worked_out.get(key, self)
        if known is self:
            known = self._worked_out[key] = work()
            for old in [one for one in list(self._worked_out) if one[0] == what][:-DAYS_KEPT]:
                self._worked_out.pop(old, None)  # another thread may have forgotten it
        return cast("T", known)

    def _day_of(self, at: datetime) -> date:
        """Day of the instant in Paris; a verdict asks for the same one many times over."""
        last, day = self._last_day[0]
        if last is not at:
            day = at.astimezone(PARIS).date()
            self._last_day[0] = (at, day)
        return day

    def compiled(self, rule: Rule, at: datetime) -> CompiledRule:
        """Compile a rule with the figures of the instant; raise ConditionError."""

        def figures(name: str) -> float:
            return self.number(name, at)

        return CompiledRule(
            rule=rule,
            holds=compile_condition(rule.when, rule.label, figures),
            waits=compile_waiting(rule.when, rule.label, figures),
        )

    def find_parameter(self, name: str, at: datetime, scope: str = "") -> Parameter | None:
        """Return the parameter in force, None when there is none."""
        for parameter in self._values.get((name, scope), ()):
            if parameter.validity.holds_at(at):
                return parameter
        return None

    def parameter(self, name: str, at: datetime, scope: str = "") -> Value:
        """Return a value in force; raise UnknownParameterError naming what is missing."""
        return self._in_force_at(name, at, scope).value

    def _in_force_at(self, name: str, at: datetime, scope: str) -> Parameter:
        found = self.find_parameter(name, at, scope)
        if found is None:
            what = f"{name} ({scope})" if scope else name
            raise UnknownParameterError(f"le chiffre {what} n'a pas de valeur au {at:%d/%m/%Y}")
        return found

    def number(self, name: str, at: datetime, scope: str = "") -> float:
        """Return a number in force; raise UnknownParameterError or TypeError."""
        return _number(self._in_force_at(name, at, scope))

    def words(self, name: str, at: datetime) -> tuple[str, ...]:
        """Return a list of codes in force; raise UnknownParameterError."""
        found = self.parameter(name, at)
        return tuple(map(str, found)) if isinstance(found, tuple) else (str(found),)

    def find_rule(self, rule_id: str) -> Rule | None:
        """Return the rule of this id, None when there is none."""
        return next((rule for rule in self.rules if rule.rule_id == rule_id), None)


def _number(parameter: Parameter) -> float:
    value = parameter.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(f"le chiffre {parameter.name} vaut {value!r}, ce n'est pas un nombre")
    return value
