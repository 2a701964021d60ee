"""The rules as data, and the pure compiler and evaluator beside them."""

from regulation.rules.model import Fired, Parameter, Rule, Status, Validity, fired, words_of
from regulation.rules.rulebook import CompiledRule, RuleBook, UnknownParameterError

__all__ = [
    "CompiledRule",
    "Fired",
    "Parameter",
    "Rule",
    "RuleBook",
    "Status",
    "UnknownParameterError",
    "Validity",
    "fired",
    "words_of",
]
