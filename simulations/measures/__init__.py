"""Measures of what was lived, with their intervals; who is served worst; what was published."""
