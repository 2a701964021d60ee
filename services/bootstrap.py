"""The composition root: the one place that picks implementations and ties them together."""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import cache
from pathlib import Path

from adapters.kit.calendar import PublicHolidays
from adapters.kit.departments import Department
from adapters.kit.live import LiveStore
from adapters.memory.live import InMemoryLiveStore
from adapters.roads.model import RoadModel
from adapters.roads.places import Place
from adapters.rulebook import load_rulebook
from adapters.territory.cells import cells_of, read_contours
from adapters.territory.folder import read_territory
from adapters.territory.territory import Commune, Territory
from regulation.cases import Case
from regulation.kernel.places import Position, crow_distance_m
from regulation.kernel.time import Calendar, Clock, TimeWindow
from regulation.kernel.travel import LegPricer, TravelTimes
from regulation.mobility import MobilityVerdict
from regulation.parameters import minutes, objective, orientation_parameters
from regulation.pricing import pricer_for
from regulation.rules import RuleBook
from regulation.usecases import Desk
from services.couriers import Couriers
from services.ground import Ground
from services.live import LiveOffer
from services.runtime import Runtime
from services.sightings import seen_in
from transport.fleet import FleetView, PromisedRide, Vehicle
from transport.memo import TravelMemo
from transport.own_means import OwnMeans
from transport.pairing import FleetPlanner
from transport.settings import PairingSettings

FLEET_HORIZON = timedelta(days=4)
OVERRIDES = "regles.toml"
"""A territory's own figures, in its folder."""

CONTOURS = "contours.geojson"
"""Official contours of its communes, when its folder has them; else cells are drawn."""

URBAN_CENTRES = frozenset({"Toulouse"})
"""Communes of the territories at hand for which the taxi convention adds its big-city forfait."""


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


SeenAt = Callable[[tuple[Vehicle, ...], datetime], tuple[Vehicle, ...]]
"""Puts on each vehicle the position it last reported."""


@dataclass(slots=True, kw_only=True)
class DeskFactory:
    """Makes desks of one territory; remembers what lasts longer than a decision."""

    territory: Territory
    calendar: Calendar
    rulebook: RuleBook
    travel: TravelMemo
    seen_at: SeenAt | None = None
    live: LiveStore = field(default_factory=InMemoryLiveStore)
    _fleet: dict[datetime, tuple[Vehicle, ...]] = field(default_factory=dict)

    def __call__(
        self,
        now: datetime,
        promised: Sequence[PromisedRide],
        vehicles: Sequence[Vehicle] | None = None,
    ) -> Desk:
        """Return the desk of an instant, on the rides promised so far."""
        vehicles = self.vehicles(now) if vehicles is None else tuple(vehicles)
        known = {vehicle.vehicle_id for vehicle in vehicles}
        rides = tuple(ride for ride in promised if ride.vehicle_id in known)
        planner = FleetPlanner(
            fleet=FleetView(vehicles=vehicles, rides=rides),
            travel=self.travel,
            objective=objective(self.rulebook, now),
            settings=self._settings(now),
            stopwatch=time.perf_counter,
        )
        return Desk(
            rulebook=self.rulebook,
            planner=planner,
            parameters=orientation_parameters(self.rulebook, now),
            pricing=self.price,
            calendar=self.calendar,
        )

    def under(self, rulebook: RuleBook) -> "DeskFactory":
        """Return the same factory under other rules."""
        return replace(self, rulebook=rulebook, _fleet={})

    def vehicles(self, now: datetime) -> tuple[Vehicle, ...]:
        """Return the vehicles with shifts in the coming days, as last seen."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour not in self._fleet:
            window = TimeWindow(hour, hour + FLEET_HORIZON)
            self._fleet = {hour: self.territory.fleet_on(window, self.calendar)}
        vehicles = self._fleet[hour]
        seen = self.seen_at(vehicles, now) if self.seen_at else vehicles
        return seen_in(self.live)(seen, now)

    def price(self, case: Case, verdict: MobilityVerdict, at: datetime) -> LegPricer:
        """Make the pricer of one person."""
        return pricer_for(
            case.patient.age,
            case.mobility,
            verdict.funding,
            self.rulebook,
            self.calendar,
            at,
            self.territory.department,
            self.urban_centre,
        )

    def urban_centre(self, position: Position) -> str | None:
        """Name the big city a position lies in: a disc of the commune's area."""
        for commune in self.territory.communes:
            if commune.name in URBAN_CENTRES and _within(position, commune):
                return commune.name
        return None

    def _settings(self, now: datetime) -> PairingSettings:
        book = self.rulebook
        hours = book.parameter("transit_hours", now)
        assert isinstance(hours, tuple)
        first, last = (clock_time(int(hour)) for hour in hours)
        own = OwnMeans(
            walk_speed_m_s=book.number("walk_speed_km_h", now) / 3.6,
            walk_max_m=int(book.number("walk_max_metres", now)),
            transit_factor=book.number("transit_factor", now),
            transit_access_s=_seconds(book, "transit_access_minutes", now),
            transit_first=first,
            transit_last=last,
            zone=self.territory.zone,
        )
        return PairingSettings(
            own=own,
            max_wait_home_s=_seconds(book, "max_wait_home_minutes", now),
            arrive_before_s=_seconds(book, "arrive_before_minutes", now),
            pharmacies=int(book.number("pharmacies_on_the_way", now)),
            lost_margin_s=_seconds(book, "lost_position_margin_minutes", now),
        )


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
        )


def assemble(
    folder: Path,
    clock: Clock,
    positions: Callable[[Territory], SeenAt] | None = None,
    live: Callable[[Territory], LiveStore] | None = None,
) -> Parts:
    """Read a territory folder and the rules, and tie the parts; raise what their readers raise.

    `positions` makes what tells where the territory's vehicles are; None: they themselves, alone.
    `live` opens the live state that processes share; None: this process keeps its own.
    """
    territory = read_territory(folder)
    seen_at = positions(territory) if positions else None
    calendar = PublicHolidays(territory.department)
    overrides = folder / OVERRIDES
    rulebook = load_rulebook(overrides=overrides if overrides.exists() else None)
    places = [Place(position=one.position, population=one.population) for one in territory.communes]
    roads = RoadModel.from_places(places, name=territory.name)
    travel = TravelMemo(roads)
    desk = DeskFactory(
        territory=territory,
        calendar=calendar,
        rulebook=rulebook,
        travel=travel,
        seen_at=seen_at,
        live=live(territory) if live else InMemoryLiveStore(),
    )

    @cache
    def ground() -> Ground:
        cells = cells_of(territory.communes, read_contours(folder / CONTOURS))
        return Ground(cells, roads.roads(), territory.attribution)

    return Parts(
        territory=territory,
        calendar=calendar,
        clock=clock,
        offer=LiveOffer(territory, calendar, clock),
        desk=desk,
        roads=roads,
        ground=ground,
    )


def _within(position: Position, commune: Commune) -> bool:
    radius_m = 1000 * math.sqrt(commune.area_km2 / math.pi)
    return crow_distance_m(position, commune.position) <= radius_m


def _seconds(book: RuleBook, name: str, at: datetime) -> int:
    return int(minutes(book, name, at).total_seconds())
