"""The rows of a rule file, strictly."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from regulation.rules import Parameter, Rule, Status, Validity
from regulation.rules.model import Scalar, Value

STRICT = ConfigDict(extra="forbid", frozen=True)
Sentence = Annotated[str, Field(min_length=10)]


class DatedRow(BaseModel):
    """What every row says of itself."""

    model_config = STRICT

    statement: Sentence
    source: Annotated[str, Field(min_length=4)]
    status: Status
    since: date
    until: date | None = None

    @property
    def validity(self) -> Validity:
        """Days on which it holds."""
        return Validity(since=self.since, until=self.until)


class RuleRow(DatedRow):
    """One rule."""

    id: Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9-]{2,48}$")]
    when: dict[str, object] = Field(default_factory=dict)
    then: dict[str, Scalar | list[Scalar]] = Field(default_factory=dict)

    def to_rule(self, family: str) -> Rule:
        """Make the rule of a family."""
        return Rule(
            rule_id=self.id,
            family=family,
            statement=self.statement,
            when=self.when,
            then={name: _value(value) for name, value in self.then.items()},
            source=self.source,
            status=self.status,
            validity=self.validity,
        )


class ParameterRow(DatedRow):
    """One figure."""

    name: Annotated[str, Field(pattern=r"^[a-z][a-zA-Z0-9_.]*$")]
    value: Scalar | list[Scalar]
    unit: str = ""
    scope: str = ""
    overridable: bool = False

    def to_parameter(self, family: str) -> Parameter:
        """Make the parameter of a family."""
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
        )


class FamilyFile(BaseModel):
    """One rule file."""

    model_config = STRICT

    family: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    title: str
    rule: list[RuleRow] = Field(default_factory=list)
    parameter: list[ParameterRow] = Field(default_factory=list)


class OverrideFile(BaseModel):
    """A territory's own figures and rules."""

    model_config = STRICT

    territory: str
    rule: list[RuleRow] = Field(default_factory=list)
    parameter: list[ParameterRow] = Field(default_factory=list)


def _value(value: Scalar | list[Scalar]) -> Value:
    return tuple(value) if isinstance(value, list) else value
