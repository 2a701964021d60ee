"""Reads the rule files and hands typed rows to the compiler."""

from adapters.rulebook.faults import RuleFileError
from adapters.rulebook.reader import load_rulebook

__all__ = ["RuleFileError", "load_rulebook"]
