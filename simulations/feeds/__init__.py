"""Mock servers of the outside systems, over the simulated territory, with faults on demand."""
