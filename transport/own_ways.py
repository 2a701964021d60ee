"""Ways by one's own means: on foot, by public transport, or by a car that brings one home too."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from regulation.kernel.modes import OWN_MODES, Mode
from regulation.kernel.objective import Key
from transport.arrays import Ints
from transport.ground import Ground, Trip
from transport.openings import Opening
from transport.own_means import ROUND_TRIP_MODES
from transport.pharmacies import Halts, Pharmacies
from transport.solver.choice import Part
from transport.ways import Staircase, Way, quantities_of

LEG_MODES = frozenset({Mode.ON_FOOT, Mode.PUBLIC_TRANSPORT})


@dataclass(frozen=True, slots=True)
class OwnWays:
    """What the person can do without a vehicle of the fleet, less what is outdone.

    A car that leads there leads home: of these whole journeys, the best by each means.
    """

    outward: tuple[Way, ...]
    homeward: tuple[Way, ...]
    round_trips: tuple[tuple[Way, Way], ...]

    @property
    def complete(self) -> tuple[tuple[Way, Way], ...]:
        """The whole journeys: one way there with one way home."""
        legs = ((there, home) for there in self.outward for home in self.homeward)
        return (*self.round_trips, *legs)


def own_ways(ground: Ground, pharmacies: Pharmacies, number: int, halts: Halts) -> OwnWays:
    """Return the ways to and from a care stop, home directly or by one of the halts."""
    modes = ground.request.needs.modes
    legs, cars = sorted(LEG_MODES & modes), sorted(ROUND_TRIP_MODES & modes)
    there = {mode: _outward(ground, number, mode) for mode in (*legs, *cars)}
    homes = _Homes(ground, pharmacies, number, halts)
    return OwnWays(
        outward=tuple(way for mode in legs if (way := there[mode]) is not None),
        homeward=tuple(way for mode in legs for way in homes.by(mode)),
        round_trips=tuple(
            (way, home)
            for mode in cars
            if (way := there[mode]) is not None and (home := homes.best_after(way)) is not None
        ),
    )


def leads_there(ground: Ground, number: int) -> bool:
    """Tell whether some own means gets the person to a care stop in time."""
    modes = ground.request.needs.modes & OWN_MODES
    return any(_outward(ground, number, mode) is not None for mode in sorted(modes))


def _outward(ground: Ground, number: int, mode: Mode) -> Way | None:
    trip, start = ground.there(number), int(ground.table.start[number])
    took = _took(ground, mode, trip)
    if took is None:
        return None
    ready = int(ground.epoch.seconds(ground.request.ready_at))
    left = max(ready, start - ground.settings.arrive_before_s - took)
    there = left + took
    if there > start or not ground.runs(mode, left, there):
        return None
    rate = ground.rate(mode, ground.epoch.hour(left), 1, (trip.origin, trip.destination))
    price = rate.of(trip.metres)
    quantities = quantities_of(
        aboard_s=took, waiting_s=start - there, away_s=start - left, price=price
    )
    burden, cost = ground.scales.weigh(quantities)
    return Way(
        part=Part.OUTWARD, stop=number, mode=mode, duty=None, met=left, boarded=left, there=there,
        distance_m=trip.metres, price=price, quantities=quantities, burden=burden, cost=cost,
    )  # fmt: skip


def _took(ground: Ground, mode: Mode, trip: Trip) -> int | None:
    took = ground.settings.own.durations_s(mode, np.array([trip.car_s]), np.array([trip.metres]))
    return int(took[0]) if np.isfinite(took[0]) else None


def _never(_: int) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class _Reached:
    """Halts one can reach in time by one mode, lightest first: rows among the halts, seconds
    there and on to home, the burden at the least fare there is."""

    rows: Ints
    to: Ints
    on: Ints
    burden: Ints


@dataclass(frozen=True, slots=True)
class _Homes:
    """Ways home from one care stop by one's own means."""

    ground: Ground
    pharmacies: Pharmacies
    number: int
    halts: Halts

    def best_after(self, there: Way) -> Way | None:
        """Return the way home by the means one came by that makes the best whole journey."""
        best: tuple[Key, Way] | None = None

        def key(burden: int, cost: int) -> Key:
            return self.ground.key(self.number, there.burden + burden, there.cost + cost)

        def is_past(burden: int) -> bool:
            return best is not None and key(burden, 0) > best[0]

        for home in self.by(there.mode, is_past):
            found = key(home.burden, home.cost)
            if best is None or found < best[0]:
                best = found, home
        return None if best is None else best[1]

    def by(self, mode: Mode, is_past: Callable[[int], bool] = _never) -> Iterator[Way]:
        """Yield the ways by a mode that none of the same mode outdoes, lightest first, until they
        weigh so much that they are past.

        A halt is ranked by its burden at the fare of the shortest way: it weighs no less. So
        nothing after a way of the least cost that is no heavier than that is any better.
        """
        best = Staircase()
        direct = self._direct(mode)
        if direct is not None:
            best.add(direct.burden, direct.cost)
            yield direct
        if not len(self.halts):
            return
        reached, least_cost = self._reached(mode), int(self.halts.cost.min())
        for rank, row in enumerate(reached.rows.tolist()):
            burden, cost = int(reached.burden[rank]), int(self.halts.cost[row])
            if best.outdoes(burden, least_cost) or is_past(burden):
                return
            if best.outdoes(burden, cost):
                continue
            took = (int(reached.to[rank]), int(reached.on[rank]))
            legs = self.pharmacies.trips(self.number, self.halts, row)
            way = self._way(mode, legs, took, row)
            if way is not None:
                best.add(way.burden, way.cost)
                yield way

    def _direct(self, mode: Mode) -> Way | None:
        trip = self.ground.back(self.number)
        took = _took(self.ground, mode, trip)
        return None if took is None else self._way(mode, (trip,), (took,), None)

    def _reached(self, mode: Mode) -> _Reached:
        halts, own, scales = self.halts, self.ground.settings.own, self.ground.scales
        end = int(self.ground.table.end[self.number])
        to = own.durations_s(mode, halts.to_s, halts.to_m)
        on = own.durations_s(mode, halts.on_s, halts.on_m)
        served = np.maximum(end + to, halts.opens)
        rows = np.flatnonzero((served <= halts.closes) & np.isfinite(on))
        to, on, served = to[rows], on[rows], served[rows]
        waiting, away = served - to - end, served + halts.service[rows] + on - end
        burden = scales.aboard * (to + on) + scales.waiting * waiting + scales.away * away
        whole = burden.astype(np.int64) + halts.burden[rows] + self._least_fare(mode)
        order = np.argsort(whole, kind="stable")
        return _Reached(rows[order], _whole(to[order]), _whole(on[order]), whole[order])

    def _least_fare(self, mode: Mode) -> int:
        """Points of own pay of the shortest way by a halt."""
        ground, end = self.ground, int(self.ground.table.end[self.number])
        ends = (ground.stop(self.number).position, ground.request.home)
        shortest = int((self.halts.to_m + self.halts.on_m).min())
        rate = ground.rate(mode, ground.epoch.hour(end), 1, ends)
        return ground.scales.own_pay * rate.of(shortest).patient_cents

    def _way(
        self, mode: Mode, legs: tuple[Trip, ...], took: tuple[int, ...], row: int | None
    ) -> Way | None:
        ground, end = self.ground, int(self.ground.table.end[self.number])
        opening = None if row is None else self._opening(row)
        stop_s = None if row is None else self._halt(row, end + took[0])
        left = end if stop_s is None else stop_s[0] - took[0]
        home = left + took[0] if stop_s is None else stop_s[1] + took[1]
        if not ground.runs(mode, left, home):
            return None
        metres = sum(leg.metres for leg in legs)
        ends = (legs[0].origin, legs[-1].destination)
        price = ground.rate(mode, ground.epoch.hour(end), 1, ends).of(metres)
        quantities = {
            **quantities_of(
                aboard_s=sum(took), waiting_s=left - end, away_s=home - end, price=price
            ),
            **halt_quantities(ground, opening),
        }
        burden, cost = ground.scales.weigh(quantities)
        return Way(
            part=Part.RETURN, stop=self.number, mode=mode, duty=None, met=left, boarded=left,
            there=home, distance_m=metres, halt=opening, halt_times=stop_s, price=price,
            quantities=quantities, burden=burden, cost=cost,
        )  # fmt: skip

    def _opening(self, row: int) -> Opening:
        return self.pharmacies.openings[int(self.halts.numbers[row])]

    def _halt(self, row: int, arrive: int) -> tuple[int, int]:
        served = max(arrive, int(self.halts.opens[row]))
        return served, served + int(self.halts.service[row])


def _whole(seconds: NDArray[np.float64]) -> Ints:
    return seconds.astype(np.int64)


def halt_quantities(ground: Ground, opening: Opening | None) -> dict[str, int]:
    """What passing by a pharmacy, or by none, weighs by itself."""
    if opening is not None:
        return dict(opening.pharmacy.penalties)
    stake = ground.request.pharmacy_stake
    return {"missed_pharmacy": stake} if stake else {}
