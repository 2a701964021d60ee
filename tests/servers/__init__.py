"""Real servers for the tests: found on this machine, started on loopback, ended by their pid."""
