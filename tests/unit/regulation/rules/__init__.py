"""Unit tests of the rules as data."""
