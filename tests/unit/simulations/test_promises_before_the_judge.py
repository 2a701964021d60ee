"""The rides promised with the demonstration fleet, on the road model, before `check`."""

from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from adapters.roads.model import RoadModel
from adapters.roads.places import Place
from regulation.kernel.time import TimeWindow
from simulations.living_fleet import LivingFleet
from simulations.promised import promise_rides
from tests.unit.adapters.territory_folders import NO_HOLIDAY
from tests.unit.simulations.demonstration import haute_garonne
from transport.fleet import FleetView
from transport.live_fleet import Carriers, Epoch, ProblemParts
from transport.plan import Plan, Route, Stop, check
from transport.problem import Problem

PARIS = ZoneInfo("Europe/Paris")
TUESDAY = datetime(2026, 3, 10, 10, tzinfo=PARIS)
BEFORE_RUSH = datetime(2026, 3, 10, 15, 30, tzinfo=PARIS)
SATURDAY = datetime(2026, 3, 14, 20, tzinfo=PARIS)


@cache
def roads():
    places = [
        Place(position=commune.position, population=commune.population)
        for commune in haute_garonne().communes
    ]
    return RoadModel.from_places(places, name="de la Haute-Garonne")


def promised(now, count):
    window = TimeWindow(now, now + timedelta(hours=4))
    on = haute_garonne().fleet_on(window, NO_HOLIDAY)
    vehicles = LivingFleet(haute_garonne(), 7).seen_at(on, now)
    return promise_rides(haute_garonne(), vehicles, roads(), now=now, count=count, seed=7)


def duties_of(fleet, now):
    for vehicle in fleet.vehicles:
        rides = fleet.rides_of(vehicle.vehicle_id)
        for ride in rides[:1]:
            alone = FleetView(vehicles=(vehicle,), rides=rides)
            carriers = Carriers(alone, ride.needs, now)
            yield from (duty for duty in carriers.until(now + timedelta(hours=8)) if duty.rides)


def problem_of(fleet, now):
    """Write the promised rides alone as a problem, in every traffic they may meet."""
    places = {fleet.vehicles[0].depot: 0}
    profiles = {roads().profile(now): (0, now)}

    def location(position):
        return places.setdefault(position, len(places))

    def profile(at):
        return profiles.setdefault(roads().profile(at), (len(profiles), at))[0]

    parts = ProblemParts(
        epoch=Epoch(now),
        location=location,
        profile=profile,
        nodes=[],
        rides=[],
        vehicles=[],
        journeys=[],
    )
    parts.promise(list(duties_of(fleet, now)))
    matrices = [roads().matrix(list(places), list(places), at) for _, at in profiles.values()]
    return Problem(
        nodes=tuple(parts.nodes),
        rides=tuple(parts.rides),
        vehicles=tuple(parts.vehicles),
        journeys=tuple(parts.journeys),
        travel=np.stack([one.durations_s for one in matrices]).astype(np.float64),
        distance=matrices[0].distances_m.astype(np.float64),
    )


def as_promised(problem, number):
    """Drive the stops of a vehicle in their order, each as early as its window opens."""
    spec = problem.vehicles[number]
    free, here, profile, stops = spec.earliest, spec.start_location, spec.profile, []
    for node in spec.planned:
        halt = problem.nodes[node]
        arrive = free + problem.duration(profile, here, halt.location)
        begin = max(arrive, halt.open)
        free, here, profile = begin + halt.service, halt.location, halt.profile
        stops.append(Stop(node=node, arrive=arrive, begin=begin, depart=free))
    end = free + problem.duration(profile, here, spec.end_location)
    return Route(vehicle=number, start=spec.earliest, stops=tuple(stops), end=end)


@pytest.mark.parametrize(
    ("now", "count"),
    [(TUESDAY, 60), (BEFORE_RUSH, 60), (SATURDAY, 20)],
    ids=["ordinary morning", "before the rush", "Saturday evening"],
)
def test_the_judge_accepts_every_promised_ride(now, count):
    problem = problem_of(promised(now, count), now)
    routes = [as_promised(problem, number) for number in range(len(problem.vehicles))]
    plan = Plan(routes=tuple(routes), options=(0,) * len(problem.journeys))
    assert len(problem.journeys) == count
    assert check(plan, problem) == ()
