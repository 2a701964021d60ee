"""Sentences that carry figures: `{taxi.forfait}` becomes the figure of the day, with its unit."""

import re
from datetime import datetime

from regulation.rules.model import Parameter, Value
from regulation.rules.rulebook import RuleBook, UnknownParameterError

_NAMED = re.compile(r"\{([a-z][a-zA-Z0-9_.]*)\}")
CENTS = "centimes"
"""Unit of the figures told in euros."""


def figures_named(sentence: str) -> tuple[str, ...]:
    """Names of the figures a sentence carries."""
    return tuple(_NAMED.findall(sentence))


def filled(sentence: str, rulebook: RuleBook, at: datetime) -> str:
    """Put each figure in its place; raise UnknownParameterError naming one that is missing."""

    def told(found: re.Match[str]) -> str:
        figure = rulebook.find_parameter(found[1], at)
        if figure is None:
            raise UnknownParameterError(f"le chiffre {found[1]} n'a pas de valeur au {at:%d/%m/%Y}")
        return _in_words(figure)

    return _NAMED.sub(told, sentence)


def _in_words(figure: Parameter) -> str:
    if figure.unit == CENTS and isinstance(figure.value, int):
        return in_euros(figure.value)
    return f"{_value(figure.value)} {figure.unit}".rstrip()


def in_euros(cents: int) -> str:
    """Write an amount of cents."""
    return f"{cents / 100:.2f} €".replace(".", ",")


def _value(value: Value) -> str:
    if isinstance(value, tuple):
        return " ou ".join(map(str, value))
    return str(value).replace(".", ",")
