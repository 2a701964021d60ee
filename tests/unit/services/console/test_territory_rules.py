"""The page of the figures a territory may set, and the effect of another value."""

from dataclasses import replace

import httpx
import pytest

from adapters.rulebook import load_rulebook
from services.api.app import create_app
from services.store import Store
from tests.unit.services.conftest import calling
from tests.unit.services.console.html import Elements
from tests.unit.services.steps import decide, proposed
from tests.worlds import NOON, TinyWorld


async def tried(client: httpx.AsyncClient, name: str, value: str) -> httpx.Response:
    return await client.post("/territoire/parametres", data={"nom": name, "valeur": value})


async def test_each_figure_is_shown_with_what_it_rests_on(client: httpx.AsyncClient):
    page = (await client.get("/territoire/parametres")).text
    for told in ("pharmacy_minutes", "Durée d&#39;un arrêt à la pharmacie", "hypothèse"):
        assert told in page
    assert "driving_age" not in page


async def test_the_effect_of_another_value_is_told_and_nothing_is_set(
    client: httpx.AsyncClient, world: TinyWorld
):
    await proposed(client, pharmacy_stop="certain")
    await decide(client)
    before = world.rulebook
    page = (await tried(client, "pharmacy_minutes", "25")).text
    assert "1 dossier rejoué sur 1 décision des" in page
    assert "<strong>1</strong> : le même soin, un autre trajet" in page
    assert world.desk(NOON, ()).rulebook is before


async def test_what_is_shown_to_be_written_is_read_by_the_reader_of_rules(
    client: httpx.AsyncClient, tmp_path
):
    page = Elements((await tried(client, "pharmacy_minutes", "12,5")).text)
    path = tmp_path / "regles.toml"
    path.write_text(f'territory = "Essai"\n{page.raw_text("a-ecrire")}', encoding="utf-8")
    assert load_rulebook(overrides=path).number("pharmacy_minutes", NOON) == 12.5


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("pharmacy_minutes", "dix", "un nombre est attendu"),
        ("rien", "1", "aucun chiffre de ce nom"),
        ("driving_age", "16", "pas réglable"),
        ("pharmacy_minutes", "1e300", "le calcul se refuse"),
    ],
)
async def test_what_cannot_be_tried_is_refused_in_french(
    client: httpx.AsyncClient, name: str, value: str, why: str
):
    await proposed(client, pharmacy_stop="certain")
    await decide(client)
    answer = await tried(client, name, value)
    assert answer.status_code == 422
    assert why in answer.text


async def test_a_service_that_makes_no_other_desk_says_so(world: TinyWorld, store: Store):
    runtime = replace(world.runtime(), desk_under=None)
    async with calling(create_app(runtime, store=store)) as client:
        assert "ne peut pas essayer" in (await tried(client, "pharmacy_minutes", "5")).text
