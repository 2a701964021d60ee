"""A failure is seen again by a command to copy: a shell reads it, and the server answers alike."""

import asyncio
import json
import subprocess
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import pytest

from adapters.audit.exchanges import Exchange, Purpose
from adapters.audit.replay import replay_of
from adapters.audit.sas_plan import Flow
from adapters.audit.webhook_journal import signed
from adapters.kit.clock import FixedClock
from simulations.feeds.faults import Fault, FaultBoard
from simulations.feeds.sas_editor import SasEditor
from simulations.feeds.transporter_company import MockTransporter
from tests.unit.adapters.audit.company import BASE, COMPANY, SECRET
from tests.unit.adapters.audit.company import evidence_of as company_evidence
from tests.unit.adapters.audit.worlds import agendas, evidence_of, plan
from tests.unit.simulations.feeds.agendas import DOCTOR_A, DOCTOR_B, NOW

NUMBERS = {"NUMERO_1": f"8{DOCTOR_A.value}", "NUMERO_2": f"8{DOCTOR_B.value}"}
TARGET = "http://127.0.0.1:8100"


@dataclass(slots=True, kw_only=True)
class Asked:
    """What a command would have curl ask."""

    method: str = "GET"
    url: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    identity: dict[str, str] = field(default_factory=dict)


def pasted(command: str, variables: dict[str, str]) -> Asked:
    """Have a shell read the command, curl replaced by what tells its arguments and its input."""
    curl = """curl() { for one in "$@"; do printf '%s\\0' "$one"; done; """
    curl += """case "$*" in *"@-"*) cat ;; esac; }"""
    script = "\n".join([curl, command])
    done = subprocess.run(
        ["sh", "-eu", "-c", script],
        capture_output=True,
        check=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", **variables},
    )
    *arguments, stdin = done.stdout.split("\0")
    return _read(arguments, stdin)


def _read(arguments: list[str], stdin: str) -> Asked:
    asked, waiting = Asked(), iter(arguments)
    for one in waiting:
        match one:
            case "-i":
                pass
            case "-X":
                asked.method = next(waiting)
            case "-H":
                name, _, value = next(waiting).partition(": ")
                asked.headers[name] = value
            case "-d":
                content = next(waiting)
                asked.body = stdin if content == "@-" else content
            case "--cacert" | "--cert" | "-u":
                asked.identity[one] = next(waiting)
            case _:
                asked.url = one
    return asked


def answered(asked: Asked, *faults: Fault) -> httpx.Response:
    """The answer of the mock editor to what was pasted."""
    editor = SasEditor(agendas(), FixedClock(NOW), FaultBoard(*faults))

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(editor.app())
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.request(
                asked.method, asked.url, headers=asked.headers, content=asked.body
            )

    return asyncio.run(send())


def exchange(purpose: Purpose, *faults: Fault) -> Exchange:
    return evidence_of(plan(Flow.PS), *faults).of(purpose)[0]


@pytest.mark.parametrize("purpose", [Purpose.SEARCH, Purpose.NARROW, Purpose.MALFORMED])
def test_a_search_pasted_into_a_shell_gets_the_same_answer(purpose: Purpose):
    seen = exchange(purpose, Fault.BUSY)
    command = replay_of(seen, TARGET, "sas-ps")
    again = answered(pasted(command, NUMBERS), Fault.BUSY)
    assert again.status_code == seen.status
    assert [one["resource"] for one in again.json().get("entry", ())] == [
        placed.resource for placed in seen.resources
    ]


def test_a_booking_pasted_into_a_shell_is_the_same_booking():
    (seen, *_) = (
        one
        for one in evidence_of(plan(Flow.PS), Fault.PHANTOM).of(Purpose.BOOKING)
        if one.status == 409
    )
    variables = {"NUMERO_1": seen.sent.decode().partition("audit-fantome-")[2][:11]}
    asked = pasted(replay_of(seen, TARGET, "sas-ps"), variables)
    assert (asked.method, asked.url) == ("POST", f"{TARGET}/Appointment")
    assert json.loads(asked.body) == json.loads(seen.sent)
    assert answered(asked).status_code == seen.status == 409


def test_nobody_s_number_is_in_a_command_and_each_variable_is_announced():
    command = replay_of(exchange(Purpose.SEARCH), TARGET, "sas-ps")
    assert DOCTOR_A.value not in command
    assert "# NUMERO_1=…  81999•••" in command
    assert "${NUMERO_1}" in command
    assert "${NUMERO_2}" in command


def test_over_tls_the_certificates_are_variables():
    seen = exchange(Purpose.SEARCH)
    asked = pasted(
        replay_of(seen, "https://editeur.example", "sas-ps"),
        NUMBERS | {"AUTORITES": "ca.pem", "CERTIFICAT": "nous.pem"},
    )
    assert asked.identity == {"--cacert": "ca.pem", "--cert": "nous.pem"}
    assert asked.url.startswith("https://editeur.example/Slot?")


def test_who_was_let_in_without_a_certificate_is_asked_again_without():
    bare = Exchange(purpose=Purpose.NO_CERTIFICATE, method="GET", url="/Slot", at=NOW, status=200)
    asked = pasted(replay_of(bare, "https://editeur.example", "sas-ps"), {"AUTORITES": "ca.pem"})
    assert asked.identity == {"--cacert": "ca.pem"}


def test_a_name_and_a_password_are_a_variable():
    seen = Exchange(purpose=Purpose.NOTHING, method="GET", url="/Slot", at=NOW, status=200)
    command = replay_of(seen, "http://moi:secret@editeur.example", "sas-ps")
    assert "secret" not in command
    asked = pasted(command, {"IDENTIFIANTS": "moi:secret"})
    assert asked.identity == {"-u": "moi:secret"}
    assert asked.url == "http://editeur.example/Slot"


@pytest.mark.parametrize("purpose", [Purpose.ORDER, Purpose.FORGED])
def test_a_mission_pasted_into_a_shell_is_signed_as_it_was(purpose: Purpose):
    seen = company_evidence().of(purpose)[0]
    command = replay_of(seen, "http://transporteur.example/missions", "transporter")
    asked = pasted(command, {"SECRET": SECRET.decode()})
    assert json.loads(asked.body) == json.loads(seen.sent)
    company = MockTransporter(COMPANY, SECRET, BASE)
    status = company.take(asked.body.encode(), asked.headers["Aiguilleur-Signature"], NOW)
    assert status == seen.status
    assert SECRET.decode() not in command


def test_the_signature_of_the_command_is_that_of_the_guide():
    seen = company_evidence().of(Purpose.ORDER)[0]
    asked = pasted(
        replay_of(seen, "http://transporteur.example/missions", "transporter"),
        {"SECRET": SECRET.decode()},
    )
    told = asked.headers["Aiguilleur-Signature"]
    at = NOW.fromtimestamp(int(told.split(",")[0].removeprefix("t=")), tz=NOW.tzinfo)
    assert signed(asked.body.encode(), SECRET, at + timedelta(0)) == told


OF_A_JOURNAL = (
    "aiguilleur audit 'journal.jsonl' --profile transporter"
    ' --id "$TRANSPORTEUR" --secret "$FICHIER_DU_SECRET"'
)


@pytest.mark.parametrize(
    ("purpose", "target", "profile", "expected"),
    [
        (
            Purpose.CREATE_AGAIN,
            "amqp://moi:secret@hub.example/15-15",
            "lrm",
            'aiguilleur audit "$COURTIER" --profile lrm --id "$IDENTIFIANT" --book 1',
        ),
        (
            Purpose.UNASKED,  # heard, but only by an audit that writes
            "amqps://hub.example/15-15",
            "lrm",
            'aiguilleur audit "$COURTIER" --profile lrm --id "$IDENTIFIANT" --book 1',
        ),
        (
            Purpose.DELIVERY,
            "journal.jsonl",
            "transporter",
            OF_A_JOURNAL,
        ),
        (
            Purpose.FILE,
            "lu.json",
            "sas-ps",
            "aiguilleur audit 'lu.json' --profile sas-ps",
        ),
    ],
)
def test_what_curl_cannot_ask_is_seen_again_by_auditing_again(purpose, target, profile, expected):
    seen = Exchange(purpose=purpose, method="AMQP", url="x", at=NOW)
    assert replay_of(seen, target, profile) == expected
