"""Behaviour of the product, mirrored on its tree."""
