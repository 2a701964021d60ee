"""Where there is no page, a browser gets one that says so; programs and scripts, the problem."""

import httpx
import pytest

from services.store import StoreUnavailable
from tests.unit.services.conftest import calling
from tests.unit.services.console.html import Elements
from tests.unit.services.test_envelope import broken_app
from tests.worlds import TinyWorld

HTML = {"accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
NAVIGATING = {**HTML, "sec-fetch-mode": "navigate", "sec-fetch-site": "same-origin"}
PROBLEM = "application/problem+json"


def links(html: str) -> list[str | None]:
    return [one["href"] for one in Elements(html).all("a")]


async def test_an_address_mistyped_in_a_browser_is_told_on_a_page_with_where_to_go(
    client: httpx.AsyncClient,
):
    answer = await client.get("/cartes/toulouse", headers=HTML)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "Il n&#39;y a pas de page à cette adresse</h1>" in answer.text
    assert "/cartes/toulouse" in answer.text
    assert {"/", "/public"} <= set(links(answer.text))
    assert "<script" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"accept": "application/json"},
        {"accept": "application/problem+json, text/html;q=0.1"},
        {**HTML, "hx-request": "true"},
        {**HTML, "sec-fetch-mode": "cors"},
    ],
    ids=["nothing said", "json", "problem first", "our screen", "a script"],
)
async def test_a_program_gets_the_problem_as_before(
    client: httpx.AsyncClient, headers: dict[str, str]
):
    for answer in (
        await client.get("/nulle-part", headers=headers),
        await client.get("/cases/rien", headers=headers),
    ):
        assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)


async def test_an_address_that_is_no_page_keeps_its_status_and_what_it_admits(
    client: httpx.AsyncClient,
):
    answer = await client.get("/appel/decision", headers=HTML)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert "pas une page" in answer.text


async def test_a_case_nobody_knows_is_told_on_a_page(client: httpx.AsyncClient):
    answer = await client.get("/cases/rien", headers=HTML)
    assert answer.status_code == 404
    assert "</h1>" in answer.text


async def test_what_was_typed_is_never_markup_and_never_long(client: httpx.AsyncClient):
    answer = await client.get("/<img src=x>" + "a" * 500, headers=HTML)
    assert answer.status_code == 404
    assert "<img" not in answer.text
    assert "a" * 300 not in answer.text


async def test_a_form_sent_by_a_browser_is_refused_on_a_page_by_a_program_by_a_problem(
    client: httpx.AsyncClient,
):
    sent = {"nom": "x" * 200, "valeur": "1"}
    page = await client.post("/territoire/parametres", data=sent, headers=NAVIGATING)
    assert page.status_code == 422
    assert "Cette demande est refusée" in page.text
    assert "Nom : " in page.text
    told = await client.post("/territoire/parametres", data=sent, headers=HTML)
    assert (told.status_code, told.headers["content-type"]) == (422, PROBLEM)


async def test_a_fault_of_ours_is_a_page_without_its_message(world: TinyWorld):
    async with calling(broken_app(world, RuntimeError("Irène, 7 impasse"))) as client:
        answer = await client.get("/cases/appel-1", headers=HTML)
        told = await client.get("/cases/appel-1")
    assert (answer.status_code, told.status_code) == (500, 500)
    assert told.headers["content-type"] == PROBLEM
    assert "Une erreur de notre côté" in answer.text
    assert "Irène" not in answer.text + told.text
    assert "RuntimeError" not in answer.text
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_a_database_that_does_not_answer_is_told_to_try_again(world: TinyWorld):
    async with calling(broken_app(world, StoreUnavailable("gone"))) as client:
        answer = await client.get("/cases/appel-1", headers=HTML)
    assert answer.status_code == 503
    assert "<h1>La base ne répond pas</h1>" in answer.text
    assert "Réessayer" in answer.text
    assert "clé" not in answer.text
