"""Ways by one's own means: on foot, by public transport, or by a car that brings one home too."""

from collections.abc import Iterator, Sequence

from regulation.kernel.journeys import PharmacyStop
from regulation.kernel.modes import Mode
from transport.chunk import open_after
from transport.ground import Ground, Trip
from transport.own_means import ROUND_TRIP_MODES
from transport.solver.choice import Part
from transport.ways import Way, quantities_of

LEG_MODES = (Mode.ON_FOOT, Mode.PUBLIC_TRANSPORT)

PharmacyTrip = tuple[PharmacyStop | None, tuple[Trip, ...]]
"""A pharmacy with the ways to it and on to home; None with the direct way home."""


def own_outward(ground: Ground, number: int) -> Iterator[Way]:
    """Yield each way there that leaves no car behind."""
    for mode in LEG_MODES:
        if mode in ground.request.needs.modes:
            way = _outward(ground, number, mode)
            if way is not None:
                yield way


def own_homeward(ground: Ground, number: int, trips: Sequence[PharmacyTrip]) -> Iterator[Way]:
    """Yield each way home that needs no car found there."""
    for mode in LEG_MODES:
        if mode in ground.request.needs.modes:
            for pharmacy, legs in trips:
                way = _homeward(ground, number, mode, pharmacy, legs)
                if way is not None:
                    yield way


def round_trips(
    ground: Ground, number: int, trips: Sequence[PharmacyTrip]
) -> Iterator[tuple[Way, Way]]:
    """Yield the ways there and home of a car that waits."""
    for mode in sorted(ROUND_TRIP_MODES & ground.request.needs.modes):
        outward = _outward(ground, number, mode)
        if outward is None:
            continue
        for pharmacy, legs in trips:
            homeward = _homeward(ground, number, mode, pharmacy, legs)
            if homeward is not None:
                yield outward, homeward


def _outward(ground: Ground, number: int, mode: Mode) -> Way | None:
    trip, start = ground.there(number), int(ground.table.start[number])
    at = ground.stop(number).start
    took = ground.settings.own.duration_s(mode, trip.car_s, trip.metres, at)
    if took is None:
        return None
    ready = int(ground.epoch.seconds(ground.request.ready_at))
    left = max(ready, start - ground.settings.arrive_before_s - took)
    there = left + took
    if there > start or not ground.runs(mode, left, there):
        return None
    price = ground.price(mode, trip.metres, left, 1, (trip.origin, trip.destination))
    quantities = quantities_of(
        aboard_s=there - left, waiting_s=start - there, away_s=start - left, price=price
    )
    burden, cost = ground.scales.weigh(quantities)
    return Way(
        part=Part.OUTWARD, stop=number, mode=mode, duty=None, met=left, boarded=left, there=there,
        distance_m=trip.metres, price=price, quantities=quantities, burden=burden, cost=cost,
    )  # fmt: skip


def _homeward(
    ground: Ground, number: int, mode: Mode, pharmacy: PharmacyStop | None, legs: tuple[Trip, ...]
) -> Way | None:
    end, at = int(ground.table.end[number]), ground.stop(number).end
    took = [ground.settings.own.duration_s(mode, leg.car_s, leg.metres, at) for leg in legs]
    known = [seconds for seconds in took if seconds is not None]
    if len(known) < len(legs):
        return None
    halts = None if pharmacy is None else _halts(ground, number, pharmacy, end + known[0])
    if pharmacy is not None and halts is None:
        return None
    left = end if halts is None else halts[0] - known[0]
    home = left + known[0] if halts is None else halts[1] + known[1]
    if not ground.runs(mode, left, home):
        return None
    metres = sum(leg.metres for leg in legs)
    price = ground.price(mode, metres, end, 1, (legs[0].origin, legs[-1].destination))
    quantities = {
        **quantities_of(aboard_s=sum(known), waiting_s=left - end, away_s=home - end, price=price),
        **pharmacy_quantities(ground, pharmacy),
    }
    burden, cost = ground.scales.weigh(quantities)
    return Way(
        part=Part.RETURN, stop=number, mode=mode, duty=None, met=left, boarded=left, there=home,
        distance_m=metres, pharmacy=pharmacy, halts=halts, price=price, quantities=quantities,
        burden=burden, cost=cost,
    )  # fmt: skip


def _halts(
    ground: Ground, number: int, pharmacy: PharmacyStop, arrive: int
) -> tuple[int, int] | None:
    window = open_after(pharmacy, ground.stop(number).end)
    assert window is not None, "only pharmacies that will be open are candidates"
    served = max(arrive, int(ground.epoch.seconds(window.start)))
    done = served + pharmacy.service_s
    return (served, done) if done <= ground.epoch.seconds(window.end) else None


def pharmacy_quantities(ground: Ground, pharmacy: PharmacyStop | None) -> dict[str, int]:
    """What passing by a pharmacy, or by none, weighs by itself."""
    if pharmacy is not None:
        return dict(pharmacy.penalties)
    stake = ground.request.pharmacy_stake
    return {"missed_pharmacy": stake} if stake else {}
