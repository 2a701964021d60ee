"""The table for evaluation tells what was decided and how, and nothing of anybody."""

import csv
import os
from io import StringIO
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from services.cli import build
from services.evaluation import COLUMNS, decided, excel_table_of, table_of
from services.store import Store, open_store
from tests.unit.services.steps import decide, opened, proposed


def export(store: Store, key: bytes) -> str:
    return table_of(decided(store, key))


def rows(table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(table)))


@pytest.fixture
async def lived(client: httpx.AsyncClient, store: Store) -> Store:
    """Somebody decided on, with a phone and words of a doctor's; another only told of."""
    caller = {"at": "2026-11-28T12:58:00+01:00", "phone": "+33500000000"}
    await proposed(client, "Irene-1959", caller=caller)
    await decide(client, "Irene-1959", rank=2, motive="Irène préfère", key="cle")
    await opened(client, "appel-2")
    return store


async def test_it_tells_what_was_decided_and_of_nobody(lived: Store):
    table = export(lived, b"k" * 32)
    (row,) = rows(table)
    assert tuple(row) == COLUMNS
    assert (row["need"], row["age_band"], row["week"]) == ("GP", "16-64", "2026-W48")
    assert (row["rank"], row["other_than_first"]) == ("2", "1")
    for personal in ("Irene", "Irène", "+33500000000", "43.6", "dr-1", "2026-11-28"):
        assert personal not in table


async def test_two_exports_cannot_be_joined(lived: Store):
    one, other = (rows(export(lived, key)) for key in (b"a" * 32, b"b" * 32))
    assert one[0]["pseudonym"] != other[0]["pseudonym"]


def test_the_command_writes_the_table(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/store.db"
    open_store(url).close()
    out = tmp_path / "table.csv"
    result = CliRunner().invoke(build(), ["export", "--out", str(out), "--url", url])
    assert result.exit_code == 0, result.output
    assert out.read_text(encoding="utf-8").strip() == ",".join(COLUMNS)


async def test_a_french_excel_opens_it_at_once_and_takes_no_age_for_a_date(lived: Store):
    table = excel_table_of(decided(lived, b"k" * 32))
    assert table.startswith("\ufeff")
    (row,) = csv.DictReader(StringIO(table.removeprefix("\ufeff")), delimiter=";")
    assert tuple(row) == COLUMNS
    assert (row["age_band"], row["week"]) == ("16-64 ans", "2026-W48")
    assert not row["pseudonym"][0].isdecimal()


def test_the_command_writes_the_table_for_excel(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/store.db"
    open_store(url).close()
    out = tmp_path / "table.csv"
    result = CliRunner().invoke(build(), ["export", "--out", str(out), "--url", url, "--excel"])
    assert result.exit_code == 0, result.output
    assert out.read_text(encoding="utf-8-sig") == ";".join(COLUMNS) + "\n"


def test_a_table_that_cannot_be_written_leaves_nothing_beside(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/store.db"
    open_store(url).close()
    (tmp_path / "dossier").mkdir()
    result = CliRunner().invoke(
        build(), ["export", "--out", str(tmp_path / "dossier"), "--url", url]
    )
    assert str(result.exception) == f"--out: {tmp_path / 'dossier'} : est un dossier"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["dossier", "store.db"]


def test_a_reader_that_is_gone_is_said_in_french(tmp_path: Path):
    url = f"sqlite:///{tmp_path}/store.db"
    open_store(url).close()
    heard, said = os.pipe()
    os.close(heard)
    out = f"/dev/fd/{said}"
    result = CliRunner().invoke(build(), ["export", "--out", out, "--url", url])
    os.close(said)
    assert str(result.exception) == f"--out: {out} : plus personne ne lit"
