"""The paper sheet: who is on duty and at which number, whole without the service; nobody in it."""

import os
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route
from typer.testing import CliRunner

from regulation.kernel.modes import Mode
from services.cli import build
from services.errors import BadInput
from services.sheet import sheet_of
from services.sheet_file import SheetFile, write_whole
from simulations.feeds.serving import serve_in_thread
from tests.servers.process import free_port
from tests.unit.services.steps import decide, proposed
from tests.unit.services.test_cli_serve import serving
from tests.worlds import (
    HOUR,
    MINUTE,
    MMG_AT_14,
    MMG_ID,
    NOON,
    PHARMACY_ID,
    PLACES,
    TAXI,
    TinyWorld,
    offer,
)


def page(**changes: object) -> str:
    snapshot = offer(MMG_AT_14)
    mmg = replace(PLACES[MMG_ID], **changes)  # type: ignore[arg-type]
    return sheet_of(replace(snapshot, effecteurs={**PLACES, MMG_ID: mmg}), [TAXI], "Essai", NOON)


def test_it_tells_who_is_on_duty_at_which_number_and_as_of_when():
    told = page(phone="05 00 00 00 00", address="1 rue d'Essai")
    assert "Établie le 28/11/2026 13:00" in told
    for said in ("MMG du Nord", "05 00 00 00 00", "1 rue d&#x27;Essai", "15:00", "Transports d"):
        assert said in told
    assert "Pharmacie du Sud" in told


def test_a_number_is_printed_as_it_is_dialled():
    assert "<td>05 36 49 00 01</td>" in page(phone="+33536490001")
    assert "<td>0262 90 12 34</td>" in page(phone="+262262901234")


def test_the_vehicles_of_a_company_are_told_in_words():
    wheelchair = replace(TAXI, mode=Mode.TAXI_TPMR)
    told = sheet_of(offer(), [TAXI, wheelchair], "Essai", NOON)
    assert "TAXI-1 (taxi), TAXI-1 (taxi TPMR)" in told


def test_what_nobody_said_is_unknown_and_what_is_closed_is_left_out():
    told = page()
    assert "<td>inconnu</td>" in told
    assert "Cabinet de l" not in told
    late = sheet_of(offer(), [], "Essai", NOON + 48 * HOUR)
    assert str(PLACES[PHARMACY_ID].name) not in late


async def test_the_page_needs_nothing_else_and_tells_of_no_case(client: httpx.AsyncClient):
    await proposed(client, "Irene-1959")
    await decide(client, "Irene-1959", key="cle")
    answer = await client.get("/sheet")
    assert answer.status_code == 200
    assert "MMG du Nord" in answer.text
    assert "Irene" not in answer.text
    assert "http" not in answer.text
    assert "style-src 'sha256-" in answer.headers["content-security-policy"]


def test_the_last_sheet_stays_when_the_service_is_gone(world: TinyWorld, tmp_path: Path):
    out = tmp_path / "fiche" / "fiche.html"
    with serving(world.runtime(f"sqlite:///{tmp_path}/store.db")) as url:
        asked = CliRunner().invoke(build(), ["sheet", "--server", url, "--out", str(out)])
        assert asked.exit_code == 0, asked.output
    written = out.read_text(encoding="utf-8")
    assert "MMG du Nord" in written
    nowhere = f"http://127.0.0.1:{free_port()}"
    assert refusal_of(nowhere, out).endswith(" : personne ne répond à cette adresse")
    assert out.read_text(encoding="utf-8") == written


def refusal_of(server: str, out: Path) -> str:
    asked = CliRunner().invoke(build(), ["sheet", "--server", server, "--out", str(out)])
    assert isinstance(asked.exception, BadInput)
    assert asked.exception.field == "--server"
    return asked.exception.reason


@pytest.mark.parametrize(
    ("status", "said"), [(200, "répond une autre page"), (502, "HTTP 502"), (303, "HTTP 303")]
)
def test_the_last_sheet_stays_when_something_else_answers_for_the_service(
    tmp_path: Path, status: int, said: str
):
    out = tmp_path / "fiche.html"
    out.write_text("la précédente", encoding="utf-8")
    page = HTMLResponse("<h1>En maintenance</h1>", status, {"Location": "/ailleurs"})
    with serve_in_thread(Starlette(routes=[Route("/sheet", lambda _: page)])) as url:
        assert refusal_of(url, out).endswith(f" : {said}")
    assert out.read_text(encoding="utf-8") == "la précédente"


def test_what_is_no_address_is_said_to_be_none(tmp_path: Path):
    assert "pas une adresse" in refusal_of("ici:8000", tmp_path / "fiche.html")


def test_what_is_no_file_is_written_to_and_a_link_stays_one(tmp_path: Path):
    pipe, link, file = (tmp_path / name for name in ("tuyau", "lien.html", "fiche.html"))
    os.mkfifo(pipe)
    link.symlink_to(file)
    heard = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_whole("dit", pipe)
    assert os.read(heard, 64) == b"dit"
    os.close(heard)
    write_whole("écrit", link)
    assert (link.is_symlink(), file.read_text(encoding="utf-8")) == (True, "écrit")


def test_what_goes_to_our_own_output_leaves_its_file_in_place(
    capfd: pytest.CaptureFixture[str],
):
    os.write(1, b"avant ")
    write_whole("dit ", Path("/dev/stdout"))
    os.write(1, "après".encode())
    assert capfd.readouterr().out == "avant dit après"


def test_a_worker_writes_the_sheet_every_fifteen_minutes(world: TinyWorld, tmp_path: Path):
    out = tmp_path / "fiche" / "fiche.html"
    kept = SheetFile(world.runtime(), out)
    assert kept.write_when_due()
    first = out.read_text(encoding="utf-8")
    world.clock.at += 14 * MINUTE
    assert not kept.write_when_due()
    world.clock.at += MINUTE
    assert kept.write_when_due()
    assert "Établie le 28/11/2026 13:15" in out.read_text(encoding="utf-8") != first


def test_a_worker_that_starts_leaves_the_last_sheet_until_it_has_heard_something(
    world: TinyWorld, tmp_path: Path
):
    world.offer.publish(offer())
    kept = SheetFile(world.runtime(), tmp_path / "fiche.html")
    assert not kept.write_when_due()
    world.clock.at += MINUTE
    assert kept.write_when_due(), "nothing comes: the phone numbers at least"


def test_a_sheet_that_cannot_be_written_leaves_the_one_before(world: TinyWorld, tmp_path: Path):
    out = tmp_path / "fiche.html"
    kept = SheetFile(world.runtime(), out)
    assert kept.write_when_due()
    written = out.read_text(encoding="utf-8")
    (tmp_path / "fiche.part").mkdir()
    world.clock.at += HOUR
    assert not kept.write_when_due()
    assert out.read_text(encoding="utf-8") == written
    (tmp_path / "fiche.part").rmdir()
    assert kept.write_when_due()
