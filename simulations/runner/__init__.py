"""Runs replications: a pool of processes by default, stopped and taken up again at will."""
