"""The fleet at work: each vehicle is free between its other engagements."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from adapters.territory.territory import Territory
from regulation.kernel.time import Calendar, TimeWindow
from simulations.draws import Draws
from simulations.figures import Figures
from transport.fleet import Vehicle

BEFORE, AFTER = timedelta(hours=12), timedelta(days=4)
SOON = timedelta(hours=12)
"""Whoever must be brought home is not kept waiting for a shift that begins later (assumption)."""

LEAST_FREE = timedelta(minutes=30)
"""Shorter gaps between two engagements are of no use to anybody (assumption)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """A vehicle stops where it is, and drives again later."""

    vehicle_id: str
    at: datetime
    until: datetime


@dataclass(slots=True, kw_only=True)
class WorkingFleet:
    """Vehicles with the windows in which they may serve us, from the seed alone."""

    territory: Territory
    calendar: Calendar
    figures: Figures
    draws: Draws
    breakdowns: tuple[Breakdown, ...] = ()
    _vehicles: tuple[Vehicle, ...] = ()
    _hourly: dict[datetime, tuple[Vehicle, ...]] = field(default_factory=dict)
    _soon: dict[datetime, tuple[tuple[Vehicle, Vehicle], ...]] = field(default_factory=dict)
    _providers: dict[str, str] = field(default_factory=dict)

    def open(self, window: TimeWindow) -> None:
        """Draw the engagements of a period."""
        whole = TimeWindow(window.start - BEFORE, window.end + AFTER)
        found: list[Vehicle] = []
        broken: list[Breakdown] = []
        for one in self.territory.fleet_on(whole, self.calendar):
            broken.extend(self._broken(one, window))
            shifts = tuple(piece for shift in one.shifts for piece in self._left(one, shift))
            if shifts:
                found.append(replace(one, shifts=shifts))
        self._vehicles = tuple(found)
        self.breakdowns = tuple(sorted(broken, key=lambda one: (one.at, one.vehicle_id)))

    def at(self, now: datetime) -> tuple[Vehicle, ...]:
        """Return the vehicles with what is left of their coming days."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        if hour not in self._hourly:
            self._hourly = {hour: tuple(self._within(TimeWindow(hour, hour + AFTER)))}
        return self._hourly[hour]

    def soon(self, now: datetime, but: frozenset[str]) -> tuple[Vehicle, ...]:
        """Return the vehicles with their shifts of the next hours; these whole."""
        hour = now.replace(minute=0, second=0, microsecond=0)
        window = TimeWindow(hour, hour + SOON)
        if hour not in self._soon:
            near = ((one, _cut(one, window)) for one in self.at(now))
            self._soon = {hour: tuple(near)}
        known = ((one if one.vehicle_id in but else cut) for one, cut in self._soon[hour])
        return tuple(one for one in known if one.shifts)

    def provider(self, vehicle_id: str) -> str:
        """Name the transporter of a vehicle."""
        if not self._providers:
            self._providers = {one.vehicle_id: one.provider for one in self.territory.fleet}
        return self._providers[vehicle_id]

    def _broken(self, vehicle: Vehicle, window: TimeWindow) -> Iterator[Breakdown]:
        """Draw when a vehicle breaks down in its shifts of a period."""
        chance = self.figures.number("fleet", "breakdown")
        out = timedelta(hours=self.figures.number("fleet", "breakdown_hours"))
        for shift in vehicle.shifts:
            name = (vehicle.vehicle_id, shift.start.isoformat())
            if self.draws.chance(chance, "breaks down", *name):
                at = shift.start + self.draws.unit("broken at", *name) * shift.length
                if window.contains(at):
                    at = at.replace(microsecond=0)
                    yield Breakdown(vehicle_id=vehicle.vehicle_id, at=at, until=at + out)

    def _within(self, window: TimeWindow) -> Iterator[Vehicle]:
        for one in self._vehicles:
            shifts = tuple(shift for shift in one.shifts if shift.overlaps(window))
            if shifts:
                yield one if shifts == one.shifts else replace(one, shifts=shifts)

    def _left(self, vehicle: Vehicle, shift: TimeWindow) -> Iterator[TimeWindow]:
        """Cut a shift into the pieces that other engagements leave."""
        share = self.figures.number("fleet", "other_work")
        free = self.figures.number("fleet", "free_minutes")
        name = (vehicle.vehicle_id, shift.start.isoformat())
        busy = free * share / (1 - share) if share < 1 else float("inf")
        start, rank = shift.start, 0
        if self.draws.chance(share, "engaged", *name):
            start += self._minutes(busy, "busy", *name, rank)
        while start < shift.end:
            end = min(shift.end, start + self._minutes(free, "free", *name, rank))
            if end - start >= LEAST_FREE:
                yield TimeWindow(start, end)
            rank += 1
            start = end + self._minutes(busy, "busy", *name, rank)

    def _minutes(self, mean: float, *name: object) -> timedelta:
        minutes = min(self.draws.exponential(mean, *name), 10_000.0) if mean else 0.0
        return timedelta(seconds=round(60 * minutes))


def _cut(vehicle: Vehicle, window: TimeWindow) -> Vehicle:
    shifts = tuple(one for one in vehicle.shifts if one.overlaps(window))
    return vehicle if shifts == vehicle.shifts else replace(vehicle, shifts=shifts)
