"""Travel times over a real network: contraction hierarchies, re-weighted by level of traffic."""

import threading
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from pyroutingkit import INF_WEIGHT, CCHMetric, CCHTopology
from scipy.spatial import cKDTree

from adapters.roads.anchors import Anchors, AnchorTable, OpenGround
from adapters.roads.assembly import assemble
from adapters.roads.costs import Costs, metres, pack, seconds
from adapters.roads.errors import NoRoute, UnreadableRoads
from adapters.roads.extract import describe_source, read_extract
from adapters.roads.graph import RoadGraph
from adapters.roads.ground import Points, points_at
from adapters.roads.speeds import NetworkParameters, arc_durations_s
from adapters.roads.traffic import Traffic, TrafficHours
from regulation.kernel.places import Position
from regulation.kernel.travel import TravelMatrix

NETWORK_FILE: Final = "network.npz"
TICKS_PER_MS: Final = 10
"""Weights are tenths of a millisecond: 59 hours fit below INF_WEIGHT."""
TICKS_PER_M: Final = 4
"""What a metre costs in the second metric: 0.4 s per km, too little to change the way taken."""

Metrics = tuple[CCHMetric, CCHMetric]


class RoadNetwork:
    """`TravelTimes` over roads read from OpenStreetMap. Turn restrictions are not known.

    Lengths come from a second metric in which each metre has a small price: the difference of
    the two costs, divided by the price, lies between the length of the fastest way and that of
    a way that is at most 0.4 s per km slower.
    """

    def __init__(
        self,
        graph: RoadGraph,
        topology: CCHTopology,
        parameters: NetworkParameters | None = None,
        hours: TrafficHours | None = None,
    ) -> None:
        self._graph, self._topology = graph, topology
        self._parameters = parameters or NetworkParameters()
        self._hours = hours or TrafficHours()
        self._ground = OpenGround.at(self._parameters.access_kmh, detour=1.0)
        self._doors = np.flatnonzero(graph.has_doors)
        self._tree = cKDTree(points_at(graph.lat, graph.lon)[self._doors])
        self._anchors = AnchorTable(self._attach, self._parameters.off_roads_m)
        self._metrics: dict[Traffic, Metrics] = {}
        self._lock = threading.Lock()

    @classmethod
    def load(
        cls,
        directory: Path,
        parameters: NetworkParameters | None = None,
        hours: TrafficHours | None = None,
    ) -> "RoadNetwork":
        """Load what `aiguilleur roads build --out DIRECTORY` wrote."""
        graph = RoadGraph.load(directory / NETWORK_FILE)
        topology = _load_topology(_topology_folder(directory, graph), graph)
        return cls(graph, topology, parameters, hours)

    @classmethod
    def from_extract(cls, extract: Path) -> "RoadNetwork":
        """Read an .osm.pbf extract and make it ready to be asked."""
        return cls.build(assemble(read_extract(extract), describe_source(extract)))

    @classmethod
    def build(
        cls,
        graph: RoadGraph,
        parameters: NetworkParameters | None = None,
        hours: TrafficHours | None = None,
    ) -> "RoadNetwork":
        """Order the nodes of the graph and make it ready to be asked; seconds to minutes."""
        topology = CCHTopology()
        north, east = graph.lat.astype(np.float32), graph.lon.astype(np.float32)
        topology.build(graph.tail, graph.head, north, east, len(north))
        return cls(graph, topology, parameters, hours)

    def save(self, directory: Path) -> None:
        """Write graph and node order for `load`."""
        directory.mkdir(parents=True, exist_ok=True)
        kept = _topology_folder(directory, self._graph)
        kept.mkdir(exist_ok=True)
        self._topology.save(str(kept))
        self._graph.save(directory / NETWORK_FILE)

    @property
    def size(self) -> dict[str, int]:
        """Count nodes, one-way arcs and kilometres of them."""
        return {
            "nodes": len(self._graph.lat),
            "arcs": len(self._graph.tail),
            "length_km": round(float(self._graph.length_m.sum(dtype=np.float64)) / 1000),
        }

    @property
    def label(self) -> str:
        """Name of the extract, its date and whom to thank for it."""
        return self._graph.source

    def profile(self, at: datetime) -> str:
        """Name the traffic of the instant: NIGHT, DAY or RUSH."""
        return self._hours.at(at)

    def matrix(
        self, origins: Sequence[Position], destinations: Sequence[Position], depart_at: datetime
    ) -> TravelMatrix:
        """Return seconds and metres of the fastest ways at the traffic of the instant."""
        metrics = self._metrics_at(self._hours.at(depart_at))
        start, end = self._anchors.of(origins), self._anchors.of(destinations)
        costs = start.costs + self._between_nodes(metrics, start, end) + end.costs[:, 0]
        straight = self._ground.between(start.points, end.points)
        costs = np.where(start.nodes == end.nodes[:, 0], straight, costs)
        return TravelMatrix(durations_s=seconds(costs), distances_m=metres(costs))

    def _attach(self, points: Points) -> tuple[NDArray[np.int64], Costs, NDArray[np.float64]]:
        away_m, nearest = self._tree.query(points)
        return self._doors[nearest][:, None], self._ground.costs(away_m)[:, None], away_m

    def _metrics_at(self, traffic: Traffic) -> Metrics:
        with self._lock:
            if traffic not in self._metrics:
                durations_s = arc_durations_s(self._graph, self._parameters, traffic)
                ticks = np.ceil(durations_s * 1000 * TICKS_PER_MS)
                priced = ticks + np.round(self._graph.length_m.astype(np.float64) * TICKS_PER_M)
                self._metrics[traffic] = (self._customise(ticks), self._customise(priced))
            return self._metrics[traffic]

    def _customise(self, ticks: NDArray[np.float64]) -> CCHMetric:
        metric = CCHMetric(self._topology)
        metric.customize(ticks.astype(np.uint32))
        return metric

    @staticmethod
    def _between_nodes(metrics: Metrics, start: Anchors, end: Anchors) -> Costs:
        sources, row = np.unique(start.nodes[:, 0].astype(np.uint32), return_inverse=True)
        targets, column = np.unique(end.nodes[:, 0].astype(np.uint32), return_inverse=True)
        fastest, priced = (
            metric.distances_many_to_many(sources, targets).astype(np.int64) for metric in metrics
        )
        if max(fastest.max(initial=0), priced.max(initial=0)) >= INF_WEIGHT:
            raise NoRoute(
                "deux positions n'ont aucune route entre elles : relancer `aiguilleur roads build`"
            )
        costs = pack(fastest / TICKS_PER_MS, (priced - fastest) / TICKS_PER_M)
        return costs[np.ix_(row, column)]


def _load_topology(folder: Path, graph: RoadGraph) -> CCHTopology:
    topology = CCHTopology()
    try:
        topology.load(str(folder))
    except RuntimeError as error:
        raise UnreadableRoads(
            f"{folder} : ordre des routes illisible ; relancer `aiguilleur roads build`"
        ) from error
    found = (topology.node_count, topology.arc_count)
    if found != (len(graph.lat), len(graph.tail)):
        raise UnreadableRoads(
            f"{folder} : {found[0]} nœuds et {found[1]} arcs, qui ne sont pas ceux du réseau à "
            "côté : relancer `aiguilleur roads build`"
        )
    return topology


def _topology_folder(directory: Path, graph: RoadGraph) -> Path:
    """Named by the graph it was computed from: another one's would give wrong ways silently."""
    return directory / f"order-{graph.digest()}"
