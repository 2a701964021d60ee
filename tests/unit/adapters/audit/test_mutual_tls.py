"""Certificates, against a door of mutual TLS and a local authority."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import trustme

from adapters.audit.checks import Verdict
from adapters.audit.exchanges import Purpose
from adapters.audit.report import Audit
from adapters.audit.run import Manner, audit_server
from adapters.audit.sas_plan import Flow
from adapters.kit.clock import FixedClock
from adapters.kit.http import ClientCertificate
from simulations.feeds.boards import Board
from simulations.feeds.mutual_tls import TOLD, Door, DoorFault, behind
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import serve_in_thread
from tests.unit.adapters.audit.worlds import agendas, judged, plan
from tests.unit.simulations.feeds.agendas import NOW

NAME, UNIT = "agregateur.essai", "Essais"


@dataclass(frozen=True, slots=True)
class Pki:
    """A local authority, the server's certificate, and those of three callers."""

    authorities: Path
    server: Path
    ours: Path
    other_name: Path
    other_unit: Path


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    folder, authority = tmp_path_factory.mktemp("pki"), trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.pem")

    def issue(file: str, name: str, unit: str) -> Path:
        made = authority.issue_cert("localhost", common_name=name, organization_unit_name=unit)
        made.private_key_and_cert_chain_pem.write_to_path(folder / file)
        return folder / file

    return Pki(
        authorities=folder / "ca.pem",
        server=issue("server.pem", "localhost", "Serveurs"),
        ours=issue("ours.pem", NAME, UNIT),
        other_name=issue("name.pem", "inconnu.essai", UNIT),
        other_unit=issue("unit.pem", NAME, "Ailleurs"),
    )


@pytest.fixture(scope="module")
def inner() -> Iterator[int]:
    with serve_in_thread(SasEditor(agendas(), FixedClock(NOW)).app()) as url:
        port = urlsplit(url).port
        assert port is not None
        yield port


def certificate(path: Path, pki: Pki) -> ClientCertificate:
    return ClientCertificate(certificate=path, key=path, authorities=pki.authorities)


def audited_behind(door: Door, inner: int, pki: Pki, flow: Flow = Flow.PS) -> Audit:
    manner = Manner(
        per_s=1e6,
        certificate=certificate(pki.ours, pki),
        authorities=pki.authorities,
        others={
            Purpose.OTHER_NAME: certificate(pki.other_name, pki),
            Purpose.OTHER_UNIT: certificate(pki.other_unit, pki),
        },
    )
    with behind(door, inner) as url:
        evidence = asyncio.run(
            audit_server(
                url,
                plan(flow, bookings=0),
                manner,
                clock=FixedClock(NOW),
                stopwatch=time.perf_counter,
            )
        )
    return judged(flow, evidence)


def verdicts(audit: Audit) -> dict[str, Verdict]:
    found = {one.check.check_id: one.verdict for one in audit.outcomes}
    return {name: found[name] for name in ("recherche", "mtls-certificat", "mtls-cn", "mtls-ou")}


def door(pki: Pki, board: Board[DoorFault] | None = None) -> Door:
    return Door(
        certificate=pki.server, authorities=pki.authorities, name=NAME, unit=UNIT, board=board
    )


@pytest.mark.requirement("agg-psindiv@1", "agg-psindiv@2", "agg-psindiv@3")
@pytest.mark.requirement("agg-cpts@1", "agg-cpts@2", "agg-cpts@3")
@pytest.mark.requirement("agg-sos@1", "agg-sos@2", "agg-sos@3")
@pytest.mark.parametrize("flow", Flow)
def test_a_server_that_checks_certificate_name_and_unit_passes(pki: Pki, inner: int, flow: Flow):
    found = verdicts(audited_behind(door(pki, Board()), inner, pki, flow))
    assert set(found.values()) == {Verdict.PASS}


def test_a_server_that_turns_callers_away_by_the_handshake_passes_too(pki: Pki, inner: int):
    found = verdicts(audited_behind(door(pki), inner, pki))
    assert set(found.values()) == {Verdict.PASS}


EXPECTED = {
    DoorFault.ANY_CALLER: "mtls-certificat",
    DoorFault.ANY_NAME: "mtls-cn",
    DoorFault.ANY_UNIT: "mtls-ou",
}


@pytest.mark.parametrize("fault", DoorFault)
def test_a_careless_door_fails_the_check_it_should_and_no_other(
    pki: Pki, inner: int, fault: DoorFault
):
    found = verdicts(audited_behind(door(pki, Board(fault)), inner, pki))
    failed = [name for name, verdict in found.items() if verdict is Verdict.FAIL]
    assert failed == [EXPECTED[fault]]
    assert found["recherche"] is Verdict.PASS


def test_every_fault_of_the_door_is_said_in_french():
    assert set(TOLD) == set(DoorFault)
