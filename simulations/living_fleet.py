"""Where the vehicles of a territory are seen at an instant: fresh, old, or never."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.territory.territory import Commune, Territory
from regulation.kernel.observed import Observed
from regulation.kernel.places import Position, crow_distance_m
from simulations.draws import Draws
from simulations.territories.sites import site_in
from transport.fleet import Vehicle

SOURCE = "géolocalisation (synthétique)"
VALID_FOR = timedelta(minutes=5)
MOVES_EVERY = timedelta(minutes=45)
"""An idle vehicle is drawn a new place this often (assumption)."""

NEIGHBOURS = 6
"""Communes around its depot among which an idle vehicle is found (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """How vehicles report their position; shares and ages are assumptions."""

    silent: float = 0.1
    late: float = 0.1
    at_depot: float = 0.4
    fresh_age: timedelta = timedelta(minutes=2)
    late_age: timedelta = timedelta(minutes=30)


class LivingFleet:
    """Gives each vehicle on shift the position it last reported, from the seed and the instant."""

    def __init__(self, territory: Territory, seed: int, reporting: Reporting | None = None) -> None:
        self._communes = territory.communes
        self._draws = Draws(seed)
        self._reporting = reporting or Reporting()
        self._near: dict[Position, tuple[Commune, ...]] = {}

    def seen_at(self, vehicles: tuple[Vehicle, ...], now: datetime) -> tuple[Vehicle, ...]:
        """Return the vehicles with their positions; off shift or silent ones have none."""
        return tuple(replace(one, position=self._position(one, now)) for one in vehicles)

    def _position(self, vehicle: Vehicle, now: datetime) -> Observed[Position] | None:
        told = self._draws.unit("reports", vehicle.vehicle_id)
        if told < self._reporting.silent or not vehicle.is_on_shift_at(now):
            return None
        late = told < self._reporting.silent + self._reporting.late
        oldest = self._reporting.late_age if late else self._reporting.fresh_age
        age = oldest * self._draws.unit("age", vehicle.vehicle_id, now.isoformat())
        place = self._place(vehicle, now - age)
        return Observed(place, now - age, SOURCE, VALID_FOR)

    def _place(self, vehicle: Vehicle, instant: datetime) -> Position:
        period = int(instant.timestamp() // MOVES_EVERY.total_seconds())
        name = (vehicle.vehicle_id, period)
        if self._draws.chance(self._reporting.at_depot, "at depot", *name):
            return vehicle.depot
        commune = self._draws.pick(self._around(vehicle.depot), "commune", *name)
        return site_in(commune, self._draws, "stand", *name).position

    def _around(self, depot: Position) -> tuple[Commune, ...]:
        if depot not in self._near:
            by_distance = sorted(
                self._communes, key=lambda one: crow_distance_m(one.position, depot)
            )
            self._near[depot] = tuple(by_distance[:NEIGHBOURS])
        return self._near[depot]
