"""A rule as a doctor reads it: an id, a sentence, a condition, an effect, a source, a validity."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from regulation.kernel.time import PARIS

Scalar = bool | int | float | str
Value = Scalar | tuple[Scalar, ...]


class Status(StrEnum):
    """What a rule or a figure rests on."""

    LAW = "law"
    CONVENTION = "convention"
    ASSUMPTION = "assumption"


@dataclass(frozen=True, slots=True, kw_only=True)
class Validity:
    """Civil days (Europe/Paris) on which something holds; `until` None: still in force."""

    since: date
    until: date | None = None

    def __post_init__(self) -> None:
        if self.until is not None and self.until < self.since:
            raise ValueError(f"until: {self.until} comes before since: {self.since}")

    def holds_at(self, at: datetime) -> bool:
        """Tell whether it holds on the day of the instant."""
        day = at.astimezone(PARIS).date()
        return self.since <= day and (self.until is None or day <= self.until)

    def overlaps(self, other: "Validity") -> bool:
        """Tell whether some day belongs to both."""
        return self.since <= (other.until or date.max) and other.since <= (self.until or date.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of a family. `when` is the condition as data, `then` its effect by name, `place`
    the file and the line it is written on."""

    rule_id: str
    family: str
    statement: str
    when: Mapping[str, object]
    then: Mapping[str, Value]
    source: str
    status: Status
    validity: Validity
    place: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """Where it is written, and its name, for whoever has to mend it."""
        return f"{self.place}: règle {self.rule_id}" if self.place else self.rule_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One figure, dated and sourced; a territory may set those that are `overridable`.

    Several parameters of one name follow each other in time. `scope` narrows one to a case, such
    as a department.
    """

    name: str
    family: str
    value: Value
    unit: str
    statement: str
    source: str
    status: Status
    validity: Validity
    scope: str = ""
    overridable: bool = False
    place: str = field(default="", compare=False)

    @property
    def label(self) -> str:
        """Where it is written, and its name, for whoever has to mend it."""
        name = f"{self.name} ({self.scope})" if self.scope else self.name
        return f"{self.place}: chiffre {name}" if self.place else name


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A rule that spoke: shown to the regulator with its reason and its source."""

    rule_id: str
    reason: str
    source: str


def fired(rule: Rule) -> Fired:
    """Say that the rule spoke."""
    return Fired(rule_id=rule.rule_id, reason=rule.statement, source=rule.source)


def words_of(rule: Rule, effect: str) -> tuple[str, ...]:
    """Return what an effect lists, one word or several; nothing when the rule hasn't it."""
    found = rule.then.get(effect, ())
    return tuple(map(str, found)) if isinstance(found, tuple) else (str(found),)
