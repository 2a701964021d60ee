"""Fifty undecided calls decided at once, against one by one in the order they came in.

`python -m benchmarks.batch [--calls N]`. An hour of the demonstration territory with six MMG and
sixty vehicles; each call keeps the three hundred first of its care stops. One by one, a call keeps
the slot it was given and the rides promised to it. All are weighed by the objective of the
decision: minutes late, then felt burden, then cost. What each would have as if alone, when no slot
is given twice, is a bound in that order, but for rides they would share.
"""

import argparse
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from adapters.desk.collecting import collect_seldom
from benchmarks.decision import Lister
from benchmarks.machine import machine_line
from benchmarks.population import draw_cases
from benchmarks.scenes import ORDINARY, Scene, opened
from regulation.kernel.journeys import JourneyRequest, PlannedJourney
from regulation.kernel.modes import Tier
from regulation.kernel.planner import Budget
from regulation.usecases import propose_orientations
from transport.coarse import coarse_burdens
from transport.fleet import FleetView
from transport.pairing import FleetPlanner
from transport.pharmacies import Pharmacies
from transport.promises import rides_of_legs
from transport.search import lay_out
from transport.solver.sharing_out import Offer, Shares
from transport.wishes import UNSERVED

CALLS, STOPS, VEHICLES, SEED = 50, 300, 60, 7
TOLERANCE = timedelta(minutes=10)
TARGET_S = 3.0
SHORT, LONG = Budget(deterministic=1.0, wall_s=60.0), Budget(deterministic=60.0, wall_s=240.0)
"""Work decides, not the clock: on a shared machine the guard of a desk would come in between."""
SETTING = replace(
    ORDINARY, name="ordinary hour, sixty vehicles, six MMG", on_shift_only=VEHICLES, mmg=6
)


@dataclass(frozen=True, slots=True)
class Clocked:
    """Seconds since it was made: of the wall, and of this process at work."""

    wall: float = field(default_factory=time.perf_counter)
    work: float = field(default_factory=time.process_time)

    def read(self) -> "Spent":
        return Spent(time.perf_counter() - self.wall, time.process_time() - self.work)


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds: of the wall, and of this process at work."""

    wall: float
    work: float

    def told(self) -> str:
        return f"{self.wall:.2f} s, {self.work:.2f} s of CPU"

    def judged(self, target_s: float) -> str:
        """Hold the work against a target."""
        verdict = "met" if self.work <= target_s else "MISSED"
        return f"{self.told()} (target {target_s:g} s of CPU: {verdict})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """All calls together; somebody left out counts like two weeks of lateness."""

    served: int
    late: int
    burden: int
    cost: int

    @classmethod
    def of(cls, journeys: Iterable[PlannedJourney | None]) -> "Total":
        found = list(journeys)
        tiers = [one.tiers for one in found if one is not None]
        return cls(
            served=len(tiers),
            late=sum(one[Tier.LATENESS] for one in tiers) + UNSERVED[0] * (len(found) - len(tiers)),
            burden=sum(one[Tier.BURDEN] for one in tiers),
            cost=sum(one[Tier.COST] for one in tiers),
        )

    def told(self) -> str:
        return (
            f"{self.served} served, {self.late} min late, {self.burden} points of burden, "
            f"{self.cost} of cost"
        )


def asked_of(scene: Scene, calls: int) -> tuple[FleetPlanner, list[JourneyRequest]]:
    """The requests of so many calls that look for a place, and the planner of that instant."""
    now, requests = scene.setting.now, []
    desk = scene.desks(now, scene.rides)
    planner = desk.planner
    assert isinstance(planner, FleetPlanner)
    for case in draw_cases(scene.territory, now, 2 * calls, SEED):
        lister = Lister()
        whole = replace(desk, planner=lister, parameters=replace(desk.parameters, horizons=()))
        propose_orientations(case, scene.snapshot, whole, now)
        if lister.asked is not None and lister.asked.stops:
            requests.append(replace(lister.asked, stops=lister.asked.stops[:STOPS]))
    return planner, requests[:calls]


def at_once(
    planner: FleetPlanner, requests: Sequence[JourneyRequest], scene: Scene, budget: Budget
) -> tuple[Total, Spent]:
    """Decide all calls jointly; their total and how long it took."""
    watch = Clocked()
    told = planner.pair(requests, scene.setting.now, budget)
    took = watch.read()
    found = [next(iter(told.journeys[one.request_id]), None) for one in requests]
    return Total.of(found), took


def one_by_one(
    planner: FleetPlanner, requests: Sequence[JourneyRequest], scene: Scene
) -> tuple[Total, Spent]:
    """Decide each call as it comes; what it was given is gone for the next."""
    watch, taken, found = Clocked(), set[str | None](), []
    for request in requests:
        left = tuple(s for s in request.stops if s.slot_key is None or s.slot_key not in taken)
        asked = replace(request, stops=left)
        told = planner.pair([asked], scene.setting.now, Budget(alternatives=1))
        journey = next(iter(told.journeys[request.request_id]), None)
        found.append(journey)
        if journey is not None:
            taken.add(journey.stop.slot_key)
            planner = replace(planner, fleet=_promised(planner.fleet, request, journey))
    return Total.of(found), watch.read()


def each_alone(planner: FleetPlanner, requests: Sequence[JourneyRequest], scene: Scene) -> Total:
    """Decide each call as if it were the only one."""
    found = []
    for request in requests:
        told = planner.pair([request], scene.setting.now, Budget(alternatives=1))
        found.append(next(iter(told.journeys[request.request_id]), None))
    return Total.of(found)


def shared_out(
    planner: FleetPlanner, requests: Sequence[JourneyRequest], scene: Scene
) -> tuple[int, ...] | None:
    """Sum of the keys of all calls when each has a slot to itself, and vehicles are no matter."""
    offers = [list(_offers(planner, request, scene)) for request in requests]
    given = Shares(offers).least(SHORT.deterministic)
    if given is None:
        return None
    keys = [mine[which].key for mine, which in zip(offers, given, strict=True)]
    return tuple(map(sum, zip(*keys, strict=True)))


def _offers(planner: FleetPlanner, request: JourneyRequest, scene: Scene) -> Iterator[Offer]:
    """Keys of what a call would have as if alone: without a slot, and by each slot that might be
    better."""
    now, one = scene.setting.now, Budget(alternatives=1)
    anywhere = tuple(stop for stop in request.stops if stop.slot_key is None)
    weighed = planner.weigh(replace(request, stops=anywhere), now, one) if anywhere else ()
    without = min((key for _, key in weighed), default=UNSERVED)
    yield Offer(without, None)
    laid = lay_out(request, planner.terrain(now, one), one)
    assert laid is not None, "a call of the batch has care stops"
    ground = laid[0]
    bounds = coarse_burdens(ground, Pharmacies(ground, planner.travel))
    for number, stop in enumerate(ground.table.stops):
        least = ground.key(number, int(bounds[number] - ground.table.burden[number]), 0)
        if stop.slot_key is not None and least < without:
            for _, key in planner.weigh(replace(request, stops=(stop,)), now, one):
                yield Offer(key, stop.slot_key)


def _promised(fleet: FleetView, request: JourneyRequest, journey: PlannedJourney) -> FleetView:
    rides = rides_of_legs(
        journey.legs,
        request.needs,
        tolerance=TOLERANCE,
        prefix=request.request_id,
        care_begins=journey.stop.start,
    )
    return replace(fleet, rides=(*fleet.rides, *rides))


def main(calls: int = CALLS) -> None:
    """Decide the calls both ways and print the totals."""
    with opened(SETTING) as scene:
        planner, requests = asked_of(scene, calls)
        collect_seldom()  # as a desk does: a pass over all that is loaded takes long
        print(machine_line())
        print(
            f"batch: {len(requests)} calls, at most {STOPS} care stops each "
            f"({sum(len(one.stops) for one in requests)} in all); {scene.described()}"
        )
        at_once(planner, requests[:2], scene, SHORT)  # warm
        apart, took = one_by_one(planner, requests, scene)
        print(f"  one by one in order: {apart.told()}; {took.told()}")
        together, took = at_once(planner, requests, scene, SHORT)
        print(f"  all at once:         {together.told()}; {took.judged(TARGET_S)}")
        longer, took = at_once(planner, requests, scene, LONG)
        print(f"  at once, at length:  {longer.told()}; {took.told()}")
        bound = each_alone(planner, requests, scene)
        print(f"  each as if alone:    {bound.told()}")
        late, _, _, burden = shared_out(planner, requests, scene) or (0, 0, 0, 0)
        print(
            f"  each slot once, vehicles no matter: {late} min late, {burden} points of burden: "
            "the bound, but for rides they would share"
        )
        others = {"one by one": apart.burden, "at length": longer.burden, "the bound": burden}
        for name, other in others.items():
            above = 100 * (together.burden / max(other, 1) - 1)
            print(f"  burden at once against {name}: {above:+.2f} %")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.batch")
    parser.add_argument("--calls", type=int, default=CALLS)
    main(parser.parse_args().calls)
