"""Declarations made by hand: open, full or closed, for a while."""
