import csv
import time
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

from adapters.roads.anchors import AnchorTable
from adapters.roads.costs import NEVER
from adapters.roads.errors import PositionOffRoads
from adapters.roads.ground import Points, points_of
from adapters.roads.model import RoadModel
from adapters.roads.parameters import Density, ModelParameters
from adapters.roads.places import Place
from adapters.roads.skeleton import Skeleton, gabriel_pairs, imagine
from adapters.roads.traffic import SpeedByTraffic, Traffic
from regulation.kernel.places import Position
from tests.unit.adapters.roads_worlds import DAY, NIGHT, ORIGIN, RUSH, at_m, place

COMMUNES = Path(__file__).parents[3] / "simulations/territories/haute_garonne/communes.csv"

VALLEY_PLACES = [
    place(0, 0, 30_000),
    place(4_000, 1_000, 900),
    place(8_000, 500, 12_000),
    place(-3_000, 5_000, 2_500),
    place(-6_000, -6_000, 150),
    place(1_000, -9_000, 700),
    place(26_000, 3_000, 14_000),
]

metres = st.floats(min_value=-15_000, max_value=15_000)
positions = st.builds(at_m, metres, metres)
small_places = st.builds(place, metres, metres, st.integers(min_value=0, max_value=60_000))
territories = st.lists(small_places, min_size=1, max_size=8)
bounded = settings(max_examples=40, deadline=None)


@pytest.fixture(scope="module")
def valley() -> RoadModel:
    return RoadModel.from_places(VALLEY_PLACES, name="de la vallée")


@pytest.fixture(scope="module")
def haute_garonne() -> RoadModel:
    with COMMUNES.open(encoding="utf-8") as file:
        communes = [
            Place(
                position=Position(lat=float(row["lat"]), lon=float(row["lon"])),
                population=int(row["population"]),
            )
            for row in csv.DictReader(file)
        ]
    return RoadModel.from_places(communes, name="de la Haute-Garonne")


def scattered(count: int, spread_m: float = 12_000, seed: int = 5) -> list[Position]:
    draws = np.random.default_rng(seed).uniform(-spread_m, spread_m, (count, 2))
    return [at_m(east, north) for east, north in draws]


def worst_detour_gain(durations: np.ndarray) -> int:
    """Largest gain of passing by a third position; above zero, it isn't a metric."""
    by_third = (durations[:, :, None] + durations[None]).min(axis=1)
    return int((durations - by_third).max())


def test_the_label_says_that_it_is_an_estimate(valley):
    assert valley.label == "modèle routier de la vallée (estimation)"


def test_the_profile_is_the_traffic_of_the_instant(valley):
    assert [valley.profile(at) for at in (NIGHT, DAY, RUSH)] == ["NIGHT", "DAY", "RUSH"]


def test_a_matrix_has_one_row_per_origin_in_whole_seconds_and_metres(valley):
    matrix = valley.matrix(scattered(3), scattered(5), DAY)
    assert matrix.durations_s.shape == matrix.distances_m.shape == (3, 5)
    assert matrix.durations_s.dtype == matrix.distances_m.dtype == np.int32


@pytest.mark.parametrize(("origins", "destinations"), [(0, 4), (4, 0), (0, 0)])
def test_no_position_makes_an_empty_matrix(valley, origins, destinations):
    matrix = valley.matrix(scattered(origins), scattered(destinations), DAY)
    assert matrix.durations_s.shape == (origins, destinations)


def test_staying_where_one_is_takes_no_time(valley):
    here = scattered(20)
    matrix = valley.matrix(here, here, RUSH)
    assert not matrix.durations_s.diagonal().any()
    assert not matrix.distances_m.diagonal().any()


@bounded
@given(places=territories, somewhere=st.lists(positions, min_size=3, max_size=7))
def test_passing_by_a_third_position_never_saves_time(places, somewhere):
    model = RoadModel.from_places(places, replace(ModelParameters(), off_roads_m=1e6))
    everywhere = [*somewhere, *(settlement.position for settlement in places)]
    assert worst_detour_gain(model.matrix(everywhere, everywhere, DAY).durations_s) <= 0


@bounded
@given(places=territories, somewhere=st.lists(positions, min_size=2, max_size=6))
def test_more_traffic_never_shortens_a_journey(places, somewhere):
    model = RoadModel.from_places(places, replace(ModelParameters(), off_roads_m=1e6))
    night, day, rush = (
        model.matrix(somewhere, somewhere, at).durations_s for at in (NIGHT, DAY, RUSH)
    )
    assert (night >= 0).all()
    assert (day >= night).all()
    assert (rush >= day).all()


@bounded
@given(places=territories, somewhere=st.lists(positions, min_size=2, max_size=6))
def test_the_way_back_is_as_long_and_no_road_is_shorter_than_the_straight_line(places, somewhere):
    model = RoadModel.from_places(places, replace(ModelParameters(), off_roads_m=1e6))
    matrix = model.matrix(somewhere, somewhere, DAY)
    straight_m = cdist(points_of(somewhere), points_of(somewhere))
    assert (matrix.durations_s == matrix.durations_s.T).all()
    assert (matrix.distances_m >= np.floor(straight_m)).all()


def rims(skeleton: Skeleton, reach_m: float) -> Points:
    """Points where the streets of a node end, on the way to each other node."""
    gaps = skeleton.points[None] - skeleton.points[:, None]
    away_m = np.linalg.norm(gaps, axis=2)
    far = away_m > reach_m
    steps = gaps[far] * (reach_m / away_m[far])[:, None]
    return np.asarray(np.repeat(skeleton.points, far.sum(axis=1), axis=0) + steps)


def whole_ground_s(skeleton: Skeleton, points: Points, p: ModelParameters) -> Points:
    """Seconds by day between points, nodes first: every way laid down, nothing discarded."""
    nodes, slow_s_per_m = len(skeleton.points), 3.6 / p.open_ground.day
    s_per_m = np.array([3.6 / p.speed(density).day for density in Density])[skeleton.density]
    straight = cdist(points, points)
    best = straight * slow_s_per_m * p.street_detour
    within = np.minimum(straight[:, :nodes], p.reach_m)
    streets = within * s_per_m + (straight[:, :nodes] - within) * slow_s_per_m
    best[:, :nodes] = np.minimum(best[:, :nodes], streets * p.street_detour)
    for (a, b), length in zip(skeleton.roads.pairs, skeleton.roads.straight_m, strict=True):
        near = min(length / 2, p.reach_m)
        road = near * (s_per_m[a] + s_per_m[b]) + (length - 2 * near) * 3.6 / p.rural.day
        best[a, b] = min(best[a, b], road * p.road_detour)
    links = skeleton.fast_links
    for (a, b), length in zip(links.pairs, links.straight_m, strict=True):
        link = length * p.fast_link_detour * 3.6 / p.fast_link.day + p.fast_link_access_s.day
        best[a, b] = min(best[a, b], link)
    best = np.minimum(best, best.T)
    for k in range(len(points)):
        best = np.minimum(best, best[:, [k]] + best[k])
    return np.asarray(best)


@bounded
@given(there=st.lists(positions, max_size=4).map(tuple), here=st.lists(positions, max_size=4))
def test_ways_back_that_are_asked_for_next_are_those_asked_for_alone(valley, there, here):
    here = tuple(here)
    valley.matrix(here, there, RUSH)
    back = valley.matrix(there, here, RUSH)
    anew = valley.matrix(list(there), list(here), RUSH)
    assert (back.durations_s == anew.durations_s).all()
    assert (back.distances_m == anew.distances_m).all()
    assert back.durations_s.shape == (len(there), len(here))


@bounded
@given(some=st.lists(positions, max_size=8), others=st.lists(positions, max_size=8))
def test_ways_between_many_are_those_between_few_and_many_and_one_and_one(valley, some, others):
    told = valley.matrix(some, others, DAY)
    assert told.durations_s.shape == (len(some), len(others))
    for row, column in product(range(len(some)), range(len(others))):
        alone = valley.matrix([some[row]], [others[column]], DAY)
        assert told.durations_s[row, column] == alone.durations_s[0, 0]
        assert told.distances_m[row, column] == alone.distances_m[0, 0]


def test_durations_are_the_shortest_ways_of_the_whole_ground():
    parameters, somewhere = ModelParameters(), scattered(12, spread_m=9_000)
    skeleton = imagine(VALLEY_PLACES, parameters)
    assert len(skeleton.fast_links.pairs)
    ground = np.vstack([skeleton.points, points_of(somewhere), rims(skeleton, parameters.reach_m)])
    asked = slice(len(skeleton.points), len(skeleton.points) + len(somewhere))
    shortest = whole_ground_s(skeleton, ground, parameters)[asked, asked]
    expected = shortest + 2 * parameters.door_s.day * (shortest > 0)
    model = RoadModel.from_places(VALLEY_PLACES)
    assert np.abs(model.matrix(somewhere, somewhere, DAY).durations_s - expected).max() <= 1


def test_the_same_positions_always_get_the_same_matrix(valley):
    one, other = scattered(30, seed=1), scattered(30, seed=2)
    expected = valley.matrix(one, other, DAY)
    another = RoadModel.from_places(VALLEY_PLACES)
    another.matrix(scattered(50, seed=3), other[::-1], DAY)
    matrix = another.matrix(one, other, DAY)
    assert (matrix.durations_s == expected.durations_s).all()
    assert (matrix.distances_m == expected.distances_m).all()


def test_an_anchor_table_forgets_rather_than_grow_and_answers_the_same():
    def attach(points):
        return np.arange(len(points))[:, None] * 0, points[:, :1].astype(np.int64), points[:, 0] * 0

    small, large = AnchorTable(attach, 1.0, capacity=4), AnchorTable(attach, 1.0)
    here = scattered(10)
    for start, end in ((0, 3), (2, 5), (5, 9), (0, 3)):
        costs = small.of(here[start:end]).costs
        assert (costs == large.of(here[start:end]).costs).all()
        assert len(small) <= 4


def test_anchors_of_different_widths_keep_to_their_own_nodes():
    def attach(points):
        width = len(points)
        nodes = np.arange(width)[None].repeat(width, axis=0)
        return nodes, nodes.astype(np.int64), np.zeros(width)

    table, here = AnchorTable(attach, 1.0), scattered(4)
    table.of(here[:1])
    anchors = table.of(here)
    assert anchors.costs[0].tolist() == [0, NEVER, NEVER]
    assert anchors.costs[1].tolist() == [0, 1, 2]


def test_a_position_far_from_every_settlement_is_an_error_that_does_not_tell_where_one_lives(
    valley,
):
    far = Position(lat=44.123456, lon=1.456789)
    with pytest.raises(PositionOffRoads, match=r"position 1 \(vers 44.12, 1.46\)") as error:
        valley.matrix([ORIGIN, far], [ORIGIN], DAY)
    assert error.value.index == 1
    assert "44.123" not in str(error.value)


def test_a_refused_position_leaves_the_table_usable(valley):
    with pytest.raises(PositionOffRoads):
        valley.matrix([Position(lat=45.0, lon=1.44)], [ORIGIN], DAY)
    assert valley.matrix([ORIGIN], [at_m(4_000, 1_000)], DAY).durations_s[0, 0] > 0


def test_a_model_without_places_is_refused():
    with pytest.raises(ValueError, match="at least one place"):
        RoadModel.from_places([])


def test_places_in_line_or_on_the_same_spot_still_make_roads():
    line = [place(0, 3_000 * i, 500) for i in range(4)] + [place(0, 0, 100)]
    matrix = RoadModel.from_places(line).matrix([at_m(0, 0)], [at_m(0, 9_000)], DAY)
    assert 9_000 <= matrix.distances_m[0, 0] <= 1.3 * 9_000
    assert 9 <= matrix.durations_s[0, 0] / 60 <= 15


def test_a_dense_town_is_slower_than_the_country():
    crowd = [place(x, y, 9_000) for x, y in product((0, 1_000, 2_000, 3_000), repeat=2)]
    country = [place(x, y, 90) for x, y in product((0, 1_000, 2_000, 3_000), repeat=2)]
    across = [at_m(0, 0)], [at_m(3_000, 3_000)]
    slow, quick = (RoadModel.from_places(p).matrix(*across, RUSH) for p in (crowd, country))
    assert slow.durations_s[0, 0] > 2 * quick.durations_s[0, 0]


def test_a_fast_link_joins_two_far_towns():
    towns = [place(0, 0, 40_000), place(60_000, 0, 15_000), place(30_000, 2_000, 50)]
    without = replace(ModelParameters(), pole_population=10**9)
    journey = [at_m(0, 0)], [at_m(60_000, 0)]
    linked = RoadModel.from_places(towns).matrix(*journey, DAY)
    unlinked = RoadModel.from_places(towns, without).matrix(*journey, DAY)
    assert linked.durations_s[0, 0] < 0.75 * unlinked.durations_s[0, 0]


def test_a_suburb_of_a_larger_town_gets_no_fast_link():
    towns = [place(0, 0, 40_000), place(8_000, 0, 15_000)]
    assert not len(imagine(towns, ModelParameters()).fast_links.pairs)


def test_a_city_is_split_into_nodes_and_ringed():
    skeleton = imagine([place(0, 0, 300_000), place(12_000, 0, 500)], ModelParameters())
    assert len(skeleton.points) == 31
    ends, uses = np.unique(skeleton.rings.pairs, return_counts=True)
    assert len(ends) >= 3
    assert (uses == 2).all()
    assert set(skeleton.density[:30]) == {Density.DENSE}
    assert skeleton.density[30] == Density.RURAL


def test_neighbours_have_no_third_place_between_them():
    flat = np.array([[0.0, 0.0], [10.0, 0.0], [5.0, 1.0], [5.0, 30.0]])
    assert gabriel_pairs(flat).tolist() == [[0, 2], [1, 2], [2, 3]]


def test_open_ground_may_not_be_quicker_than_streets():
    with pytest.raises(ValueError, match="open_ground <= dense"):
        ModelParameters(open_ground=SpeedByTraffic(night=30, day=30, rush=30))


def test_a_detour_may_not_be_shorter_than_the_straight_line():
    with pytest.raises(ValueError, match="straight line"):
        ModelParameters(road_detour=0.9)


def test_a_population_cannot_be_negative():
    with pytest.raises(ValueError, match="negative"):
        place(0, 0, -1)


def people_of_haute_garonne(count: int) -> list[Position]:
    rng = np.random.default_rng(31)
    with COMMUNES.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    weights = np.array([int(row["population"]) for row in rows], dtype=float)
    drawn = rng.choice(len(rows), count, p=weights / weights.sum())
    away = rng.normal(0, 0.01, (count, 2))
    return [
        Position(lat=float(rows[i]["lat"]) + north, lon=float(rows[i]["lon"]) + east)
        for i, (north, east) in zip(drawn, away, strict=True)
    ]


@pytest.mark.parametrize("at", [NIGHT, DAY, RUSH])
def test_haute_garonne_is_a_metric_at_every_hour(haute_garonne, at):
    people = people_of_haute_garonne(150)
    matrix = haute_garonne.matrix(people, people, at)
    assert worst_detour_gain(matrix.durations_s) <= 0
    assert 0 < np.median(matrix.durations_s) / 60 < 60


def test_a_decision_on_haute_garonne_gets_its_times_well_within_its_150_ms(haute_garonne):
    people = people_of_haute_garonne(400)
    haute_garonne.matrix(people, people[:1], RUSH)
    started = time.perf_counter()
    haute_garonne.matrix(people[:200], people[200:], RUSH)
    haute_garonne.matrix(people[:1], people, RUSH)
    assert time.perf_counter() - started < 0.150


def test_traffic_names_are_those_of_the_port():
    assert [str(level) for level in Traffic] == ["NIGHT", "DAY", "RUSH"]
