"""Unit tests of what regulation and transport share."""
