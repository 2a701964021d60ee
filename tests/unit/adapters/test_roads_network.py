import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra

from adapters.roads.assembly import assemble
from adapters.roads.errors import NoRoute, PositionOffRoads, UnreadableRoads
from adapters.roads.extract import describe_source, read_extract
from adapters.roads.graph import RoadGraph
from adapters.roads.highways import RoadClass, directions, is_blocked, limit_kmh, road_class
from adapters.roads.network import NETWORK_FILE, RoadNetwork
from adapters.roads.speeds import NetworkParameters, arc_durations_s
from adapters.roads.traffic import Traffic
from regulation.kernel.places import Position
from tests.unit.adapters.roads_worlds import (
    DAY,
    NIGHT,
    RUSH,
    Town,
    at_m,
    grid_town,
    one_way_block,
)

PARAMETERS = NetworkParameters()
DRIVEN_80 = 80 * PARAMETERS.open_road.day / 3.6  # metres a second on a plain road by day

around_the_grid = st.builds(
    at_m,
    st.floats(min_value=-300, max_value=2_300),
    st.floats(min_value=-300, max_value=2_300),
)
bounded = settings(max_examples=40, deadline=None)


@pytest.fixture(scope="module")
def grid_graph(tmp_path_factory) -> RoadGraph:
    return graph_of(grid_town(), tmp_path_factory.mktemp("grid"))


@pytest.fixture(scope="module")
def grid(grid_graph) -> RoadNetwork:
    return RoadNetwork.build(grid_graph)


def network_of(town: Town, folder) -> RoadNetwork:
    return RoadNetwork.from_extract(town.write(folder / "town.osm.pbf"))


def graph_of(town: Town, folder) -> RoadGraph:
    extract = town.write(folder / "town.osm.pbf")
    return assemble(read_extract(extract), describe_source(extract))


def test_a_one_way_street_is_driven_one_way(tmp_path):
    town = one_way_block()
    network = network_of(town, tmp_path)
    ends = [town.at("C")], [town.at("D")]
    along, round_about = network.matrix(*ends, DAY), network.matrix(*ends[::-1], DAY)
    assert along.distances_m[0, 0] == pytest.approx(1_000, rel=0.005)
    assert round_about.distances_m[0, 0] == pytest.approx(3_000, rel=0.005)
    assert along.durations_s[0, 0] == pytest.approx(1_000 / DRIVEN_80, abs=1)
    assert round_about.durations_s[0, 0] == pytest.approx(3_000 / DRIVEN_80, abs=1)


def test_the_fastest_way_is_taken_even_when_it_is_longer(tmp_path):
    lanes = {"highway": "living_street"}
    town = Town(
        nodes={"A": (0, 0), "B": (2_000, 0), "C": (1_000, 1_000)},
        ways=[("AB", lanes), ("AC", {"highway": "primary"}), ("CB", {"highway": "primary"})],
    )
    matrix = network_of(town, tmp_path).matrix([town.at("A")], [town.at("B")], DAY)
    assert matrix.distances_m[0, 0] == pytest.approx(2 * 1_414, rel=0.005)


def test_a_door_is_never_attached_to_a_motorway(tmp_path):
    town = Town(
        nodes={"A": (0, 0), "B": (3_000, 0), "C": (0, 400), "D": (3_000, 400)},
        ways=[
            ("AB", {"highway": "motorway", "oneway": "no"}),
            ("AC", {"highway": "motorway_link", "oneway": "no"}),
            ("BD", {"highway": "motorway_link", "oneway": "no"}),
            ("CD", {"highway": "unclassified"}),
        ],
    )
    graph = graph_of(town, tmp_path)
    doors = graph.lat[graph.has_doors]
    assert len(doors)
    assert (doors > at_m(0, 399).lat).all()


def test_roads_one_cannot_come_back_from_are_left_out(tmp_path):
    town = one_way_block()
    town.nodes |= {"X": (500, 2_000), "Y": (900, 2_000), "Z": (1_500, 1_000)}
    town.ways += [
        ("XY", {"highway": "residential"}),
        ("CZ", {"highway": "residential", "oneway": "yes"}),
    ]
    graph = graph_of(town, tmp_path)
    assert graph.lat.max() < at_m(0, 1_500).lat
    assert graph.lon.max() < at_m(1_200, 0).lon
    durations = RoadNetwork.build(graph).matrix([town.at("X")], [town.at("A")], DAY).durations_s
    assert 0 < durations[0, 0] < 3_600


def test_a_bollard_cuts_a_street_and_a_gate_does_not(tmp_path):
    street = {"highway": "unclassified"}
    town = Town(
        nodes={"A": (0, 0), "B": (500, 0), "C": (1_000, 0), "D": (1_000, 2_000), "E": (0, 2_000)},
        ways=[("ABC", street), ("CD", street), ("DE", street), ("EA", street)],
    )
    ends = [town.at("A")], [town.at("C")]
    town.node_tags = {"B": {"barrier": "gate"}}
    open_m = network_of(town, tmp_path).matrix(*ends, DAY).distances_m[0, 0]
    town.node_tags = {"B": {"barrier": "bollard"}}
    cut_m = network_of(town, tmp_path).matrix(*ends, DAY).distances_m[0, 0]
    assert (open_m, cut_m) == (pytest.approx(1_000, rel=0.005), pytest.approx(5_000, rel=0.005))


def test_traffic_lights_cost_their_delay(tmp_path):
    town = one_way_block()
    ends = [town.at("A")], [town.at("B")]
    without = network_of(town, tmp_path).matrix(*ends, RUSH).durations_s[0, 0]
    town.node_tags = {"B": {"highway": "traffic_signals"}}
    lit = network_of(town, tmp_path).matrix(*ends, RUSH).durations_s[0, 0]
    assert lit - without == pytest.approx(PARAMETERS.signals_s.rush, abs=1)


def test_a_road_near_a_village_is_built_up_unless_its_sign_says_otherwise(tmp_path):
    road = {"highway": "secondary"}
    town = Town(
        nodes={"A": (0, 0), "B": (300, 0), "C": (5_000, 0), "D": (5_300, 0), "V": (150, 50)},
        ways=[("AB", road), ("BC", {**road, "maxspeed": "80"}), ("CD", road)],
        node_tags={"V": {"place": "village", "name": "V"}},
    )
    graph = graph_of(town, tmp_path)
    middle_lon = (graph.lon[graph.tail] + graph.lon[graph.head]) / 2
    assert graph.built_up[middle_lon < at_m(300, 0).lon].all()
    assert not graph.built_up[middle_lon > at_m(300, 0).lon].any()


def test_a_way_clipped_at_the_border_is_cut_there(tmp_path):
    street = {"highway": "residential"}
    town = Town(
        nodes={"A": (0, 0), "B": (400, 0), "C": (800, 0), "D": (1_200, 0), "E": (1_600, 0)},
        ways=[("ABCDE", street)],
        left_out="C",
    )
    graph = graph_of(town, tmp_path)
    assert graph.length_m.max() == pytest.approx(400, rel=0.005)
    assert graph.length_m.sum() == pytest.approx(2 * 400, rel=0.005)


def test_a_long_road_keeps_nodes_to_attach_doors_to(tmp_path):
    bends = {chr(ord("A") + i): (100.0 * i, 0.0) for i in range(20)}
    town = Town(nodes=bends, ways=[("".join(bends), {"highway": "unclassified"})])
    graph = graph_of(town, tmp_path)
    assert graph.length_m.max() <= 201
    assert graph.length_m.sum() == pytest.approx(2 * 1_900, rel=0.005)


def test_lengths_and_durations_are_those_of_an_independent_dijkstra(grid, grid_graph):
    nodes = np.random.default_rng(2).choice(np.flatnonzero(grid_graph.has_doors), 40)
    here = [Position(lat=grid_graph.lat[i], lon=grid_graph.lon[i]) for i in nodes]
    matrix = grid.matrix(here, here, RUSH)
    seconds, lengths = fastest_ways(grid_graph, Traffic.RUSH, nodes)
    assert np.abs(matrix.durations_s - seconds).max() <= 1.01
    assert np.abs(matrix.distances_m - lengths).max() <= 5


def fastest_ways(graph: RoadGraph, traffic: Traffic, nodes) -> tuple[np.ndarray, np.ndarray]:
    """Seconds and metres of the fastest ways, walked back arc by arc."""
    took = arc_durations_s(graph, PARAMETERS, traffic)
    size = len(graph.lat)
    arcs = csr_matrix((took, (graph.tail, graph.head)), shape=(size, size))
    metres = csr_matrix((graph.length_m, (graph.tail, graph.head)), shape=(size, size)).todok()
    seconds, before = dijkstra(arcs, indices=nodes, return_predecessors=True)
    lengths = np.zeros((len(nodes), len(nodes)))
    for row, start in enumerate(nodes):
        for column, end in enumerate(nodes):
            at = end
            while at != start:
                lengths[row, column] += metres[before[row, at], at]
                at = before[row, at]
    return seconds[:, nodes], lengths


@bounded
@given(somewhere=st.lists(around_the_grid, min_size=3, max_size=7))
def test_passing_by_a_third_position_never_saves_time(grid, somewhere):
    durations = grid.matrix(somewhere, somewhere, DAY).durations_s
    by_third = (durations[:, :, None] + durations[None]).min(axis=1)
    assert (durations <= by_third).all()
    assert not durations.diagonal().any()


@bounded
@given(one=around_the_grid, other=around_the_grid)
def test_more_traffic_never_shortens_a_journey(grid, one, other):
    night, day, rush = (
        grid.matrix([one], [other], at).durations_s[0, 0] for at in (NIGHT, DAY, RUSH)
    )
    assert 0 <= night <= day <= rush


def test_no_position_makes_an_empty_matrix(grid):
    assert grid.matrix([], [at_m(0, 0)], DAY).durations_s.shape == (0, 1)
    assert grid.matrix([at_m(0, 0)], [], DAY).distances_m.shape == (1, 0)


def test_neighbours_on_the_same_node_go_straight(grid):
    matrix = grid.matrix([at_m(3, 0)], [at_m(-3, 0)], DAY)
    assert matrix.distances_m[0, 0] == pytest.approx(6, abs=1)
    assert 0 < matrix.durations_s[0, 0] <= 2


def test_both_ends_pay_for_reaching_the_road(grid):
    near = grid.matrix([at_m(0, 0)], [at_m(2_000, 0)], DAY)
    far = grid.matrix([at_m(-200, 0)], [at_m(2_100, 0)], DAY)
    away_s = (far.durations_s - near.durations_s)[0, 0]
    assert (far.distances_m - near.distances_m)[0, 0] == pytest.approx(300, abs=3)
    assert away_s == pytest.approx(300 * 3.6 / PARAMETERS.access_kmh, abs=2)


def test_the_profile_is_the_traffic_of_the_instant(grid):
    assert [grid.profile(at) for at in (NIGHT, DAY, RUSH)] == ["NIGHT", "DAY", "RUSH"]


def test_a_position_far_from_the_network_is_an_error_that_does_not_tell_where_one_lives(grid):
    far = Position(lat=43.712345, lon=1.4412345)
    with pytest.raises(
        PositionOffRoads, match=r"position 0 \(vers 43.71, 1.44\) est à .* km de"
    ) as error:
        grid.matrix([far], [at_m(0, 0)], DAY)
    assert "43.7123" not in str(error.value)


def test_parts_of_a_foreign_graph_without_a_road_between_are_an_error_not_a_number():
    graph = RoadGraph(
        lat=np.array([43.60, 43.61, 43.62, 43.63]),
        lon=np.full(4, 1.44),
        has_doors=np.ones(4, dtype=bool),
        tail=np.array([0, 1, 2, 3], dtype=np.uint32),
        head=np.array([1, 0, 3, 2], dtype=np.uint32),
        length_m=np.full(4, 1_112.0, dtype=np.float32),
        road_class=np.full(4, RoadClass.PRIMARY, dtype=np.uint8),
        limit_kmh=np.zeros(4, dtype=np.uint8),
        built_up=np.zeros(4, dtype=bool),
        signals=np.zeros(4, dtype=bool),
        source="two islands",
    )
    islands = [Position(lat=lat, lon=1.44) for lat in graph.lat]
    with pytest.raises(NoRoute):
        RoadNetwork.build(graph).matrix(islands, islands, DAY)


def test_a_saved_network_answers_as_before(tmp_path, grid):
    grid.save(tmp_path / "built")
    loaded = RoadNetwork.load(tmp_path / "built")
    ends = [at_m(0, 0), at_m(2_000, 2_000)], [at_m(1_000, 400), at_m(0, 1_600)]
    before, after = grid.matrix(*ends, RUSH), loaded.matrix(*ends, RUSH)
    assert (before.durations_s == after.durations_s).all()
    assert (before.distances_m == after.distances_m).all()
    assert loaded.label == grid.label
    assert "town.osm.pbf" in loaded.label
    assert "OpenStreetMap" in loaded.label


def test_a_network_whose_order_is_gone_or_of_another_network_is_refused(tmp_path, grid):
    grid.save(tmp_path)
    order = next(tmp_path.glob("order-*"))
    network_of(one_way_block(), tmp_path).save(tmp_path / "other")
    for name in ("tail", "head", "order", "rank", "node_count"):
        (order / name).write_bytes(next((tmp_path / "other").glob(f"order-*/{name}")).read_bytes())
    with pytest.raises(UnreadableRoads, match="pas ceux du réseau"):
        RoadNetwork.load(tmp_path)
    order.rename(tmp_path / "elsewhere")
    with pytest.raises(UnreadableRoads, match="roads build"):
        RoadNetwork.load(tmp_path)


@pytest.mark.parametrize("content", [b"", b"not a network", b"PK\x03\x04cut short"])
def test_a_file_that_is_no_network_is_refused_with_its_name(tmp_path, content):
    (tmp_path / NETWORK_FILE).write_bytes(content)
    with pytest.raises(UnreadableRoads, match=r"network\.npz"):
        RoadNetwork.load(tmp_path)


def test_a_file_of_other_numbers_is_refused_with_its_name(tmp_path):
    with (tmp_path / NETWORK_FILE).open("wb") as file:
        np.save(file, np.arange(3))
    with pytest.raises(UnreadableRoads, match=r"network\.npz"):
        RoadNetwork.load(tmp_path)


def test_a_network_of_another_format_is_refused(tmp_path, grid):
    grid.save(tmp_path)
    with np.load(tmp_path / NETWORK_FILE) as file:
        columns = dict(file)
    columns["about"] = np.array('{"format": 99, "source": "the future"}')
    np.savez(tmp_path / NETWORK_FILE, **columns)
    with pytest.raises(UnreadableRoads, match="format 99"):
        RoadNetwork.load(tmp_path)


def test_an_extract_without_a_road_is_refused(tmp_path):
    town = Town(nodes={"A": (0, 0), "B": (9, 0)}, ways=[("AB", {"highway": "footway"})])
    with pytest.raises(UnreadableRoads, match="aucune route ouverte aux voitures"):
        network_of(town, tmp_path)


def test_an_extract_whose_only_roads_go_nowhere_is_refused(tmp_path):
    barred = {"A": {"barrier": "bollard"}, "B": {"barrier": "bollard"}}
    town = Town({"A": (0, 0), "B": (9, 0)}, [("AB", {"highway": "residential"})], barred)
    with pytest.raises(UnreadableRoads, match="aucun tronçon"):
        network_of(town, tmp_path)


def test_a_file_that_is_no_extract_is_refused_with_its_name(tmp_path):
    (tmp_path / "wrong.osm.pbf").write_bytes(b"hello")
    with pytest.raises(UnreadableRoads, match=r"wrong\.osm\.pbf"):
        RoadNetwork.from_extract(tmp_path / "wrong.osm.pbf")


def test_named_places_are_read_with_their_population_when_it_is_a_number(tmp_path):
    town = one_way_block()
    town.node_tags = {
        "A": {"place": "village", "name": "Un", "population": "1 250"},
        "B": {"place": "hamlet", "name": "Deux", "population": "many"},
    }
    places = read_extract(town.write(tmp_path / "town.osm.pbf")).places
    assert [(p.kind, p.name, p.population) for p in places] == [
        ("village", "Un", 1250),
        ("hamlet", "Deux", None),
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("50", 50),
        ("30 mph", 48),
        ("80 km/h", 80),
        ("90;70", 70),
        ("FR:urban", 50),
        ("FR:zone30", 30),
        ("FR:zone:20", 20),
        ("FR:motorway", 130),
        ("none", 0),
        ("", 0),
        ("signals", 0),
    ],
)
def test_a_speed_limit_is_read_in_km_h(text, expected):
    assert limit_kmh({"maxspeed": text}) == expected


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({}, (True, True)),
        ({"oneway": "yes"}, (True, False)),
        ({"oneway": "-1"}, (False, True)),
        ({"oneway": "no", "junction": "roundabout"}, (True, True)),
        ({"junction": "roundabout"}, (True, False)),
        ({"oneway": "reversible"}, (False, False)),
    ],
)
def test_a_way_tells_which_way_it_is_driven(tags, expected):
    assert directions(tags, RoadClass.SECONDARY) == expected


def test_a_motorway_is_one_way_unless_told_otherwise():
    assert directions({}, RoadClass.MOTORWAY) == (True, False)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"highway": "residential"}, RoadClass.RESIDENTIAL),
        ({"highway": "residential", "access": "private"}, None),
        ({"highway": "residential", "access": "no", "motor_vehicle": "yes"}, RoadClass.RESIDENTIAL),
        ({"highway": "service", "service": "parking_aisle"}, None),
        ({"highway": "pedestrian"}, None),
        ({"highway": "service", "area": "yes"}, None),
        ({}, None),
    ],
)
def test_only_roads_open_to_cars_are_kept(tags, expected):
    assert road_class(tags) == expected


def test_a_bollard_said_to_open_does_not_block():
    assert is_blocked({"barrier": "bollard"})
    assert not is_blocked({"barrier": "bollard", "motor_vehicle": "yes"})
    assert is_blocked({"barrier": "gate", "access": "private"})


def test_a_file_that_is_absent_is_said_to_be_absent(tmp_path):
    with pytest.raises(UnreadableRoads, match=r"wrong\.osm\.pbf : fichier ou dossier introuvable"):
        RoadNetwork.from_extract(tmp_path / "wrong.osm.pbf")
    with pytest.raises(UnreadableRoads, match=r"network\.npz : fichier ou dossier introuvable"):
        RoadNetwork.load(tmp_path)
