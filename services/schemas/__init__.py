"""Pydantic borders shared by the command line and the API: what comes in, what goes out."""
