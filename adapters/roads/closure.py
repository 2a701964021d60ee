"""Quickest ways between all nodes of a skeleton, at one level of traffic.

Three ways of moving, all counted together: the supposed roads; a node's own streets, which
reach `reach_m` around it; open ground, slow and straight. The table is closed under the three:
no way through a point of the ground is quicker than what it says. That is what makes travel
times between any positions keep the triangle inequality (tested).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial.distance import cdist

from adapters.roads.anchors import OpenGround
from adapters.roads.costs import Costs, pack
from adapters.roads.ground import Points
from adapters.roads.parameters import Density, ModelParameters
from adapters.roads.skeleton import Skeleton
from adapters.roads.traffic import SpeedByTraffic, Traffic


@dataclass(frozen=True, slots=True)
class Streets:
    """How quickly one reaches each node from around it."""

    points: Points
    ms_per_m: NDArray[np.float64]
    reach_m: float
    ground: OpenGround

    @classmethod
    def of(cls, skeleton: Skeleton, parameters: ModelParameters, traffic: Traffic) -> "Streets":
        """Drive each node's streets at the speed of its density."""
        detour = parameters.street_detour
        ground = OpenGround.at(parameters.open_ground.at(traffic), detour)
        ms_per_m = _slowness(skeleton, parameters, traffic) * detour
        return cls(skeleton.points, ms_per_m, parameters.reach_m, ground)

    def costs_from(self, points: Points) -> Costs:
        """Cost from each point to each node: streets within reach, open ground before."""
        straight_m = cdist(points, self.points)
        within_m = np.minimum(straight_m, self.reach_m)
        ms = within_m * self.ms_per_m + (straight_m - within_m) * self.ground.ms_per_m
        return pack(ms, straight_m * self.ground.detour)

    def between_nodes(self) -> Costs:
        """Least cost from node to node through any point of the ground, rounded down.

        The quicker of the two nodes' streets is used as far as it goes, then the other's.
        """
        straight_m = cdist(self.points, self.points)
        quick = np.minimum(self.ms_per_m[:, None], self.ms_per_m)
        slow = np.maximum(self.ms_per_m[:, None], self.ms_per_m)
        first_m = np.minimum(straight_m, self.reach_m)
        second_m = np.minimum(straight_m - first_m, self.reach_m)
        rest_m = straight_m - first_m - second_m
        ms = first_m * quick + second_m * slow + rest_m * self.ground.ms_per_m
        return pack(np.floor(ms), np.floor(straight_m * self.ground.detour))


def quickest_ways(
    skeleton: Skeleton, streets: Streets, parameters: ModelParameters, traffic: Traffic
) -> Costs:
    """Return the table of the quickest ways between all nodes."""
    pairs, costs = _roads(skeleton, parameters, traffic)
    by_road = _shortest(pairs, costs, len(skeleton.points))
    off_road = streets.between_nodes()
    # a way off the roads that is no quicker than the roads can't be part of a quickest way
    quicker = np.stack(np.nonzero(np.triu(off_road < by_road, k=1)), axis=1)
    pairs = np.vstack([pairs, quicker])
    costs = np.concatenate([costs, off_road[quicker[:, 0], quicker[:, 1]]])
    return _shortest(pairs, costs, len(skeleton.points)).astype(np.int64)


def _roads(
    skeleton: Skeleton, parameters: ModelParameters, traffic: Traffic
) -> tuple[NDArray[np.int64], Costs]:
    slowness = _slowness(skeleton, parameters, traffic)
    near_m = np.minimum(skeleton.roads.straight_m / 2, parameters.reach_m)
    road_ms = near_m * slowness[skeleton.roads.pairs].sum(axis=1)
    road_ms += (skeleton.roads.straight_m - 2 * near_m) * _ms_per_m(parameters.rural, traffic)
    ring_ms = skeleton.rings.straight_m * _ms_per_m(parameters.ring, traffic)
    link_ms = skeleton.fast_links.straight_m * _ms_per_m(parameters.fast_link, traffic)
    access_ms = 1000 * parameters.fast_link_access_s.at(traffic)
    road, fast = parameters.road_detour, parameters.fast_link_detour
    costs = [
        pack(road * road_ms, road * skeleton.roads.straight_m),
        pack(fast * ring_ms, fast * skeleton.rings.straight_m),
        pack(fast * link_ms + access_ms, fast * skeleton.fast_links.straight_m),
    ]
    links = (skeleton.roads, skeleton.rings, skeleton.fast_links)
    return np.vstack([link.pairs for link in links]), np.concatenate(costs)


def _slowness(
    skeleton: Skeleton, parameters: ModelParameters, traffic: Traffic
) -> NDArray[np.float64]:
    by_density = [_ms_per_m(parameters.speed(density), traffic) for density in Density]
    return np.array(by_density)[skeleton.density]


def _ms_per_m(speed: SpeedByTraffic, traffic: Traffic) -> float:
    return 3600.0 / speed.at(traffic)


def _shortest(pairs: NDArray[np.int64], costs: Costs, size: int) -> NDArray[np.float64]:
    """Run Dijkstra from every node; packed costs stay whole in floats, hence exact."""
    least = np.lexsort((costs, pairs[:, 1], pairs[:, 0]))
    pairs, costs = pairs[least], costs[least]
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = (np.diff(pairs, axis=0) != 0).any(axis=1)  # a matrix adds up parallel roads
    weights = csr_matrix(
        (costs[first].astype(np.float64), tuple(pairs[first].T)), shape=(size, size)
    )
    return np.asarray(dijkstra(weights, directed=False))
