"""Measurements, printed as figures and ratios; never timed tests."""
