"""The figures of the simulated world, each with its unit and its source."""

from pathlib import Path
from typing import Final

from simulations.figures import Figures, known_figures, read_figures

DEFAULT: Final = Path(__file__).with_name("world") / "world.toml"
KNOWN = known_figures(DEFAULT)


def read_world(path: Path = DEFAULT) -> Figures:
    """Read the figures; raise FiguresRefused naming the first missing, unknown or wrong."""
    return read_figures(path, KNOWN, "la simulation")
