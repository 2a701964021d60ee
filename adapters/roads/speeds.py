"""How fast one really drives on a road of a network: limit, class, surroundings, traffic."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from adapters.roads.graph import RoadGraph
from adapters.roads.highways import NO_LIMIT, RoadClass
from adapters.roads.traffic import DelayByTraffic, SpeedByTraffic, Traffic

BUILT_UP_LIMIT_KMH: Final = 50  # code de la route R413-3
OPEN_LIMITS_KMH: Final = {  # code de la route R413-2 (2018 speed on two-way roads: 80)
    RoadClass.MOTORWAY: 130,
    RoadClass.MOTORWAY_LINK: 70,  # assumption: usual sign on slip roads
    RoadClass.TRUNK: 110,
    RoadClass.TRUNK_LINK: 70,  # assumption, as above
    RoadClass.LIVING_STREET: 20,  # code de la route R110-2, zone de rencontre
}
OPEN_LIMIT_KMH: Final = 80  # R413-2, every other road

# Assumptions, all of them: no traffic count stands behind them.
BUILT_UP: Final = SpeedByTraffic(night=0.75, day=0.65, rush=0.50)
OPEN_ROAD: Final = SpeedByTraffic(night=0.88, day=0.85, rush=0.78)
FAST_ROAD: Final = SpeedByTraffic(night=0.92, day=0.90, rush=0.72)
SIGNALS_S: Final = DelayByTraffic(night=6, day=10, rush=15)
NEVER_FASTER_KMH: Final[Mapping[RoadClass, float]] = MappingProxyType(
    {
        RoadClass.TERTIARY: 65.0,
        RoadClass.TERTIARY_LINK: 45.0,
        RoadClass.UNCLASSIFIED: 50.0,
        RoadClass.RESIDENTIAL: 30.0,
        RoadClass.LIVING_STREET: 12.0,
        RoadClass.SERVICE: 15.0,
        RoadClass.ROAD: 40.0,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkParameters:
    """What turns limits into speeds.

    `built_up`, `open_road`, `fast_road`: shares of the limit really driven. `never_faster_kmh`:
    what the shape of a small road allows. `signals_s`: lost at traffic lights. `access_kmh`: the
    speed, as the crow flies, between a door and the nearest node; `off_roads_m`: how far the
    door may be from it.
    """

    built_up: SpeedByTraffic = BUILT_UP
    open_road: SpeedByTraffic = OPEN_ROAD
    fast_road: SpeedByTraffic = FAST_ROAD
    signals_s: DelayByTraffic = SIGNALS_S
    never_faster_kmh: Mapping[RoadClass, float] = field(default_factory=lambda: NEVER_FASTER_KMH)
    access_kmh: float = 15.0
    off_roads_m: float = 2_000.0

    def share(self, traffic: Traffic, *, built_up: bool, fast: bool) -> float:
        """Return the share of the limit driven on such a road."""
        if fast:
            return self.fast_road.at(traffic)
        return (self.built_up if built_up else self.open_road).at(traffic)


_FAST = (RoadClass.MOTORWAY, RoadClass.TRUNK)


def arc_durations_s(
    graph: RoadGraph, parameters: NetworkParameters, traffic: Traffic
) -> NDArray[np.float64]:
    """Return the seconds each arc takes at this level of traffic."""
    speed_kmh = np.empty(len(graph.tail))
    for kind in RoadClass:
        for built_up in (False, True):
            rows = (graph.road_class == kind) & (graph.built_up == built_up)
            limits = graph.limit_kmh[rows].astype(np.float64)
            limits[limits == NO_LIMIT] = _implied_limit_kmh(kind, built_up=built_up)
            driven = limits * parameters.share(traffic, built_up=built_up, fast=kind in _FAST)
            ceiling = parameters.never_faster_kmh.get(kind, np.inf)
            speed_kmh[rows] = np.minimum(driven, ceiling)
    rolling_s = graph.length_m * 3.6 / speed_kmh
    return np.asarray(rolling_s + graph.signals * parameters.signals_s.at(traffic))


def _implied_limit_kmh(kind: RoadClass, *, built_up: bool) -> int:
    if kind in OPEN_LIMITS_KMH:
        return OPEN_LIMITS_KMH[kind]
    return BUILT_UP_LIMIT_KMH if built_up else OPEN_LIMIT_KMH
