"""Audits of outside systems, from the command line: what is asked, and the report one can send."""
