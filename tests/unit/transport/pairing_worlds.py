"""Tiny worlds for pairing: straight roads, a flat fare, a handful of places, made by code."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from regulation.kernel.journeys import CareStop, JourneyRequest, PharmacyStop
from regulation.kernel.modes import FLEET_MODES, Encounter, Mode, Payer, PharmacyNeed, Tier
from regulation.kernel.objective import Objective, Term
from regulation.kernel.places import Position, crow_distance_m
from regulation.kernel.planner import Budget
from regulation.kernel.riders import Load, RiderNeeds
from regulation.kernel.time import TimeWindow
from regulation.kernel.travel import LegPrice, TravelMatrix
from tests.worlds import by_leg
from transport.fleet import FleetView, PromisedRide, Vehicle
from transport.memo import TravelMemo
from transport.own_means import OwnMeans
from transport.pairing import FleetPlanner
from transport.settings import PairingSettings

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
HERE = Position(lat=43.6, lon=1.44)
ONE_SEAT = RiderNeeds(load=Load(seats=1), modes=frozenset({Mode.TAXI}))


def terms() -> dict[str, Term]:
    weights = {
        "late_min": (Tier.LATENESS, 1),
        "delay_s": (Tier.BURDEN, 2),
        "waiting_s": (Tier.BURDEN, 4),
        "aboard_s": (Tier.BURDEN, 8),
        "away_s": (Tier.BURDEN, 2),
        "own_pay_cents": (Tier.BURDEN, 6),
        "missed_pharmacy": (Tier.BURDEN, 20),
        "public_cost_cents": (Tier.COST, 10),
        "unknown_access": (Tier.COST, 20_000),
        "fleet_m": (Tier.COST, 1),
    }
    return {
        name: Term(name=name, tier=tier, weight=weight) for name, (tier, weight) in weights.items()
    }


OBJECTIVE = Objective(terms=terms(), burden_step=2400)
OWN = OwnMeans(
    walk_speed_m_s=1.2,
    walk_max_m=1000,
    transit_factor=2.0,
    transit_access_s=600,
    transit_first=time(6),
    transit_last=time(23),
    zone=ZoneInfo("Europe/Paris"),
)
SETTINGS = PairingSettings(
    own=OWN, max_wait_home_s=3600, arrive_before_s=300, pharmacies=3, chunk=4, max_stops=400
)


class StraightRoads:
    """Ten metres a second as the crow flies, the same at every hour."""

    label = "lignes droites (essai)"

    def profile(self, at):
        return "day"

    def matrix(self, origins, destinations, depart_at):
        lengths = [[crow_distance_m(a, b) for b in destinations] for a in origins]
        metres = np.rint(np.array(lengths).reshape(len(origins), len(destinations)))
        return TravelMatrix(
            durations_s=np.ceil(metres / 10).astype(np.int32), distances_m=metres.astype(np.int32)
        )


class RushHour(StraightRoads):
    """Slower from half past noon to two; two minutes to get in and out of a car, so that close
    by one is there sooner on foot."""

    def profile(self, at):
        return "rush" if 30 * MINUTE <= at - NOON < 120 * MINUTE else "day"

    def matrix(self, origins, destinations, depart_at):
        plain = super().matrix(origins, destinations, depart_at)
        slower = 2 if self.profile(depart_at) == "rush" else 1
        doors = 120 * (plain.distances_m > 0)
        durations = (slower * plain.durations_s + doors).astype(np.int32)
        return TravelMatrix(durations_s=durations, distances_m=plain.distances_m)


@by_leg
def dear_hours(mode, distance_m, depart_at, riders, between):
    """Half as much again from one to three; a VSL is paid for but for a tenth, a car of
    one's own costs its petrol."""
    if mode not in FLEET_MODES:
        petrol = distance_m // 20 if mode in {Mode.OWN_CAR, Mode.COMPANION_CAR} else 0
        return LegPrice(total_cents=petrol, patient_cents=petrol, am_cents=0, payer=Payer.PATIENT)
    dear = 60 * MINUTE <= depart_at - NOON < 180 * MINUTE
    total = (1000 + distance_m // 5) * (3 if dear else 2) // 2 // riders
    paid = total // 10 if mode is Mode.VSL else total
    return LegPrice(total_cents=total, patient_cents=paid, am_cents=total - paid, payer=Payer.CPAM)


@by_leg
def flat_fare(mode, distance_m, depart_at, riders, between):
    """Ten euros and two a kilometre in a vehicle, all paid by the patient; own means are free."""
    if mode not in FLEET_MODES:
        return LegPrice(total_cents=0, patient_cents=0, am_cents=0, payer=Payer.PATIENT)
    total = (1000 + distance_m // 5) // riders
    return LegPrice(total_cents=total, patient_cents=total, am_cents=0, payer=Payer.PATIENT)


def _short_trips(mode, distance_m, depart_at, riders, between):
    """A fare that falls where an add-on for short trips ends, as that of a VSL does."""
    if mode not in FLEET_MODES:
        return LegPrice(total_cents=0, patient_cents=0, am_cents=0, payer=Payer.PATIENT)
    add_on = next((cents for up_to, cents in SHORT_TRIPS.items() if distance_m <= up_to), 0)
    total = (1000 + distance_m // 10 + add_on) // riders
    return LegPrice(total_cents=total, patient_cents=total, am_cents=0, payer=Payer.PATIENT)


SHORT_TRIPS = {5000: 2500, 10_000: 2000}
short_trips = by_leg(_short_trips, falls_at=tuple(up_to + 1 for up_to in SHORT_TRIPS))


def by_others(rates):
    """The same fares, of which the person pays nothing."""

    def fare(*leg):
        price = rates.fare(*leg)
        total = price.total_cents
        return LegPrice(total_cents=total, patient_cents=0, am_cents=total, payer=Payer.CPAM)

    return by_leg(fare, falls_at=rates.falls_at, is_flat=rates.is_flat)


def place(north_km, east_km):
    """A position so many kilometres from HERE."""
    return Position(lat=HERE.lat + north_km / 111.2, lon=HERE.lon + east_km / 80.5)


def care(name, where, after_min, **changes):
    """A care stop `after_min` minutes after noon, twenty minutes long."""
    start = NOON + after_min * MINUTE
    parts = {
        "stop_id": name,
        "place_id": name,
        "encounter": Encounter.PATIENT_TRAVELS,
        "position": where,
        "start": start,
        "end": start + 20 * MINUTE,
        "doors_open": start - 45 * MINUTE,
        "penalties": {"delay_s": after_min * 60},
    }
    return CareStop(**{**parts, **changes})


def pharmacy(name, where, **changes):
    """A pharmacy open all day."""
    window = TimeWindow(NOON - timedelta(hours=6), NOON + timedelta(hours=12))
    parts = {"stop_id": name, "position": where, "open_windows": (window,), "service_s": 300}
    return PharmacyStop(**{**parts, **changes})


def taxi(name, where, **changes):
    """A taxi on duty from noon to midnight."""
    parts = {
        "vehicle_id": name,
        "mode": Mode.TAXI,
        "provider": "Taxis du test",
        "capacity": Load(seats=3),
        "crew": 1,
        "shifts": (TimeWindow(NOON - timedelta(hours=1), NOON + timedelta(hours=12)),),
        "depot": where,
    }
    return Vehicle(**{**parts, **changes})


def call(*stops, **changes):
    """A person at HERE who may ride in a taxi."""
    parts = {
        "request_id": "appel",
        "origin": HERE,
        "home": HERE,
        "ready_at": NOON,
        "needs": ONE_SEAT,
        "stops": stops,
        "pharmacies": (),
        "pharmacy_need": PharmacyNeed.NONE,
        "rates": flat_fare,
    }
    return JourneyRequest(**{**parts, **changes})


def promised(name, vehicle, pickup, dropoff, after_min, minutes, **changes):  # noqa: PLR0917  a sentence
    """A ride promised on a vehicle, to be kept within ten minutes."""
    parts = {
        "ride_id": name,
        "vehicle_id": vehicle,
        "pickup": pickup,
        "dropoff": dropoff,
        "pickup_at": NOON + after_min * MINUTE,
        "dropoff_at": NOON + (after_min + minutes) * MINUTE,
        "tolerance": 10 * MINUTE,
        "needs": ONE_SEAT,
    }
    return PromisedRide(**{**parts, **changes})


def planner(*vehicles, rides=(), settings=SETTINGS, roads=None):
    """A planner over these vehicles and promises; its stopwatch stands still."""
    return FleetPlanner(
        fleet=FleetView(vehicles=vehicles, rides=rides),
        travel=TravelMemo(roads or StraightRoads()),
        objective=OBJECTIVE,
        settings=settings,
        stopwatch=lambda: 0.0,
    )


def pair(request, *vehicles, rides=(), budget=None):
    """Pair one request at noon; return the result and its ranked journeys."""
    result = planner(*vehicles, rides=rides).pair((request,), NOON, budget or Budget())
    return result, result.journeys[request.request_id]
