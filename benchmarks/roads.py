"""Travel times: how quick they are to get, and how far the road model is from real roads."""

import csv
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import numpy as np
from pyroutingkit import CCHMetric, CCHTopology
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import Delaunay

from adapters.roads.graph import RoadGraph
from adapters.roads.ground import points_at
from adapters.roads.highways import RoadClass
from adapters.roads.model import RoadModel
from adapters.roads.network import RoadNetwork
from adapters.roads.parameters import ModelParameters
from adapters.roads.places import Place
from adapters.roads.skeleton import imagine
from adapters.roads.speeds import NetworkParameters, arc_durations_s
from adapters.roads.traffic import Traffic
from benchmarks.road_error import CALIBRATED_ON, EXTRACTS, HELD_OUT, INSTANTS, Country, compare
from regulation.kernel.places import Position
from regulation.kernel.travel import TravelTimes

COMMUNES = Path(__file__).parents[1] / "simulations/territories/haute_garonne/communes.csv"
BLOCKS = ((1, 400), (400, 1), (60, 200), (200, 200))
REPEATS = 9
LARGE = 100_000
SEED = 2026


def main() -> None:
    """Print the measurements; those on real roads need ../shared."""
    print("\n## Temps de trajet: durée des réponses, de jour")
    _time_the_model()
    _time_the_network("aléatoire sans hiérarchie (cas défavorable)", random_network(LARGE))
    if not EXTRACTS.is_dir():
        print(f"pas de vraies routes ici: {EXTRACTS} est absent")
        return
    countries = {name: Country.read(name) for name in (CALIBRATED_ON, *HELD_OUT)}
    for name, country in countries.items():
        _time_the_network(f"de {name}", country.graph)
    _check_lengths(countries[CALIBRATED_ON])
    print("\n## Temps de trajet: écart du modèle au réseau réel (+: le modèle dit plus)")
    compare(countries)


def _time_the_model() -> None:
    places = _communes()
    started = time.perf_counter()
    model = RoadModel.from_places(places, name="de la Haute-Garonne")
    laid_out_ms = _ms_since(started)
    started = time.perf_counter()
    model.matrix([places[0].position], [places[1].position], INSTANTS["jour"])
    print(f"{model.label}, {len(places)} communes")
    tables_ms = _ms_since(started)
    print(f"  squelette {laid_out_ms:.0f} ms, tables d'un niveau de trafic {tables_ms:.0f} ms")
    _time_blocks(model, _people(places))
    _time_hierarchies(places)


def _communes() -> list[Place]:
    with COMMUNES.open(encoding="utf-8") as file:
        return [
            Place(
                position=Position(lat=float(row["lat"]), lon=float(row["lon"])),
                population=int(row["population"]),
            )
            for row in csv.DictReader(file)
        ]


def _people(places: list[Place]) -> list[Position]:
    """Draw positions as people live: by commune, a kilometre or so around its centre."""
    rng = np.random.default_rng(SEED)
    weights = np.array([place.population for place in places], dtype=np.float64)
    drawn = rng.choice(len(places), 800, p=weights / weights.sum())
    return [
        Position(lat=places[i].position.lat + north, lon=places[i].position.lon + east)
        for i, (north, east) in zip(drawn, rng.normal(0, 0.01, (800, 2)), strict=True)
    ]


def _time_hierarchies(places: list[Place]) -> None:
    """Time the way not taken: hierarchies over the skeleton, for the nodes of a 200 x 200."""
    skeleton = imagine(places, ModelParameters())
    ends = np.vstack([skeleton.roads.pairs, skeleton.roads.pairs[:, ::-1]]).astype(np.uint32)
    tail, head = ends.T.copy()
    north, east = skeleton.points[:, 2], skeleton.points[:, 1]
    topology = CCHTopology()
    topology.build(tail, head, north.astype(np.float32), east.astype(np.float32), len(north))
    metric = CCHMetric(topology)
    metric.customize(np.ceil(np.tile(skeleton.roads.straight_m, 2)).astype(np.uint32))
    nodes = np.random.default_rng(SEED).choice(len(north), 400, replace=False).astype(np.uint32)
    took = _median_ms(lambda: metric.distances_many_to_many(nodes, nodes))
    print(f"  (hiérarchies sur ce squelette, 400 x 400 nœuds, une seule métrique: {took:.1f} ms)")


def random_network(nodes: int) -> RoadGraph:
    """Join random points of a department, without the longest side of each Delaunay triangle.

    An adverse case: 2.7 arcs a node where the extracts have 2.0, and no hierarchy of roads, so
    that every way to cut it in two is long, which real roads are not.
    """
    rng = np.random.default_rng(SEED)
    spots = rng.uniform((42.7, 0.45), (43.9, 2.05), (nodes, 2))
    points = points_at(spots[:, 0], spots[:, 1])
    corners = Delaunay(spots).simplices
    sides = np.sort(np.stack([corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [0, 2]]], 1))
    lengths = np.linalg.norm(points[sides[..., 0]] - points[sides[..., 1]], axis=2)
    longest = sides[np.arange(len(sides)), lengths.argmax(axis=1)]
    every, dropped = (np.unique(p.reshape(-1, 2) @ (nodes, 1)) for p in (sides, longest))
    kept = np.setdiff1d(every, dropped)
    pairs = np.stack([kept // nodes, kept % nodes], axis=1).astype(np.uint32)
    length_m = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    kinds = [RoadClass.PRIMARY, RoadClass.SECONDARY, RoadClass.TERTIARY, RoadClass.UNCLASSIFIED]
    road_class = rng.choice(kinds, len(pairs), p=[0.05, 0.15, 0.3, 0.5])
    nowhere = np.zeros(2 * len(pairs), dtype=bool)
    return RoadGraph(
        lat=spots[:, 0],
        lon=spots[:, 1],
        has_doors=np.ones(nodes, dtype=bool),
        tail=pairs.T.ravel(),
        head=pairs[:, ::-1].T.ravel(),
        length_m=np.tile(length_m, 2).astype(np.float32),
        road_class=np.tile(road_class, 2).astype(np.uint8),
        limit_kmh=np.zeros(2 * len(pairs), dtype=np.uint8),
        built_up=nowhere,
        signals=nowhere,
        source="random",
    )


def _time_the_network(name: str, graph: RoadGraph) -> None:
    started = time.perf_counter()
    network = RoadNetwork.build(graph)
    print(f"réseau {name}: {len(graph.lat)} nœuds, {len(graph.tail)} arcs, ", end="")
    print(f"ordre des nœuds {_ms_since(started):.0f} ms (une fois)")
    doors = np.random.default_rng(SEED).choice(np.flatnonzero(graph.has_doors), 800)
    people = [Position(lat=graph.lat[i] + 1e-4, lon=graph.lon[i]) for i in doors]
    network.matrix(people[:1], people[:1], INSTANTS["jour"])
    _time_blocks(network, people)


def _time_blocks(times: TravelTimes, people: list[Position]) -> None:
    """Time blocks of positions partly seen for the first time, then of the same ones."""
    for rows, columns in BLOCKS:
        origins, destinations = people[:rows], people[400 : 400 + columns]

        def ask(origins: list[Position] = origins, to: list[Position] = destinations) -> object:
            return times.matrix(origins, to, INSTANTS["jour"])

        started = time.perf_counter()
        ask()
        first, again = _ms_since(started), _median_ms(ask)
        print(f"  {rows:>3} x {columns:<3}: {first:6.2f} ms d'abord, {again:6.2f} ms ensuite")


def _check_lengths(country: Country) -> None:
    """Compare lengths with those of the fastest ways, walked back arc by arc."""
    graph, size = country.graph, len(country.graph.lat)
    took = arc_durations_s(graph, NetworkParameters(), Traffic.DAY)
    arcs = csr_matrix((took, (graph.tail, graph.head)), shape=(size, size))
    metres = dict(zip(zip(graph.tail, graph.head, strict=True), graph.length_m, strict=True))
    nodes = np.random.default_rng(SEED).choice(np.flatnonzero(graph.has_doors), 60, replace=False)
    _, before = dijkstra(arcs, indices=nodes, return_predecessors=True)
    here = [Position(lat=graph.lat[i], lon=graph.lon[i]) for i in nodes]
    told = country.network.matrix(here, here, INSTANTS["jour"]).distances_m
    apart = []
    for row, start in enumerate(nodes):
        for column, end in enumerate(nodes):
            walked, at = 0.0, end
            while at != start:
                walked += metres[before[row, at], at]
                at = before[row, at]
            apart.append(abs(told[row, column] - walked) / max(walked, 1.0))
    print(f"longueurs contre le chemin suivi arc par arc ({CALIBRATED_ON}, {len(apart)} paires):")
    print(f"  écart médian {median(apart):.3%}, maximal {max(apart):.2%}")


def _median_ms(ask: Callable[[], object]) -> float:
    took = []
    for _ in range(REPEATS):
        started = time.perf_counter()
        ask()
        took.append(_ms_since(started))
    return median(took)


def _ms_since(started: float) -> float:
    return 1000 * (time.perf_counter() - started)


if __name__ == "__main__":
    main()
