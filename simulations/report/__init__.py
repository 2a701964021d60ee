"""The report of a simulation: one file in French for whoever decides, with how it was made."""
