"""One figure tried at another value: the rule book as if a territory had written it so."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from regulation.rules.model import Parameter, Validity
from regulation.rules.rulebook import RuleBook

TRIED = "essai"
"""What the version of a rule book that is only tried ends with: no decision rests on it."""


class NotTunable(ValueError):  # noqa: N818  a refusal, named as one says it
    """The figure is not one a territory may set, or cannot have that value; said in French."""


def tunable(rulebook: RuleBook, at: datetime, scopes: Sequence[str]) -> Sequence[Parameter]:
    """Return the figures in force that a territory may set, in their order, in these scopes."""
    names = dict.fromkeys(
        (one.name, one.scope)
        for one in rulebook.parameters
        if one.overridable and one.scope in scopes
    )
    found = (rulebook.find_parameter(name, at, scope) for name, scope in names)
    return tuple(one for one in found if one is not None)


def tuned(
    rulebook: RuleBook, figure: Parameter, told: str, at: datetime
) -> tuple[RuleBook, Parameter]:
    """Return the rules with the figure at the value told, and that figure; raise NotTunable."""
    names = {(one.name, one.scope) for one in rulebook.parameters if one.overridable}
    if (figure.name, figure.scope) not in names:
        raise NotTunable("ce chiffre n'est pas réglable par un territoire")
    tried = replace(figure, value=_value(figure, told), validity=Validity(since=date.min))
    figures = (tried, *rulebook.parameters)
    version = f"{rulebook.version}+{TRIED}"
    made = replace(rulebook, version=version, parameters=figures)
    assert made.find_parameter(figure.name, at, figure.scope) == tried
    return made, tried


def _value(figure: Parameter, told: str) -> bool | float:
    was = figure.value
    if isinstance(was, bool):
        if told not in {"oui", "non"}:
            raise NotTunable("oui ou non est attendu")
        return told == "oui"
    if not isinstance(was, int | float):
        raise NotTunable("seuls les nombres et les oui ou non s'essaient ici")
    try:
        number = float(told.strip().replace(",", "."))
    except ValueError:
        raise NotTunable(f"un nombre est attendu, pas « {told[:20]} »") from None
    if not math.isfinite(number) or number < 0:
        raise NotTunable("un nombre positif ou nul est attendu")
    return int(number) if number.is_integer() else number
