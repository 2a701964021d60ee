"""What can go wrong with roads, told to a person."""

from pathlib import Path

from adapters.kit.system_errors import said
from regulation.kernel.places import Position
from regulation.measures import kilometres


class RoadError(ValueError):
    """Roots every error of this package."""


class UnreadableRoads(RoadError):  # noqa: N818  it names what is at fault
    """An extract or a built network can't be used; says which file and what to do."""


def refuse_unreadable(path: Path) -> None:
    """Raise UnreadableRoads with the system's reason when a file may not be read."""
    try:
        path.open("rb").close()
    except OSError as error:
        raise UnreadableRoads(f"{path} : {said(error)}") from error


class PositionOffRoads(RoadError):  # noqa: N818  it names what is at fault
    """A position is too far from any road to be given a travel time.

    `index` tells which of the positions asked for; the message rounds it to about a kilometre,
    because a home is personal and messages end up in logs.
    """

    def __init__(self, index: int, position: Position, away_m: float, limit_m: float) -> None:
        super().__init__(
            f"la position {index} (vers {position.lat:.2f}, {position.lon:.2f}) est à "
            f"{kilometres(away_m)} de la route connue la plus proche, "
            f"plus que {kilometres(limit_m)} : la vérifier, ou charger des routes qui la couvrent"
        )
        self.index = index


class NoRoute(RoadError):  # noqa: N818  it names what is at fault
    """Two positions on the network have no way between them; the network was not built here."""
