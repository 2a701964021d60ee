"""Reads the rule files and hands typed rows to the compiler."""
