"""`aiguilleur db upgrade`, and the settings it reads."""

from pathlib import Path

import pytest
from sqlalchemy import inspect
from typer.testing import CliRunner

from adapters.db.engine import make_engine
from services.cli import build
from services.errors import BadInput
from services.settings import read_settings
from tests.unit.services.command_line import CommandLine, aiguilleur, is_refused

__all__ = ["aiguilleur"]


def test_upgrade_makes_the_tables_and_may_be_repeated(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/new/folder/store.db"
    for _ in range(2):
        result = CliRunner().invoke(build(), ["db", "upgrade", "--url", url])
        assert result.exit_code == 0, result.output
    engine = make_engine(url)
    assert "decisions" in inspect(engine).get_table_names()
    engine.dispose()


def test_upgrade_reads_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", f"sqlite:///{tmp_path}/env.db")
    assert CliRunner().invoke(build(), ["db", "upgrade"]).exit_code == 0
    assert (tmp_path / "env.db").exists()


@pytest.mark.parametrize(
    "url", ["not a url", "oracle+nothing://u:secret@h/d", "sqlite:////proc/no/such/file.db"]
)
def test_a_database_that_cannot_be_is_named_without_its_password(url: str):
    result = CliRunner().invoke(build(), ["db", "upgrade", "--url", url])
    assert result.exit_code != 0
    assert "secret" not in result.output + str(result.exception)


@pytest.mark.parametrize(
    "asked",
    ["db upgrade", "outbox list", "export --out table.csv", "replay appel-1:1", "audit-log verify"],
)
def test_an_address_of_no_database_is_said_whatever_the_command(
    aiguilleur: CommandLine, monkeypatch: pytest.MonkeyPatch, asked: str
):
    monkeypatch.setenv("AIGUILLEUR_DATABASE_URL", "postgres//u:secret@h/d")
    said = aiguilleur.run(*asked.split())
    assert is_refused(said, "database_url")
    assert "secret" not in said.err


def test_a_setting_at_fault_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AIGUILLEUR_PORT", "99999")
    with pytest.raises(BadInput, match="AIGUILLEUR_PORT"):
        read_settings()
