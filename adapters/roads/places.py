"""Where people live: the only thing the road model knows of a territory."""

from dataclasses import dataclass

from regulation.kernel.places import Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A commune, or a settlement: its centre and how many people live there."""

    position: Position
    population: int

    def __post_init__(self) -> None:
        if self.population < 0:
            raise ValueError(f"population of a place can't be negative: {self.population}")
