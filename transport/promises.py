"""The port of the rides already promised, each vehicle's with a version that counts changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from transport.fleet import PromisedRide


class VehicleMoved(ValueError):  # noqa: N818  a refusal, named as one says it
    """Other rides were promised with a vehicle since its rides were read."""


class PromisedRides(Protocol):
    """Keeps the rides promised to people, by journey."""

    def rides_after(self, instant: datetime, *, besides: str) -> Sequence[PromisedRide]:
        """Return the rides that end after the instant, besides one journey's own, by pickup."""
        ...

    def rides_of(self, journey_id: str) -> Sequence[PromisedRide]:
        """Return the rides of a journey by pickup."""
        ...

    def versions(self) -> Mapping[str, int]:
        """Return how often the rides of each vehicle have changed; absent: never."""
        ...

    def replace(
        self, journey_id: str, rides: Sequence[PromisedRide], *, seen: Mapping[str, int]
    ) -> None:
        """Promise these rides instead of whatever the journey had.

        Raise VehicleMoved when the version of a vehicle of these rides is not the one `seen`.
        """
        ...
