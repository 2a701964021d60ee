"""The product from its command line to its answer, on the demonstration territory."""
