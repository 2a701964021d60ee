"""The figures of the demand, each with its unit and its source."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from simulations.figures import Figures, known_figures, read_figures

DEFAULT: Final = Path(__file__).with_name("demand.toml")
HOURS: Final = 24
KNOWN = known_figures(DEFAULT)
"""The tables and the names there are: those of the file that ships."""


def read_demand(path: Path = DEFAULT) -> Figures:
    """Read the figures; raise FiguresRefused naming the first missing, unknown or wrong."""
    return read_figures(path, KNOWN, "la demande")


def hourly(weights: Sequence[float]) -> tuple[float, ...]:
    """Return the weight of each hour of the day, of mean 1."""
    return tuple(hour * HOURS / sum(weights) for hour in weights)
