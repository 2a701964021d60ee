"""Who a service is at the Hub Santé, and whom it speaks with there."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from adapters.hubsante.line import HubSettings
from adapters.hubsante.outgoing import NamedRegulator
from adapters.kit.health import HealthTracker

SILENT_AFTER: Final = timedelta(minutes=5)
"""Assumption: past it without a line to the broker, the exchange is said to be silent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HubPlace:
    """`recipient` is the regulation software of the territory; `regulator` stands for whoever
    booked, until messages name them; `health` is how the line is."""

    line: HubSettings
    recipient: str
    regulator: NamedRegulator
    health: HealthTracker


def hub_tracker() -> HealthTracker:
    """Return what keeps how the exchange is."""
    return HealthTracker("hub", silent_after=SILENT_AFTER)
