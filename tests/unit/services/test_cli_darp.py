"""`aiguilleur darp`: a published form of instance in, a plan out."""

import json

import pytest
from typer.testing import CliRunner

from services.cli import build

INSTANCE = """1 2 480 3 30
0 0 0 0 0 0 480
1 0 3 2 1 20 60
2 0 5 2 1 20 90
3 4 3 2 -1 0 480
4 4 5 2 -1 0 480
5 0 0 0 0 0 480
"""


@pytest.fixture
def instance(tmp_path):
    path = tmp_path / "tiny.txt"
    path.write_text(INSTANCE, encoding="utf-8")
    return path


def run(*arguments):
    return CliRunner().invoke(build(), ["darp", *map(str, arguments)])


def test_the_plan_of_an_instance_has_its_cost_and_every_stop(instance):
    told = run(instance, "--iterations", 100, "--seed", 1, "--format", "json")
    document = json.loads(told.stdout)
    assert told.exit_code == 0
    assert document["truncated"] is False
    nodes = [stop["node"] for route in document["routes"] for stop in route["stops"]]
    assert {1, 2, 3, 4} <= set(nodes)
    assert 12 < document["objective"] < 30


def test_the_same_seed_gives_the_same_document(instance):
    first, second = (
        run(instance, "--iterations", 50, "--seed", 2, "--format", "json").stdout for _ in range(2)
    )
    assert first == second


def test_the_routing_library_gives_the_same_kind_of_document(instance):
    told = run(instance, "--solver", "routing", "--iterations", 500, "--format", "json")
    document = json.loads(told.stdout)
    assert told.exit_code == 0
    assert 12 < document["objective"] < 30
    assert document["unserved"] == []


def test_people_read_the_routes(instance):
    assert "0" in run(instance, "--iterations", 20).stdout


@pytest.mark.parametrize(
    "arguments", [(), ("--iterations", 1, "--time-limit", 1), ("--iterations", -1)]
)
def test_one_limit_is_needed_and_it_is_positive(instance, arguments):
    assert run(instance, *arguments).exit_code != 0


def test_a_file_that_is_no_instance_is_refused(tmp_path):
    path = tmp_path / "broken.txt"
    path.write_text("not an instance\n", encoding="utf-8")
    assert run(path, "--iterations", 1).exit_code != 0
