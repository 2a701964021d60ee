"""Reads the rule files and hands typed rows to the compiler."""

from adapters.rulebook.reader import RuleFileError, load_rulebook

__all__ = ["RuleFileError", "load_rulebook"]
