"""The statistics of a territory, read from what was really decided and answered."""

import csv
from dataclasses import replace
from io import StringIO

import httpx
import pytest

from regulation.mobility import VehicleClass
from regulation.tallies import MissionFate
from services.api.app import create_app
from services.console.missions import COMPANY
from services.console.post import COOKIE
from services.security.links import Links
from services.store import Store
from services.tallying import oriented_since
from tests.unit.services.conftest import calling
from tests.unit.services.console.conftest import DOCTOR
from tests.unit.services.console.screens import Screen
from tests.unit.services.console.test_missions import missions
from tests.worlds import HOUR, MINUTE, MMG_ID, NOON, SURGERY_ID, VSL, TinyWorld

KEY = b"une cle d'essai de trente-deux octets"
LINK = f"/missions/{Links(KEY).make(VSL.provider, purpose=COMPANY, now=NOON)}"


@pytest.fixture
async def client(world: TinyWorld, store: Store) -> httpx.AsyncClient:
    """One call decided, with a ride there and a ride home: one refused, one not answered for."""
    runtime = replace(world.runtime(), link_key=KEY)
    client = calling(create_app(runtime, store=store, new_case_id=lambda: "appel-page"))
    client.cookies.set(COOKIE, DOCTOR)
    screen = await Screen(client).open()
    await screen.propose()
    await screen.decide()
    there, _ = missions((await client.get(LINK)).text)
    await client.post(LINK, data={"mission": there, "dit": "REFUSEE"})
    return client


def rows(table: str) -> list[dict[str, str]]:
    assert table.startswith("\ufeff")  # without it, Excel loses the accents
    return list(csv.DictReader(StringIO(table.removeprefix("\ufeff")), delimiter=";"))


async def test_a_decision_is_counted_with_what_became_of_its_missions(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    world.clock.at = NOON + 30 * MINUTE
    (case,) = oriented_since(store, world.runtime(), NOON - HOUR)
    assert case.profile is VehicleClass.TAP
    assert case.commune == "31000 Toulouse"
    assert case.chosen == MMG_ID
    assert {MMG_ID, SURGERY_ID} <= case.proposed
    assert case.road_m is not None
    assert abs(case.road_m - 3000) < 50
    assert [one.fate for one in case.missions] == [MissionFate.REFUSED, MissionFate.SILENT]
    assert oriented_since(store, world.runtime(), world.clock.at) == ()


async def test_a_decision_taken_back_is_not_counted(
    client: httpx.AsyncClient, world: TinyWorld, store: Store
):
    await client.post("/encours/appel-page/annulation")
    assert oriented_since(store, world.runtime(), NOON - HOUR) == ()


async def test_one_case_is_shown_without_any_figure_of_its_own(client: httpx.AsyncClient):
    page = (await client.get("/territoire/statistiques")).text
    assert "moins de 5" in page
    assert "trop peu de dossiers" in page
    assert "MMG du Nord" in page
    (whole, *groups) = rows((await client.get("/territoire/statistiques.csv")).text)
    assert {one["regroupement"] for one in groups} == {"profil", "commune", "profil et commune"}
    assert all(one["dossiers"] == one["delai_median_s"] == "" for one in (whole, *groups))


async def test_what_each_was_given_is_taken_away_as_a_table(client: httpx.AsyncClient):
    table = rows((await client.get("/territoire/equite.csv")).text)
    given = {one["nom"]: one for one in table}
    assert (given["MMG du Nord"]["choisis"], given["Cabinet de l'Est"]["choisis"]) == ("1", "0")
    assert given[VSL.provider]["missions_refusees"] == "1"


async def test_a_period_that_makes_no_sense_is_refused(client: httpx.AsyncClient):
    assert (await client.get("/territoire/statistiques?jours=0")).status_code == 422
