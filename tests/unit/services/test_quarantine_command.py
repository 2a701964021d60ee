"""What was put aside is listed, read again after a mend, and forgotten once settled."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.sas import files
from services.cli import build
from services.errors import BadInput

FIXTURES = Path(__file__).parents[2] / "fixtures/sas"
AT = "2026-11-22T19:40:00+01:00"


def run(*arguments: str):
    return CliRunner().invoke(build(), list(arguments))


def answer(*arguments: str):
    result = run(*arguments, "--format", "json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def kept(tmp_path: Path) -> str:
    """A folder with the one bad slot of a bundle of five."""
    folder = str(tmp_path / "aside")
    path = str(FIXTURES / "ps_no_zone.json")
    run("ingest", path, "--feed", "sas-ps", "--at", AT, "--quarantine", folder)
    return folder


def mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reader that will be written once the editor's habit is known."""
    read = files.READERS["sas-ps"]
    good = (FIXTURES / "ps_good.json").read_bytes()
    mended = {"sas-ps": lambda raw, judgement: read(good, judgement)}
    monkeypatch.setattr(files, "READERS", {**files.READERS, **mended})


def test_what_was_put_aside_is_listed_with_its_reason(kept):
    (record,) = answer("quarantine", "list", kept)["records"]
    assert (record["feed"], record["index"], record["field"]) == ("sas-ps", 0, "start")
    assert record["reason"] == "n'a pas de décalage horaire : l'instant est inconnu"


def test_the_list_is_also_said_in_words(kept):
    told = run("quarantine", "list", kept).stdout
    assert "sas-ps fiche 1 : start : n'a pas de décalage horaire" in told
    assert "1 fiche de 1 source. Une fois la source ou le lecteur corrigé : " in told


def test_a_folder_that_holds_nothing_is_said_to(tmp_path: Path):
    assert run("quarantine", "list", str(tmp_path)).stdout == "Rien n'est mis de côté.\n"
    assert run("quarantine", "replay", str(tmp_path)).stdout == "Rien à relire.\n"


def test_a_record_still_at_fault_stays(kept):
    (payload,) = answer("quarantine", "replay", kept, "--settle")["payloads"]
    assert (payload["accepted"], payload["recovered"]) == (4, [])
    assert len(answer("quarantine", "list", kept)["records"]) == 1


def test_a_record_recovered_after_a_mend_gives_its_objects_and_is_forgotten(kept, monkeypatch):
    mend(monkeypatch)
    (payload,) = answer("quarantine", "replay", kept, "--settle")["payloads"]
    assert (payload["accepted"], payload["quarantined"]) == (5, [])
    assert [one["index"] for one in payload["recovered"]] == [0]
    assert answer("quarantine", "list", kept) == {"records": []}


def test_a_replay_forgets_nothing_unless_told_to(kept, monkeypatch):
    mend(monkeypatch)
    told = run("quarantine", "replay", kept).stdout
    assert "retrouvés 1" in told
    assert "--settle l'en sort" in told
    assert len(answer("quarantine", "list", kept)["records"]) == 1
    assert "1 fiche hors de la quarantaine" in run("quarantine", "replay", kept, "--settle").stdout


def test_a_folder_that_is_not_there_is_bad_input(tmp_path):
    result = run("quarantine", "list", str(tmp_path / "none"))
    assert isinstance(result.exception, BadInput)
