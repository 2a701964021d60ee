"""Unit tests of simulations."""
