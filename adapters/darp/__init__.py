"""Reads published dial-a-ride instance files; each family has its own layout."""
