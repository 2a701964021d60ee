"""The same cases on every implementation of a port."""
