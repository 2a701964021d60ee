"""Whatever a command is given, it says in one line of French what is wrong, and leaves nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused

SCENARIO = "simulations/scenarios/haute_garonne_jour.toml"
CALL = "examples/drapeau-rouge.json"
LONG = "a" * 300
MISTAKES = {
    "vide": b"",
    "binaire": bytes(range(256)),
    "latin": '{"motif": "é"}'.encode("latin-1"),
    "profond.json": b"[" * 100_000,
    "profond.toml": b"x = " + b"[" * 100_000,
    "demesure.json": b'{"x": ' + b"9" * 5_000 + b"}",
    "demesure.toml": b"x = " + b"9" * 5_000,
    "liste.json": b"[1, 2]",
    "table.csv": b"a;b\n1;2\n",
}


@pytest.fixture
def mistakes(tmp_path: Path) -> Path:
    """A folder of files that are none of what is asked."""
    folder = tmp_path / "entrees"
    (folder / "dossier").mkdir(parents=True)
    for name, raw in MISTAKES.items():
        (folder / name).write_bytes(raw)
    return folder


@pytest.mark.parametrize("name", [*MISTAKES, "dossier", "absent", "vide/dessous", LONG])
@pytest.mark.parametrize(
    "command",
    [
        ("mobility", "{}"),
        ("tariff", "{}"),
        ("orient", "{}"),
        ("darp", "{}", "--iterations", "1"),
        ("roads", "build", "{}", "--out", "{out}"),
        ("simulate", "{}", "--out", "{out}"),
        ("twin", SCENARIO, "{}"),
        ("territory", "demand", "lozere", "--figures", "{}"),
        ("audit", "http://127.0.0.1:9", "--profile", "sas-ps", "--certificate", "{}"),
        ("audit", "http://127.0.0.1:9", "--profile", "sas-ps", "--authorities", "{}"),
        ("audit", "http://127.0.0.1:9", "--profile", "sas-ps", "--earlier", "{}"),
    ],
)
def test_a_file_that_is_not_what_is_asked_is_refused_in_one_line(
    aiguilleur: CommandLine, mistakes: Path, command: tuple[str, ...], name: str
):
    given = {"{}": str(mistakes / name), "{out}": str(mistakes / "sortie")}
    said = aiguilleur.run(*(given.get(one, one) for one in command))
    assert (said.status, said.out, len(said.err.splitlines())) == (2, "", 1), said.err
    english = ("No such", "Invalid", "codec", "Expecting", "convert", "Errno", "not ", "limit")
    assert not any(one in said.err.replace(str(mistakes), "") for one in english), said.err
    assert sorted(one.name for one in mistakes.iterdir()) == sorted([*MISTAKES, "dossier"])


@pytest.mark.parametrize("profile", ["transporter", "lrm"])
@pytest.mark.parametrize(
    "name", ["binaire", "profond.json", "liste.json", "dossier", "absent", LONG]
)
def test_a_journal_that_is_none_is_refused_in_one_line(
    aiguilleur: CommandLine, mistakes: Path, name: str, profile: str
):
    given = str(mistakes / name)
    said = aiguilleur.run("audit", given, "--profile", profile, "--id", "x")
    assert (said.status, said.out, len(said.err.splitlines())) == (2, "", 1), said.err
    assert not any(one in said.err for one in ("codec", "line ", "not "))


@pytest.mark.parametrize(
    "address",
    [
        *("http://", "http://a:b", f"http://a:{'9' * 20}", f"http://{'a' * 300}", "http://[::1"),
        *("amqp://", "amqp://a:b", "amqps://a:0", "https://\x80é"),
    ],
)
def test_an_address_that_is_none_is_refused_before_anything_is_asked(
    aiguilleur: CommandLine, address: str
):
    profile = "lrm" if address.startswith("amqp") else "sas-ps"
    said = aiguilleur.run("audit", address, "--profile", profile, "--id", "x", "--book", "1")
    assert is_refused(said, "URL_OR_FILE"), said.err


@pytest.mark.parametrize(
    ("variable", "address"),
    [
        *(("REDIS_URL", one) for one in ("x", "redis://a:b", "http://a", "redis://", "unix://")),
        *(("HUB_URL", one) for one in ("amqps://a:b", "https://a")),
        *(("HOST", one) for one in ("..", "nulle part")),
    ],
)
def test_a_setting_that_is_no_address_stops_the_start_by_its_name(
    aiguilleur: CommandLine, variable: str, address: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(aiguilleur.folder)
    monkeypatch.setenv(f"AIGUILLEUR_{variable}", address)
    said = aiguilleur.run("serve", "--port", "0", "--territory", "lozere")
    assert is_refused(said, f"AIGUILLEUR_{variable}"), said.err


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59+00:00"])
@pytest.mark.parametrize(
    "command",
    [
        ("rules", "regime"),
        ("rules", "readings"),
        ("feeds", "serve", "--port", "0"),
        ("audit", "http://127.0.0.1:9", "--profile", "sas-ps"),
        ("orient", CALL),
        ("mobility", "{}"),
    ],
)
def test_an_instant_after_which_there_is_no_day_is_refused(
    aiguilleur: CommandLine, command: tuple[str, ...], at: str
):
    given = {"{}": aiguilleur.file({})}
    said = aiguilleur.run(*(given.get(one, one) for one in command), "--at", at)
    assert is_refused(said, "--at"), said.err


def test_a_year_no_calendar_counts_is_refused(aiguilleur: CommandLine):
    said = aiguilleur.run("territory", "demand", "lozere", "--year", "9" * 20)
    assert is_refused(said, "--year")


@pytest.mark.parametrize("where", ["vide", "vide/dessous", LONG])
@pytest.mark.parametrize(
    ("command", "option"),
    [
        (("ingest", "{table.csv}", "--feed", "rota-csv", "--quarantine"), "--quarantine"),
        (("audit", "{liste.json}", "--profile", "sas-ps", "--out"), "--out"),
        (("simulate", SCENARIO, "--out"), "--out"),
    ],
)
def test_a_place_where_nothing_can_be_written_is_told_before_anything_is_done(
    aiguilleur: CommandLine, mistakes: Path, command: tuple[str, ...], option: str, where: str
):
    *words, last = command
    told = [str(mistakes / one[1:-1]) if one.startswith("{") else one for one in words]
    said = aiguilleur.run(*told, last, str(mistakes / where))
    assert is_refused(said, option), said.err


def test_a_mark_that_a_spreadsheet_or_an_editor_puts_first_is_no_fault(aiguilleur: CommandLine):
    said = aiguilleur.run("mobility", aiguilleur.file("\ufeff" + json.dumps({"walks": "x"})))
    assert "JSON" not in said.err


@pytest.mark.parametrize(
    "command",
    [("audit-log", "verify"), ("export", "--out", "x.csv"), ("outbox", "list"), ("replay", "a:1")],
)
def test_a_database_that_is_not_there_is_not_read_as_one_where_nothing_was_done(
    aiguilleur: CommandLine, command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", f"sqlite:///{aiguilleur.folder}/faute.db")
    said = aiguilleur.run(*command)
    assert is_refused(said, "database_url")
    assert "faute.db n'existe pas" in said.err
    assert not list(aiguilleur.folder.iterdir())


def test_a_decision_is_not_replayed_on_a_territory_at_fault(
    aiguilleur: CommandLine, mistakes: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", f"sqlite:///{aiguilleur.folder}/store.db")
    assert aiguilleur.run("db", "upgrade").status == 0
    said = aiguilleur.run("replay", "a:1", "--territory", str(mistakes / "dossier"))
    assert is_refused(said, "--territory")


@pytest.mark.skipif(not Path("/dev/full").is_char_device(), reason="a device of Linux")
@pytest.mark.parametrize("command", [("rules", "check"), ("territory", "describe", "lozere")])
def test_an_answer_that_cannot_be_written_is_told(command: tuple[str, ...]):
    with Path("/dev/full").open("wb") as full:
        said = run_apart(*command, stdout=full)
    assert said.returncode == 2
    assert said.stderr.decode() == "aiguilleur: sortie standard: plus de place sur le disque\n"


def test_a_reader_that_has_read_enough_hears_no_complaint():
    reading, writing = os.pipe()
    os.close(reading)
    said = run_apart("territory", "describe", "lozere", stdout=writing)
    os.close(writing)
    assert (said.returncode, said.stderr) == (1, b"")


def test_an_interruption_is_told_in_one_line(
    aiguilleur: CommandLine, monkeypatch: pytest.MonkeyPatch
):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("services.cli.territory.read_territory", interrupted)
    said = aiguilleur.run("territory", "describe", "lozere")
    assert (said.status, said.out) == (130, "")
    assert said.err.strip() == "aiguilleur: interrompu"


def run_apart(*command: str, stdout: object) -> "subprocess.CompletedProcess[bytes]":
    said: subprocess.CompletedProcess[bytes] = subprocess.run(
        [sys.executable, "-c", "from services.cli import main; main()", *command],
        stdout=stdout,  # type: ignore[call-overload]
        stderr=subprocess.PIPE,
        check=False,
    )
    return said


__all__ = ["aiguilleur"]
