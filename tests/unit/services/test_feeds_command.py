import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest

from adapters.kit.clock import SystemClock
from services.cli.feed_options import NAMES
from services.cli.feeds import Boards, agendas_of, clock_at, named, show
from services.errors import BadInput
from simulations.feeds.faults import Fault
from simulations.feeds.local_authority import AUTHORITY
from simulations.feeds.lrm_software import LrmFault
from simulations.feeds.mutual_tls import DoorFault
from simulations.feeds.psc_faults import PscFault
from simulations.feeds.serving import listen
from simulations.feeds.transporter_company import TransporterFault
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused

SERVE = [sys.executable, "-c", "from services.cli import main; main()", "feeds", "serve"]
SMALL = ("--territory", "lozere")


def test_every_fault_is_known_by_its_name_and_shown_by_each_mock_that_knows_it():
    assert set(NAMES) == {*Fault, *TransporterFault, *LrmFault, *DoorFault}
    boards = Boards.of(seed=3)
    named = ["any_unit", "rare", "stale", "zulu"]
    assert show(reversed(named), boards) == named
    assert boards.editor.shown == {Fault.STALE, Fault.ZULU}
    assert boards.company.shown == {TransporterFault.STALE, TransporterFault.RARE}
    assert boards.software.shown == {LrmFault.ZULU}
    assert boards.door.shown == {DoorFault.ANY_UNIT}
    assert boards.editor.seed == 3


def test_an_unknown_fault_is_named_with_those_there_are():
    with pytest.raises(BadInput, match=r"--fault: 'flood' n'est pas parmi slow, 401, "):
        show(["flood"], Boards.of(seed=1))


def test_an_unknown_territory_is_named():
    with pytest.raises(BadInput, match="--territory: aucun territoire 'atlantis'"):
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


def test_an_unknown_fault_ends_with_status_2_and_one_line(aiguilleur: CommandLine):
    said = aiguilleur.run("feeds", "serve", "--fault", "flood")
    assert is_refused(said, "--fault")
    assert said.err.startswith("aiguilleur: --fault: 'flood' n'est pas parmi")


def test_an_unknown_fault_of_the_provider_is_named_with_those_there_are():
    with pytest.raises(BadInput, match=r"--fault: 'flood' n'est pas parmi slow, 429, "):
        named(["flood"], PscFault)
    assert named(["expired"], PscFault) == [PscFault.EXPIRED]


@pytest.mark.parametrize("content", [None, "not a certificate"], ids=["a file", "bad content"])
def test_a_folder_of_certificates_that_holds_none_is_named(
    aiguilleur: CommandLine, tmp_path: Path, content: str | None
):
    folder = tmp_path / "certificats"
    if content is None:
        folder.write_text("a file")
    else:
        folder.mkdir()
        (folder / AUTHORITY).write_text(content)
    assert is_refused(aiguilleur.run("feeds", "serve", "--mtls", str(folder)), "--mtls")


def test_a_port_that_is_taken_is_named(aiguilleur: CommandLine):
    with listen() as taken:
        port = str(taken.getsockname()[1])
        said = aiguilleur.run("feeds", "serve", *SMALL, "--port", port)
    assert is_refused(said, "--port")
    assert said.err.startswith(f"aiguilleur: --port: {port} ne peut servir")


def test_it_serves_the_agendas_of_the_territory_with_the_fault_asked_for():
    with subprocess.Popen(
        [*SERVE, *SMALL, "--port", "0", "--fault", "500"], stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout is not None
        told = dict(line.rstrip().split(": ", 1) for line in read_until(server.stdout, "pannes"))
        base = told["sas-sos"].removesuffix("/Schedule")
        try:
            with httpx.Client(trust_env=False, timeout=30) as client:
                answer = client.get(f"{base}/Slot")
                desk = client.get(f"{base}/transporter/_faults").json()
                client.put(f"{base}/_faults", json={"show": []})
                whole = len(client.get(told["finess"]).content)
                client.put(f"{base}/_faults", json={"show": ["duplicate"]})
                twice = len(client.get(told["finess"]).content)
                client.put(f"{base}/_faults", json={"show": []})
                files = {name: client.get(told[name]).status_code for name in FILES}
        finally:
            server.terminate()
    assert told["pannes"].startswith("500 ; ")
    assert answer.status_code == 500
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert desk["shown"] == ["500"]
    assert set(files.values()) == {200}
    assert twice > 1.5 * whole


FILES = ("finess", "rota-ics", "rota-csv", "acceslibre", "gofs", "gtfs-flex", "letaxi", "ccas")


def read_until(lines: Iterable[str], word: str) -> Iterator[str]:
    """Yield the lines that tell where feeds are, up to the one that begins with a word."""
    for line in lines:
        if ": " in line:
            yield line
        if line.startswith(word):
            return


__all__ = ["aiguilleur"]
