"""The composition root: the one place that picks implementations and ties them together."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from adapters.desk.factory import DeskFactory, SeenAt, desks_of, roads_of
from adapters.kit.departments import Department
from adapters.kit.live import LiveStore
from adapters.kit.quarantine import InMemoryQuarantine, Quarantine
from adapters.kit.quarantine_folder import FolderQuarantine
from adapters.manual.gateway import ManualBoard
from adapters.memory.live import InMemoryLiveStore
from adapters.territory.cells import cells_of, read_contours
from adapters.territory.folder import read_territory
from adapters.territory.territory import Territory
from regulation.kernel.places import Position, crow_distance_m
from regulation.kernel.time import Calendar, Clock
from regulation.kernel.travel import TravelTimes
from services.couriers import Couriers
from services.ground import Ground
from services.live import LiveOffer
from services.runtime import Runtime

CONTOURS = "contours.geojson"
"""Official contours of its communes, when its folder has them; else cells are drawn."""


@dataclass(frozen=True, slots=True)
class TerritoryGazetteer:
    """Finds places in a territory folder; an address is found to its commune."""

    territory: Territory

    @property
    def name(self) -> str:
        """Name of the territory."""
        return self.territory.name

    def contains(self, position: Position) -> bool:
        """Tell whether the position lies in the territory."""
        return self.territory.contains(position)

    def find_commune(self, insee: str) -> Position | None:
        """Return the centre of a commune, None when it isn't one of the territory."""
        try:
            return self.territory.locate(insee)
        except LookupError:
            return None

    def find_address(self, text: str) -> Position | None:
        """Return the position of a postal address, None when it isn't found."""
        found = self.territory.find_address(text)
        return found.position if found is not None else None

    def nearest(self, position: Position) -> str:
        """Name the commune whose centre is nearest, as addresses write it."""
        near = min(self.territory.communes, key=lambda one: crow_distance_m(one.position, position))
        return " ".join((*near.postal_codes[:1], near.name))

    def suggest(self, text: str, limit: int) -> Sequence[str]:
        """Return addresses that the text may be the beginning of, likeliest first."""
        return self.territory.addresses.suggest(text, limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """A territory put together, before any feed is opened."""

    territory: Territory
    calendar: Calendar
    clock: Clock
    offer: LiveOffer
    desk: DeskFactory
    roads: TravelTimes
    ground: Callable[[], Ground]
    quarantine: Quarantine

    def runtime(
        self,
        database_url: str,
        couriers: Couriers | None = None,
        secrets: Mapping[str, bytes] | None = None,
    ) -> Runtime:
        """Return what entry points need; without couriers, nothing is sent by this process.

        `secrets`: what each transport company signs with; None: none may tell us anything.
        """
        return Runtime(
            clock=self.clock,
            gazetteer=TerritoryGazetteer(self.territory),
            snapshots=self.offer,
            sources=self.offer,
            desk=self.desk,
            fleet=self.desk.vehicles,
            database_url=database_url,
            travel=self.roads,
            ground=self.ground,
            couriers=couriers,
            live=self.desk.live,
            secrets=secrets or {},
            area=Department(self.territory.department),
            quarantine=self.quarantine,
            desk_under=self.desk.under,
        )


def assemble(
    folder: Path,
    clock: Clock,
    positions: Callable[[Territory], SeenAt] | None = None,
    live: Callable[[Territory], LiveStore] | None = None,
    aside: Path | None = None,
) -> Parts:
    """Read a territory folder and the rules, and tie the parts; raise what their readers raise.

    `positions` makes what tells where the territory's vehicles are; None: they themselves, alone.
    `live` opens the live state that processes share; None: this process keeps its own. `aside` is
    the folder of what could not be trusted; None: the latest is kept in memory.
    """
    territory = read_territory(folder)
    roads = roads_of(territory)
    desk = desks_of(territory, folder, roads)
    desk.seen_at = positions(territory) if positions else None
    desk.live = live(territory) if live else InMemoryLiveStore()

    @cache
    def ground() -> Ground:
        cells = cells_of(territory.communes, read_contours(folder / CONTOURS))
        return Ground(cells, roads.roads(), territory.attribution)

    quarantine = FolderQuarantine(aside) if aside else InMemoryQuarantine()
    return Parts(
        territory=territory,
        calendar=desk.calendar,
        clock=clock,
        offer=LiveOffer(territory, desk.calendar, clock, ManualBoard(quarantine)),
        desk=desk,
        roads=roads,
        ground=ground,
        quarantine=quarantine,
    )
