"""What a map of the territory is drawn on: its communes, and the roads that times rest on."""

from dataclasses import dataclass, field

from adapters.roads.model import ImaginedRoad
from adapters.territory.cells import Cell
from adapters.territory.territory import Commune
from regulation.kernel.places import CommuneCode


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Cells of the communes and roads of the model, all computed here: nothing is fetched."""

    cells: tuple[Cell, ...] = ()
    roads: tuple[ImaginedRoad, ...] = ()
    attribution: tuple[str, ...] = ()
    _by_code: dict[CommuneCode, Commune] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        by_code = {one.commune.code: one.commune for one in self.cells}
        object.__setattr__(self, "_by_code", by_code)

    @property
    def communes(self) -> tuple[Commune, ...]:
        """The communes of the territory."""
        return tuple(one.commune for one in self.cells)

    def find_commune(self, code: str) -> Commune | None:
        """Return the commune of this INSEE code, None when it is not of the territory."""
        return self._by_code.get(CommuneCode(code))

    def name_of(self, code: str) -> str:
        """Name a commune; its code, when it is not of the territory."""
        found = self.find_commune(code)
        return found.name if found else code
