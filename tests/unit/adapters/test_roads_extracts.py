"""The same roads as published: three small countries, when the shared data is there."""

import time
from pathlib import Path

import numpy as np
import pytest
from pyroutingkit import INF_WEIGHT

from adapters.roads.assembly import assemble
from adapters.roads.extract import read_extract
from adapters.roads.graph import RoadGraph
from adapters.roads.network import RoadNetwork
from regulation.kernel.places import Position
from tests.unit.adapters.roads_worlds import DAY, RUSH

EXTRACTS = Path(__file__).parents[4] / "shared/data/osm"

pytestmark = pytest.mark.skipif(
    not EXTRACTS.is_dir(), reason="needs ../shared/data/osm, published extracts not in this project"
)


@pytest.fixture(scope="module", params=["andorra", "liechtenstein", "monaco"])
def country(request) -> tuple[RoadGraph, RoadNetwork]:
    graph = assemble(read_extract(EXTRACTS / f"{request.param}.osm.pbf"), request.param)
    return graph, RoadNetwork.build(graph)


def doors(graph: RoadGraph, count: int) -> list[Position]:
    nodes = np.random.default_rng(7).choice(np.flatnonzero(graph.has_doors), count)
    return [Position(lat=graph.lat[i] + 1e-4, lon=graph.lon[i]) for i in nodes]


def test_every_door_reaches_every_other_at_a_speed_a_car_can_drive(country):
    graph, network = country
    here = doors(graph, 300)
    matrix = network.matrix(here[:150], here[150:], DAY)
    assert matrix.durations_s.max() < INF_WEIGHT // 1000
    far = matrix.distances_m > 2_000
    speeds_kmh = 3.6 * matrix.distances_m[far] / matrix.durations_s[far]
    assert far.any()
    assert (speeds_kmh > 8).all()
    assert (speeds_kmh < 110).all()


def test_two_hundred_by_two_hundred_takes_less_than_150_ms(country):
    graph, network = country
    here = doors(graph, 400)
    network.matrix(here[:1], here[1:2], RUSH)
    started = time.perf_counter()
    network.matrix(here[:200], here[200:], RUSH)
    assert time.perf_counter() - started < 0.150
