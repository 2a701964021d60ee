"""Compiled hot loops: arrays in, arrays out, no object of the domain."""
