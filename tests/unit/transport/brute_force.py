"""Every journey of a request, enumerated without pruning, bounds or solver; `check` judges."""

from dataclasses import replace
from datetime import timedelta
from itertools import combinations_with_replacement, pairwise, product
from typing import Any

import numpy as np

from regulation.kernel.modes import Encounter, Mode
from regulation.kernel.planner import Budget
from transport.chunk import ChunkBuilder
from transport.coarse import coarse_burdens
from transport.fleet_ways import left_late, with_ride
from transport.openings import Opening
from transport.pharmacies import Pharmacies
from transport.plan import Plan, check
from transport.problem import Journey, Option
from transport.search import Terrain, lay_out, search
from transport.solver.choice import Part
from transport.solver.compiled import compile_problem
from transport.timing import route_of, time_route
from transport.ways import Scales

OWN_CARS = (Mode.OWN_CAR, Mode.COMPANION_CAR)


def terrain_of(planner, now):
    """What a planner searches on at an instant."""
    return Terrain(
        fleet=planner.fleet,
        travel=planner.travel,
        scales=Scales(planner.objective),
        settings=planner.settings,
        now=now,
    )


def bounds_of(request, planner, now):
    """Bounds of the care stops of a request before any is looked at."""
    terrain = terrain_of(planner, now)
    laid = lay_out(request, terrain, Budget())
    assert laid is not None
    return coarse_burdens(laid[0], Pharmacies(laid[0], terrain.travel))


def best_key(request, planner, now):
    """The least (late, felt burden, cost, burden) of all feasible journeys; None: no journey."""
    return min((key for keys in keys_by_stop(request, planner, now) for key in keys), default=None)


def keys_by_stop(request, planner, now):
    """Yield the keys of all feasible journeys to each care stop that is worth a look."""
    terrain = terrain_of(planner, now)
    ground = search(request, terrain, Budget(deterministic=0.001)).ground
    if ground is not None:
        for number in range(len(request.stops)):
            yield list(_keys(ground, terrain, number))


def _keys(ground, terrain, number):
    stop, objective = ground.stop(number), ground.scales.objective
    if stop.encounter is not Encounter.PATIENT_TRAVELS:
        yield objective.rank_key(objective.tiers(stop.penalties))
        return
    halts = [
        Opening(pharmacy, window)
        for pharmacy in ground.request.pharmacies
        for window in pharmacy.open_windows
        if _is_open(pharmacy, window, stop, terrain)
    ]
    builder = ChunkBuilder(
        request=ground.request,
        epoch=ground.epoch,
        travel=terrain.travel,
        profiles=ground.profiles,
        ways=ground.ways,
        settings=terrain.settings,
    )
    chunk = builder.build({number: (stop, halts)}, ground.duties)
    outward, *homeward = chunk.tasks[number]
    for home in homeward:
        for quantities in _journeys(ground, chunk, outward, home, stop):
            total = {"away_s": round((stop.end - stop.start).total_seconds())}
            for part in (stop.penalties, *quantities):
                for name, amount in part.items():
                    total[name] = total.get(name, 0) + amount
            yield objective.rank_key(objective.tiers(total))


def _is_open(pharmacy, window, stop, terrain):
    """It opens before one gives up waiting, and serves nobody who comes too late."""
    waits = timedelta(seconds=terrain.settings.max_wait_home_s)
    served = window.end - stop.end >= timedelta(seconds=pharmacy.service_s)
    return served and window.start - stop.end <= waits


def _journeys(ground, chunk, outward, home, stop):
    """Yield the quantities of the two parts, for every carrier of each."""
    cars = [mode for mode in OWN_CARS if mode in ground.request.needs.modes]
    for mode in cars:
        one, two = _own_out(ground, mode, stop), _own_home(ground, chunk, mode, home, stop)
        if one and two:
            yield one, two
    legs = [m for m in (Mode.ON_FOOT, Mode.PUBLIC_TRANSPORT) if m in ground.request.needs.modes]
    outs = [one for m in legs if (one := _own_out(ground, m, stop))]
    homes = [one for m in legs if (one := _own_home(ground, chunk, m, home, stop))]
    fleet_outs = list(_fleet(ground, chunk, stop, [outward]))
    fleet_homes = list(_fleet(ground, chunk, stop, [home]))
    outs += [parts[0] for _, parts in fleet_outs]
    homes += [parts[0] for _, parts in fleet_homes]
    tagged_outs: list[tuple[int | None, Any]] = [
        (None, q) for q in outs[: len(outs) - len(fleet_outs)]
    ]
    tagged_outs += [(v, parts[0]) for v, parts in fleet_outs]
    tagged_homes: list[tuple[int | None, Any]] = [
        (None, q) for q in homes[: len(homes) - len(fleet_homes)]
    ]
    tagged_homes += [(v, parts[0]) for v, parts in fleet_homes]
    for (v, one), (w, two) in product(tagged_outs, tagged_homes):
        if v is None or v != w:
            yield one, two
    for _, parts in _fleet(ground, chunk, stop, [outward, home]):
        yield parts


def _fleet(ground, chunk, stop, tasks):
    """Yield (vehicle, quantities by task) for every order of the stops in every vehicle."""
    problem, compiled = chunk.problem, compile_problem(chunk.problem)
    for vehicle, duty in enumerate(chunk.duties):
        base = list(problem.vehicles[vehicle].planned)
        for nodes in _orders(base, [problem.rides[task.ride].stops for task in tasks]):
            late = [
                n for t in tasks if t.part.value == "outward" for n in problem.rides[t.ride].stops
            ]
            begins = time_route(compiled, vehicle, nodes, late=late)
            if begins is None:
                continue
            for task in tasks:
                if task.part is Part.RETURN:
                    stops = problem.rides[task.ride].stops
                    begins[stops[0]] = left_late(problem, nodes, stops, begins)
            if not _accepted(problem, vehicle, nodes, begins, tasks):
                continue
            if any(
                begins[problem.rides[t.ride].stops[0]] < duty.vehicle.notice.total_seconds()
                for t in tasks
            ):
                continue
            added = _length(problem, vehicle, nodes) - _length(problem, vehicle, base)
            yield (
                vehicle,
                [
                    _measured(
                        ground,
                        chunk,
                        duty,
                        stop,
                        task,
                        nodes=nodes,
                        begins=begins,
                        fleet_m=added if i == 0 else 0,
                    )
                    for i, task in enumerate(tasks)
                ],
            )


def _orders(base, rides):
    """Every way to merge the stops of the rides, each in order, into the base."""
    orders = [list(base)]
    for ride in rides:
        orders = [
            with_ride(order, ride, gaps)
            for order in orders
            for gaps in combinations_with_replacement(range(len(order) + 1), len(ride))
        ]
    return orders


def _accepted(problem, vehicle, nodes, begins, tasks):
    mine = {ride for j in problem.journeys[:-1] for ride in j.options[0].rides}
    kept = [
        j
        for j in problem.journeys[:-1]
        if problem.rides[j.options[0].rides[0]].vehicles == {vehicle}
    ]
    chosen = Journey(
        journey_id="it", options=(Option(option_id="it", rides=tuple(t.ride for t in tasks)),)
    )
    judged = replace(problem, journeys=(*kept, chosen))
    route = route_of(problem, vehicle, nodes, begins)
    assert mine is not None
    return not check(Plan(routes=(route,), options=(0,) * len(judged.journeys)), judged)


def _length(problem, vehicle, nodes):
    if not nodes:
        return 0.0
    spec = problem.vehicles[vehicle]
    places = [spec.start_location, *(problem.nodes[n].location for n in nodes), spec.end_location]
    return sum(float(problem.distance[a, b]) for a, b in pairwise(places))


def _measured(ground, chunk, duty, stop, task, *, nodes, begins, fleet_m):
    problem, needs = chunk.problem, ground.request.needs
    stops = problem.rides[task.ride].stops
    met, there = begins[stops[0]], begins[stops[-1]]
    aboard = there - met - needs.boarding_s
    inside = nodes[nodes.index(stops[0]) : nodes.index(stops[-1]) + 1]
    places = [problem.nodes[n].location for n in inside]
    metres = max(
        round(sum(float(problem.distance[a, b]) for a, b in pairwise(path)))
        for path in (places, [problem.nodes[n].location for n in stops])
    )
    others = _aboard_before(problem, nodes, stops) or len(inside) > len(stops)
    start, end = (ground.epoch.seconds(at) for at in (stop.start, stop.end))
    if task.part.value == "outward":
        waiting, away, extra = start - there - needs.alighting_s, start - met, {}
    else:
        waiting, away, extra = met - end, there - end, _pharmacy_terms(ground, task.halt)
        aboard -= task.halt.pharmacy.service_s if task.halt else 0
    at = ground.epoch.instant(met)
    ends = (stop.position, ground.request.home)
    price = ground.request.rates(duty.vehicle.mode, at, 2 if others else 1, ends).of(metres)
    return {
        "aboard_s": round(aboard),
        "waiting_s": round(waiting),
        "away_s": round(away),
        "own_pay_cents": price.patient_cents,
        "public_cost_cents": price.total_cents - price.patient_cents,
        "fleet_m": round(fleet_m),
        **extra,
    }


def _aboard_before(problem, nodes, stops):
    position = nodes.index(stops[0])
    for ride in problem.rides:
        if ride.stops[0] in nodes and ride.stops is not stops:
            first, last = nodes.index(ride.stops[0]), nodes.index(ride.stops[-1])
            if first < position < last:
                return True
    return False


def _pharmacy_terms(ground, halt):
    if halt is not None:
        return dict(halt.pharmacy.penalties)
    return {"missed_pharmacy": ground.request.pharmacy_stake}


def _own_out(ground, mode, stop):
    trip = ground.there(ground.request.stops.index(stop))
    took = _took(ground, mode, trip.car_s, trip.metres)
    start = ground.epoch.seconds(stop.start)
    if took is None:
        return None
    left = max(0, start - ground.settings.arrive_before_s - took)
    there = left + took
    if there > start:
        return None
    return {
        "aboard_s": took,
        "waiting_s": round(start - there),
        "away_s": round(start - left),
        **_own_fare(ground, mode, trip.metres, left),
    }


def _own_home(ground, chunk, mode, task, stop):
    problem = chunk.problem
    stops = problem.rides[task.ride].stops
    places = [problem.nodes[n].location for n in stops]
    end = ground.epoch.seconds(stop.end)
    now, aboard, waited = end, 0, 0
    for index, (a, b) in enumerate(pairwise(places)):
        profile = problem.nodes[stops[0]].profile
        took = _took(ground, mode, problem.travel[profile, a, b], problem.distance[a, b])
        if took is None:
            return None
        now, aboard = now + took, aboard + took
        if task.halt is not None and index == 0:
            opening = max(now, problem.nodes[stops[1]].open)
            waited, now = opening - now, opening  # one leaves the place of care later
            if now > problem.nodes[stops[1]].close:
                return None
            now += task.halt.pharmacy.service_s
    metres = round(sum(float(problem.distance[a, b]) for a, b in pairwise(places)))
    return {
        "aboard_s": aboard,
        "waiting_s": round(waited),
        "away_s": round(now - end),
        **_own_fare(ground, mode, metres, end),
        **_pharmacy_terms(ground, task.halt),
    }


def _own_fare(ground, mode, metres, at):
    ends = (ground.request.origin, ground.request.home)
    price = ground.request.rates(mode, ground.epoch.instant(at), 1, ends).of(metres)
    return {
        "own_pay_cents": price.patient_cents,
        "public_cost_cents": price.total_cents - price.patient_cents,
    }


def _took(ground, mode, car_s, metres):
    took = ground.settings.own.durations_s(mode, np.array([car_s]), np.array([metres]))[0]
    return int(took) if np.isfinite(took) else None
