"""Ports of the road and of the fare: travel times and leg prices.

Durations are whole seconds, distances metres, money integer euro cents, instants aware.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.modes import Mode, Payer
from regulation.kernel.places import Position

Cents = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class LegPrice:
    """What one leg costs and to whom; patient + am + others = total."""

    total_cents: int
    patient_cents: int
    am_cents: int
    payer: Payer


class LegRate(Protocol):
    """What a leg costs one person by its length; a little longer may cost less, where an add-on
    for short trips ends."""

    def of(self, distance_m: int) -> LegPrice:
        """Price one length."""
        ...

    def cents(self, distances_m: Cents) -> tuple[Cents, Cents]:
        """Price many lengths: what the patient pays of each, and the total."""
        ...

    def least(self, distances_m: Cents) -> tuple[Cents, Cents]:
        """Return the least the patient pays for each length, or any longer one; and the others."""
        ...


class LegRates(Protocol):
    """Finds the rates of the person it was made for."""

    def __call__(
        self, mode: Mode, depart_at: datetime, riders: int, between: tuple[Position, Position]
    ) -> LegRate:
        """Return the rate when `riders` patients share the vehicle; `between` are its two ends.

        It is the same between the same zones at all departures of the same period.
        """
        ...

    def zone(self, position: Position) -> Hashable:
        """Name the tariff zone of a position."""
        ...

    def period(self, at: datetime) -> Hashable:
        """Name the tariff period of an instant; it is the same all through an hour of the clock."""
        ...


@dataclass(frozen=True, slots=True)
class TravelMatrix:
    """Seconds and metres from each origin (row) to each destination (column)."""

    durations_s: NDArray[np.int32]
    distances_m: NDArray[np.int32]


class TravelTimes(Protocol):
    """Road travel between positions; `label` says whether it is a model or a real network."""

    @property
    def label(self) -> str:
        """Name of the source of the times, shown to the regulator."""
        ...

    def profile(self, at: datetime) -> str:
        """Name the traffic of an instant; instants of one profile share their matrices."""
        ...

    def matrix(
        self, origins: Sequence[Position], destinations: Sequence[Position], depart_at: datetime
    ) -> TravelMatrix:
        """Return the matrix at the traffic of the instant."""
        ...
