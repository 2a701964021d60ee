"""The HTTP API: cases, proposals, decisions, health."""
