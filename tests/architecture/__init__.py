"""The shape of the repository, tested."""
