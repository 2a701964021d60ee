"""Who calls, when, for what: synthetic calls from a seed, calibrated on published figures."""
