"""Desks of one territory: its fleet, its rules and its roads tied to the planner."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

from adapters.desk.sightings import seen_in
from adapters.kit.calendar import PublicHolidays
from adapters.kit.live import LiveStore
from adapters.memory.live import InMemoryLiveStore
from adapters.roads.model import RoadModel
from adapters.roads.places import Place
from adapters.rulebook import load_rulebook
from adapters.territory.territory import Commune, Territory
from regulation.cases import Case
from regulation.kernel.places import Position, crow_distance_m
from regulation.kernel.time import Calendar, TimeWindow
from regulation.kernel.travel import LegRates, TravelTimes
from regulation.mobility import MobilityVerdict
from regulation.parameters import minutes, objective, orientation_parameters
from regulation.pricing import rates_for
from regulation.rules import RuleBook
from regulation.usecases import Desk
from transport.fleet import FleetView, PromisedRide, Vehicle
from transport.memo import TravelMemo
from transport.own_means import OwnMeans
from transport.pairing import FleetPlanner
from transport.settings import PairingSettings

FLEET_HORIZON = timedelta(days=4)
OVERRIDES = "regles.toml"
"""A territory's own figures, in its folder."""

URBAN_CENTRES = frozenset({"Toulouse"})
"""Communes of the territories at hand for which the taxi convention adds its big-city forfait."""

MOST_CENTRES = 20_000
"""Positions of which the big city is remembered at most: places recur, patients pass."""

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
    _cities: tuple[Commune, ...] = field(init=False)
    _centres: dict[Position, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._cities = tuple(one for one in self.territory.communes if one.name in URBAN_CENTRES)

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

    def price(self, case: Case, verdict: MobilityVerdict, at: datetime) -> LegRates:
        """Make the rates of one person."""
        return rates_for(
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
        if position not in self._centres:
            if len(self._centres) >= MOST_CENTRES:
                self._centres.clear()
            found = (one.name for one in self._cities if _within(position, one))
            self._centres[position] = next(found, None)
        return self._centres[position]

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


def roads_of(territory: Territory) -> RoadModel:
    """Imagine the roads of a territory from its communes."""
    places = [Place(position=one.position, population=one.population) for one in territory.communes]
    return RoadModel.from_places(places, name=territory.name)


def desks_of(territory: Territory, folder: Path, roads: TravelTimes) -> DeskFactory:
    """Tie a territory read from a folder to the rules, its own figures included, and its roads."""
    overrides = folder / OVERRIDES
    return DeskFactory(
        territory=territory,
        calendar=PublicHolidays(territory.department),
        rulebook=load_rulebook(overrides=overrides if overrides.exists() else None),
        travel=TravelMemo(roads),
    )


def _within(position: Position, commune: Commune) -> bool:
    radius_m = 1000 * math.sqrt(commune.area_km2 / math.pi)
    return crow_distance_m(position, commune.position) <= radius_m


def _seconds(book: RuleBook, name: str, at: datetime) -> int:
    return int(minutes(book, name, at).total_seconds())
