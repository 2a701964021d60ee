"""Certificates, against a door of mutual TLS and a local authority."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from adapters.audit.checks import Verdict
from adapters.audit.exchanges import Evidence, Purpose
from adapters.audit.report import Audit, Conclusion
from adapters.audit.run import Manner, audit_server
from adapters.audit.sas_plan import Flow
from adapters.kit.clock import FixedClock, SystemClock
from adapters.kit.http import ClientCertificate
from simulations.feeds.boards import Board
from simulations.feeds.local_authority import (
    AUTHORITY,
    LIVES,
    NAME,
    OURS,
    SERVER,
    UNIT,
    write_certificates,
)
from simulations.feeds.mutual_tls import TOLD, Door, DoorFault, behind
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from tests.unit.adapters.audit.worlds import agendas, judged, plan
from tests.unit.simulations.feeds.agendas import NOW


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a local authority, the server's certificate, and those of three callers."""
    folder = tmp_path_factory.mktemp("pki")
    write_certificates(folder, SystemClock().now())
    return folder


@pytest.fixture(scope="module")
def inner() -> Iterator[int]:
    with serve_in_thread(SasEditor(agendas(), FixedClock(NOW)).app()) as url:
        port = urlsplit(url).port
        assert port is not None
        yield port


def certificate(pki: Path, file: str) -> ClientCertificate:
    return ClientCertificate(certificate=pki / file, key=pki / file, authorities=pki / AUTHORITY)


def audited_behind(door: Door, inner: int, pki: Path, flow: Flow = Flow.PS) -> Audit:
    manner = Manner(
        per_s=1e6,
        certificate=certificate(pki, OURS),
        authorities=pki / AUTHORITY,
        others={
            Purpose.OTHER_NAME: certificate(pki, "other_name.pem"),
            Purpose.OTHER_UNIT: certificate(pki, "other_unit.pem"),
        },
    )
    with behind(door, inner) as url:
        return judged(flow, evidence_from(url, manner, flow))


def evidence_from(url: str, manner: Manner, flow: Flow = Flow.PS) -> Evidence:
    return asyncio.run(
        audit_server(
            url,
            plan(flow, bookings=0),
            manner,
            clock=FixedClock(NOW),
            stopwatch=time.perf_counter,
        )
    )


def verdicts(audit: Audit) -> dict[str, Verdict]:
    found = {one.check.check_id: one.verdict for one in audit.outcomes}
    return {name: found[name] for name in ("recherche", "mtls-certificat", "mtls-cn", "mtls-ou")}


def door(pki: Path, board: Board[DoorFault] | None = None) -> Door:
    return Door(
        certificate=pki / SERVER,
        authorities=pki / AUTHORITY,
        name=NAME,
        unit=UNIT,
        board=board,
    )


@pytest.mark.requirement("agg-psindiv@1", "agg-psindiv@2", "agg-psindiv@3")
@pytest.mark.requirement("mtls-v3.2@certificat", "mtls-v3.2@CN", "mtls-v3.2@OU")
@pytest.mark.parametrize("flow", Flow)
def test_a_server_that_checks_certificate_name_and_unit_passes(pki: Path, inner: int, flow: Flow):
    found = verdicts(audited_behind(door(pki, Board()), inner, pki, flow))
    assert set(found.values()) == {Verdict.PASS}


def test_a_server_that_turns_callers_away_by_the_handshake_passes_too(pki: Path, inner: int):
    found = verdicts(audited_behind(door(pki), inner, pki))
    assert set(found.values()) == {Verdict.PASS}


EXPECTED = {
    DoorFault.ANY_CALLER: "mtls-certificat",
    DoorFault.ANY_NAME: "mtls-cn",
    DoorFault.ANY_UNIT: "mtls-ou",
}


@pytest.mark.parametrize("fault", DoorFault)
def test_a_careless_door_fails_the_check_it_should_and_no_other(
    pki: Path, inner: int, fault: DoorFault
):
    found = verdicts(audited_behind(door(pki, Board(fault)), inner, pki))
    failed = [name for name, verdict in found.items() if verdict is Verdict.FAIL]
    assert failed == [EXPECTED[fault]]
    assert found["recherche"] is Verdict.PASS


@pytest.mark.parametrize("is_by_handshake", [True, False])
def test_who_comes_without_a_certificate_accuses_a_rightful_door_of_nothing(
    pki: Path, inner: int, *, is_by_handshake: bool
):
    manner = Manner(per_s=1e6, authorities=pki / AUTHORITY)
    with behind(door(pki, None if is_by_handshake else Board()), inner) as url:
        audit = judged(Flow.PS, evidence_from(url, manner))
    binding = [one for one in audit.outcomes if one.check.level.is_binding]
    assert not {Verdict.PASS, Verdict.FAIL} & {one.verdict for one in binding}
    assert audit.conclusion is Conclusion.UNDETERMINED
    assert is_by_handshake or "ne nous a laissés entrer (HTTP 403)" in binding[3].note


def test_a_folder_keeps_the_certificates_it_has_and_keys_are_for_their_owner_alone(
    pki: Path,
):
    before = {path.name: path.read_bytes() for path in pki.iterdir()}
    write_certificates(pki, SystemClock().now())
    assert {path.name: path.read_bytes() for path in pki.iterdir()} == before
    assert {path.stat().st_mode & 0o777 for path in pki.iterdir() if path.name != AUTHORITY} == {
        0o600
    }


def test_certificates_that_have_run_out_are_made_anew(tmp_path: Path):
    now = SystemClock().now()
    write_certificates(tmp_path, now - 2 * LIVES)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_certificates(tmp_path, now)
    after = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert before.keys() == after.keys()
    assert not set(before.values()) & set(after.values())
    write_certificates(tmp_path, now)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == after


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path):
    (tmp_path / SERVER).write_text("of somebody")
    with pytest.raises(FileNotFoundError, match=r"holds no ca\.pem"):
        write_certificates(tmp_path, SystemClock().now())
    assert [path.name for path in tmp_path.iterdir()] == [SERVER]


def test_every_fault_of_the_door_is_said_in_french():
    assert set(TOLD) == set(DoorFault)
