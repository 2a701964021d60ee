"""Addresses turned into positions by the national address base (BAN), on the Géoplateforme."""
