"""Where the vehicles of a territory are seen at an instant: fresh, old, or never."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

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

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reporting:
    """How vehicles report their position; shares and paces are assumptions."""

    silent: float = 0.1
    late: float = 0.1
    at_depot: float = 0.4
    every: timedelta = timedelta(minutes=2)
    late_every: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class _Seen:
    """A vehicle as it is seen from `since` up to `until`."""

    vehicle: Vehicle
    seen: Vehicle
    since: datetime
    until: datetime


class LivingFleet:
    """Gives each vehicle on shift the position it last reported, from the seed and the instant.

    Each reports at its own pace, from its own instant on: between two reports it is seen the same.
    """

    def __init__(self, territory: Territory, seed: int, reporting: Reporting | None = None) -> None:
        self._communes = territory.communes
        self._draws = Draws(seed)
        self._reporting = reporting or Reporting()
        self._near: dict[Position, tuple[Commune, ...]] = {}
        self._last: dict[str, _Seen] = {}

    def seen_at(self, vehicles: tuple[Vehicle, ...], now: datetime) -> tuple[Vehicle, ...]:
        """Return the vehicles with their positions; off shift or silent ones have none."""
        return tuple(self._seen(one, now) for one in vehicles)

    def _seen(self, vehicle: Vehicle, now: datetime) -> Vehicle:
        last = self._last.get(vehicle.vehicle_id)
        if last is None or last.vehicle is not vehicle or not last.since <= now < last.until:
            last = self._last[vehicle.vehicle_id] = self._look(vehicle, now)
        return last.seen

    def _look(self, vehicle: Vehicle, now: datetime) -> _Seen:
        told = self._draws.unit("reports", vehicle.vehicle_id)
        late = told < self._reporting.silent + self._reporting.late
        every = self._reporting.late_every if late else self._reporting.every
        begun = EPOCH + every * self._draws.unit("begins", vehicle.vehicle_id)
        since = begun + (now - begun) // every * every
        if told < self._reporting.silent or not vehicle.is_on_shift_at(now):
            seen = replace(vehicle, position=None)
        else:
            place = self._place(vehicle, since)
            seen = replace(vehicle, position=Observed(place, since, SOURCE, VALID_FOR))
        turns = [at for one in vehicle.shifts for at in (one.start, one.end)]
        since_turn = max([since, *(at for at in turns if at <= now)])
        until = min([since + every, *(at for at in turns if at > now)])
        return _Seen(vehicle, seen, since_turn, until)

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
