"""The rows of a rule file, strictly."""

from datetime import date
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from adapters.rulebook.faults import Lines
from regulation.rules import Parameter, Rule, Status, Validity
from regulation.rules.model import Scalar, Value

STRICT = ConfigDict(extra="forbid", frozen=True)
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=10)]
Reference = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4)]


class DatedRow(BaseModel):
    """What every row says of itself."""

    model_config = STRICT

    statement: Sentence
    source: Reference
    status: Status
    since: date
    until: date | None = None

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.until is not None and self.until < self.since:
            raise PydanticCustomError("until_before_since", "until précède since")
        return self

    @property
    def validity(self) -> Validity:
        """Days on which it holds."""
        return Validity(since=self.since, until=self.until)


class RuleRow(DatedRow):
    """One rule."""

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{2,48}$")]
    when: dict[str, object] = Field(default_factory=dict)
    then: dict[str, Scalar | list[Scalar]] = Field(default_factory=dict)

    def to_rule(self, family: str, place: str) -> Rule:
        """Make the rule of a family, written at this place."""
        return Rule(
            rule_id=self.id,
            family=family,
            statement=self.statement,
            when=self.when,
            then={name: _value(value) for name, value in self.then.items()},
            source=self.source,
            status=self.status,
            validity=self.validity,
            place=place,
        )


class ParameterRow(DatedRow):
    """One figure."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-zA-Z0-9_.]*$")]
    value: Scalar | list[Scalar]
    unit: str = ""
    scope: str = ""
    overridable: bool = False

    def to_parameter(self, family: str, place: str) -> Parameter:
        """Make the parameter of a family, written at this place."""
        return Parameter(
            name=self.name,
            family=family,
            value=_value(self.value),
            unit=self.unit,
            statement=self.statement,
            source=self.source,
            status=self.status,
            validity=self.validity,
            scope=self.scope,
            overridable=self.overridable,
            place=place,
        )


class RowsFile(BaseModel):
    """What every file of rows holds."""

    model_config = STRICT

    rule: list[RuleRow] = Field(default_factory=list)
    parameter: list[ParameterRow] = Field(default_factory=list)

    def rules(self, family: str, lines: Lines) -> list[Rule]:
        """Make its rules, those of a family."""
        return [one.to_rule(family, lines.place("rule", n)) for n, one in enumerate(self.rule)]

    def parameters(self, family: str, lines: Lines) -> list[Parameter]:
        """Make its figures, those of a family."""
        numbered = enumerate(self.parameter)
        return [one.to_parameter(family, lines.place("parameter", n)) for n, one in numbered]


class FamilyFile(RowsFile):
    """One rule file."""

    family: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    title: str


class OverrideFile(RowsFile):
    """A territory's own figures and rules."""

    territory: str


def _value(value: Scalar | list[Scalar]) -> Value:
    return tuple(value) if isinstance(value, list) else value
