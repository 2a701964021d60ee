"""Travel times of a road model computed from the communes of a territory: an estimate."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from adapters.roads.anchors import Anchors, AnchorTable
from adapters.roads.closure import Streets, quickest_ways
from adapters.roads.costs import NEVER, Costs, metres, seconds
from adapters.roads.ground import Points, positions_of
from adapters.roads.parameters import ModelParameters
from adapters.roads.places import Place
from adapters.roads.skeleton import Skeleton, imagine
from adapters.roads.traffic import Traffic, TrafficHours
from regulation.kernel.places import Position
from regulation.kernel.travel import TravelMatrix

_RIVALS: Final = 6
"""Nearest nodes by which a quicker way discards others; any number is right, six discard
nearly all that can be."""

_FEW: Final = 4
"""Positions from which all nodes are reached sooner than the nodes of the others are told apart."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImaginedRoad:
    """A road that the model supposes, straight; `is_fast`: a ring road or a link between towns."""

    ends: tuple[Position, Position]
    is_fast: bool


@dataclass(frozen=True, slots=True)
class _TrafficTables:
    """What a level of traffic needs: ways between nodes, and anchors of the positions seen."""

    between_nodes: Costs
    streets: Streets
    anchors: AnchorTable


@dataclass(frozen=True, slots=True)
class _Asked:
    """A matrix and what it was asked for: the way there is often followed by the way back."""

    origins: tuple[Position, ...]
    destinations: tuple[Position, ...]
    told: TravelMatrix

    def back(self) -> TravelMatrix:
        """Return the ways back: as long as the ways there."""
        return TravelMatrix(
            durations_s=self.told.durations_s.T, distances_m=self.told.distances_m.T
        )


class RoadModel:
    """`TravelTimes` of imagined roads: a metric, the same both ways, never a real road."""

    def __init__(
        self,
        skeleton: Skeleton,
        parameters: ModelParameters,
        name: str,
        hours: TrafficHours,
    ) -> None:
        self._skeleton, self._parameters, self._name = skeleton, parameters, name
        self._hours = hours
        self._tree = cKDTree(skeleton.points)
        self._rivals = min(_RIVALS, len(skeleton.points))
        self._tables: dict[Traffic, _TrafficTables] = {}
        self._last: dict[Traffic, _Asked] = {}
        self._lock = threading.Lock()

    @classmethod
    def from_places(
        cls,
        places: Sequence[Place],
        parameters: ModelParameters | None = None,
        *,
        name: str = "du territoire",
        hours: TrafficHours | None = None,
    ) -> Self:
        """Imagine the roads between these places; `name` completes the label, in French."""
        if not places:
            raise ValueError("places: a road model needs at least one place")
        parameters = parameters or ModelParameters()
        return cls(imagine(places, parameters), parameters, name, hours or TrafficHours())

    @property
    def label(self) -> str:
        """Says that it is a model, and an estimate."""
        return f"modèle routier {self._name} (estimation)"

    def profile(self, at: datetime) -> str:
        """Name the traffic of the instant: NIGHT, DAY or RUSH."""
        return self._hours.at(at)

    def matrix(
        self, origins: Sequence[Position], destinations: Sequence[Position], depart_at: datetime
    ) -> TravelMatrix:
        """Return seconds and metres at the traffic of the instant; zero where one already is."""
        traffic = self._hours.at(depart_at)
        last = self._last.get(traffic)
        if last is not None and last.origins is destinations and last.destinations is origins:
            return last.back()
        told = self._between(origins, destinations, traffic)
        if isinstance(origins, tuple) and isinstance(destinations, tuple):  # nobody changes them
            self._last[traffic] = _Asked(origins, destinations, told)
        return told

    def _between(
        self, origins: Sequence[Position], destinations: Sequence[Position], traffic: Traffic
    ) -> TravelMatrix:
        tables = self._tables_at(traffic)
        start, end = tables.anchors.of(origins), tables.anchors.of(destinations)
        straight = tables.streets.ground.between(start.points, end.points)
        costs = np.minimum(straight, _by_nodes(tables.between_nodes, start, end))
        elsewhere = (straight > 0).astype(np.int32)
        both_doors_s = round(2 * self._parameters.door_s.at(traffic))
        return TravelMatrix(
            durations_s=seconds(costs) + elsewhere * np.int32(both_doors_s),
            distances_m=metres(costs),
        )

    def roads(self) -> tuple[ImaginedRoad, ...]:
        """Return the roads supposed, for a map to show what the times rest on."""
        nodes = positions_of(self._skeleton.points)
        known = self._skeleton
        return tuple(
            ImaginedRoad(ends=(nodes[int(a)], nodes[int(b)]), is_fast=is_fast)
            for links, is_fast in (
                (known.roads, False),
                (known.rings, True),
                (known.fast_links, True),
            )
            for a, b in links.pairs
        )

    def _tables_at(self, traffic: Traffic) -> _TrafficTables:
        with self._lock:
            if traffic not in self._tables:
                self._tables[traffic] = self._compute(traffic)
            return self._tables[traffic]

    def _compute(self, traffic: Traffic) -> _TrafficTables:
        streets = Streets.of(self._skeleton, self._parameters, traffic)
        between = quickest_ways(self._skeleton, streets, self._parameters, traffic)

        def attach(points: Points) -> tuple[NDArray[np.int64], Costs, NDArray[np.float64]]:
            away_m, nearest = self._tree.query(points, k=range(1, self._rivals + 1))
            nodes, costs = _useful_nodes(streets.costs_from(points), between, nearest)
            return nodes, costs, away_m[:, 0]

        return _TrafficTables(between, streets, AnchorTable(attach, self._parameters.off_roads_m))


def _useful_nodes(
    costs: Costs, between: Costs, nearest: NDArray[np.int64]
) -> tuple[NDArray[np.int64], Costs]:
    """Keep for each point (row) the nodes to which no way by its nearest ones is quicker."""
    through = np.full_like(costs, NEVER)
    for rival in nearest.T:
        reached = np.take_along_axis(costs, rival[:, None], axis=1)
        np.minimum(through, reached + between[rival], out=through)
    rows, nodes = np.nonzero(costs <= through)
    counts = np.bincount(rows, minlength=len(costs))
    columns = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    shape = (len(costs), int(counts.max()))
    useful, reach = np.zeros(shape, dtype=np.int64), np.full(shape, NEVER)
    useful[rows, columns], reach[rows, columns] = nodes, costs[rows, nodes]
    return useful, reach


def _by_nodes(between: Costs, start: Anchors, end: Anchors) -> Costs:
    """Least cost from each start to each end by one of its nodes each, as long both ways."""
    if len(end.points) < len(start.points):
        return _by_nodes(between, end, start).T
    if len(start.points) <= _FEW:
        return _from_few(between, start, end)
    return _from_many(between, start, end)


def _from_few(between: Costs, start: Anchors, end: Anchors) -> Costs:
    """First the least cost from each start to every node there is, then on to the ends."""
    reach = (start.costs[:, :, None] + between[start.nodes]).min(axis=1)
    return np.asarray((reach[:, end.nodes] + end.costs).min(axis=2))


def _from_many(between: Costs, start: Anchors, end: Anchors) -> Costs:
    """In two passes, by the nodes of the ends alone."""
    targets, column = np.unique(end.nodes, return_inverse=True)
    column = column.reshape(end.nodes.shape)
    to_target = np.full((len(start.points), len(targets)), 2 * NEVER)
    for nodes, costs in zip(start.nodes.T, start.costs.T, strict=True):
        np.minimum(to_target, costs[:, None] + between[nodes[:, None], targets], out=to_target)
    whole = np.full((len(start.points), len(end.points)), 3 * NEVER)
    for columns, costs in zip(column.T, end.costs.T, strict=True):
        np.minimum(whole, to_target[:, columns] + costs, out=whole)
    return whole
