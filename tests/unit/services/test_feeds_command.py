import subprocess
import sys
from datetime import datetime, timedelta

import httpx
import pytest

from adapters.kit.clock import SystemClock
from services.cli.feeds import agendas_of, clock_at, fault_of
from services.errors import BadInput
from simulations.feeds.faults import Fault
from simulations.feeds.serving import listen

SERVE = [sys.executable, "-c", "from services.cli import main; main()", "feeds", "serve"]


def test_every_fault_is_known_by_its_name():
    assert [fault_of(fault.value) for fault in Fault] == list(Fault)


def test_an_unknown_fault_is_named_with_those_there_are():
    with pytest.raises(BadInput, match=r"--fault: 'flood' is not one of slow, 401, "):
        fault_of("flood")


def test_an_unknown_territory_is_named():
    with pytest.raises(BadInput, match="--territory: no territory 'atlantis'"):
        agendas_of("atlantis", seed=1)


def test_the_mock_server_can_begin_at_another_instant_and_runs_on():
    at = datetime.fromisoformat("2026-11-21T19:40:00+01:00")
    elapsed = clock_at(at.isoformat()).now() - at
    assert timedelta(0) <= elapsed < timedelta(minutes=1)


def test_without_an_instant_it_is_now():
    assert abs(clock_at(None).now() - SystemClock().now()) < timedelta(minutes=1)


@pytest.mark.parametrize("at", ["2026-11-21T19:40:00", "soon"])
def test_an_instant_without_an_offset_is_refused(at):
    with pytest.raises(BadInput, match="--at: "):
        clock_at(at)


def test_an_unknown_fault_ends_with_status_2_and_one_line():
    done = subprocess.run([*SERVE, "--fault", "flood"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("aiguilleur: --fault: 'flood' is not one of")
    assert done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_named():
    with listen() as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run([*SERVE, "--port", port], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith(f"aiguilleur: --port: {port} can't be used")


def test_it_serves_the_agendas_of_the_territory_with_the_fault_asked_for():
    with subprocess.Popen(
        [*SERVE, "--port", "0", "--fault", "500"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        url = line.split()[1]
        try:
            answer = httpx.get(url, trust_env=False, timeout=10)
        finally:
            server.terminate()
    assert line.rstrip().endswith("faults: 500")
    assert answer.status_code == 500
    assert answer.json()["resourceType"] == "OperationOutcome"
