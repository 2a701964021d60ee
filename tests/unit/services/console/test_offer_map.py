"""The map of the offer: what is told of a place, to whom, and what is told to nobody."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from adapters.territory.cells import cells_of
from adapters.territory.territory import Commune, Density
from regulation.declarations import Declaration, Openness
from regulation.disclosure import Standing
from regulation.effecteurs import Accessibility
from regulation.kernel.observed import Observed
from regulation.kernel.places import CommuneCode, Position
from regulation.kernel.time import TimeWindow
from services.api.app import create_app
from services.console.around import around, duty_pairs, too_far
from services.console.offer import OfferedPlace
from services.console.offer_book import OfferBook
from services.ground import Ground
from services.runtime import Runtime
from services.store import Store
from tests.unit.services.conftest import calling
from tests.unit.services.console.html import Elements
from tests.worlds import (
    HERE,
    HOUR,
    MMG_AT_14,
    MMG_ID,
    NOON,
    PHARMACY_ID,
    PLACES,
    SURGERY_ID,
    StraightRoads,
    TinyWorld,
    at_km,
    offer,
)

UNTIL_SIX = TimeWindow(NOON - HOUR, NOON + 6 * HOUR)
MINUTE = timedelta(minutes=1)


def commune(code: str, name: str, position: Position) -> Commune:
    return Commune(
        code=CommuneCode(code),
        name=name,
        population=1000,
        postal_codes=("31000",),
        position=position,
        area_km2=10.0,
        density=Density.DENSE,
    )


TOULOUSE = commune("31555", "Toulouse", HERE)
GROUND = Ground(
    cells_of(
        [
            TOULOUSE,
            commune("31069", "Blagnac", at_km(5, -5)),
            commune("31044", "Balma", at_km(1, 6)),
        ]
    )
)


@pytest.fixture
def runtime(world: TinyWorld) -> Runtime:
    """The doctors' house is on duty until six, the surgery's hours are unknown."""
    open_mmg = replace(PLACES[MMG_ID], open_windows=(UNTIL_SIX,), phone="+33536490745")
    world.offer.publish(replace(offer(MMG_AT_14), effecteurs={**PLACES, MMG_ID: open_mmg}))
    world.offer.on_duty = {MMG_ID: (UNTIL_SIX,)}
    return replace(world.runtime(), ground=lambda: GROUND)


@pytest.fixture
def places(runtime: Runtime) -> dict[str, OfferedPlace]:
    return {one.place_id.value: one for one in OfferBook(runtime).places()}


@pytest.fixture
async def client(runtime: Runtime, store: Store) -> httpx.AsyncClient:
    return calling(create_app(runtime, store=store))


def test_a_place_of_unknown_hours_is_neither_open_nor_closed(places: dict[str, OfferedPlace]):
    assert places["cabinet"].standing is Standing.UNKNOWN
    assert places["mmg"].standing is Standing.OPEN
    assert (places["mmg"].on_duty, places["pharmacie"].on_duty) == (True, False)


def test_what_a_place_declares_of_itself_goes_before_its_hours(runtime: Runtime):
    declared = Declaration(
        effecteur_id=PHARMACY_ID,
        status=Openness.SATURATED,
        waiting_minutes=None,
        waiting=None,
        observed_at=NOON,
        valid_until=NOON + HOUR,
    )
    runtime.sources.declare(declared)
    told = {one.place_id: one for one in OfferBook(runtime).places()}
    assert told[PHARMACY_ID].standing is Standing.CLOSED
    assert told[PHARMACY_ID].until == NOON + HOUR


def test_a_declaration_that_is_over_says_nothing_any_more(runtime: Runtime, world: TinyWorld):
    test_what_a_place_declares_of_itself_goes_before_its_hours(runtime)
    world.clock.at = NOON + 2 * HOUR
    told = {one.place_id: one for one in OfferBook(runtime).places()}
    assert told[PHARMACY_ID].standing is Standing.OPEN


def test_the_pharmacy_after_the_duty_doctor_is_the_nearest_to_him(runtime: Runtime):
    found = around(TOULOUSE.code, HERE, OfferBook(runtime).places(), StraightRoads(), NOON)
    assert found.doctor is not None
    assert found.doctor.place.place_id == MMG_ID
    assert found.after_doctor_m == pytest.approx(4000, abs=20)
    assert [one.place.place_id for one in found.others] == [SURGERY_ID]


def test_a_duty_doctor_far_from_any_open_pharmacy_is_told_of(
    runtime: Runtime, places: dict[str, OfferedPlace]
):
    pairs = duty_pairs(tuple(places.values()), StraightRoads(), NOON)
    assert too_far(pairs, 3_000) == pairs
    assert too_far(pairs, 5_000) == ()
    without = duty_pairs((places["mmg"],), StraightRoads(), NOON)
    assert too_far(without, 5_000) == without


async def test_the_public_is_told_no_practice_by_name_nor_who_has_free_slots(
    client: httpx.AsyncClient,
):
    page = (await client.get("/public")).text
    assert "Cabinet de l'Est" not in page
    assert "05 36 49 07 45" not in page
    assert "créneaux" not in Elements(page).text("lieux")
    told = (await client.get("/public/lieux.geojson")).json()
    assert {"Cabinet", "MMG du Nord", "Pharmacie du Sud"} == {
        one["properties"]["nom"] for one in told["features"]
    }
    assert not any("creneaux" in one["properties"] for one in told["features"])
    assert not (await client.get("/public/lieux.geojson?libre=oui")).json()["features"][3:]


async def test_regulators_see_names_telephones_and_the_age_of_slots(client: httpx.AsyncClient):
    page = (await client.get("/carte?ouvert=oui")).text
    assert "05 36 49 07 45" in page
    assert "créneaux libres, vu à l&#39;instant" in page
    assert "Cabinet de l&#39;Est" not in page  # its hours are unknown: it is not called open


async def test_the_open_data_say_unknown_and_are_kept_from_spreadsheet_formulas(
    client: httpx.AsyncClient, world: TinyWorld
):
    named = replace(PLACES[PHARMACY_ID], name="=HYPERLINK(1)", address="@x")
    world.offer.publish(
        replace(offer(), effecteurs={PHARMACY_ID: named, SURGERY_ID: PLACES[SURGERY_ID]})
    )
    world.clock.at += MINUTE
    answer = await client.get("/public/lieux.csv")
    rows = {one["id"]: one for one in csv.DictReader(io.StringIO(answer.text))}
    assert rows["LOCAL:pharmacie"]["nom"] == "'=HYPERLINK(1)"
    assert rows["LOCAL:cabinet"]["etat"] == "INCONNU"
    assert rows["LOCAL:cabinet"]["accessible_fauteuil"] == "inconnu"
    assert answer.headers["access-control-allow-origin"] == "*"


async def test_the_page_of_a_commune_may_be_embedded_and_the_others_may_not(
    client: httpx.AsyncClient,
):
    embedded = await client.get("/public/communes/31555")
    assert "frame-ancestors *" in embedded.headers["content-security-policy"]
    assert (
        "frame-ancestors 'none'" in (await client.get("/public")).headers["content-security-policy"]
    )
    assert "4,0 km" in embedded.text
    assert (await client.get("/public/communes/75056")).status_code == 404


async def test_the_base_map_holds_a_cell_a_commune_and_no_outside_address(
    client: httpx.AsyncClient,
):
    told = (await client.get("/public/fond.json")).json()
    assert [one["properties"]["insee"] for one in told["communes"]["features"]] == [
        "31555",
        "31069",
        "31044",
    ]
    assert "http" not in (await client.get("/public/fond.json")).text


async def test_accessible_only_keeps_what_is_known_to_be(
    client: httpx.AsyncClient, world: TinyWorld
):
    wide = {"entree_largeur_mini": 120.0}
    known = Observed(Accessibility(fields=wide), NOON, "acceslibre", 900 * 24 * HOUR)
    told = replace(known, value=Accessibility(fields={**wide, "entree_plain_pied": True}))
    half_known = replace(PLACES[MMG_ID], accessibility=known)
    well_known = replace(PLACES[SURGERY_ID], accessibility=told)
    both = {MMG_ID: half_known, SURGERY_ID: well_known}
    world.offer.publish(replace(offer(), effecteurs=both))
    found = (await client.get("/public/lieux.geojson?accessible=oui")).json()["features"]
    assert [one["properties"]["id"] for one in found] == ["LOCAL:cabinet"]
