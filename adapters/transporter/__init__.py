"""What transport companies tell us: answers, statuses, positions, in JSON of our own."""
