"""In-memory implementation of every port, for tests, the demonstration and simulations."""
