import json

import pytest
from typer.testing import CliRunner

from adapters.roads.network import RoadNetwork
from services.cli import build
from services.errors import BadInput
from tests.unit.adapters.roads_worlds import DAY, one_way_block


def run(*arguments: str):
    return CliRunner().invoke(build(), ["roads", "build", *arguments])


def test_a_built_network_is_loaded_and_answers(tmp_path):
    town = one_way_block()
    extract = town.write(tmp_path / "town.osm.pbf")
    result = run(str(extract), "--out", str(tmp_path / "built"), "--format", "json")
    assert result.exit_code == 0, result.output
    told = json.loads(result.output)
    assert told["directory"] == str(tmp_path / "built")
    assert told["length_km"] == 7
    network = RoadNetwork.load(tmp_path / "built")
    assert network.matrix([town.at("C")], [town.at("D")], DAY).durations_s[0, 0] > 0


def test_without_a_folder_the_network_goes_under_var(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    one_way_block().write(tmp_path / "town.osm.pbf")
    result = run("town.osm.pbf")
    assert result.exit_code == 0, result.output
    assert "var/roads/town : " in result.output
    assert (tmp_path / "var/roads/town/network.npz").is_file()


@pytest.mark.parametrize("content", [None, b"not an extract"])
def test_a_file_that_is_no_extract_is_bad_input_and_nothing_is_written(tmp_path, content):
    extract = tmp_path / "town.osm.pbf"
    if content is not None:
        extract.write_bytes(content)
    result = run(str(extract), "--out", str(tmp_path / "built"))
    assert isinstance(result.exception, BadInput)
    assert "town.osm.pbf" in str(result.exception)
    assert not (tmp_path / "built").exists()


def test_a_folder_that_cannot_be_written_is_bad_input(tmp_path):
    extract = one_way_block().write(tmp_path / "town.osm.pbf")
    result = run(str(extract), "--out", str(extract))
    assert isinstance(result.exception, BadInput)
    assert "--out" in str(result.exception)
