"""What one request is searched on: its stops, its geometry, its prices, its weights."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from regulation.kernel.journeys import CareStop, JourneyRequest
from regulation.kernel.modes import OWN_MODES, Mode
from regulation.kernel.objective import Key
from regulation.kernel.places import Position
from regulation.kernel.travel import LegRate
from transport.known import Known
from transport.live_fleet import Duty, Epoch
from transport.settings import PairingSettings
from transport.shifts import Shifts
from transport.stop_table import Geometry, Profiles, StopTable
from transport.ways import Scales

UNASKED = object()
"""Marks what the request was not asked yet: it may answer None."""


@dataclass(frozen=True, slots=True)
class Trip:
    """A direct way by car: seconds and metres between two places."""

    origin: Position
    destination: Position
    car_s: int
    metres: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Read-only during the search; `known` only remembers what the request answered.

    `may_share`: somebody else could be aboard, since a vehicle has promised to carry one who may
    share it. `shifts` are those of the duties.
    """

    request: JourneyRequest
    epoch: Epoch
    profiles: Profiles
    ways: Geometry
    table: StopTable
    duties: Sequence[Duty]
    scales: Scales
    settings: PairingSettings
    known: Known = field(default_factory=Known)
    may_share: bool = field(init=False)
    shifts: Shifts = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shifts", Shifts.of_fleet(self.duties, self.epoch))
        object.__setattr__(self, "may_share", self._may_share())

    @property
    def modes(self) -> Sequence[Mode]:
        """Modes of the fleet on duty, and one's own."""
        driven = {duty.vehicle.mode for duty in self.duties}
        return sorted(driven | (self.request.needs.modes & OWN_MODES))

    def hours(self, first: int, last: int) -> range:
        """Hours of the clock between two instants, in seconds of the epoch."""
        return range(self.epoch.hour(first), self.epoch.hour(last) + 1)

    def zone(self, position: Position) -> Hashable:
        """Name the tariff zone of a position: rates are the same between the same zones."""
        zones = self.known.zones
        known = zones.get(position, UNASKED)
        if known is UNASKED:
            known = zones[position] = self.request.rates.zone(position)
        return known

    def period(self, hour: int) -> Hashable:
        """Name the tariff period of an hour of the clock: rates are the same all through one."""
        periods = self.known.periods
        known = periods.get(hour, UNASKED)
        if known is UNASKED:
            known = periods[hour] = self.request.rates.period(self._at(hour))
        return known

    def _may_share(self) -> bool:
        promised = (ride for duty in self.duties for ride in duty.rides)
        return self.request.needs.shared_allowed and any(
            ride.needs.shared_allowed for ride in promised
        )

    def there(self, number: int) -> Trip:
        """Return the direct way from the origin to a care stop."""
        table, stop = self.table, self.table.stops[number]
        seconds, metres = int(table.there_s[number]), int(table.there_m[number])
        return Trip(self.request.origin, stop.position, seconds, metres)

    def back(self, number: int) -> Trip:
        """Return the direct way from a care stop to home."""
        table, stop = self.table, self.table.stops[number]
        seconds, metres = int(table.back_s[number]), int(table.back_m[number])
        return Trip(stop.position, self.request.home, seconds, metres)

    def rate(
        self, mode: Mode, hour: int, riders: int, between: tuple[Position, Position]
    ) -> LegRate:
        """Return the rate of a leg that starts within an hour of the clock (see `Epoch.hour`)."""
        rates, (origin, destination) = self.known.rates, between
        key = (mode, self.period(hour), riders, self.zone(origin), self.zone(destination))
        known = rates.get(key)
        if known is None:
            known = rates[key] = self.request.rates(mode, self._at(hour), riders, between)
        return known

    def rates_of(
        self, mode: Mode, hours: Sequence[int], riders: int, between: tuple[Position, Position]
    ) -> tuple[list[LegRate], list[int]]:
        """Return the few rates of legs that start within these hours, and which is each hour's."""
        numbers: dict[int, int] = {}
        rates: list[LegRate] = []
        of_hour = []
        for hour in hours:
            rate = self.rate(mode, hour, riders, between)
            number = numbers.setdefault(id(rate), len(rates))
            if number == len(rates):
                rates.append(rate)
            of_hour.append(number)
        return rates, of_hour

    def _at(self, hour: int) -> datetime:
        """Return the first instant of the journey within an hour of the clock."""
        return self.epoch.instant(max(0, self.epoch.hour_begins(hour)))

    def key(self, number: int, burden: int, cost: int) -> Key:
        """Key of a journey to a care stop whose ways weigh this much."""
        table, step = self.table, self.scales.objective.burden_step
        total = int(table.burden[number]) + burden
        return int(table.late[number]), -(-total // step), int(table.cost[number]) + cost, total

    def runs(self, mode: Mode, first: int, last: int) -> bool:
        """Tell whether one can go that way between two instants, in seconds of the epoch."""
        ends = (self.epoch.instant(first), self.epoch.instant(last))
        return self.settings.own.runs(mode, *ends)

    def stop(self, number: int) -> CareStop:
        """Return a care stop by its number."""
        return self.table.stops[number]
