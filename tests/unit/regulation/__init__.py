"""Unit tests of regulation."""
