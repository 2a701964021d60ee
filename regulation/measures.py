"""How times of day, lengths of time and distances are written in French."""

from datetime import datetime, timedelta

from regulation.kernel.time import PARIS

MINUTES_TOLD = 60
"""From so many minutes on, a length of time is told in hours."""


def clock(instant: datetime) -> str:
    """Write the time of day of an instant."""
    return f"{instant.astimezone(PARIS):%H:%M}"


def lasting(length: timedelta) -> str:
    """Write a length of time."""
    told = round(length.total_seconds() / 60)
    return f"{told} min" if told < MINUTES_TOLD else f"{told // 60} h {told % 60:02d}"


def kilometres(metres: float) -> str:
    """Write a distance."""
    return f"{metres / 1000:.1f} km".replace(".", ",")
