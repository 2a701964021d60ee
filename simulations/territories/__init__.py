"""Territories that come with the program, and the generator of their synthetic tables."""
