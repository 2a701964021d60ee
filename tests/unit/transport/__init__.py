"""Unit tests of transport."""
