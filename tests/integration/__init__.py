"""The services on real servers, and what becomes of them when a server fails."""
