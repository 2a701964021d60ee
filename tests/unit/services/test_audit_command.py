"""`aiguilleur audit`, as a person runs it."""

import asyncio
import json
import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.audit.exchanges import Evidence
from adapters.kit.clock import FixedClock
from services.audits.gathering import stopped_as_by_hand
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.lrm_software import LrmFault
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.serving import listen, serve_in_thread
from simulations.feeds.transporter_company import TransporterFault
from tests.unit.adapters.audit.company import COMPANY, SECRET
from tests.unit.adapters.audit.test_lrm import journal
from tests.unit.adapters.audit.test_transporter import journal as company_journal
from tests.unit.adapters.audit.worlds import agendas
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused
from tests.unit.simulations.feeds.agendas import DOCTOR_A, DOCTOR_B, NOW

ABOUT = ["--id", f"8{DOCTOR_A.value}", "--id", str(DOCTOR_B), "--at", NOW.isoformat()]
FAST = ["--rate", "50"]


@pytest.fixture
def board() -> FaultBoard:
    return FaultBoard()


@pytest.fixture
def editor(board: FaultBoard) -> Iterator[str]:
    with serve_in_thread(SasEditor(agendas(), FixedClock(NOW), board).app()) as url:
        yield url


def test_a_conforming_editor_ends_with_status_0(aiguilleur: CommandLine, editor: str):
    said = aiguilleur.run("audit", editor, "--profile", "sas-ps", *ABOUT, *FAST)
    assert said.status == 0
    assert "Aucun manquement dans ce qui a été vérifié (40 exigences sur 48)" in said.out
    assert "[agg-psindiv@12]" in said.out


def test_a_failed_requirement_ends_with_status_3(
    aiguilleur: CommandLine, editor: str, board: FaultBoard
):
    board.show(Fault.BUSY)
    said = aiguilleur.run("audit", editor, "--profile", "sas-ps", *ABOUT, *FAST, "--format", "json")
    assert said.status == 3
    assert said.document["conclusion"] == "NOT_CONFORMING"
    assert said.document["counts"]["FAIL"] == 2


def test_a_report_can_be_kept_and_compared_with(
    aiguilleur: CommandLine, editor: str, board: FaultBoard, tmp_path: Path
):
    asked = ("audit", editor, "--profile", "sas-ps", *ABOUT, *FAST, "--out")
    aiguilleur.run(*asked, str(tmp_path / "avant"))
    board.show(Fault.NO_URL)
    before = str(tmp_path / "avant/audit.json")
    aiguilleur.run(*asked, str(tmp_path / "apres"), "--earlier", before)
    after = json.loads((tmp_path / "apres/audit.json").read_text(encoding="utf-8"))
    assert [one["check"] for one in after["trend"]] == ["adresse-rdv"]
    page = (tmp_path / "apres/audit.html").read_text(encoding="utf-8")
    assert "Depuis l'audit précédent" in page


@pytest.mark.parametrize(
    ("earlier", "told"),
    [
        ('{"checks": [{}]}', "profile"),
        ('{"profile": "sas-ps", "target": "TARGET", "checks": [{}]}', "checks[0].check"),
        ('{"profile": "sas-ps", "target": "http://autre", "checks": []}', "target"),
    ],
)
def test_an_earlier_report_that_cannot_be_compared_is_refused_naming_file_and_field(
    aiguilleur: CommandLine, editor: str, tmp_path: Path, earlier: str, told: str
):
    path = tmp_path / "avant.json"
    path.write_text(earlier.replace("TARGET", editor), encoding="utf-8")
    asked = ("audit", editor, "--profile", "sas-ps", *ABOUT, *FAST)
    said = aiguilleur.run(*asked, "--earlier", str(path))
    assert is_refused(said, "--earlier")
    assert str(path) in said.err
    assert told in said.err


def test_the_command_says_how_long_it_took_and_that_nothing_changed(
    aiguilleur: CommandLine, editor: str, tmp_path: Path
):
    asked = ("audit", editor, "--profile", "sas-ps", *ABOUT, *FAST)
    said = aiguilleur.run(*asked, "--out", str(tmp_path))
    assert re.search(r"^\d+ questions en \d+,\d s\.$", said.out, re.MULTILINE)
    again = aiguilleur.run(*asked, "--earlier", str(tmp_path / "audit.json"))
    assert "Comparé à l'audit précédent : rien n'a changé." in again.out


def test_a_journal_of_a_regulation_software_is_judged(aiguilleur: CommandLine, tmp_path: Path):
    path = tmp_path / "journal.jsonl"
    path.write_text(journal(LrmFault.ZULU), encoding="utf-8")
    asked = ("audit", str(path), "--profile", "lrm", "--id", "fr.health.samu310")
    said = aiguilleur.run(*asked)
    assert said.status == 3
    assert "Dates sans millisecondes ni « Z »" in said.out


def test_a_regulation_software_is_sent_nothing_unless_told(aiguilleur: CommandLine):
    """Not even a connection is opened to the broker, and every check says why."""
    with listen() as broker:
        broker.setblocking(False)
        url = f"amqp://127.0.0.1:{broker.getsockname()[1]}/"
        asked = ("audit", url, "--profile", "lrm", "--id", "fr.health.samu310", "--format", "json")
        said = aiguilleur.run(*asked)
        with pytest.raises(BlockingIOError):
            broker.accept()
    assert (said.status, said.document["conclusion"]) == (0, "UNDETERMINED")
    assert {one["verdict"] for one in said.document["checks"]} == {"NOT_RUN"}
    assert {"--book" in one["note"] for one in said.document["checks"]} == {True}


@pytest.mark.parametrize(
    ("text", "ids"),
    [("pas un journal", ("--id", "fr.health.samu310")), ("", ()), ("", ("--id", "a", "--id", "b"))],
)
def test_a_journal_that_is_none_is_refused(
    aiguilleur: CommandLine, tmp_path: Path, text: str, ids: tuple[str, ...]
):
    path = tmp_path / "journal.jsonl"
    path.write_text(text, encoding="utf-8")
    said = aiguilleur.run("audit", str(path), "--profile", "lrm", *ids)
    assert (said.status, said.out) == (2, "")


def test_a_journal_of_a_transporter_is_judged(aiguilleur: CommandLine, tmp_path: Path):
    path, secret = tmp_path / "journal.jsonl", tmp_path / "secret"
    path.write_text(company_journal(TransporterFault.LATE_ANSWER), encoding="utf-8")
    secret.write_bytes(SECRET)
    asked = ("audit", str(path), "--profile", "transporter", "--id", COMPANY)
    said = aiguilleur.run(*asked, "--secret", str(secret))
    assert said.status == 3
    assert "réponse au bout de 75 s, 60 s permis" in said.out


def test_a_transporter_that_runs_is_listened_to(aiguilleur: CommandLine, tmp_path: Path):
    """Nobody is at the address: the audit says so, and the webhook is closed afterwards."""
    secret = tmp_path / "secret"
    secret.write_bytes(SECRET)
    with listen() as free:
        port = free.getsockname()[1]
    asked = ("audit", "http://127.0.0.1:9/missions", "--profile", "transporter", "--id", COMPANY)
    about = ("--secret", str(secret), "--listen", f"127.0.0.1:{port}", "--patience", "0.1")
    said = aiguilleur.run(*asked, *about, "--book", "1")
    assert said.status == 0
    assert "Indéterminé" in said.out
    assert "personne ne nous a laissés entrer (connexion : ConnectError)" in said.out


def test_an_audit_told_to_end_is_interrupted_as_by_hand():
    async def listen() -> Evidence:
        os.kill(os.getpid(), signal.SIGTERM)
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return Evidence(exchanges=(), stopped="interrompu")
        return Evidence(exchanges=())

    assert asyncio.run(stopped_as_by_hand(listen())).stopped == "interrompu"


NOWHERE = ("http://127.0.0.1:9", "--profile")


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ((*NOWHERE, "sas-xx"), "--profile"),
        ((*NOWHERE, "sas-ps", "--rate", "0"), "--rate"),
        ((*NOWHERE, "sas-ps", "--book", "-1"), "--book"),
        ((*NOWHERE, "sas-ps", "--id", "abc"), "--id"),
        ((*NOWHERE, "sas-ps", "--earlier", "absent.json"), "--earlier"),
        ((*NOWHERE, "sas-ps", "--at", "hier"), "--at"),
        ((*NOWHERE, "sas-ps", "--territory", "nulle-part"), "--territory"),
        ((*NOWHERE, "transporter"), "--id"),
        ((*NOWHERE, "transporter", "--id", "a"), "--secret"),
        ((*NOWHERE, "transporter", "--id", "a", "--secret", "absent"), "--secret"),
        ((*NOWHERE, "transporter", "--patience", "0"), "--patience"),
        (("absent.json", "--profile", "sas-ps"), "URL_OR_FILE"),
    ],
)
def test_bad_input_is_refused_in_one_line_naming_it(
    aiguilleur: CommandLine, arguments: tuple[str, ...], field: str
):
    assert is_refused(aiguilleur.run("audit", *arguments), field)


__all__ = ["aiguilleur"]
