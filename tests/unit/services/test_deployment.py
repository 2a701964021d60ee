"""The composition is made of commands, settings and addresses that are there."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.main import get_command

from services.cli import build
from services.cli.serve import server_of
from services.settings import Settings
from simulations.feeds.serving import LOOPBACK
from tests.worlds import TinyWorld

ROOT = Path(__file__).parents[3]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one.get("image") == "aiguilleur"}
FRONT = (ROOT / "deploy/front.conf").read_text(encoding="utf-8")
PROMETHEUS = yaml.safe_load((ROOT / "deploy/prometheus.yml").read_text(encoding="utf-8"))


def test_the_whole_is_there():
    wanted = {"postgres", "redis", "rabbitmq", "api-1", "api-2", "console", "feeds", "prometheus"}
    assert wanted | {"worker-1", "worker-2"} <= set(SERVICES)


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_command_is_one_of_ours_with_options_it_knows(name: str):
    program, *words = OURS[name]["command"]
    assert program == ".venv/bin/aiguilleur"
    command = get_command(build())
    while hasattr(command, "commands") and words and not words[0].startswith("-"):
        command = command.commands[words.pop(0)]
    known = {option for one in command.params for option in one.opts}
    assert {word for word in words if word.startswith("--")} <= known


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_setting_is_one_the_program_reads(name: str):
    read = {f"AIGUILLEUR_{field.upper()}" for field in Settings.model_fields}
    assert set(OURS[name]["environment"]) <= read


def test_whoever_waits_for_another_waits_for_one_that_is_there_and_says_how_it_is():
    for one in SERVICES.values():
        for awaited, how in one.get("depends_on", {}).items():
            assert awaited in SERVICES
            if how["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[awaited]


def test_nothing_is_reached_from_another_machine():
    published = [port for one in SERVICES.values() for port in one.get("ports", [])]
    assert published
    assert all(port.startswith(f"{LOOPBACK}:") for port in published)


def test_the_front_and_prometheus_name_processes_that_are_there():
    named = set(re.findall(r"server ([a-z0-9-]+):8000", FRONT))
    jobs = [one for part in PROMETHEUS["scrape_configs"] for one in part["static_configs"]]
    watched = {target.partition(":")[0] for one in jobs for target in one["targets"]}
    assert named == {"api-1", "api-2", "console"}
    assert watched == named | {"worker-1", "worker-2"}


def test_the_front_leaves_an_idle_connection_before_a_process_closes_it(
    world: TinyWorld, tmp_path: Path
):
    parts = re.findall(r"^upstream \w+ {(.*?)^}", FRONT, re.MULTILINE | re.DOTALL)
    kept_s = [
        int(told) for part in parts for told in re.findall(r"keepalive_timeout (\d+)s;", part)
    ]
    assert len(kept_s) == len(parts) == 2
    runtime = world.runtime(f"sqlite:///{tmp_path}/store.db")
    assert max(kept_s) < server_of(runtime).config.timeout_keep_alive
